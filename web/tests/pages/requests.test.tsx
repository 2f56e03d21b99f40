/** What waits for a second person's decision, and what was decided. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RevealRequest } from "../../src/api";
import { RequestsPage } from "../../src/pages/requests";
import { look, open, pass, settled } from "../support/page";
import { type Answers, list, type Portal, portal, problem, request, SESSION } from "../support/portal";
import { exists, find, press, words } from "../support/render";

const OPEN = "GET /admin/requests";
const CLOSED = "GET /admin/requests/closed";
const DECIDE = "POST /admin/requests/r1/decision";
const ADA = { id: "p9", username: "ada", name: "Ada" };
const DENIED = request({ id: "r7", state: "denied", until: null, decided_at: "2026-11-23T09:41:00Z", decided_by: ADA });
const APPROVED = request({ state: "approved", until: "2026-11-23T15:40:00Z", decided_at: "2026-11-23T09:41:00Z", decided_by: ADA });

describe("a request that waits", () => {
  test("says who asks for which Mac, why, and until when", async () => {
    await openPage([request()]);
    const card = words(find("[data-request=r1]"));
    for (const told of ["Sam Support asks to see the key of Mac mini studio", "Locked out", "C02ZK1QXMD6T", "Daan Vermeer", "Waits until"]) {
      expect(card).toContain(told);
    }
    expect(find("[data-request=r1] a").getAttribute("href")).toBe("/devices/m1");
  });

  test("is approved once that was confirmed, and says until when the key can be seen", async () => {
    const standing = await openPage([request()], { [DECIDE]: { json: APPROVED } });
    await press("[data-request=r1] button", "Approve");
    expect(words(find("dialog"))).toContain("Sam Support may then see the recovery key of Mac mini studio for a limited time.");
    expect(standing.of(DECIDE)).toEqual([]);
    standing.answers[CLOSED] = list([APPROVED]);
    await press("dialog button", "Approve");
    await settled();
    expect(standing.of(DECIDE).map(({ body }) => body)).toEqual([{ approve: true }]);
    expect(words(find("[data-message=request-approved]"))).toMatch(/Sam Support is told so, and may see the key of Mac mini studio until .*3:40/);
    expect(exists("[data-request]")).toBe(false);
    expect(closed()).toEqual([expect.stringMatching(/^Approved ?Sam Support, for Mac mini studio ?Locked out/)]);
    expect(document.activeElement).toBe(find("#requests-waiting"));
  });

  test("is left as it was where the question is closed", async () => {
    const standing = await openPage([request()]);
    await press("[data-request=r1] button", "Approve");
    await press("dialog button", "Cancel");
    expect(exists("dialog")).toBe(false);
    expect(standing.of(DECIDE)).toEqual([]);
    expect(exists("[data-request=r1]")).toBe(true);
  });

  test("is denied with one press", async () => {
    const standing = await openPage([request(), request({ id: "r2" })], { [DECIDE]: { json: { ...DENIED, id: "r1" } } });
    await press("[data-request=r1] button", "Do not approve");
    await settled();
    expect(standing.of(DECIDE).map(({ body }) => body)).toEqual([{ approve: false }]);
    expect(words(find("[data-message=request-denied]"))).toContain("does not see the key of Mac mini studio");
    expect([...document.querySelectorAll("[data-request]")]).toHaveLength(1);
  });

  test("can't be decided by who made it", async () => {
    await openPage([request({ requester: SESSION.person! })]);
    expect(words(find("[data-request=r1]"))).toContain("You asked for this yourself. Another administrator has to decide.");
    expect(exists("[data-request=r1] button")).toBe(false);
  });

  test("that somebody else decided on meanwhile says so, and who it was", async () => {
    const standing = await openPage([request()], { [DECIDE]: problem(409, "already-decided") });
    standing.answers[OPEN] = list([]);
    standing.answers[CLOSED] = list([{ ...DENIED, id: "r1" }]);
    await press("[data-request=r1] button", "Do not approve");
    await settled();
    expect(words(find("[data-message=request-not-decided]"))).toContain("about already-decided");
    expect(exists("[data-request]")).toBe(false);
    expect(closed()).toEqual([expect.stringMatching(/^Not approved.*Ada, /)]);
  });

  test.each([
    { id: "the portal says no", answer: problem(403, "own-request"), told: "about own-request" },
    { id: "the portal is not reached", answer: "unreachable", told: "Check your internet connection" },
  ] as const)("stays where $id", async ({ answer, told }) => {
    await openPage([request()], { [DECIDE]: answer });
    await press("[data-request=r1] button", "Do not approve");
    await settled();
    expect(words(find("[data-message=request-not-decided]"))).toContain(told);
    expect(exists("[data-request=r1]")).toBe(true);
  });
});

describe("the list", () => {
  test("of what waits says so where nothing does, and shows what comes", async () => {
    const standing = await openPage([]);
    expect(words(find(".empty"))).toContain("No request waits at the moment.");
    expect(exists("#requests-closed")).toBe(false);
    standing.answers[OPEN] = list([request()]);
    await pass(10_000);
    expect(exists("[data-request=r1]")).toBe(true);
  });

  test("asks for nothing while nobody looks", async () => {
    const standing = await openPage([]);
    look(false);
    const before = standing.asked.length;
    await pass(60_000);
    expect(standing.asked).toHaveLength(before);
  });

  test("of what is closed tells by whom and when, page by page", async () => {
    const overtime = request({ id: "r5", state: "expired", until: "2026-11-20T09:41:00Z" });
    const over = { ...APPROVED, id: "r6", state: "expired" } as RevealRequest;
    await openPage([], {
      [CLOSED]: { json: { items: [DENIED, over], next: "r6" } },
      "GET /admin/requests/closed?after=r6": list([overtime]),
    });
    expect(closed()).toEqual([expect.stringMatching(/^Not approved.*Locked out ?Ada, /), expect.stringMatching(/^Approved.*Ada, /)]);
    await press("button", "Show more");
    await settled();
    expect(closed()[2]).toMatch(/^Nobody decided in time ?Sam Support, for Mac mini studio ?Locked out ?November 20/);
    expect(document.body.textContent).not.toContain("Show more");
  });

  test("that could not be fetched can be asked for again", async () => {
    const standing = await openPage([], { [OPEN]: "unreachable" });
    expect(words(find("h1"))).toBe("We can't reach the portal");
    standing.answers[OPEN] = list([request()]);
    await press("button", "Try again");
    await settled();
    expect(exists("[data-request=r1]")).toBe(true);
  });
});

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-23T09:41:00Z"), toFake: ["setTimeout", "clearTimeout", "Date"] });
  look(true);
});

afterEach(() => void vi.useRealTimers());

async function openPage(waiting: readonly RevealRequest[], answers: Answers = {}): Promise<Portal> {
  const standing = portal({ [OPEN]: list(waiting), [CLOSED]: list([]), ...answers });
  await open("/admin/requests", <RequestsPage />);
  return standing;
}

function closed(): string[] {
  return [...document.querySelectorAll(".requests-closed > li")].map(words);
}
