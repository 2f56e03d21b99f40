/** The mark: a key on a hook. It does not turn round in languages read from the right. */
import "./mark.css";

export function Mark() {
  return (
    <svg class="mark" width="32" height="32" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <g>
        <path class="mark-rail" d="M8 5h16" />
        <path d="M18.500 5v3a2.500 2.500 0 0 1-5 0" />
        <circle cx="16" cy="14.500" r="4" />
        <path d="M16 18.500V28M16 22.500h3.500M16 26h2.500" />
      </g>
    </svg>
  );
}
