/** What can be done with a shown key: copy it, print it, spell it out. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { Icon, type IconName } from "../icon";
import { copyForAWhile } from "./clipboard";
import "./tools.css";

/** Milliseconds for which "Copied" stands in the place of "Copy". */
const SAID_FOR = 4_000;

type Copying = "ready" | "copied" | "failed";

export interface ToolsProps {
  readonly recoveryKey: string;
  readonly onSpell: () => void;
}

export function Tools({ recoveryKey, onSpell }: ToolsProps) {
  return (
    <div class="tools">
      <Copy recoveryKey={recoveryKey} />
      <Tool icon="print" onClick={() => window.print()}>
        {
          // Translators: Button below a shown key: prints a sheet with it. One short word.
          t("Print")
        }
      </Tool>
      <Tool icon="bubble" onClick={onSpell}>
        {
          // Translators: Button below a shown key: shows it in words for reading it out on the telephone. One short word.
          t("Spell")
        }
      </Tool>
    </div>
  );
}

function Copy({ recoveryKey }: Pick<ToolsProps, "recoveryKey">) {
  const copying = useSignal<Copying>("ready");
  useEffect(() => {
    if (copying.value === "ready") return undefined;
    const silence = setTimeout(() => (copying.value = "ready"), SAID_FOR);
    return () => clearTimeout(silence);
  }, [copying.value]);
  const copy = async () => {
    copying.value = (await copyForAWhile(recoveryKey)) ? "copied" : "failed";
  };
  return (
    <>
      <Tool icon={copying.value === "copied" ? "check" : "copy"} onClick={() => void copy()}>
        {COPY_WORDS[copying.value]()}
      </Tool>
      <p class="visually-hidden" role="status">
        {copying.value === "copied" &&
          // Translators: Spoken by screen readers after copying a key. The clipboard is what a computer holds after "copy".
          t("Copied. The clipboard is cleared after a minute.")}
        {copying.value === "failed" &&
          // Translators: Spoken by screen readers where the browser did not let the key be copied.
          t("Your browser did not allow copying.")}
      </p>
    </>
  );
}

const COPY_WORDS: Readonly<Record<Copying, () => string>> = {
  // Translators: Button below a shown key: copies it. One short word.
  ready: () => t("Copy"),
  // Translators: Takes the place of "Copy" on its button for a few seconds. One short word.
  copied: () => t("Copied"),
  // Translators: Takes the place of "Copy" on its button where the browser forbids it. Two short words at most.
  failed: () => t("Not copied"),
};

interface ToolProps {
  readonly icon: IconName;
  readonly onClick: () => void;
  readonly children: string;
}

function Tool({ icon, onClick, children }: ToolProps) {
  return (
    <button type="button" class="tools-tile" onClick={onClick}>
      <Icon name={icon} size={24} />
      <span>{children}</span>
    </button>
  );
}
