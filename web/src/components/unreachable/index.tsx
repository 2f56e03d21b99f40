/** One line on every page while the portal does not answer: nothing is lost, and a way to try again. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { catchUp, reachable, session } from "../../state";
import { Button } from "../button";
import { Icon } from "../icon";

export function UnreachableMessage() {
  const [busy, setBusy] = useState(false);
  if (reachable.value || session.value === null) return null; // before the first answer the page itself says so
  const again = async () => {
    setBusy(true);
    await catchUp();
    setBusy(false);
  };
  return (
    <div class="message message-warn" data-message="unreachable">
      <Icon name="alert" size={24} />
      <p role="alert">
        {
          // Translators: Message on any page while there is no connection to the portal.
          t("We can't reach the portal right now. What you typed is still here, and we keep trying.")
        }
      </p>
      <Button busy={busy} onClick={() => void again()}>
        {busy
          ? // Translators: On the button "Try again", while it is being tried.
            t("Trying…")
          : // Translators: Button that does again what did not work.
            t("Try again")}
      </Button>
    </div>
  );
}
