/** One group of a key at a time, each character with its word, for reading over the telephone. */
import { groups, isDigit } from "../../domain/recovery-key";
import { formatNumber, t } from "../../i18n";
import { Signs } from "../key-display";
import { spellingWord } from "./words";
import "./spelling.css";

export interface SpellingProps {
  readonly recoveryKey: string;
  /** The group that is shown, from 0. */
  readonly at: number;
}

export function Spelling({ recoveryKey, at }: SpellingProps) {
  const all = groups(recoveryKey);
  return (
    <section class="card spelling" aria-labelledby="spelling-group">
      <header class="spelling-head">
        <h2 id="spelling-group" tabIndex={-1}>
          {
            // Translators: Which of the six groups of the key is being read out: "Group 3 of 6".
            t("Group {number} of {total}", { number: formatNumber(at + 1), total: formatNumber(all.length) })
          }
        </h2>
        <Pips count={all.length} at={at} />
      </header>
      <ol class="spelling-signs">
        {[...(all[at] ?? "")].map((sign, position) => (
          <Line key={`${at}-${position}`} sign={sign} />
        ))}
      </ol>
    </section>
  );
}

function Line({ sign }: { readonly sign: string }) {
  return (
    <li class="spelling-line">
      <Signs signs={sign} />
      <span class="spelling-word">{spellingWord(sign)}</span>
      <span class="spelling-kind">{kind(sign)}</span>
    </li>
  );
}

function kind(sign: string): string {
  if (isDigit(sign)) {
    // Translators: Stands beside a character of the key that is a digit.
    return t("digit");
  }
  // Translators: Stands beside a character of the key that is a letter.
  return t("letter");
}

function Pips({ count, at }: { readonly count: number; readonly at: number }) {
  return (
    <span class="spelling-pips" aria-hidden="true">
      {Array.from({ length: count }, (_, pip) => (
        <span key={pip} class={`spelling-pip ${pipClass(pip - at)}`} />
      ))}
    </span>
  );
}

function pipClass(distance: number): string {
  if (distance === 0) return "spelling-pip-now";
  return distance < 0 ? "spelling-pip-done" : "";
}
