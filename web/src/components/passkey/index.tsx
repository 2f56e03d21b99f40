/** The button that asks the browser for a passkey: to sign in, or to sign in again. */
import { useSignal } from "@preact/signals";
import { api } from "../../api";
import { t, type Words } from "../../i18n";
import { person, session, signInWithPasskey } from "../../state";
import { Button } from "../button";
import { Icon } from "../icon";
import { passkeysWork, usePasskey } from "./ceremony";
import { passkeyError } from "./words";
import "./passkey.css";

/** Signs in; where no passkey could be used there is no button. */
export function PasskeySignIn() {
  if (!session.value?.sign_in.passkey || !passkeysWork()) return null;
  // Translators: Button that signs in with a passkey: the browser then asks for a fingerprint, a face or a PIN.
  return <PasskeyButton words={t("Sign in with a passkey")} use={() => signInWithPasskey(usePasskey)} />;
}

/** Signs in again, for whoever has a passkey. */
export function PasskeyConfirmation({ onConfirmed }: { readonly onConfirmed: () => void }) {
  if (!person.value?.ways.includes("passkey") || !passkeysWork()) return null;
  const use = async () => {
    await api.confirmWithPasskey(await usePasskey(await api.confirmationOptions()));
    onConfirmed();
  };
  // Translators: Button in a dialog that asks somebody to confirm that it is they: the browser then asks for a fingerprint, a face or a PIN.
  return <PasskeyButton words={t("Confirm with a passkey")} use={use} />;
}

function PasskeyButton({ words, use }: { readonly words: string; readonly use: () => Promise<void> }) {
  const error = useSignal<Words | null>(null);
  const busy = useSignal(false);
  const press = async () => {
    busy.value = true;
    error.value = null;
    try {
      await use();
    } catch (reason) {
      error.value = () => passkeyError(reason);
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="passkey">
      <Button wide icon="key" busy={busy.value} onClick={() => void press()}>
        {words}
      </Button>
      {error.value !== null && (
        <p class="field-error" role="alert">
          <Icon name="alert" />
          <span>{error.value()}</span>
        </p>
      )}
    </div>
  );
}
