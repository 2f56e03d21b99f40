/** The head of a page: the way back, the title, a line about it, and on a large window the page's action. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon";
import { useHeading } from "./heading";
import "./page-heading.css";

export interface PageHeadingProps {
  readonly title: string;
  readonly back?: { readonly href: string; readonly label: ComponentChildren };
  /** Facts under the title, with a dot between them. */
  readonly meta?: readonly ComponentChildren[];
  readonly lead?: ComponentChildren;
  readonly action?: ComponentChildren;
}

export function PageHeading({ title, back, meta, lead, action }: PageHeadingProps) {
  const heading = useHeading(title);
  return (
    <div class="page-heading">
      {back && <BackLink {...back} />}
      <div class="page-heading-row">
        <div>
          <h1 tabIndex={-1} ref={heading}>
            <bdi>{title}</bdi>
          </h1>
          {meta && <Meta facts={meta} />}
          {lead && <p class="lead">{lead}</p>}
        </div>
        {action}
      </div>
    </div>
  );
}

function BackLink({ href, label }: { href: string; label: ComponentChildren }) {
  return (
    <a class="back-link" href={href}>
      <Icon name="back" />
      <bdi>{label}</bdi>
    </a>
  );
}

function Meta({ facts }: { facts: readonly ComponentChildren[] }) {
  return (
    <ul class="page-meta">
      {facts.map((fact, place) => (
        <li key={place}>{fact}</li>
      ))}
    </ul>
  );
}
