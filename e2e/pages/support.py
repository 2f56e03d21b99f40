"""The support desk, and what support does on the page of somebody else's Mac."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Mac, Owner

PROMISE = "This key is its owner’s alone."


class SupportPage(Part):
    @property
    def words_field(self) -> Locator:
        return self.page.get_by_role("searchbox")

    @property
    def reason_field(self) -> Locator:
        return self.page.get_by_label(self.says("Why do you need to see this key?"), exact=True)

    def searches(self, words: str) -> None:
        self.words_field.fill(words)
        self.button("Search").click()

    def row(self, mac: Mac) -> Locator:
        """A row of the table, whether it is laid out as one or as a card."""
        return self.page.get_by_role("row").filter(has_text=mac.serial)

    def finds(self, mac: Mac, owner: Owner) -> None:
        """With whose it is, that part underlined which was searched for."""
        expect(self.row(mac)).to_contain_text(owner.name)
        expect(self.row(mac).locator("mark").first).to_be_visible()

    def finds_nothing(self) -> None:
        expect(self.link("Clear search and filter")).to_be_visible()

    def finds_nothing_for(self, words: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(self.says("No Mac goes by “{words}”.", words=words))

    def filter(self, text: str) -> Locator:
        """A button that narrows the list; how many it lets through stands behind its words."""
        return self.page.get_by_role("button", name=re.compile(rf"^{re.escape(self.says(text))}(\s|$)"))

    @property
    def question(self) -> Locator:
        """How many people are asked."""
        return self.page.get_by_role("dialog", name=self.says("Ask all to store the key"))

    def asks_all(self) -> None:
        self.button("Ask all to store the key").click()
        expect(self.question).to_be_visible()

    def says_that_one_is_asked(self) -> None:
        expect(self.question).to_contain_text(
            self.language.says_for(
                1,
                "{count} person gets a message that asks them to store the key of their Mac.",
                "{count} people get a message that asks them to store the key of their Mac.",
            )
        )

    def confirms_to_ask_one(self) -> None:
        ask = self.language.says_for(1, "Ask {count} person", "Ask {count} people")
        self.question.get_by_role("button", name=ask, exact=True).click()
        expect(self.question).to_have_count(0)

    def says_that_one_was_asked(self) -> None:
        asked = self.language.says_for(
            1, "We have asked for the key of {count} Mac.", "We have asked for the keys of {count} Macs."
        )
        expect(self.page.get_by_role("status").filter(has_text=asked)).to_be_visible()

    def chooses(self, mac: Mac) -> None:
        self.row(mac).get_by_role("link").click()
        expect(self.page.get_by_role("heading", level=1, name=mac.name)).to_be_visible()

    def offers_no_key(self) -> None:
        """A personal Mac: the page says plainly why."""
        expect(self.page.get_by_role("main")).to_contain_text(self.says(PROMISE))
        expect(self.link("Get recovery key")).to_have_count(0)

    def request_is(self, state: str, *texts: str) -> None:
        """How the person's own request to see the key stands, as the page says."""
        expect(self.message(f"approval-{state}")).to_be_visible()
        for text in texts:
            expect(self.message(f"approval-{state}")).to_contain_text(self.language.pattern(text))

    @property
    def get_key(self) -> Locator:
        """The page's own way to the key; a message that a request was approved has one as well."""
        return self.link("Get recovery key", within=self.page.get_by_role("main"))

    def asks_for_the_key(self, reason: str) -> None:
        self.get_key.click()
        self.reason_field.fill(reason)
        self.button("Show the key").click()

    def tells(self, text: str) -> None:
        """In the list of what happened to the Mac."""
        main = self.page.get_by_role("main")
        expect(main.get_by_role("listitem").filter(has_text=self.says(text)).first).to_be_visible()
