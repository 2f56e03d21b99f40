/** Why somebody needs to see the key of a Mac that is not theirs; asked before the key is. */
import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button } from "../../components/button";
import { TextField } from "../../components/text-field";
import { t } from "../../i18n";

/** The most that the portal takes, in characters. */
const LONGEST = 1_000;

export interface ReasonFormProps {
  /** Kept by the page, so that nothing typed is lost. */
  readonly reason: Signal<string>;
  readonly onGiven: () => void;
}

export function ReasonForm({ reason, onGiven }: ReasonFormProps) {
  const missing = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    missing.value = reason.value.trim() === "";
    if (missing.value) input.current?.focus();
    else onGiven();
  };
  return (
    <form class="card card-padded" noValidate onSubmit={submit}>
      <TextField
        // Translators: Label of a field for IT support: why they need the key of somebody else's Mac.
        label={t("Why do you need to see this key?")}
        // Translators: Below the field with the reason why IT support needs the key of somebody else's Mac.
        hint={t("The reason is kept in the audit log, and the owner is told that you saw the key.")}
        name="reason"
        value={reason.value}
        onInput={(value) => (reason.value = value)}
        error={missing.value && reasonMissing()}
        maxLength={LONGEST}
        autocomplete="off"
        inputRef={input}
      />
      <Button kind="primary" type="submit" icon="shown">
        {
          // Translators: Button that shows the key.
          t("Show the key")
        }
      </Button>
    </form>
  );
}

function reasonMissing(): string {
  // Translators: Error below the field with the reason why IT support needs the key of somebody else's Mac.
  return t("A reason is needed. Say in a few words what it is for.");
}
