"""Rotating a kept key, and reading that one may be out of date; in every language, on phone and desktop."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by

OUT_OF_DATE = "The kept key may be out of date"
NOT_ACCEPTED = "Your Mac did not accept the key that is kept for it. It may have got another key since."
MAKE_ANOTHER = (
    "The kept keys are unchanged, and you can still get them. While you can unlock your Mac, make a new key on it and"
    " store that one here."
)
NOT_ANSWERED = (
    "Your Mac was asked to replace its key and has not answered. The kept keys are unchanged, and you can still get"
    " them. If your Mac answers after all, you read it here."
)


@every_reader
def test_a_key_is_rotated(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    before = owner.mac.recovery_key
    owner.mac.does("offline")
    visitor.opens_device(owner.mac)
    visitor.device.asks_for_a_new_key()
    visitor.finds_the_page_accessible()
    visitor.device.rotates()
    visitor.device.says_that_it_works_on_it()
    expect(visitor.button("Rotate recovery key")).to_have_count(0)
    visitor.finds_the_page_accessible()
    owner.mac.comes_back()
    visitor.device.says_that_the_key_was_updated()
    assert owner.mac.recovery_key != before
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)


@every_reader
def test_the_mac_does_not_accept_the_kept_key(visitor: Visitor, owner: Owner) -> None:
    """Somebody made another key on it, and nobody told the portal."""
    has_a_kept_key(visitor, owner)
    owner.mac.changes_key()
    visitor.opens_device(owner.mac)
    visitor.device.asks_for_a_new_key()
    visitor.device.rotates()
    visitor.device.says_in(visitor.device.rotation_failed, OUT_OF_DATE, NOT_ACCEPTED, MAKE_ANOTHER)
    visitor.toast.says_that_it_got_no_new_key(owner.mac)
    visitor.finds_the_page_accessible()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "May be out of date")
    visitor.finds_the_page_accessible()

    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_the_key_was_updated()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "Key kept")


@every_reader
@pytest.mark.parametrize(
    ("scenario", "cause", "texts"),
    [
        pytest.param(
            "filevault-off",
            "filevault-off",
            (
                "FileVault was switched off",
                "Your Mac reports that its disk is not encrypted now,"
                " so there is nothing that the kept key could open.",
            ),
            id="FileVault off",
        ),
        pytest.param(
            "key-removed",
            "no-recovery-key",
            (
                "This Mac has no recovery key any more",
                "Your Mac reports that its recovery key was removed, so the kept key no longer opens it.",
                MAKE_ANOTHER,
            ),
            id="recovery key removed",
        ),
    ],
)
def test_what_the_mac_tells_makes_the_kept_key_stale(
    visitor: Visitor, owner: Owner, scenario: str, cause: str, texts: tuple[str, ...]
) -> None:
    has_a_kept_key(visitor, owner)
    owner.mac.does(scenario)
    visitor.opens_device(owner.mac)
    visitor.device.checks_status()
    visitor.device.says_in(visitor.device.stale(cause), *texts)
    expect(visitor.button("Rotate recovery key")).to_have_count(0)
    visitor.finds_the_page_accessible()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "May be out of date")
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)


@every_reader
def test_another_key_was_reported(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    visitor.portal.hears_from_the_crypt_client_of(owner.mac, owner.mac.wrong_key)
    visitor.opens_device(owner.mac)
    tells = "Your Mac tells of another recovery key than the one that is kept here."
    both = "A program on your Mac reported the other one, and it is kept as well: “Get recovery key” shows both."
    visitor.device.says_in(visitor.device.stale("rotated-elsewhere"), OUT_OF_DATE, tells, both, MAKE_ANOTHER)
    visitor.finds_the_page_accessible()


@pytest.mark.impatient
@every_reader
def test_the_mac_says_nothing(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer()
    has_a_kept_key(visitor, owner)
    owner.mac.does("offline")
    visitor.opens_device(owner.mac)
    visitor.device.asks_for_a_new_key()
    visitor.device.rotates()
    visitor.device.says_in(visitor.device.rotation_failed, "Your Mac has not answered yet", NOT_ANSWERED)
    visitor.finds_the_page_accessible()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "Key kept")


@read_by("nl-phone", "ar-desktop")
def test_the_mac_can_not_be_asked(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    owner.mac.does("unenrolled")
    visitor.opens_device(owner.mac)
    visitor.device.asks_for_a_new_key()
    visitor.device.rotates()
    safe = (
        "The kept key is unchanged and opens your Mac as before. The device management of your organization does not"
        " reach this Mac: contact support and say so, then try again."
    )
    visitor.device.says_in(visitor.device.rotation_failed, "Your Mac could not be asked for a new key", safe)
    visitor.finds_the_page_accessible()


@read_by("de-phone", "en-desktop")
def test_a_new_key_is_asked_for_with_the_keyboard_alone(visitor: Visitor, owner: Owner) -> None:
    has_a_kept_key(visitor, owner)
    visitor.opens_device(owner.mac)
    rotate = visitor.button("Rotate recovery key")
    visitor.presses(rotate)
    expect(visitor.device.rotation_dialog).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.device.rotation_dialog).to_have_count(0)
    expect(rotate).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.presses(visitor.device.button("Rotate recovery key", within=visitor.device.rotation_dialog))
    visitor.device.says_that_the_key_was_updated()


@read_by("nl-phone")
def test_two_tabs_ask_for_one_new_key(visits: Visits, owner: Owner) -> None:
    visitor = visits()
    has_a_kept_key(visitor, owner)
    owner.mac.does("offline")
    visitor.opens_device(owner.mac)
    other = visitor.opens_another_tab()
    other.opens_device(owner.mac)
    for tab in (visitor, other):
        tab.device.asks_for_a_new_key()
    for tab in (visitor, other):
        tab.device.rotates()
        tab.device.says_that_it_works_on_it()
    rotations = owner.mac.rotations
    owner.mac.comes_back()
    visitor.device.says_that_the_key_was_updated()
    other.device.says_that_the_key_was_updated()
    assert owner.mac.rotations == rotations


def has_a_kept_key(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
