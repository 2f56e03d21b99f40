"""Walks past every page of the portal and every face that it has, for laws that hold on all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from playwright.sync_api import expect

from e2e.pages.table import REFUSED
from e2e.pages.visitor import Visitor
from e2e.portal import Owner

TYPED = ("Locked out,", "Still locked out,", "Stolen,", "My own,", "qqxxyyzz")
"""What people type on the walks, and pages show as it is; behind the reasons stands somebody's user name."""

OpenBrowser = Callable[[], Visitor]
Walk = Callable[[Visitor, OpenBrowser], Iterator[str]]
"""The name of each page once it is there. What other people do meanwhile, they do in browsers of their own."""


def owners_tour(visitor: Visitor, _open_browser: OpenBrowser) -> Iterator[str]:
    owner = visitor.portal.newcomer()
    yield from _before_signing_in(visitor)
    yield from _having_a_link(visitor, owner)
    visitor.sign_in.signs_in(owner)
    visitor.devices.shows(owner.mac, "No key yet")
    yield "devices"
    visitor.devices.chooses(owner.mac)
    yield "device-no-key"
    yield from _looking_at_the_account(visitor)
    yield from _storing(visitor, owner)
    yield from _getting(visitor, owner)
    yield from _rotating(visitor, owner)
    visitor.opens("/no-such-page")
    visitor.sign_in.title_is("There is nothing here")
    yield "not-found"


def supports_tour(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """A personal Mac whose key was not stored, and a corporate one with a kept key."""
    portal = visitor.portal
    personal, corporate = portal.newcomer(), portal.newcomer()
    portal.makes_corporate(corporate.mac, corporate)
    _has_tried_to_store(open_browser(), personal, personal.mac.wrong_key, "refused")
    _has_tried_to_store(open_browser(), corporate, corporate.mac.recovery_key, "stored")
    visitor.opens("/support")
    visitor.sign_in.signs_in(portal.supporter())
    yield from _reading_the_guide(visitor)
    yield from _searching(visitor, personal)
    visitor.support.chooses(personal.mac)
    visitor.support.offers_no_key()
    visitor.support.tells("Saved a recovery key")
    yield "support-personal"
    visitor.opens_others_device(personal.mac, "/key")
    visitor.sees("This key is its owner’s alone.")
    yield "support-personal-key"
    yield from _being_approved(visitor, open_browser, corporate)


def _reading_the_guide(visitor: Visitor) -> Iterator[str]:
    visitor.opens("/help")
    visitor.sign_in.link("Help for IT").click()
    visitor.sign_in.title_is("Help for IT")
    yield "help-it"
    visitor.opens("/support")


def _searching(visitor: Visitor, owner: Owner) -> Iterator[str]:
    visitor.support.searches(owner.mac.serial)
    visitor.support.finds(owner.mac, owner)
    yield "support"
    visitor.support.filter("Not stored").click()
    expect(visitor.support.filter("Not stored")).to_have_attribute("aria-pressed", "true")
    visitor.support.finds(owner.mac, owner)
    yield "support-filter"
    visitor.support.asks_all()
    yield "support-ask-all"
    visitor.support.button("Cancel", within=visitor.support.question).click()
    visitor.support.searches("qqxxyyzz")
    visitor.support.finds_nothing()
    yield "support-nothing"
    visitor.goes_back()


def _being_approved(visitor: Visitor, open_browser: OpenBrowser, owner: Owner) -> Iterator[str]:
    """Each face of a request that somebody of IT support made, and the key in the end."""
    decider = open_browser()
    decider.is_signed_in_as(visitor.portal.administrator())
    visitor.opens_others_device(owner.mac)
    visitor.support.tells("A recovery key was kept")
    yield "support-corporate"
    visitor.support.get_key.click()
    expect(visitor.support.reason_field).to_be_visible()
    yield "support-reason"
    visitor.support.button("Show the key").click()
    visitor.sees("A reason is needed. Say in a few words what it is for.")
    yield "support-no-reason"
    for reason, approve in ((f"Locked out, {owner.username}", False), (f"Still locked out, {owner.username}", True)):
        visitor.has_asked_to_see(owner.mac, reason)
        visitor.opens_others_device(owner.mac)
        visitor.support.request_is("asked", "Waiting for approval")
        yield "support-waiting" if not approve else "support-waiting-again"
        decider.has_decided(reason, approve)
        visitor.support.request_is("approved" if approve else "denied")
        yield "support-approved" if approve else "support-denied"
    visitor.support.get_key.click()
    visitor.support.request_is("approved", "Approved")
    yield "support-key-approved"
    visitor.support.button("Show the key").click()
    visitor.key.shows(owner.mac.recovery_key)
    yield "support-key"


def administrators_tour(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """One request of somebody else that is approved, one that is denied, and one of their own."""
    portal, administrator = visitor.portal, visitor.portal.administrator()
    owner = portal.newcomer()
    portal.makes_corporate(owner.mac, owner)
    first, second, own = (f"{words}, {owner.username}" for words in ("Locked out", "Stolen", "My own"))
    asker = portal.supporter()
    _has_asked(open_browser(), asker, owner, first)
    _has_asked(open_browser(), portal.supporter(), owner, second)
    _has_asked(open_browser(), administrator, owner, own)
    visitor.opens("/admin/requests")
    visitor.sign_in.signs_in(administrator)
    visitor.requests.tells(first, asker, owner.mac, owner)
    expect(visitor.requests.card(own)).to_be_visible()
    yield "requests"
    visitor.requests.asks_to_approve(first)
    yield "requests-question"
    visitor.requests.button("Approve", within=visitor.requests.question).click()
    visitor.requests.decided(first, "Approved", administrator)
    yield "requests-approved"
    visitor.requests.denies(second)
    visitor.requests.decided(second, "Not approved", administrator)
    yield "requests-denied"


def auditors_tour(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """The faces of the audit log. There is something in it that was denied."""
    auditor = visitor.portal.auditor()
    somebody = open_browser()
    somebody.is_signed_in_as(visitor.portal.newcomer())
    somebody.is_denied_a_reveal()
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


TOURS: Mapping[str, Walk] = {
    "owner": owners_tour,
    "support": supports_tour,
    "administrator": administrators_tour,
    "auditor": auditors_tour,
}
"""The walk of each kind of visitor. A new page joins the walk of whom it is for, and so all laws."""


def _has_tried_to_store(browser: Visitor, owner: Owner, key: str, outcome: str) -> None:
    browser.is_signed_in_as(owner)
    browser.stored(owner.mac, key)
    browser.knows_that_it_is(outcome, owner.mac)
    browser.closes_the_browser()


def _has_asked(browser: Visitor, asker: Owner, owner: Owner, reason: str) -> None:
    browser.is_signed_in_as(asker)
    browser.has_asked_to_see(owner.mac, reason)
    browser.closes_the_browser()


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


def _having_a_link(visitor: Visitor, owner: Owner) -> Iterator[str]:
    """One that can be used, and one that never could."""
    for path, name in ((visitor.portal.link_of(owner), "set-password"), ("/set-password", "set-password-over")):
        visitor.opens("/help")
        visitor.opens(path)
        visitor.sign_in.title_is("Set your password")
        yield name
    visitor.opens("/devices")
    visitor.sign_in.title_is("Sign in")


def _looking_at_the_account(visitor: Visitor) -> Iterator[str]:
    visitor.opens_their_account()
    visitor.account.is_signed_in_here()
    yield "account"
    visitor.goes_back()


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
