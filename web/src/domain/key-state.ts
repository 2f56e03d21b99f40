/** How things stand with a device's recovery key: what a list shows in one word. */
import { underWay, type Deposit } from "./deposit";

/**
 * kept: in the cabinet. working: a new one is on its way. not-stored: the latest
 * attempt came to nothing. none: there is none yet. not-needed: FileVault is off.
 */
export type KeyState = "kept" | "working" | "not-stored" | "none" | "not-needed";

export interface KeyFacts {
  readonly deposit: Deposit | null;
  readonly escrowed: object | null;
  /** Whether FileVault is on; null where the Mac has not said. */
  readonly encrypted: boolean | null;
}

const UNSUCCESSFUL = new Set(["refused", "unanswered", "undeliverable"]);

export function keyState({ deposit, escrowed, encrypted }: KeyFacts): KeyState {
  if (underWay(deposit)) return "working";
  if (deposit !== null && UNSUCCESSFUL.has(deposit.state)) return "not-stored";
  if (escrowed !== null) return "kept";
  return encrypted === false ? "not-needed" : "none";
}

const URGENCY: readonly KeyState[] = ["not-stored", "none", "working", "kept", "not-needed"];

/** Negative where `one` is more urgent for its owner than `other`. */
export function byUrgency(one: KeyState, other: KeyState): number {
  return URGENCY.indexOf(one) - URGENCY.indexOf(other);
}

/** Whether the owner can do something about it now. */
export function wantsAttention(state: KeyState): boolean {
  return state === "not-stored" || state === "none";
}
