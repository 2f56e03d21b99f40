"""Passkeys in the browser, by Chromium's own authenticator, at the name that this machine has for itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.laws.guard import Guard
from e2e.pages.passkeys import Device, PasskeysCard
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import every_reader, read_by


@every_reader
def test_a_passkey_is_added_named_used_and_removed(by_name: Visitor, owner: Owner) -> None:
    visitor, passkeys = by_name, PasskeysCard(by_name.page, lambda: by_name.language)
    Device(visitor.page)
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    passkeys.adds_one()
    passkeys.names("The blue one")
    visitor.finds_the_page_accessible()
    visitor.signs_out()
    passkeys.signs_in()
    visitor.devices.title_is("Devices")
    visitor.opens("/account")
    passkeys.removes_it()
    expect(passkeys.listed).to_have_count(0)


@read_by("nl-phone")
@pytest.mark.impatient
def test_a_passkey_confirms_before_a_key_is_shown(by_name: Visitor, owner: Owner) -> None:
    visitor, passkeys = by_name, PasskeysCard(by_name.page, lambda: by_name.language)
    Device(visitor.page)
    visitor.is_signed_in_as(owner)
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens("/account")
    passkeys.adds_one()
    visitor.lets_the_sign_in_grow_old()
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    passkeys.button("Confirm with a passkey").click()
    visitor.key.shows(owner.mac.recovery_key)


@read_by("de-desktop")
def test_whom_the_device_does_not_recognize_is_told_so_and_loses_nothing(by_name: Visitor, owner: Owner) -> None:
    visitor, passkeys = by_name, PasskeysCard(by_name.page, lambda: by_name.language)
    device = Device(visitor.page)
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    device.recognizes(them=False)
    passkeys.button("Add a passkey", within=passkeys.card).click()
    visitor.sees("No passkey was used: the question was closed, or its time ran out. Nothing was changed.")
    device.recognizes(them=True)
    passkeys.adds_one()
    visitor.signs_out()
    visitor.sign_in.username_field.fill(owner.username)
    device.recognizes(them=False)
    passkeys.signs_in()
    visitor.sees("No passkey was used: the question was closed, or its time ran out. Nothing was changed.")
    expect(visitor.sign_in.username_field).to_have_value(owner.username)
    visitor.finds_the_page_accessible()


@read_by("ar-phone")
def test_a_passkey_that_is_gone_is_told_in_words(by_name: Visitor, owner: Owner, portal: Portal) -> None:
    visitor, passkeys = by_name, PasskeysCard(by_name.page, lambda: by_name.language)
    Device(visitor.page)
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    passkeys.adds_one()
    portal.command("person", "password", owner.username, "--password-stdin", typed="een ander wachtwoord\n")
    visitor.opens("/account")
    passkeys.signs_in()
    visitor.sees("The portal does not know this passkey. Use another one, or sign in another way.")


@pytest.fixture
def by_name(visits: Visits, portal: Portal) -> Visitor:
    return visits(base_url=portal.by_name)


@pytest.fixture
def guard(portal: Portal) -> Guard:
    return Guard(portal.by_name)
