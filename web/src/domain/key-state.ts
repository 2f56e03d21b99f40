/** How things stand with a device's recovery key: what a list shows in one word. */
import { underWay, type Deposit, type StaleCause } from "./deposit";

/**
 * kept: in the cabinet. stale: kept, and it may open the Mac no more. working: a new one is on its
 * way. not-stored: what somebody typed came to nothing. none: there is none yet. not-needed: FileVault is off.
 */
export type KeyState = "kept" | "stale" | "working" | "not-stored" | "none" | "not-needed";

export interface KeyFacts {
  readonly deposit: Deposit | null;
  readonly escrowed: object | null;
  readonly stale: StaleCause | null;
  /** Whether FileVault is on; null where the Mac has not said. */
  readonly encrypted: boolean | null;
}

const UNSUCCESSFUL = new Set(["refused", "unanswered", "undeliverable"]);

export function keyState({ deposit, escrowed, stale, encrypted }: KeyFacts): KeyState {
  if (underWay(deposit)) return "working";
  // A rotation that came to nothing leaves the kept key as it is.
  if (deposit?.kind === "deposit" && UNSUCCESSFUL.has(deposit.state)) return "not-stored";
  if (escrowed !== null) return stale === null ? "kept" : "stale";
  return encrypted === false ? "not-needed" : "none";
}

const URGENCY: readonly KeyState[] = ["not-stored", "stale", "none", "working", "kept", "not-needed"];

/** Negative where `one` is more urgent for its owner than `other`. */
export function byUrgency(one: KeyState, other: KeyState): number {
  return URGENCY.indexOf(one) - URGENCY.indexOf(other);
}

/** Whether the owner can do something about it now. */
export function wantsAttention(state: KeyState): boolean {
  return state === "not-stored" || state === "none" || state === "stale";
}
