/**
 * What is the matter, at the top of a page: a tinted head with icon, title and a
 * sentence or two, and room below it for help. Its icon and its words say what its
 * colour says.
 */
import type { ComponentChildren, Ref } from "preact";
import { Icon, type IconName } from "../icon";
import "./banner.css";

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
  /** Given where the banner is the page: its title is the page's h1 then. */
  readonly pageHeading?: Ref<HTMLHeadingElement>;
}

export function Banner({ kind, title, icon, children, below, role, code, pageHeading }: BannerProps) {
  return (
    <section class={`banner banner-${kind}`} data-message={code}>
      <div class="banner-head" role={role}>
        <Icon name={icon ?? ICONS[kind]} size={24} />
        <div class="banner-words">
          {pageHeading ? <PageTitle heading={pageHeading}>{title}</PageTitle> : <h2>{title}</h2>}
          {children}
        </div>
      </div>
      {below}
    </section>
  );
}

function PageTitle({ heading, children }: { heading: Ref<HTMLHeadingElement>; children: ComponentChildren }) {
  return (
    <h1 class="banner-page-title" tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}
