"""Laws of every page, for every kind of visitor.

Each is accessible in light and dark, within the window at any size, and all of it is translated.
"""

from __future__ import annotations

import pytest

from e2e.conftest import Visits
from e2e.laws.accessibility import assert_accessible
from e2e.laws.layout import assert_nothing_beyond_the_edges
from e2e.laws.marked import assert_everything_is_marked
from e2e.pages.tour import TOURS, Walk
from e2e.readers import every_reader, read_by

ZOOMED = {"width": 320, "height": 256}
"""What a window of 1280 by 1024 has left at 400 %; narrower than any phone."""

of_every_visitor = pytest.mark.parametrize("walk", TOURS.values(), ids=TOURS)


@every_reader
@of_every_visitor
def test_each_page_is_accessible_and_within_the_window(visits: Visits, walk: Walk) -> None:
    visitor = visits()
    usual = visitor.page.viewport_size
    assert usual is not None
    for _page in walk(visitor, visits):
        assert_accessible(visitor.page)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(ZOOMED)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(usual)


@read_by("nl-phone", "ar-desktop")
@of_every_visitor
def test_each_page_is_accessible_in_the_dark(visits: Visits, walk: Walk) -> None:
    visitor = visits(color_scheme="dark")
    for _page in walk(visitor, visits):
        assert_accessible(visitor.page)


@read_by("en-XA-desktop")
@of_every_visitor
def test_each_text_is_marked_for_translation(visits: Visits, walk: Walk) -> None:
    visitor = visits()
    for _page in walk(visitor, visits):
        assert_everything_is_marked(visitor.page, *visitor.portal.names)
