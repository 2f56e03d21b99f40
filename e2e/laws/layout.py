"""Everything has its room: nothing is beyond the window's edges, cut off, out of its box or upon something else."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What a window of 1280 by 1024 has left at 400 %; narrower than any phone."""

_BASICS = """
  const near = 1.5;
  const root = document.documentElement;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const named = (element) => element.cloneNode(false).outerHTML.slice(0, 120);
"""
_FAULTS = """
  /* What is for screen readers alone is cut down to a point, and what it says is seen by nobody. */
  const isAPoint = (element) => element.offsetWidth <= 1 || element.offsetHeight <= 1;
  const escapes = (element) => ["absolute", "fixed"].includes(getComputedStyle(element).position);

  /* The boxes that hold an element, from the inside; what is positioned skips those that it is not positioned in. */
  function* holders(element) {
    let free = null;
    for (let one = element; one !== null && one !== root && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (free === null || style.position !== "static" || style.transform !== "none") {
        yield [one, style];
        free = escapes(one) ? style.position : null;
      }
      if (one.matches("dialog, [popover]")) return;
    }
  }

  function faults(rect, element) {
    const middle = { top: rect.top + rect.height * 0.2, bottom: rect.bottom - rect.height * 0.2 };
    let acrossIsFree = true, downIsFree = true, boxed = false;
    for (const [one, style] of holders(element)) {
      if (isAPoint(one)) return [];
      if (style.display === "inline" || style.display === "contents") continue;
      const outer = one.getBoundingClientRect();
      const left = outer.left + one.clientLeft, top = outer.top + one.clientTop;
      const right = left + one.clientWidth, bottom = top + one.clientHeight;
      const across = rect.left < left - near || rect.right > right + near;
      const down = middle.top < top - near || middle.bottom > bottom + near;
      const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
      if (style.overflowX !== "visible" && acrossIsFree) {
        if (across) return [scrolls(style.overflowX) ? "it has to be scrolled sideways" : "cut off at its side"];
        acrossIsFree = false;
      }
      if (style.overflowY !== "visible" && downIsFree) {
        if (down && !scrolls(style.overflowY)) return ["cut off above or below"];
        downIsFree = false;
      }
      const transparent = /^(transparent|rgba\\(.*, 0\\))$/.test(style.backgroundColor);
      const painted = !transparent || Number.parseFloat(style.borderInlineStartWidth) > 0;
      if (painted && !boxed) {
        const out = rect.left < outer.left - near || rect.right > outer.right + near
          || (downIsFree && (middle.top < outer.top - near || middle.bottom > outer.bottom + near));
        if (out) return [`out of its box ${named(one)}`];
        boxed = true;
      }
    }
    const beyond = acrossIsFree && (rect.left < -near || rect.right > root.clientWidth + near);
    return beyond ? ["beyond the window's edge"] : [];
  }
"""
_BEYOND = f"""() => {{
  {_BASICS}{_FAULTS}
  const scrolls = root.scrollWidth > root.clientWidth;
  const found = scrolls ? ["the page scrolls sideways"] : [];
  for (const element of document.querySelectorAll("a, button, input, select, textarea, summary, img, svg, dialog")) {{
    if (!shown(element) || element.closest("svg svg, [aria-hidden=true] svg") !== null) continue;
    const rect = element.getBoundingClientRect();
    if (faults(rect, element).includes("beyond the window's edge")) found.push(`beyond the edge: ${{named(element)}}`);
  }}
  if (scrolls) {{
    for (const element of document.querySelectorAll("body *")) {{
      const {{ left, right, width }} = element.getBoundingClientRect();
      if (width > 1 && (left < -near || right > root.clientWidth + near) && shown(element)) found.push(named(element));
    }}
  }}
  return found.slice(0, 8);
}}"""
_WITHOUT_ROOM = f"""() => {{
  {_BASICS}{_FAULTS}
  const found = [];
  const lines = [];

  /* What lies over the page, or stays while it is scrolled, is upon other texts on purpose. */
  function layer(element) {{
    const over = element.closest("dialog, [popover]");
    for (let one = element; one !== null && one !== root; one = one.parentElement) {{
      if (one === over || ["absolute", "fixed", "sticky"].includes(getComputedStyle(one).position)) return one;
    }}
    return root;
  }}

  /* In a list that scrolls, what is beyond its edge is upon what stands there, and nobody sees it. */
  const isScrolledAway = (rect, element) => [...holders(element)].some(([one, style]) => {{
    const {{ top, bottom }} = one.getBoundingClientRect();
    return style.overflowY !== "visible" && (rect.top < top - near || rect.bottom > bottom + near);
  }});

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const node = walker.currentNode, element = node.parentElement;
    if (node.textContent.trim() === "" || !shown(element)) continue;
    if (element.closest("script, style, noscript, option, textarea") !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0.5 && rect.height > 0.5);
    const about = JSON.stringify(node.textContent.trim().slice(0, 60));
    const wrong = new Set(rects.flatMap((rect) => faults(rect, element)));
    for (const fault of wrong) found.push(`${{fault}}: ${{about}} in ${{named(element)}}`);
    if ([...holders(element)].some(([one]) => isAPoint(one))) continue;
    const seen = rects.filter((rect) => !isScrolledAway(rect, element));
    for (const rect of seen) lines.push({{ node, about, rect, layer: layer(element) }});
  }}

  const inks = (one) => ({{ top: one.top + one.height * 0.2, bottom: one.bottom - one.height * 0.2 }});
  lines.forEach((one, at) => {{
    for (const other of lines.slice(at + 1)) {{
      if (other.node === one.node || other.layer !== one.layer) continue;
      const [a, b] = [inks(one.rect), inks(other.rect)];
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      if (across > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2) {{
        found.push(`two texts upon each other: ${{one.about}} and ${{other.about}}`);
      }}
    }}
  }});

  /* A select cuts off what it shows where it must, and says all of it in its list; a placeholder does so nowhere. */
  const measure = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("[placeholder]")) {{
    if (!shown(field)) continue;
    const style = getComputedStyle(field);
    const padding = Number.parseFloat(style.paddingInlineStart) + Number.parseFloat(style.paddingInlineEnd);
    measure.font = style.font;
    if (measure.measureText(field.placeholder).width > field.clientWidth - padding + near) {{
      found.push(`cut off at its side: ${{JSON.stringify(field.placeholder)}} in ${{named(field)}}`);
    }}
  }}
  return [...new Set(found)].slice(0, 8);
}}"""


def assert_nothing_beyond_the_edges(page: Page) -> None:
    """No page is to be pushed sideways, and what is beyond the edge where lines begin is out of everybody's reach."""
    beyond = page.evaluate(_BEYOND)
    assert not beyond, beyond


def assert_every_text_has_room(page: Page) -> None:
    """Each line is whole, in its box and on nothing else, on either side of the page."""
    without = page.evaluate(_WITHOUT_ROOM)
    assert not without, "\n".join(without)
