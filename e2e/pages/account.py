"""The person's own page."""

from __future__ import annotations

from playwright.sync_api import Locator

from e2e.pages.part import Part


class AccountPage(Part):
    def card(self, title: str) -> Locator:
        """A part of the page, by its title."""
        heading = self.page.get_by_role("heading", level=2, name=self.says(title), exact=True)
        return self.page.locator("main section").filter(has=heading)
