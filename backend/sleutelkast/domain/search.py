"""How support finds a Mac: texts folded to words, in any script, and the filters that a list can have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

LONGEST_WORD = 32
"""Characters of a word that are kept, and of one that is asked for."""
MOST_WORDS = 48
"""Words that are kept of one Mac."""
MOST_ASKED = 6
"""Words of a question that are looked at."""
_FIRST_ACCENT = 200
"""Combining classes from here on are accents above and below letters; those of Hebrew and Arabic points are lower."""
_POINTS = range(10, 37)
# Scripts that are written without blanks between words: there a word may begin anywhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class DeviceFilter(StrEnum):
    """What a list of Macs can be narrowed to; stable API."""

    NO_KEY = "no-key"
    """The portal keeps no key for its owner."""
    REFUSED = "refused"
    """The last deposit was not stored."""
    STALE = "stale"
    """The kept key may not open the disk any more."""
    NOT_ENCRYPTED = "not-encrypted"
    """The Mac says that FileVault is off."""
    NOT_CHECKED_IN = "not-checked-in"
    """It has not talked to the organization for a while."""
    QUARANTINED = "quarantined"


def fold(text: str) -> str:
    """The text without what people leave out or type in another way: capitals, accents, points, direction marks."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    kept = (sign for sign in unicodedata.normalize("NFKD", spread) if not _is_left_out(sign))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_left_out(sign: str) -> bool:
    combining = unicodedata.combining(sign)
    return combining >= _FIRST_ACCENT or combining in _POINTS or unicodedata.category(sign) == "Cf"


def _split(text: str) -> list[str]:
    """Runs of letters, marks and digits; everything else stands between words."""
    spaced = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in fold(text))
    return spaced.split()


def words_of(texts: Iterable[str | None]) -> frozenset[str]:
    """The words under which something is found: each is found by how it begins."""
    found = [word for text in texts if text for word in _split(text)]
    starts = [start for word in found for start in _starts(word)]
    return frozenset(start[:LONGEST_WORD] for start in starts[:MOST_WORDS])


def _starts(word: str) -> list[str]:
    """The whole, and where a script without blanks is in it each sign of that and what comes behind it."""
    unspaced = [bool(_UNSPACED.match(sign)) for sign in word]
    behind = [False, *unspaced[:-1]]
    inner = (at for at in range(1, len(word)) if unspaced[at] or behind[at])
    return [word, *(word[at:] for at in inner if not unicodedata.combining(word[at]))]


def words_asked(question: str) -> tuple[str, ...]:
    """The beginnings of words that a Mac must all have, each once; empty where nothing is asked.

    Signs that are in no word find nothing: whoever types them does not ask for every Mac.
    """
    asked = dict.fromkeys(word[:LONGEST_WORD] for word in _split(question))
    # A word that begins another one asks for nothing more.
    needed = [one for one in asked if not any(other != one and other.startswith(one) for other in asked)]
    return tuple(needed[:MOST_ASKED]) or _signs(question)


def _signs(question: str) -> tuple[str, ...]:
    signs = "".join(fold(question).split())
    return (signs[:LONGEST_WORD],) if signs else ()
