"""Sign in."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Owner


class SignInPage(Part):
    @property
    def username_field(self) -> Locator:
        return self.page.get_by_label(self.says("User name"), exact=True)

    @property
    def password_field(self) -> Locator:
        return self.page.get_by_label(self.says("Password"), exact=True)

    def signs_in(self, owner: Owner) -> None:
        self.enters(owner.username, owner.password)
        expect(self.password_field).to_have_count(0)

    def enters(self, username: str, password: str) -> None:
        self.username_field.fill(username)
        self.password_field.fill(password)
        self.button("Sign in").click()

    def signs_in_again(self, owner: Owner) -> None:
        """In the dialog over a page whose session has ended; it knows who it was."""
        dialog = self.page.get_by_role("dialog", name=self.says("Sign in again"))
        expect(self.username_field).to_have_value(owner.username)
        self.password_field.fill(owner.password)
        self.button("Sign in", within=dialog).click()
        expect(dialog).to_have_count(0)
