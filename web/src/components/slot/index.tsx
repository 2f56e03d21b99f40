/**
 * A place in the cabinet: a hook with a key on it (kept), one that is slipping off (it may be out of date), a dashed
 * key (on its way), a fallen key (not stored) or nothing. A picture only; a chip says it in words.
 */
import type { KeyState } from "../../domain/key-state";
import "./slot.css";

export function Slot({ state, large = false }: { state: KeyState; large?: boolean }) {
  return (
    <svg
      class={`slot slot-${state}`}
      width={large ? 88 : 44}
      height={large ? 104 : 52}
      viewBox="0 0 44 52"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="44" height="52" rx={large ? 7 : 10} />
      <path class="slot-hook" d="M12 8h20M25 8v6a3.500 3.500 0 0 1-7 0" />
      <SlotKey state={state} />
    </svg>
  );
}

function SlotKey({ state }: { state: KeyState }) {
  if (state === "none" || state === "not-needed") return null;
  return (
    <g class="slot-key">
      <circle cx="21.500" cy="22" r="5.500" />
      <path d="M21.500 27.500V45M21.500 38h4.500M21.500 43h3.500" />
    </g>
  );
}
