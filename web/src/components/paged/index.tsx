/**
 * A list that comes page by page: what is known of it, a button for what comes next, and what to do where the portal
 * was not reached. What is shown stays while more of it is fetched.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { CallOptions, PageOf } from "../../api";
import { t } from "../../i18n";
import { Button } from "../button";

export interface Paged<Item> {
  /** Null until the first page is there. */
  readonly items: readonly Item[] | null;
  readonly isMissing: boolean;
  /** Null where there are no more. */
  readonly more: (() => void) | null;
  /** Fetches the first page again. */
  readonly reload: () => Promise<void>;
}

interface Known<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

type Fetch<Item> = (after: string | null, options: CallOptions) => Promise<PageOf<Item>>;

/** `news` changes where there may be something new in the list. */
export function usePaged<Item>(ask: Fetch<Item>, news = ""): Paged<Item> {
  const known = useSignal<Known<Item> | null>(null);
  const missing = useSignal(false);
  const load = async (before: Known<Item> | null, signal?: AbortSignal) => {
    const page = await ask(before?.next ?? null, { signal, background: true }).catch(() => null);
    if (signal?.aborted) return;
    missing.value = page === null;
    if (page !== null) known.value = { items: [...(before?.items ?? []), ...page.items], next: page.next };
  };
  useEffect(() => {
    const leaving = new AbortController();
    void load(null, leaving.signal);
    return () => leaving.abort();
  }, [news]);
  const hasMore = known.value !== null && known.value.next !== null;
  return {
    items: known.value?.items ?? null,
    isMissing: missing.value,
    more: hasMore ? () => void load(known.peek()) : null,
    reload: () => load(null),
  };
}

/** What stands below the items: why there are none, what to do where they could not be fetched, and more of them. */
export function RestOfList<Item>({ list, empty }: { readonly list: Paged<Item>; readonly empty: ComponentChildren }) {
  return (
    <>
      {list.isMissing && <Missing onRetry={() => void list.reload()} />}
      {!list.isMissing && list.items?.length === 0 && <p class="small muted">{empty}</p>}
      {!list.isMissing && list.more !== null && (
        <Button onClick={list.more}>
          {
            // Translators: Button under a list: shows what comes next in it.
            t("Show more")
          }
        </Button>
      )}
    </>
  );
}

function Missing({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <>
      <p class="small muted" role="status">
        {
          // Translators: In place of a list, or below a part of it, where the portal could not be reached.
          t("This could not be fetched just now.")
        }
      </p>
      <Button icon="refresh" onClick={onRetry}>
        {
          // Translators: Button that does again what did not work.
          t("Try again")
        }
      </Button>
    </>
  );
}
