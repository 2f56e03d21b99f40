"""How anything from outside is read: within bounds, to expected types, and without a trace of it in an error.

The readers answer None instead of raising: the exceptions of parsers carry the text that they choked on.
"""

from __future__ import annotations

import json
import plistlib


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
