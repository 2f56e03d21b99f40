/** Two keys that disagree: the proven one, and another that a program on the Mac reported later. Either may open the Mac. */
import type { KeyVersion } from "../../api";
import { t } from "../../i18n";
import { KeyRow } from "./key-row";

export interface EitherKeyProps {
  readonly versions: readonly KeyVersion[];
  /** Whether the Mac is that of whoever looks at the page. */
  readonly own: boolean;
  /** The version that is shown at this moment. */
  readonly shown: string | null;
  readonly onShow: (version: string) => void;
}

export function EitherKey({ versions, own, shown, onShow }: EitherKeyProps) {
  const proven = versions.find((version) => version.present);
  const reported = versions.find((version) => version.may_be_newer);
  if (proven === undefined || reported === undefined) return null;
  const row = (version: KeyVersion, label: string) => (
    <KeyRow version={version} own={own} label={label} onShow={version.id === shown ? null : () => onShow(version.id)} />
  );
  // Translators: Marks the first of two keys that may open a Mac: it is the likelier one.
  const first = t("Try this one first");
  // Translators: Marks the second of two keys that may open a Mac.
  const second = t("Then try this one");
  return (
    <section class="card card-padded kept-keys" aria-labelledby="either-key" data-message="either-key">
      <h2 id="either-key">
        {
          // Translators: Title of the list of two keys, where it is not known which of them opens the Mac now.
          t("Two keys may open this Mac")
        }
      </h2>
      <p class="small muted">
        {
          // Translators: Below the title "Two keys may open this Mac".
          t("After the last key that your Mac has proven, a program on it reported another one. Both are kept.")
        }
      </p>
      <ol>
        {row(proven, first)}
        {row(reported, second)}
      </ol>
    </section>
  );
}
