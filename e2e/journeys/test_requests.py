"""A second person decides whether support sees the key of a corporate Mac."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.laws.layout import assert_nothing_beyond_the_edges
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by


@pytest.mark.strict
@every_reader
def test_support_asks_somebody_approves_and_the_key_is_shown(
    visitor: Visitor, visits: Visits, corporate: Owner, supporter: Owner, administrator: Owner
) -> None:
    has_a_kept_key(visits(), corporate)
    reason = reason_of(corporate)
    visitor.is_signed_in_as(supporter)
    visitor.opens_others_device(corporate.mac)
    visitor.support.asks_for_the_key(reason)
    visitor.support.request_is("none", "A second person has to approve")
    visitor.finds_the_page_accessible()
    visitor.button("Ask for approval").click()
    visitor.support.request_is("asked", "Waiting for approval")
    visitor.finds_the_page_accessible()

    second = visits()
    second.is_signed_in_as(administrator)
    second.opens("/admin/requests")
    second.requests.tells(reason, supporter, corporate.mac, corporate)
    second.requests.approves(reason)
    second.requests.says_that_it_was_approved(supporter, corporate.mac)
    second.requests.decided(reason, "Approved", administrator)

    visitor.support.request_is("approved", "Approved")
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.button("Show the key").click()
    visitor.key.shows(corporate.mac.recovery_key)


@read_by("nl-phone", "ar-desktop")
def test_what_was_not_approved_is_told_and_can_be_asked_for_again(
    visitor: Visitor, visits: Visits, corporate: Owner, supporter: Owner, administrator: Owner
) -> None:
    has_a_kept_key(visits(), corporate)
    reason = reason_of(corporate)
    visitor.is_signed_in_as(supporter)
    visitor.has_asked_to_see(corporate.mac, reason)
    visitor.opens_others_device(corporate.mac)
    visitor.support.request_is("asked", "Waiting for approval")
    second = visits()
    second.is_signed_in_as(administrator)
    second.opens("/admin/requests")
    second.requests.denies(reason)
    second.requests.decided(reason, "Not approved", administrator)
    visitor.support.request_is("denied", "Not approved")
    visitor.support.get_key.click()
    expect(visitor.support.reason_field).to_be_visible()


@read_by("de-phone", "en-desktop")
def test_what_another_decided_meanwhile_stays_as_it_is(
    visitor: Visitor, visits: Visits, portal: Portal, corporate: Owner, supporter: Owner, administrator: Owner
) -> None:
    reason = reason_of(corporate)
    asker, other = visits(), visits()
    asker.is_signed_in_as(supporter)
    asker.has_asked_to_see(corporate.mac, reason)
    visitor.is_signed_in_as(administrator)
    visitor.opens("/admin/requests")
    visitor.requests.asks_to_approve(reason)
    faster = portal.administrator()
    other.is_signed_in_as(faster)
    other.has_decided(reason, approve=False)
    visitor.button("Approve").last.click()
    expect(visitor.requests.message("request-not-decided")).to_be_visible()
    visitor.requests.decided(reason, "Not approved", faster)
    visitor.finds_the_page_accessible()


@read_by("nl-desktop", "ar-phone")
def test_nobody_decides_on_what_they_asked_for_themselves(
    visitor: Visitor, corporate: Owner, administrator: Owner
) -> None:
    reason = reason_of(corporate)
    visitor.is_signed_in_as(administrator)
    visitor.has_asked_to_see(corporate.mac, reason)
    visitor.opens("/admin/requests")
    card = visitor.requests.card(reason)
    own = "You asked for this yourself. Another administrator has to decide."
    expect(card).to_contain_text(visitor.requests.says(own))
    expect(card.get_by_role("button")).to_have_count(0)


@read_by("en-desktop", "ar-desktop")
def test_a_request_is_approved_with_the_keyboard_alone(
    visitor: Visitor, visits: Visits, corporate: Owner, supporter: Owner, administrator: Owner
) -> None:
    reason = reason_of(corporate)
    asker = visits()
    asker.is_signed_in_as(supporter)
    asker.has_asked_to_see(corporate.mac, reason)
    visitor.is_signed_in_as(administrator)
    visitor.opens("/devices")
    visitor.presses(visitor.page.get_by_role("navigation").get_by_role("link", name=visitor.language.says("Requests")))
    visitor.requests.title_is("Requests")
    approve = visitor.requests.button("Approve", within=visitor.requests.card(reason))
    approve.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.requests.question).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(approve).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.presses(visitor.requests.button("Approve", within=visitor.requests.question))
    visitor.requests.decided(reason, "Approved", administrator)
    waiting = visitor.page.get_by_role("heading", level=2, name=visitor.language.says("Waiting for a decision"))
    expect(waiting).to_be_focused()


def test_to_others_the_page_is_not_there(visitor: Visitor, supporter: Owner) -> None:
    visitor.opens("/admin/requests")
    visitor.sign_in.signs_in(supporter)
    visitor.sign_in.title_is("There is nothing here")


def has_a_kept_key(browser: Visitor, owner: Owner) -> None:
    browser.is_signed_in_as(owner)
    browser.stored(owner.mac, owner.mac.recovery_key)
    browser.knows_that_it_is("stored", owner.mac)


def reason_of(owner: Owner) -> str:
    """One that no other test gives: all requests stand on one page."""
    return f"Locked out before a flight, {owner.username}"


@pytest.fixture
def corporate(portal: Portal, owner: Owner) -> Owner:
    """Somebody new, whose Mac is the organization's."""
    portal.makes_corporate(owner.mac, owner)
    return owner


@pytest.fixture
def supporter(portal: Portal) -> Owner:
    return portal.supporter()


@pytest.fixture
def administrator(portal: Portal) -> Owner:
    return portal.administrator()
