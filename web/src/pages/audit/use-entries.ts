/** The entries that some filters find, page after page. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, isAbort, type AuditEntry } from "../../api";
import { apiQuery, type Filters } from "./query";

export interface Entries {
  readonly items: readonly AuditEntry[];
  readonly next: string | null;
}

export interface Reading {
  /** Null until the first page is there. */
  readonly entries: Entries | null;
  readonly error: unknown;
  readonly busy: boolean;
  readonly readOn: () => void;
  readonly readAgain: () => void;
}

export function useEntries(filters: Filters): Reading {
  const [entries, setEntries] = useState<Entries | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);

  const read = async (before: Entries | null) => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setBusy(true);
    try {
      const query = apiQuery(filters);
      if (before?.next) query.set("after", before.next);
      const page = await api.audit(query, { signal: mine.signal });
      if (running.current !== mine) return;
      setEntries({ items: [...(before?.items ?? []), ...page.items], next: page.next });
      setError(null);
    } catch (problem) {
      if (isAbort(problem) || running.current !== mine) return;
      setError(problem);
    }
    setBusy(false);
  };

  useEffect(() => {
    setEntries(null);
    setError(null);
    void read(null);
    return () => running.current?.abort();
  }, [apiQuery(filters).toString()]);

  return { entries, error, busy, readOn: () => void read(entries), readAgain: () => void read(null) };
}
