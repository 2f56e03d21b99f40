"""Local passwords with argon2id: 64 MiB and 3 passes as RFC 9106 has it for low memory, in one lane.

More lanes would make one hash quicker and cost whoever guesses just as much, but take every core at once.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sleutelkast.domain.secret import SecretBytes

Result = TypeVar("Result")

_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
"""How many hashes are computed at once: more would let a flood of sign-ins take every core and all memory."""
_STEPS_BACK = 10
"""How much less of a processor a hash gets than the rest of the portal, where both want it (see nice(2))."""


class Argon2Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` sets another price; hashes of before are made anew at the next sign-in."""
        self._hasher = hasher or PasswordHasher(parallelism=1)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _hash_of_nobody(self._hasher.time_cost, self._hasher.memory_cost, self._hasher.parallelism)

    def hash(self, password: SecretBytes) -> str:
        return self._in_turn(lambda: self._hasher.hash(password.reveal()))

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        matches = self._in_turn(
            lambda: self._matches(self._nobody if password_hash is None else password_hash, password)
        )
        return matches and password_hash is not None

    def _in_turn(self, compute: Callable[[], Result]) -> Result:
        # In a thread of its own: what a thread has stepped back, it can't step forward again.
        with self._turns, ThreadPoolExecutor(1, "hash", _step_back) as aside:
            return aside.submit(compute).result()

    def _matches(self, password_hash: str, password: SecretBytes) -> bool:
        try:
            return self._hasher.verify(password_hash, password.reveal())
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)


def _step_back() -> None:
    """Have this thread, and those that argon2 starts from it, give way to everything else (Linux)."""
    if sys.platform.startswith("linux"):
        mine = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, mine, os.getpriority(os.PRIO_PROCESS, mine) + _STEPS_BACK)


@cache
def _hash_of_nobody(time_cost: int, memory_cost: int, parallelism: int) -> str:
    """Verified for unknown people, so that their answer takes as long as that of known ones."""
    return PasswordHasher(time_cost, memory_cost, parallelism).hash(b"nobody signs in with this")
