"""Getting the key back: it is shown to who asked, for a while, and then it is gone from the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by

OUT_OF_SIGHT = "It was hidden because this page was out of sight. You can have it shown again."
NOT_ASKED = "Make sure that nobody looks over your shoulder. The key is shown for five minutes."
TIME_OVER = "Its five minutes are over. You can have it shown again."


@every_reader
def test_the_key_is_shown_in_groups_and_spelled(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_hidden(NOT_ASKED)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
    visitor.finds_the_page_accessible()
    visitor.key.button("Spell").click()
    groups = owner.mac.recovery_key.split("-")
    visitor.key.spells(groups[0], 1)
    visitor.key.turns_to_group(2)
    visitor.key.spells(groups[1], 2)
    visitor.finds_the_page_accessible()
    visitor.goes_back()
    visitor.key.shows(owner.mac.recovery_key)


@read_by("nl-phone", "ar-desktop")
@pytest.mark.parametrize("forced_colors", ["none", "active"])
def test_letters_and_digits_are_told_apart_by_more_than_colour(
    visits: Visits, owner: Owner, forced_colors: str
) -> None:
    visitor = visits(forced_colors=forced_colors)
    sees_the_key(visitor, owner)
    looks = visitor.key.looks_of_signs()
    digits = [look for sign, look in looks if sign.isdigit()]
    letters = [look for sign, look in looks if not sign.isdigit()]
    assert min(look["line"] for look in digits) >= 1
    assert max(look["line"] for look in letters) == 0
    assert min(look["weight"] for look in digits) - max(look["weight"] for look in letters) >= 300
    assert all("slashed-zero" in look["numeric"] for look in digits)
    assert sum(look["size"] >= 28 for _, look in looks) == 24


@read_by("nl-phone", "ar-phone")
def test_the_place_in_the_spelling_is_kept(visitor: Visitor, owner: Owner) -> None:
    """The screen locks while somebody reads out the third group."""
    sees_the_key(visitor, owner)
    groups = owner.mac.recovery_key.split("-")
    visitor.key.button("Spell").click()
    for number in (2, 3):
        visitor.key.turns_to_group(number)
    visitor.key.spells(groups[2], 3)
    visitor.looks_away()
    visitor.looks_again()
    visitor.key.is_hidden(OUT_OF_SIGHT)
    visitor.key.is_asked_for_again()
    visitor.key.spells(groups[2], 3)
    visitor.goes_back()
    visitor.key.shows(owner.mac.recovery_key)


@read_by("nl-phone", "ar-desktop")
def test_the_key_is_hidden_at_zero(visitor: Visitor, owner: Owner) -> None:
    visitor.page.clock.install()
    sees_the_key(visitor, owner)
    # What the test itself takes, on a busy machine, counts as well.
    visitor.page.clock.fast_forward("04:00")
    visitor.key.shows(owner.mac.recovery_key)
    visitor.page.clock.fast_forward("01:01")
    visitor.key.is_hidden(TIME_OVER)
    visitor.finds_the_page_accessible()
    visitor.key.is_asked_for_again()
    visitor.key.shows(owner.mac.recovery_key)


def test_the_key_is_hidden_when_nobody_looks(visitor: Visitor, owner: Owner) -> None:
    sees_the_key(visitor, owner)
    visitor.looks_away()
    visitor.looks_again()
    visitor.key.is_hidden(OUT_OF_SIGHT)


@read_by("de-desktop")
def test_the_key_is_hidden_after_leaving_and_coming_back(visitor: Visitor, owner: Owner) -> None:
    sees_the_key(visitor, owner)
    visitor.devices.link("Devices").first.click()
    visitor.devices.shows(owner.mac, "Key kept")
    visitor.goes_back()
    visitor.key.is_hidden(NOT_ASKED)


def test_the_key_is_gone_from_a_page_that_the_browser_kept(visitor: Visitor, owner: Owner) -> None:
    """As it goes into the back/forward cache, which is off while Chromium is debugged: so the page is told."""
    sees_the_key(visitor, owner)
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    visitor.key.is_hidden(OUT_OF_SIGHT)


def test_the_key_is_hidden_after_a_reload(visitor: Visitor, owner: Owner) -> None:
    sees_the_key(visitor, owner)
    visitor.reloads()
    visitor.key.is_hidden(NOT_ASKED)


def test_the_key_is_hidden_when_it_is_put_away(visitor: Visitor, owner: Owner) -> None:
    sees_the_key(visitor, owner)
    visitor.key.is_put_away()
    visitor.key.is_hidden("It is still kept. You can have it shown again at any time.")


@read_by("nl-phone", "en-desktop")
def test_the_key_is_copied_and_the_clipboard_cleared(visits: Visits, owner: Owner) -> None:
    visitor = visits(permissions=["clipboard-read", "clipboard-write"])
    visitor.page.clock.install()
    sees_the_key(visitor, owner)
    visitor.key.button("Copy").click()
    expect(visitor.key.button("Copied")).to_be_visible()
    assert visitor.page.evaluate("() => navigator.clipboard.readText()") == owner.mac.recovery_key
    visitor.page.clock.fast_forward("01:01")
    expect(visitor.key.button("Copy")).to_be_visible()
    visitor.page.wait_for_function("async () => (await navigator.clipboard.readText()) === ''")


@pytest.mark.parametrize("theme", ["light", "dark"])
@read_by("nl-desktop", "ar-desktop")
def test_what_is_printed_is_the_key_and_its_mac(visits: Visits, owner: Owner, theme: str) -> None:
    visitor = visits(color_scheme=theme)
    sees_the_key(visitor, owner)
    visitor.page.emulate_media(media="print")
    visitor.finds_the_page_accessible()
    visitor.key.shows(owner.mac.recovery_key)
    main = visitor.page.get_by_role("main")
    expect(main.get_by_text(owner.mac.serial).last).to_be_visible()
    visitor.sees("Whoever has this sheet can unlock the Mac. Keep it in a safe place, and not with the Mac.")
    expect(visitor.key.button("Copy")).to_be_hidden()
    expect(visitor.page.get_by_role("banner")).to_be_hidden()


@read_by("ar-phone")
def test_earlier_keys_can_be_had(visitor: Visitor, owner: Owner) -> None:
    typed = owner.mac.recovery_key
    sees_the_key(visitor, owner)
    visitor.page.get_by_role("region", name=visitor.language.says("Earlier keys")).get_by_role("button").click()
    visitor.key.shows(typed)
    visitor.sees("This is not the present key, but one that is kept since {date}.")
    visitor.finds_the_page_accessible()


@read_by("nl-phone", "ar-desktop")
def test_what_was_typed_and_not_confirmed_is_labelled_so(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    typed = owner.mac.wrong_key
    visitor.stored(owner.mac, typed)
    visitor.knows_that_it_is("refused", owner.mac)
    visitor.opens_key_page(owner.mac)
    earlier = visitor.page.get_by_role("region", name=visitor.language.says("Earlier keys"))
    row = earlier.get_by_role("listitem").filter(has_text=visitor.key.says("Not confirmed by the Mac"))
    expect(row).to_contain_text(visitor.key.says("Typed by you"))
    row.get_by_role("button").click()
    visitor.key.shows(typed)
    expect(
        visitor.page.get_by_role("main").get_by_text(visitor.key.says("Not confirmed by the Mac")).first
    ).to_be_visible()
    visitor.finds_the_page_accessible()


@read_by("nl-phone", "ar-desktop")
def test_a_key_that_was_reported_later_is_offered_beside_the_proven_one(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    reported = owner.mac.wrong_key
    visitor.portal.hears_from_the_crypt_client_of(owner.mac, reported)
    visitor.opens_device(owner.mac)
    visitor.sees("Another key, reported later")
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
    visitor.key.offers_either("You see this one", "Show")
    visitor.finds_the_page_accessible()
    visitor.key.button("Show", within=visitor.key.either).click()
    visitor.key.shows(reported)
    visitor.sees(
        "A program on your Mac reported this key on {date}. "
        "Nothing proves it: if it does not open your Mac, try the other one."
    )
    visitor.key.offers_either("Show", "You see this one")
    visitor.finds_the_page_accessible()


@read_by("de-phone", "en-desktop")
def test_a_key_that_was_reported_and_no_other_is_shown_as_what_it_is(visitor: Visitor, owner: Owner) -> None:
    visitor.portal.hears_from_the_crypt_client_of(owner.mac, owner.mac.recovery_key)
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    visitor.sees("Reported by a program on your Mac, not proven")
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
    visitor.sees("A program on your Mac reported this key on {date}. Nothing proves that it opens your Mac.")
    expect(visitor.key.either).to_have_count(0)
    visitor.finds_the_page_accessible()


@read_by("nl-desktop")
def test_a_mac_without_a_kept_key_has_none_to_show(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    expect(visitor.key.message("no-key")).to_contain_text(visitor.language.says("No key is kept for this Mac"))
    visitor.finds_the_page_accessible()


@pytest.mark.impatient
@read_by("nl-phone", "ar-desktop")
def test_an_old_sign_in_is_asked_for_the_password_again(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer()
    has_a_kept_key(visitor, owner)
    visitor.lets_the_sign_in_grow_old()
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    dialog = visitor.page.get_by_role("dialog", name=visitor.language.says("Confirm that it is you"))
    visitor.finds_the_page_accessible()
    visitor.sign_in.password_field.fill(owner.password)
    visitor.key.button("Show the key", within=dialog).click()
    visitor.key.shows(owner.mac.recovery_key)


def has_a_kept_key(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)


def sees_the_key(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)
