"""What is random about simulated Macs: drawn anew each time, or after a seed the same in each run."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from collections.abc import Iterator

_seeded: Iterator[int] | None = None


def follow(seed: str) -> None:
    """From now on all that is drawn follows from this, for pictures that are to be the same in each run.

    A process that starts over draws the same again: for a fleet that starts once in its life.
    """
    global _seeded
    _seeded = _numbers(seed)


def pick(signs: str, count: int) -> str:
    """So many of these signs."""
    return "".join(_one(signs) for _ in range(count))


def _one(signs: str) -> str:
    return secrets.choice(signs) if _seeded is None else signs[next(_seeded) % len(signs)]


def _numbers(seed: str) -> Iterator[int]:
    for count in itertools.count():
        yield int.from_bytes(hashlib.sha256(f"{seed} {count}".encode()).digest()[:8], "big")
