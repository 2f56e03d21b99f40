/** What the codes say that a way to a provider of work accounts comes back with. Stable; others are told in general. */
import { t } from "../../i18n";
import { supportName } from "../support-contact";

const WORDS: Readonly<Record<string, () => string>> = {
  unavailable: () =>
    // Translators: On the sign-in page: the server at which the work accounts are does not answer.
    t("The server of your work account does not answer. There is nothing wrong with your account. Try again in a few minutes."),
  cancelled: () =>
    // Translators: On the sign-in page: the person went to the page of the work account and stopped there.
    t("You did not finish signing in with your work account. Nothing has changed."),
  expired: () =>
    // Translators: On the sign-in page: signing in took too long, was begun in another browser, or its address was opened twice.
    t("Signing in took too long, or it was begun in another window. Begin again here."),
  "not-trusted": () =>
    // Translators: On the sign-in page: the answer of the work account's server was not as it must be. {support} is the name of the support, or "your IT department".
    t("We could not rely on the answer of your work account’s server, so nobody was signed in. Try again, or ask {support}.", {
      support: supportName(),
    }),
  "not-again": () =>
    // Translators: The person was to sign in again, but the work account's server did not ask them to. {support} is the name of the support, or "your IT department".
    t("The server of your work account did not ask you to sign in again. Try again, or ask {support}.", {
      support: supportName(),
    }),
  "another-person": () =>
    // Translators: The person was to sign in again, and did so as somebody else.
    t("That was the work account of somebody else. Sign in again with the account with which you are here."),
  "no-access": () =>
    // Translators: On the sign-in page: the account has been disabled. {support} is the name of the support, or "your IT department".
    t("Your account has no access any more. Ask {support} to give you access again.", { support: supportName() }),
  "unknown-account": () =>
    // Translators: On the sign-in page: nobody has been given access with this work account. {support} is the name of the support, or "your IT department".
    t("Nobody is known here by this work account. Ask {support} to give you access.", { support: supportName() }),
  "too-many": () =>
    // Translators: On the sign-in page: somebody went to the work account's server too often in a short time.
    t("There were too many attempts. Wait a while and try again."),
};

/** Anything may stand in an address: only a code that is known here has words of its own. */
export function outcomeWords(code: string): string {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  // Translators: Error of the sign-in form that nobody foresaw.
  return words?.() ?? t("Signing in did not work. Try again in a moment.");
}
