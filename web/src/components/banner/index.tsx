/**
 * What is the matter, at the top of a page: a tinted head with icon, title and a
 * sentence or two, and room below it for help. Its icon and its words say what its
 * colour says.
 */
import "./banner.css";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icon";

export type BannerKind = "danger" | "ok" | "warn" | "info";

const ICONS: Readonly<Record<BannerKind, IconName>> = { danger: "alert", ok: "done", warn: "alert", info: "help" };

export interface BannerProps {
  readonly kind: BannerKind;
  readonly title: ComponentChildren;
  readonly icon?: IconName;
  /** The sentences of the head. */
  readonly children?: ComponentChildren;
  /** What lies below the head, untinted. */
  readonly below?: ComponentChildren;
  /** "alert" for what must be heard at once, "status" for what may wait. */
  readonly role?: "alert" | "status";
  readonly code?: string;
}

export function Banner({ kind, title, icon, children, below, role, code }: BannerProps) {
  return (
    <section class={`banner banner-${kind}`} data-message={code}>
      <div class="banner-head" role={role}>
        <Icon name={icon ?? ICONS[kind]} size={24} />
        <div class="banner-words">
          <h2>{title}</h2>
          {children}
        </div>
      </div>
      {below}
    </section>
  );
}
