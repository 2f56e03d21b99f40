"""Pages of a store with a million Macs and audit entries, beside those of one with a thousand.

Both are served at once and asked in turns, so that both meet the same machine; on each database. What a page costs is
told by ratios, and what the longest export takes by its seconds and by the memory of the server that streams it.
"""

from __future__ import annotations

import base64
import http.client
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from bench.many import Crowd, fill
from bench.processes import answers, free_port, memory_peak, running, wait_for
from bench.sessions import signed_in
from sleutelkast.domain.access import Role
from sleutelkast.domain.search import DeviceFilter
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.http.places import written_place
from sleutelkast.settings import load, variable
from sleutelkast.setup import initialize
from sleutelkast.usecases import manage
from sleutelkast.usecases.repository import AuditPlace
from tests.integration.postgresql import PostgreSql

SMALL, LARGE = 1_000, 1_000_000
_TURNS = 24
_PASSWORD, _STAFF = "bench password", 8
"""The limit on searches counts per person; with so many it is never met."""
_PATIENCE_SECONDS = 60
_STEP = 7919
"""A prime: from turn to turn another Mac is asked for, somewhere else."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One page: the median milliseconds of each store."""

    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


@dataclass(frozen=True, slots=True)
class Exported:
    entries: int
    seconds: float
    mebibytes: float
    """What the server's memory grew by at most."""


@dataclass(frozen=True, slots=True)
class BySize:
    """Of one database: pages by group and name, and the export of the large store's audit log."""

    pages: Mapping[str, Mapping[str, Compared]]
    exported: Exported


def by_size(folder: Path, log: Path) -> Mapping[str, BySize]:
    """Fill and measure on PostgreSQL and on SQLite."""
    server = PostgreSql()
    try:
        stores = {
            kind: [Store(folder / f"{kind}-{size}", log, size, _url(server, kind, size)) for size in (SMALL, LARGE)]
            for kind in ("postgresql", "sqlite")
        }
        _fill([store for pair in stores.values() for store in pair])
        return {kind: _measured(*pair) for kind, pair in stores.items()}
    finally:
        server.stop()


def _url(server: PostgreSql, kind: str, size: int) -> str | None:
    return server.create(f"bench_{size}") if kind == "postgresql" else None


def _fill(stores: Sequence[Store]) -> None:
    """All at once, each in a process of its own."""
    filling = [multiprocessing.get_context("fork").Process(target=store.fill) for store in stores]
    for process in filling:
        process.start()
    for process in filling:
        process.join()
        if process.exitcode != 0:
            raise RuntimeError("a store could not be filled")


@dataclass
class Store:
    """A store with so many Macs and audit entries, and people who look at it."""

    folder: Path
    log: Path
    size: int
    url: str | None
    crowd: Crowd = field(init=False)
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.crowd = Crowd(self.size, datetime.now(UTC) - timedelta(minutes=1))

    @property
    def _variables(self) -> dict[str, str]:
        settings = {
            "data": str(self.folder),
            "port": str(self.port),
            "nanomdm_url": "http://127.0.0.1:9",
            "nanomdm_api_key": "bench api key",
            "nanomdm_webhook_key": "bench webhook key",
            **({"database_url": self.url} if self.url is not None else {}),
        }
        return {variable(name): value for name, value in settings.items()}

    def fill(self) -> None:
        settings = load(self._variables)
        initialize(settings)
        with closing(Portal(settings)) as portal:
            portal.world.audit_heads.keep(fill(portal.store.engine, self.crowd, portal.world.sealer))
            for number in range(_STAFF):
                roles = frozenset({Role.SUPPORT, Role.AUDITOR})
                password = SecretBytes(_PASSWORD.encode())
                manage.add_person(portal.world, f"staff-{number}", f"Staff {number}", None, roles, password)

    @contextmanager
    def served(self) -> Iterator[Served]:
        with running("-m", "sleutelkast.cli", "serve", log=self.log, **self._variables) as process:
            wait_for(lambda: answers(self.port, "/readyz"), "the portal")
            headers = [signed_in(self.port, f"staff-{number}", _PASSWORD) for number in range(_STAFF)]
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)) as connection:
                yield Served(self, process.pid, connection, headers)


