/** A ring that empties, and "Visible for another 5:00". Spoken at 5:00, 1:00 and 0:10 only. */
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatClock, t, tx } from "../../i18n";
import { secondsLeft, spokenMark, VISIBLE_FOR } from "./countdown";
import "./clock.css";

const RADIUS = 10;
const ROUND = 2 * Math.PI * RADIUS;

/** The seconds that are left until `until`; `onEnd` is called once, when none is. */
export function useCountdown(until: number, onEnd: () => void): ReadonlySignal<number> {
  const seconds = useSignal(secondsLeft(until, Date.now()));
  useEffect(() => {
    const tick = () => {
      seconds.value = secondsLeft(until, Date.now());
      if (seconds.value === 0) end();
    };
    const ticking = setInterval(tick, 250);
    const end = () => {
      clearInterval(ticking);
      onEnd();
    };
    tick();
    return () => clearInterval(ticking);
  }, [until]);
  return seconds;
}

export function Clock({ seconds }: { readonly seconds: ReadonlySignal<number> }) {
  const left = formatClock(seconds.value);
  return (
    <div class="clock">
      <Ring part={(seconds.value * 1_000) / VISIBLE_FOR} />
      <p role="timer">
        {
          // Translators: How long the shown key can still be seen. {time} is minutes and seconds, like 4:59.
          tx("Visible for another {time}", { time: <b class="clock-time">{left}</b> })
        }
      </p>
      <Spoken seconds={seconds} />
    </div>
  );
}

function Ring({ part }: { readonly part: number }) {
  const shape = { cx: 12, cy: 12, r: RADIUS, fill: "none", "stroke-width": 2.5 };
  return (
    <svg class="clock-ring" viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
      <circle class="clock-track" {...shape} />
      <circle class="clock-left" {...shape} stroke-dasharray={`${ROUND}`} stroke-dashoffset={`${-ROUND * (1 - part)}`} />
    </svg>
  );
}

function Spoken({ seconds }: { readonly seconds: ReadonlySignal<number> }) {
  const mark = useComputed(() => spokenMark(seconds.value));
  return (
    <p class="visually-hidden" role="status">
      {mark.value !== null &&
        // Translators: Spoken by screen readers when 5:00, 1:00 and 0:10 are left. {time} is minutes and seconds.
        t("The key is visible for another {time}", { time: formatClock(mark.value) })}
    </p>
  );
}
