/** What to say where a new password was not taken. */
import { ApiProblem, Unreachable } from "../../api";
import { t } from "../../i18n";

export function newPasswordError(error: unknown): string {
  if (error instanceof Unreachable) {
    // Translators: Error of the sign-in form: there is no connection to the portal.
    return t("We can't reach the portal. Check your internet connection and try again.");
  }
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: Error where somebody sets a new password, that nobody foresaw.
  return t("The password could not be changed just now. Try again in a moment.");
}
