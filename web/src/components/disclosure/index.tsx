/** A button that opens a small panel under it. Escape, a press elsewhere or leaving it with Tab closes it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import "./disclosure.css";

export interface DisclosureProps {
  /** What the button shows. */
  readonly face: ComponentChildren;
  readonly label: string;
  readonly class?: string;
  /** The panel; `close` shuts it. */
  readonly children: (close: () => void) => ComponentChildren;
}

export function Disclosure({ face, label, class: name = "", children }: DisclosureProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  useClosing(open, root, close);

  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    close();
    button.current?.focus();
  };
  return (
    <div class="disclosure" ref={root} onKeyDown={escape}>
      <button
        ref={button}
        type="button"
        class={name}
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      <div class="disclosure-panel" id={id} hidden={!open}>
        {open && children(close)}
      </div>
    </div>
  );
}

function useClosing(open: boolean, root: { current: HTMLElement | null }, close: () => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close();
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  }, [open]);
}
