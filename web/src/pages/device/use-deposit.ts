/** The latest deposit of a device, followed while somebody looks at the page: another tab or device may start one. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, type Deposit } from "../../api";
import { pollDelay } from "../../domain/deposit";
import { whileLooking } from "../../state/looking";

/** Milliseconds until the next try where the portal gave no answer; a banner of the whole app tells of it. */
const AFTER_SILENCE = 5_000;

export interface Followed {
  readonly deposit: Deposit | null;
  /** When this page first saw this deposit, and when it last asked: milliseconds since 1970. */
  readonly since: number;
  readonly at: number;
}

/** Null until the first answer. `changed` is called where an answer is news: other than the one before, or than `known`. */
export function useDeposit(id: string, known: () => Deposit | null, changed: () => void): ReadonlySignal<Followed | null> {
  const followed = useSignal<Followed | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    void follow(id, leaving.signal, (next) => {
      const before = followed.peek();
      followed.value = next;
      // What is known of the device may be a moment older than the first answer about its deposit.
      const isNews = before === null ? isAnother(known(), next.deposit) : before.deposit !== next.deposit;
      if (isNews) changed();
    });
    return () => leaving.abort();
  }, [id]);
  return followed;
}

function isAnother(before: Deposit | null, after: Deposit | null): boolean {
  return before?.id !== after?.id || before?.state !== after?.state;
}

/** Ask for the latest deposit until `leaving` is aborted, and tell each answer; an unchanged one is the same object. */
export function follow(id: string, leaving: AbortSignal, tell: (followed: Followed) => void): Promise<void> {
  let deposit: Deposit | null = null;
  let etag: string | null = null;
  let since = Date.now();

  const ask = async () => {
    const answer = await api.latestDeposit(id, etag, { signal: leaving, background: true });
    const at = Date.now();
    if (answer !== "unchanged") {
      const next = answer?.deposit ?? null;
      if (next?.id !== deposit?.id) since = at;
      deposit = next;
      etag = answer?.etag ?? null;
    }
    tell({ deposit, since, at });
    return pollDelay(deposit, at - since);
  };
  return whileLooking(() => ask().catch(() => AFTER_SILENCE), leaving);
}
