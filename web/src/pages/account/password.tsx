/** The person's local password, and changing it. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { api, isProblem } from "../../api";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { ConfirmSignIn } from "../../components/confirm-sign-in";
import { NewPasswordField } from "../../components/new-password";
import { newPasswordError } from "../../components/new-password/words";
import { TextField } from "../../components/text-field";
import { t, type Words } from "../../i18n";
import { pageOwner } from "../../state";

/** For whoever has one. */
export function PasswordCard() {
  const ways = pageOwner.value?.ways ?? [];
  if (!ways.includes("password")) return null;
  return (
    <Card
      // Translators: Label of a field of the sign-in form.
      title={t("Password")}
    >
      <PasswordForm canLeaveOut={ways.length > 1} />
    </Card>
  );
}

function PasswordForm({ canLeaveOut }: { readonly canLeaveOut: boolean }) {
  const present = useSignal("");
  const chosen = useSignal("");
  const wrong = useSignal<{ readonly present?: Words; readonly chosen?: Words }>({});
  const busy = useSignal(false);
  const done = useSignal(false);
  const confirming = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);

  const change = async () => {
    busy.value = true;
    wrong.value = {};
    done.value = false;
    try {
      await api.changePassword(present.value === "" ? null : present.value, chosen.value);
      present.value = chosen.value = "";
      done.value = true;
    } catch (error) {
      if (isProblem(error, "sign-in-again") && canLeaveOut) confirming.value = true;
      else if (isProblem(error, "sign-in-failed") || isProblem(error, "sign-in-again")) {
        wrong.value = { present: presentError };
        first.current?.focus();
      } else {
        wrong.value = { chosen: () => newPasswordError(error) };
        second.current?.focus();
      }
    } finally {
      busy.value = false;
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy.peek()) void change();
  };
  return (
    <>
      <form class="account-form" noValidate onSubmit={submit}>
        <input type="text" name="username" autocomplete="username" value={pageOwner.value?.username} readOnly hidden />
        <TextField
          // Translators: Label of the field with the password that the person has until now.
          label={t("Present password")}
          type="password"
          name="present"
          autocomplete="current-password"
          // Translators: Below the field "Present password", for somebody who also signs in with a passkey or a work account.
          hint={canLeaveOut ? t("Forgotten? Leave this empty, and confirm another way that it is you.") : null}
          value={present.value}
          onInput={(value) => (present.value = value)}
          error={wrong.value.present?.()}
          inputRef={first}
        />
        <NewPasswordField
          value={chosen.value}
          onInput={(value) => (chosen.value = value)}
          error={wrong.value.chosen?.()}
          inputRef={second}
        />
        <Button type="submit" busy={busy.value}>
          {
            // Translators: Button that changes the person's password to the new one.
            t("Change password")
          }
        </Button>
        <p role="status" class={done.value ? "small" : "visually-hidden"}>
          {
            // Translators: Said once the person has changed their password.
            done.value && t("Your password was changed, and you were signed out everywhere else.")
          }
        </p>
      </form>
      {confirming.value && (
        <ConfirmSignIn
          forAccount
          onConfirmed={() => {
            confirming.value = false;
            void change();
          }}
          onClose={() => (confirming.value = false)}
        />
      )}
    </>
  );
}

function presentError(): string {
  // Translators: Below the field "Present password", where something else was typed.
  return t("This is not your present password. Check it and try again.");
}
