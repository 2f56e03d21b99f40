"""Passkeys: the card on the person's own page, and the device that keeps them."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Locator, Page, expect

from e2e.pages.part import Part


class Device:
    """Chromium's own authenticator: it makes, keeps and uses passkeys, and looks who is there."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self._id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def recognizes(self, *, them: bool) -> None:
        """Whether the fingerprint, the face or the PIN is right."""
        self._cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": them})


class PasskeysCard(Part):
    @property
    def card(self) -> Locator:
        heading = self.page.get_by_role("heading", level=2, name=self.says("Passkeys"), exact=True)
        return self.page.locator("main section").filter(has=heading)

    @property
    def listed(self) -> Locator:
        return self.card.locator("[data-passkey]")

    def adds_one(self) -> None:
        self.button("Add a passkey", within=self.card).click()
        expect(self.card.get_by_role("status")).to_have_text(
            self.says("The passkey was added. From now on you can sign in with it.")
        )

    def names(self, name: str) -> None:
        """The only one."""
        self.button("Rename", within=self.card).click()
        field = self.card.get_by_label(self.says("Name of this passkey"), exact=True)
        field.fill(name)
        self.button("Save name", within=self.card).click()
        expect(self.card.locator(f"[data-passkey='{name}']")).to_be_visible()

    def removes_it(self) -> None:
        self.button("Remove", within=self.card).click()
        dialog = self.page.get_by_role("dialog", name=self.says("Remove this passkey?"))
        self.button("Remove the passkey", within=dialog).click()

    def signs_in(self) -> None:
        self.button("Sign in with a passkey").click()
