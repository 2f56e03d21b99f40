/** The field for a new password: how long it has to be, and a box that shows what is typed. */
import { useSignal } from "@preact/signals";
import type { Ref } from "preact";
import { useId } from "preact/hooks";
import { t, tn } from "../../i18n";
import { session } from "../../state";
import { TextField } from "../text-field";
import "./new-password.css";

/** Until the portal has said how many characters a password has at least. */
const USUAL = 12;

export interface NewPasswordFieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | null | undefined;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly autofocus?: boolean;
}

export function NewPasswordField({ error, ...field }: NewPasswordFieldProps) {
  const shown = useSignal(false);
  const id = useId();
  const least = session.value?.password_length ?? USUAL;
  return (
    <div class="new-password">
      <TextField
        {...field}
        // Translators: Label of the field in which somebody types the password that they choose.
        label={t("New password")}
        type={shown.value ? "text" : "password"}
        name="password"
        autocomplete="new-password"
        autocapitalize="none"
        error={error}
        // Translators: Below the field "New password".
        hint={tn(
          "At least {count} character. Several words with blanks between them are easy to remember and hard to guess.",
          "At least {count} characters. Several words with blanks between them are easy to remember and hard to guess.",
          least,
        )}
      />
      <label class="new-password-show small" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={shown.value}
          onChange={(event) => (shown.value = event.currentTarget.checked)}
        />
        <span>
          {
            // Translators: Beside a box below the field "New password": shows what is typed there.
            t("Show the password")
          }
        </span>
      </label>
    </div>
  );
}
