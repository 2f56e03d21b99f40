/** What happened to a Mac, newest first: who did what, and why where a reason was needed. */
import { api, type DeviceEvent } from "../../api";
import { actionWords, OUTCOMES } from "../../components/audit-words";
import { Card } from "../../components/card";
import { Moment } from "../../components/moment";
import { RestOfList, usePaged } from "../../components/paged";
import { t, tx } from "../../i18n";

export interface HistoryProps {
  readonly id: string;
  /** Changes where something new may have happened. */
  readonly news: string;
}

export function History({ id, news }: HistoryProps) {
  const events = usePaged<DeviceEvent>((after, options) => api.history(id, after, options), `${id} ${news}`);
  return (
    <Card
      // Translators: Title of the card, for IT support, with what happened to a Mac.
      title={t("What happened")}
    >
      <ol class="history">
        {events.items?.map((event) => (
          <li key={event.id}>
            <Event event={event} />
          </li>
        ))}
      </ol>
      <RestOfList
        list={events}
        // Translators: On the card "What happened" of a Mac with which nothing happened so far.
        empty={t("Nothing so far.")}
      />
    </Card>
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
