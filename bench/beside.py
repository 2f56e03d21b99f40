"""Page times with the MDM server's webhook calls beside, and without: in turns, so that both meet the same machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import multiprocessing
import plistlib
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.installation import WEBHOOK_KEY, Owned
from sleutelkast.fleet.client import MacEntry
from sleutelkast.fleet.webhook import Event, acknowledge_event, check_in_event

EVENTS_A_MINUTE = 1000
_TURNS = 16
_TURN_SECONDS = 1.8
"""Of each kind. Short, so that what else the machine does falls on both; long enough for 30 calls."""
_PAUSE_SECONDS = 0.01
"""Between two pages: people do not load pages as fast as they can."""
_PATIENCE_SECONDS = 15
_ANSWER_BYTES = 6000
"""What a Mac's answer to a question of the organization weighs."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much longer a page takes with the calls beside: 1 means just as long. One ratio of medians for each turn."""

    median: float
    lower: float
    upper: float
    """Between these two lies the middle half of the turns."""
    median_ms: float
    """Of the page with the calls beside, over all turns."""


@dataclass(frozen=True, slots=True)
class Beside:
    pages: Mapping[str, Ratio]
    events_a_minute: float
    """As many as were answered 200."""
    events_refused: int


Times = dict[str, list[float]]
"""The milliseconds that each page took, by its name."""


def pages_beside_webhooks(port: int, owned: Sequence[Owned], macs: Sequence[MacEntry]) -> Beside:
    """Load the pages of `owned` in turns with and without the calls, which tell of `macs`."""
    pages, words = _pages(owned), _words(macs)
    _load(port, pages, _TURN_SECONDS)
    pairs: list[tuple[Times, Times]] = []
    answers: Counter[int] = Counter()
    seconds = 0.0
    for turn in range(_TURNS):
        alone = _load(port, pages, _TURN_SECONDS) if turn % 2 == 0 else None
        with _told(port, words) as told:
            began = time.monotonic()
            beside = _load(port, pages, _TURN_SECONDS)
            seconds += time.monotonic() - began
        answers += told
        pairs.append((alone or _load(port, pages, _TURN_SECONDS), beside))
    return Beside(
        {name: _ratio(name, pairs) for name in pairs[0][0]},
        answers[200] * 60 / seconds,
        answers.total() - answers[200],
    )


def _ratio(name: str, pairs: Sequence[tuple[Times, Times]]) -> Ratio:
    ratios = [statistics.median(beside[name]) / statistics.median(alone[name]) for alone, beside in pairs]
    every = [took for _, beside in pairs for took in beside[name]]
    lower, median, upper = statistics.quantiles(ratios)
    return Ratio(median, lower, upper, statistics.median(every))


Page = tuple[str, str, Mapping[str, str]]
"""Its name, its address and the headers of the session that asks for it."""


def _pages(owned: Sequence[Owned]) -> list[Page]:
    return [page for one in owned for page in _pages_of(one)]


def _pages_of(one: Owned) -> list[Page]:
    device = f"/api/v1/devices/{one.device_id}"
    return [
        ("devices list", "/api/v1/devices", one.headers),
        ("device page", device, one.headers),
        ("deposit poll", f"{device}/deposits/latest", one.headers),
    ]


def _load(port: int, pages: Sequence[Page], seconds: float) -> Times:
    """One page after the other, for so long."""
    times: Times = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        ends_at = time.monotonic() + seconds
        for name, path, headers in itertools.cycle(pages):
            times.setdefault(name, []).append(_milliseconds(connection, path, headers))
            if time.monotonic() >= ends_at:
                return times
            time.sleep(_PAUSE_SECONDS)
    finally:
        connection.close()
    return times


def _milliseconds(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> float:
    began = time.monotonic()
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    response.read()
    took = time.monotonic() - began
    if response.status != 200:
        raise RuntimeError(f"{path} was answered with {response.status}")
    return took * 1000


# The calls


def _words(macs: Sequence[MacEntry]) -> Iterator[Event]:
    """What Macs have the MDM server tell, without end: mostly that they are there, and answers to other systems."""
    kinds = (_idle, _idle, _idle, _answer, _idle, _token_update, _idle, _answer)
    return (kind(mac) for mac, kind in zip(itertools.cycle(macs), itertools.cycle(kinds), strict=False))


def _idle(mac: MacEntry) -> Event:
    return acknowledge_event(mac.udid, plistlib.dumps({"Status": "Idle", "UDID": mac.udid}), "Idle", None)


def _answer(mac: MacEntry) -> Event:
    """To a command that the portal did not send."""
    command = f"of another system, for {mac.serial}"
    report = {"Status": "Acknowledged", "UDID": mac.udid, "CommandUUID": command, "List": "x" * _ANSWER_BYTES}
    return acknowledge_event(mac.udid, plistlib.dumps(report), "Acknowledged", command)


def _token_update(mac: MacEntry) -> Event:
    return check_in_event("mdm.TokenUpdate", mac.udid, plistlib.dumps({"MessageType": "TokenUpdate", "UDID": mac.udid}))


@contextmanager
def _told(port: int, words: Iterator[Event]) -> Iterator[Counter[int]]:
    """Within the block the calls come, evenly; afterwards the counter holds their answers."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    events = list(itertools.islice(words, round(EVENTS_A_MINUTE * _TURN_SECONDS / 60)))
    sender = fork.Process(target=_tell, args=(port, events, there))
    answers: Counter[int] = Counter()
    sender.start()
    here.recv()
    try:
        yield answers
        answers.update(here.recv())
    finally:
        sender.join()


def _tell(port: int, events: Sequence[Event], result: Connection) -> None:
    bodies = [json.dumps(event).encode() for event in events]
    statuses: list[int] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    result.send("ready")
    began = time.monotonic()
    for number, body in enumerate(bodies):
        time.sleep(max(0.0, began + number * 60 / EVENTS_A_MINUTE - time.monotonic()))
        connection.request("POST", "/mdm/webhook", body, _signed(body))
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    result.send(statuses)


def _signed(body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(WEBHOOK_KEY.encode(), body, hashlib.sha256)).decode()
    return {"Content-Type": "application/json; charset=utf-8", "X-Hmac-Signature": signature}
