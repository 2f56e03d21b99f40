/** One kept key in a list, without the key: since when, how it came here, and the button that shows it. */
import { useId } from "preact/hooks";
import type { KeyVersion } from "../../api";
import { Button } from "../../components/button";
import { formatDateTime, t } from "../../i18n";
import { provenanceWords } from "../device/provenance";

export interface KeyRowProps {
  readonly version: KeyVersion;
  /** Whether the Mac is that of whoever looks at the page. */
  readonly own: boolean;
  /** What it is among the others, where that has to be said. */
  readonly label?: string;
  /** Null while it is in sight already. */
  readonly onShow: (() => void) | null;
}

export function KeyRow({ version, own, label, onShow }: KeyRowProps) {
  const id = useId();
  return (
    <li class="key-row">
      <div>
        <div id={id}>
          {label !== undefined && <p class="key-row-label">{label}</p>}
          <p class={label === undefined ? "key-row-label" : ""}>{formatDateTime(version.created_at)}</p>
        </div>
        <p class="small muted">{provenanceWords(version.provenance, own)}</p>
        {!version.confirmed && <p class="small key-row-unconfirmed">{unconfirmed()}</p>}
      </div>
      {onShow === null ? <InSight /> : <Show id={id} onShow={onShow} />}
    </li>
  );
}

function Show({ id, onShow }: { readonly id: string; readonly onShow: () => void }) {
  return (
    <Button icon="shown" aria-describedby={id} onClick={onShow}>
      {
        // Translators: Button that shows the key of a list of former ones.
        t("Show")
      }
    </Button>
  );
}

function InSight() {
  return (
    <p class="small muted">
      {
        // Translators: In a list of keys, in the place of the button "Show": this key is the one that is shown on the page.
        t("You see this one")
      }
    </p>
  );
}

/** Marks a key that the Mac has not confirmed. */
export function unconfirmed(): string {
  // Translators: Marks a key that a person typed and the Mac has not confirmed; it may not open the Mac.
  return t("Not confirmed by the Mac");
}
