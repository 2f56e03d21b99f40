"""Laws of every page, for every kind of visitor.

Each is accessible in light and dark, all of it is translated, and each text has its room in a window of any size.
"""

from __future__ import annotations

import pytest

from e2e.conftest import Visits
from e2e.laws.accessibility import assert_accessible
from e2e.laws.layout import ZOOMED, assert_every_text_has_room, assert_nothing_beyond_the_edges
from e2e.laws.marked import assert_everything_is_marked
from e2e.pages.tour import TOURS, TYPED, Walk
from e2e.pages.visitor import Visitor
from e2e.readers import pseudo_readers, read_by

of_every_visitor = pytest.mark.parametrize("walk", TOURS.values(), ids=TOURS)


@pseudo_readers
@of_every_visitor
def test_each_text_is_marked_for_translation_and_has_its_room(visits: Visits, walk: Walk) -> None:
    """In longer English with accents, and from right to left: what no language that is spoken could show so plainly."""
    visitor = visits()
    for _page in walk(visitor, visits):
        assert_everything_is_marked(visitor.page, visitor.language, *visitor.portal.names, *TYPED)
        assert_accessible(visitor.page)
        _has_room_in_any_window(visitor)


@read_by("nl-desktop", "de-phone")
@of_every_visitor
def test_each_page_is_accessible_and_within_the_window(visits: Visits, walk: Walk) -> None:
    """In words as long as people's languages have them."""
    visitor = visits()
    for _page in walk(visitor, visits):
        assert_accessible(visitor.page)
        _has_room_in_any_window(visitor)


@read_by("nl-phone", "ar-desktop")
@of_every_visitor
def test_each_page_is_accessible_in_the_dark(visits: Visits, walk: Walk) -> None:
    visitor = visits(color_scheme="dark")
    for _page in walk(visitor, visits):
        assert_accessible(visitor.page)
        _has_room_in_any_window(visitor)


def _has_room_in_any_window(visitor: Visitor) -> None:
    usual = visitor.page.viewport_size
    assert usual is not None
    for size in (usual, ZOOMED):
        visitor.page.set_viewport_size(size)
        assert_nothing_beyond_the_edges(visitor.page)
        assert_every_text_has_room(visitor.page)
    visitor.page.set_viewport_size(usual)
