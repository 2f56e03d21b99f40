/** Puts components on a page of the test, and takes them off again after it. */
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach } from "vitest";

let root: HTMLElement | null = null;

afterEach(() => void takeOff());

/** Render into the document; what was there before goes. */
export async function show(children: ComponentChild): Promise<HTMLElement> {
  if (root === null) {
    root = document.createElement("div");
    document.body.append(root);
  }
  const place = root;
  await act(() => render(children, place));
  return place;
}

export async function takeOff(): Promise<void> {
  const place = root;
  root = null;
  if (place === null) return;
  await act(() => render(null, place));
  place.remove();
}

/** The one element that a selector finds, optionally with a text in it. */
export function find<Found extends HTMLElement = HTMLElement>(selector: string, text = ""): Found {
  const found = [...document.querySelectorAll<Found>(selector)].filter((one) => words(one).includes(text));
  if (found.length !== 1) throw new Error(`${found.length} elements are "${selector}" with "${text}"`);
  return found[0] as Found;
}

export function exists(selector: string): boolean {
  return document.querySelector(selector) !== null;
}

/** The words of an element in one line. */
export function words(element: Element): string {
  return (element.textContent ?? "").replace(/\s+/g, " ").trim();
}

export async function press(selector: string, text = ""): Promise<void> {
  await act(() => find(selector, text).click());
}

/** Types as the browser reports it after the fact: the whole new text of a field. */
export async function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  await act(() => {
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  });
}
