/**
 * Keeps a page's primary action within reach of the thumb: at the lower edge of a
 * phone, over the safe area; on a larger or a very low window simply in its place.
 * It tells the page its height, so that nothing hides behind it.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./dock.css";

export function Dock({ children }: { children: ComponentChildren }) {
  const dock = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (dock.current ? tellHeight(dock.current) : undefined), []);
  return (
    <div class="dock" ref={dock}>
      {children}
    </div>
  );
}

function tellHeight(dock: HTMLElement): () => void {
  const page = document.documentElement;
  const tell = () => {
    const height = getComputedStyle(dock).position === "fixed" ? dock.offsetHeight : 0;
    page.style.setProperty("--dock-size", `${height}px`);
  };
  const observer = new ResizeObserver(tell);
  observer.observe(dock);
  return () => {
    observer.disconnect();
    page.style.removeProperty("--dock-size");
  };
}
