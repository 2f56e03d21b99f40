/**
 * A modal dialog on the browser's own `<dialog>`: the page behind it is inert, focus
 * stays inside and returns to where it was. Without `onClose` it can't be waved away.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./dialog.css";

export interface DialogProps {
  readonly label: string;
  readonly onClose?: () => void;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Open for as long as it is rendered. */
export function Dialog({ label, onClose, class: name = "", children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const leaving = useRef(false);
  useLayoutEffect(() => openedModally(dialog.current, leaving), []);

  const cancel = (event: Event) => {
    event.preventDefault();
    onClose?.();
  };
  // A browser lets nobody be locked in: Escape pressed twice closes a dialog whatever its page says.
  const closed = () => {
    if (leaving.current) return;
    if (onClose) onClose();
    else if (dialog.current?.isConnected) dialog.current.showModal();
  };
  const press = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose?.();
  };
  return (
    <dialog ref={dialog} class={`dialog ${name}`} aria-label={label} onCancel={cancel} onClose={closed} onClick={press}>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}

/** `leaving` tells the dialog's own end from one that the browser brought about. */
function openedModally(dialog: HTMLDialogElement | null, leaving: { current: boolean }): () => void {
  const before = document.activeElement;
  dialog?.showModal();
  return () => {
    leaving.current = true;
    dialog?.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}
