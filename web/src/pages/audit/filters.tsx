/** What the audit log is narrowed by. Nothing happens until the button is pressed, so that each choice can be undone. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ACTIONS, OUTCOMES } from "../../components/audit-words";
import { Button } from "../../components/button";
import "../../components/card/card.css";
import { SelectField } from "../../components/select-field";
import { TextField } from "../../components/text-field";
import { locale, t } from "../../i18n";
import { addressOf, NO_FILTERS, type Filters } from "./query";

export interface FilterFormProps {
  readonly present: Filters;
  /** The field whose value the portal does not know. */
  readonly unknown: "actor" | "device" | null;
  readonly busy: boolean;
  readonly onChoose: (filters: Filters) => void;
}

export function FilterForm({ present, unknown, busy, onChoose }: FilterFormProps) {
  const [typed, setTyped] = useState(present);
  const fields = { actor: useRef<HTMLInputElement>(null), device: useRef<HTMLInputElement>(null) };
  // The way back leads to the filters that were there before.
  useEffect(() => setTyped(present), [addressOf(present)]);
  useEffect(() => void (unknown !== null && fields[unknown].current?.focus()), [unknown]);
  const change = (name: keyof Filters) => (value: string) => setTyped({ ...typed, [name]: value });
  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy) onChoose(typed);
  };
  const clear = () => {
    setTyped(NO_FILTERS);
    onChoose(NO_FILTERS);
  };
  return (
    // Translators: Name of the form with which the audit log is searched, for screen readers.
    <form class="card audit-filters no-print" role="search" aria-label={t("Search the audit log")} onSubmit={submit}>
      <TextField
        // Translators: Label of a field in the audit log: a user name, to see only what that person did.
        label={t("User name")}
        value={typed.actor}
        inputRef={fields.actor}
        onInput={change("actor")}
        autocapitalize="none"
        autocomplete="off"
        maxLength={190}
        // Translators: Error under a field of the audit log: no account has the user name that was typed.
        error={unknown === "actor" && t("Nobody has this user name.")}
      />
      <TextField
        // Translators: Label of a field in the audit log: the serial number of a Mac, to see only what happened to it.
        label={t("Serial number")}
        value={typed.device}
        inputRef={fields.device}
        onInput={change("device")}
        autocapitalize="characters"
        autocomplete="off"
        maxLength={190}
        // Translators: Error under a field of the audit log: the portal knows no Mac with the serial number that was typed.
        error={unknown === "device" && t("No device has this serial number.")}
      />
      <SelectField
        // Translators: Label of a list in the audit log: what was done.
        label={t("What was done")}
        value={typed.action}
        onChoose={change("action")}
        options={[everything(), ...actions()]}
      />
      <SelectField
        // Translators: Label of a list in the audit log: whether it was done or denied.
        label={t("How it ended")}
        value={typed.outcome}
        onChoose={change("outcome")}
        options={[everything(), ...Object.entries(OUTCOMES).map(([code, words]) => [code, words()] as const)]}
      />
      {/* Translators: Label of a date in the audit log: the first day to be shown. */}
      <TextField label={t("First day")} type="date" value={typed.from} max={typed.to} onInput={change("from")} />
      {/* Translators: Label of a date in the audit log: the last day to be shown. */}
      <TextField label={t("Last day")} type="date" value={typed.to} min={typed.from} onInput={change("to")} />
      <div class="audit-filter-actions">
        <Button kind="primary" type="submit" icon="search" busy={busy}>
          {
            // Translators: Button of the audit log: shows what the chosen filters find.
            t("Show entries")
          }
        </Button>
        <Button kind="ghost" onClick={clear}>
          {
            // Translators: Button that takes away all filters of a list.
            t("Clear filters")
          }
        </Button>
      </div>
    </form>
  );
}

function everything(): readonly [string, string] {
  // Translators: First choice of a list of filters: no filter.
  return ["", t("Everything")];
}

function actions(): (readonly [string, string])[] {
  const every = Object.entries(ACTIONS).map(([code, words]) => [code, words()] as const);
  return every.sort(([, one], [, other]) => one.localeCompare(other, locale.value));
}
