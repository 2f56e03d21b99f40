"""Somebody at a browser: where they go, and what is on every page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from e2e.fleet import wait_until
from e2e.languages import Language
from e2e.laws.accessibility import assert_accessible
from e2e.laws.guard import Guard
from e2e.laws.language import prove_language
from e2e.pages.account import AccountPage
from e2e.pages.audit import AuditPage
from e2e.pages.device import DevicePage
from e2e.pages.devices import DevicesPage
from e2e.pages.get_key import GetKeyPage
from e2e.pages.guide import GuidePage
from e2e.pages.requests import RequestsPage
from e2e.pages.sign_in import SignInPage
from e2e.pages.store_key import StoreKeyPage
from e2e.pages.support import SupportPage
from e2e.pages.toast import Toast
from e2e.portal import Mac, Owner, Portal

_DEPOSITS = re.compile(r"/deposits$")
_MOST_TABS = 60
_VISIBILITY = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
_IS_FOCUSED = "(element) => element === document.activeElement"


class Visitor:
    """One browser window. Its `language` is the one that its pages are expected in."""

    def __init__(self, page: Page, language: Language, portal: Portal, guard: Guard) -> None:
        self.page = page
        self.language = language
        self.portal = portal
        self.guard = guard
        self._devices: dict[str, str] = {}
        self.sign_in = SignInPage(page, lambda: self.language)
        self.devices = DevicesPage(page, lambda: self.language)
        self.device = DevicePage(page, lambda: self.language)
        self.store = StoreKeyPage(page, lambda: self.language)
        self.key = GetKeyPage(page, lambda: self.language)
        self.guide = GuidePage(page, lambda: self.language)
        self.account = AccountPage(page, lambda: self.language)
        self.audit = AuditPage(page, lambda: self.language)
        self.support = SupportPage(page, lambda: self.language)
        self.requests = RequestsPage(page, lambda: self.language)
        self.toast = Toast(page, lambda: self.language)

    # Going somewhere

    def opens(self, path: str = "/") -> None:
        """By its address; the page is in the language of this window."""
        self.page.goto(path)
        self.reads_their_language()

    def reloads(self) -> None:
        self.page.reload()
        self.reads_their_language()

    def reads_their_language(self) -> None:
        prove_language(self.page, self.language)

    def opens_device(self, mac: Mac) -> None:
        self.opens(f"/devices/{self.id_of(mac)}")
        expect(self.page.get_by_role("heading", level=1, name=mac.name)).to_be_visible()

    def opens_store_page(self, mac: Mac) -> None:
        self.opens(f"/devices/{self.id_of(mac)}/store")
        expect(self.store.key_field).to_be_visible()

    def opens_key_page(self, mac: Mac) -> None:
        self.opens(f"/devices/{self.id_of(mac)}/key")

    def opens_another_tab(self) -> Visitor:
        """In the same browser, signed in as this one is."""
        other = Visitor(self.page.context.new_page(), self.language, self.portal, self.guard)
        other._devices = self._devices
        return other

    def goes_back(self) -> None:
        self.page.go_back()
        self.reads_their_language()

    def looks_away(self) -> None:
        """Another tab or a locked screen hides the page. Without a screen Chromium hides none, so the page is told."""
        self.page.evaluate(_VISIBILITY, "hidden")

    def looks_again(self) -> None:
        self.page.evaluate(_VISIBILITY, "visible")

    def closes_the_browser(self) -> None:
        self.page.context.close()

    # Being signed in

    def is_signed_in_as(self, owner: Owner) -> None:
        """Without the page, for a test that is about something else."""
        session = self._call("POST", "session", {"username": owner.username, "password": owner.password})
        assert session["person"]["username"] == owner.username
        self._devices = {device["serial"]: device["id"] for device in self._call("GET", "devices")["items"]}

    def stored(self, mac: Mac, key: str) -> None:
        """Has saved a key, without the page."""
        path = f"devices/{self.id_of(mac)}/deposits"
        self._call("POST", path, {"recovery_key": key, "confirmation": key})

    def has_named(self, mac: Mac, name: str) -> None:
        """Has given one of their Macs another name, without the page."""
        self._call("PATCH", f"devices/{self.id_of(mac)}", {"name": name})

    def has_dismissed_all_but(self, mac: Mac) -> None:
        """Of the messages that reach them on whatever page they are."""
        for notice in self._call("GET", "notices")["items"]:
            if notice["device"] is None or notice["device"]["name"] != mac.name:
                self._call("DELETE", f"notices/{notice['id']}")

    def has_asked_to_see(self, mac: Mac, reason: str) -> None:
        """As somebody of IT support: that a second person lets them see the key of somebody else's Mac."""
        self._call("POST", f"devices/{self.others_id(mac)}/requests", {"reason": reason})

    def has_decided(self, reason: str, approve: bool) -> None:
        """As an administrator, on the request that gives this reason."""
        (request,) = [one for one in self._call("GET", "admin/requests")["items"] if one["reason"] == reason]
        self._call("POST", f"admin/requests/{request['id']}/decision", {"approve": approve})

    def has_asked_to_store(self, mac: Mac) -> None:
        """As somebody of IT support: that the owner of a Mac stores its key."""
        self._call("POST", f"devices/{self.others_id(mac)}/asks")

    def has_seen_the_key_of(self, mac: Mac) -> None:
        """As somebody of IT support, of somebody else's Mac, with leave."""
        self._call("POST", f"devices/{self.others_id(mac)}/reveals", {"reason": "Locked out"})

    def has_rotated(self, mac: Mac) -> None:
        """Has asked one of their Macs for a new key, without the page."""
        self._call("POST", f"devices/{self.id_of(mac)}/rotations")

    def has_changed_the_password(self, owner: Owner, password: str) -> None:
        """Their own, without the page."""
        self._call("PUT", "account/password", {"present": owner.password, "password": password})

    def reads_mail_in(self, tag: str) -> None:
        """Has chosen a language in which the portal writes to them; the page stays in its own."""
        self._call("PATCH", "session", {"locale": tag})

    def others_id(self, mac: Mac) -> str:
        """What the portal calls somebody else's Mac in its addresses; those of IT support can find out."""
        (found,) = self._call("GET", f"support/devices?q={mac.serial}")["items"]
        return str(found["id"])

    def opens_others_device(self, mac: Mac, behind: str = "") -> None:
        self.opens(f"/devices/{self.others_id(mac)}{behind}")

    @property
    def known_ids(self) -> Sequence[str]:
        """Of all Macs of whoever is signed in."""
        return tuple(self._devices.values())

    def is_denied_a_reveal(self) -> None:
        """Asks, without the page, for a key of a Mac that keeps none."""
        assert self._refusal_of_a_reveal() == "no-key"

    def lets_the_sign_in_grow_old(self) -> None:
        """Until an impatient portal would ask for the password again: time that nothing on the page can shorten."""
        wait_until(lambda: self._refusal_of_a_reveal() == "sign-in-again", "the sign-in never grows old", every=2)

    def knows_that_it_is(self, state: str, mac: Mac) -> None:
        """Waits, without the page, until the latest deposit of a Mac is in this state."""
        latest = f"devices/{self.id_of(mac)}/deposits/latest"
        wait_until(lambda: bool(self._call("GET", latest)["state"] == state), f"{mac.name} is not {state}")

    def access_of(self, mac: Mac) -> tuple[str, bool]:
        """What the portal holds of its access: the state, and whether an end to it is set."""
        access = self._call("GET", f"devices/{self.id_of(mac)}")["access"]
        return str(access["state"]), access["until"] is not None

    def id_of(self, mac: Mac) -> str:
        """What the portal calls this Mac in its addresses."""
        if mac.serial not in self._devices:
            self._devices = {device["serial"]: device["id"] for device in self._call("GET", "devices")["items"]}
        return self._devices[mac.serial]

    def _refusal_of_a_reveal(self) -> str:
        ask = self.page.context.request
        headers = {"X-CSRF-Token": ask.get("/api/v1/session").json()["csrf"], "Content-Type": "application/json"}
        answer = ask.post(f"/api/v1/devices/{self.known_ids[0]}/reveals", headers=headers, data={})
        return "" if answer.ok else str(answer.json()["code"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        ask = self.page.context.request
        csrf = ask.get("/api/v1/session").json()["csrf"]
        headers = {"X-CSRF-Token": csrf, "Content-Type": "application/json"}
        answer = ask.fetch(f"/api/v1/{path}", method=method, headers=headers, **({"data": body} if body else {}))
        assert answer.ok, f"{answer.status} {answer.text()}"
        said: dict[str, Any] = answer.json() if answer.status != 204 else {}
        return said

    # What is on every page

    def chooses_language(self, language: Language) -> None:
        """From the menu; from then on this window is expected to be in that language."""
        self.page.get_by_role("button", name=self.language.pattern("Language: {name}")).click()
        chosen = self.page.get_by_role("dialog").locator(f"button[lang='{language.tag}']")
        chosen.click()
        self.language = language
        self.reads_their_language()

    def opens_their_account(self) -> None:
        """From the account menu."""
        self.page.get_by_role("button", name=self.language.pattern("Account of {name}")).click()
        self.page.get_by_role("link", name=self.language.says("Your account"), exact=True).click()
        self.account.title_is("Your account")

    def signs_out(self, everywhere: bool = False) -> None:
        self.page.get_by_role("button", name=self.language.pattern("Account of {name}")).click()
        words = "Sign out on all devices" if everywhere else "Sign out"
        menu = self.page.get_by_role("banner")
        menu.get_by_role("button", name=self.language.says(words), exact=True).click()
        expect(self.sign_in.password_field).to_be_visible()

    def sees(self, text: str, **values: str) -> None:
        expect(self.page.get_by_text(self.language.pattern(text, **values)).first).to_be_visible()

    def button(self, text: str) -> Locator:
        return self.page.get_by_role("button", name=self.language.says(text), exact=True)

    def finds_the_page_accessible(self) -> None:
        assert_accessible(self.page)

    # The keyboard

    def tabs_to(self, place: Locator) -> None:
        """With Tab alone, from where the focus is."""
        expect(place).to_be_visible()
        for _ in range(_MOST_TABS):
            if place.evaluate(_IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {place}")

    def presses(self, place: Locator) -> None:
        """Goes there with Tab, then Enter."""
        self.tabs_to(place)
        self.page.keyboard.press("Enter")

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    # The network

    @contextlib.contextmanager
    def sends_nothing(self) -> Iterator[None]:
        """No deposit leaves this or any other browser of the test meanwhile."""
        before = self.deposits_sent
        yield
        assert self.deposits_sent == before

    @property
    def deposits_sent(self) -> int:
        return len(self.guard.sent("POST", _DEPOSITS))

    def loses_the_connection(self) -> None:
        self.guard.unreachable_on_purpose = True
        self.page.context.set_offline(True)

    def gets_the_connection_back(self) -> None:
        self.page.context.set_offline(False)
