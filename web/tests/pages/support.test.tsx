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

async function openDesk(address: string, answers: Answers = {}): Promise<Portal> {
  const counts = Object.fromEntries(["", "?q=verm", "?q=daan", "?q=xyz"].map((q) => [`GET /support/devices/counts${q}`, { json: COUNTS }]));
  const standing = portal({ "GET /support/devices": list([device(), VERMEER]), ...counts, ...answers });
  await open(address, <SupportPage />);
  return standing;
}

function rows(): string[] {
  return [...document.querySelectorAll("tbody tr")].map(words);
}
