"""No page has anything that axe finds wrong with it, after WCAG 2.2 AA and axe's own best practices."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """(left_out) => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: Object.fromEntries(left_out.map((rule) => [rule, { enabled: false }])),
  resultTypes: ["violations"],
})"""
OF_WHOLE_PAGES = ("landmark-one-main", "page-has-heading-one", "region")
"""Rules that hold for no mail: it is read within the page of whatever program shows it."""


def assert_accessible(page: Page) -> None:
    with _in_full_height(page):
        found = violations(page)
    assert not found, "\n".join(found)


def violations(page: Page, *left_out: str) -> list[str]:
    """What axe finds, in words, but by the rules that are left out.

    Evaluated by the debugger, it needs no exception from the page's security policy.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    return [_in_words(one) for one in page.evaluate(_RUN, list(left_out))["violations"]]


@contextmanager
def _in_full_height(page: Page) -> Iterator[None]:
    """What stays at an edge of the window lies over whatever is scrolled beneath it: to axe, a target cut in two."""
    size = page.viewport_size
    assert size is not None
    whole = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], whole)})
    try:
        yield
    finally:
        page.set_viewport_size(size)


@functools.cache
def _axe() -> str:
    return f"() => {{ {_AXE.read_text(encoding='utf-8')} }}"


def _in_words(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']} {node.get('failureSummary', '')}" for node in violation["nodes"][:4])
    return f"{violation['id']}: {violation['help']}: {places}"
