/** Audit log: who did what, for auditors. */
import { useLocation } from "preact-iso/router";
import { api, ApiProblem } from "../../api";
import { Button, ButtonLink } from "../../components/button";
import "../../components/card/card.css";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { Slot } from "../../components/slot";
import { t, tn } from "../../i18n";
import { EntryTable } from "./entries";
import { FilterForm } from "./filters";
import { addressOf, apiQuery, readFilters, type Filters } from "./query";
import { useEntries, type Entries, type Reading } from "./use-entries";
import "./audit.css";

export function AuditPage() {
  const { url, route } = useLocation();
  const filters = readFilters(new URL(url, location.href).searchParams);
  const reading = useEntries(filters);
  const unknown = unknownField(reading.error);
  if (reading.error !== null && unknown === null && reading.entries === null) {
    return <PageError error={reading.error} onRetry={reading.readAgain} />;
  }
  return (
    <div class="column audit">
      <PageHeading
        // Translators: Title of the page that shows auditors who did what.
        title={t("Audit log")}
        // Translators: Under the title of the audit log.
        lead={t("Who did what, and what was denied; the newest first. No recovery key is ever in it.")}
      />
      <FilterForm
        present={filters}
        unknown={unknown}
        busy={reading.busy}
        onChoose={(chosen) => route(addressOf(chosen))}
      />
      {unknown === null && <Found reading={reading} filters={filters} />}
    </div>
  );
}

/** The filter that the portal found to name nobody and nothing. */
function unknownField(error: unknown): "actor" | "device" | null {
  if (!(error instanceof ApiProblem) || error.code !== "invalid") return null;
  const fields = error.params.fields;
  const names = typeof fields === "object" && fields !== null ? Object.keys(fields) : [];
  return (["actor", "device"] as const).find((name) => names.includes(name)) ?? null;
}

function Found({ reading, filters }: { reading: Reading; filters: Filters }) {
  const { entries, busy, error, readOn } = reading;
  if (entries === null) return <Status words={onTheirWay()} />;
  if (entries.items.length === 0) return <Nothing />;
  return (
    <>
      <div class="audit-found">
        <Status words={countWords(entries)} />
        <Exports filters={filters} />
      </div>
      <EntryTable entries={entries.items} />
      {error !== null && <Status words={notReachedWords()} />}
      {entries.next !== null && (
        <Button wide busy={busy} onClick={readOn}>
          {busy ? onTheirWay() : olderWords()}
        </Button>
      )}
    </>
  );
}

function Status({ words }: { words: string }) {
  return (
    <p class="small muted" role="status">
      {words}
    </p>
  );
}

function onTheirWay(): string {
  // Translators: Stands where entries of the audit log will be, until they have come.
  return t("The entries are on their way…");
}

function olderWords(): string {
  // Translators: Button under the entries of the audit log: shows those before them as well.
  return t("Show older entries");
}

function notReachedWords(): string {
  // Translators: Under the entries of the audit log: the older ones could not be fetched.
  return t("The older entries did not come. Try again in a moment.");
}

function countWords({ items, next }: Entries): string {
  const count = items.length;
  // Translators: Above the audit log: how many entries the page shows, when there are more.
  if (next !== null) return tn("The newest entry is shown", "The newest {count} entries are shown", count);
  // Translators: Above the audit log: how many entries there are in all.
  return tn("{count} entry", "{count} entries", count);
}

function Exports({ filters }: { filters: Filters }) {
  const query = apiQuery(filters);
  return (
    <div class="audit-exports no-print">
      <ExportLink href={api.auditExport(query, "csv")}>
        {
          // Translators: Link that saves the audit log as a file. CSV is a form that spreadsheets read.
          t("Export as CSV")
        }
      </ExportLink>
      <ExportLink href={api.auditExport(query, "jsonl")}>
        {
          // Translators: Link that saves the audit log as a file. JSON Lines is a form that programs read.
          t("Export as JSON Lines")
        }
      </ExportLink>
    </div>
  );
}

function ExportLink({ href, children }: { href: string; children: string }) {
  return (
    <ButtonLink href={href} icon="download" download>
      {children}
    </ButtonLink>
  );
}

function Nothing() {
  return (
    <div class="card audit-nothing" role="status">
      <Slot state="none" large />
      <p>
        {
          // Translators: Stands in place of the entries of the audit log when the filters find none.
          t("No entry fits these filters. Clear them to see all entries.")
        }
      </p>
    </div>
  );
}
