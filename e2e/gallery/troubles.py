"""Walks past what is said where something does not go as it should, and is asked before something is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from e2e.pages.tour import OpenBrowser
from e2e.pages.visitor import Visitor

_CALLS = "**/api/v1/**"
_PASSWORD = "several words are harder to guess"


def owners_troubles(visitor: Visitor, _open_browser: OpenBrowser) -> Iterator[str]:
    visitor.opens(visitor.portal.link_of(visitor.portal.newcomer()))
    visitor.page.get_by_label(visitor.language.says("New password"), exact=True).fill(_PASSWORD)
    visitor.button("Set password").click()
    visitor.sees("Your password is set")
    yield "set-password-done"
    owner = visitor.portal.newcomer()
    key = owner.mac.recovery_key
    visitor.is_signed_in_as(owner)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    expect(visitor.key.message("no-key")).to_be_visible()
    yield "no-key"
    visitor.opens_store_page(owner.mac)
    visitor.store.enters(key, key)
    visitor.page.get_by_role("main").get_by_role("link", name=owner.mac.name).first.click()
    visitor.sees("Leave this page?")
    yield "leave-question"
    visitor.button("Stay here").click()
    with _no_answer(visitor):
        visitor.store.saves()
        expect(visitor.store.message("not-sent")).to_be_visible()
        yield "not-sent"
    visitor.store.enters("", "")
    visitor.stored(owner.mac, key)
    visitor.knows_that_it_is("stored", owner.mac)
    visitor.opens_key_page(owner.mac)
    with _no_answer(visitor):
        visitor.key.is_asked_for()
        expect(visitor.key.message("not-shown")).to_be_visible()
        yield "not-shown"
    visitor.portal.hears_from_the_crypt_client_of(owner.mac, owner.mac.wrong_key)
    visitor.opens_key_page(owner.mac)
    visitor.key.is_asked_for()
    expect(visitor.key.either).to_be_visible()
    yield "either-key"
    with _no_answer(visitor):
        visitor.page.goto("/devices")
        visitor.sign_in.title_is("We can't reach the portal")
        yield "page-error"


def helpers_troubles(visitor: Visitor, open_browser: OpenBrowser) -> Iterator[str]:
    """Of somebody of IT support who is an administrator as well."""
    portal, owner = visitor.portal, visitor.portal.newcomer()
    at_home = open_browser()
    at_home.is_signed_in_as(owner)
    at_home.stored(owner.mac, owner.mac.recovery_key)
    at_home.knows_that_it_is("stored", owner.mac)
    portal.makes_corporate(owner.mac, owner)
    owner.mac.changes_key()
    helper = portal.administrator()
    visitor.is_signed_in_as(helper)
    visitor.opens_others_device(owner.mac)
    visitor.button("Rotate recovery key").click()
    expect(visitor.device.rotation_dialog).to_be_visible()
    yield "support-rotate"
    visitor.device.rotates()
    expect(visitor.support.message("others-rotation-failed")).to_be_visible()
    yield "support-rotation-failed"
    visitor.opens("/support")
    visitor.support.searches(owner.mac.serial)
    visitor.support.finds(owner.mac, owner)
    with _no_answer(visitor):
        visitor.support.searches("MacBook")
        expect(visitor.support.message("not-searched")).to_be_visible()
        yield "support-not-searched"
    visitor.opens("/admin/requests")
    visitor.requests.title_is("Requests")
    with _no_answer(visitor):
        visitor.looks_away()
        visitor.looks_again()
        expect(visitor.requests.message("requests-not-fetched")).to_be_visible()
        yield "requests-not-fetched"


@contextmanager
def _no_answer(visitor: Visitor) -> Iterator[None]:
    """What is asked of the portal meanwhile gets lost on its way."""
    visitor.guard.unreachable_on_purpose = True
    visitor.page.route(_CALLS, lambda route: route.abort())
    yield
    visitor.page.unroute(_CALLS)
