"""Get recovery key: the key in six groups, for a while."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part


class GetKeyPage(Part):
    @property
    def groups(self) -> Locator:
        return self.page.get_by_role("list", name=self.says("Recovery key in six groups"))

    @property
    def hidden(self) -> Locator:
        return self.message("key-hidden")

    def shows(self, key: str) -> None:
        """In six groups, read out sign by sign."""
        expect(self.groups).to_be_visible()
        for at, group in enumerate(key.split("-")):
            expect(
                self.groups.get_by_role("listitem").nth(at).get_by_role("img", name=" ".join(group), exact=True)
            ).to_be_visible()

    def is_asked_for(self) -> None:
        self.button("Show the key").click()

    def is_asked_for_again(self) -> None:
        self.button("Show the key again").click()

    def is_hidden(self, why: str) -> None:
        """Nothing of the key is left in the page, and the page says why."""
        expect(self.hidden).to_contain_text(self.says(why))
        expect(self.groups).to_have_count(0)
        expect(self.page.locator(".signs")).to_have_count(0)
