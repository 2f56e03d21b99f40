/** What a Mac's access comes to, in words: what is so, and what to do. */
import type { Access, Remedy } from "../../api";
import { calendarDays, formatDate, formatDateTime, t } from "../../i18n";

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

/** In one sentence. */
export function accessTitle({ state, until }: Access): string {
  if (state === "denied") {
    // Translators: Outcome of "Check status".
    return t("This Mac can’t access what you need for work.");
  }
  if (until === null) {
    // Translators: Outcome of "Check status".
    return t("This Mac can access what you need for work.");
  }
  // Translators: Outcome of "Check status": the Mac is not yet as the organization asks. Until when it has access is said below it.
  return t("This Mac is out of compliance.");
}

/** Until when that is so, where an end is set. On the last days the hour counts as well. */
export function accessEnd({ state, until }: Access, now: number = Date.now()): string | null {
  if (state === "denied" || until === null) return null;
  const date = calendarDays(until, now) < 2 ? formatDateTime(until) : formatDate(until, now);
  // Translators: Below "This Mac is out of compliance.". {date} is a day, or a day and a time.
  return t("It can still access what you need for work until {date}.", { date });
}

/** What to do; null where nothing is. What is said for `enrol` needs the support contact below it. */
export function remedyWords(remedy: Remedy | null, access: Access): string | null {
  return remedy === null ? null : REMEDIES[remedy](access);
}

const REMEDIES: Readonly<Record<Remedy, (access: Access) => string>> = {
  "store-key": ({ state, until }) => {
    // Translators: What to do where a Mac has no access.
    if (state === "denied") return t("Store its recovery key to get access again.");
    // Translators: What to do where a Mac has access until a day that was just named.
    if (until !== null) return t("Store its recovery key before then.");
    // Translators: What to do where a Mac has access, and no end to that is set.
    return t("Your organization asks you to store its recovery key.");
  },
  "turn-on-filevault": () => {
    // Translators: What to do about a Mac whose disk is not encrypted. It shows a recovery key when FileVault is switched on.
    return t("Switch FileVault on, then store the recovery key that you get.");
  },
  wait: ({ state }) => {
    if (state === "denied") {
      // Translators: What to do where a Mac has no access, and its key is being stored.
      return t("Its recovery key is on its way. Leave your Mac switched on and connected to the internet; you get access again once the key is stored.");
    }
    // Translators: What to do where a Mac still has access, and its key is being stored.
    return t("Its recovery key is on its way. Leave your Mac switched on and connected to the internet; you need to do nothing else.");
  },
  enrol: () => {
    // Translators: What to do about a Mac that the device management does not know (any more). The support contact stands below.
    return t("It is not enrolled at your organization, or not any more. Ask to have it enrolled.");
  },
};
