import { describe, expect, test } from "vitest";
import { SupportPage } from "../../src/pages/support";
import { lastSearch } from "../../src/state/search";
import { open, settled } from "../support/page";
import { type Answers, device, list, type Portal, portal, problem } from "../support/portal";
import { exists, find, press, type, words } from "../support/render";

const NONE = { count: 0, more: false };
const COUNTS = {
  all: { count: 2, more: false },
  filters: { "no-key": { count: 1000, more: true }, refused: { count: 1, more: false }, stale: NONE, "not-encrypted": NONE, "not-checked-in": NONE, quarantined: NONE },
};
const VERMEER = device({ id: "m2", name: "iMac thuis", owner: { id: "p2", username: "daan", name: "Daan Vermeer" }, ownership: "corporate" });

describe("the support desk", () => {
  test("lists every Mac at first, with owner, ownership and state", async () => {
    await openDesk("/support");
    expect(rows()).toEqual([expect.stringMatching(/^Mac mini studio.*Noor Vermeer.*Personal.*No key yet/), expect.stringMatching(/^iMac thuis.*Corporate/)]);
    expect(words(find(".support-count"))).toBe("2 Macs found");
  });

  test("underlines what was searched for", async () => {
    await openDesk("/support?q=verm", { "GET /support/devices?q=verm": list([VERMEER]) });
    expect([...document.querySelectorAll("mark")].map(words)).toEqual(["Verm"]);
    expect(find<HTMLInputElement>("input[type=search]").value).toBe("verm");
  });

  test("keeps what is searched for in the address", async () => {
    await openDesk("/support?filter=refused", { "GET /support/devices?q=daan&filter=refused": list([VERMEER]), "GET /support/devices?filter=refused": list([]) });
    await type(find<HTMLInputElement>("input[type=search]"), " daan ");
    await press("button", "Search");
    await settled();
    expect(location.pathname + location.search).toBe("/support?q=daan&filter=refused");
    expect(rows()).toHaveLength(1);
    expect(lastSearch.value).toBe("/support?q=daan&filter=refused");
  });

  test("narrows the list with one press, and widens it with another", async () => {
    await openDesk("/support", { "GET /support/devices?filter=refused": list([VERMEER]) });
    await press("button", "Not stored");
    await settled();
    expect(find("button", "Not stored").getAttribute("aria-pressed")).toBe("true");
    expect(rows()).toHaveLength(1);
    expect(words(find(".support-count"))).toBe("1 Mac found");
    await press("button", "Not stored");
    await settled();
    expect(location.search).toBe("");
    expect(rows()).toHaveLength(2);
  });

  test("says that there may be more than were counted", async () => {
    await openDesk("/support?filter=no-key", { "GET /support/devices?filter=no-key": list([VERMEER]) });
    expect(words(find("button", "No key"))).toBe("No key 1,000+");
    expect(words(find(".support-count"))).toBe("At least 1,000 Macs found");
  });

  test("says no number where none was among those that were counted", async () => {
    const counts = { ...COUNTS, filters: { ...COUNTS.filters, stale: { count: 0, more: true } } };
    await openDesk("/support?q=verm&filter=stale", {
      "GET /support/devices?q=verm&filter=stale": list([VERMEER]),
      "GET /support/devices/counts?q=verm": { json: counts },
    });
    expect(words(find("button", "May be out of date"))).toBe("May be out of date");
    expect(words(find(".support-count"))).toBe("");
  });

  test("shows more on request, behind what is shown", async () => {
    await openDesk("/support", {
      "GET /support/devices": { json: { items: [device()], next: "p2" } },
      "GET /support/devices?after=p2": list([VERMEER]),
    });
    await press("button", "Show more");
    await settled();
    expect(rows()).toEqual([expect.stringMatching(/^Mac mini studio/), expect.stringMatching(/^iMac thuis/)]);
    expect(exists(".support-more")).toBe(false);
  });

  test("repeats what it did not find, and offers to clear it", async () => {
    await openDesk("/support?q=xyz&filter=stale", { "GET /support/devices?q=xyz&filter=stale": list([]) });
    expect(words(find(".empty"))).toContain("“xyz”");
    await press(".empty a");
    await settled();
    expect(rows()).toHaveLength(2);
    expect(find<HTMLInputElement>("input[type=search]").value).toBe("");
  });

  test("says where it was too often searched, keeps what was typed, and tries again", async () => {
    const standing = await openDesk("/support?q=daan", { "GET /support/devices?q=daan": problem(429, "too-many-attempts") });
    expect(words(find("[data-message=not-searched]"))).toContain("about too-many-attempts");
    expect(find<HTMLInputElement>("input[type=search]").value).toBe("daan");
    standing.answers["GET /support/devices?q=daan"] = list([VERMEER]);
    await press("button", "Try again");
    await settled();
    expect(rows()).toHaveLength(1);
  });

  test("is as good without the counts, and takes a filter that it does not know for none", async () => {
    await openDesk("/support?filter=nonsense", { "GET /support/devices/counts": "unreachable" });
    expect(rows()).toHaveLength(2);
    expect(words(find("button", "No key"))).toBe("No key");
  });
});

