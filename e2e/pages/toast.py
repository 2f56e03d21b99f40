"""The message that reaches a person on whatever page they are."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Mac


class Toast(Part):
    @property
    def toasts(self) -> Locator:
        return self._of("device-not-updated")

    def _of(self, code: str) -> Locator:
        region = self.page.get_by_role("region", name=self.says("Messages"), exact=True)
        return region.locator(f"[data-message='{code}']")

    def says_that_it_got_no_new_key(self, mac: Mac) -> None:
        words = self.language.pattern("{device} did not get a new recovery key.", device=mac.name)
        expect(self._of("rotation-failed").get_by_text(words)).to_be_visible()

    def says_that_it_was_not_stored(self, mac: Mac) -> None:
        expect(self.toasts).to_have_count(1)
        words = self.language.pattern("The recovery key of {device} could not be stored.", device=mac.name)
        expect(self.toasts.get_by_role("alert")).to_have_text(words)

    def is_absent(self) -> None:
        expect(self.toasts).to_have_count(0)

    def leads_to(self, mac: Mac) -> None:
        self.link("See what you can do", within=self.toasts).click()
        expect(self.page.get_by_role("heading", level=1, name=mac.name)).to_be_visible()

    def is_dismissed(self, mac: Mac) -> None:
        """The portal knows before the step is over, so that a reload can't overtake it."""
        with self.page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
            self.button_to_close(mac).click()
        self.is_absent()

    def button_to_close(self, mac: Mac) -> Locator:
        name = self.says("Close the message about {device}", device=mac.name)
        return self.page.get_by_role("button", name=name, exact=True)
