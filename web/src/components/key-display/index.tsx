/** A key in six large, numbered groups; letters and digits are told apart by weight and underline, not by colour alone. */
import { groups, isDigit } from "../../domain/recovery-key";
import { formatNumber, t, tx } from "../../i18n";
import "./key-display.css";

export function KeyDisplay({ recoveryKey }: { readonly recoveryKey: string }) {
  return (
    <div class="key-display">
      {
        // Translators: Names the list of the six groups of a shown recovery key, for screen readers.
        <ol class="key-display-groups" dir="ltr" translate={false} aria-label={t("Recovery key in six groups")}>
          {groups(recoveryKey).map((group, at) => (
            <li key={at} class="key-display-group">
              <span class="key-display-number" aria-hidden="true">
                {formatNumber(at + 1)}
              </span>
              <Signs signs={group} />
            </li>
          ))}
        </ol>
      }
      <Legend />
    </div>
  );
}

/** Characters of a key in a row. They are read out one by one, since a group is no word. */
export function Signs({ signs }: { readonly signs: string }) {
  return (
    <span class="signs" role="img" aria-label={[...signs].join(" ")} dir="ltr" translate={false}>
      {[...signs].map((sign, at) => (
        <span key={at} class={isDigit(sign) ? "signs-digit" : "signs-letter"}>
          {sign}
        </span>
      ))}
    </span>
  );
}

function Legend() {
  return (
    <p class="key-display-legend">
      <span>
        {
          // Translators: Legend below a shown key. {sign} is the letter O as the key shows it.
          tx("{sign} is a letter", { sign: <Signs signs="O" /> })
        }
      </span>
      <span>
        {
          // Translators: Legend below a shown key. {sign} is the digit 0 as the key shows it.
          tx("{sign} is a digit", { sign: <Signs signs="0" /> })
        }
      </span>
    </p>
  );
}
