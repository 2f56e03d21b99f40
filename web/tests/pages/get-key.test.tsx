import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { GetKeyPage } from "../../src/pages/get-key";
import { intendToSee } from "../../src/pages/get-key/intent";
import { interrupted, session } from "../../src/state";
import { look, open, pass, settled } from "../support/page";
import { device, ESCROWED, list, type Portal, portal, problem, SESSION, version } from "../support/portal";
import { exists, find, press, show, takeOff, type, words } from "../support/render";

const KEY = "K7QM-2XVB-9O0D-WH4P-ZR8C-5LJN";
const REVEAL = "POST /devices/m1/reveals";

describe("asking", () => {
  test("happens once on entering, after the press that led here", async () => {
    await openPressed();
    expect(standing.of(REVEAL).map(({ body }) => body)).toEqual([{}]);
    expect(groups()).toEqual(["K7QM", "2XVB", "9O0D", "WH4P", "ZR8C", "5LJN"]);
  });

  test("does not happen by itself on a reload, a deep link or Back", async () => {
    await openPage();
    expect(standing.of(REVEAL)).toEqual([]);
    expect(words(find("[data-message=key-hidden] h2"))).toBe("Key hidden");
    await press("button", "Show the key");
    await settled();
    expect(groups()).toHaveLength(6);
  });

  test("for one Mac is no asking for another", async () => {
    intendToSee("m2");
    await openPage();
    expect(standing.of(REVEAL)).toEqual([]);
  });

  test("says where there is no key", async () => {
    await openPressed({ [REVEAL]: problem(404, "no-key") });
    expect(words(find("[data-message=no-key]"))).toContain("No key is kept for this Mac");
  });

  test("can be tried again where the portal could not be reached", async () => {
    await openPressed({ [REVEAL]: "unreachable" });
    expect(words(find("[data-message=not-shown]"))).toContain("It is still kept.");
    standing.answers[REVEAL] = revealed();
    await press("button", "Try again");
    await settled();
    expect(groups()).toHaveLength(6);
  });
});

describe("a sign-in that is too old", () => {
  beforeEach(() => openPressed({ [REVEAL]: problem(403, "sign-in-again") }));

  test("is made good with the password, and the key is shown", async () => {
    standing.answers["POST /session/confirmation"] = { json: SESSION };
    standing.answers[REVEAL] = revealed();
    await type(find<HTMLInputElement>("dialog input"), "good");
    await press("dialog button", "Show the key");
    await settled();
    expect(standing.of("POST /session/confirmation").map(({ body }) => body)).toEqual([{ password: "good" }]);
    expect(groups()).toHaveLength(6);
    expect(exists("dialog")).toBe(false);
  });

  test("is asked for again where the password is another", async () => {
    standing.answers["POST /session/confirmation"] = problem(401, "sign-in-failed");
    await type(find<HTMLInputElement>("dialog input"), "wrong");
    await press("dialog button", "Show the key");
    await settled();
    expect(words(find("dialog .field-error"))).toContain("do not belong together");
    expect(exists(".key-display")).toBe(false);
  });

  test("is made good at the provider of the work account, in another tab, by who has no password", async () => {
    const person = { ...SESSION.person!, ways: ["oidc:w"] };
    const oidc = [
      { id: "w", name: "Havenlicht", url: "/oidc" },
      { id: "s", name: "School", url: "/school" },
    ];
    await act(() => void (session.value = { ...SESSION, person, sign_in: { ...SESSION.sign_in, oidc } }));
    expect(exists("dialog input")).toBe(false);
    const ways = [...document.querySelectorAll<HTMLAnchorElement>("dialog a")];
    expect(ways.map((way) => [words(way), way.getAttribute("href"), way.target])).toEqual([
      ["Sign in with Havenlicht", "/oidc?next=%2Fsigned-in&confirm=1", "_blank"],
    ]);
    standing.answers[REVEAL] = revealed();
    await press("dialog button", "I have signed in");
    await settled();
    expect(groups()).toHaveLength(6);
  });

  test("can be left at that", async () => {
    await press("dialog button", "Cancel");
    expect(words(find("[data-message=key-hidden] h2"))).toBe("Key hidden");
  });
});

