/** What a Mac's access comes to, in words. */
import type { Access } from "../../api";
import { formatDate, t } from "../../i18n";

/** In a few words, for the row "Access". */
export function accessWords({ state, until }: Access): string {
  // Translators: Value of the row "Access": the Mac may use what is meant for work, with nothing left to do.
  if (state === "allowed") return t("In order");
  // Translators: Value of the row "Access": the Mac may not use what is meant for work.
  if (state === "denied") return t("No access");
  // Translators: Value of the row "Access": the Mac may use what is meant for work, and the organization asks for its key.
  if (until === null) return t("In order, key wanted");
  // Translators: Value of the row "Access": the last day on which the Mac may use what is meant for work.
  return t("Until {date}", { date: formatDate(until) });
}

/** In sentences, as the outcome of a check: what is so, and what to do. */
export function accessOutcome({ state, until }: Access): string {
  if (state === "allowed") {
    // Translators: Outcome of "Check status".
    return t("This Mac can access what you need for work.");
  }
  if (state === "denied") {
    // Translators: Outcome of "Check status", with what to do.
    return t("This Mac can’t access what you need for work. Store its recovery key to get access again.");
  }
  if (until === null) {
    // Translators: Outcome of "Check status", with what to do.
    return t("This Mac can access what you need for work. Your organization asks you to store its recovery key.");
  }
  // Translators: Outcome of "Check status", with what to do. {date} is a day.
  return t("This Mac is out of compliance. It can still access what you need for work until {date}. Store its recovery key before then.", {
    date: formatDate(until),
  });
}
