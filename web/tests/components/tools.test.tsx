import { beforeEach, expect, test, vi } from "vitest";
import { Tools } from "../../src/components/tools";
import { KEPT_FOR } from "../../src/components/tools/clipboard";
import { pass } from "../support/page";
import { find, press, show, words } from "../support/render";

const KEY = "K7QM-2XVB-9O0D-WH4P-ZR8C-5LJN";

test("a copied key is gone from the clipboard after a minute", async () => {
  await copy();
  expect(clipboard).toBe(KEY);
  await pass(KEPT_FOR);
  expect(clipboard).toBe("");
});

test("while another window is used it waits until this one is", async () => {
  focused = false;
  await copy();
  await pass(KEPT_FOR);
  expect(clipboard).toBe(KEY);
  window.dispatchEvent(new Event("focus"));
  expect(clipboard).toBe("");
});

test("that it was copied is said, and seen for four seconds", async () => {
  await copy();
  expect(words(find(".tools-tile", "Copied"))).toBe("Copied");
  expect(words(find("[role=status]"))).toContain("cleared after a minute");
  await pass(4_000);
  expect(words(find(".tools-tile", "Copy"))).toBe("Copy");
});

test("that it could not be copied is said as well", async () => {
  allowed = false;
  await copy();
  expect(words(find(".tools-tile", "Not copied"))).toBe("Not copied");
});

let clipboard = "";
let allowed = true;
let focused = true;

beforeEach(() => {
  vi.useFakeTimers();
  [clipboard, allowed, focused] = ["", true, true];
  vi.spyOn(document, "hasFocus").mockImplementation(() => focused);
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
    if (!allowed) throw new DOMException("not allowed", "NotAllowedError");
    clipboard = text;
  });
});

async function copy(): Promise<void> {
  await show(<Tools recoveryKey={KEY} onSpell={() => undefined} />);
  await press(".tools-tile", "Copy");
  await pass(0);
}
