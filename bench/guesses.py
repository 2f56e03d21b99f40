"""Whether the time in which a sign-in is refused tells who has an account, and what a hash takes."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from argon2 import PasswordHasher, extract_parameters

from bench.installation import Installation
from bench.ranks import Comparison, compare
from bench.sessions import stranger
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage

_ROUNDS, _WARM_UP = 150, 5
_APART_SECONDS = 0.1
"""Fewer in all than strangers may fail in a minute, however fast the machine is."""
_PATIENCE_SECONDS = 30
_FIRST_ADDRESS, _ADDRESSES = int(IPv4Address("10.0.0.0")), 1 << 24
_HASHES = 25
_PASSWORD = SecretBytes(b"a password to measure")
UNKNOWN, AGAIN = "unknown", "unknown, once more"
KNOWN = ("with a wrong password", "disabled", "without a password")
"""The names that there are; to be told from the unknown ones by nothing."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How long refused sign-ins take, in milliseconds, beside those for names that nobody has."""

    unknown_ms: float
    ratios: Mapping[str, float]
    """Of the medians, for each kind of name that there is; and for unknown names once more: that is chance alone."""
    compared: Mapping[str, Comparison]

    @property
    def p(self) -> float:
        """How likely chance alone makes one of the kinds that there are stand out so much."""
        return min(1.0, min(self.compared[kind].p for kind in KNOWN) * len(KNOWN))


def refusals(installation: Installation) -> Refusals:
    """Sign in wrongly, a name of each kind after the other, in another order each time.

    Each comes from an address of its own, so that no limit on addresses ends it: the portal has to trust one proxy.
    """
    names = _people(installation)
    headers = stranger(installation.port)
    times: dict[str, list[float]] = {kind: [] for kind in (UNKNOWN, AGAIN, *KNOWN)}
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=_PATIENCE_SECONDS)
    try:
        for turn in range(-_WARM_UP, _ROUNDS):
            for kind in random.sample(list(times), len(times)):
                time.sleep(_APART_SECONDS)
                name = names[kind][turn % 5] if kind in names else f"guess{random.randrange(1000, 10000)}"  # noqa: S311
                took = _refused(connection, name, headers)
                if turn >= 0:
                    times[kind].append(took)
    finally:
        connection.close()
    return _compared(times)


def _compared(times: Mapping[str, Sequence[float]]) -> Refusals:
    unknown = statistics.median(times[UNKNOWN])
    return Refusals(
        unknown_ms=unknown,
        ratios={kind: statistics.median(times[kind]) / unknown for kind in (*KNOWN, AGAIN)},
        compared={kind: compare(times[kind], times[UNKNOWN]) for kind in (*KNOWN, AGAIN)},
    )


def _people(installation: Installation) -> Mapping[str, Sequence[str]]:
    """Some of each kind, whose names are as long as those that nobody has."""
    password, disabled, without = (
        [f"{kind}{number:03}" for number in range(5)] for kind in ("passw", "disab", "witho")
    )
    with installation.opened() as portal:
        for name in (*password, *disabled, *without):
            secret = None if name in without else _PASSWORD
            manage.add_person(portal.world, name, f"Person {name}", None, frozenset(), secret)
        for name in disabled:
            manage.disable_person(portal.world, name)
    return dict(zip(KNOWN, (password, disabled, without), strict=True))


def _refused(connection: http.client.HTTPConnection, name: str, headers: Mapping[str, str]) -> float:
    body = json.dumps({"username": name, "password": "a guess"})
    address = IPv4Address(_FIRST_ADDRESS + random.randrange(_ADDRESSES))  # noqa: S311 - nothing secret
    began = time.perf_counter()
    sent = {"Content-Type": "application/json", "X-Forwarded-For": str(address), **headers}
    connection.request("POST", "/api/v1/session", body, sent)
    response = connection.getresponse()
    response.read()
    took = time.perf_counter() - began
    if response.status != 401:
        raise RuntimeError(f"a wrong password was answered with {response.status}")
    return took * 1000


@dataclass(frozen=True, slots=True)
class Hashes:
    """What one hash takes, in milliseconds, beside one at the least that OWASP has for argon2id (19 MiB, 2 passes)."""

    ours_ms: float
    least_ms: float
    memory_mebibytes: float
    passes: int
    lanes: int

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.least_ms


def hashes(installation: Installation) -> Hashes:
    """In turns, at the price that the portal's settings have."""
    least = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    with installation.opened() as portal:
        ours = portal.world.passwords
        price = extract_parameters(ours.hash(_PASSWORD))
        turns = [(_took(lambda: ours.hash(_PASSWORD)), _took(lambda: least.hash("x"))) for _ in range(_HASHES)]
    ours_ms, least_ms = (statistics.median(column) for column in zip(*turns, strict=True))
    return Hashes(ours_ms, least_ms, price.memory_cost / 1024, price.time_cost, price.parallelism)


def _took(compute: Callable[[], object]) -> float:
    began = time.perf_counter()
    compute()
    return (time.perf_counter() - began) * 1000
