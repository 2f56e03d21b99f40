/** A person's own latest request to see the key of somebody else's Mac, followed while somebody looks at it. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, isAbort, type RevealRequest } from "../api";
import { whileLooking } from "./looking";

/** Milliseconds between two looks at a request that waits. */
const LOOK = 5_000;
/** Behind the end of an approval, in milliseconds, so that the portal says by then that it has expired. */
const AFTER = 1_000;
/** The longest wait that a browser counts. */
const LONGEST = 2 ** 31 - 1;

export interface OwnRequest {
  /** Null where there never was one; undefined until the portal has said. */
  readonly request: ReadonlySignal<RevealRequest | null | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  readonly error: ReadonlySignal<unknown>;
  readonly ask: (reason: string) => void;
}

/** `wanted`: whether there is any sense in looking. */
export function useOwnRequest(id: string, wanted = true): OwnRequest {
  const request = useSignal<RevealRequest | null | undefined>(wanted ? undefined : null);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const leaving = useMemo(() => new AbortController(), [id]);
  const follow = () =>
    whileLooking(async () => {
      const latest = await api.latestRequest(id, { signal: leaving.signal, background: true }).catch(() => request.peek() ?? null);
      if (leaving.signal.aborted) return null;
      request.value = latest;
      return untilNextLook(latest, Date.now());
    }, leaving.signal);
  const send = async (reason: string) => {
    busy.value = true;
    error.value = null;
    try {
      const before = request.peek()?.state;
      request.value = await api.requestReveal(id, reason);
      if (before !== "asked" && before !== "approved") void follow();
    } catch (refusal) {
      if (!isAbort(refusal)) error.value = refusal;
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    if (wanted) void follow();
    return () => leaving.abort();
  }, [id]);
  return { request, busy, error, ask: (reason) => void (busy.peek() || send(reason)) };
}

/** Null where nothing changes by itself any more. */
function untilNextLook(latest: RevealRequest | null, now: number): number | null {
  if (latest?.state === "asked") return LOOK;
  if (latest?.state !== "approved" || latest.until === null) return null;
  return Math.min(Math.max(Date.parse(latest.until) - now, 0) + AFTER, LONGEST);
}
