/**
 * What every page's h1 does: it names the document and takes the focus when the
 * page came by a navigation, so that a screen reader begins there. The first page
 * of a visit is left to the browser.
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

let visited = false;

export function useHeading(title: string): { current: HTMLHeadingElement | null } {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} · Sleutelkast`;
  }, [title]);
  useEffect(() => {
    if (visited && !document.querySelector("dialog[open]")) heading.current?.focus({ preventScroll: true });
    visited = true;
  }, []);
  return heading;
}
