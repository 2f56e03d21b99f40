"""How background work is called for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from sleutelkast.jobs import Bell

PATIENCE = 10.0


class Rings:
    """Counts, and each ring takes until it is let go."""

    def __init__(self) -> None:
        self.count = 0
        self.began, self.may_end = threading.Semaphore(0), threading.Semaphore(0)

    def ring(self) -> None:
        self.count += 1
        self.began.release()
        assert self.may_end.acquire(timeout=PATIENCE)


def test_what_is_called_meanwhile_is_passed_on_once(bell: Bell, rings: Rings) -> None:
    bell.call()
    assert rings.began.acquire(timeout=PATIENCE)
    for _ in range(100):
        bell.call()
    rings.may_end.release()
    assert rings.began.acquire(timeout=PATIENCE)
    assert rings.count == 2


def test_no_call_is_lost_at_the_end(rings: Rings) -> None:
    bell = Bell(rings.ring, rest_seconds=0)
    bell.call()
    assert rings.began.acquire(timeout=PATIENCE)
    bell.call()
    rings.may_end.release(2)
    bell.close()
    assert rings.count == 2


def test_who_never_called_has_nothing_to_end(rings: Rings) -> None:
    Bell(rings.ring, rest_seconds=0).close()
    assert rings.count == 0


def test_what_takes_too_long_is_left_behind(rings: Rings) -> None:
    bell = Bell(rings.ring, rest_seconds=0)
    bell.call()
    assert rings.began.acquire(timeout=PATIENCE)
    bell.close(patience_seconds=0.01)
    assert rings.count == 1
    rings.may_end.release(2)


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def bell(rings: Rings) -> Iterator[Bell]:
    with closing(Bell(rings.ring, rest_seconds=0)) as bell:
        yield bell
        rings.may_end.release(10)
