"""The person's own page."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part


class AccountPage(Part):
    @property
    def sessions(self) -> Locator:
        return self.page.locator("[data-session]")

    def is_signed_in_here(self) -> None:
        """This browser stands first."""
        expect(self.sessions.first).to_contain_text(self.says("this browser"))

    def card(self, title: str) -> Locator:
        """A part of the page, by its title."""
        return self.page.locator("main section").filter(has=self.title(title))

    def title(self, title: str) -> Locator:
        return self.page.get_by_role("heading", level=2, name=self.says(title), exact=True)
