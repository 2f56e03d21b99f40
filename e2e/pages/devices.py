"""Devices: the list of the person's Macs."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Mac


class DevicesPage(Part):
    def row(self, mac: Mac) -> Locator:
        return self.page.get_by_role("main").get_by_role("link").filter(has_text=mac.name)

    def chooses(self, mac: Mac) -> None:
        self.row(mac).click()
        expect(self.page.get_by_role("heading", level=1, name=mac.name)).to_be_visible()

    def shows(self, mac: Mac, state: str) -> None:
        """The Mac with the words of its state."""
        expect(self.row(mac)).to_contain_text(self.says(state))
