"""Storing a key: whatever is typed, pasted, pressed or cut off, the right thing is sent once or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import read_by

PASTED_FORMS = {
    "as a Mac shows it": lambda key: key,
    "lower case without dashes": lambda key: key.replace("-", "").lower(),
    "blanks of many kinds": lambda key: f" \u00a0{key.replace('-', chr(0x2009))}\u200b\n",
    "other dashes": lambda key: key.replace("-", "\u2013"),
    "full width": lambda key: "".join(chr(ord(sign) + 0xFEE0) for sign in key),
}
"""One key in the forms in which it comes from notes, mails and keyboards."""


@pytest.mark.parametrize("form", PASTED_FORMS.values(), ids=PASTED_FORMS.keys())
@read_by("nl-desktop")
def test_a_key_is_pasted_in_any_form(visits: Visits, owner: Owner, form: Callable[[str], str]) -> None:
    visitor = visits(permissions=["clipboard-read", "clipboard-write"])
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.pastes(visitor.store.key_field, form(owner.mac.recovery_key))
    visitor.store.pastes(visitor.store.confirm_field, owner.mac.recovery_key)
    visitor.store.holds(owner.mac.recovery_key, owner.mac.recovery_key)
    visitor.store.saves()
    visitor.device.says_that_the_key_was_updated()


@read_by("ar-phone")
def test_the_count_tells_how_many_signs_there_are(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.key_field.press_sequentially("abcd efgh")
    count = {"count": visitor.language.number(8), "total": visitor.language.number(24)}
    visitor.sees("{count} of {total}", **count)


@read_by("nl-phone", "ar-desktop")
def test_a_key_of_the_wrong_length_is_told_with_its_length(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    short = owner.mac.recovery_key[:-2]
    with visitor.sends_nothing():
        visitor.store.enters(short, short)
        visitor.store.saves()
        one, many = (
            "There is {count} character here, and a key has {total}.",
            "There are {count} characters here, and a key has {total}.",
        )
        words = visitor.language.says_for(22, one, many, total=visitor.language.number(24))
        visitor.store.is_told_about(visitor.store.key_field, words)
        visitor.store.holds(short, short)
    visitor.finds_the_page_accessible()


@read_by("de-phone")
def test_a_sign_that_does_not_belong_is_named(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    odd = f"É{owner.mac.recovery_key[1:]}"
    with visitor.sends_nothing():
        visitor.store.enters(odd, odd)
        visitor.store.saves()
        words = visitor.language.pattern("“{character}” does not belong in a key.", character="É")
        visitor.store.is_told_about(visitor.store.key_field, words)
        visitor.store.holds(odd, odd)


@read_by("en-desktop")
def test_the_message_about_different_keys_goes_once_they_are_the_same(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(owner.mac.recovery_key, owner.mac.wrong_key)
    visitor.store.saves()
    visitor.store.says_that_the_keys_differ()
    visitor.store.confirm_field.fill(owner.mac.recovery_key)
    expect(visitor.store.confirm_field).to_have_attribute("aria-invalid", "false")
    visitor.store.saves()
    visitor.device.says_that_the_key_was_updated()


def test_save_pressed_five_times_is_one_deposit(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(owner.mac.recovery_key, owner.mac.recovery_key)
    visitor.store.save_button.evaluate("(button) => { for (let press = 0; press < 5; press += 1) button.click(); }")
    visitor.device.says_that_the_key_was_updated()
    assert visitor.deposits_sent == 1
    assert owner.mac.rotations == 1


@read_by("nl-desktop")
def test_the_same_key_saved_in_two_tabs_is_one_deposit(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    key = owner.mac.recovery_key
    visitor.is_signed_in_as(owner)
    other = visitor.opens_another_tab()
    for tab in (visitor, other):
        tab.opens_store_page(owner.mac)
        tab.store.enters(key, key)
    for tab in (visitor, other):
        tab.store.saves()
        tab.device.says_that_it_works_on_it()
    owner.mac.connects()
    for tab in (visitor, other):
        tab.device.says_that_the_key_was_updated()
    assert visitor.deposits_sent == 2
    assert owner.mac.rotations == 1


@read_by("en-phone", "ar-phone")
def test_a_session_that_ends_loses_nothing_that_was_typed(visitor: Visitor, visits: Visits, owner: Owner) -> None:
    key = owner.mac.recovery_key
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(key, key)
    elsewhere = visits()
    elsewhere.is_signed_in_as(owner)
    elsewhere.opens("/devices")
    elsewhere.signs_out(everywhere=True)
    visitor.store.saves()
    visitor.sees(
        "Your session has ended to keep your keys safe. What you typed is still here, and you go on where you were."
    )
    visitor.store.holds(key, key)
    visitor.finds_the_page_accessible()
    visitor.sign_in.signs_in_again(owner)
    visitor.device.says_that_the_key_was_updated()


@read_by("nl-phone", "de-desktop")
def test_an_unreachable_portal_loses_nothing_that_was_typed(visitor: Visitor, owner: Owner) -> None:
    key = owner.mac.recovery_key
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(key, key)
    visitor.loses_the_connection()
    visitor.store.saves()
    not_sent = visitor.store.message("not-sent")
    expect(not_sent).to_contain_text(visitor.language.says("We can't reach the portal"))
    visitor.store.holds(key, key)
    visitor.finds_the_page_accessible()
    visitor.gets_the_connection_back()
    visitor.store.saves()
    visitor.device.says_that_the_key_was_updated()


@read_by("nl-desktop")
def test_leaving_with_something_typed_is_asked_about(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    visitor.device.link("Store recovery key").first.click()
    visitor.store.key_field.fill("ABCD")
    visitor.store.link("Help").first.click()
    visitor.sees("The key you typed has not been sent, and it is not kept anywhere else.")
    visitor.finds_the_page_accessible()
    visitor.button("Stay here").click()
    expect(visitor.store.key_field).to_have_value("ABCD")
    visitor.store.link("Help").first.click()
    visitor.button("Leave").click()
    visitor.store.title_is("Help")
    visitor.goes_back()
    expect(visitor.store.key_field).to_have_value("")


def test_a_reload_asks_first_and_keeps_no_key_anywhere(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(owner.mac.recovery_key, "")
    asked = []
    visitor.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    visitor.reloads()
    expect(visitor.store.key_field).to_have_value("")
    assert asked == ["beforeunload"]


@read_by("ar-desktop")
def test_back_after_saving_shows_an_empty_form(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens("/devices")
    visitor.devices.chooses(owner.mac)
    visitor.device.link("Store recovery key").first.click()
    visitor.store.stores(owner.mac.recovery_key)
    visitor.device.says_that_the_key_was_updated()
    visitor.goes_back()
    assert re.search(r"/devices(/[^/]+)?$", visitor.page.url), "Back leads to the form that was sent"
    visitor.reloads()
    assert visitor.deposits_sent == 1
