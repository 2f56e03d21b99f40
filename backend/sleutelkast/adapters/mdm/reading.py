"""How anything from outside is read: within bounds, to expected types, and without a trace of it in an error.

The readers answer None instead of raising: the exceptions of parsers carry the text that they choked on.
"""

from __future__ import annotations

import json
import plistlib
import re
import unicodedata
from typing import Final

_KEY_SHAPE: Final = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}", re.IGNORECASE)
_SPACING: Final = frozenset({"Zl", "Zp", "Zs"})
_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
# Marks that turn the direction of what stands round them, so that a text shows as another one.
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def json_object(body: bytes) -> dict[str, object] | None:
    """The JSON object that `body` is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def property_list(payload: bytes) -> dict[str, object] | None:
    """The dictionary that `payload` is, as an XML or binary property list. plistlib refuses entity declarations."""
    try:
        value = plistlib.loads(payload)
    except Exception:  # plistlib raises whatever its parts raise, AttributeError for an odd date among others
        return None
    return value if isinstance(value, dict) else None


def line(value: object, limit: int) -> str | None:
    """A text for people: one line of at most `limit` characters, without control characters; None where none is left.

    What looks like a recovery key is struck out.
    """
    if not isinstance(value, str):
        return None
    seen = "".join(map(_seen, value))
    text = _KEY_SHAPE.sub("…", " ".join(seen.split()))
    return (text if len(text) <= limit else text[: limit - 1] + "…") or None


def _seen(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _SPACING or sign in "\t\n\v\f\r":
        return " "
    return "" if category in _UNSEEN or sign in _TURNING else sign
