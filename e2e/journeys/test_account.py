"""The person's own page: what somebody does there, and who is told what."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import read_by


@read_by("nl-phone", "ar-desktop")
def test_a_session_elsewhere_is_ended(visitor: Visitor, visits: Visits, owner: Owner) -> None:
    elsewhere = visits()
    for browser in (elsewhere, visitor):
        browser.opens("/devices")
        browser.sign_in.signs_in(owner)
    visitor.opens_their_account()
    visitor.account.is_signed_in_here()
    expect(visitor.account.sessions).to_have_count(2)
    expect(visitor.account.sessions.last).to_contain_text("Chrome")
    visitor.account.button("Sign out there").click()
    visitor.sees("That session has ended.")
    expect(visitor.account.sessions).to_have_count(1)
    visitor.finds_the_page_accessible()
    elsewhere.opens("/devices")
    expect(elsewhere.sign_in.password_field).to_be_visible()


@read_by("de-phone")
def test_all_others_are_ended_with_the_keyboard_alone(visitor: Visitor, visits: Visits, owner: Owner) -> None:
    others = [visits() for _ in range(2)]
    for browser in (*others, visitor):
        browser.is_signed_in_as(owner)
    visitor.opens("/account")
    expect(visitor.account.sessions).to_have_count(3)
    visitor.presses(visitor.account.button("Sign out everywhere else"))
    visitor.sees("You are signed in here alone.")
    expect(visitor.account.sessions).to_have_count(1)
    expect(visitor.account.title("Where you are signed in")).to_be_focused()


@read_by("en-desktop")
def test_the_language_is_chosen_there_as_well(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    visitor.account.button("Choose a language").click()
    visitor.page.get_by_role("dialog").locator("button[lang='nl']").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "nl")


@read_by("nl-desktop", "ar-phone")
def test_an_owner_reads_who_saw_their_key(visitor: Visitor, visits: Visits, portal: Portal) -> None:
    owner, sanne = portal.newcomer(), portal.supporter()
    portal.makes_corporate(owner.mac, owner)
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    support = visits()
    support.is_signed_in_as(sanne)
    support.opens_others_device(owner.mac, "/key")
    support.support.reason_field.fill("Calls from the train")
    support.support.button("Show the key").click()
    support.key.shows(owner.mac.recovery_key)
    visitor.opens("/account")
    names = {"name": sanne.name, "device": owner.mac.name}
    card = visitor.account.card("Who saw your keys")
    expect(card).to_contain_text(visitor.language.says("{name} saw the key of {device}", **names))
    expect(card).to_contain_text("Calls from the train")
    expect(visitor.account.card("Your messages")).to_contain_text(sanne.name)
    visitor.finds_the_page_accessible()


@read_by("en-phone", "nl-desktop")
def test_a_reason_that_was_typed_outlives_the_session(visitor: Visitor, visits: Visits, portal: Portal) -> None:
    owner, sanne = portal.newcomer(), portal.supporter()
    portal.makes_corporate(owner.mac, owner)
    _keeps_a_key(visits(), owner)
    visitor.is_signed_in_as(sanne)
    visitor.opens_others_device(owner.mac, "/key")
    visitor.support.reason_field.fill("Calls from the train")
    _ends_all_sessions(visits(), sanne)
    visitor.support.button("Show the key").click()
    expect(visitor.page.get_by_role("dialog", name=visitor.language.says("Sign in again"))).to_be_visible()
    visitor.sign_in.signs_in_again(sanne)
    visitor.key.shows(owner.mac.recovery_key)


@read_by("de-desktop")
def test_somebody_else_who_signs_in_there_reads_nothing_that_was_typed(
    visitor: Visitor, visits: Visits, portal: Portal, owner: Owner
) -> None:
    """In another tab of the same browser, while the first one's page waits for them to come back."""
    key, other = owner.mac.recovery_key, portal.newcomer()
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(key, key)
    _ends_all_sessions(visits(), owner)
    visitor.store.saves()
    expect(visitor.page.get_by_role("dialog", name=visitor.language.says("Sign in again"))).to_be_visible()
    tab = visitor.opens_another_tab()
    tab.opens("/devices")
    tab.sign_in.signs_in(other)
    tab.devices.shows(other.mac, "No key yet")
    expect(visitor.store.key_field).to_have_count(0)
    expect(visitor.page.locator("body")).not_to_contain_text(owner.mac.name)
    for place in ("input", "textarea"):
        assert key[:4] not in "".join(visitor.page.locator(place).evaluate_all("(all) => all.map((one) => one.value)"))
    assert visitor.deposits_sent == 1, "the call of the first one is not made for the second"


def _keeps_a_key(browser: Visitor, owner: Owner) -> None:
    browser.is_signed_in_as(owner)
    browser.stored(owner.mac, owner.mac.recovery_key)
    browser.knows_that_it_is("stored", owner.mac)
    browser.closes_the_browser()


def _ends_all_sessions(browser: Visitor, owner: Owner) -> None:
    browser.is_signed_in_as(owner)
    browser.opens("/devices")
    browser.signs_out(everywhere=True)
    browser.closes_the_browser()
