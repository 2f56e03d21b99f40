/**
 * Keeps what is shared up to date while somebody is looking: on return to the tab
 * at once, else at a gentle pace that quickens while a deposit is on its way.
 */
import { computed, effect } from "@preact/signals";
import { anyUnderWay, loadDevices } from "./devices";
import { loadNotices } from "./notices";
import { reachable } from "./reach";
import { person, refreshSession } from "./session";

const CALM = 60_000;
const WHILE_UNDER_WAY = 20_000;
const WHILE_UNREACHABLE = 10_000;

const personId = computed(() => person.value?.id);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Begins to watch; called once. */
export function startWatching(): void {
  document.addEventListener("visibilitychange", () => visible() && void catchUp());
  addEventListener("online", () => void catchUp());
  addEventListener("pageshow", (event) => event.persisted && void catchUp());
  effect(() => {
    if (personId.value !== undefined) void news();
  });
  effect(() => {
    if (anyUnderWay.value) schedule(); // sooner than it was planned
  });
  schedule();
}

/** Asks everything again: after a return to the tab, or when the person says "Try again". */
export async function catchUp(): Promise<void> {
  try {
    await refreshSession();
  } catch {
    return schedule(); // unreachable: the banner says so
  }
  await news();
  schedule();
}

async function news(): Promise<void> {
  await Promise.all([loadNotices(), loadDevices({ background: true })]);
}

async function turn(): Promise<void> {
  if (!visible()) return schedule();
  if (!reachable.peek()) return catchUp();
  const somethingNew = await loadNotices();
  if (somethingNew || anyUnderWay.peek()) await loadDevices({ background: true });
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void turn(), pace());
}

function pace(): number {
  if (!reachable.peek()) return WHILE_UNREACHABLE;
  return person.peek() !== null && anyUnderWay.peek() ? WHILE_UNDER_WAY : CALM;
}

function visible(): boolean {
  return document.visibilityState === "visible";
}
