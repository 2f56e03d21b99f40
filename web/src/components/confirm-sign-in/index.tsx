/** Asks for the password once more, where a key is only shown to somebody who signed in a short while ago. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { api } from "../../api";
import { t, type Words } from "../../i18n";
import { person } from "../../state";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { PasskeyConfirmation } from "../passkey";
import { signInError } from "../sign-in-form/words";
import { TextField } from "../text-field";
import { providersOf, WorkAccountsInAnotherTab } from "../work-account";
import "./confirm-sign-in.css";

export interface ConfirmSignInProps {
  readonly onConfirmed: () => void;
  readonly onClose: () => void;
  /** Whether it is for a change of the account, and not for a key. */
  readonly forAccount?: boolean;
}

export function ConfirmSignIn({ onConfirmed, onClose, forAccount = false }: ConfirmSignInProps) {
  // Translators: Title of the dialog that asks for the password again before a key is shown.
  const title = t("Confirm that it is you");
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>
        {forAccount
          ? // Translators: Text of the dialog that asks somebody to sign in again before their account is changed.
            t("You signed in a while ago. Before your account is changed, please sign in once more.")
          : // Translators: Text of the dialog that asks for the password again before a key is shown.
            t("You signed in a while ago. Before we show the key, please sign in once more.")}
      </p>
      {person.value?.ways.includes("password") && <PasswordForm onConfirmed={onConfirmed} forAccount={forAccount} />}
      <PasskeyConfirmation onConfirmed={onConfirmed} />
      <OtherWays onConfirmed={onConfirmed} />
      <Button kind="ghost" wide onClick={onClose}>
        {
          // Translators: Button that leaves everything as it was.
          t("Cancel")
        }
      </Button>
    </Dialog>
  );
}

function PasswordForm({ onConfirmed, forAccount }: Pick<ConfirmSignInProps, "onConfirmed" | "forAccount">) {
  const password = useSignal("");
  const error = useSignal<Words | null>(null);
  const busy = useSignal(false);
  const input = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      await api.confirm(password.value);
      onConfirmed();
    } catch (reason) {
      error.value = () => signInError(reason);
      input.current?.focus();
      input.current?.select();
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="confirm-sign-in" onSubmit={(event) => void submit(event)}>
      <TextField
        // Translators: Label of a field of the sign-in form.
        label={t("Password")}
        type="password"
        name="password"
        autocomplete="current-password"
        value={password.value}
        onInput={(value) => (password.value = value)}
        error={error.value?.()}
        inputRef={input}
        autofocus
      />
      <Button kind="primary" type="submit" busy={busy.value} wide>
        {busy.value
          ? // Translators: On the button of the dialog that asks for the password again, while it is checked.
            t("Signing in…")
          : forAccount
            ? // Translators: Button of the dialog that asks somebody to sign in again before their account is changed.
              t("Confirm")
            : // Translators: Button of the dialog that asks for the password again before a key is shown.
              t("Show the key")}
      </Button>
    </form>
  );
}

/** Work accounts sign in on a page of their own, in a tab of its own; after that the key can be asked for here. */
function OtherWays({ onConfirmed }: Pick<ConfirmSignInProps, "onConfirmed">) {
  if (providersOf(person.value).length === 0) return null;
  return (
    <>
      <WorkAccountsInAnotherTab person={person.value} confirm />
      <Button wide onClick={onConfirmed}>
        {
          // Translators: Button for somebody who has signed in again in another tab and comes back to see the key.
          t("I have signed in")
        }
      </Button>
    </>
  );
}
