/** Requests of IT support to see the key of somebody else's Mac: a second person approves or denies them. */
import { useRef } from "preact/hooks";
import { ApiProblem, type RevealRequest } from "../../api";
import { Banner } from "../../components/banner";
import { Button } from "../../components/button";
import { PageError } from "../../components/page-error";
import { errorWords } from "../../components/page-error/words";
import { PageHeading } from "../../components/page-heading";
import { Slot } from "../../components/slot";
import { momentWords } from "../../components/moment";
import { t, tx } from "../../i18n";
import { ClosedRequests } from "./closed";
import { OpenRequest } from "./open";
import "./requests.css";
import { type Outcome, useRequests } from "./use-requests";

export function RequestsPage() {
  const requests = useRequests();
  const waiting = useRef<HTMLHeadingElement>(null);
  const { open, closed, error, deciding, outcome } = requests;
  if (open.value === null && error.value !== null) return <PageError error={error.value} onRetry={() => void requests.reload()} />;
  // The buttons that were pressed are gone with the request: the focus goes to what is left to decide.
  const decide = async (request: RevealRequest, approve: boolean) => {
    await requests.decide(request, approve);
    waiting.current?.focus({ preventScroll: true });
  };
  return (
    <div class="column requests">
      <PageHeading
        // Translators: Title of the page on which administrators approve or deny what IT support asked for.
        title={t("Requests")}
        // Translators: Below the title "Requests".
        lead={t("IT support asks to see the recovery key of somebody else’s Mac. A second person decides.")}
      />
      <div class="stack">
        <div role="status" class="requests-outcome">{outcome.value !== null && <OutcomeBanner outcome={outcome.value} />}</div>
        {open.value !== null && error.value !== null && <Trouble error={error.value} onRetry={() => void requests.reload()} />}
        {open.value !== null && (
          <section aria-labelledby="requests-waiting">
            <h2 id="requests-waiting" tabIndex={-1} ref={waiting}>
              {
                // Translators: Title of the list of requests on which an administrator has to decide.
                t("Waiting for a decision")
              }
            </h2>
            {open.value.length === 0 ? (
              <NothingWaits />
            ) : (
              <ul class="requests-open">
                {open.value.map((request) => (
                  <OpenRequest
                    key={request.id}
                    request={request}
                    busy={deciding.value === request.id}
                    onDecide={(approve) => decide(request, approve)}
                  />
                ))}
              </ul>
            )}
          </section>
        )}
        {closed.value !== null && closed.value.items.length > 0 && (
          <ClosedRequests requests={closed.value.items} onMore={closed.value.next === null ? null : requests.more} />
        )}
      </div>
    </div>
  );
}

function NothingWaits() {
  return (
    <div class="card empty">
      <Slot state="none" large />
      <p>
        {
          // Translators: Stands in place of the list of requests on which an administrator has to decide, where there is none.
          t("No request waits at the moment. This page shows new ones by itself.")
        }
      </p>
    </div>
  );
}

function OutcomeBanner({ outcome }: { readonly outcome: Outcome }) {
  if ("refused" in outcome) return <NotDecided error={outcome.refused} />;
  const { decided } = outcome;
  const values = { name: <bdi>{decided.requester.name}</bdi>, device: <bdi>{decided.device.name}</bdi> };
  if (decided.state !== "approved" || decided.until === null) {
    // Translators: Title of a banner for an administrator who has just denied a request.
    const title = t("You did not approve the request");
    return (
      <Banner kind="info" icon="people" title={title} code="request-denied">
        <p>
          {
            // Translators: In the banner "You did not approve the request". {name} is of IT support, {device} the name of a Mac.
            tx("{name} is told so, and does not see the key of {device}.", values)
          }
        </p>
      </Banner>
    );
  }
  // Translators: Title of a banner for an administrator who has just approved a request.
  const title = t("You approved the request");
  const until = momentWords(decided.until, "date", Date.now());
  return (
    <Banner kind="ok" title={title} code="request-approved">
      <p>
        {
          // Translators: In the banner "You approved the request". {name} is of IT support, {device} the name of a Mac, {until} like "today, 15:40".
          tx("{name} is told so, and may see the key of {device} until {until}. Its owner is told once that happens.", { ...values, until })
        }
      </p>
    </Banner>
  );
}

function NotDecided({ error }: { readonly error: unknown }) {
  const { title, text } = decisionError(error);
  return (
    <Banner kind="warn" title={title} code="request-not-decided">
      <p>{text}</p>
    </Banner>
  );
}

/** What the portal says of a request that is closed already or one's own is told as it is. */
function decisionError(error: unknown): { readonly title: string; readonly text: string } {
  return error instanceof ApiProblem && error.detail !== "" ? { title: error.title, text: error.detail } : errorWords(error);
}

function Trouble({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { title, text } = errorWords(error);
  return (
    <Banner kind="warn" title={title} role="status" code="requests-not-fetched">
      <p>{text}</p>
      <Button icon="refresh" onClick={onRetry}>
        {
          // Translators: Button that does again what did not work.
          t("Try again")
        }
      </Button>
    </Banner>
  );
}
