"""In the pseudo-language, whatever is not accented was never marked for translation."""

from __future__ import annotations

import re

from playwright.sync_api import Page

_VISIBLE_TEXTS = """() => {
  const own = "[translate=no], bdi, code, time, [lang]:not(html), .ltr, .account-initials";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement.closest(own) === null && textContent.trim() !== "") texts.push(textContent.trim());
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (element.closest(own) === null) texts.push(element.getAttribute(name));
    }
  }
  return texts;
}"""
_PLAIN_WORD = re.compile(r"[A-Za-z]{2,}")
_NEEDS_NO_TRANSLATION = re.compile(
    # What formatters of the browser say, and names that are the same in every language.
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|at|AM|PM|and"
    r"|now|ago|this|today|yesterday|minutes?|hours?|days?|macOS|Sleutelkast)\b"
)


def assert_everything_is_marked(page: Page, *names: str) -> None:
    """`names` are those of people, Macs and the organization, which stand in the texts as they are."""
    bare = [text for text in page.evaluate(_VISIBLE_TEXTS) if _PLAIN_WORD.search(_without(text, names))]
    assert not bare, f"never marked for translation: {bare}"


def _without(text: str, names: tuple[str, ...]) -> str:
    for name in names:
        text = text.replace(name, "")
    return _NEEDS_NO_TRANSLATION.sub("", text)
