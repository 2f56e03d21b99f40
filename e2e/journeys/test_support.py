"""Support finds Macs and helps their owners; what is an owner's alone stays so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.laws.layout import assert_nothing_beyond_the_edges
from e2e.pages.support import PROMISE
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by

REASON = "Locked out before a flight"
ASKED = "We have asked {name} to store the key."


@every_reader
def test_a_mac_is_found_by_its_owner_and_by_what_is_the_matter(
    visitor: Visitor, owner: Owner, supporter: Owner
) -> None:
    visitor.opens("/support")
    visitor.sign_in.signs_in(supporter)
    visitor.support.searches(owner.name)
    visitor.support.finds(owner.mac, owner)
    visitor.support.filter("No key").click()
    expect(visitor.support.filter("No key")).to_have_attribute("aria-pressed", "true")
    visitor.support.finds(owner.mac, owner)
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.finds_the_page_accessible()
    visitor.goes_back()
    expect(visitor.support.filter("No key")).to_have_attribute("aria-pressed", "false")
    visitor.support.searches("qqxxyyzz")
    visitor.support.finds_nothing_for("qqxxyyzz")
    visitor.finds_the_page_accessible()
    visitor.support.link("Clear search and filter").click()
    expect(visitor.support.words_field).to_have_value("")


@every_reader
def test_all_whom_a_filter_shows_are_asked_once_it_was_said_how_many(
    visitor: Visitor, visits: Visits, owner: Owner, supporter: Owner
) -> None:
    visitor.is_signed_in_as(supporter)
    visitor.opens("/support")
    visitor.support.searches(owner.mac.serial)
    visitor.support.filter("No key").click()
    visitor.support.asks_all()
    visitor.support.says_that_one_is_asked()
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.finds_the_page_accessible()
    visitor.support.confirms_to_ask_one()
    visitor.support.says_that_one_was_asked()
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.finds_the_page_accessible()
    at_home = visits()
    at_home.is_signed_in_as(owner)
    at_home.opens("/devices")
    at_home.sees("Your organization asks you to store the recovery key of {device}.", device=owner.mac.name)


@every_reader
def test_a_personal_mac_offers_no_key_but_help(
    visitor: Visitor, visits: Visits, owner: Owner, supporter: Owner
) -> None:
    has_a_kept_key(visits(), owner, wrong=True)
    visitor.is_signed_in_as(supporter)
    visitor.opens("/support")
    visitor.support.searches(owner.mac.serial)
    visitor.support.chooses(owner.mac)
    visitor.support.offers_no_key()
    visitor.button("Ask to store the key").click()
    visitor.sees(ASKED, name=owner.name)
    visitor.support.tells("Saved a recovery key")
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.finds_the_page_accessible()
    device = visitor.page.url
    visitor.opens(f"{device}/key")
    visitor.sees(PROMISE)
    visitor.finds_the_page_accessible()


@every_reader
def test_the_key_of_a_corporate_mac_is_shown_for_a_reason_and_its_owner_told(
    visitor: Visitor, visits: Visits, portal: Portal, owner: Owner, supporter: Owner
) -> None:
    portal.makes_corporate(owner.mac, owner)
    at_home = visits()
    has_a_kept_key(at_home, owner)
    visitor.is_signed_in_as(supporter)
    visitor.opens("/support")
    visitor.support.searches(owner.mac.serial)
    visitor.support.chooses(owner.mac)
    visitor.finds_the_page_accessible()
    visitor.support.asks_for_the_key(REASON)
    visitor.key.shows(owner.mac.recovery_key)
    visitor.finds_the_page_accessible()
    visitor.key.is_put_away()
    visitor.goes_back()
    expect(visitor.page.get_by_role("main").get_by_text(REASON)).to_be_visible()
    at_home.opens("/devices")
    at_home.sees("{name} was shown the recovery key of {device}.", name=supporter.name, device=owner.mac.name)


@read_by("nl-phone", "ar-desktop")
def test_a_new_key_that_did_not_come_is_told_to_who_asked_for_it(
    visitor: Visitor, visits: Visits, owner: Owner, supporter: Owner
) -> None:
    has_a_kept_key(visits(), owner)
    owner.mac.changes_key()
    visitor.is_signed_in_as(supporter)
    visitor.opens_others_device(owner.mac)
    visitor.button("Rotate recovery key").click()
    let_them_know = (
        "The Mac makes a new key, and we keep that one."
        " A key that its owner has on paper then no longer opens it: let them know."
    )
    expect(visitor.device.rotation_dialog).to_contain_text(visitor.support.says(let_them_know))
    visitor.device.rotates()
    failed = visitor.support.message("others-rotation-failed")
    expect(failed).to_contain_text(visitor.support.says("The kept key may be out of date"))
    visitor.finds_the_page_accessible()
    assert_nothing_beyond_the_edges(visitor.page)
    visitor.opens("/support")
    visitor.sees("{device}, which you help with, did not get a new recovery key.", device=owner.mac.name)


@read_by("nl-desktop", "ar-phone")
def test_no_key_is_shown_without_a_reason(
    visitor: Visitor, visits: Visits, portal: Portal, owner: Owner, supporter: Owner
) -> None:
    portal.makes_corporate(owner.mac, owner)
    has_a_kept_key(visits(), owner)
    visitor.is_signed_in_as(supporter)
    visitor.opens("/support")
    visitor.support.searches(owner.mac.serial)
    visitor.support.chooses(owner.mac)
    visitor.support.asks_for_the_key("  ")
    visitor.sees("A reason is needed. Say in a few words what it is for.")
    expect(visitor.support.reason_field).to_be_focused()
    visitor.finds_the_page_accessible()


@read_by("en-desktop")
def test_with_the_keyboard_alone(visitor: Visitor, owner: Owner, supporter: Owner) -> None:
    visitor.is_signed_in_as(supporter)
    visitor.opens("/support")
    visitor.tabs_to(visitor.support.words_field)
    visitor.types(owner.mac.serial)
    visitor.page.keyboard.press("Enter")
    visitor.presses(visitor.support.row(owner.mac).get_by_role("link"))
    visitor.sees("Mac of {name}", name=owner.name)


def test_to_others_the_page_is_not_there(visitor: Visitor, owner: Owner) -> None:
    visitor.opens("/support")
    visitor.sign_in.signs_in(owner)
    visitor.sign_in.title_is("There is nothing here")


def has_a_kept_key(browser: Visitor, owner: Owner, wrong: bool = False) -> None:
    """Or, where it is the wrong one, tried to store it."""
    browser.is_signed_in_as(owner)
    browser.stored(owner.mac, owner.mac.wrong_key if wrong else owner.mac.recovery_key)
    browser.knows_that_it_is("refused" if wrong else "stored", owner.mac)


@pytest.fixture
def supporter(portal: Portal) -> Owner:
    """Somebody new of IT support, without a Mac."""
    return portal.supporter()
