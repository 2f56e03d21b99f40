"""Local passwords with argon2id, at the library's parameters (RFC 9106, low memory: 64 MiB, 3 passes, 4 lanes)."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sleutelkast.domain.secret import SecretBytes

_AT_ONCE = 2
"""How many hashes are computed at once: more would let a flood of sign-ins take every core and all memory."""


class Argon2Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` sets another price; hashes of before are made anew at the next sign-in."""
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _hash_of_nobody(self._hasher.time_cost, self._hasher.memory_cost, self._hasher.parallelism)

    def hash(self, password: SecretBytes) -> str:
        with self._turns:
            return self._hasher.hash(password.reveal())

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        with self._turns:
            matches = self._matches(password_hash or self._nobody, password)
        return matches and password_hash is not None

    def _matches(self, password_hash: str, password: SecretBytes) -> bool:
        try:
            return self._hasher.verify(password_hash, password.reveal())
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nobody(time_cost: int, memory_cost: int, parallelism: int) -> str:
    """Verified for unknown people, so that their answer takes as long as that of known ones."""
    return PasswordHasher(time_cost, memory_cost, parallelism).hash(b"nobody signs in with this")
