/** Gives a device another name, in place. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { api, ApiProblem, type Device } from "../../api";
import { Button } from "../../components/button";
import { TextField } from "../../components/text-field";
import { t, type Words } from "../../i18n";

/** The longest name that the portal takes, in characters. */
const LONGEST = 80;

export interface RenameProps {
  readonly device: Device;
  readonly onRenamed: (device: Device) => void;
  readonly onClose: () => void;
}

export function Rename({ device, onRenamed, onClose }: RenameProps) {
  const name = useSignal(device.name);
  const error = useSignal<Words | null>(null);
  const busy = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      onRenamed(await api.renameDevice(device.id, name.value.trim()));
      onClose();
    } catch (reason) {
      error.value = () => renameError(reason);
      input.current?.focus();
    } finally {
      busy.value = false;
    }
  };
  const escape = (event: KeyboardEvent) => event.key === "Escape" && onClose();
  // Translators: Label of the field with the name of a Mac.
  const label = t("Name of this Mac");
  return (
    <form class="rename" noValidate onSubmit={(event) => void save(event)} onKeyDown={escape}>
      <TextField
        label={label}
        value={name.value}
        onInput={(value) => (name.value = value)}
        error={error.value?.()}
        maxLength={LONGEST}
        autocomplete="off"
        inputRef={input}
      />
      <div class="rename-buttons">
        <Button type="submit" busy={busy.value}>
          {
            // Translators: Button that keeps the new name of a Mac.
            t("Save name")
          }
        </Button>
        <Button kind="ghost" onClick={onClose}>
          {
            // Translators: Button that leaves everything as it was.
            t("Cancel")
          }
        </Button>
      </div>
    </form>
  );
}

function renameError(reason: unknown): string {
  if (reason instanceof ApiProblem && reason.detail !== "") return reason.detail;
  // Translators: Below the field with the name of a Mac, where the portal could not be reached.
  return t("The name could not be saved just now. Try again in a moment.");
}
