"""A page that is held as it is while it is looked at in each language, on each screen and in each theme.

Its language is changed by the portal's own menu, so nothing is loaded anew: what the page showed it shows still.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from e2e.readers import DESKTOP, PHONE, Screen

PAPER = Screen("paper", {"viewport": {"width": 794, "height": 1123}})
"""A sheet of A4, as it is printed."""
LIGHT, DARK = "light", "dark"
LOOKS: Mapping[Screen, Sequence[str]] = {PHONE: (LIGHT, DARK), DESKTOP: (LIGHT, DARK)}
"""Each screen with its themes."""

_STILL = (Path(__file__).parent / "still.js").read_text(encoding="utf-8")
_TALLEST = 12_000
"""Pixels; of a page that is taller only so much is taken, since Chromium draws no taller picture."""
_CHOOSE = """async (tag) => {
  const root = document.documentElement;
  const frame = () => new Promise(requestAnimationFrame);
  const give_up = performance.now() + 15_000;
  const until = async (so, what) => {
    while (!so()) {
      if (performance.now() > give_up) throw new Error(what);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const menu = () => document.querySelector("dialog.language-sheet");
  const open = async () => {
    document.querySelector(".language-button").click();
    await until(() => menu() !== null, "the language menu does not open");
  };
  if (root.lang !== tag) {
    const was_open = menu() !== null;
    if (!was_open) await open();
    const chosen = menu().querySelector(`button[lang="${tag}"]`);
    if (chosen === null) throw new Error(`the menu does not offer ${tag}`);
    chosen.click();
    await until(() => root.lang === tag, `the page does not change to ${tag}`);
    await until(() => menu() === null, "the language menu does not close");
    if (was_open) await open();
  }
  await until(() => gallery.asked === 0, "the portal does not answer");
  await frame();
  await frame();
}"""
_AT_REST = """async () => {
  const give_up = performance.now() + 15_000;
  let before = null;
  // What is under way is asked for each second.
  const long_enough = document.querySelector("[data-message=working]") === null ? 4 : 25;
  for (let same = 0; same < long_enough; same += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = document.body.innerHTML;
    if (gallery.asked > 0 || now !== before) same = 0;
    before = now;
    if (performance.now() > give_up) throw new Error("the page never comes to rest");
  }
  gallery.held = true;
}"""
_HEIGHT = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  scrollTo(0, 0);
  await document.fonts.ready;
  // What is measured by the page itself changes it once more.
  await frame();
  await frame();
  // What is modal stands in the middle of the window, which so keeps its size.
  return document.querySelector("dialog:modal") ? 0 : document.documentElement.scrollHeight;
}"""


def keeps_still(context: BrowserContext) -> None:
    """Have the pages of this browser stand still; to be called before the first is opened."""
    context.add_init_script(_STILL)


@dataclass(frozen=True)
class Picture:
    """PNG, and its size in pixels."""

    data: bytes
    width: int
    height: int


class Studio:
    """For one page. Whoever goes on with the page afterwards gets it as it was, in the language it was in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # For as long as the page lasts: a debugger that left would take what others set, such as its passkeys, along.
        self._debugger = page.context.new_cdp_session(page)
        self._size = (0, 0)
        self._medium = "screen"

    def comes_to_rest(self) -> None:
        """Wait until nothing on the page changes any more, and nothing is asked of the portal; then hold it so."""
        self.page.mouse.move(0, 0)
        self.page.evaluate(_AT_REST)

    def speaks(self, tag: str) -> None:
        self.page.evaluate(_CHOOSE, tag)

    def stands_on(self, screen: Screen) -> None:
        """On this screen, and all of it in sight: the window is as high as the page is."""
        size = screen.context["viewport"]
        self._medium = "print" if screen is PAPER else "screen"
        self.looks(LIGHT)
        height, whole = 0, size["height"]
        while whole > height:
            height = whole
            self._resize(size["width"], height, screen)
            whole = min(self.page.evaluate(_HEIGHT), _TALLEST)

    def shot(self) -> Picture:
        # Most of the time of a picture would go into making it smaller.
        taken = self._debugger.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        return Picture(base64.b64decode(taken["data"]), *self._size)

    def leaves(self) -> None:
        """The page has its own window again, and hears what is new."""
        self.page.evaluate("() => { gallery.held = false; }")
        self._medium = "screen"
        self.looks(LIGHT)
        self._debugger.send("Emulation.clearDeviceMetricsOverride")
        size = self.page.viewport_size
        if size is not None:
            self.page.set_viewport_size(size)

    def _resize(self, width: int, height: int, screen: Screen) -> None:
        mobile = bool(screen.context.get("is_mobile"))
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self._debugger.send("Emulation.setDeviceMetricsOverride", metrics)
        self._size = (width, height)

    def looks(self, theme: str) -> None:
        features: Sequence[dict[str, Any]] = [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self._debugger.send("Emulation.setEmulatedMedia", {"media": self._medium, "features": features})
