/** A card with a title of its own. */
import type { ComponentChildren } from "preact";
import "./card.css";

export function Card({ title, children }: { title: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="card card-padded">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
