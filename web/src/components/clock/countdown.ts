/** How long a shown key stays visible. Pure; times in milliseconds. */

/** A key disappears after five minutes. */
export const VISIBLE_FOR = 300_000;

/** Seconds left at which the clock is spoken. */
const SPOKEN_AT: readonly number[] = [300, 60, 10];

/**
 * When a key that came at `now` is hidden. The portal's own time is taken where it can be meant; where the clock of
 * this device is wrong, five minutes count from now, so that the key neither vanishes at once nor stays for ever.
 */
export function deadline(visibleUntil: string, now: number): number {
  const left = Date.parse(visibleUntil) - now;
  return now + (left > 0 && left < VISIBLE_FOR ? left : VISIBLE_FOR);
}

/** Whole seconds that are left, rounded up as a clock shows them. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1_000));
}

/** The latest mark that was passed: what a screen reader was told last. Null before the first. */
export function spokenMark(seconds: number): number | null {
  return SPOKEN_AT.findLast((mark) => seconds <= mark) ?? null;
}
