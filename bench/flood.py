"""How long deposits take while somebody floods the portal with wrong passwords, and without: in turns."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address

from bench.installation import Owned
from bench.load import LOOPS, Load, burst, post
from bench.sessions import stranger

DEPOSITS_A_SECOND = 20
_TURNS = 12
_TURN_SECONDS = 3.0
"""Of each kind: some sixty deposits."""
_WARM_UP_SECONDS = 1.0
"""Until the flood stands in all the places it can have."""
_GUESSES_OF_A_LOOP = 2000
"""More than are answered in a turn, even where most are turned away at once."""
_ADDRESSES = int(IPv4Address("10.0.0.0")), 1 << 24
_PATIENCE_SECONDS = 30
DEPOSITS = round(2 * _TURNS * _TURN_SECONDS * DEPOSITS_A_SECOND) + DEPOSITS_A_SECOND


@dataclass(frozen=True, slots=True)
class Flooded:
    """What a flood does to deposits: one ratio of medians for each turn, with the flood over without."""

    ratio: float
    lower: float
    upper: float
    """Between these two lies the middle half of the turns."""
    median_ms: float
    """Of a deposit beside the flood."""
    answers: Mapping[int, int]
    """What the guesses were answered, by status."""
    seconds: float
    """How long the flood lasted in all."""


def deposits_beside_a_flood(port: int, owned: Sequence[Owned]) -> Flooded:
    """Save the keys of `owned`, `DEPOSITS` at most, evenly; `LOOPS` loops guess passwords as fast as they are told no.

    Each guess comes from an address and for a name of its own, so that no limit ends it: the portal has to trust one
    proxy.
    """
    saves = iter(owned)
    _save(port, saves, 1.0)
    pairs: list[tuple[list[float], list[float]]] = []
    floods: list[Load] = []
    for turn in range(_TURNS):
        alone = _save(port, saves, _TURN_SECONDS) if turn % 2 == 0 else None
        with _flood(port) as flood:
            beside = _save(port, saves, _TURN_SECONDS)
        floods += flood
        pairs.append((alone or _save(port, saves, _TURN_SECONDS), beside))
    ratios = [statistics.median(beside) / statistics.median(alone) for alone, beside in pairs]
    lower, median, upper = statistics.quantiles(ratios)
    answers: Counter[int] = Counter()
    for one in floods:
        answers.update(one.answers)
    every = [took for _, beside in pairs for took in beside]
    return Flooded(median, lower, upper, statistics.median(every), answers, sum(one.seconds for one in floods))


def _save(port: int, saves: Iterator[Owned], seconds: float) -> list[float]:
    """The milliseconds of each deposit, counted from the moment at which it was due."""
    times: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    began = time.monotonic()
    for number, one in enumerate(itertools.islice(saves, round(seconds * DEPOSITS_A_SECOND))):
        due = began + number / DEPOSITS_A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        key = one.mac.recovery_key
        body = json.dumps({"recovery_key": key, "confirmation": key})
        connection.request("POST", one.path, body, {"Content-Type": "application/json", **one.headers})
        response = connection.getresponse()
        response.read()
        times.append((time.monotonic() - due) * 1000)
        if response.status != 202:
            raise RuntimeError(f"a deposit was answered with {response.status}")
    connection.close()
    return times


@contextmanager
def _flood(port: int) -> Iterator[list[Load]]:
    """Within the block the guesses come; afterwards the list holds what became of them."""
    loads: list[Load] = []
    guesses, seconds = _guesses(port), _WARM_UP_SECONDS + _TURN_SECONDS
    flooding = threading.Thread(target=lambda: loads.append(burst(port, guesses, seconds)))
    flooding.start()
    time.sleep(_WARM_UP_SECONDS)
    try:
        yield loads
    finally:
        flooding.join()


def _guesses(port: int) -> list[bytes]:
    first, count = _ADDRESSES
    headers = stranger(port)
    guesses = []
    for _ in range(LOOPS * _GUESSES_OF_A_LOOP):
        number = random.randrange(count)  # noqa: S311 - nothing that has to be secret
        body = json.dumps({"username": f"person-{number}", "password": "a guess"}).encode()
        address = {"X-Forwarded-For": str(IPv4Address(first + number))}
        guesses.append(post("/api/v1/session", body, {**headers, **address}))
    return guesses
