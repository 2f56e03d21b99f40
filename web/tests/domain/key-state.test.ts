import { expect, test } from "vitest";
import type { Deposit, DepositState, StaleCause } from "../../src/domain/deposit";
import { byUrgency, keyState, wantsAttention, type KeyFacts, type KeyState } from "../../src/domain/key-state";

const KEPT = { since: "2026-01-14T08:00:00Z" };

test.each<[string, KeyFacts, KeyState, boolean]>([
  ["nothing was ever stored", facts(null, null), "none", true],
  ["nobody knows whether it is encrypted", facts(null, null, null), "none", true],
  ["FileVault is off", facts(null, null, false), "not-needed", false],
  ["FileVault is off, but a key is kept", facts(null, KEPT, false), "kept", false],
  ["a deposit waits", facts("received", null), "working", false],
  ["a deposit is with the Mac", facts("sent", KEPT), "working", false],
  ["it was stored", facts("stored", KEPT), "kept", false],
  ["a newer one took its place", facts("superseded", KEPT), "kept", false],
  ["the Mac refused it", facts("refused", null), "not-stored", true],
  ["the Mac refused it, an older key is kept", facts("refused", KEPT), "not-stored", true],
  ["the Mac did not answer", facts("unanswered", null), "not-stored", true],
  ["it could not be delivered", facts("undeliverable", null), "not-stored", true],
  ["a rotation was refused, and the kept key is stale", facts("refused", KEPT, true, "rotation", "rotation-failed"), "stale", true],
  ["a rotation got no answer, and the kept key is as good as before", facts("unanswered", KEPT, true, "rotation"), "kept", false],
  ["the Mac has another key by now", facts("stored", KEPT, true, "deposit", "rotated-elsewhere"), "stale", true],
  ["FileVault was switched off later", facts("stored", KEPT, false, "deposit", "filevault-off"), "stale", true],
  ["another one is on its way", facts("sent", KEPT, true, "rotation", "no-recovery-key"), "working", false],
  ["a typed one was refused on top of it", facts("refused", KEPT, true, "deposit", "rotated-elsewhere"), "not-stored", true],
])("%s", (_case, known, state, attention) => {
  expect(keyState(known)).toBe(state);
  expect(wantsAttention(state)).toBe(attention);
});

test("what its owner can do something about comes first", () => {
  const states: KeyState[] = ["kept", "not-needed", "none", "working", "not-stored", "stale"];
  expect(states.sort(byUrgency)).toEqual(["not-stored", "stale", "none", "working", "kept", "not-needed"]);
});

function facts(
  state: DepositState | null,
  escrowed: object | null,
  encrypted: boolean | null = true,
  kind: Deposit["kind"] = "deposit",
  stale: StaleCause | null = null,
): KeyFacts {
  return { deposit: state === null ? null : ({ state, kind } as Deposit), escrowed, stale, encrypted };
}
