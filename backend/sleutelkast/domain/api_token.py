"""API tokens: how another system proves who it is, and what it may do.

A token is written `slk_ID_SECRET`: the prefix lets a scan find one that leaked, the id says which it was. Only a
digest of the secret is kept. No scope deposits or reveals, and there is none that ever could.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sleutelkast.domain.secret import SecretBytes

_PREFIX = "slk"
_FORM = re.compile(rf"{_PREFIX}_([0-9a-z]{{1,32}})_([0-9a-f]{{64}})")
_NO_DIGEST = bytes(hashlib.sha256().digest_size)
"""What no secret has: a token that nobody knows is compared as well, and takes the same time."""


class Scope(StrEnum):
    """What a token may do; stable API."""

    ACCESS_READ = "access:read"
    """Ask whether a Mac may access what is meant for work."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token without its secret. `name` says for people where it is used."""

    id: str
    name: str
    scopes: frozenset[Scope]
    digest: bytes
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """Kept coarsely: it tells whether a token is still in use, not how often."""

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or (self.expires_at is not None and now >= self.expires_at)


@dataclass(frozen=True, slots=True)
class Presented:
    """What a caller showed: the id of a token, and the secret that has to be the one behind it."""

    id: str
    secret: SecretBytes


def written(token_id: str, secret: SecretBytes) -> SecretBytes:
    """The token as its user gets to see it, once."""
    return SecretBytes(f"{_PREFIX}_{token_id}_{secret.reveal().hex()}".encode())


def read(text: str) -> Presented | None:
    """The parts of what is written as a token; None for anything else, a part of one included."""
    match = _FORM.fullmatch(text)
    return None if match is None else Presented(match[1], SecretBytes(bytes.fromhex(match[2])))


def digest(secret: SecretBytes) -> bytes:
    """What is kept of a secret. It is 256 random bits, which no slow hash makes any harder to guess."""
    return hashlib.sha256(secret.reveal()).digest()


def proves(presented: Presented, token: ApiToken | None, now: datetime) -> bool:
    """Whether the secret is that of a token which still holds; the same work for each way in which it does not."""
    is_right = hmac.compare_digest(digest(presented.secret), _NO_DIGEST if token is None else token.digest)
    return is_right and token is not None and not token.is_over(now)
