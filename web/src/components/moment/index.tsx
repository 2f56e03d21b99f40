/**
 * A point in time in words that fit how long ago it is. `since` says the distance
 * ("12 days ago"), `exact` the date ("3 June, 14:05"); both say "2 minutes ago"
 * within the hour and "today, 09:12" or "yesterday, 17:40". `date` is as `exact`,
 * for what stays true: never a distance.
 */
import { calendarDays, formatDate, formatDays, formatRelative, formatTime, t, type Moment as Time } from "../../i18n";
import { now } from "../../state/clock";
import "./moment.css";

export type MomentStyle = "since" | "exact" | "date";

const MINUTE = 60_000;
const HOUR = 3_600_000;

export interface MomentProps {
  readonly time: string;
  readonly as?: MomentStyle;
  /** Whether it begins a line by itself, and so with a capital where the script has them. */
  readonly alone?: boolean;
}

export function Moment({ time, as = "since", alone = false }: MomentProps) {
  return (
    <time class={alone ? "moment-alone" : undefined} dateTime={time}>
      {momentWords(time, as, now.value)}
    </time>
  );
}

export function momentWords(time: Time, as: MomentStyle, present: Time): string {
  const days = calendarDays(time, present);
  const age = Math.abs(new Date(time).getTime() - new Date(present).getTime());
  if (age < HOUR && as !== "date") return age < MINUTE ? justNow() : formatRelative(time, present);
  if (days === 0 || days === -1) return dayAndTime(formatDays(days), formatTime(time));
  return as === "since" ? formatRelative(time, present) : dayAndTime(formatDate(time, present), formatTime(time));
}

function justNow(): string {
  // Translators: Less than a minute ago. Stands by itself, or in a sentence such as "Checked in {when}".
  return t("just now");
}

function dayAndTime(day: string, time: string): string {
  // Translators: A day and a time of that day, as in "yesterday, 17:40" or "3 June, 14:05".
  return t("{day}, {time}", { day, time });
}
