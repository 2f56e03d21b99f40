/** A second person has to agree before the key of somebody else's Mac is shown: ask them, and see how it stands. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, ApiProblem, type Device, isAbort, type RevealRequest } from "../../api";
import { Banner } from "../../components/banner";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import { whileLooking } from "../../state/looking";

/** Milliseconds between two looks at a request that waits. */
const LOOK = 5_000;

export interface ApprovalProps {
  readonly device: Device;
  readonly reason: string;
  /** Asks for the key once more, with the approval. */
  readonly onApproved: () => void;
}

export function Approval({ device, reason, onApproved }: ApprovalProps) {
  const { request, busy, error, ask } = useApproval(device.id, reason);
  const state = request.value?.state ?? "none";
  return (
    <Banner kind={state === "approved" ? "ok" : "info"} icon="people" title={TITLES[state]()} code={`approval-${state}`} role="status">
      <p>{WORDS[state]()}</p>
      {error.value !== null && (
        <p class="field-error" role="alert">
          <Icon name="alert" />
          <span>{errorWords(error.value)}</span>
        </p>
      )}
      {state === "approved" && (
        <Button kind="primary" icon="shown" onClick={onApproved}>
          {
            // Translators: Button that shows the key.
            t("Show the key")
          }
        </Button>
      )}
      {state !== "approved" && state !== "asked" && (
        <Button kind="primary" busy={busy.value} onClick={ask}>
          {
            // Translators: Button for IT support: asks a second person to agree that they see the key of somebody else's Mac.
            t("Ask for approval")
          }
        </Button>
      )}
    </Banner>
  );
}

interface ApprovalControl {
  /** The person's own latest request; null where there is none. */
  readonly request: ReadonlySignal<RevealRequest | null>;
  readonly busy: ReadonlySignal<boolean>;
  readonly error: ReadonlySignal<unknown>;
  readonly ask: () => void;
}

/** Followed while it waits and somebody looks. */
function useApproval(id: string, reason: string): ApprovalControl {
  const request = useSignal<RevealRequest | null>(null);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const leaving = useMemo(() => new AbortController(), [id]);
  const follow = () =>
    whileLooking(async () => {
      const latest = await api.latestRequest(id, { signal: leaving.signal, background: true }).catch(() => request.peek());
      request.value = latest;
      return latest?.state === "asked" ? LOOK : null;
    }, leaving.signal);
  const send = async () => {
    busy.value = true;
    error.value = null;
    try {
      request.value = await api.requestReveal(id, reason);
      void follow();
    } catch (refusal) {
      if (!isAbort(refusal)) error.value = refusal;
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    void follow();
    return () => leaving.abort();
  }, [id]);
  return { request, busy, error, ask: () => void (busy.peek() || send()) };
}

function errorWords(error: unknown): string {
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: Where IT support asks for approval, and the portal could not be reached.
  return t("Nobody could be asked just now. Check your internet connection and try again.");
}

type Standing = RevealRequest["state"] | "none";

const needed = () =>
  // Translators: Title of a banner for IT support: a second person has to agree before they see the key of somebody else's Mac.
  t("A second person has to approve");

const TITLES: Readonly<Record<Standing, () => string>> = {
  none: needed,
  expired: needed,
  // Translators: Title of a banner for IT support: they asked to see the key of somebody else's Mac, and nobody has decided so far.
  asked: () => t("Waiting for approval"),
  // Translators: Title of a banner for IT support: a second person agreed that they see the key of somebody else's Mac.
  approved: () => t("Approved"),
  // Translators: Title of a banner for IT support: a second person did not agree that they see the key of somebody else's Mac.
  denied: () => t("Not approved"),
};

const WORDS: Readonly<Record<Standing, () => string>> = {
  // Translators: In the banner "A second person has to approve".
  none: () => t("An administrator other than you decides. Your reason is shown to them."),
  // Translators: In the banner "A second person has to approve", where an earlier request was not decided in time.
  expired: () => t("Your last request is over. You can ask again."),
  // Translators: In the banner "Waiting for approval".
  asked: () => t("An administrator has your request. You may leave this page: a message tells you of the decision."),
  // Translators: In the banner "Approved".
  approved: () => t("You may see the key for a limited time."),
  // Translators: In the banner "Not approved".
  denied: () => t("An administrator decided that you do not see this key now. Talk to them; then you can ask again."),
};
