/** Somebody else's Mac, as support sees it. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Device } from "../../src/api";
import { DevicePage } from "../../src/pages/device";
import { GetKeyPage } from "../../src/pages/get-key";
import { open, pass, settled } from "../support/page";
import { type Answers, deposit, device, ESCROWED, list, type Portal, portal, problem, request, version } from "../support/portal";
import { exists, find, press, type, words } from "../support/render";

const DAAN = { id: "p2", username: "daan", name: "Daan Vermeer" };
const SUPPORTED = ["rotate", "check", "ask", "history"] as const;
const PERSONAL = device({ owner: DAAN, actions: SUPPORTED });
const CORPORATE = device({ owner: DAAN, ownership: "corporate", escrowed: ESCROWED, actions: ["reveal", ...SUPPORTED] });
const REVEAL = "POST /devices/m1/reveals";
const KEY = "K7QM-2XVB-9O0D-WH4P-ZR8C-5LJN";
const LATEST = "GET /devices/m1/requests/latest";
const ADA = { id: "p9", username: "ada", name: "Ada" };
const NOW = new Date().toISOString();
const SOON = new Date(Date.now() + 1_800_000).toISOString();
const STANDING = {
  asked: request({ until: SOON }),
  approved: request({ state: "approved", until: SOON, decided_at: NOW, decided_by: ADA }),
  denied: request({ state: "denied", until: null, decided_at: NOW, decided_by: ADA }),
  expired: request({ state: "expired", until: NOW }),
} as const;

describe("the page of somebody else's Mac", () => {
  test("says whose it is, and that the key of a personal one is its owner's alone", async () => {
    await openDevice(PERSONAL);
    expect(words(find(".page-meta"))).toContain("Mac of Daan Vermeer");
    expect(words(find(".note"))).toContain("This key is its owner’s alone.");
    expect(exists("a[href='/devices/m1/key']")).toBe(false);
    expect(exists("a[href='/devices/m1/store']")).toBe(false);
    expect(words(find(".back-link"))).toBe("Support desk");
  });

  test("offers the key of a corporate one, and no note", async () => {
    await openDevice(CORPORATE);
    expect(words(find("a[href='/devices/m1/key']"))).toBe("Get recovery key");
    expect(exists(".note")).toBe(false);
  });

  test.each([
    { state: "refused", stale: "rotation-failed", told: "The kept key may be out of date" },
    { state: "unanswered", stale: null, told: "The Mac has not answered yet" },
    { state: "unanswered", stale: "rotation-failed", told: "The kept key may be out of date" },
    { state: "undeliverable", stale: null, told: "The Mac could not be asked for a new key" },
  ] as const)("says that a rotation came to nothing, and what became of the kept key: $state, $stale", async ({ state, stale, told }) => {
    const failed = deposit({ kind: "rotation", state, message: "rotation-failed", settled_at: "2026-11-23T09:42:00Z" });
    await openDevice({ ...CORPORATE, deposit: failed, stale }, { "GET /devices/m1/deposits/latest": { json: failed } });
    expect(words(find("[data-message=others-rotation-failed]"))).toContain(told);
    expect(words(find("[data-message=others-rotation-failed]"))).toMatch(/[Kk]ept keys? (is|are) unchanged/);
  });

  test("asks its owner to store the key, and says so", async () => {
    const standing = await openDevice(PERSONAL, { "POST /devices/m1/asks": { status: 204 } });
    await press("button", "Ask to store the key");
    await settled();
    expect(standing.of("POST /devices/m1/asks")).toHaveLength(1);
    expect(document.body.textContent).toContain("We have asked Daan Vermeer to store the key.");
  });

  test("says why nobody was asked", async () => {
    await openDevice(PERSONAL, { "POST /devices/m1/asks": problem(429, "too-many-attempts") });
    await press("button", "Ask to store the key");
    await settled();
    expect(words(find(".field-error"))).toBe("about too-many-attempts");
  });

  test.each([
    { id: "belongs to nobody", given: { ...PERSONAL, owner: null } },
    { id: "has its key kept", given: { ...PERSONAL, escrowed: ESCROWED } },
  ])("asks nobody where it $id", async ({ given }) => {
    await openDevice(given);
    expect(document.body.textContent).not.toContain("Ask to store the key");
  });

  test("tells what happened, by whom and why, page by page", async () => {
    const revealed = { id: "2", at: "2026-11-23T09:41:00Z", action: "reveal", outcome: "done", actor: "Sam Support", reason: "on the phone" };
    const refused = { ...revealed, id: "3", outcome: "denied", reason: "reason-required" };
    const kept = { id: "1", at: "2026-11-22T09:41:00Z", action: "key-kept", outcome: "done", actor: null, reason: null };
    await openDevice(PERSONAL, {
      "GET /devices/m1/history": { json: { items: [refused, revealed], next: "x" } },
      "GET /devices/m1/history?after=x": list([kept]),
    });
    await press("button", "Show more");
    await settled();
    const told = [...document.querySelectorAll(".history > li")].map(words);
    expect(told).toEqual([
      expect.stringMatching(/^Saw a recovery key · Denied ?Sam Support/),
      expect.stringMatching(/^Saw a recovery key ?on the phone ?Sam Support/),
      expect.stringMatching(/^A recovery key was kept/),
    ]);
  });

  test("tells it again on request where that could not be fetched", async () => {
    const standing = await openDevice(PERSONAL, { "GET /devices/m1/history": "unreachable" });
    standing.answers["GET /devices/m1/history"] = list([]);
    await press(".card button", "Try again");
    await settled();
    expect(document.body.textContent).toContain("Nothing so far.");
  });
});

describe("the key of somebody else's Mac", () => {
  test("is not even asked for where it is personal", async () => {
    const standing = await openKey(PERSONAL);
    expect(words(find(".note"))).toContain("This key is its owner’s alone.");
    expect(standing.asked.filter(({ path }) => path.includes("reveals") || path.includes("versions"))).toEqual([]);
  });

  test("is asked for with a reason", async () => {
    const standing = await openKey(CORPORATE, { [REVEAL]: shown() });
    expect(standing.of(REVEAL)).toEqual([]);
    await giveReason(" locked out ");
    expect(standing.of(REVEAL).map(({ body }) => body)).toEqual([{ reason: "locked out" }]);
    expect(exists(".key-display")).toBe(true);
  });

  test("comes with earlier keys, of which nobody says that support typed them", async () => {
    const typed = version({ id: "t1", provenance: "typed", present: false });
    await openKey(CORPORATE, { [REVEAL]: shown(), "GET /devices/m1/versions": list([version(), typed]) });
    await giveReason("locked out");
    expect(words(find(".kept-keys"))).toContain("Typed by the owner");
    expect(words(find(".kept-keys"))).not.toMatch(/\byour?\b/i);
  });

  test("is not asked for without one", async () => {
    const standing = await openKey(CORPORATE, { [REVEAL]: shown() });
    await giveReason("   ");
    expect(standing.of(REVEAL)).toEqual([]);
    expect(words(find(".field-error"))).toContain("A reason is needed");
    expect(document.activeElement).toBe(find("[name=reason]"));
  });

  test("leads back to the reason, which is kept, where it is not shown", async () => {
    await openKey(CORPORATE, { [REVEAL]: problem(422, "key-out-of-place") });
    await giveReason("K7QM-2XVB");
    await press("button", "Change the reason");
    expect(find<HTMLInputElement>("[name=reason]").value).toBe("K7QM-2XVB");
  });

  test("is shown once a second person has approved", async () => {
    const standing = await openKey(CORPORATE, {
      [REVEAL]: problem(403, "approval-required"),
      "POST /devices/m1/requests": () => {
        standing.answers[LATEST] = { json: STANDING.approved };
        return { status: 201, json: STANDING.asked };
      },
    });
    await giveReason("Locked out");
    expect(words(find("[data-message=approval-none]"))).toContain("A second person has to approve");
    await press("button", "Ask for approval");
    await settled();
    expect(standing.of("POST /devices/m1/requests").map(({ body }) => body)).toEqual([{ reason: "Locked out" }]);
    standing.answers[REVEAL] = shown();
    await press("[data-message=approval-approved] button", "Show the key");
    await settled();
    expect(exists(".key-display")).toBe(true);
  });

  test("is not asked for while a request waits, which says until when", async () => {
    await openKey(CORPORATE, { [LATEST]: { json: STANDING.asked } });
    expect(words(find("[data-message=approval-asked]"))).toMatch(/Waiting for approval.*which waits until .*Your reason: Locked out/);
    expect(exists("main button, [name=reason]")).toBe(false);
  });

  test("that was approved is shown for the reason that was approved, without asking for it again", async () => {
    const standing = await openKey(CORPORATE, { [LATEST]: { json: STANDING.approved }, [REVEAL]: shown() });
    expect(words(find("[data-message=approval-approved]"))).toMatch(/You may see the key until .* Ada approved your request/);
    await press("button", "Show the key");
    await settled();
    expect(standing.of(REVEAL).map(({ body }) => body)).toEqual([{ reason: "Locked out" }]);
    expect(exists(".key-display")).toBe(true);
  });

  test.each([
    { state: "denied", told: "Ada decided that you do not see this key now." },
    { state: "expired", told: "Nobody decided on your request in time. You can ask again." },
  ] as const)("can be asked for again, with a new reason, where the request is $state", async ({ state, told }) => {
    const standing = await openKey(CORPORATE, {
      [REVEAL]: problem(403, "approval-required"),
      [LATEST]: { json: STANDING[state] },
      "POST /devices/m1/requests": { status: 201, json: STANDING.asked },
    });
    await giveReason("Once more");
    expect(words(find(`[data-message=approval-${state}]`))).toContain(told);
    standing.answers[LATEST] = { json: STANDING.asked };
    await press("button", "Ask for approval");
    await settled();
    expect(standing.of("POST /devices/m1/requests").map(({ body }) => body)).toEqual([{ reason: "Once more" }]);
    expect(exists("[data-message=approval-asked]")).toBe(true);
  });

  test("says that its time is over where an approval has run out", async () => {
    const over = { ...STANDING.approved, state: "expired", until: NOW };
    await openKey(CORPORATE, { [REVEAL]: problem(403, "approval-required"), [LATEST]: { json: over } });
    await giveReason("Once more");
    expect(words(find("[data-message=approval-expired]"))).toContain("The time in which you could see the key is over.");
  });

  test("says why nobody could be asked", async () => {
    await openKey(CORPORATE, { [REVEAL]: problem(403, "approval-required"), "POST /devices/m1/requests": problem(429, "too-many-attempts") });
    await giveReason("Once more");
    await press("button", "Ask for approval");
    await settled();
    expect(words(find(".field-error"))).toContain("about too-many-attempts");
  });
});

describe("the page of somebody else's Mac, with a request of one's own", () => {
  test.each([
    { state: "asked", told: /Waiting for approval.* waits until / },
    { state: "approved", told: /Approved ?You may see the key until .*Get recovery key/ },
    { state: "denied", told: /Not approved ?Ada decided/ },
    { state: "expired", told: /Nobody decided on your request in time/ },
  ] as const)("says how it stands: $state", async ({ state, told }) => {
    await openDevice(CORPORATE, { [LATEST]: { json: STANDING[state] } });
    expect(words(find(`[data-message=approval-${state}]`))).toMatch(told);
    expect(document.querySelectorAll("a[href='/devices/m1/key']")).toHaveLength(1);
  });

  test("follows it until it was decided", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const standing = await openDevice(CORPORATE, { [LATEST]: { json: STANDING.asked } });
    standing.answers[LATEST] = { json: STANDING.approved };
    await pass(5_000);
    expect(exists("[data-message=approval-approved]")).toBe(true);
    standing.answers[LATEST] = { json: { ...STANDING.approved, state: "expired" } };
    await pass(1_802_000);
    expect(exists("[data-message=approval-expired]")).toBe(true);
  });

  test("is silent about one of days ago, and asks for none where the key is its owner's alone", async () => {
    const old = new Date(Date.now() - 2 * 86_400_000).toISOString();
    await openDevice(CORPORATE, { [LATEST]: { json: { ...STANDING.denied, decided_at: old } } });
    expect(exists("[data-message^=approval]")).toBe(false);
    const standing = await openDevice(PERSONAL);
    expect(standing.of(LATEST)).toEqual([]);
  });
});

afterEach(() => void vi.useRealTimers());

async function openDevice(given: Device, answers: Answers = {}): Promise<Portal> {
  const standing = portal({ "GET /devices/m1": { json: given }, "GET /devices/m1/history": list([]), ...answers });
  await open("/devices/m1", <DevicePage id="m1" />);
  await settled(); // first the Mac is asked for, then what happened to it
  return standing;
}

async function openKey(given: Device, answers: Answers = {}): Promise<Portal> {
  const standing = portal({ "GET /devices/m1": { json: given }, "GET /devices/m1/versions": list([version()]), ...answers });
  await open("/devices/m1/key", <GetKeyPage id="m1" />);
  await settled(); // first the Mac is asked for, then whether a request for its key stands
  return standing;
}

async function giveReason(reason: string): Promise<void> {
  await type(find<HTMLInputElement>("[name=reason]"), reason);
  await press("button", "Show the key");
  await settled();
  await settled(); // after a refusal, a request is asked for
}

function shown() {
  return { json: { recovery_key: KEY, groups: KEY.split("-"), version: "v1", visible_until: "2026-11-23T09:46:00Z" } };
}
