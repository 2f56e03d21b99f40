/** Searches: what is found page by page, and how many there are. An answer to an earlier question is never shown. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, type Device, type DeviceCounts, isAbort } from "../../api";
import type { Question } from "./question";

export interface Found {
  readonly question: Question;
  readonly devices: readonly Device[];
  readonly next: string | null;
}

export interface Search {
  /** Null until the first answer; that to the question before stays until the next one comes. */
  readonly found: ReadonlySignal<Found | null>;
  readonly counts: ReadonlySignal<DeviceCounts | null>;
  readonly error: ReadonlySignal<unknown>;
  readonly busy: ReadonlySignal<boolean>;
  readonly more: () => void;
  readonly again: () => void;
}

export function useSearch(question: Question): Search {
  const { q, filter } = question;
  const found = useSignal<Found | null>(null);
  const counts = useSignal<DeviceCounts | null>(null);
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const leaving = useRef(new AbortController());

  const ask = async (before: Found | null) => {
    const { signal } = leaving.current;
    busy.value = true;
    error.value = null;
    try {
      const page = await api.searchDevices({ q, filter, after: before?.next ?? null }, { signal });
      found.value = { question: { q, filter }, devices: [...(before?.devices ?? []), ...page.items], next: page.next };
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    } finally {
      if (!signal.aborted) busy.value = false;
    }
  };
  const count = async (signal: AbortSignal) => {
    // Without the numbers the list is as good.
    const answer = await api.countDevices(q, { signal, background: true }).catch(() => null);
    if (!signal.aborted) counts.value = answer;
  };
  useEffect(() => {
    leaving.current = new AbortController();
    void ask(null);
    return () => leaving.current.abort();
  }, [q, filter]);
  // A change of the filter leaves the counts as they are.
  useEffect(() => {
    const counting = new AbortController();
    counts.value = null;
    void count(counting.signal);
    return () => counting.abort();
  }, [q]);
  const more = () => {
    if (!busy.peek() && found.peek()?.next) void ask(found.peek());
  };
  return { found, counts, error, busy, more, again: () => void ask(null) };
}
