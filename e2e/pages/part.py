"""What page objects share: they find things by what a person reads, in the present language of the window."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from e2e.languages import Language


class Part:
    def __init__(self, page: Page, language: Callable[[], Language]) -> None:
        self.page = page
        self._language = language

    @property
    def language(self) -> Language:
        return self._language()

    def says(self, text: str, **values: str) -> str:
        return self.language.says(text, **values)

    def button(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.says(text), exact=True)

    def link(self, text: str, within: Locator | None = None, **values: str) -> Locator:
        return (within or self.page).get_by_role("link", name=self.says(text, **values), exact=True)

    def title_is(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=self.says(text), exact=True)).to_be_visible()

    def message(self, code: str) -> Locator:
        """A message of the page by its code, which is stable whatever its words are."""
        return self.page.get_by_role("main").locator(f"[data-message='{code}']")
