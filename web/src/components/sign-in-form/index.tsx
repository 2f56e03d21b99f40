/** User name and password. Used by the sign-in page and, with the name fixed, to sign in again over a page. */
import { useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { signIn } from "../../state";
import { Button } from "../button";
import { Icon } from "../icon";
import { TextField } from "../text-field";
import { signInError } from "./words";
import "./sign-in-form.css";

export interface SignInFormProps {
  /** Given where only this person may sign in. */
  readonly username?: string;
}

export function SignInForm({ username: fixed }: SignInFormProps) {
  const [username, setUsername] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const secret = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await signIn(username, password);
    } catch (reason) {
      setError(reason);
      secret.current?.focus();
      secret.current?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="sign-in-form" onSubmit={(event) => void submit(event)}>
      {error !== null && <SignInError error={error} />}
      <TextField
        // Translators: Label of a field of the sign-in form.
        label={t("User name")}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        value={username}
        onInput={setUsername}
        readOnly={fixed !== undefined}
      />
      <TextField
        // Translators: Label of a field of the sign-in form.
        label={t("Password")}
        name="password"
        type="password"
        autocomplete="current-password"
        value={password}
        onInput={setPassword}
        inputRef={secret}
        autofocus={fixed !== undefined}
      />
      <SubmitButton busy={busy} />
    </form>
  );
}

function SubmitButton({ busy }: { busy: boolean }) {
  // Translators: Fixed name of an action: the button that signs in, and the title of its page.
  const idle = t("Sign in");
  // Translators: On the button "Sign in", while it is at it.
  const working = t("Signing in…");
  return (
    <Button kind="primary" type="submit" busy={busy} wide>
      {busy ? working : idle}
    </Button>
  );
}

function SignInError({ error }: { error: unknown }) {
  return (
    <p class="field-error" role="alert">
      <Icon name="alert" />
      <span>{signInError(error)}</span>
    </p>
  );
}
