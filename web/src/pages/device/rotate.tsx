/** Rotate recovery key: asks once more, and says what happens, before the Mac is asked for a new key. */
import { useSignal } from "@preact/signals";
import { api, ApiProblem, type Deposit, type Device, isAbort } from "../../api";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Icon } from "../../components/icon";
import type { View } from "../../domain/deposit";
import { t } from "../../i18n";
import { names } from "../../i18n/names";
import { isOwn } from "../../state/device";

export interface RotateKeyProps {
  readonly device: Device;
  /** Told of the rotation once the portal has it. */
  readonly onBegun: (rotation: Deposit) => void;
}

/** Whether there is any use in asking: a Mac without FileVault or a recovery key has nothing to replace. */
export function canRotate({ actions, stale }: Device, shown: View): boolean {
  const hasNone = stale === "filevault-off" || stale === "no-recovery-key";
  return actions.includes("rotate") && shown.shows !== "progress" && !hasNone;
}

export function RotateKey({ device, onBegun }: RotateKeyProps) {
  const asking = useSignal(false);
  return (
    <>
      <Button wide icon="refresh" onClick={() => (asking.value = true)}>
        {names.rotateRecoveryKey()}
      </Button>
      {asking.value && <Question device={device} onBegun={onBegun} onClose={() => (asking.value = false)} />}
    </>
  );
}

function Question({ device, onBegun, onClose }: RotateKeyProps & { readonly onClose: () => void }) {
  const { rotate, busy, error } = useRotation(device.id, onBegun);
  const title = names.rotateRecoveryKey();
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>
        {
          // Translators: Asked before a key is replaced: what is safe.
          t("Nothing gets lost: the key that is kept now stays here, among the earlier keys.")
        }
      </p>
      <p>
        {
          isOwn(device)
            ? // Translators: Asked before a key is replaced: what happens.
              t("Your Mac makes a new key, and we keep that one. A key that you have on paper then no longer opens this Mac.")
            : // Translators: Asked, of IT support, before the key of somebody else's Mac is replaced: what happens.
              t("The Mac makes a new key, and we keep that one. A key that its owner has on paper then no longer opens it: let them know.")
        }
      </p>
      <p class="small muted">
        {
          isOwn(device)
            ? // Translators: Asked before a key is replaced: what the Mac has to be for it.
              t("Your Mac has to be switched on and connected to the internet. If it is not, it goes on by itself as soon as it is.")
            : // Translators: Asked, of IT support, before the key of somebody else's Mac is replaced: what the Mac has to be for it.
              t("The Mac has to be switched on and connected to the internet. If it is not, it goes on by itself as soon as it is.")
        }
      </p>
      {error !== null && (
        <p class="field-error" role="alert">
          <Icon name="alert" />
          <span>{errorWords(error)}</span>
        </p>
      )}
      <Button kind="primary" wide busy={busy} onClick={rotate}>
        {busy
          ? // Translators: On the button "Rotate recovery key" while the portal is being told.
            t("Asking for a new key…")
          : title}
      </Button>
      <Button kind="ghost" wide onClick={onClose}>
        {
          // Translators: Button that leaves everything as it was.
          t("Cancel")
        }
      </Button>
    </Dialog>
  );
}

/** Asks once, however often it is pressed. */
function useRotation(id: string, onBegun: RotateKeyProps["onBegun"]) {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const send = async () => {
    busy.value = true;
    error.value = null;
    try {
      onBegun(await api.rotate(id));
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    } finally {
      busy.value = false;
    }
  };
  return { rotate: () => void (busy.peek() || send()), busy: busy.value, error: error.value };
}

function errorWords(error: unknown): string {
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: In the dialog "Rotate recovery key" where the portal could not be reached.
  return t("We can’t reach the portal, so nothing has changed. Check your internet connection and try again.");
}
