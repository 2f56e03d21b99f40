"""Check status: whether the Mac may access what is meant for work, until when, and what to do.

What applies is the organization's policy. The portals of the suite require a kept key: one leaves new Macs their time,
the impatient one does not. On a portal that runs already its own policy is met as it is.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by


@every_reader
def test_out_of_compliance_until_a_day_and_in_order_once_the_key_is_kept(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    if visitor.access_of(owner.mac) == ("grace", True):
        visitor.device.says_that_it_can_access_for_now()
        visitor.device.says_what_to_do("Store its recovery key before then.")
    visitor.finds_the_page_accessible()
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens_device(owner.mac)
    expect(visitor.device.access).to_have_count(0)
    visitor.device.checks_status()
    visitor.device.says_that_it_can_access()
    expect(visitor.device.check_outcome).to_be_visible()
    visitor.finds_the_page_accessible()


@pytest.mark.impatient
@every_reader
def test_no_access_and_access_again_once_the_key_is_kept(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    if visitor.access_of(owner.mac) == ("denied", False):
        visitor.device.says_that_it_can_not_access()
        visitor.device.says_what_to_do("Store its recovery key to get access again.")
    visitor.device.checks_status()
    expect(visitor.device.check_outcome).to_be_visible()
    visitor.finds_the_page_accessible()
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens_device(owner.mac)
    visitor.device.checks_status()
    visitor.device.says_that_it_can_access()


@read_by("nl-phone", "de-desktop", "ar-phone")
def test_a_mac_that_left_has_no_access_and_the_way_back_is_said(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    owner.mac.leaves()
    visitor.opens_device(owner.mac)
    visitor.device.says_that_it_can_not_access()
    enrol = "It is not enrolled at your organization, or not any more. Ask to have it enrolled."
    visitor.device.says_what_to_do(enrol)
    expect(visitor.device.access.locator("a[href^='tel:'], a[href^='mailto:']").first).to_be_visible()
    visitor.finds_the_page_accessible()


@read_by("nl-phone", "en-desktop", "ar-desktop")
def test_while_a_key_is_on_its_way(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.opens_device(owner.mac)
    if visitor.access_of(owner.mac) == ("grace", True):
        on_its_way = (
            "Its recovery key is on its way. Leave your Mac switched on and connected to the internet;"
            " you need to do nothing else."
        )
        visitor.device.says_what_to_do(on_its_way)
    visitor.device.checks_status()
    waits = "We asked your Mac at {time} to check in, and wait for its answer until {until}. You may leave this page."
    visitor.sees(waits)
    owner.mac.comes_back()
    visitor.device.says_that_it_can_access()


@pytest.mark.impatient
@every_reader
def test_a_mac_that_does_not_answer(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer("offline")
    visitor.is_signed_in_as(owner)
    visitor.opens_device(owner.mac)
    visitor.device.checks_status()
    visitor.device.says_that_the_mac_did_not_answer()
    expect(visitor.device.check_outcome).to_be_visible()
    visitor.finds_the_page_accessible()
