/** Requests to see somebody else's key: those that wait, followed while somebody looks, and those that are closed. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, isAbort, isProblem, type PageOf, type RevealRequest } from "../../api";
import { whileLooking } from "../../state/looking";

/** Milliseconds between two looks at what waits. */
const LOOK = 10_000;

/** What came of the latest decision: the request as it stands now, or why nothing was changed. */
export type Outcome = { readonly decided: RevealRequest } | { readonly refused: unknown };

export interface Requests {
  /** Null until the first answer. */
  readonly open: ReadonlySignal<readonly RevealRequest[] | null>;
  readonly closed: ReadonlySignal<PageOf<RevealRequest> | null>;
  /** Why what waits could not be fetched, if the latest try did not succeed. */
  readonly error: ReadonlySignal<unknown>;
  /** The request that is being decided on, by its id. */
  readonly deciding: ReadonlySignal<string | null>;
  readonly outcome: ReadonlySignal<Outcome | null>;
  readonly decide: (request: RevealRequest, approve: boolean) => Promise<void>;
  readonly reload: () => Promise<void>;
  /** Fetches what comes next of the closed ones. */
  readonly more: () => Promise<void>;
}

export function useRequests(): Requests {
  const open = useSignal<readonly RevealRequest[] | null>(null);
  const closed = useSignal<PageOf<RevealRequest> | null>(null);
  const error = useSignal<unknown>(null);
  const deciding = useSignal<string | null>(null);
  const outcome = useSignal<Outcome | null>(null);
  const leaving = useMemo(() => new AbortController(), []);
  const { signal } = leaving;

  const look = async (background: boolean) => {
    try {
      open.value = await api.requests({ signal, background });
      error.value = null;
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    }
  };
  const loadClosed = async (before: PageOf<RevealRequest> | null) => {
    // Without the closed ones the page is as good for deciding.
    const page = await api.closedRequests(before?.next ?? null, { signal, background: true }).catch(() => null);
    if (page !== null) closed.value = { items: [...(before?.items ?? []), ...page.items], next: page.next };
  };
  const reload = async () => void (await Promise.all([look(false), loadClosed(null)]));
  const decide = async (request: RevealRequest, approve: boolean) => {
    if (deciding.peek() !== null) return;
    deciding.value = request.id;
    outcome.value = null;
    try {
      const decided = await api.decideRequest(request.id, approve);
      open.value = open.peek()?.filter(({ id }) => id !== request.id) ?? null;
      outcome.value = { decided };
      void loadClosed(null);
    } catch (refused) {
      if (!isAbort(refused)) outcome.value = { refused };
      // Somebody else was faster, or its time is over: the lists say which.
      if (isProblem(refused, "already-decided")) void reload();
    } finally {
      deciding.value = null;
    }
  };
  useEffect(() => {
    void loadClosed(null);
    let first = true;
    void whileLooking(async () => {
      await look(!first);
      first = false;
      return LOOK;
    }, signal);
    return () => leaving.abort();
  }, []);
  return { open, closed, error, deciding, outcome, decide, reload, more: () => loadClosed(closed.peek()) };
}