describe("asking all", () => {
  const TO_ASK = "GET /support/asks?filter=no-key";
  const ASK = "POST /support/asks";
  const NO_KEY = { "GET /support/devices?filter=no-key": list([VERMEER]) };
  const THREE = { json: { macs: 3, people: 2, more: false } };

  test("says first how many people that is, about how many Macs, and then what was done", async () => {
    const standing = await openDesk("/support?filter=no-key", { ...NO_KEY, [TO_ASK]: THREE, [ASK]: { json: { asked: 3, next: null } } });
    await press("button", "Ask all to store the key");
    await settled();
    expect(words(find("dialog"))).toContain("2 people get a message that asks them to store the key of their Mac. It is about 3 Macs.");
    expect(standing.of(ASK)).toEqual([]);
    await press("dialog button", "Ask 2 people");
    await settled();
    expect(standing.of(ASK).map(({ body }) => body)).toEqual([{ q: "", filter: "no-key", after: null }]);
    expect(exists("dialog")).toBe(false);
    expect(words(find(".ask-outcome"))).toBe("We have asked for the keys of 3 Macs.");
  });

  test("asks nobody where the question is closed, or these Macs belong to nobody", async () => {
    const standing = await openDesk("/support?filter=no-key", { ...NO_KEY, [TO_ASK]: { json: { macs: 0, people: 0, more: false } } });
    await press("button", "Ask all to store the key");
    await settled();
    expect(words(find("dialog"))).toContain("There is nobody to ask: these Macs belong to nobody.");
    expect(exists("dialog .button-primary")).toBe(false);
    await press("dialog button", "Cancel");
    expect(standing.of(ASK)).toEqual([]);
  });

  test("goes on with the next where there are more than are asked at once", async () => {
    const standing = await openDesk("/support?filter=no-key", {
      ...NO_KEY,
      [TO_ASK]: { json: { macs: 1000, people: 900, more: true } },
      [ASK]: { json: { asked: 1000, next: "p2" } },
    });
    await press("button", "Ask all to store the key");
    await settled();
    expect(words(find("dialog"))).toContain("There are more.");
    await press("dialog button", "Ask 900 people");
    await settled();
    standing.answers[ASK] = { json: { asked: 5, next: null } };
    await press("button", "Ask the next");
    await settled();
    expect(standing.of(ASK).at(-1)?.body).toEqual({ q: "", filter: "no-key", after: "p2" });
    expect(words(find(".ask-outcome"))).toBe("We have asked for the keys of 1,005 Macs.");
  });

  test("says why nobody could be asked, and can be tried again", async () => {
    const standing = await openDesk("/support?filter=no-key", { ...NO_KEY, [TO_ASK]: THREE, [ASK]: problem(429, "too-many-attempts") });
    await press("button", "Ask all to store the key");
    await settled();
    await press("dialog button", "Ask 2 people");
    await settled();
    expect(words(find("dialog [role=alert]"))).toBe("about too-many-attempts");
    standing.answers[ASK] = { json: { asked: 3, next: null } };
    await press("dialog button", "Ask 2 people");
    await settled();
    expect(words(find(".ask-outcome"))).toContain("3 Macs");
  });

  test.each(["", "?filter=not-encrypted", "?filter=quarantined", "?filter=not-checked-in"])("is not offered for the list %s", async (query) => {
    await openDesk(`/support${query}`, { [`GET /support/devices${query}`]: list([VERMEER]) });
    expect(rows()).toHaveLength(1);
    expect(document.body.textContent).not.toContain("Ask all to store the key");
  });

  test("is not offered where no Mac is found", async () => {
    await openDesk("/support?filter=stale", { "GET /support/devices?filter=stale": list([]) });
    expect(document.body.textContent).not.toContain("Ask all to store the key");
  });
});

async function openDesk(address: string, answers: Answers = {}): Promise<Portal> {
  const counts = Object.fromEntries(["", "?q=verm", "?q=daan", "?q=xyz"].map((q) => [`GET /support/devices/counts${q}`, { json: COUNTS }]));
  const standing = portal({ "GET /support/devices": list([device(), VERMEER]), ...counts, ...answers });
  await open(address, <SupportPage />);
  return standing;
}

function rows(): string[] {
  return [...document.querySelectorAll("tbody tr")].map(words);
}
