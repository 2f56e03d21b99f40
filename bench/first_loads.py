"""What a first visit brings over the wire in each language, and how long a change of language takes, in a browser."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Response

from bench.installation import Installation
from e2e.browser import own_browser
from e2e.languages import SOURCE, offered_languages

_FRAMES = 30
_CHANGE = """async (tag) => {
  const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  document.querySelector(".language-button").click();
  await drawn();
  const chosen = document.querySelector(`.language-sheet .menu-item[lang="${tag}"]`);
  const began = performance.now();
  chosen.click();
  while (document.documentElement.lang !== tag) await new Promise((then) => setTimeout(then));
  await drawn();
  return performance.now() - began;
}"""
"""Milliseconds from the click on a language to the end of the frame that shows it."""
_FRAME = """async () => {
  const began = performance.now();
  await new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  return performance.now() - began;
}"""


@dataclass(frozen=True, slots=True)
class FirstLoads:
    """Bytes over the wire, headers included, until the sign-in page is there; milliseconds of a change of language."""

    source_bytes: int
    ratios: Mapping[str, float]
    """Each language's bytes to those of the source."""
    change_ms: Mapping[str, float]
    """To each language, its catalog being in the browser's cache but not in the page's memory."""
    frame_ms: float
    """What the browser takes for a frame in which nothing changes."""

    @property
    def largest(self) -> tuple[str, float]:
        return max(self.ratios.items(), key=lambda one: one[1])

    @property
    def slowest(self) -> tuple[str, float]:
        return max(self.change_ms.items(), key=lambda one: one[1])


def first_loads(installation: Installation) -> FirstLoads:
    """Visit the served portal as a newcomer in each language, then change through all of them on one page."""
    address = f"http://127.0.0.1:{installation.port}"
    tags = [language.tag for language in offered_languages()]
    with own_browser() as browser:
        sizes = {tag: _bytes_of_a_first_visit(browser, address, tag) for tag in tags}
        with browser.new_context(locale=SOURCE) as context:
            page = context.new_page()
            changes, frame = _changes(page, address, [tag for tag in tags if tag != SOURCE])
    ratios = {tag: size / sizes[SOURCE] for tag, size in sizes.items()}
    return FirstLoads(sizes[SOURCE], ratios, changes, frame)


def _bytes_of_a_first_visit(browser: Browser, address: str, tag: str) -> int:
    received: list[Response] = []
    with browser.new_context(locale=tag) as context:
        page = context.new_page()
        page.on("response", lambda response: received.append(response))
        page.goto(address)
        page.locator("h1").wait_for()
        page.wait_for_load_state("networkidle")
        if page.locator("html").get_attribute("lang") != tag:
            raise RuntimeError(f"the page did not come in {tag}")
        return sum(_bytes(response) for response in received)


def _bytes(response: Response) -> int:
    sizes = response.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def _changes(page: Page, address: str, tags: list[str]) -> tuple[Mapping[str, float], float]:
    page.goto(address)
    page.locator("h1").wait_for()
    for tag in tags:  # fills the browser's cache
        page.evaluate(_CHANGE, tag)
    page.context.clear_cookies()
    page.goto(address)
    page.locator("h1").wait_for()
    frame = statistics.median(page.evaluate(_FRAME) for _ in range(_FRAMES))
    return {tag: page.evaluate(_CHANGE, tag) for tag in tags}, frame
