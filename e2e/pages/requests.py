"""Requests to see the key of somebody else's Mac, on which an administrator decides."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Mac, Owner


class RequestsPage(Part):
    def card(self, reason: str) -> Locator:
        """The request that gives this reason, while it waits."""
        return self.page.locator("[data-request]").filter(has_text=reason)

    def closed(self, reason: str) -> Locator:
        """The request that gives this reason, once it was decided."""
        lately = self.page.get_by_role("region", name=self.says("In the last 30 days"))
        return lately.get_by_role("listitem").filter(has_text=reason)

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.says("Approve this request?"))

    def tells(self, reason: str, asker: Owner, mac: Mac, owner: Owner) -> None:
        """Who asks, for which Mac, whose it is."""
        card = self.card(reason)
        asks = self.says("{name} asks to see the key of {device}", name=asker.name, device=mac.name)
        expect(card.get_by_role("heading", level=3)).to_have_text(asks)
        for text in (mac.serial, owner.name, self.says("Waits until")):
            expect(card).to_contain_text(text)

    def asks_to_approve(self, reason: str) -> None:
        self.button("Approve", within=self.card(reason)).click()
        expect(self.question).to_be_visible()

    def approves(self, reason: str) -> None:
        self.asks_to_approve(reason)
        self.button("Approve", within=self.question).click()

    def denies(self, reason: str) -> None:
        self.button("Do not approve", within=self.card(reason)).click()

    def says_that_it_was_approved(self, asker: Owner, mac: Mac) -> None:
        told = self.message("request-approved")
        expect(told).to_contain_text(self.says("You approved the request"))
        expect(told).to_contain_text(asker.name)
        expect(told).to_contain_text(mac.name)

    def decided(self, reason: str, how: str, by: Owner) -> None:
        """It stands among those that were decided lately."""
        expect(self.card(reason)).to_have_count(0)
        for text in (self.says(how), by.name):
            expect(self.closed(reason)).to_contain_text(text)
