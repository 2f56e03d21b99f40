/** The other keys that are kept for a Mac: a disk restored from a backup may need one. */
import type { KeyVersion } from "../../api";
import { t } from "../../i18n";
import { KeyRow } from "./key-row";

export interface EarlierKeysProps {
  readonly versions: readonly KeyVersion[];
  /** The version that is shown at this moment. */
  readonly shown: string | null;
  readonly onShow: (version: string) => void;
}

export function EarlierKeys({ versions, shown, onShow }: EarlierKeysProps) {
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
      <p class="small muted">
        {
          // Translators: Below the title "Earlier keys".
          t("You may need one of these after restoring your Mac from a backup.")
        }
      </p>
      <ul>
        {others.map((version) => (
          <KeyRow key={version.id} version={version} onShow={() => onShow(version.id)} />
        ))}
      </ul>
    </section>
  );
}
