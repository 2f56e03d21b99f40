import { describe, expect, test } from "vitest";
import { age, PATIENCE, type Deposit, pollDelay, progressOf, STEPS, underWay, view } from "../../src/domain/deposit";

const NOW = Date.parse("2026-11-23T09:41:00Z");

describe("what the page shows", () => {
  test("nothing without a deposit", () => {
    expect(view(null, 0)).toEqual({ shows: "nothing" });
  });

  test.each(["verify", "rotate", "store"] as const)("the step %s while it is under way", (step) => {
    expect(view(deposit({ state: "sent", step }), 0)).toEqual({ shows: "progress", step, waitsForMac: false });
  });

  test("verify where the step is not known yet", () => {
    expect(view(deposit({ state: "received", step: null }), 0)).toMatchObject({ step: "verify" });
  });

  test.each([
    { id: "a young deposit does not wait yet", age: PATIENCE - 1, waiting: true, waitsForMac: false },
    { id: "an older one waits for the Mac", age: PATIENCE, waiting: true, waitsForMac: true },
    { id: "an older one that the Mac answered does not", age: PATIENCE, waiting: false, waitsForMac: false },
  ])("$id", ({ age: passed, waiting, waitsForMac }) => {
    expect(view(deposit({ state: "sent", waiting }), passed)).toMatchObject({ waitsForMac });
  });

  test.each(["stored", "superseded"] as const)("updated once %s", (state) => {
    expect(view(deposit({ state, message: "key-updated" }), 0)).toEqual({ shows: "updated" });
  });

  test.each(["refused", "unanswered", "undeliverable"] as const)("not accepted once %s, with the causes", (state) => {
    const causes = [{ code: "wrong-key", known: null }] as const;
    expect(view(deposit({ state, message: "key-not-accepted", causes }), 0)).toEqual({
      shows: "not-accepted",
      state,
      causes,
    });
  });

  test("a refused rotation speaks of no typed key", () => {
    const rotation = deposit({ state: "refused", kind: "rotation", message: "rotation-failed" });
    expect(view(rotation, NOW)).toEqual({ shows: "rotation-failed", state: "refused", stale: false });
    expect(view(rotation, NOW, "rotation-failed")).toEqual({ shows: "rotation-failed", state: "refused", stale: true });
  });

  test.each([
    ["nothing was ever stored here", null],
    ["it was stored", deposit({ state: "stored" })],
    ["a rotation was refused", deposit({ state: "refused", kind: "rotation", message: "rotation-failed" })],
  ])("a kept key that is out of date, where %s", (_case, latest) => {
    expect(view(latest, NOW, "rotated-elsewhere")).toEqual({ shows: "stale", cause: "rotated-elsewhere" });
  });

  test("what was typed, or is on its way, comes before that", () => {
    expect(view(deposit({ state: "sent" }), 0, "rotated-elsewhere").shows).toBe("progress");
    expect(view(deposit({ state: "refused", message: "key-not-accepted" }), 0, "rotated-elsewhere").shows).toBe("not-accepted");
  });
});

test.each([
  { current: "verify", progress: ["now", "next", "next"] },
  { current: "rotate", progress: ["done", "now", "next"] },
  { current: "store", progress: ["done", "done", "now"] },
] as const)("at $current the steps are $progress", ({ current, progress }) => {
  expect(STEPS.map((step) => progressOf(step, current))).toEqual(progress);
});

test("only received and sent are under way", () => {
  const states = ["received", "sent", "stored", "refused", "unanswered", "superseded", "undeliverable"] as const;
  expect(states.filter((state) => underWay(deposit({ state })))).toEqual(["received", "sent"]);
});

test.each([
  { id: "each second while it is young", state: "sent", watchedFor: 0, delay: 1_000 },
  { id: "each five seconds after a minute", state: "sent", watchedFor: 60_000, delay: 5_000 },
  { id: "each half minute once settled", state: "stored", watchedFor: 0, delay: 30_000 },
] as const)("the page asks $id", ({ state, watchedFor, delay }) => {
  expect(pollDelay(deposit({ state }), watchedFor)).toBe(delay);
});

test.each([
  { id: "by the time it was saved", created_at: "2026-11-23T09:41:00Z", watchedSince: NOW + 8_000, passed: 10_000 },
  { id: "by the time on this page where the portal's clock is ahead", created_at: "2026-11-23T09:51:00Z", watchedSince: NOW, passed: 10_000 },
])("its age goes $id", ({ created_at, watchedSince, passed }) => {
  expect(age(deposit({ created_at }), watchedSince, NOW + 10_000)).toBe(passed);
});

function deposit(given: Partial<Deposit>): Deposit {
  return {
    id: "1",
    kind: "deposit",
    state: "received",
    step: null,
    message: null,
    causes: [],
    created_at: "2026-11-23T09:41:00Z",
    settled_at: null,
    waiting: false,
    device_checked_in_since: null,
    ...given,
  };
}
