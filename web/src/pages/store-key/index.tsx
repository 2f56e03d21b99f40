/** Store recovery key: the key twice, and Save. What is typed lives in this page alone and goes when it is left. */
import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLocation } from "preact-iso/router";
import { useEffect, useRef } from "preact/hooks";
import { api, type Deposit, type Device, isAbort } from "../../api";
import { Banner } from "../../components/banner";
import { Button } from "../../components/button";
import { Dock } from "../../components/dock";
import { KeyField } from "../../components/key-field";
import { LeaveGuard } from "../../components/leave-guard";
import { Note } from "../../components/note";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { differingGroups, obstacle, shown } from "../../domain/recovery-key";
import { t, tx } from "../../i18n";
import { useDevice } from "../../state/device";
import { DifferWords, MalformedWords, notSent, type Problem, problemOf } from "./problem";
import "./store-key.css";

export function StoreKeyPage({ id }: { readonly id: string }) {
  const one = useDevice(id);
  const device = one.device.value;
  if (device === null) return one.error.value === null ? null : <PageError error={one.error.value} onRetry={() => void one.reload()} />;
  // Translators: Title of the page where a recovery key is entered. Fixed name.
  const title = t("Store recovery key");
  // Translators: Below the title "Store recovery key".
  const lead = t("Enter the key that you got when you encrypted your Mac.");
  return (
    <div class="column column-form">
      <PageHeading title={title} lead={lead} back={{ href: `/devices/${id}`, label: device.name }} />
      <Form device={device} onSaved={(deposit) => one.put({ ...device, deposit })} />
    </div>
  );
}

interface Entry {
  readonly key: Signal<string>;
  readonly confirmation: Signal<string>;
}

interface FormProps {
  readonly device: Device;
  readonly onSaved: (deposit: Deposit) => void;
}

function Form({ device, onSaved }: FormProps) {
  const entry = useEntry();
  const problem = useSignal<Problem | null>(null);
  const keyField = useRef<HTMLTextAreaElement>(null);
  const confirmField = useRef<HTMLTextAreaElement>(null);
  const { save, busy } = useSave(device.id, entry, onSaved, (found) => {
    problem.value = found;
    if (found?.code === "key-malformed") keyField.current?.focus();
    if (found?.code === "keys-differ") confirmField.current?.focus();
  });
  useShownInFull(problem.value, problem.value?.code === "keys-differ" ? confirmField : keyField);
  const typedSomething = useComputed(() => entry.key.value !== "" || entry.confirmation.value !== "");
  const present = useStanding(problem.value, entry);
  const wrongGroups = present?.code === "keys-differ" ? differingGroups(entry.key.value, entry.confirmation.value) : [];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <form class="store-key stack" noValidate autocomplete="off" onSubmit={submit}>
      <KeyField
        // Translators: Label of the field for a recovery key. Fixed name.
        label={t("Recovery key")}
        // Translators: Hint below the field for a recovery key.
        hint={t("Dashes and spaces are not needed.")}
        typed={entry.key}
        field={keyField}
        error={present?.code === "key-malformed" ? <MalformedWords problem={present} /> : null}
        wrongGroups={wrongGroups}
        enterKeyHint="next"
        onEnter={() => confirmField.current?.focus()}
      />
      <KeyField
        // Translators: Label of the second field for a recovery key, where the same key is entered again. Fixed name.
        label={t("Confirm recovery key")}
        // Translators: Hint below the second field for a recovery key.
        hint={t("Enter the same key once more.")}
        typed={entry.confirmation}
        field={confirmField}
        error={present?.code === "keys-differ" ? <DifferWords problem={present} /> : null}
        wrongGroups={wrongGroups}
        enterKeyHint="done"
        onEnter={save}
      />
      {present?.code === "not-sent" && <NotSent reason={present.reason} />}
      <Keep />
      <Dock>
        <p class="dock-note small muted">
          {
            // Translators: Short form of the reminder, right above the button "Save" on a phone.
            t("Keep your key until it is updated.")
          }
        </p>
        <SaveButton busy={busy.value} />
      </Dock>
      <LeaveGuard when={typedSomething.value} />
    </form>
  );
}

/** What is typed, forgotten when the page is left; what the back/forward cache keeps of it holds no key. */
function useEntry(): Entry {
  const key = useSignal("");
  const confirmation = useSignal("");
  const entry = { key, confirmation };
  useEffect(() => {
    const leave = () => forget(entry);
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  return entry;
}

function forget(entry: Entry): void {
  entry.key.value = "";
  entry.confirmation.value = "";
}

/** Save, once however often it is pressed; what is not sent stays in the fields. */
function useSave(id: string, entry: Entry, onSaved: FormProps["onSaved"], tell: (problem: Problem | null) => void) {
  const { route } = useLocation();
  const busy = useSignal(false);
  const send = async () => {
    busy.value = true;
    try {
      onSaved(await api.deposit(id, shown(entry.key.value), shown(entry.confirmation.value)));
      forget(entry);
      route(`/devices/${id}`, true);
    } catch (reason) {
      if (!isAbort(reason)) tell(problemOf(reason, obstacle(entry.key.value, entry.confirmation.value)));
    } finally {
      busy.value = false;
    }
  };
  const save = () => {
    if (busy.peek()) return;
    const found = obstacle(entry.key.value, entry.confirmation.value);
    tell(found);
    if (found === null) void send();
  };
  return { save, busy };
}

/** What is said of a field is scrolled into sight with it, clear of what is docked at the lower edge. */
function useShownInFull(problem: Problem | null, field: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const isOfField = problem !== null && problem.code !== "not-sent";
    if (isOfField) field.current?.closest(".key-field")?.scrollIntoView({ block: "nearest" });
  }, [problem]);
}

/** The problem for as long as it stands: what has been put right is no longer shown. */
function useStanding(problem: Problem | null, entry: Entry): Problem | null {
  const now = obstacle(entry.key.value, entry.confirmation.value);
  if (problem === null || problem.code === "not-sent") return problem;
  if (problem.code === "keys-differ") return differingGroups(entry.key.value, entry.confirmation.value).length > 0 ? problem : null;
  return now?.code === "key-malformed" ? problem : null;
}

function SaveButton({ busy }: { readonly busy: boolean }) {
  return (
    <Button kind="primary" type="submit" busy={busy}>
      {busy
        ? // Translators: On the button "Save" while the key is being sent.
          t("Saving…")
        : // Translators: Button, fixed name: sends the entered recovery key.
          t("Save")}
    </Button>
  );
}

function Keep() {
  return (
    <Note icon="key">
      {
        // Translators: Beside a key icon, above the button "Save". {keep} is the next text, in bold.
        tx("{keep} Throw it away only once you read that it was updated.", {
          keep: (
            <b>
              {
                // Translators: First, bold sentence of the reminder above the button "Save": the key that the person has on paper.
                t("Keep your key for now.")
              }
            </b>
          ),
        })
      }
    </Note>
  );
}

function NotSent({ reason }: { readonly reason: unknown }) {
  const { title, text } = notSent(reason);
  return (
    <Banner kind="danger" title={title} role="alert" code="not-sent">
      <p>{text}</p>
    </Banner>
  );
}
