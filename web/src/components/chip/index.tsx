/** One word on how things stand with a key: icon, word and tint. Not interactive. */
import type { KeyState } from "../../domain/key-state";
import { t } from "../../i18n";
import { Icon, type IconName } from "../icon";
import "./chip.css";

const ICONS: Readonly<Record<KeyState, IconName>> = {
  kept: "check",
  stale: "help",
  working: "arc",
  "not-stored": "alert",
  none: "dashed",
  "not-needed": "unlocked",
};

const WORDS: Readonly<Record<KeyState, () => string>> = {
  // Translators: Short state of a Mac in a list: its recovery key is kept in the portal.
  kept: () => t("Key kept"),
  // Translators: Short state of a Mac in a list: its recovery key is kept, and may not open the Mac any more.
  stale: () => t("May be out of date"),
  // Translators: Short state of a Mac in a list: the portal is storing its recovery key at this moment.
  working: () => t("Working on it"),
  // Translators: Short state of a Mac in a list: the last attempt to store its recovery key came to nothing.
  "not-stored": () => t("Not stored"),
  // Translators: Short state of a Mac in a list: no recovery key has been stored so far.
  none: () => t("No key yet"),
  // Translators: Short state of a Mac in a list. FileVault is Apple's disk encryption; the Mac is not encrypted, so there is no key.
  "not-needed": () => t("FileVault is off"),
};

export function Chip({ state }: { state: KeyState }) {
  return (
    <span class={`chip chip-${state}`}>
      <Icon name={ICONS[state]} size={18} />
      {WORDS[state]()}
    </span>
  );
}
