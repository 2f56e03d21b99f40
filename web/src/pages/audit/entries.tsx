/** The entries as a table with a heading for each day; on a narrow window each row is a card. */
import type { AuditEntry } from "../../api";
import { actionWords, OUTCOMES } from "../../components/audit-words";
import "../../components/chip/chip.css";
import { Icon } from "../../components/icon";
import { formatDateTime, formatDay, formatTime, t } from "../../i18n";
import { Details } from "./details";

// The roles are said once more: a table whose rows are laid out as cards is none to some screen readers.
export function EntryTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    // Translators: Name of the table of the audit log, for screen readers.
    <table class="card audit-table" role="table" aria-label={t("Audit log")}>
      <thead role="rowgroup">
        <Headings />
      </thead>
      {byDay(entries).map(({ day, items }) => (
        <tbody key={day} role="rowgroup">
          <tr role="row" class="audit-day">
            <th role="rowheader" scope="rowgroup" colSpan={5}>
              <time dateTime={items[0]?.at}>{day}</time>
            </th>
          </tr>
          {items.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Headings() {
  return (
    <tr role="row">
      <th role="columnheader" scope="col">
        {
          // Translators: Head of a column of the audit log: what was done.
          t("What")
        }
      </th>
      <th role="columnheader" scope="col">
        {
          // Translators: Head of a column of the audit log: the time of day.
          t("Time")
        }
      </th>
      <th role="columnheader" scope="col">
        {
          // Translators: Head of a column of the audit log: the person who did it.
          t("Who")
        }
      </th>
      <th role="columnheader" scope="col">
        {
          // Translators: Head of a column of the audit log: the Mac that it was about.
          t("Device")
        }
      </th>
      <th role="columnheader" scope="col">
        {
          // Translators: Head of a column of the audit log: whom it was about, the reason given, and the like.
          t("Details")
        }
      </th>
    </tr>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  return (
    <tr role="row" class="audit-entry">
      <th role="rowheader" scope="row">
        {actionWords(entry.action)}
        {entry.outcome === "denied" && <Denied />}
      </th>
      <td role="cell" class="numbers">
        <time dateTime={entry.at} title={formatDateTime(entry.at)}>
          {formatTime(entry.at)}
        </time>
      </td>
      <td role="cell">
        <Actor entry={entry} />
      </td>
      <td role="cell">{entry.device && <Device device={entry.device} />}</td>
      <td role="cell">
        <Details entry={entry} />
      </td>
    </tr>
  );
}

function Denied() {
  return (
    <span class="chip chip-not-stored">
      <Icon name="alert" size={18} />
      {OUTCOMES.denied?.()}
    </span>
  );
}

function Actor({ entry: { actor, action } }: { entry: AuditEntry }) {
  if (actor === null) return <span class="muted">{nobodyWords(action)}</span>;
  return (
    <>
      <bdi>{actor.name ?? actor.id}</bdi>
      {actor.username !== null && <bdi class="small muted">{actor.username}</bdi>}
    </>
  );
}

function nobodyWords(action: string): string {
  // Translators: Stands for the person in the audit log: somebody tried to sign in whom the portal does not know.
  if (action === "sign-in") return t("Somebody unknown");
  // Translators: Stands for the person in the audit log: the portal itself, or an administrator on the server's command line.
  return t("The portal or its server");
}

function Device({ device }: { device: NonNullable<AuditEntry["device"]> }) {
  return (
    <>
      <bdi>{device.name ?? device.id}</bdi>
      {device.serial !== null && device.serial !== device.name && <span class="ltr small muted">{device.serial}</span>}
    </>
  );
}

interface Day {
  readonly day: string;
  readonly items: AuditEntry[];
}

/** The days of the reader's time zone, in the order of the entries. */
function byDay(entries: readonly AuditEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = formatDay(entry.at);
    if (days.at(-1)?.day !== day) days.push({ day, items: [] });
    days.at(-1)?.items.push(entry);
  }
  return days;
}
