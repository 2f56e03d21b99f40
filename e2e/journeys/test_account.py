"""The person's own page: what somebody does there, and who is told what."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner
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
