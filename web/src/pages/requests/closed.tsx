/** What was decided lately, by whom, and what nobody decided in time. */
import type { RevealRequest } from "../../api";
import { Button } from "../../components/button";
import "../../components/chip/chip.css";
import { Icon, type IconName } from "../../components/icon";
import { Moment } from "../../components/moment";
import { t, tx } from "../../i18n";

export interface ClosedRequestsProps {
  readonly requests: readonly RevealRequest[];
  /** Null where there are no more. */
  readonly onMore: (() => Promise<void>) | null;
}

export function ClosedRequests({ requests, onMore }: ClosedRequestsProps) {
  return (
    <section class="card card-padded" aria-labelledby="requests-closed">
      <h2 id="requests-closed">
        {
          // Translators: Title of the list of requests that were approved, denied or left alone.
          t("In the last 30 days")
        }
      </h2>
      <ul class="requests-closed">
        {requests.map((request) => (
          <ClosedRequest key={request.id} request={request} />
        ))}
      </ul>
      {onMore && (
        <Button onClick={() => void onMore()}>
          {
            // Translators: Button under a list: shows what comes next in it.
            t("Show more")
          }
        </Button>
      )}
    </section>
  );
}

function ClosedRequest({ request }: { readonly request: RevealRequest }) {
  const { requester, device, reason, decided_by, decided_at, until } = request;
  const names = { name: <bdi>{requester.name}</bdi>, device: <bdi>{device.name}</bdi> };
  const when = decided_at ?? until;
  return (
    <li>
      <Decision request={request} />
      <p class="request-who">
        {
          // Translators: In a list of closed requests. {name} is of IT support, {device} the name of a Mac whose key they asked to see.
          tx("{name}, for {device}", names)
        }
      </p>
      <p class="small">
        <bdi>{reason}</bdi>
      </p>
      <p class="small muted numbers">{when !== null && <WhoWhen by={decided_by?.name ?? null} time={when} />}</p>
    </li>
  );
}

function WhoWhen({ by, time }: { readonly by: string | null; readonly time: string }) {
  const moment = <Moment time={time} as="exact" alone={by === null} />;
  if (by === null) return moment;
  // Translators: Who did something with a Mac, and when, as in "Noor Vermeer, yesterday, 17:40".
  return <>{tx("{name}, {when}", { name: <bdi>{by}</bdi>, when: moment })}</>;
}

/** An approval whose time is over was an approval all the same. */
function Decision({ request: { state, decided_by } }: { readonly request: RevealRequest }) {
  const decision = decided_by === null ? "none" : state === "denied" ? "denied" : "approved";
  const { look, icon, words } = DECISIONS[decision];
  return (
    <p class={`chip ${look}`}>
      <Icon name={icon} size={18} />
      {words()}
    </p>
  );
}

interface DecisionLook {
  readonly look: string;
  readonly icon: IconName;
  readonly words: () => string;
}

const DECISIONS: Readonly<Record<"approved" | "denied" | "none", DecisionLook>> = {
  // Translators: Title of a banner for IT support: a second person agreed that they see the key of somebody else's Mac.
  approved: { look: "chip-kept", icon: "check", words: () => t("Approved") },
  // Translators: Title of a banner for IT support: a second person did not agree that they see the key of somebody else's Mac.
  denied: { look: "chip-not-stored", icon: "close", words: () => t("Not approved") },
  // Translators: Short state of a request that nobody approved or denied before its time was over.
  none: { look: "", icon: "arc", words: () => t("Nobody decided in time") },
};
