/** A tinted note inside a page: something to bear in mind, not something that happened. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icon";
import "./note.css";

export function Note({ icon, kind = "warn", children }: { icon: IconName; kind?: "warn" | "info"; children: ComponentChildren }) {
  return (
    <div class={`note note-${kind}`}>
      <Icon name={icon} size={24} />
      <p>{children}</p>
    </div>
  );
}
