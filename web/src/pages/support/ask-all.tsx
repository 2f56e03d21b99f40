/** Asks the owners of all Macs that are found to store the key, once it was said how many people that is. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, ApiProblem, type AskableFilter, type AskedAll, isAbort, type ToAsk } from "../../api";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import { t, tn } from "../../i18n";
import type { Question } from "./question";

/** Of other Macs there is nothing to store, or nobody knows. */
const ASKABLE: readonly string[] = ["no-key", "refused", "stale"] satisfies readonly AskableFilter[];

export interface AskAllProps {
  readonly question: Question;
  /** How many Macs the list shows. */
  readonly found: number;
}

export function AskAll({ question: { q, filter }, found }: AskAllProps) {
  if (filter === null || !ASKABLE.includes(filter) || found === 0) return null;
  return <Asking q={q} filter={filter as AskableFilter} />;
}

interface AskingProps {
  readonly q: string;
  readonly filter: AskableFilter;
}

function Asking({ q, filter }: AskingProps) {
  const asking = useAsking(q, filter);
  const { toAsk, asked, busy, error } = asking;
  return (
    <>
      <Button icon="bubble" busy={busy.value && toAsk.value === null} onClick={asking.look}>
        {askThem()}
      </Button>
      <div class="ask-outcome" role="status">
        {asked.value !== null && <Outcome asked={asked.value} busy={busy.value} onGoOn={asking.send} />}
        {toAsk.value === null && error.value !== null && <Trouble error={error.value} />}
      </div>
      {toAsk.value !== null && (
        <WhoIsAsked toAsk={toAsk.value} busy={busy.value} error={error.value} onAsk={asking.send} onClose={asking.close} />
      )}
    </>
  );
}

function useAsking(q: string, filter: AskableFilter) {
  /** There while the question is open. */
  const toAsk = useSignal<ToAsk | null>(null);
  /** What was done so far; added up where it took several calls. */
  const asked = useSignal<AskedAll | null>(null);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const leaving = useMemo(() => new AbortController(), []);
  const once = async (work: () => Promise<void>) => {
    if (busy.peek()) return;
    busy.value = true;
    error.value = null;
    try {
      await work();
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    } finally {
      busy.value = false;
    }
  };
  const look = () =>
    once(async () => {
      asked.value = null;
      toAsk.value = await api.toAsk(q, filter, { signal: leaving.signal });
    });
  const send = () =>
    once(async () => {
      const before = asked.peek();
      const answer = await api.askAllToStore(q, filter, before?.next ?? null);
      asked.value = { asked: (before?.asked ?? 0) + answer.asked, next: answer.next };
      toAsk.value = null;
    });
  useEffect(() => () => leaving.abort(), []);
  return { toAsk, asked, busy, error, look: () => void look(), send: () => void send(), close: () => (toAsk.value = null) };
}

function askThem(): string {
  // Translators: Button for IT support, above a list of Macs: sends all their owners a message that asks them to store the recovery key.
  return t("Ask all to store the key");
}

interface WhoIsAskedProps {
  readonly toAsk: ToAsk;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onAsk: () => void;
  readonly onClose: () => void;
}

function WhoIsAsked({ toAsk, busy, error, onAsk, onClose }: WhoIsAskedProps) {
  const title = askThem();
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      {toAsk.people === 0 ? <p>{nobody()}</p> : <HowMany toAsk={toAsk} />}
      {error !== null && <Trouble error={error} />}
      {toAsk.people > 0 && (
        <Button kind="primary" wide icon="bubble" busy={busy} onClick={onAsk}>
          {
            // Translators: Button for IT support, in the dialog that says how many people are asked: asks them.
            tn("Ask {count} person", "Ask {count} people", toAsk.people)
          }
        </Button>
      )}
      <Button kind="ghost" wide onClick={onClose}>
        {
          // Translators: Button that leaves everything as it was.
          t("Cancel")
        }
      </Button>
    </Dialog>
  );
}

function HowMany({ toAsk }: { readonly toAsk: ToAsk }) {
  return (
    <>
      <p>
        {
          // Translators: In the dialog "Ask all to store the key".
          tn("{count} person gets a message that asks them to store the key of their Mac.", "{count} people get a message that asks them to store the key of their Mac.", toAsk.people)
        }{" "}
        {
          // Translators: In the dialog "Ask all to store the key", after how many people get a message.
          tn("It is about {count} Mac.", "It is about {count} Macs.", toAsk.macs)
        }
      </p>
      {toAsk.more && (
        <p>
          {
            // Translators: In the dialog "Ask all to store the key", where there are more Macs than are asked about with one press.
            t("There are more. Once these people are asked, you can go on with the next.")
          }
        </p>
      )}
      <p class="small muted">
        {
          // Translators: In the dialog "Ask all to store the key".
          t("Whoever was asked before and has not stored a key gets the message once more.")
        }
      </p>
    </>
  );
}

function nobody(): string {
  // Translators: In the dialog "Ask all to store the key", where all these Macs were given to no person.
  return t("There is nobody to ask: these Macs belong to nobody.");
}

interface OutcomeProps {
  readonly asked: AskedAll;
  readonly busy: boolean;
  readonly onGoOn: () => void;
}

function Outcome({ asked: { asked, next }, busy, onGoOn }: OutcomeProps) {
  return (
    <>
      <p class="ask-done">
        <Icon name="done" />{" "}
        {
          // Translators: Above a list of Macs, once IT support has asked all their owners to store the recovery key.
          tn("We have asked for the key of {count} Mac.", "We have asked for the keys of {count} Macs.", asked)
        }
      </p>
      {next !== null && (
        <Button busy={busy} onClick={onGoOn}>
          {
            // Translators: Button for IT support, after many people were asked to store their key: goes on with those who were not asked yet.
            t("Ask the next")
          }
        </Button>
      )}
    </>
  );
}

function Trouble({ error }: { readonly error: unknown }) {
  return (
    <p class="field-error" role="alert">
      <Icon name="alert" />
      <span>{errorWords(error)}</span>
    </p>
  );
}

function errorWords(error: unknown): string {
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: Below "Ask to store the key" where the portal could not be reached.
  return t("Nobody could be asked just now. Check your internet connection and try again.");
}
