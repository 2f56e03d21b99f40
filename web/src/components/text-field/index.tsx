/** A labelled line of text, with its hint and its error tied to it. */
import type { ComponentChildren, InputHTMLAttributes, Ref } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "../icon";
import "./text-field.css";

export interface TextFieldProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "password" | "search" | "date";
  readonly name?: string;
  readonly autocomplete?: string;
  readonly autocapitalize?: "none" | "sentences" | "characters";
  readonly hint?: ComponentChildren;
  readonly error?: ComponentChildren;
  readonly readOnly?: boolean;
  readonly maxLength?: number;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly autofocus?: boolean;
  /** The earliest and the latest day, where it is a date. */
  readonly min?: string;
  readonly max?: string;
}

export function TextField({ label, value, onInput, hint, error, inputRef, type = "text", ...rest }: TextFieldProps) {
  const id = useId();
  const told = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  const attributes = {
    ...rest,
    type,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": told || undefined,
  } as InputHTMLAttributes<HTMLInputElement>;
  return (
    <div class={error ? "text-field text-field-wrong" : "text-field"}>
      <label for={id}>{label}</label>
      <input
        {...attributes}
        id={id}
        ref={inputRef ?? null}
        value={value}
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && (
        <p class="small muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
