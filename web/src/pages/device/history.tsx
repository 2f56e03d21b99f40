/** What happened to a Mac, newest first: who did what, and why where a reason was needed. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, type DeviceEvent } from "../../api";
import { actionWords, OUTCOMES } from "../../components/audit-words";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { Moment } from "../../components/moment";
import { t, tx } from "../../i18n";

export interface HistoryProps {
  readonly id: string;
  /** Changes where something new may have happened. */
  readonly news: string;
}

interface Known {
  readonly events: readonly DeviceEvent[];
  readonly next: string | null;
}

export function History({ id, news }: HistoryProps) {
  const known = useSignal<Known | null>(null);
  const missing = useSignal(false);
  const load = async (before: Known | null, signal?: AbortSignal) => {
    const page = await api.history(id, before?.next ?? null, { signal, background: true }).catch(() => null);
    if (signal?.aborted) return;
    missing.value = page === null;
    if (page !== null) known.value = { events: [...(before?.events ?? []), ...page.items], next: page.next };
  };
  useEffect(() => {
    const leaving = new AbortController();
    void load(null, leaving.signal);
    return () => leaving.abort();
  }, [id, news]);
  return (
    <Card
      // Translators: Title of the card, for IT support, with what happened to a Mac.
      title={t("What happened")}
    >
      <ol class="history">
        {known.value?.events.map((event) => (
          <li key={event.id}>
            <Event event={event} />
          </li>
        ))}
      </ol>
      {missing.value && <Missing onRetry={() => void load(null)} />}
      {known.value?.events.length === 0 && (
        <p class="small muted">
          {
            // Translators: On the card "What happened" of a Mac with which nothing happened so far.
            t("Nothing so far.")
          }
        </p>
      )}
      {known.value?.next && !missing.value && (
        <Button onClick={() => void load(known.value)}>
          {
            // Translators: Button under a list: shows what comes next in it.
            t("Show more")
          }
        </Button>
      )}
    </Card>
  );
}

function Missing({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <>
      <p class="small muted" role="status">
        {
          // Translators: On the card "What happened" where the portal could not be reached.
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

function Event({ event }: { readonly event: DeviceEvent }) {
  const reason = event.outcome === "done" ? reasonWords(event) : null;
  return (
    <>
      <p class="history-action">
        {actionWords(event.action)}
        {event.outcome !== "done" && <span class="muted"> · {OUTCOMES[event.outcome]?.() ?? event.outcome}</span>}
      </p>
      {reason !== null && (
        <p class="small">
          <bdi>{reason}</bdi>
        </p>
      )}
      <p class="small muted">
        <When event={event} />
      </p>
    </>
  );
}

function When({ event }: { readonly event: DeviceEvent }) {
  const time = <Moment time={event.at} as="exact" alone={event.actor === null} />;
  if (event.actor === null) return time;
  // Translators: Who did something with a Mac, and when, as in "Noor Vermeer, yesterday, 17:40".
  return <>{tx("{name}, {when}", { name: <bdi>{event.actor}</bdi>, when: time })}</>;
}

/** What people gave as a reason; other reasons of the log are codes. */
function reasonWords({ action, reason }: DeviceEvent): string | null {
  if (action === "reveal" || action === "reveal-requested") return reason;
  if (action !== "reveal-decided") return null;
  // Translators: Title of a banner for IT support: a second person agreed that they see the key of somebody else's Mac.
  if (reason === "approved") return t("Approved");
  // Translators: Title of a banner for IT support: a second person did not agree that they see the key of somebody else's Mac.
  return t("Not approved");
}
