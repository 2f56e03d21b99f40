"""A walk past every page of the portal and every face that it has, for laws that hold on all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import expect

from e2e.pages.visitor import Visitor
from e2e.portal import Owner

REFUSED = ("This key could not be stored", "Check that it is the right key for this Mac and try again.")


def tour(visitor: Visitor, owner: Owner) -> Iterator[str]:
    """The name of each page once it is there. The owner's Mac is one that is right, and keeps no key so far."""
    yield from _before_signing_in(visitor)
    visitor.sign_in.signs_in(owner)
    visitor.devices.shows(owner.mac, "No key yet")
    yield "devices"
    visitor.devices.chooses(owner.mac)
    yield "device-no-key"
    yield from _storing(visitor, owner)
    yield from _getting(visitor, owner)
    yield from _rotating(visitor, owner)
    visitor.opens("/no-such-page")
    visitor.sign_in.title_is("There is nothing here")
    yield "not-found"


def auditors_tour(visitor: Visitor, auditor: Owner) -> Iterator[str]:
    """The faces of the audit log. There has to be something in it that was denied."""
    visitor.opens("/audit")
    visitor.sign_in.signs_in(auditor)
    visitor.audit.is_there()
    yield "audit"
    visitor.audit.searches(How_it_ended="denied")
    expect(visitor.page).to_have_url(re.compile("outcome=denied"))
    visitor.audit.is_there()
    yield "audit-denied"
    visitor.audit.searches(User_name="nobody-at-all")
    visitor.sees("Nobody has this user name.")
    yield "audit-unknown"
    visitor.audit.searches(User_name=auditor.username, What_was_done="deposit")
    visitor.sees("No entry fits these filters. Clear them to see all entries.")
    yield "audit-nothing"


def _before_signing_in(visitor: Visitor) -> Iterator[str]:
    visitor.opens("/help")
    visitor.sign_in.title_is("Help")
    yield "help"
    visitor.opens("/devices")
    visitor.sign_in.title_is("Sign in")
    yield "sign-in"
    menu = visitor.page.get_by_role("button", name=visitor.language.pattern("Language: {name}"))
    menu.click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    yield "language-menu"
    visitor.page.keyboard.press("Escape")


def _storing(visitor: Visitor, owner: Owner) -> Iterator[str]:
    right, wrong = owner.mac.recovery_key, owner.mac.wrong_key
    visitor.device.link("Store recovery key").first.click()
    visitor.store.enters(right, right[:14])
    yield "store-typing"
    visitor.store.enters(right, f"{right[:10]}{wrong[10:14]}{right[14:]}")
    visitor.store.saves()
    visitor.store.says_that_the_keys_differ(groups=1)
    yield "store-differ"
    visitor.store.stores(wrong)
    visitor.device.says_that_the_key_was_not_accepted(*REFUSED)
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    yield "not-accepted"
    visitor.opens("/devices")
    visitor.toast.says_that_it_was_not_stored(owner.mac)
    visitor.devices.shows(owner.mac, "Not stored")
    yield "toast"
    owner.mac.does("offline")
    visitor.stored(owner.mac, right)
    visitor.opens_device(owner.mac)
    visitor.device.says_that_it_works_on_it()
    yield "working"
    owner.mac.comes_back()
    visitor.device.says_that_the_key_was_updated()
    visitor.toast.is_absent()
    yield "updated"


def _getting(visitor: Visitor, owner: Owner) -> Iterator[str]:
    visitor.device.link("Get recovery key", within=visitor.device.updated).click()
    visitor.key.shows(owner.mac.recovery_key)
    yield "get-key"
    visitor.key.button("Spell").click()
    visitor.key.spells(owner.mac.recovery_key[:4], 1)
    yield "spell"
    visitor.goes_back()
    visitor.key.is_put_away()
    visitor.key.is_hidden("It is still kept. You can have it shown again at any time.")
    yield "key-hidden"


def _rotating(visitor: Visitor, owner: Owner) -> Iterator[str]:
    owner.mac.changes_key()
    visitor.opens_device(owner.mac)
    visitor.device.asks_for_a_new_key()
    yield "rotate"
    visitor.device.rotates()
    expect(visitor.device.rotation_failed).to_be_visible()
    visitor.toast.says_that_it_got_no_new_key(owner.mac)
    yield "rotation-failed"
    visitor.opens("/devices")
    visitor.devices.shows(owner.mac, "May be out of date")
    yield "devices-stale"
    owner.mac.does("filevault-off")
    visitor.opens_device(owner.mac)
    visitor.device.checks_status()
    expect(visitor.device.stale("filevault-off")).to_be_visible()
    yield "stale"
