/** The filters of the audit log: in the page's address, and as the API wants them. */

export interface Filters {
  readonly actor: string;
  readonly device: string;
  readonly action: string;
  readonly outcome: string;
  /** Days as an input of the browser gives them, in the reader's time zone; both are included. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTERS: Filters = { actor: "", device: "", action: "", outcome: "", from: "", to: "" };
const NAMES = Object.keys(NO_FILTERS) as (keyof Filters)[];

export function readFilters(address: URLSearchParams): Filters {
  return Object.fromEntries(NAMES.map((name) => [name, address.get(name) ?? ""])) as unknown as Filters;
}

/** The address of the page with these filters. */
export function addressOf(filters: Filters): string {
  const query = given(filters);
  return query.size === 0 ? "/audit" : `/audit?${query}`;
}

/** What the API is asked; a day that is none is left out. */
export function apiQuery(filters: Filters): URLSearchParams {
  const query = given(filters);
  setMoment(query, "from", midnight(filters.from, 0));
  setMoment(query, "to", midnight(filters.to, 1));
  return query;
}

function given(filters: Filters): URLSearchParams {
  return new URLSearchParams(NAMES.flatMap((name) => (filters[name].trim() === "" ? [] : [[name, filters[name].trim()]])));
}

function setMoment(query: URLSearchParams, name: string, moment: Date | null): void {
  if (moment === null) query.delete(name);
  else query.set(name, moment.toISOString());
}

/** The beginning of a day, or of one so many days later, where the reader is. */
function midnight(day: string, later: number): Date | null {
  const [year, month, date] = day.split("-").map(Number);
  const moment = new Date(year ?? Number.NaN, (month ?? Number.NaN) - 1, (date ?? Number.NaN) + later);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
