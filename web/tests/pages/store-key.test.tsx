import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test } from "vitest";
import type { Deposit } from "../../src/api";
import { StoreKeyPage } from "../../src/pages/store-key";
import { open, settled } from "../support/page";
import { type Answer, deposit, device, type Portal, portal, problem } from "../support/portal";
import { exists, find, press, takeOff, type, words } from "../support/render";

const KEY = "K7QM2XVB900DWH4PZR8C5LJN";
const SAVE = "POST /devices/m1/deposits";

describe("two keys that differ", () => {
  beforeEach(async () => {
    await enter(KEY, "K7QM2XVB900DWH4FZR8C5LJM");
    await press("button", "Save");
  });

  test("are not sent", () => expect(standing.of(SAVE)).toEqual([]));

  test("stay in both fields", () => expect(fields().map(({ value }) => value)).toEqual([KEY, "K7QM2XVB900DWH4FZR8C5LJM"]));

  test("are told of under the confirmation, which has the focus and is tied to it", () => {
    const [, confirmation] = fields();
    expect(document.activeElement).toBe(confirmation);
    expect(toldOf(confirmation)).toBe("The two keys are not the same. Check groups 4 and 6 and try again. Nothing has been sent yet.");
  });

  test("have the groups marked in both", () => {
    expect(document.querySelectorAll(".key-field-group-wrong")).toHaveLength(4);
  });

  test("are no matter any more once they are the same", async () => {
    await type(fields()[1], KEY);
    expect(toldOf(fields()[1])).toBe("");
    expect(exists(".key-field-group-wrong")).toBe(false);
  });
});

describe("a key of another form", () => {
  test.each([
    { id: "nothing", key: "", told: "Enter the recovery key of this Mac." },
    { id: "too short", key: KEY.slice(1), told: "There are 23 characters here, and a key has 24. Look which ones are missing. Nothing has been sent yet." },
    { id: "too long", key: `${KEY}A`, told: "There are 25 characters here, and a key has 24. Look which ones are too many. Nothing has been sent yet." },
    {
      id: "a foreign letter",
      key: "K7É",
      told: "“É” does not belong in a key. A key has only the letters A to Z and the digits 0 to 9. Nothing has been sent yet.",
    },
    {
      id: "a sign without a shape",
      key: "K7\u0301",
      told: "“U+0301” does not belong in a key. A key has only the letters A to Z and the digits 0 to 9. Nothing has been sent yet.",
    },
  ])("$id is told of in its own field", async ({ key, told }) => {
    await enter(key, key);
    await press("button", "Save");
    expect(toldOf(fields()[0])).toBe(told);
    expect(document.activeElement).toBe(fields()[0]);
    expect(standing.of(SAVE)).toEqual([]);
  });

  test("a confirmation that is not whole says how much of it is there", async () => {
    await enter(KEY, KEY.slice(0, 20));
    await press("button", "Save");
    expect(toldOf(fields()[1])).toBe("The two keys are not the same. There are 20 characters of 24 here. Check group 6 and try again. Nothing has been sent yet.");
  });
});

describe("saving", () => {
  test("sends the key once, however often it is pressed, and leads to the device", async () => {
    await enter("k7qm-2xvb-900d-wh4p-zr8c-5ljn", KEY);
    await act(() => {
      for (let time = 0; time < 5; time += 1) find("button", "Save").click();
    });
    await settled();
    const recovery_key = "K7QM-2XVB-900D-WH4P-ZR8C-5LJN";
    expect(standing.of(SAVE).map(({ body }) => body)).toEqual([{ recovery_key, confirmation: recovery_key }]);
    expect(location.pathname).toBe("/devices/m1");
  });

  test("leaves nothing of the key in the page or its address", async () => {
    await enter(KEY, KEY);
    await press("button", "Save");
    await settled();
    expect(fields().map(({ value }) => value).join("") + document.body.innerHTML + location.href).not.toContain("K7QM");
  });

  test("says that it is being done, and keeps the button", async () => {
    let answer: (answer: Answer) => void = () => undefined;
    await enter(KEY, KEY, () => new Promise<Answer>((resolve) => (answer = resolve)));
    await press("button", "Save");
    expect(find("button", "Saving…").getAttribute("aria-disabled")).toBe("true");
    answer(saved());
    await settled();
  });
});

describe("a key that could not be sent", () => {
  test.each([
    { id: "no connection", answer: "unreachable", told: "We can't reach the portal" },
    { id: "the portal's own words", answer: problem(403, "forbidden"), told: "about forbidden" },
    { id: "an answer that nobody foresaw", answer: { status: 500, json: {} }, told: "What you typed is still here" },
  ] as const)("stays in both fields: $id", async ({ answer, told }) => {
    await enter(KEY, KEY, () => answer);
    await press("button", "Save");
    await settled();
    expect(words(find("[role=alert]"))).toContain(told);
    expect(fields().map(({ value }) => value)).toEqual([KEY, KEY]);
  });

  test("can be sent again", async () => {
    await enter(KEY, KEY, () => "unreachable");
    await press("button", "Save");
    await settled();
    standing.answers[SAVE] = saved();
    await press("button", "Save");
    await settled();
    expect(location.pathname).toBe("/devices/m1");
  });
});

test("Enter goes from the first field to the second, and from there saves", async () => {
  await enter(KEY, KEY);
  const [first, second] = fields();
  await act(() => void first.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" })));
  expect(document.activeElement).toBe(second);
  await act(() => void second.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" })));
  await settled();
  expect(standing.of(SAVE)).toHaveLength(1);
});

test("leaving with something typed asks first", async () => {
  await enter("K", "");
  await press(".back-link");
  expect(words(find("dialog h2"))).toBe("Leave this page?");
  expect(location.pathname).toBe("/devices/m1/store");
});

test("what was typed is gone once the page is left", async () => {
  await enter(KEY, KEY);
  const left = fields();
  await takeOff();
  expect(left.map(({ value }) => value)).toEqual(["", ""]);
});

test("the back/forward cache gets a page without a key", async () => {
  await enter(KEY, KEY);
  await act(() => void window.dispatchEvent(new Event("pagehide")));
  expect(fields().map(({ value }) => value)).toEqual(["", ""]);
});

test("a Mac of somebody else has no such page", async () => {
  portal({});
  await open("/devices/m2/store", <StoreKeyPage id="m2" />);
  expect(words(find("h1, h2"))).toBe("There is nothing here");
});

let standing: Portal;

async function enter(key: string, confirmation: string, answer: () => Answer | Promise<Answer> = saved): Promise<void> {
  standing = portal({ "GET /devices/m1": { json: device() }, [SAVE]: answer });
  await open("/devices/m1/store", <StoreKeyPage id="m1" />);
  const [first, second] = fields();
  await type(first, key);
  await type(second, confirmation);
}

function saved(): Answer {
  const json: Deposit = deposit();
  return { status: 202, json };
}

function fields(): [HTMLTextAreaElement, HTMLTextAreaElement] {
  return [...document.querySelectorAll("textarea")] as [HTMLTextAreaElement, HTMLTextAreaElement];
}

/** The error that the field is described by. */
function toldOf(field: HTMLTextAreaElement): string {
  const [error = ""] = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  return [...find(`#${CSS.escape(error)}`).querySelectorAll("p")].map(words).join(" ");
}
