/** What to say of an error that keeps a page from being shown: what happened, what is safe, what to do. */
import { ApiProblem, isProblem, Unreachable } from "../../api";
import { t } from "../../i18n";

export interface ErrorWords {
  readonly title: string;
  readonly text: string;
  /** A short code that support can look up. */
  readonly reference: string | null;
  /** Whether another try may help. */
  readonly again: boolean;
}

export function errorWords(error: unknown): ErrorWords {
  if (error instanceof Unreachable) return unreachableWords();
  if (isProblem(error, "not-found")) return notFoundWords();
  return unexpectedWords(error);
}

function unreachableWords(): ErrorWords {
  return {
    // Translators: Title of an error: there is no connection to the portal at this moment.
    title: t("We can't reach the portal"),
    // Translators: Text of an error: there is no connection to the portal at this moment.
    text: t("Your keys are safe. Check your internet connection and try again."),
    reference: null,
    again: true,
  };
}

function notFoundWords(): ErrorWords {
  return {
    // Translators: Title of the page for an address that leads nowhere.
    title: t("There is nothing here"),
    // Translators: Text of the page for an address that leads nowhere, or to a Mac of somebody else.
    text: t("This page does not exist, or the Mac is not one of yours. Your keys are safe."),
    reference: null,
    again: false,
  };
}

function unexpectedWords(error: unknown): ErrorWords {
  // Translators: Text of an error that nobody foresaw.
  const unforeseen = t("Something went wrong on our side. Your keys are safe. Try again in a moment.");
  return {
    // Translators: Title of an error that nobody foresaw.
    title: t("This did not work"),
    text: error instanceof ApiProblem && error.detail !== "" ? error.detail : unforeseen,
    reference: error instanceof ApiProblem ? `${error.status} ${error.code}` : null,
    again: true,
  };
}
