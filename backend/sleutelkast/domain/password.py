"""Local passwords: how one is prepared, which ones are taken, and links with which people set their own.

Length counts, not composition. What people type is prepared as RFC 8265 has it for passwords (OpaqueString), so that
one password is the same from every keyboard: an accent is put together with its letter, and every blank is a plain one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sleutelkast.domain.secret import SecretBytes

LONGEST = 1024
"""Bytes of a prepared password: enough for a page of words, and too little to keep the hashing busy."""
_SHORTEST_WORD = 3
_LEAST_BESIDE_NAMES = 8


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """`length` is how many characters a new password has at least; `link_life` how long a link can be used."""

    length: int = 12
    link_life: timedelta = timedelta(days=1)


class Flaw(StrEnum):
    """Why a password is not taken; stable API."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    CONTROL_CHARACTER = "control-character"
    ABOUT_YOU = "about-you"
    """Little more than the person's name, their user name, or the name of the organization."""
    COMMON = "common"
    """Among those that are tried first."""


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link with which its person sets a password, once. A newer one of the same person takes its place."""

    person_id: str
    digest: bytes
    created_at: datetime
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.expires_at


def prepared(typed: SecretBytes) -> SecretBytes:
    """The password in the one form in which it is hashed; `typed` is UTF-8."""
    text = typed.reveal().decode()
    blanks = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text)
    return SecretBytes(unicodedata.normalize("NFC", blanks).encode())


def spellings(typed: SecretBytes) -> tuple[SecretBytes, ...]:
    """What a kept hash may be of: the prepared form, and what was typed, as earlier releases hashed that.

    How many there are says something of what was typed and nothing of the account.
    """
    form = prepared(typed)
    return (form,) if form == typed else (form, typed)


def flaw(password: SecretBytes, policy: PasswordPolicy, names: Iterable[str | None] = ()) -> Flaw | None:
    """Why this prepared password can't be a new one, as far as that shows without a list of common ones.

    `names` are those by which the person and the organization are known.
    """
    text = password.reveal().decode()
    if len(text) < policy.length:
        return Flaw.TOO_SHORT
    if len(password.reveal()) > LONGEST:
        return Flaw.TOO_LONG
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        return Flaw.CONTROL_CHARACTER
    return Flaw.ABOUT_YOU if _is_made_of(text, words_of(names)) else None


def words_of(names: Iterable[str | None]) -> list[str]:
    """The words in these names, as they are compared, the longest first."""
    found = {word for name in names if name is not None for word in (_folded(name), *map(_folded, name.split()))}
    return sorted((word for word in found if len(word) >= _SHORTEST_WORD), key=lambda word: (-len(word), word))


def _is_made_of(text: str, words: Iterable[str]) -> bool:
    rest = _folded(text)
    before = len(rest)
    for word in words:
        rest = rest.replace(word, "")
    return len(rest) < min(before, _LEAST_BESIDE_NAMES)


def _folded(text: str) -> str:
    """Letters and digits alone: what else stands between them makes nothing harder to guess."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def token_of(secret: SecretBytes) -> SecretBytes:
    """How a link's secret is written in its address."""
    return SecretBytes(secret.reveal().hex().encode())


def digest(token: str) -> bytes:
    """What is kept of a link's token. It stands for 256 random bits, which no slow hash makes any harder to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
