"""What is the matter with a page as it is looked at: what the laws of the suite find, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playwright.sync_api import Page

from e2e.laws.accessibility import OF_WHOLE_PAGES, violations
from e2e.laws.layout import assert_every_text_has_room, assert_nothing_beyond_the_edges

_LAWS: Sequence[Callable[[Page], None]] = (assert_nothing_beyond_the_edges, assert_every_text_has_room)


def accessibility_findings(page: Page, *, of_a_mail: bool) -> list[str]:
    """What axe finds; the whole page has to be in sight."""
    left_out = OF_WHOLE_PAGES if of_a_mail else ()
    return [f"accessibility: {one}" for one in violations(page, *left_out)]


def layout_findings(page: Page) -> list[str]:
    """What has no room."""
    return [f"layout: {words}" for law in _LAWS if (words := _against(law, page))]


def _against(law: Callable[[Page], None], page: Page) -> str:
    try:
        law(page)
    except AssertionError as reason:
        return str(reason)
    return ""
