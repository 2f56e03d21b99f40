/** The other keys that are kept for a Mac: a disk restored from a backup may need one. */
import { useId } from "preact/hooks";
import type { KeyVersion } from "../../api";
import { Button } from "../../components/button";
import { formatDateTime, t } from "../../i18n";
import { provenanceWords } from "../device/provenance";

export interface EarlierKeysProps {
  readonly versions: readonly KeyVersion[];
  /** The version that is shown at this moment. */
  readonly shown: string | null;
  readonly onShow: (version: string) => void;
}

export function EarlierKeys({ versions, shown, onShow }: EarlierKeysProps) {
  const others = versions.filter((version) => !version.present && version.id !== shown);
  if (others.length === 0) return null;
  return (
    <section class="card card-padded earlier-keys" aria-labelledby="earlier-keys">
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
          <EarlierKey key={version.id} version={version} onShow={() => onShow(version.id)} />
        ))}
      </ul>
    </section>
  );
}

function EarlierKey({ version, onShow }: { readonly version: KeyVersion; readonly onShow: () => void }) {
  const id = useId();
  return (
    <li class="earlier-key">
      <div>
        <p class="earlier-key-date" id={id}>
          {formatDateTime(version.created_at)}
        </p>
        <p class="small muted">{provenanceWords(version.provenance)}</p>
        {!version.confirmed && <p class="small earlier-key-unconfirmed">{unconfirmed()}</p>}
      </div>
      <Button icon="shown" aria-describedby={id} onClick={onShow}>
        {
          // Translators: Button that shows the key of a list of former ones.
          t("Show")
        }
      </Button>
    </li>
  );
}

/** Marks a key that the Mac has not confirmed. */
export function unconfirmed(): string {
  // Translators: Marks a key that a person typed and the Mac has not confirmed; it may not open the Mac.
  return t("Not confirmed by the Mac");
}
