"""What the portal ought to say: its compiled catalogs, read as any gettext program reads them.

The English text of a message is its key. One that is in no catalog is an error here, so that a text which was reworded
in the portal can't leave a test looking for words that nobody says any more.
"""

from __future__ import annotations

import functools
import gettext
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.numbers import format_decimal

CATALOGS = Path(__file__).parents[1] / "backend" / "sleutelkast" / "translations"
SOURCE = "en"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class NoSuchMessageError(LookupError):
    """No text of the portal has this key: it was reworded or is gone."""


@dataclass(frozen=True)
class Language:
    """One language of the portal."""

    tag: str
    """As HTML and HTTP write it (BCP 47)."""
    folder: str
    name: str
    """In itself."""
    pseudo: bool
    translations: gettext.NullTranslations = field(repr=False, compare=False)

    @property
    def direction(self) -> str:
        return "rtl" if self._cldr.character_order == "right-to-left" else "ltr"

    def says(self, text: str, **values: str) -> str:
        """The words for an English text; what `values` lacks keeps its placeholder."""
        return _filled(self._translated(text), values)

    def says_in(self, context: str, text: str, **values: str) -> str:
        """The same for a text that has a context."""
        _require(text, context)
        return _filled(self.translations.pgettext(context, text), values)

    def says_for(self, count: int, singular: str, plural: str, **values: str) -> str:
        """The form for a number, with the number in it."""
        _require(singular)
        return _filled(self.translations.ngettext(singular, plural, count), {"count": self.number(count), **values})

    def pattern(self, text: str, **values: str) -> re.Pattern[str]:
        """The words for an English text, where something unknown stands in the place of what `values` lacks."""
        pieces = _PLACEHOLDER.split(self._translated(text))
        return re.compile("".join(_piece(at, piece, values) for at, piece in enumerate(pieces)))

    def number(self, number: int) -> str:
        """A number in the figures of the language."""
        return format_decimal(number, locale=self._cldr, numbering_system="default")

    def spelling_word(self, sign: str) -> str:
        """What one says on the telephone for one sign of a key."""
        return self.says_in("spelling alphabet", _spelling_words()[sign])

    @property
    def _cldr(self) -> Locale:
        return Locale.parse(self.folder)

    def _translated(self, text: str) -> str:
        _require(text)
        return self.translations.gettext(text)


@functools.cache
def every_language() -> tuple[Language, ...]:
    """Every language that people are offered, and the pseudo-languages last."""
    registry = json.loads((CATALOGS / "locales.json").read_text(encoding="utf-8"))
    return tuple(_language(one) for one in registry)


def offered_languages() -> tuple[Language, ...]:
    return tuple(one for one in every_language() if not one.pseudo)


def language(tag: str) -> Language:
    return next(one for one in every_language() if one.tag == tag)


def _language(entry: Mapping[str, object]) -> Language:
    with _catalog_file(str(entry["folder"])).open("rb") as file:
        translations = gettext.GNUTranslations(file)
    return Language(str(entry["tag"]), str(entry["folder"]), str(entry["name"]), bool(entry["pseudo"]), translations)


def _catalog_file(folder: str) -> Path:
    return CATALOGS / folder / "LC_MESSAGES" / "portal.mo"


@functools.cache
def _messages() -> frozenset[tuple[str | None, str]]:
    """Every message of the source, by context and (singular) text."""
    with _catalog_file(SOURCE).open("rb") as file:
        return frozenset(map(_identity, read_mo(file)))


def _identity(message: Message) -> tuple[str | None, str]:
    # Babel leaves the context of a compiled message as the bytes that it read.
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return context, message.id if isinstance(message.id, str) else message.id[0]


def _require(text: str, context: str | None = None) -> None:
    if (context, text) not in _messages():
        raise NoSuchMessageError(
            f"the portal has no message {text!r}" + (f" in the context {context!r}" if context else "")
        )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _piece(at: int, piece: str, values: Mapping[str, str]) -> str:
    """Every second piece is the name of a placeholder. Blanks match whatever white space the browser shows."""
    if at % 2 == 0:
        return re.sub(r"(\\?\s)+", r"\\s+", re.escape(piece))
    return re.escape(values[piece]) if piece in values else ".+?"


@functools.cache
def _spelling_words() -> dict[str, str]:
    """The English spelling words by their signs."""
    words = [text for context, text in _messages() if context == "spelling alphabet"]
    digits = {str(value): name for value, name in enumerate(_DIGITS)}
    return digits | {word[0]: word for word in words if word not in _DIGITS}
