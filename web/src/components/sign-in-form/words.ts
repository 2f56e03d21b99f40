/** What to say of a sign-in that was not accepted. */
import { ApiProblem, isProblem, Unreachable } from "../../api";
import { t, tn } from "../../i18n";

export function signInError(error: unknown): string {
  if (isProblem(error, "sign-in-failed")) {
    // Translators: Error of the sign-in form: user name and password don't belong together.
    return t("This user name and password do not belong together. Check both and try again.");
  }
  if (isProblem(error, "too-many-attempts")) return tooManyAttempts(error.retryAfter);
  if (error instanceof Unreachable) {
    // Translators: Error of the sign-in form: there is no connection to the portal.
    return t("We can't reach the portal. Check your internet connection and try again.");
  }
  // Translators: Error of the sign-in form that nobody foresaw.
  const unforeseen = t("Signing in did not work. Try again in a moment.");
  return error instanceof ApiProblem && error.detail !== "" ? error.detail : unforeseen;
}

function tooManyAttempts(seconds: number | null): string {
  if (seconds === null) {
    // Translators: Error of the sign-in form: there were too many attempts that did not succeed.
    return t("There were too many attempts. Wait a while and try again.");
  }
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  // Translators: Error of the sign-in form: there were too many attempts that did not succeed.
  return tn(
    "There were too many attempts. Try again in {count} minute.",
    "There were too many attempts. Try again in {count} minutes.",
    minutes,
  );
}
