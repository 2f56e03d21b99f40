"""Signing in with a work account, at a real OpenID provider: the first time, again, and out again at both."""

from __future__ import annotations

import secrets
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from e2e.fleet import Mac
from e2e.pages.visitor import Visitor
from e2e.pages.work_account import (
    signs_in_in_another_tab,
    signs_in_there,
    signs_out_there,
    stops_there,
    work_account,
)
from e2e.portal import Portal
from e2e.readers import read_by
from tests.openid.provider import OpenIdProvider

pytestmark = pytest.mark.employed
NO_MAC = "No Mac is listed under your name yet. Ask {support} to add yours."
DOWN = (
    "The server of your work account does not answer. There is nothing wrong with your account."
    " Try again in a few minutes."
)


@read_by("nl-phone", "ar-desktop")
def test_the_first_sign_in_and_out_again_at_both(visitor: Visitor, account: str) -> None:
    """One comes to the page that one asked for; and whoever sits down next is asked who they are."""
    visitor.opens("/help?x=1")
    visitor.opens("/audit?outcome=denied")
    visitor.sign_in.title_is("Sign in")
    visitor.finds_the_page_accessible()
    work_account(visitor).click()
    signs_in_there(visitor.page, account)
    expect(visitor.page).to_have_url(f"{visitor.portal.url}/audit?outcome=denied")
    visitor.sign_in.title_is("Audit log")
    visitor.opens("/devices")
    visitor.sees(NO_MAC)
    visitor.page.get_by_role("button", name=visitor.language.pattern("Account of {name}")).click()
    visitor.button("Sign out").click()
    visitor.page.get_by_role("button", name="Sign out here too").click()
    expect(work_account(visitor)).to_be_visible()
    work_account(visitor).click()
    expect(visitor.page.get_by_label("Account")).to_be_visible()


@read_by("de-phone", "en-desktop")
def test_signing_in_again_before_a_key_is_shown(visitor: Visitor, account: str, mac: Mac) -> None:
    """In another tab, since a provider has pages of its own. Nobody without a password is asked for one."""
    visitor.stored(mac, mac.recovery_key)
    visitor.knows_that_it_is("stored", mac)
    visitor.lets_the_sign_in_grow_old()
    visitor.opens_key_page(mac)
    visitor.key.is_asked_for()
    dialog = visitor.page.get_by_role("dialog", name=visitor.language.says("Confirm that it is you"))
    expect(dialog).to_be_visible()
    expect(visitor.sign_in.password_field).to_have_count(0)
    visitor.finds_the_page_accessible()
    signs_in_in_another_tab(visitor, account, work_account(visitor, dialog), "You are signed in again")
    visitor.button("I have signed in").click()
    visitor.key.shows(mac.recovery_key)


@read_by("nl-desktop", "ar-phone")
def test_a_session_that_ends_at_the_provider_loses_nothing_that_was_typed(
    visitor: Visitor, account: str, mac: Mac, provider: OpenIdProvider
) -> None:
    key = mac.recovery_key
    visitor.opens_store_page(mac)
    visitor.store.enters(key, key)
    signs_out_there(visitor.page.context.new_page(), provider)
    visitor.store.saves()
    dialog = visitor.page.get_by_role("dialog", name=visitor.language.says("Sign in again"))
    expect(dialog).to_be_visible()
    visitor.store.holds(key, key)
    visitor.finds_the_page_accessible()
    visitor.button("I have signed in").click()
    visitor.sees("You are not signed in yet. Sign in with your work account, then come back to this tab.")
    signs_in_in_another_tab(visitor, account, work_account(visitor, dialog), "You are signed in again")
    expect(dialog).to_have_count(0)
    visitor.knows_that_it_is("stored", mac)


@read_by("nl-phone", "ar-phone")
def test_a_provider_that_is_down_and_one_who_stops_there(
    visitor: Visitor, account: str, provider: OpenIdProvider
) -> None:
    visitor.opens("/devices")
    work_account(visitor).click()
    stops_there(visitor.page)
    visitor.sees("You did not finish signing in with your work account. Nothing has changed.")
    assert visitor.page.url.endswith("/devices")
    work_account(visitor).click()
    callback = the_way_back(visitor.page, account)
    provider.stop()
    try:
        visitor.page.goto(callback)
        visitor.sees(DOWN)
        visitor.finds_the_page_accessible()
        assert visitor.page.url.endswith("/devices")
    finally:
        provider.start()


# Steps


def the_way_back(page: Page, account: str) -> str:
    """The address to which the provider sends this browser after signing in there, which it has not opened yet."""
    expect(page.get_by_label("Account")).to_be_visible()
    answer = page.context.request.post(page.url, form={"login": account}, max_redirects=0)
    answer = page.context.request.get(urljoin(page.url, answer.headers["location"]), max_redirects=0)
    return answer.headers["location"]


# What there is


@pytest.fixture
def account(provider: OpenIdProvider, visitor: Visitor) -> str:
    """Somebody's account at the provider. They were never at the portal."""
    visitor.guard.also_from.add(provider.issuer)
    name = f"w{secrets.token_hex(4)}"
    provider.knows(**{name: {"name": "Noor de Wit", "preferred_username": name, "roles": ["audit"]}})
    return name


@pytest.fixture
def mac(visitor: Visitor, account: str, portal: Portal) -> Mac:
    """Theirs; they are signed in, and have no password."""
    visitor.opens("/devices")
    work_account(visitor).click()
    signs_in_there(visitor.page, account)
    visitor.sees(NO_MAC)
    mac = portal.newcomer().mac
    portal.command("device", "assign", mac.serial, account, "--ownership", "personal")
    return mac
