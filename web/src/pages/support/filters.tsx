/** What the list is narrowed to: buttons that stay pressed, each with how many Macs it lets through. */
import type { Count, DeviceCounts, DeviceFilter } from "../../api";
import { Icon } from "../../components/icon";
import { formatNumber, t } from "../../i18n";
import { FILTERS } from "./question";

export interface FilterBarProps {
  readonly chosen: DeviceFilter | null;
  /** Null while they are not known. */
  readonly counts: DeviceCounts | null;
  readonly onChoose: (filter: DeviceFilter | null) => void;
}

export function FilterBar({ chosen, counts, onChoose }: FilterBarProps) {
  // Translators: Name of the group of buttons that narrow the list of Macs, for screen readers.
  const label = t("Show only");
  return (
    <div class="filters" role="group" aria-label={label}>
      {FILTERS.map((filter) => (
        <button
          key={filter}
          type="button"
          class="filter"
          data-filter={filter}
          aria-pressed={filter === chosen}
          onClick={() => onChoose(filter === chosen ? null : filter)}
        >
          {filter === chosen && <Icon name="check" size={18} />}
          {WORDS[filter]()} <span class="filter-count numbers">{countWords(counts?.filters[filter])}</span>
        </button>
      ))}
    </div>
  );
}

/** None was among those that were looked at, and others were not: that says nothing. */
export function isUnknown(count: Count): boolean {
  return count.more && count.count === 0;
}

function countWords(count: Count | undefined): string {
  if (count === undefined || isUnknown(count)) return "";
  const counted = formatNumber(count.count);
  // Translators: A number of Macs, where they are not all counted: {count} is as 1,000, and there are more.
  return count.more ? t("{count}+", { count: counted }) : counted;
}

const WORDS: Readonly<Record<DeviceFilter, () => string>> = {
  // Translators: Filter of the list of Macs: those of which no key is kept.
  "no-key": () => t("No key"),
  // Translators: Short state of a Mac in a list: the last attempt to store its recovery key came to nothing.
  refused: () => t("Not stored"),
  // Translators: Short state of a Mac in a list: its recovery key is kept, and may not open the Mac any more.
  stale: () => t("May be out of date"),
  // Translators: Filter of the list of Macs: those that have not talked to the organization for a long time.
  "not-checked-in": () => t("Silent for long"),
  // Translators: Filter of the list of Macs: those whose disk is not encrypted.
  "not-encrypted": () => t("Not encrypted"),
  // Translators: Filter of the list of Macs: those that claim to be a Mac that is known already, until somebody has looked at them.
  quarantined: () => t("In quarantine"),
};