describe("a shown key goes", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-23T09:41:00Z") }));

  test("after five minutes, and can be asked for again", async () => {
    await openPressed();
    await pass(299_000);
    expect(groups()).toHaveLength(6);
    await pass(1_100);
    gone("Its five minutes are over.");
    await press("button", "Show the key again");
    await settled();
    expect(groups()).toHaveLength(6);
  });

  test("and the clock is spoken three times on the way, not each second", async () => {
    await openPressed();
    const spoken: string[] = [];
    for (let second = 0; second < 299; second += 1) {
      const said = words(find(".clock [role=status]"));
      if (said !== spoken.at(-1)) spoken.push(said);
      await pass(1_000);
    }
    expect(spoken).toEqual(["5:00", "1:00", "0:10"].map((time) => `The key is visible for another ${time}`));
    expect(exists(".clock [aria-live]:not([aria-live=off])")).toBe(false);
  });

  test("when the page is out of sight", async () => {
    await openPressed();
    await act(() => look(false));
    gone("It was hidden because this page was out of sight.");
  });

  test("but not for a print preview", async () => {
    await openPressed();
    await act(() => {
      window.dispatchEvent(new Event("beforeprint"));
      look(false);
      look(true);
      window.dispatchEvent(new Event("afterprint"));
    });
    expect(groups()).toHaveLength(6);
  });

  test("before the page is put into the back/forward cache", async () => {
    await openPressed();
    await act(() => void window.dispatchEvent(new Event("pagehide")));
    gone("It was hidden because this page was out of sight.");
  });

  test("when the session ends", async () => {
    await openPressed();
    await act(() => void (interrupted.value = SESSION.person));
    gone("It was hidden because this page was out of sight.");
  });

  test("at the press of a button", async () => {
    await openPressed();
    await press("button", "Done, hide the key");
    gone("It is still kept.");
    expect(words(document.activeElement as Element)).toBe("Key hidden");
  });

  test("when the page is left", async () => {
    await openPressed();
    await takeOff();
    expect(document.documentElement.outerHTML + location.href).not.toContain("7QM");
  });

  test("and does not come at all where nobody looks any more", async () => {
    let answer: (answer: ReturnType<typeof revealed>) => void = () => undefined;
    await openPressed({ [REVEAL]: () => new Promise((resolve) => (answer = resolve)) });
    look(false);
    answer(revealed());
    await settled();
    gone("It was hidden because this page was out of sight.");
  });
});

test("a shown key is neither translated nor mirrored, and each group is read out by characters", async () => {
  await openPressed();
  const all = find(".key-display-groups");
  expect(all.getAttribute("dir")).toBe("ltr");
  expect([...all.querySelectorAll("[role=img]")].map((group) => group.getAttribute("aria-label"))[2]).toBe("9 O 0 D");
  expect([...all.querySelectorAll(".signs-digit")].map(words)).toEqual(["7", "2", "9", "0", "4", "8", "5"]);
});

test("spelling shows a group a page, with the clock in sight, and its address tells the group alone", async () => {
  await openPressed();
  await press(".tools-tile", "Spell");
  expect(words(find("h1"))).toBe("Spell");
  await press(".pager-button", "Group 2");
  expect([...document.querySelectorAll(".spelling-word")].map(words)).toEqual(["two", "X-ray", "Victor", "Bravo"]);
  expect(exists(".clock")).toBe(true);
  expect(location.pathname + location.search).toBe("/devices/m1/key?spell=2");
  expect(words(document.activeElement as Element)).toBe("Group 2 of 6");
});

