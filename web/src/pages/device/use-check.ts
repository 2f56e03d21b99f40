/** Check status: the Mac is asked to check in, and its answer is awaited. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, type Check, isAbort } from "../../api";
import { whileLooking } from "../../state/looking";

/** Milliseconds between two looks at a check that is not answered. */
const LOOK = 1_500;

export interface CheckStatus {
  /** The check that this page began, or found under way, as it stands; null where there is none to tell of. */
  readonly check: ReadonlySignal<Check | null>;
  readonly error: ReadonlySignal<unknown>;
  readonly asking: ReadonlySignal<boolean>;
  readonly ask: () => void;
}

/** `answered` is told when a check has come to its end, since the device has news then. */
export function useCheck(id: string, answered: () => void): CheckStatus {
  const check = useSignal<Check | null>(null);
  const error = useSignal<unknown>(null);
  const asking = useSignal(false);
  const leaving = useRef(new AbortController());

  const signal = () => leaving.current.signal;
  const outcome = async () => {
    asking.value = true;
    await whileLooking(async () => {
      const latest = await api.latestCheck(id, { signal: signal() });
      check.value = latest;
      return latest?.state === "asked" ? LOOK : null;
    }, signal());
    answered();
  };
  const attempt = async (steps: () => Promise<void>) => {
    error.value = null;
    try {
      await steps();
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    } finally {
      asking.value = false;
    }
  };
  const resume = async () => {
    const latest = await api.latestCheck(id, { signal: signal(), background: true });
    if (latest?.state === "asked") await outcome();
  };
  const ask = () => {
    if (asking.peek()) return;
    asking.value = true;
    check.value = null;
    void attempt(() => api.check(id).then(outcome));
  };
  useEffect(() => {
    leaving.current = new AbortController();
    void attempt(resume);
    return () => leaving.current.abort();
  }, [id]);
  return { check, error, asking, ask };
}
