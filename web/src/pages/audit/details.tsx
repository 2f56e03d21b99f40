/** What an entry says besides: whom or what it is about, and why. */
import type { AuditEntry } from "../../api";
import { t } from "../../i18n";
import { settingsTold, told } from "./reasons";

export function Details({ entry }: { entry: AuditEntry }) {
  if (entry.action === "policy-changed") return <Settings entry={entry} />;
  return (
    <>
      <Subject entry={entry} />
      {entry.reason !== null && <Reason entry={entry} reason={entry.reason} />}
      <RefusedAccount entry={entry} />
    </>
  );
}

const FORMS: ReadonlyMap<string, string> = new Map([
  ["csv", "CSV"],
  ["jsonl", "JSON Lines"],
]);

/** Other subjects are ids of things that nobody knows by them. */
function Subject({ entry: { action, subject } }: { entry: AuditEntry }) {
  if (subject === null) return null;
  if (subject.name !== null) return <bdi>{subject.name}</bdi>;
  return action === "audit-exported" ? <Code text={FORMS.get(subject.id) ?? subject.id} /> : null;
}

const SIGN_INS: ReadonlySet<string> = new Set(["sign-in", "sign-in-again"]);

/** What its provider calls an account that nobody here has: whoever connects it with a person needs that. */
function RefusedAccount({ entry: { action, outcome, subject } }: { entry: AuditEntry }) {
  const isRefused = outcome === "denied" && SIGN_INS.has(action);
  return isRefused && subject !== null && subject.name === null ? <Code text={subject.id} /> : null;
}

/** Of these the reason is what a person typed; of all others it is made of codes. */
const TYPED: ReadonlySet<string> = new Set(["reveal", "reveal-requested"]);

function Reason({ entry: { action, outcome }, reason }: { entry: AuditEntry; reason: string }) {
  if (outcome === "done" && TYPED.has(action)) return <bdi class="small muted">{reason}</bdi>;
  const { words, codes } = told(action, outcome, reason);
  return (
    <>
      {words.map((one) => (
        <span key={one} class="small muted">
          {one}
        </span>
      ))}
      {codes.map((one) => (
        <Code key={one} text={one} />
      ))}
    </>
  );
}

/** At the first start of all these are all that there are: too many to stand between the entries. */
function Settings({ entry: { subject, reason } }: { entry: AuditEntry }) {
  const settings = settingsTold(subject?.id ?? null, reason ?? "{}").map((one) => <Code key={one} text={one} />);
  if (subject !== null) return <>{settings}</>;
  return (
    <details class="audit-settings">
      <summary class="small">
        {
          // Translators: Button under a list: shows what comes next in it.
          t("Show more")
        }
      </summary>
      {settings}
    </details>
  );
}

function Code({ text }: { text: string }) {
  return (
    <code class="ltr small muted" translate={false}>
      {text}
    </code>
  );
}
