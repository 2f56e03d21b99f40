/** A command to type in Terminal, with a button that copies it. Never for a recovery key. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Icon } from "../icon";
import "./copy-command.css";

const SHOWN_FOR = 4_000;

export function CopyCommand({ command }: { command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_FOR);
  };
  // Translators: Name of the button beside a Terminal command.
  const label = t("Copy command");
  // Translators: Said after something was copied to the clipboard.
  const said = t("Copied");
  return (
    <div class="copy-command">
      <code class="ltr" translate={false}>
        {command.split(" ").map((word) => (
          <span key={word}>{word} </span>
        ))}
      </code>
      <button type="button" class="icon-button" aria-label={label} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
      </button>
      <span class="visually-hidden" role="status">
        {copied && said}
      </span>
    </div>
  );
}
