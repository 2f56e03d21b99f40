/** A labelled choice among a few: the browser's own list. */
import { useId } from "preact/hooks";
import "../text-field/text-field.css";
import "./select-field.css";

export interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (value: string) => void;
  /** Values with their words, in their order. */
  readonly options: readonly (readonly [value: string, words: string])[];
}

export function SelectField({ label, value, onChoose, options }: SelectFieldProps) {
  const id = useId();
  return (
    <div class="text-field select-field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
