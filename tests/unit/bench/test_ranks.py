"""The test by which the figures say that a difference is chance, or none."""

from __future__ import annotations

import random

import pytest

from bench.ranks import compare


@pytest.mark.parametrize(
    ("first", "second", "effect", "p"),
    [
        pytest.param([1, 2, 3], [4, 5, 6], 0.0, 0.0809, id="all smaller"),
        pytest.param([4, 5, 6], [1, 2, 3], 1.0, 0.0809, id="all larger"),
        pytest.param([1, 4], [2, 3], 0.5, 1.0, id="neither"),
        pytest.param([7, 7, 7], [7, 7, 7], 0.5, 1.0, id="all the same"),
        pytest.param([1, 2, 2], [2, 3, 9], 1 / 9, 0.1904, id="some the same"),
    ],
)
def test_by_hand(first: list[float], second: list[float], effect: float, p: float) -> None:
    compared = compare(first, second)
    assert compared.effect == pytest.approx(effect)
    assert compared.p == pytest.approx(p, abs=0.0005)


def test_it_finds_a_twentieth_more_in_what_varies_by_a_tenth() -> None:
    """So much more is what a name that is known would take if its hash were of another price."""
    chance = random.Random(7)
    unknown, known = ([chance.gauss(middle, 10) for _ in range(150)] for middle in (100, 105))
    assert compare(known, unknown).p < 0.001
    assert compare(unknown[::2], unknown[1::2]).p > 0.05
