/**
 * Buttons, and links that look like one. `primary` is the one filled action of a
 * page, `quiet` is outlined, `ghost` is words only. A busy button keeps its place
 * and its focus, and does nothing; its words say what is going on.
 */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icon";
import "./button.css";

export type ButtonKind = "primary" | "quiet" | "ghost";

interface Look {
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export interface ButtonProps extends Look {
  readonly type?: "button" | "submit";
  readonly busy?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
  readonly "aria-controls"?: string;
  readonly "aria-expanded"?: boolean;
  readonly "aria-describedby"?: string;
  readonly autofocus?: boolean;
}

export function Button({ kind = "quiet", icon, wide, busy = false, type = "button", onClick, children, ...rest }: ButtonProps) {
  const press = (event: MouseEvent) => (busy ? event.preventDefault() : onClick?.(event));
  return (
    <button {...rest} type={type} class={look(kind, wide)} aria-disabled={busy ? "true" : undefined} onClick={press}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export interface ButtonLinkProps extends Look {
  readonly href: string;
  readonly target?: string;
  readonly rel?: string;
  /** Saves what is there as a file. */
  readonly download?: boolean;
  readonly onClick?: () => void;
}

export function ButtonLink({ kind = "quiet", icon, wide, children, ...rest }: ButtonLinkProps) {
  return (
    <a {...rest} class={look(kind, wide)}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

function look(kind: ButtonKind, wide = false): string {
  return `button button-${kind}${wide ? " button-wide" : ""}`;
}
