"""Signing in and out, and addresses that somebody follows before that."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.conftest import Visits
from e2e.pages.passkeys import PasskeysCard
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from e2e.readers import read_by


@read_by("de-desktop")
def test_a_deep_link_is_there_after_signing_in(visitor: Visitor, visits: Visits, owner: Owner) -> None:
    signed_in = visits()
    signed_in.is_signed_in_as(owner)
    address = f"/devices/{signed_in.id_of(owner.mac)}/store"
    visitor.opens(address)
    visitor.sign_in.title_is("Sign in")
    visitor.sign_in.signs_in(owner)
    expect(visitor.store.key_field).to_be_visible()
    assert visitor.page.url.endswith(address)


def test_a_wrong_password_is_told_and_the_user_name_stays(visitor: Visitor, owner: Owner) -> None:
    visitor.opens()
    visitor.sign_in.enters(owner.username, "not this one")
    visitor.sees("This user name and password do not belong together. Check both and try again.")
    expect(visitor.sign_in.username_field).to_have_value(owner.username)
    expect(visitor.sign_in.password_field).to_be_focused()
    visitor.finds_the_page_accessible()


@read_by("nl-desktop")
def test_signing_out_ends_every_tab(visitor: Visitor, owner: Owner) -> None:
    visitor.is_signed_in_as(owner)
    visitor.opens("/devices")
    visitor.devices.chooses(owner.mac)
    other = visitor.opens_another_tab()
    other.opens("/devices")
    other.signs_out()
    expect(visitor.sign_in.password_field).to_be_visible()
    visitor.goes_back()
    expect(visitor.sign_in.password_field).to_be_visible()


def test_somebody_without_a_mac_is_told_whom_to_ask(visitor: Visitor, portal: Portal) -> None:
    owner = portal.newcomer(macs=0)
    visitor.opens()
    visitor.sign_in.signs_in(owner)
    visitor.sees("No Mac is listed under your name yet. Ask {support} to add yours.")
    visitor.finds_the_page_accessible()


@read_by("ar-phone")
def test_a_mac_of_somebody_else_is_nowhere(visitor: Visitor, visits: Visits, owner: Owner, portal: Portal) -> None:
    other = visits()
    other.is_signed_in_as(portal.newcomer())
    visitor.is_signed_in_as(owner)
    for address in (f"/devices/{device}{page}" for device in other.known_ids for page in ("", "/store", "/key")):
        visitor.opens(address)
        visitor.sign_in.title_is("There is nothing here")
    visitor.opens("/no/such/page")
    visitor.sign_in.title_is("There is nothing here")
    visitor.finds_the_page_accessible()


def test_at_an_address_that_is_a_number_nobody_is_offered_a_passkey(visitor: Visitor, owner: Owner) -> None:
    passkeys = PasskeysCard(visitor.page, lambda: visitor.language)
    visitor.opens()
    expect(visitor.sign_in.password_field).to_be_visible()
    expect(passkeys.button("Sign in with a passkey")).to_have_count(0)
    visitor.sign_in.signs_in(owner)
    visitor.opens("/account")
    visitor.sees("Passkeys can't be used here: this browser has none, or the address of the portal is a number.")
