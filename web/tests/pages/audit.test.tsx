/** Audit log: who did what, found by filters, page after page. */
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AuditEntry } from "../../src/api";
import { App } from "../../src/app";
import { formatDay, setLocale } from "../../src/i18n";
import { addressOf, apiQuery, NO_FILTERS, readFilters } from "../../src/pages/audit/query";
import { giveUp, refreshSession, session } from "../../src/state";
import { arrived, settled } from "../support/page";
import { type Answers, list, type Portal, portal, problem, SESSION } from "../support/portal";
import { exists, find, press, show, type, words } from "../support/render";

const OTTO = { ...SESSION, person: { id: "o", username: "otto", name: "Otto Smit", locale: null, roles: ["auditor"], ways: ["password"] } };
const REVEALED: AuditEntry = {
  id: "3",
  number: 3,
  at: "2026-11-23T14:05:00Z",
  action: "reveal",
  outcome: "denied",
  actor: { id: "p1", username: "noor", name: "Noor Vermeer" },
  device: { id: "m1", name: "Noor’s iMac", serial: "C02ZK1QXMD6T" },
  subject: null,
  reason: "sign-in-again",
};
const ADDED: AuditEntry = {
  ...REVEALED,
  id: "2",
  at: "2026-11-22T09:00:00Z",
  action: "person-added",
  outcome: "done",
  actor: null,
  device: null,
  subject: { id: "p1", name: "Noor Vermeer" },
  reason: null,
};

describe("the entries", () => {
  test("are under their days, each with what, when, who and what about", async () => {
    await opened("/audit", { "GET /audit?": list([REVEALED, ADDED]) });
    expect(words(find("h1"))).toBe("Audit log");
    const days = [...document.querySelectorAll(".audit-day")].map(words);
    expect(days).toEqual([REVEALED, ADDED].map(({ at }) => formatDay(at)));
    expect(days[0]).toContain("2026");
    const [denied, added] = [...document.querySelectorAll(".audit-entry")].map(words);
    expect(denied).toMatch(/^Saw a recovery keyDenied.*Noor Vermeernoor.*Noor’s iMac.*C02ZK1QXMD6T.*The last sign-in was too long ago$/);
    expect(added).toMatch(/^Added a person.*The portal or its server.*Noor Vermeer$/);
    expect(words(find(".audit-found [role=status]"))).toBe("2 entries");
  });

  test("of an action that this page does not know are shown by its code", async () => {
    await opened("/audit", { "GET /audit?": list([{ ...ADDED, action: "moon-landing" }]) });
    expect(words(find(".audit-entry th"))).toBe("moon-landing");
  });

  test("of a code that this page does not know show it, whatever it is", async () => {
    const odd = { ...REVEALED, action: "constructor", reason: "valueOf" };
    await opened("/audit", { "GET /audit?": list([{ ...REVEALED, reason: "moon-phase" }, { ...odd, id: "4" }]) });
    expect([...document.querySelectorAll(".audit-entry code")].map(words)).toEqual(["moon-phase", "valueOf"]);
    expect([...document.querySelectorAll(".audit-entry")].map(words)[1]).toMatch(/^constructorDenied.*valueOf$/);
  });

  test("of a refused work account name the account, for whoever gives it to somebody", async () => {
    const refused = { ...REVEALED, action: "sign-in", actor: null, device: null, subject: { id: "248289761001", name: null } };
    await opened("/audit", { "GET /audit?": list([{ ...refused, reason: "work: new-person" }]) });
    expect(details()).toEqual(["Nobody is known here by this work account", "work: new-person", "248289761001"]);
  });

  test("show what a person typed as it is, though it reads as a code", async () => {
    await opened("/audit", { "GET /audit?": list([{ ...REVEALED, outcome: "done", subject: { id: "v1", name: null }, reason: "forbidden" }]) });
    expect(details()).toEqual(["forbidden"]);
    expect(exists(".audit-entry code")).toBe(false);
  });

  test("of an export name the form of the file and the filters", async () => {
    const exported = { ...ADDED, action: "audit-exported", subject: { id: "jsonl", name: null }, reason: "actor=noor outcome=denied" };
    await opened("/audit", { "GET /audit?": list([exported]) });
    expect(details()).toEqual(["JSON Lines", "Denied", "noor"]);
  });

  test("of the policy show what changed, and fold the whole of the first start", async () => {
    const changed = { ...ADDED, action: "policy-changed", subject: { id: "escrow", name: null }, reason: '{"escrow": "require", "mail": "True"}' };
    await opened("/audit", { "GET /audit?": list([changed, { ...changed, id: "1", subject: null, reason: '{"escrow": "warn", "mail": "True"}' }]) });
    const [now, first] = [...document.querySelectorAll(".audit-entry")];
    expect([...now!.querySelectorAll("code")].map(words)).toEqual(["escrow = require"]);
    expect(first!.querySelector("details")?.open).toBe(false);
    expect([...first!.querySelectorAll("details code")].map(words)).toEqual(["escrow = warn", "mail = True"]);
  });

  test("that are older come below, and the first ones stay", async () => {
    const far = await opened("/audit", {
      "GET /audit?": { json: { items: [REVEALED], next: "1-3" } },
      "GET /audit?after=1-3": list([ADDED]),
    });
    expect(words(find(".audit-found [role=status]"))).toBe("The newest entry is shown");
    await press("button", "Show older entries");
    await settled();
    expect(document.querySelectorAll(".audit-entry")).toHaveLength(2);
    expect(exists("main > .column > button")).toBe(false);
    expect(far.of("GET /audit?after=1-3")).toHaveLength(1);
  });

  test("that are older and do not come leave those that are there", async () => {
    await opened("/audit", { "GET /audit?": { json: { items: [REVEALED], next: "1-3" } }, "GET /audit?after=1-3": "unreachable" });
    await press("button", "Show older entries");
    await settled();
    expect(document.querySelectorAll(".audit-entry")).toHaveLength(1);
    expect(words(find("main"))).toContain("The older entries did not come");
    expect(exists("button[aria-disabled]")).toBe(false);
  });

  test("that do not come at all are said so, with another try", async () => {
    const far = await opened("/audit", { "GET /audit?": problem(503, "unavailable") });
    expect(words(find("h1"))).toBe("This did not work");
    far.answers["GET /audit?"] = list([ADDED]);
    await press("button", "Try again");
    await settled();
    expect(words(find("h1"))).toBe("Audit log");
  });
});

