"""The FileVault personal recovery key: its form, what may be typed for it, and how it is kept from being shown.

The form is Apple's: 24 characters A-Z and 0-9, shown as six groups of four with dashes (29 characters).
`tests/golden/recovery_key.json` holds the examples that this module and the web app's twin both pass.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Final, NoReturn, final

from sleutelkast.domain.secret import SecretLeakError

LENGTH: Final = 24
GROUP_LENGTH: Final = 4

_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)
_FULL_WIDTH_TO_ASCII: Final = 0xFEE0


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


_BLANKS: Final = frozenset(
    "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"
    + _span(0x2000, 0x200A)
    # Zero-width signs that copying brings along: joiners, soft hyphen, byte order mark, direction marks and isolates.
    + "\u00ad\u061c\u180e\ufeff"
    + _span(0x200B, 0x200F)
    + _span(0x202A, 0x202E)
    + _span(0x2060, 0x2064)
    + _span(0x2066, 0x2069)
)
_DASHES: Final = frozenset(
    # Unicode's Dash property, and what keyboards and text programs put in its place: the hyphen bullet,
    # the modifier minus and the Japanese long-vowel signs.
    "-\u058a\u05be\u1400\u1806\u2043\u02d7\u2053\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\u30fc\uff70\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead" + _span(0x2010, 0x2015)
)
IGNORED: Final = _BLANKS | _DASHES
"""The characters that may stand anywhere in what is typed, without a meaning."""

_ALONE = r"(?<![A-Z0-9])(?:{})(?![A-Z0-9])"
_WRITTEN: Final = re.compile(_ALONE.format("[A-Z0-9]{4}(?:-+[A-Z0-9]{4}){5}|[A-Z0-9]{24}"))
"""A key as it is written down, once every blank and dash is a hyphen. An UUID or a longer token is none."""
_BLOTTED: Final = "…"


@dataclass(eq=False)
class Malformed(Exception):  # noqa: N818 - the field's word for it, and the name of the problem code
    """What was typed has not the form of a recovery key.

    `length` is how many characters remain once blanks and dashes are dropped; `character` is the first of
    them that does not belong, where there is one. Neither tells anything of the key itself.
    """

    length: int
    character: str | None = None
    expected: int = LENGTH

    def __str__(self) -> str:
        return f"{self.length} characters" + ("" if self.character is None else ", one of them foreign")


@final
class RecoveryKey:
    """A well-formed recovery key. It can't be printed, logged, pickled, hashed or put into JSON by accident."""

    __slots__ = ("_characters",)

    def __init__(self, characters: str) -> None:
        """Take 24 characters A-Z 0-9; raise ValueError for anything else. Use `parse` for what people type."""
        if len(characters) != LENGTH or not _ALPHABET.issuperset(characters):
            raise ValueError("not the characters of a recovery key")
        self._characters = characters

    def reveal(self) -> str:
        """The form a Mac shows and expects: six groups of four with dashes."""
        return "-".join(self.groups())

    def groups(self) -> tuple[str, ...]:
        """The six groups of four characters."""
        return tuple(self._characters[at : at + GROUP_LENGTH] for at in range(0, LENGTH, GROUP_LENGTH))

    def __eq__(self, other: object) -> bool:
        """Compare in constant time, so that the time of an answer tells nothing of a kept key."""
        if not isinstance(other, RecoveryKey):
            return NotImplemented
        return hmac.compare_digest(self._characters.encode("ascii"), other._characters.encode("ascii"))

    def __hash__(self) -> NoReturn:
        raise SecretLeakError("a recovery key has no hash: it would make a key of a set or a cache of it")

    def __repr__(self) -> str:
        return "<recovery key>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<recovery key>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise SecretLeakError("a recovery key can't be pickled or copied")


def normalize(typed: str) -> str:
    """Forgive what keyboards and copying do to a key, and guess nothing.

    Full-width forms become ASCII, ASCII letters become capitals, blanks and dashes are dropped. No other Unicode
    folding: NFKC would turn other signs into letters, and 0 is not O.
    """
    return "".join(_ascii_capital(sign) for sign in typed if sign not in IGNORED)


def _ascii_capital(sign: str) -> str:
    if ord(sign) in _FULL_WIDTH:
        sign = chr(ord(sign) - _FULL_WIDTH_TO_ASCII)
    # str.upper() would also turn the long s into S and the sharp s into two letters.
    return sign.upper() if "a" <= sign <= "z" else sign


def parse(typed: str) -> RecoveryKey:
    """The recovery key that was typed or pasted in any form; raise `Malformed` where it is none."""
    characters = normalize(typed)
    foreign = next((sign for sign in characters if sign not in _ALPHABET), None)
    if foreign is not None or len(characters) != LENGTH:
        raise Malformed(length=len(characters), character=foreign)
    return RecoveryKey(characters)


def holds_a_key(text: str) -> bool:
    """Whether something in a text has the form of a recovery key: six groups of four, or 24 characters in one."""
    return _WRITTEN.search(_evened(text)) is not None


def blotted(text: str) -> str:
    """The text with an ellipsis for whatever in it has the form of a recovery key."""
    parts, end = [], 0
    for found in _WRITTEN.finditer(_evened(text)):
        parts += [text[end : found.start()], _BLOTTED]
        end = found.end()
    return "".join([*parts, text[end:]])


def _evened(text: str) -> str:
    """Sign for sign, so that places are the same: blanks and dashes as hyphens, the rest as in a key."""
    return "".join("-" if sign in IGNORED else _ascii_capital(sign) for sign in text)
