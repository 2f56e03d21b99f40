/**
 * Dates, times, numbers and lists in the reader's language, by Intl alone. Times
 * are RFC 3339 strings as the API gives them, Dates, or milliseconds; they are
 * shown in the time zone of the browser.
 */
import { locale } from "./locale";

export type Moment = string | number | Date;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 June 2026 at 14:05": date and time in full. */
export function formatDateTime(moment: Moment): string {
  return dates({ dateStyle: "long", timeStyle: "short" }).format(asDate(moment));
}

/** "3 June", with the year where it is not the present one. */
export function formatDate(moment: Moment, now: Moment = Date.now()): string {
  const sameYear = asDate(moment).getFullYear() === asDate(now).getFullYear();
  const year = sameYear ? {} : ({ year: "numeric" } as const);
  return dates({ day: "numeric", month: "long", ...year }).format(asDate(moment));
}

/** "Wednesday, 3 June 2026": a day by itself, in full. */
export function formatDay(moment: Moment): string {
  return dates({ dateStyle: "full" }).format(asDate(moment));
}

/** "14:05". */
export function formatTime(moment: Moment): string {
  return dates({ timeStyle: "short" }).format(asDate(moment));
}

/** "now", "2 minutes ago", "yesterday", "12 days ago"; within the day by the clock, else by calendar days. */
export function formatRelative(moment: Moment, now: Moment = Date.now()): string {
  const passed = asDate(moment).getTime() - asDate(now).getTime();
  const days = calendarDays(moment, now);
  if (Math.abs(passed) < MINUTE) return relative(0, "second");
  if (Math.abs(passed) < HOUR) return relative(passed / MINUTE, "minute");
  if (days === 0) return relative(passed / HOUR, "hour");
  return formatDays(days);
}

/** "today", "yesterday", "12 days ago": a distance in calendar days, negative for the past. */
export function formatDays(days: number): string {
  return relative(days, "day");
}

/** How many calendar days `moment` lies after (or, negative, before) `now`. */
export function calendarDays(moment: Moment, now: Moment = Date.now()): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (midnight(asDate(moment)) - midnight(asDate(now))) / DAY;
}

/** A number as the language writes it. */
export function formatNumber(number: number): string {
  return new Intl.NumberFormat(locale.value).format(number);
}

/** "a, b and c". */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(locale.value, { type: "conjunction" }).format(items);
}

/** For sorting names as the language does, with "Mac 2" before "Mac 10". */
export function compareNames(one: string, other: string): number {
  return new Intl.Collator(locale.value, { numeric: true }).compare(one, other);
}

/** Seconds as a running clock, "5:00", in the language's own figures. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const pair = new Intl.NumberFormat(locale.value, { minimumIntegerDigits: 2 });
  return `${formatNumber(Math.floor(whole / 60))}:${pair.format(whole % 60)}`;
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale.value, options);
}

function relative(amount: number, unit: Intl.RelativeTimeFormatUnit): string {
  const formatter = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" });
  return formatter.format(Math.trunc(amount) || 0, unit);
}

function asDate(moment: Moment): Date {
  return new Date(moment);
}
