"""The way to a work account, and the pages of its provider, which are not the portal's."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from e2e.pages.visitor import Visitor
from tests.openid.provider import OpenIdProvider

NAME = "Havenlicht"
"""How the portal under test calls its provider."""


def work_account(visitor: Visitor, within: Locator | None = None) -> Locator:
    return visitor.sign_in.link("Sign in with {name}", within, name=NAME)


def signs_in_there(page: Page, account: str) -> None:
    page.get_by_label("Account").fill(account)
    page.get_by_role("button", name="Sign in").click()


def stops_there(page: Page) -> None:
    page.get_by_role("link", name="Stop").click()


def signs_in_in_another_tab(visitor: Visitor, account: str, way: Locator, told: str) -> None:
    with visitor.page.context.expect_page() as opened:
        way.click()
    signs_in_there(opened.value, account)
    heading = opened.value.get_by_role("heading", level=1, name=visitor.language.says(told), exact=True)
    expect(heading).to_be_visible()
    opened.value.close()


def signs_out_there(page: Page, provider: OpenIdProvider) -> None:
    """At the provider itself; by its back channel the portal hears of it."""
    page.goto(f"{provider.issuer}/session/end")
    page.get_by_role("button", name="Sign out here too").click()
    page.wait_for_url("**/session/end/success*")
    page.close()
