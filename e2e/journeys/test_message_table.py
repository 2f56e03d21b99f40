"""Each message of the flow and each state of a deposit, in every language, on a phone and on a desktop."""

from __future__ import annotations

import pytest

from e2e.conftest import Visits
from e2e.pages.table import REFUSED
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader

CAUSES = (
    "The key may be wrong",
    "Your Mac may not have checked in for a while",
    "Your organization may not have FileVault enabled",
)
NOT_CHECKED_IN = "Your Mac has not checked in for a while"
FILEVAULT_OFF = "FileVault is not enabled for this Mac"
UNANSWERED = (
    "This key could not be stored yet",
    "Your Mac has not answered, so it may have replaced the key all the same: the key you have on paper may no longer"
    " work. While you can unlock your Mac, make a new key and store that one."
    " If your Mac answers after all, you read it here.",
)
UNDELIVERABLE = (
    "This key could not be sent to your Mac",
    "The device management of your organization does not reach this Mac, so your key was not tried."
    " Contact {support} and say so; then try again.",
)
LONG_ENOUGH = "00:31"
"""After so much time (minutes and seconds) a page has asked again, whatever it shows."""

pytestmark = every_reader


def test_keys_differ(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    with visitor.sends_nothing():
        visitor.store.enters(owner.mac.recovery_key, owner.mac.wrong_key)
        visitor.store.saves()
        visitor.store.says_that_the_keys_differ()
        visitor.store.holds(owner.mac.recovery_key, owner.mac.wrong_key)


def test_key_updated(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.stores(owner.mac.recovery_key)
    visitor.device.says_that_the_key_was_updated()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "Key kept")


def test_key_not_accepted_with_its_toast_and_help(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.stores(owner.mac.wrong_key)
    visitor.device.says_that_the_key_was_not_accepted(*REFUSED)
    visitor.device.helps(CAUSES, known=())
    visitor.toast.says_that_it_was_not_stored(owner.mac)


def test_key_not_accepted_because_filevault_is_off(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("filevault-off")
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_the_key_was_not_accepted(*REFUSED)
    visitor.device.helps((*CAUSES[:2], FILEVAULT_OFF), known=(FILEVAULT_OFF,))
    visitor.sees("Your Mac reports that FileVault is off.")
    visitor.finds_the_page_accessible()


def test_device_not_updated_is_told_once_at_the_next_sign_in(visits: Visits, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    before = visits()
    before.is_signed_in_as(owner)
    before.stored(owner.mac, owner.mac.wrong_key)
    before.closes_the_browser()
    owner.mac.comes_back()

    visitor = visits()
    visitor.opens("/devices")
    visitor.sign_in.signs_in(owner)
    visitor.knows_that_it_is("refused", owner.mac)
    visitor.reloads()
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.toast.leads_to(owner.mac)
    visitor.toast.is_dismissed(owner.mac)
    visitor.signs_out()
    visitor.sign_in.signs_in(owner)
    visitor.devices.shows(owner.mac, "Not stored")
    visitor.toast.is_absent()


def test_working_on_it_then_waiting_for_the_mac(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor.is_signed_in_as(owner)
    visitor.page.clock.install()
    visitor.opens_store_page(owner.mac)
    visitor.store.stores(owner.mac.recovery_key)
    visitor.device.says_that_it_works_on_it("Verify")
    visitor.page.clock.fast_forward(LONG_ENOUGH)
    visitor.device.says_that_it_waits_for_the_mac()
    visitor.finds_the_page_accessible()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "Working on it")


def test_working_on_it_while_the_mac_is_busy(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("not-now")
    visitor.is_signed_in_as(owner)
    visitor.page.clock.install()
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_it_works_on_it("Verify")
    visitor.page.clock.fast_forward(LONG_ENOUGH)
    visitor.device.says_that_the_mac_is_busy()


def test_working_on_it_while_the_answer_is_opened(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("malformed")
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_it_works_on_it("Store")
    visitor.finds_the_page_accessible()


@pytest.mark.impatient
def test_unanswered_and_then_stored_late(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor.is_signed_in_as(owner)
    visitor.page.clock.install()
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_the_key_was_not_accepted(*UNANSWERED)
    visitor.device.helps((CAUSES[0], NOT_CHECKED_IN, CAUSES[2]), known=(NOT_CHECKED_IN,))
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.finds_the_page_accessible()

    owner.mac.connects()
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.page.clock.fast_forward(LONG_ENOUGH)
    visitor.device.says_that_the_key_was_updated()
    visitor.toast.is_absent()


@pytest.mark.impatient
def test_a_lost_answer_is_called_unanswered_and_the_typed_key_is_kept(visitor: Visitor, portal: Portal) -> None:
    """The Mac has another key by now, which nobody knows: it has no escrow profile."""
    owner = portal.newcomer("lost-answer")
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_the_key_was_not_accepted(*UNANSWERED)
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.opens_key_page(owner.mac)
    visitor.sees("Not confirmed by the Mac")
    visitor.finds_the_page_accessible()


def test_superseded(visits: Visits, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor = visits()
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_store_page(owner.mac)
    visitor.store.stores(owner.mac.wrong_key)
    visitor.device.says_that_it_works_on_it("Verify")
    owner.mac.connects()
    visitor.device.says_that_the_key_was_updated()
    visitor.toast.is_absent()
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    visitor.key.shows(owner.mac.recovery_key)


def test_undeliverable(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("unenrolled")
    visitor.is_signed_in_as(owner)
    visitor.opens_store_page(owner.mac)
    visitor.store.stores(owner.mac.recovery_key)
    visitor.device.says_that_the_key_was_not_accepted(*UNDELIVERABLE)
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.finds_the_page_accessible()
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "Not stored")
