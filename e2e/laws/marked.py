"""In a pseudo-language, whatever is in plain letters was never marked for translation.

Nothing on a page is left out for where it stands: what may be plain are data and a few names, each by its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page

from e2e.languages import Language, every_language

_EVERY_TEXT = """() => {
  const texts = [["the title", document.title]];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement.closest("script, style, noscript") !== null || textContent.trim() === "") continue;
    texts.push([parentElement.closest("code") === null ? "a text" : "code", textContent.trim()]);
  }
  const named = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder",
                 "aria-braillelabel", "placeholder", "title", "alt", "label"];
  for (const name of named) {
    for (const element of document.querySelectorAll(`[${name}]`)) texts.push([name, element.getAttribute(name)]);
  }
  for (const button of document.querySelectorAll("input:is([type=submit], [type=button], [type=reset])")) {
    texts.push(["a button", button.value]);
  }
  for (const element of document.querySelectorAll("body *")) {
    for (const part of ["::before", "::after", "::marker"]) {
      const { content } = getComputedStyle(element, part);
      for (const [, words] of content.matchAll(/"([^"]*)"/g)) texts.push([part, words]);
    }
  }
  return texts;
}"""
_PLAIN_WORD = re.compile(r"[A-Za-z]{2,}")
_SERIAL = re.compile(r"\bC0[A-Z0-9]{10}\b")
_CODE = re.compile(
    r"[a-z]+([ -][a-z]+)*|--?[a-z]+(-[a-z]+)*|[a-z_.]+ = .+"
    r"|SLEUTELKAST_[A-Z_]+|SECRET|escrow\.mobileconfig|http://[\w.:]+/mdm/webhook"
)
"""What the interface, a setting or Terminal calls something; only where the page says that it is code."""
_NAMES = (
    # The product's, and those of other products, which no language translates.
    "Sleutelkast",
    "macOS",
    "FileVault",
    "NanoMDM",
    # What the browser of the suite says that it is.
    "Chrome",
    "Linux",
    # Of the demo: its organization and people, their Macs, and what those call their model.
    "Havenlicht",
    *("Sanne Bakker", "Bram Visser", "Anna de Boer", "Otto Smit", "Ada Jansen"),
    *("Sanne's MacBook", "Bram's old MacBook", "Bram's iMac", "Bram's Mac Studio", "Bram's MacBook Pro"),
    *("Anna's iMac", "Anna's Mac mini", "Anna's MacBook Air", "sanne"),
    *("MacBook Air (15-inch, M3)", "MacBook Air", "MacBook Pro", "Mac mini", "iMac"),
)
_ENGLISH_OF_FORMATTERS = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|at|AM|PM|and"
    r"|now|ago|in|this|today|tomorrow|yesterday|minutes?|hours?|days?)\b"
)
"""What `Intl` says by itself. From right to left it is Arabic, so there a date that was put together stands out."""


def assert_everything_is_marked(page: Page, language: Language, *data: str) -> None:
    """`data` are names of people and Macs, and what people typed: they stand in the texts as they are."""
    assert language.pseudo, "only a pseudo-language tells what was marked from what was not"
    names = [*sorted(data, key=len, reverse=True), *_NAMES, *(one.name for one in every_language())]
    bare = [f"{place}: {text}" for place, text in page.evaluate(_EVERY_TEXT) if _is_bare(place, text, language, names)]
    assert not bare, f"never marked for translation: {bare}"


def _is_bare(place: str, text: str, language: Language, names: list[str]) -> bool:
    if place == "code" and _CODE.fullmatch(text):
        return False
    return any(_PLAIN_WORD.search(piece) for piece in _without(text, language, names))


def _without(text: str, language: Language, names: list[str]) -> Iterator[str]:
    """The pieces that are no data."""
    if language.direction == "ltr":
        text = _ENGLISH_OF_FORMATTERS.sub("\n", text)
    for name in names:
        text = text.replace(name, "\n")
    yield from _SERIAL.sub("\n", text).splitlines()
