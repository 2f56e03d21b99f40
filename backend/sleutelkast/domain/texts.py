"""Texts from strangers, made fit for people and for every database: one line, with nothing hidden in it."""

from __future__ import annotations

import unicodedata
from typing import Final

from sleutelkast.domain.recovery_key import blotted

_SPACING: Final = frozenset({"Zl", "Zp", "Zs"})
_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
# Marks that turn the direction of what stands round them, so that a text shows as another one.
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def line(value: object, limit: int) -> str | None:
    """A text for people: one line of at most `limit` characters, without control characters; None where none is left.

    What looks like a recovery key is struck out.
    """
    if not isinstance(value, str):
        return None
    seen = "".join(map(_seen, value))
    text = blotted(" ".join(seen.split()))
    return (text if len(text) <= limit else text[: limit - 1] + "…") or None


def _seen(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _SPACING or sign in "\t\n\v\f\r":
        return " "
    return "" if category in _UNSEEN or sign in _TURNING else sign
