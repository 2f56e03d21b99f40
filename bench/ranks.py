"""Whether one row of numbers tends to be larger than another, or chance made it so: the test of Mann and Whitney."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Comparison:
    effect: float
    """How likely a number of the first row is larger than one of the second: 0.5 where neither tends to be."""
    p: float
    """How likely rows of one and the same kind differ so much, or more (both sides, by the normal approximation)."""


def compare(first: Sequence[float], second: Sequence[float]) -> Comparison:
    """Compare by ranks alone, so that one request that hung counts as one and not as a thousand."""
    larger = sum(_ranks([*first, *second])[: len(first)]) - len(first) * (len(first) + 1) / 2
    pairs = len(first) * len(second)
    spread = math.sqrt(pairs * (len(first) + len(second) + 1) / 12)
    apart = max(0.0, abs(larger - pairs / 2) - 0.5) / spread
    return Comparison(larger / pairs, math.erfc(apart / math.sqrt(2)))


def _ranks(numbers: Sequence[float]) -> list[float]:
    """The place of each in the order of all, from 1; equal ones share theirs."""
    ranks = [0.0] * len(numbers)
    passed = 0
    for _, equal in groupby(sorted(range(len(numbers)), key=numbers.__getitem__), key=numbers.__getitem__):
        places = list(equal)
        for place in places:
            ranks[place] = passed + (len(places) + 1) / 2
        passed += len(places)
    return ranks
