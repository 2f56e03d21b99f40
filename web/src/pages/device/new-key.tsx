/** How to make a new key by hand on the Mac, and store that one. */
import type { ComponentChildren } from "preact";
import { CopyCommand } from "../../components/copy-command";
import { t } from "../../i18n";

/** Apple's command; it asks for the password of a user of the Mac and prints the new key. */
const COMMAND = "sudo fdesetup changerecovery -personal";

interface NewKeyByHandProps {
  readonly title: ComponentChildren;
  /** The message that it stands below, which the guide explains. */
  readonly message: "key-not-accepted" | "rotation-failed";
}

export function NewKeyByHand({ title, message }: NewKeyByHandProps) {
  return (
    <div class="help-by-hand">
      <h3>{title}</h3>
      <p class="small">
        {
          // Translators: Before a command to type. Terminal is the name of a program on the Mac.
          t("Make a new key yourself. Open the program Terminal on your Mac and enter this:")
        }
      </p>
      <CopyCommand command={COMMAND} />
      <p class="small">
        {
          // Translators: After the command that makes a new recovery key.
          t("Your Mac then shows a new recovery key. Store that one here.")
        }{" "}
        <a href={`/help#${message}`}>
          {
            // Translators: Link to the guide.
            t("More help")
          }
        </a>
      </p>
    </div>
  );
}