@dataclass
class Served:
    store: Store
    process_id: int
    connection: http.client.HTTPConnection
    headers: Sequence[Mapping[str, str]]
    asked: int = 0

    def get(self, path: str) -> bytes:
        """The body of an answer, asked for by one of the staff after the other."""
        self.asked += 1
        self.connection.request("GET", path, headers=dict(self.headers[self.asked % len(self.headers)]))
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}")
        return body

    def milliseconds(self, path: str) -> float:
        began = time.monotonic()
        self.get(path)
        return (time.monotonic() - began) * 1000

    def export(self) -> Exported:
        """All entries, read as they come."""
        began, entries = time.monotonic(), 0
        with memory_peak(self.process_id) as grown:
            self.connection.request("GET", "/api/v1/audit?format=jsonl", headers=dict(self.headers[0]))
            response = self.connection.getresponse()
            while piece := response.read(65536):
                entries += piece.count(b"\n")
        return Exported(entries, time.monotonic() - began, grown() / 2**20)


def _measured(small: Store, large: Store) -> BySize:
    with ExitStack() as running_both:
        served = [running_both.enter_context(store.served()) for store in (small, large)]
        paths = [_pages(one) for one in served]
        pages = {
            group: {name: _compared(served, [each[group][name] for each in paths]) for name in paths[0][group]}
            for group in paths[0]
        }
        return BySize(pages, served[1].export())


Address = Callable[[int], str]
"""The address of a page in a turn."""


def _compared(served: Sequence[Served], paths: Sequence[Address]) -> Compared:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(-1, _TURNS):
        for which in (0, 1) if turn % 2 else (1, 0):
            took = served[which].milliseconds(paths[which](turn))
            if turn >= 0:  # the first one warms up
                times[which].append(took)
    return Compared(*map(statistics.median, times))


def _pages(served: Served) -> Mapping[str, Mapping[str, Address]]:
    crowd = served.store.crowd
    return {
        "device page": _device_page(crowd),
        "support search": _support_search(served, crowd),
        "audit page": _audit_page(crowd),
        "counts": {
            "of every Mac": lambda _: "/api/v1/support/devices/counts",
            "of a name": lambda _: "/api/v1/support/devices/counts?q=jansen",
        },
        "two words that no Mac has together": {"page": lambda _: "/api/v1/support/devices?limit=20&q=imac+mini"},
    }


def _device_page(crowd: Crowd) -> Mapping[str, Address]:
    def below(path: str) -> Address:
        return lambda turn: f"/api/v1/devices/{crowd.devices[_some(crowd, turn)]}{path}"

    return {"the Mac": below(""), "its deposit": below("/deposits/latest"), "its history": below("/history")}


def _support_search(served: Served, crowd: Crowd) -> Mapping[str, Address]:
    page = "/api/v1/support/devices?limit=20"
    middle = sorted(crowd.devices)[crowd.size // 2]

    def always(query: str) -> Address:
        return lambda _: f"{page}&{query}"

    def from_the_midst(query: str) -> Address:
        place = json.loads(base64.urlsafe_b64decode(json.loads(served.get(f"{page}&{query}"))["next"]))
        moved = base64.urlsafe_b64encode(json.dumps([*place[:-1], middle]).encode()).decode()
        return always(f"{query}&after={quote(moved)}")

    return {
        "every Mac": always(""),
        "every Mac, from the midst": from_the_midst(""),
        "a serial": lambda turn: f"{page}&q={crowd.serial_of(_some(crowd, turn))}",
        "a user name": lambda turn: f"{page}&q={crowd.username_of(crowd.owner_of(_some(crowd, turn)))}",
        "a surname": always("q=jansen"),
        "a surname, from the midst": from_the_midst("q=jansen"),
        "a name in Arabic": always(f"q={quote('سارة')}"),
        "two words": always("q=macbook+jansen"),
        **{f"the filter {one}": always(f"filter={one}") for one in DeviceFilter},
        "a surname and a filter": always("q=jansen&filter=stale"),
    }


def _audit_page(crowd: Crowd) -> Mapping[str, Address]:
    half = crowd.size // 2
    deep = written_place(AuditPlace(crowd.entry_at(half), half))
    since, until = (quote(crowd.entry_at(number).isoformat()) for number in (half, half + 200))

    def always(query: str) -> Address:
        return lambda _: f"/api/v1/audit?limit=20&{query}"

    return {
        "the newest": always(""),
        "from the midst": always(f"after={deep}"),
        "of a device": lambda turn: f"/api/v1/audit?limit=20&device={crowd.devices[_some(crowd, turn)]}",
        "by somebody": always(f"actor={crowd.people[0]}"),
        "by somebody, an action that they never did": always(f"actor={crowd.people[0]}&action=person-added"),
        "an action": always("action=reveal"),
        "an action, from the midst": always(f"action=reveal&after={deep}"),
        "denials": always("outcome=denied"),
        "denials of an action": always("outcome=denied&action=reveal"),
        "a span of time": always(f"from={since}&to={until}"),
    }


def _some(crowd: Crowd, turn: int) -> int:
    return (turn + 2) * _STEP % crowd.size
