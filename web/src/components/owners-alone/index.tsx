/** Says plainly, to those who help, that the key of a personal Mac is shown to nobody but its owner. */
import { t, tx } from "../../i18n";
import { Note } from "../note";

export function OwnersAloneNote() {
  const alone = (
    <b>
      {
        // Translators: First, bold sentence of a note to IT support about the key of a Mac that somebody owns privately.
        t("This key is its owner’s alone.")
      }
    </b>
  );
  return (
    <Note icon="lock" kind="info">
      {
        // Translators: Note to IT support. {alone} is "This key is its owner’s alone.", in bold.
        tx("{alone} The key of a personal Mac is shown to nobody else, not to support and not to administrators.", { alone })
      }
    </Note>
  );
}
