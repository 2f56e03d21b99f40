/** A deposit as the API tells it, and what the device's page shows of it. */

export type Step = "verify" | "rotate" | "store";
export type CauseCode = "wrong-key" | "not-checked-in" | "filevault-not-enabled";
export type DepositState = "received" | "sent" | "stored" | "refused" | "unanswered" | "superseded" | "undeliverable";
export type DepositMessage = "key-updated" | "key-not-accepted" | "rotation-failed";

/** Why a kept key may not open the disk any more. */
export type StaleCause = "rotated-elsewhere" | "filevault-off" | "no-recovery-key" | "rotation-failed";

export interface Cause {
  readonly code: CauseCode;
  /** Whether the portal knows that it is so for this Mac; null where it can't tell. */
  readonly known: boolean | null;
}

export interface Deposit {
  readonly id: string;
  readonly kind: "deposit" | "rotation";
  readonly state: DepositState;
  readonly step: Step | null;
  readonly message: DepositMessage | null;
  readonly causes: readonly Cause[];
  readonly created_at: string;
  readonly settled_at: string | null;
  /** The Mac has it and has not answered, or it waits for an earlier one. */
  readonly waiting: boolean;
  readonly device_checked_in_since: boolean | null;
}

export type StepProgress = "done" | "now" | "next";
export type FailedState = Extract<DepositState, "refused" | "unanswered" | "undeliverable">;

/** What the device's page shows at its top. */
export type View =
  | { readonly shows: "nothing" }
  | { readonly shows: "progress"; readonly step: Step; readonly waitsForMac: boolean }
  | { readonly shows: "updated" }
  | { readonly shows: "not-accepted"; readonly state: FailedState; readonly causes: readonly Cause[] }
  | { readonly shows: "rotation-failed"; readonly state: FailedState; readonly stale: boolean }
  | { readonly shows: "stale"; readonly cause: StaleCause };

export const STEPS: readonly Step[] = ["verify", "rotate", "store"];

/** How long a Mac may take, in milliseconds, before the page says that it waits for it. */
export const PATIENCE = 5_000;

const POLL_UNDER_WAY = 1_000;
const POLL_LONG_UNDER_WAY = 5_000;
const POLL_SETTLED = 30_000;
const LONG_UNDER_WAY = 60_000;

export function underWay(deposit: Deposit | null): boolean {
  return deposit !== null && (deposit.state === "received" || deposit.state === "sent");
}

/** What to show for the latest deposit of a device, `age` milliseconds after it was saved, and of its kept key. */
export function view(deposit: Deposit | null, age: number, stale: StaleCause | null = null): View {
  const shown = viewOfDeposit(deposit, age, stale);
  if (stale === null || shown.shows === "progress" || shown.shows === "not-accepted") return shown;
  // What the Mac itself told says more than that it took no key; and a key that is out of date was not updated.
  return shown.shows === "rotation-failed" && stale === "rotation-failed" ? shown : { shows: "stale", cause: stale };
}

function viewOfDeposit(deposit: Deposit | null, age: number, stale: StaleCause | null): View {
  if (deposit === null) return { shows: "nothing" };
  switch (deposit.state) {
    case "received":
    case "sent":
      return { shows: "progress", step: deposit.step ?? "verify", waitsForMac: deposit.waiting && age >= PATIENCE };
    case "stored":
    case "superseded":
      return { shows: "updated" };
    case "refused":
    case "unanswered":
    case "undeliverable":
      return failed(deposit, deposit.state, stale !== null);
  }
}

function failed(deposit: Deposit, state: FailedState, stale: boolean): View {
  // A rotation that nobody typed a key for has no key to check on paper.
  if (deposit.message === "rotation-failed") return { shows: "rotation-failed", state, stale };
  return { shows: "not-accepted", state, causes: deposit.causes };
}

/** How far a step is, while `current` is being worked on. */
export function progressOf(step: Step, current: Step): StepProgress {
  const distance = STEPS.indexOf(step) - STEPS.indexOf(current);
  if (distance === 0) return "now";
  return distance < 0 ? "done" : "next";
}

/** How long ago it was saved, or at least watched from: the clocks of portal and browser may differ. */
export function age(deposit: Deposit | null, watchedSince: number, now: number): number {
  return now - Math.min(watchedSince, deposit === null ? now : Date.parse(deposit.created_at));
}

/** Milliseconds until the page asks again: eager at first, calm later; when settled, another device may start one. */
export function pollDelay(deposit: Deposit | null, watchedFor: number): number {
  if (!underWay(deposit)) return POLL_SETTLED;
  return watchedFor < LONG_UNDER_WAY ? POLL_UNDER_WAY : POLL_LONG_UNDER_WAY;
}
