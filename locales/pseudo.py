"""Pseudo-translations: English that is longer, bracketed, and in signs that no English text has.

What stays plain on the screen was never marked for translation; what breaks the page has too little room. From left to
right the letters get accents. From right to left they become Arabic ones, and not letters between characters that turn
the direction: those are forbidden in catalogs, and Arabic is joined, high and ordered as the real languages are.
"""

from collections.abc import Mapping

from locales.catalogs import Translation
from locales.messages import Message
from locales.placeholders import outside_placeholders
from locales.registry import Language

_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ابثدعفغهيجكلمنوپقرستؤڤۋخئز"
_LETTERS: Mapping[str, Mapping[int, int]] = {
    "ltr": str.maketrans(_CAPITALS + _SMALL, "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞQŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþqŕšţûṽŵẋýž"),
    "rtl": str.maketrans(_CAPITALS + _SMALL, _ARABIC * 2),
}
_VOWELS = "aeiou"


def pseudo_translation(message: Message, language: Language) -> Translation:
    """The message in a pseudo-language, with a form for each that its plurals have."""
    forms = language.plural_forms if message.plural else ("one",)
    sources = (message.text if form == "one" else message.plural for form in forms)
    return Translation(message, tuple(pseudo_text(text, language.direction) for text in sources))


def pseudo_text(text: str, direction: str) -> str:
    """A text in other letters, with doubled vowels (some 40 % longer) and brackets round it; placeholders stay."""
    pieces = (piece if kept else _stretched(piece, direction) for piece, kept in outside_placeholders(text))
    return f"[{''.join(pieces)}]"


def _stretched(text: str, direction: str) -> str:
    longer = "".join(letter * 2 if letter in _VOWELS else letter for letter in text)
    return longer.translate(_LETTERS[direction])
