"""Serial numbers and keys of simulated Macs: random, or after a seed the same in each run."""

from __future__ import annotations

import pytest

from sleutelkast.fleet import chance
from sleutelkast.fleet.mac import new_recovery_key, new_serial


def test_after_a_seed_the_same_is_drawn_in_each_run() -> None:
    runs = [_drawn_after("gallery") for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0])
    assert _drawn_after("another") != runs[0]


def test_without_a_seed_nothing_comes_twice() -> None:
    assert len({new_recovery_key() for _ in range(100)}) == 100


def _drawn_after(seed: str) -> list[str]:
    chance.follow(seed)
    return [draw() for draw in (new_serial, new_recovery_key) for _ in range(20)]


@pytest.fixture(autouse=True)
def unseeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each begins without a seed, and leaves none behind."""
    monkeypatch.setattr(chance, "_seeded", None)
