"""A test first proves that its page is in its language."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.languages import SOURCE, Language

_ON_EVERY_PAGE = "Skip to the page"


def prove_language(page: Page, language: Language) -> None:
    """The page says its language and direction, and one known text is in it, which is not English elsewhere."""
    root = page.locator("html")
    expect(root).to_have_attribute("lang", language.tag)
    expect(root).to_have_attribute("dir", language.direction)
    words = language.says(_ON_EVERY_PAGE)
    assert language.tag == SOURCE or words != _ON_EVERY_PAGE, f"{language.tag} lacks the text {_ON_EVERY_PAGE!r}"
    expect(page.get_by_role("link", name=words, exact=True)).to_have_count(1)
