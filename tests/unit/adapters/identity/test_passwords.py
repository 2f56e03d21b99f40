"""What hashing takes from the rest of the portal."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from sleutelkast.adapters.identity.passwords import Argon2Passwords
from sleutelkast.domain.secret import SecretBytes

PASSWORD = SecretBytes(b"zeilboot-haven-7")
MANY = 8


@pytest.mark.parametrize("count", [pytest.param(1, id="one"), pytest.param(MANY, id="many who come at once")])
def test_no_more_are_computed_at_once_than_half_of_the_cores_can(watched: Watched, count: int) -> None:
    passwords = Argon2Passwords(watched)
    kept = passwords.hash(PASSWORD)
    with ThreadPoolExecutor(count) as people:
        assert all(people.map(lambda _: passwords.verify(kept, PASSWORD), range(count)))
    assert watched.most_at_once <= max(1, (os.cpu_count() or 1) // 2)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have no priority of their own elsewhere")
def test_a_hash_gives_way_and_whoever_waits_for_it_does_not(watched: Watched) -> None:
    before = priority()
    Argon2Passwords(watched).hash(PASSWORD)
    assert watched.priorities == [min(before + 10, 19)]
    assert priority() == before


def test_what_a_hash_comes_to_is_what_it_was() -> None:
    passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = passwords.hash(PASSWORD)
    assert passwords.verify(kept, PASSWORD)
    assert not passwords.verify(kept, SecretBytes(b"another"))
    assert not passwords.verify("no hash at all", PASSWORD)
    assert not passwords.verify(None, SecretBytes(b"nobody signs in with this"))


@pytest.fixture
def watched() -> Watched:
    return Watched()


class Watched(PasswordHasher):
    """Real argon2id, which notes in what company and with what priority it is computed."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.priorities: list[int] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.priorities.append(priority())
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.005)  # as long as a hash at least, so that others come meanwhile
        with self._lock:
            self._at_once -= 1
        return super().verify(hash, password)


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
