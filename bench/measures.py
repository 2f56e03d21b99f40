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
from bench.load import Load, burst, post
from bench.processes import answers, free_port, running, wait_for

_WARM_UP_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 0.003
_BARE_REQUESTS = 40_000


def bare_inserts(folder: Path, log: Path, body_size: int, seconds: float) -> Load:
    """The yardstick: durable inserts over HTTP, with nothing around them."""
    port = free_port()
    request = post("/", b"x" * body_size, {})
    database = str(folder / "bare.db")
    with running("-m", "bench.bare", str(port), str(THREADS), log=log, BENCH_DATABASE=database):
        wait_for(lambda: answers(port, "/healthz"), "the bare server")
        burst(port, [request] * _BARE_REQUESTS, _WARM_UP_SECONDS)
        return burst(port, [request] * _BARE_REQUESTS, seconds)


def deposits(port: int, owned: Sequence[Owned], seconds: float) -> Load:
    """Keys saved over HTTP, each for a Mac of its own."""
    requests = [one.save() for one in owned]
    warm_up = len(requests) // 8
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


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)
