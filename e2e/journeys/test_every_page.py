"""Laws of every page: accessible in light and dark, within the window at any size, and all of it translated."""

from __future__ import annotations

import pytest

from e2e.conftest import Visits
from e2e.laws.accessibility import assert_accessible
from e2e.laws.layout import assert_nothing_beyond_the_edges
from e2e.laws.marked import assert_everything_is_marked
from e2e.pages.tour import auditors_tour, tour
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by

ZOOMED = {"width": 320, "height": 256}
"""What a window of 1280 by 1024 has left at 400 %; narrower than any phone."""


@every_reader
def test_each_page_is_accessible_and_within_the_window(visitor: Visitor, owner: Owner) -> None:
    usual = visitor.page.viewport_size
    assert usual is not None
    for _page in tour(visitor, owner):
        assert_accessible(visitor.page)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(ZOOMED)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(usual)


@every_reader
def test_the_audit_log_is_accessible_and_within_the_window(visitor: Visitor, auditor: Owner) -> None:
    usual = visitor.page.viewport_size
    assert usual is not None
    for _page in auditors_tour(visitor, auditor):
        assert_accessible(visitor.page)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(ZOOMED)
        assert_nothing_beyond_the_edges(visitor.page)
        visitor.page.set_viewport_size(usual)


@read_by("nl-phone", "ar-desktop")
def test_each_page_is_accessible_in_the_dark(visits: Visits, owner: Owner) -> None:
    visitor = visits(color_scheme="dark")
    for _page in tour(visitor, owner):
        assert_accessible(visitor.page)


@read_by("nl-phone", "ar-desktop")
def test_the_audit_log_is_accessible_in_the_dark(visits: Visits, auditor: Owner) -> None:
    visitor = visits(color_scheme="dark")
    for _page in auditors_tour(visitor, auditor):
        assert_accessible(visitor.page)


@read_by("en-XA-desktop")
def test_each_text_is_marked_for_translation(visitor: Visitor, owner: Owner) -> None:
    for _page in tour(visitor, owner):
        assert_everything_is_marked(visitor.page, owner.name, owner.mac.name)


@read_by("en-XA-desktop")
def test_each_text_of_the_audit_log_is_marked_for_translation(visitor: Visitor, auditor: Owner) -> None:
    for _page in auditors_tour(visitor, auditor):
        assert_everything_is_marked(visitor.page, auditor.name)


@pytest.fixture
def auditor(portal: Portal, visits: Visits) -> Owner:
    """One who finds something in the audit log: somebody looked for a device that is not theirs."""
    somebody = portal.newcomer()
    browser = visits()
    browser.is_signed_in_as(somebody)
    browser.is_denied_a_reveal()
    browser.closes_the_browser()
    return portal.auditor()
