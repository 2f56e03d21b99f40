"""What is measured, one function each."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.installation import THREADS, Installation, Owned
from bench.load import Load, burst, post, together
from bench.processes import answers, free_port, running, wait_for

_WARM_UP_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 0.003
_BARE_REQUESTS = 40_000
_REVEALS_OF_EACH = 5
_AUDITED, _UNAUDITED = "sleutelkast.cli", "bench.unaudited"


def bare_inserts(folder: Path, log: Path, body_size: int, seconds: float) -> Load:
    """The yardstick: durable inserts over HTTP, with nothing around them."""
    port = free_port()
    request = post("/", b"x" * body_size, {})
    database = str(folder / "bare.db")
    with running("-m", "bench.bare", str(port), str(THREADS), log=log, BENCH_DATABASE=database):
        wait_for(lambda: answers(port, "/healthz"), "the bare server")
        burst(port, [request] * _BARE_REQUESTS, _WARM_UP_SECONDS)
        return burst(port, [request] * _BARE_REQUESTS, seconds)


@dataclass(frozen=True, slots=True)
class Deposits:
    audited: Load
    unaudited: Load
    """The same with a server that writes no audit entry."""


def deposits(installation: Installation, owned: Sequence[Owned], seconds: float) -> Deposits:
    """Keys saved over HTTP, each for a Mac of its own; there and back again, so that both meet the same machine."""
    programs = (_AUDITED, _UNAUDITED, _UNAUDITED, _AUDITED)
    share = len(owned) // len(programs)
    loads: dict[str, list[Load]] = {program: [] for program in programs}
    for number, program in enumerate(programs):
        with installation.portal(relayed=False, program=program):
            # Of everybody's Macs some: the limit on deposits counts per person.
            loads[program].append(_saved(installation.port, owned[number * share : (number + 1) * share], seconds / 2))
    return Deposits(together(loads[_AUDITED]), together(loads[_UNAUDITED]))


def _saved(port: int, owned: Sequence[Owned], seconds: float) -> Load:
    requests = [one.save() for one in owned]
    warm_up = len(requests) // 4
    burst(port, requests[:warm_up], _WARM_UP_SECONDS)
    return burst(port, requests[warm_up:], seconds)


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one key from Save to stored, in milliseconds."""

    whole: float
    elsewhere: float
    """From the command's arrival at the MDM server until it calls the webhook with the Mac's answer."""

    @property
    def portal(self) -> float:
        return self.whole - self.elsewhere


def journeys(installation: Installation, owned: Sequence[Owned]) -> list[Journey]:
    """Save one key after the other; every Mac answers at once."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=_LONGEST_WAIT_SECONDS)
    try:
        return [_journey(installation, connection, one) for one in owned]
    finally:
        connection.close()


def _journey(installation: Installation, connection: http.client.HTTPConnection, one: Owned) -> Journey:
    key = one.mac.recovery_key
    body = json.dumps({"recovery_key": key, "confirmation": key})
    began = time.monotonic()
    state = _state(connection, "POST", one.path, one, body)
    while state in {"received", "sent"} and time.monotonic() - began < _LONGEST_WAIT_SECONDS:
        time.sleep(_LOOK_AGAIN_SECONDS)
        state = _state(connection, "GET", f"{one.path}/latest", one)
    ended = time.monotonic()
    if state != "stored":
        raise RuntimeError(f"a Mac that answers at once left a deposit {state}")
    elsewhere = installation.to_portal.passed - installation.to_server.passed
    return Journey((ended - began) * 1000, elsewhere * 1000)


def _state(connection: http.client.HTTPConnection, method: str, path: str, one: Owned, body: str | None = None) -> str:
    connection.request(method, path, body, {"Content-Type": "application/json", **one.headers})
    content = json.loads(connection.getresponse().read())
    return str(content.get("state", content.get("code")))


def reveals(port: int, owned: Sequence[Owned]) -> list[float]:
    """The milliseconds that each of these people waits for their key."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST_WAIT_SECONDS)
    try:
        return [_reveal(connection, one) for _ in range(_REVEALS_OF_EACH) for one in owned]
    finally:
        connection.close()


def _reveal(connection: http.client.HTTPConnection, one: Owned) -> float:
    began = time.monotonic()
    headers = {"Content-Type": "application/json", **one.headers}
    connection.request("POST", f"/api/v1/devices/{one.device_id}/reveals", "{}", headers)
    response = connection.getresponse()
    response.read()
    took = time.monotonic() - began
    if response.status != 201:
        raise RuntimeError(f"a reveal was answered with {response.status}")
    return took * 1000


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)
