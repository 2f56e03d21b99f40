/** Where a tab ends in which somebody went to their work account's provider, from a page that waits in another tab. */
import { useEffect } from "preact/hooks";
import { PageHeading } from "../../components/page-heading";
import { SignInOutcome } from "../../components/work-account";
import { t } from "../../i18n";
import { outcome, tellOfSignIn } from "../../state";

export function SignedInPage() {
  useEffect(tellOfSignIn, []);
  const isRefused = outcome.value !== null;
  // Translators: Title of the page in the tab in which somebody signed in again, where that did not work.
  const refused = t("You were not signed in again");
  // Translators: Title of the page in the tab in which somebody signed in again.
  const done = t("You are signed in again");
  return (
    <div class="column stack">
      <PageHeading
        title={isRefused ? refused : done}
        // Translators: On the page in the tab in which somebody signed in again: the page from which they came waits in another tab.
        lead={t("Close this tab and go on in the one from which you came. Everything there is as you left it.")}
      />
      <SignInOutcome />
    </div>
  );
}
