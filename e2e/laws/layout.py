"""Nothing lies beyond the edges of the window: no page is to be pushed sideways."""

from __future__ import annotations

from playwright.sync_api import Page

_BEYOND = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = document.documentElement.scrollWidth > width;
  const outside = [...document.querySelectorAll("body *")].filter((element) => {
    const { left, right, width: size } = element.getBoundingClientRect();
    return size > 1 && (left < -1 || right > width + 1) && element.checkVisibility();
  });
  const culprits = outside.slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
  return scrolls ? ["the page scrolls sideways", ...culprits] : [];
}"""


def assert_nothing_beyond_the_edges(page: Page) -> None:
    beyond = page.evaluate(_BEYOND)
    assert not beyond, beyond
