"""Walks past what is said at the door: to those who have a passkey, and to those who have a work account."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Locator, expect

from e2e.pages.passkeys import Device, PasskeysCard
from e2e.pages.tour import OpenBrowser
from e2e.pages.visitor import Visitor
from e2e.pages.work_account import signs_in_there, stops_there, work_account
from tests.openid.provider import OpenIdProvider

NOT_USED = "No passkey was used: the question was closed, or its time ran out. Nothing was changed."
UNKNOWN = "The portal does not know this passkey. Use another one, or sign in another way."
REFUSALS = ("unavailable", "expired", "not-trusted", "not-again", "no-access", "unknown-account", "too-many")
"""What a way to a provider of work accounts can come back with, beside what the walk runs into."""
_ACCOUNT = "kast-employee"


def passkeys(visitor: Visitor, _open_browser: OpenBrowser) -> Iterator[str]:
    """Adding one, what can be done with it, and being asked for it again: before a change, for a key, at the end."""
    owner = visitor.portal.newcomer()
    device, card = Device(visitor.page), PasskeysCard(visitor.page, lambda: visitor.language)
    visitor.is_signed_in_as(owner)
    visitor.opens("/account")
    card.adds_one()
    yield "passkey-added"
    card.names("The blue one")
    card.button("Rename", within=card.card).click()
    expect(card.card.get_by_role("textbox")).to_be_visible()
    yield "passkey-rename"
    card.button("Cancel", within=card.card).click()
    card.button("Remove", within=card.card).click()
    dialog = _dialog(visitor, "Remove this passkey?")
    yield "passkey-remove"
    card.button("Cancel", within=dialog).click()
    visitor.stored(owner.mac, owner.mac.recovery_key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.lets_the_sign_in_grow_old()
    card.button("Add a passkey", within=card.card).click()
    dialog = _dialog(visitor, "Confirm that it is you")
    yield "confirm-account"
    device.recognizes(them=False)
    card.button("Confirm with a passkey", within=dialog).click()
    visitor.sees(NOT_USED)
    yield "passkey-not-used"
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    _dialog(visitor, "Confirm that it is you")
    yield "confirm-key"
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(owner.mac.recovery_key, owner.mac.recovery_key)
    visitor.portal.command("person", "password", owner.username, "--password-stdin", typed="quite another password\n")
    visitor.store.saves()
    dialog = _dialog(visitor, "Sign in again")
    yield "sign-in-again"
    device.recognizes(them=True)
    card.button("Sign in with a passkey", within=dialog).click()
    visitor.sees(UNKNOWN)
    yield "passkey-unknown"


def work_accounts(provider: OpenIdProvider, visitor: Visitor, _open_browser: OpenBrowser) -> Iterator[str]:
    """The ways in, each refusal in words, and signing in again for a key: of somebody who has no password."""
    visitor.guard.also_from.add(provider.issuer)
    provider.knows(**{_ACCOUNT: {"name": "Noor de Wit", "preferred_username": _ACCOUNT, "roles": []}})
    visitor.portal.names.add(_ACCOUNT)
    visitor.opens("/devices")
    expect(work_account(visitor)).to_be_visible()
    yield "sign-in-work"
    visitor.button("Sign in with a local account").click()
    expect(visitor.sign_in.password_field).to_be_visible()
    yield "sign-in-work-or-local"
    work_account(visitor).click()
    stops_there(visitor.page)
    visitor.sees("You did not finish signing in with your work account. Nothing has changed.")
    yield "work-cancelled"
    for code in REFUSALS:
        visitor.opens(f"/devices?sign_in={code}")
        expect(visitor.page.get_by_role("alert")).to_be_visible()
        yield f"work-{code}"
    work_account(visitor).click()
    signs_in_there(visitor.page, _ACCOUNT)
    visitor.devices.title_is("Devices")
    yield "devices-none"
    mac = visitor.portal.newcomer().mac
    visitor.portal.command("device", "assign", mac.serial, _ACCOUNT, "--ownership", "personal")
    visitor.stored(mac, mac.recovery_key)
    visitor.knows_that_it_is("stored", mac)
    visitor.opens_their_account()
    yield "account-work"
    visitor.opens("/signed-in")
    visitor.sign_in.title_is("You are signed in again")
    yield "signed-in"
    visitor.opens("/signed-in?sign_in=another-person")
    visitor.sign_in.title_is("You were not signed in again")
    yield "signed-in-refused"
    visitor.lets_the_sign_in_grow_old()
    visitor.opens_key_page(mac)
    visitor.key.is_asked_for()
    _dialog(visitor, "Confirm that it is you")
    yield "confirm-work"


def _dialog(visitor: Visitor, title: str) -> Locator:
    dialog = visitor.page.get_by_role("dialog", name=visitor.language.says(title), exact=True)
    expect(dialog).to_be_visible()
    return dialog
