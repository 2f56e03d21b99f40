"""Takes pictures of every page: `python -m e2e.pictures FOLDER`.

For each page, language, screen and theme there is `page-language-size-theme.png` as the window shows it, and for pages
that are longer the whole of it under a name with `full`. They are for the README, and for looking at.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from e2e.browser import browser_path, launch_arguments
from e2e.laws.guard import Guard
from e2e.pages.tour import TOURS
from e2e.pages.visitor import Visitor
from e2e.portal import Portal, own_portal
from e2e.readers import Reader, reader

MAC_NAMES = {
    "nl": "MacBook Air van Noor",
    "ar": "MacBook Air نور",
    "de": "MacBook Air von Noor",
    "en": "Noor's MacBook Air",
}


def main() -> None:
    arguments = _parser().parse_args()
    expect.set_options(timeout=20_000)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with own_portal(batch=1, answer_timeout="1h") as portal, _browser() as browser:
        numbers = itertools.count(1)
        for reader_name, theme in product(arguments.readers, arguments.themes):
            who = reader(reader_name)
            portal.next_mac_name = lambda who=who: _mac_name(who, next(numbers))
            _take(browser, portal, who, theme, arguments.folder)


def _mac_name(who: Reader, number: int) -> str:
    """Each Mac has a name of its own: only the first goes without a number."""
    name = MAC_NAMES[who.language.tag]
    return name if number == 1 else f"{name} {number}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.pictures", description="Take pictures of every page.")
    parser.add_argument("folder", type=Path)
    readers = ("nl-phone", "nl-desktop", "ar-phone", "ar-desktop")
    parser.add_argument("--readers", nargs="+", default=readers, help="such as nl-phone")
    parser.add_argument("--themes", nargs="+", default=("light", "dark"), choices=("light", "dark"))
    return parser


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=launch_arguments())
        yield browser
        browser.close()


def _take(browser: Browser, portal: Portal, who: Reader, theme: str, folder: Path) -> None:
    def open_browser() -> Visitor:
        context = browser.new_context(base_url=portal.url, color_scheme=theme, **who.context)
        return Visitor(context.new_page(), who.language, portal, Guard(portal.url))

    for walk in TOURS.values():
        visitor = open_browser()
        for page in walk(visitor, open_browser):
            _picture(visitor.page, folder, [page, who.language.tag], theme)
        visitor.closes_the_browser()


def _picture(page: Page, folder: Path, name: Sequence[str], theme: str) -> None:
    size = page.viewport_size
    assert size is not None
    page.screenshot(path=folder / _file_name(*name, f"{size['width']}x{size['height']}", theme))
    if page.evaluate("document.documentElement.scrollHeight > innerHeight + 8"):
        whole = folder / _file_name(*name, f"{size['width']}xfull", theme)
        page.screenshot(path=whole, full_page=True)


def _file_name(*parts: str) -> str:
    return "-".join(parts) + ".png"


if __name__ == "__main__":
    main()
