import { signal } from "@preact/signals";
import { createRef } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { KeyField, type KeyFieldProps } from "../../src/components/key-field";
import { pass } from "../support/page";
import { exists, find, show, takeOff, type, words } from "../support/render";

describe("what is typed", () => {
  test.each([
    { id: "becomes capitals", text: "k7qm", value: "K7QM" },
    { id: "loses dashes and blanks", text: "K7QM-2XVB 9O0D", value: "K7QM2XVB9O0D" },
    { id: "keeps what does not belong, where it can be seen", text: "k7é", value: "K7é" },
    { id: "is never cut off", text: "A".repeat(40), value: "A".repeat(40) },
  ])("$id", async ({ text, value }) => {
    await showField();
    await type(text_(), text);
    expect(text_().value).toBe(value);
    expect(typed.value).toBe(value);
  });

  test("keeps the caret behind the character that it was behind", async () => {
    await showField();
    await act(() => {
      text_().value = "K7-QM";
      text_().setSelectionRange(4, 4);
      text_().dispatchEvent(new InputEvent("input", { inputType: "insertText" }));
    });
    expect([text_().value, text_().selectionStart]).toEqual(["K7QM", 3]);
  });

  test("is left to an input method until its composition ends", async () => {
    await showField();
    await act(() => {
      text_().value = "k7-";
      text_().dispatchEvent(new InputEvent("input", { inputType: "insertCompositionText", isComposing: true }));
    });
    expect(text_().value).toBe("k7-");
    await act(() => void text_().dispatchEvent(new CompositionEvent("compositionend")));
    expect([text_().value, typed.value]).toEqual(["K7", "K7"]);
  });

  test("goes in through the browser's own editing, so that it can be undone", async () => {
    await showField();
    const insertions: unknown[] = [];
    Object.assign(document, { execCommand: (...args: unknown[]) => insertions.push(args) > 0 });
    const event = insertion("k7qm–2xvb");
    text_().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(insertions).toEqual([["insertText", false, "K7QM2XVB"]]);
  });

  test("is left to the browser altogether where nothing has to be forgiven", async () => {
    await showField();
    const event = insertion("K");
    text_().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  test("is gone from the field once the field is", async () => {
    await showField();
    await type(text_(), "K7QM");
    const field = text_();
    await takeOff();
    expect(field.value).toBe("");
  });
});

describe("the count", () => {
  beforeEach(() => void vi.useFakeTimers());

  test("is seen at once and spoken on a pause only", async () => {
    await showField();
    await type(text_(), "K7QM");
    expect(words(find(".key-field-count > [aria-hidden]"))).toBe("4 of 24");
    expect(words(find(".key-field-count [role=status]"))).toBe("");
    await pass(1_500);
    expect(words(find(".key-field-count [role=status]"))).toBe("4 of 24");
  });

  test("has a check at 24", async () => {
    await showField();
    await type(text_(), "A".repeat(23));
    expect(exists(".key-field-count svg")).toBe(false);
    await type(text_(), "A".repeat(24));
    expect(exists(".key-field-count svg")).toBe(true);
  });
});

describe("the cells", () => {
  test("are six groups of four, hidden from screen readers and without a copy of the key", async () => {
    await showField();
    await type(text_(), "K7QM");
    const cells = find(".key-field-cells");
    expect(cells.getAttribute("aria-hidden")).toBe("true");
    expect([...cells.children].map((group) => group.children.length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(cells.textContent).toBe("");
  });

  test("tell digits and what does not belong apart", async () => {
    await showField();
    await type(text_(), "K7É");
    const marks = [...document.querySelectorAll(".key-field-cell")].slice(0, 4).map((cell) => cell.className.split("cell-")[1]);
    expect(marks).toEqual([undefined, "digit", "foreign", "empty"]);
  });

  test("grow with what is too long", async () => {
    await showField();
    await type(text_(), "A".repeat(27));
    expect(document.querySelectorAll(".key-field-group-over")).toHaveLength(1);
  });

  test("mark the groups that differ", async () => {
    await showField({ wrongGroups: [2] });
    const groups = [...document.querySelectorAll(".key-field-group")];
    expect(groups.map((group) => group.classList.contains("key-field-group-wrong"))).toEqual([false, true, false, false, false, false]);
  });
});

test("an error is tied to the field", async () => {
  await showField({ error: <p>The two keys are not the same.</p> });
  const told = text_().getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(told.map((id) => words(find(`#${CSS.escape(id)}`)))).toEqual(["The two keys are not the same.", "A hint"]);
  expect(text_().getAttribute("aria-invalid")).toBe("true");
});

test("Enter goes on, and makes no line", async () => {
  const onEnter = vi.fn();
  await showField({ onEnter });
  const event = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
  text_().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  expect(onEnter).toHaveBeenCalledOnce();
});

test("the browser neither corrects, completes, translates nor mirrors it", async () => {
  await showField();
  const names = ["autocomplete", "autocorrect", "autocapitalize", "spellcheck", "translate", "dir"];
  expect(names.map((name) => text_().getAttribute(name))).toEqual(["off", "off", "characters", "false", "no", "ltr"]);
});

const typed = signal("");

beforeEach(() => {
  vi.useRealTimers();
  typed.value = "";
});

function text_(): HTMLTextAreaElement {
  return find<HTMLTextAreaElement>("textarea");
}

function insertion(data: string): InputEvent {
  return new InputEvent("beforeinput", { inputType: "insertFromPaste", data, cancelable: true });
}

async function showField(given: Partial<KeyFieldProps> = {}): Promise<void> {
  const props: KeyFieldProps = {
    label: "Recovery key",
    hint: "A hint",
    typed,
    field: createRef<HTMLTextAreaElement>(),
    error: null,
    enterKeyHint: "next",
    onEnter: () => undefined,
    ...given,
  };
  await show(<KeyField {...props} />);
}
