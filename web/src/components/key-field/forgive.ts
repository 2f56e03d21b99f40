/**
 * Keeps the text of a key field normalized while it is typed and pasted, and leaves undo, caret and composition to
 * the browser.
 */
import { normalize } from "../../domain/recovery-key";

type Field = HTMLTextAreaElement;

/** Before the browser inserts something: put in its normalized form instead, as one step that can be undone. */
export function forgiveInsertion(field: Field, event: InputEvent): void {
  const typed = insertedText(event);
  // A composition belongs to the input method until it ends; `settle` follows then.
  if (typed === null || event.isComposing) return;
  const wanted = normalize(typed);
  if (wanted === typed) return;
  event.preventDefault();
  if (wanted !== "") insert(field, wanted);
}

/** Once the browser changed the field in a way that could not be foreseen: normalize all of it, keeping the caret. */
export function settle(field: Field): void {
  const wanted = normalize(field.value);
  if (wanted === field.value) return;
  const caret = normalize(field.value.slice(0, field.selectionStart)).length;
  field.value = wanted;
  field.setSelectionRange(caret, caret);
}

function insertedText(event: InputEvent): string | null {
  if (!event.inputType.startsWith("insert")) return null;
  return event.data ?? event.dataTransfer?.getData("text/plain") ?? null;
}

function insert(field: Field, text: string): void {
  // Marked as obsolete, but nothing else puts text in so that the browser's own undo takes it out again.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
