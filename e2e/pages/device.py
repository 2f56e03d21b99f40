"""Device details: how things stand with the key of one Mac."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part

STEPS = ("Verify", "Rotate", "Store")
BY_HAND = "sudo fdesetup changerecovery -personal"


class DevicePage(Part):
    @property
    def not_accepted(self) -> Locator:
        return self.message("key-not-accepted")

    @property
    def updated(self) -> Locator:
        return self.message("key-updated")

    @property
    def rotation_failed(self) -> Locator:
        return self.message("rotation-failed")

    def stale(self, cause: str) -> Locator:
        return self.message(f"stale-{cause}")

    @property
    def rotation_dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.says("Rotate recovery key"), exact=True)

    @property
    def working(self) -> Locator:
        return self.message("working")

    def says_that_the_key_was_updated(self) -> None:
        """The key was replaced and the new one is kept; and what to do when locked out."""
        expect(self.updated.get_by_role("heading", name=self.says("Your key was updated"))).to_be_visible()
        kept = (
            "Your Mac has made a new recovery key, and it is in the cabinet now. The old one no longer opens this Mac."
        )
        expect(self.updated).to_contain_text(self.says(kept))
        locked = "Locked out one day? Sign in here, on your phone too, and select “Get recovery key”."
        expect(self.updated).to_contain_text(self.says(locked))
        expect(self.link("Get recovery key", within=self.updated)).to_be_visible()

    def says_that_it_works_on_it(self, step: str = "Verify") -> None:
        """With its three steps, of which the present one is marked, and what to keep until then."""
        expect(self.working.get_by_role("heading", name=self.says("We are working on your key"))).to_be_visible()
        expect(self.working.locator("[aria-current=step]")).to_contain_text(self.says(step))
        for name, words in zip(STEPS, _progress(step), strict=True):
            told = self.working.get_by_role("listitem").filter(has_text=f"({self.says(words)})")
            expect(told.filter(has_text=self.says(name)).first).to_be_visible()
        main = self.page.get_by_role("main")
        expect(main).to_contain_text(self.says("Keep your key until you read here that it was updated."))
        leave = "You may close this page. The outcome is here when you come back, on your phone too."
        expect(main).to_contain_text(self.says(leave))

    def says_that_it_waits_for_the_mac(self) -> None:
        waits = (
            "We are waiting for your Mac. It last checked in {time}."
            " Switch it on and connect it to the internet; then it goes on by itself."
        )
        expect(self.working).to_contain_text(self.language.pattern(waits))

    def says_that_the_mac_is_busy(self) -> None:
        busy = "Your Mac is busy and answers later. It last checked in {time}. It goes on by itself."
        expect(self.working).to_contain_text(self.language.pattern(busy))

    def says_that_the_key_was_not_accepted(self, title: str, what: str) -> None:
        expect(self.not_accepted.get_by_role("heading", name=self.says(title), exact=True)).to_be_visible()
        expect(self.not_accepted).to_contain_text(self.language.pattern(what))

    def helps(self, titles: Sequence[str], known: Sequence[str]) -> None:
        """With the three causes in their order; those that are known to be so are marked, and no others."""
        # Its own entries: one may hold a list of what to tell support.
        causes = self.not_accepted.get_by_role("list").first.locator(":scope > li")
        expect(causes).to_have_count(len(titles))
        for at, title in enumerate(titles):
            expect(causes.nth(at).get_by_role("heading", name=self.says(title), exact=True)).to_be_visible()
            expect(causes.nth(at).get_by_text(self.says("This is so for your Mac"))).to_have_count(int(title in known))
        self._offers_a_check(causes.nth(1))
        self._offers_support(causes.nth(2))
        self._tells_the_way_by_hand()

    def asks_for_a_new_key(self) -> None:
        """The question comes first: what is safe, then what happens."""
        self.button("Rotate recovery key").click()
        safe = "Nothing gets lost: the key that is kept now stays here, among the earlier keys."
        happens = (
            "Your Mac makes a new key, and we keep that one."
            " A key that you have on paper then no longer opens this Mac."
        )
        expect(self.rotation_dialog).to_contain_text(self.says(safe))
        expect(self.rotation_dialog).to_contain_text(self.says(happens))

    def rotates(self) -> None:
        self.button("Rotate recovery key", within=self.rotation_dialog).click()
        expect(self.rotation_dialog).to_have_count(0)

    def says_in(self, banner: Locator, title: str, *texts: str) -> None:
        """A banner with this title and, among others, these sentences."""
        expect(banner.get_by_role("heading", name=self.says(title), exact=True)).to_be_visible()
        for text in texts:
            expect(banner).to_contain_text(self.says(text))

    def checks_status(self) -> None:
        self.button("Check status").last.click()

    @property
    def check_outcome(self) -> Locator:
        return self.page.get_by_role("status").filter(has=self.access)

    @property
    def access(self) -> Locator:
        """What is said of the access, where it calls for action or somebody checked."""
        return self.page.locator("[data-access]")

    def says_that_it_can_access(self) -> None:
        expect(self.access).to_contain_text(self.says("This Mac can access what you need for work."))

    def says_that_it_can_access_for_now(self) -> None:
        expect(self.access).to_contain_text(self.says("This Mac is out of compliance."))
        soon = "It can still access what you need for work until {date}."
        expect(self.access).to_contain_text(self.language.pattern(soon))

    def says_that_it_can_not_access(self) -> None:
        expect(self.access).to_contain_text(self.says("This Mac can’t access what you need for work."))

    def says_what_to_do(self, text: str) -> None:
        expect(self.access).to_contain_text(self.says(text))

    def says_that_the_mac_did_not_answer(self) -> None:
        told = self.page.get_by_role("status").filter(has_text=self.says("Your Mac did not answer."))
        expect(told).to_contain_text(self.language.pattern("Its last check-in: {time}."))
        why = (
            "It may be asleep, switched off or without internet. Switch it on, connect it to the internet and check"
            " again. If it answers later, that counts as well."
        )
        expect(told).to_contain_text(self.says(why))

    def _offers_a_check(self, cause: Locator) -> None:
        expect(self.button("Check status", within=cause)).to_be_visible()
        expect(cause).to_contain_text(self.language.pattern("Your Mac’s last check-in: {ago} ({date})."))

    def _offers_support(self, cause: Locator) -> None:
        say = "Contact {support} and say: my Mac was synced, but the key still can’t be stored."
        expect(cause).to_contain_text(self.language.pattern(say))
        expect(cause.locator("a[href^='tel:'], a[href^='mailto:']").first).to_be_visible()

    def _tells_the_way_by_hand(self) -> None:
        expect(self.not_accepted.get_by_text(BY_HAND, exact=True)).to_be_visible()
        expect(self.button("Copy command", within=self.not_accepted)).to_be_visible()
        expect(self.link("More help", within=self.not_accepted)).to_be_visible()


def _progress(step: str) -> Sequence[str]:
    """What is said of each step while `step` is the present one."""
    at = STEPS.index(step)
    return ["done" if one < at else "working on it" if one == at else "still to come" for one in range(len(STEPS))]
