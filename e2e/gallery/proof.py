"""The proof that a page is in a language, all of it: given before each picture of it is taken.

Which texts of the portal a page shows is found out once, in English. Each of them must then be there in the language
that is to be proven, as its catalog says it, and no text may be left of another one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel.messages.mofile import read_mo
from playwright.sync_api import Page

from e2e.languages import CATALOGS, SOURCE, Language, language

FEWEST = 3
"""A page that shows fewer texts of the portal proves nothing."""
_LONG = 20
"""Signs: so much of a sentence is the same in two languages by no chance."""
_PLACEHOLDER = re.compile(r"\{[a-z][a-z0-9_]*\}")
_FEWEST_LETTERS = 4
"""Beside what is filled in; "{mac} of {name}" fits whatever has an "of" in it."""
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BLANKS = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u200e\u200f\u2060\u2066-\u2069]")
_TEXTS = """() => {
  // Half a sentence, where an element stands within it, is no text of its own.
  const whole = new Set([document.title]), pieces = new Set();
  const shown = (element) => element.checkVisibility();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (data.trim() === "" || !shown(parentElement)) continue;
    // Names and codes are the same in every language.
    if (parentElement.closest("[lang]:not(html, body), [translate=no], bdi, code, .ltr") !== null) continue;
    whole.add(parentElement.textContent);
    pieces.add(data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (shown(element)) whole.add(element.getAttribute(name));
    }
  }
  const { lang, dir } = document.documentElement;
  return { lang, dir, whole: [...whole], pieces: [...pieces], read: document.body.innerText };
}"""


class NotProvenError(Exception):
    """The page is not in the language it should be in; the text says by what that is seen."""


@dataclass(frozen=True)
class Seen:
    """What stands on a page at one moment."""

    tag: str
    direction: str
    texts: frozenset[str]
    """Each text by itself, as an element or an attribute holds it."""
    pieces: frozenset[str]
    """What stands between two elements, be it half a sentence."""
    read: str
    """All that can be read, in its order."""


def seen(page: Page) -> Seen:
    found = page.evaluate(_TEXTS)
    whole, pieces = (frozenset(map(_plain, found[name])) - {""} for name in ("whole", "pieces"))
    return Seen(found["lang"], found["dir"], whole, pieces, found["read"].strip())


@dataclass(frozen=True)
class Proof:
    """What a page says, found out in English: for each text the messages that it may be."""

    known: Mapping[str, frozenset[int]]

    @classmethod
    def found_in(cls, source: Seen) -> Proof:
        """Raise `NotProvenError` where the page is not in English, or says next to nothing."""
        _require_document(source, language(SOURCE))
        words = _words(SOURCE)
        known = {text: fitting for text in source.texts if (fitting := words.fitting(text))}
        if len(known) < FEWEST:
            raise NotProvenError(f"the page shows {len(known)} texts of the portal")
        return cls(known)

    def of(self, who: Language, page: Seen, former: str = SOURCE) -> None:
        """Raise `NotProvenError` unless the page is in this language, and nothing of it in the former one."""
        _require_document(page, who)
        words = _words(who.tag)
        for source, fitting in self.known.items():
            if not any(words.stands_in(page.texts, message) for message in fitting):
                raise NotProvenError(f"{who.tag}: nothing stands there for {source!r}")
        for tag in {SOURCE, former} - {who.tag}:
            long = {piece for piece in page.pieces if len(piece) >= _LONG}
            left = [text for text in page.texts | long if _words(tag).has(text) and not words.fitting(text)]
            if left:
                raise NotProvenError(f"{who.tag}: {left[0]!r} is left of {tag}")


def _require_document(page: Seen, who: Language) -> None:
    told = f"{page.tag} {page.direction}"
    if told != f"{who.tag} {who.direction}":
        raise NotProvenError(f"the document says that it is {told}, not {who.tag} {who.direction}")


class Words:
    """The catalog of one language, to be recognized on a page. Messages have the same numbers in each language."""

    def __init__(self, messages: Sequence[Sequence[str]]) -> None:
        self._forms = [tuple(_Form(_plain(form)) for form in forms) for forms in messages]
        self._by_text: dict[str, set[int]] = {}
        self._patterns: list[tuple[int, _Form]] = []
        for number, forms in enumerate(self._forms):
            for form in forms:
                if form.pattern is None:
                    self._by_text.setdefault(form.text, set()).add(number)
                elif form.is_known_by_its_words:
                    self._patterns.append((number, form))
        self._found: dict[str, frozenset[int]] = {}

    def fitting(self, text: str) -> frozenset[int]:
        """The messages that this text may be."""
        if text not in self._found:
            filled = {number for number, form in self._patterns if form.fits(text)}
            self._found[text] = frozenset(self._by_text.get(text, set()) | filled)
        return self._found[text]

    def has(self, text: str) -> bool:
        """Whether it is a text as it stands in the catalog, with nothing filled in, and of words."""
        return text in self._by_text and _LETTERS.search(text) is not None

    def stands_in(self, texts: frozenset[str], message: int) -> bool:
        return any(
            form.text in texts if form.pattern is None else any(map(form.fits, texts)) for form in self._forms[message]
        )


class _Form:
    """One form of a message."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = _PLACEHOLDER.split(text)
        self.pattern = re.compile(".+?".join(map(re.escape, pieces)), re.DOTALL) if len(pieces) > 1 else None
        self.is_known_by_its_words = len(_LETTER.findall("".join(pieces))) >= _FEWEST_LETTERS
        self._longest = max(pieces, key=len)

    def fits(self, text: str) -> bool:
        return self._longest in text and self.pattern is not None and self.pattern.fullmatch(text) is not None


@functools.cache
def _words(tag: str) -> Words:
    translated = _catalog(language(tag).folder)
    return Words([translated.get(identity, sources) for identity, sources in _catalog(SOURCE).items()])


def _catalog(folder: str) -> Mapping[tuple[str, str], Sequence[str]]:
    """The forms of each message, by its context and its English text."""
    with (CATALOGS / folder / "LC_MESSAGES" / "portal.mo").open("rb") as file:
        messages = read_mo(file)
    return {
        (_text(one.context), _texts(one.id)[0]): _texts(one.string or one.id) for one in messages if _texts(one.id)[0]
    }


def _text(context: str | bytes | None) -> str:
    return context.decode() if isinstance(context, bytes) else context or ""


def _texts(of_message: str | Iterable[str]) -> Sequence[str]:
    return (of_message,) if isinstance(of_message, str) else tuple(of_message)


def _plain(text: str) -> str:
    """As it reads: without signs that take no place, and with one blank for whatever white space there is."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()