describe("filters", () => {
  test("go into the address and from there to the portal", async () => {
    const far = await opened("/audit", { "GET /audit?": list([ADDED]), "GET /audit?actor=noor&outcome=denied": list([REVEALED]) });
    await type(field("User name"), " noor ");
    await choose("How it ended", "denied");
    await press("button", "Show entries");
    await settled();
    expect(location.search).toBe("?actor=noor&outcome=denied");
    expect(far.of("GET /audit?actor=noor&outcome=denied")).toHaveLength(1);
    expect(document.querySelectorAll(".audit-entry")).toHaveLength(1);
    const exported = find<HTMLAnchorElement>("a", "Export as CSV");
    expect(exported.getAttribute("href")).toBe("/api/v1/audit?actor=noor&outcome=denied&format=csv");
    expect(exported.hasAttribute("download")).toBe(true);
  });

  test("that are in the address stand in their fields, and can all be cleared", async () => {
    await opened("/audit?actor=noor&action=reveal", { "GET /audit?actor=noor&action=reveal": list([]), "GET /audit?": list([ADDED]) });
    expect(field("User name").value).toBe("noor");
    expect(find<HTMLSelectElement>("select:has(option[value=reveal])").value).toBe("reveal");
    expect(words(find(".audit-nothing"))).toContain("No entry fits these filters.");
    await press("button", "Clear filters");
    await settled();
    expect(location.search).toBe("");
    expect(field("User name").value).toBe("");
  });

  test.each([
    ["actor", "User name", "Nobody has this user name."],
    ["device", "Serial number", "No device has this serial number."],
  ])("that name nobody (%s) say so at the field, and keep what was typed", async (name, label, told) => {
    const invalid = { status: 422, json: { status: 422, code: "invalid", title: "", detail: "", params: { fields: { [name]: "unknown" } } } };
    await opened(`/audit?${name}=nobody`, { [`GET /audit?${name}=nobody`]: invalid });
    expect(field(label).value).toBe("nobody");
    expect(document.activeElement).toBe(field(label));
    expect(words(find(".field-error"))).toBe(told);
    expect(exists(".audit-table")).toBe(false);
  });

  test("of days begin and end at midnight where the reader is", () => {
    const asked = apiQuery({ ...NO_FILTERS, from: "2026-11-01", to: "2026-11-30" });
    expect(asked.get("from")).toBe(new Date(2026, 10, 1).toISOString());
    expect(asked.get("to")).toBe(new Date(2026, 11, 1).toISOString());
    expect(apiQuery({ ...NO_FILTERS, from: "soon" }).toString()).toBe("");
  });

  test("come back from the address as they were", () => {
    const filters = { ...NO_FILTERS, actor: "سارة", device: "C02", from: "2026-11-01" };
    const address = new URL(addressOf(filters), "http://portal");
    expect(readFilters(address.searchParams)).toEqual(filters);
    expect(addressOf(NO_FILTERS)).toBe("/audit");
  });
});

describe("to others than auditors", () => {
  test.each([["support"], ["administrator"]])("(%s) the page is not there, and the portal is not asked", async (role) => {
    const far = await opened("/audit", {}, { ...OTTO, person: { ...OTTO.person, roles: [role] } });
    expect(words(find("h1"))).toBe("There is nothing here");
    expect(far.asked.filter(({ path }) => path.startsWith("/audit"))).toEqual([]);
    expect([...document.querySelectorAll("nav a")].map(words)).not.toContain("Audit log");
  });

  test("an auditor finds it in the navigation", async () => {
    await opened("/devices", { "GET /devices": list([]) });
    expect([...document.querySelectorAll("nav a")].map(words)).toEqual(["Devices", "Audit log", "Help"]);
  });
});

async function opened(address: string, answers: Answers, who = OTTO): Promise<Portal> {
  history.replaceState(null, "", address);
  const far = portal({ "GET /session": { json: who }, "GET /notices": list([]), "GET /devices": list([]), ...answers });
  await show(<App />);
  await act(async () => void (await refreshSession()));
  await arrived();
  await settled();
  return far;
}

/** What the first entry says besides, piece by piece. */
function details(): string[] {
  return [...find(".audit-entry").querySelectorAll("td:last-child > *")].map(words);
}

function field(label: string): HTMLInputElement {
  const id = find<HTMLLabelElement>("label", label).htmlFor;
  return find<HTMLInputElement>(`[id="${id}"]`);
}

async function choose(label: string, value: string): Promise<void> {
  const list = find<HTMLSelectElement>(`[id="${find<HTMLLabelElement>("label", label).htmlFor}"]`);
  list.value = value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
}

beforeEach(() => setLocale("en"));

afterEach(() => {
  act(() => {
    giveUp();
    session.value = null;
  });
  vi.unstubAllGlobals();
});
