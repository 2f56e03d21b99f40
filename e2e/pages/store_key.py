"""Store recovery key: two fields, and Save."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part


class StoreKeyPage(Part):
    @property
    def key_field(self) -> Locator:
        return self.page.get_by_label(self.says("Recovery key"), exact=True)

    @property
    def confirm_field(self) -> Locator:
        return self.page.get_by_label(self.says("Confirm recovery key"), exact=True)

    @property
    def save_button(self) -> Locator:
        return self.button("Save")

    def stores(self, key: str) -> None:
        self.enters(key, key)
        self.saves()

    def enters(self, key: str, confirmation: str) -> None:
        self.key_field.fill(key)
        self.confirm_field.fill(confirmation)

    def saves(self) -> None:
        self.save_button.click()

    def pastes(self, field: Locator, text: str) -> None:
        """From the clipboard, as a person does."""
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        field.focus()
        self.page.keyboard.press("Control+V")

    def is_told_about(self, field: Locator, what: re.Pattern[str] | str) -> None:
        """The field is marked, and what is the matter with it is tied to it."""
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        expect(self.told_of(field).filter(has_text=what)).to_be_visible()

    def holds(self, key: str, confirmation: str) -> None:
        """Both fields, whatever blanks and dashes they were filled with."""
        expect(self.key_field).to_have_value(_bare(key))
        expect(self.confirm_field).to_have_value(_bare(confirmation))

    def told_of(self, field: Locator) -> Locator:
        """What a screen reader reads with the field."""
        ids = (field.get_attribute("aria-describedby") or "").split()
        return self.page.locator(", ".join(f"[id='{one}']" for one in ids))

    def says_that_the_keys_differ(self, groups: int = 6) -> None:
        """Under the second field, tied to it, with the focus there: that, and which of the groups to look at."""
        expect(self.confirm_field).to_have_attribute("aria-invalid", "true")
        expect(self.confirm_field).to_be_focused()
        words = self.told_of(self.confirm_field).filter(has_text=self.says("The two keys are not the same."))
        expect(words).to_be_visible()
        assert _bottom(self.confirm_field) <= _top(words), "the error stands above its field"
        number = "group" if groups == 1 else "groups"
        check = self.language.pattern(f"Check {number} {{groups}} and try again. Nothing has been sent yet.")
        expect(words).to_contain_text(check)


def _bare(key: str) -> str:
    return key.replace("-", "").replace(" ", "").upper()


def _top(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"]


def _bottom(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"] + box["height"]
