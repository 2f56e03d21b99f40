"""Get recovery key: the key in six groups, for a while."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part

_LOOKS = """(signs) => signs.map((sign) => {
  const style = getComputedStyle(sign);
  return [sign.textContent.trim(), {
    line: parseFloat(style.borderBlockEndWidth),
    weight: Number(style.fontWeight),
    numeric: style.fontVariantNumeric,
    size: parseFloat(style.fontSize),
  }];
})"""


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

    def looks_of_signs(self) -> list[tuple[str, dict[str, Any]]]:
        """Each sign of the shown key with how it is drawn, and the letter O and the digit 0 of the legend."""
        signs = self.page.locator(".key-display .signs > span")
        return [(sign, look) for sign, look in signs.evaluate_all(_LOOKS)]

    def is_asked_for(self) -> None:
        self.button("Show the key").click()

    def is_asked_for_again(self) -> None:
        self.button("Show the key again").click()

    def is_hidden(self, why: str) -> None:
        """Nothing of the key is left in the page, and the page says why."""
        expect(self.hidden).to_contain_text(self.says(why))
        expect(self.groups).to_have_count(0)
        expect(self.page.locator(".signs")).to_have_count(0)

    @property
    def either(self) -> Locator:
        """The list of two keys that disagree."""
        return self.message("either-key")

    def offers_either(self, proven: str, reported: str) -> None:
        """The proven key first, then the reported one, each with what stands at its end."""
        lines = self.either.get_by_role("listitem")
        for at, (label, source, end) in enumerate(
            (
                ("Try this one first", "Proven by your Mac when it replaced the key", proven),
                ("Then try this one", "Reported by a program on your Mac, not proven", reported),
            )
        ):
            for text in (label, source, end):
                expect(lines.nth(at)).to_contain_text(self.says(text))

    def is_put_away(self) -> None:
        self.button("Done, hide the key").click()

    def spells(self, group: str, number: int) -> None:
        """One group of the key: each sign, its word, and whether it is a letter or a digit."""
        values = {"number": self.language.number(number), "total": self.language.number(6)}
        expect(self.page.get_by_role("heading", name=self.says("Group {number} of {total}", **values))).to_be_visible()
        lines = self.page.get_by_role("main").get_by_role("listitem")
        expect(lines).to_have_count(len(group))
        for at, sign in enumerate(group):
            expect(lines.nth(at).get_by_role("img", name=sign, exact=True)).to_be_visible()
            expect(lines.nth(at)).to_contain_text(self.language.spelling_word(sign))
            expect(lines.nth(at)).to_contain_text(self.says("digit" if sign.isdigit() else "letter"))

    def turns_to_group(self, number: int) -> None:
        name = self.says("Group {number}", number=self.language.number(number))
        self.page.get_by_role("button", name=name, exact=True).click()
