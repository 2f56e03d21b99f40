/** Names and values, one a row, with a hairline between the rows. */
import type { ComponentChildren } from "preact";
import "./definition-list.css";

export interface Definition {
  readonly term: string;
  readonly value: ComponentChildren;
}

export function DefinitionList({ items }: { items: readonly Definition[] }) {
  return (
    <dl class="definitions">
      {items.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
