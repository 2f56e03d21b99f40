"""A pseudo-translation: English that is longer, accented and bracketed.

What stays bare on the screen was never marked for translation; what breaks the page has too little room.
"""

from locales.catalogs import Translation
from locales.messages import Message
from locales.placeholders import outside_placeholders

_ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞQŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþqŕšţûṽŵẋýž",
)
_VOWELS = "aeiou"


def pseudo_translation(message: Message) -> Translation:
    """The message in the pseudo-language."""
    return Translation(message, tuple(pseudo_text(text) for text in message.forms))


def pseudo_text(text: str) -> str:
    """A text with accents, doubled vowels (some 40 % longer) and brackets round it; placeholders stay."""
    pieces = (piece if kept else _stretched(piece) for piece, kept in outside_placeholders(text))
    return f"[{''.join(pieces)}]"


def _stretched(text: str) -> str:
    return "".join(letter * 2 if letter in _VOWELS else letter for letter in text).translate(_ACCENTS)
