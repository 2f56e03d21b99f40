/** What to say where a passkey came to nothing. */
import { ApiProblem, isProblem, Unreachable } from "../../api";
import { t } from "../../i18n";

export function passkeyError(error: unknown): string {
  if (error instanceof DOMException) return browserError(error);
  if (isProblem(error, "sign-in-failed")) {
    // Translators: Error where somebody signs in with a passkey that the portal does not know, or no longer.
    return t("The portal does not know this passkey. Use another one, or sign in another way.");
  }
  if (error instanceof Unreachable) {
    // Translators: Error of the sign-in form: there is no connection to the portal.
    return t("We can't reach the portal. Check your internet connection and try again.");
  }
  if (error instanceof ApiProblem && error.detail !== "") return `${error.title}. ${error.detail}`;
  return unforeseen();
}

function browserError(error: DOMException): string {
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      // Translators: Said where somebody closed the browser's own question for a passkey, or let it pass.
      return t("No passkey was used: the question was closed, or its time ran out. Nothing was changed.");
    case "InvalidStateError":
      // Translators: Said where somebody adds a passkey on a device that has one for this account.
      return t("This device has a passkey for your account already.");
    case "NotSupportedError":
    case "ConstraintError":
      // Translators: Said where the device can't make a passkey as the portal needs it: one that asks for a fingerprint, a face or a PIN.
      return t("This device can't keep a passkey that asks for your fingerprint, your face or a PIN. Use another device.");
    default:
      return unforeseen();
  }
}

function unforeseen(): string {
  // Translators: Error with a passkey that nobody foresaw.
  return t("The passkey did not work. Try again in a moment, or sign in another way.");
}
