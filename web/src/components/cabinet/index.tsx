/** Rows of hooks with keys, one of them lit: the picture beside the sign-in form. Decorative. */
import "./cabinet.css";

interface Plan {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly across: number;
  readonly down: number;
  readonly lit: string;
  readonly empty: ReadonlySet<string>;
}

/** Columns count from the middle, so that the picture stays centred whatever its width. */
const TALL: Plan = {
  columns: [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6],
  rows: [0, 1, 2, 3, 4, 5, 6, 7],
  across: 104,
  down: 164,
  lit: "1/1",
  empty: new Set(["0/0", "-1/1", "-2/2", "2/2", "0/3", "-3/1", "3/0", "4/3", "-4/2", "1/4", "-2/5", "0/6"]),
};

const LOW: Plan = {
  columns: [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6],
  rows: [0],
  across: 64.5,
  down: 0,
  lit: "0/0",
  empty: new Set(["-2/0", "2/0", "5/0"]),
};

export function Cabinet() {
  return (
    <div class="cabinet" aria-hidden="true">
      <Board plan={LOW} name="low" />
      <Board plan={TALL} name="tall" />
    </div>
  );
}

function Board({ plan, name }: { plan: Plan; name: string }) {
  return (
    <svg class={`cabinet-board cabinet-${name}`} focusable="false">
      {plan.rows.map((row) => (
        <Rail key={row} plan={plan} row={row} />
      ))}
    </svg>
  );
}

function Rail({ plan, row }: { plan: Plan; row: number }) {
  return (
    <>
      <rect class="cabinet-rail" width="100%" height="10" y={row * plan.down} />
      <svg x="50%" y={row * plan.down} overflow="visible">
        {plan.columns.map((column) => (
          <g key={column} class={`${column}/${row}` === plan.lit ? "cabinet-lit" : undefined} transform={`translate(${column * plan.across} 0)`}>
            <path d="M9 4V16a9.500 9.500 0 0 1-19 0" />
            {!plan.empty.has(`${column}/${row}`) && <path d="M0 28a15 15 0 1 1-.01 0M0 58V98M0 81h12.500M0 93h10" />}
          </g>
        ))}
      </svg>
    </>
  );
}
