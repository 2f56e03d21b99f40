/** The field for one recovery key. Why it is built as it is: README.md beside it. */
import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { belongs, characters, GROUP_LENGTH, isDigit, LENGTH } from "../../domain/recovery-key";
import { formatNumber, t } from "../../i18n";
import { Icon } from "../icon";
import { forgiveInsertion, settle } from "./forgive";
import "./key-field.css";

/** Milliseconds without typing after which the count is spoken. */
const PAUSE = 1_200;

/** Cells are drawn for an entry up to this length; what goes beyond it is kept, and counted. */
const MOST_CELLS = 3 * LENGTH;

/** Set as attributes: as properties, which Preact prefers, some are booleans and some browsers know them not. */
const UNTOUCHED = { autocorrect: "off", spellcheck: "false", translate: "no" } as const;

export interface KeyFieldProps {
  readonly label: string;
  readonly hint: string;
  /** What stands in the field, normalized. The page owns it, and empties it when it is left. */
  readonly typed: Signal<string>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** What is the matter, or null. */
  readonly error: ComponentChildren;
  /** The numbers, from 1, of the groups to look at again. */
  readonly wrongGroups?: readonly number[];
  readonly enterKeyHint: "next" | "done";
  readonly onEnter: () => void;
}

export function KeyField({ label, hint, typed, field, error, wrongGroups = [], enterKeyHint, onEnter }: KeyFieldProps) {
  const id = useId();
  useNativeText(field, typed, onEnter);
  const hasError = error !== null;
  return (
    <div class={`key-field ${hasError ? "key-field-wrong" : ""}`}>
      <label class="key-field-label" for={id}>
        {label}
      </label>
      <div class="key-field-box">
        <div class="key-field-lines">
          <Cells typed={typed} wrongGroups={wrongGroups} />
          <textarea
            id={id}
            ref={field}
            class="key-field-text"
            dir="ltr"
            rows={1}
            autocomplete="off"
            autocapitalize="characters"
            enterkeyhint={enterKeyHint}
            aria-required="true"
            aria-invalid={hasError}
            aria-describedby={`${id}-error ${id}-hint`}
          />
        </div>
      </div>
      <div class="key-field-below">
        <p class={hasError ? "visually-hidden" : "key-field-hint"} id={`${id}-hint`}>
          {hint}
        </p>
        <Count typed={typed} />
      </div>
      <div class="key-field-problem" id={`${id}-error`}>
        {hasError && (
          <>
            <Icon name="alert" />
            <div>{error}</div>
          </>
        )}
      </div>
    </div>
  );
}

/** Connects the native field with the page's signal; the browser keeps the say over the text while it is edited. */
function useNativeText(field: RefObject<HTMLTextAreaElement | null>, typed: Signal<string>, onEnter: () => void): void {
  const enter = useRef(onEnter);
  enter.current = onEnter;
  useLayoutEffect(() => {
    const text = field.current;
    if (text === null) return;
    for (const [name, value] of Object.entries(UNTOUCHED)) text.setAttribute(name, value);
    const unfollow = typed.subscribe((value) => {
      if (value !== text.value) text.value = value;
    });
    const stop = listen(text, {
      beforeinput: (event) => {
        if (event.inputType === "insertLineBreak") event.preventDefault();
        else forgiveInsertion(text, event);
      },
      input: (event) => {
        if (!event.isComposing) settle(text);
        typed.value = text.value;
      },
      compositionend: () => {
        settle(text);
        typed.value = text.value;
      },
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        enter.current();
      },
    });
    return () => {
      stop();
      unfollow();
      text.value = "";
    };
  }, [field, typed]);
}

interface Listeners {
  readonly beforeinput: (event: InputEvent) => void;
  readonly input: (event: InputEvent) => void;
  readonly compositionend: () => void;
  readonly keydown: (event: KeyboardEvent) => void;
}

function listen(target: HTMLElement, listeners: Listeners): () => void {
  const pairs = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of pairs) target.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of pairs) target.removeEventListener(name, listener);
  };
}

/** The cells behind the text: six groups of four, and more where more was typed. They hold no characters. */
function Cells({ typed, wrongGroups }: Pick<KeyFieldProps, "typed"> & { readonly wrongGroups: readonly number[] }) {
  const signs = characters(typed.value);
  const groups = Math.ceil(Math.max(LENGTH, Math.min(signs.length, MOST_CELLS)) / GROUP_LENGTH);
  return (
    <div class="key-field-cells" aria-hidden="true">
      {Array.from({ length: groups }, (_, group) => (
        <span key={group} class={groupClass(wrongGroups.includes(group + 1), group * GROUP_LENGTH >= LENGTH)}>
          {Array.from({ length: GROUP_LENGTH }, (_, at) => (
            <span key={at} class={`key-field-cell ${cellClass(signs[group * GROUP_LENGTH + at])}`} />
          ))}
        </span>
      ))}
    </div>
  );
}

function groupClass(wrong: boolean, tooMany: boolean): string {
  return `key-field-group ${wrong ? "key-field-group-wrong" : ""} ${tooMany ? "key-field-group-over" : ""}`;
}

function cellClass(sign: string | undefined): string {
  if (sign === undefined) return "key-field-cell-empty";
  if (!belongs(sign)) return "key-field-cell-foreign";
  return isDigit(sign) ? "key-field-cell-digit" : "";
}

/** "18 of 24": seen at once, spoken on pauses only. */
function Count({ typed }: Pick<KeyFieldProps, "typed">) {
  const length = useComputed(() => characters(typed.value).length);
  const text = useComputed(() =>
    // Translators: How many characters of the recovery key are typed so far, below its field: "18 of 24".
    t("{count} of {total}", { count: formatNumber(length.value), total: formatNumber(LENGTH) }),
  );
  const spoken = useSpokenOnPauses(text.value);
  const complete = length.value === LENGTH;
  return (
    <p class={`key-field-count ${complete ? "key-field-count-complete" : ""}`}>
      {complete && <Icon name="check" />}
      <span aria-hidden="true">{text}</span>
      <span class="visually-hidden" role="status">
        {spoken}
      </span>
    </p>
  );
}

function useSpokenOnPauses(text: string): Signal<string> {
  const spoken = useSignal("");
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const pause = setTimeout(() => (spoken.value = text), PAUSE);
    return () => clearTimeout(pause);
  }, [text]);
  return spoken;
}
