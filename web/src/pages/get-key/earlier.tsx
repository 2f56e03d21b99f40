/** The other keys that are kept for a Mac: a disk restored from a backup may need one. */
import type { KeyVersion } from "../../api";
import { t } from "../../i18n";
import { KeyRow } from "./key-row";

export interface EarlierKeysProps {
  readonly versions: readonly KeyVersion[];
  /** Whether the Mac is that of whoever looks at the page. */
  readonly own: boolean;
  /** The version that is shown at this moment. */
  readonly shown: string | null;
  readonly onShow: (version: string) => void;
}

export function EarlierKeys({ versions, own, shown, onShow }: EarlierKeysProps) {
  const others = versions.filter((version) => !version.present && !version.may_be_newer && version.id !== shown);
  if (others.length === 0) return null;
  return (
    <section class="card card-padded kept-keys" aria-labelledby="earlier-keys">
      <h2 id="earlier-keys">
        {
          // Translators: Title of the list of former keys of a Mac.
          t("Earlier keys")
        }
      </h2>
      <p class="small muted">{own ? toTheOwner() : toSupport()}</p>
      <ul>
        {others.map((version) => (
          <KeyRow key={version.id} version={version} own={own} onShow={() => onShow(version.id)} />
        ))}
      </ul>
    </section>
  );
}

function toTheOwner(): string {
  // Translators: Below the title "Earlier keys".
  return t("You may need one of these after restoring your Mac from a backup.");
}

function toSupport(): string {
  // Translators: Below the title "Earlier keys", said to support about somebody else's Mac.
  return t("One of these may be needed after the Mac was restored from a backup.");
}