test("earlier keys can be shown, and are labelled as what they are", async () => {
  const typed = version({ id: "t1", provenance: "typed", confirmed: false, present: false });
  await openPressed({ "GET /devices/m1/versions": list([version(), typed]) });
  expect(words(find(".key-row"))).toContain("Typed by youNot confirmed by the Mac");
  standing.answers[REVEAL] = revealed("ABCD-2XVB-9O0D-WH4P-ZR8C-5LJN", "t1");
  await press(".key-row button");
  await settled();
  expect(standing.of(REVEAL).at(-1)?.body).toEqual({ version: "t1" });
  expect(groups()[0]).toBe("ABCD");
  expect(words(find(".note"))).toContain("Not confirmed by the Mac");
});

describe("a key that a program on the Mac reported", () => {
  const LATER = "2026-11-22T10:00:00Z";
  const other = version({ id: "r1", provenance: "reported", present: false, may_be_newer: true, created_at: LATER });
  const earlier = version({ id: "r0", provenance: "reported", present: false, created_at: "2026-11-01T10:00:00Z" });

  test("is offered beside the proven one where it came later", async () => {
    await openPressed({ "GET /devices/m1/versions": list([version(), other, earlier]) });
    expect(rows("[data-message=either-key]")).toEqual([
      expect.stringMatching(/^Try this one first.*Proven by your Mac.*You see this one$/),
      expect.stringMatching(/^Then try this one.*Reported by a program on your Mac, not proven.*Show$/),
    ]);
    expect(rows("[aria-labelledby=earlier-keys]")).toHaveLength(1);
    expect(words(find(".note"))).toContain("try the other one below");
  });

  test("says of itself that nothing proves it, and leads back to the other", async () => {
    await openPressed({ "GET /devices/m1/versions": list([version(), other]) });
    standing.answers[REVEAL] = revealed("ABCD-2XVB-9O0D-WH4P-ZR8C-5LJN", "r1");
    await press("[data-message=either-key] li:last-child button");
    await settled();
    expect(standing.of(REVEAL).at(-1)?.body).toEqual({ version: "r1" });
    expect(words(find(".note"))).toMatch(/reported this key on .* try the other one/);
    standing.answers[REVEAL] = revealed();
    await press("[data-message=either-key] li:first-child button");
    await settled();
    expect(standing.of(REVEAL).at(-1)?.body).toEqual({ version: "v1" });
    expect(words(find(".note"))).toContain("try the other one below");
  });

  test("is the only one to be had where nothing is proven, and says so", async () => {
    await openPressed({ "GET /devices/m1/versions": list([version({ provenance: "reported" })]) });
    expect(words(find(".note"))).toContain("Nothing proves that it opens your Mac.");
    expect(exists("[data-message=either-key]")).toBe(false);
  });
});

function rows(list: string): string[] {
  return [...document.querySelectorAll(`${list} li`)].map(words);
}

let standing: Portal;

beforeEach(() => {
  vi.useRealTimers();
  look(true);
  interrupted.value = null;
});

async function openPressed(more: Portal["answers"] = {}): Promise<void> {
  intendToSee("m1");
  await openPage(more);
}

async function openPage(more: Portal["answers"] = {}): Promise<void> {
  await show(null);
  standing = portal({
    "GET /devices/m1": { json: device({ escrowed: ESCROWED }) },
    "GET /devices/m1/versions": list([version()]),
    [REVEAL]: () => revealed(),
    ...more,
  });
  await open("/devices/m1/key", <GetKeyPage id="m1" />);
  await settled(); // first the Mac is asked for, then its key
}

function revealed(recovery_key = KEY, of = "v1") {
  const visible_until = new Date(Date.now() + 300_000).toISOString();
  return { status: 201, json: { recovery_key, groups: recovery_key.split("-"), version: of, visible_until } };
}

function groups(): string[] {
  return [...document.querySelectorAll(".key-display-groups .signs")].map(words);
}

function gone(why: string): void {
  expect(words(find("[data-message=key-hidden]"))).toContain(why);
  expect(document.documentElement.outerHTML).not.toContain("7QM");
  expect(groups()).toEqual([]);
}
