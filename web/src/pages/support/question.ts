/** What is searched for stands in the address, so that Back, a reload and a link lead to it. */
import type { DeviceFilter } from "../../api";

export interface Question {
  readonly q: string;
  readonly filter: DeviceFilter | null;
}

export const FILTERS: readonly DeviceFilter[] = ["no-key", "refused", "stale", "not-checked-in", "not-encrypted", "quarantined"];

/** The most that the portal takes, in characters. */
export const LONGEST = 200;

export function questionIn(query: Readonly<Record<string, string>>): Question {
  const filter = FILTERS.find((one) => one === query["filter"]) ?? null;
  return { q: (query["q"] ?? "").slice(0, LONGEST), filter };
}

export function addressOf({ q, filter }: Question): string {
  const parts = new URLSearchParams();
  if (q !== "") parts.set("q", q);
  if (filter !== null) parts.set("filter", filter);
  return parts.size === 0 ? "/support" : `/support?${parts}`;
}
