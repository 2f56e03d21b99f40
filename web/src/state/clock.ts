/** The present time as a signal, for texts such as "2 minutes ago" that age on the page. */
import { signal } from "@preact/signals";

const STEP = 30_000;

/** Milliseconds since 1970, at most half a minute old. */
export const now = signal(Date.now());

export function startClock(): void {
  setInterval(tellTime, STEP);
  document.addEventListener("visibilitychange", tellTime);
}

function tellTime(): void {
  if (document.visibilityState === "visible") now.value = Date.now();
}
