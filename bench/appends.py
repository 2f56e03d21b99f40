"""How many audit entries are committed a second by one process, and by several at once, on PostgreSQL.

Beside them the same by several that queue up for the head of the chain, as a log has to that links each entry at once.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import text

from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.factory import Portal
from sleutelkast.settings import Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases.audit_chain import AUDIT_ENTRY, link_entries
from sleutelkast.usecases.ports import Sealer
from tests.integration.postgresql import PostgreSql

WRITERS = 8
_TURNS = 3
_QUEUE = text("SELECT count FROM audit_head FOR UPDATE")


@dataclass(frozen=True, slots=True)
class Appends:
    """Commits a second, durable."""

    one: float
    several: float
    queued: float
    """By several, one behind the other."""

    @property
    def ratio(self) -> float:
        """How many times as much is written down where nobody queues."""
        return self.several / self.queued


def appends(folder: Path, seconds: float) -> Appends:
    """Measure, with the linking of the entries at work beside as in a portal."""
    server = PostgreSql(durable=True)
    try:
        settings = Settings(data=folder / "appends", database_url=server.create("bench_appends"))
        initialize(settings)
        with closing(Portal(settings)) as portal:
            with portal.store.write() as tx:
                tx.audit.take_head()
            counted = partial(_a_second, settings.database, portal.world.sealer, seconds)
            kinds = ((_entry, 1), (_entry, WRITERS), (_entry_in_a_queue, WRITERS))
            with _linking(settings):
                # In turns, so that what else the machine does falls on all of them.
                turns = [[counted(write, writers) for write, writers in kinds] for _ in range(_TURNS)]
        return Appends(*(statistics.median(kind) for kind in zip(*turns, strict=True)))
    finally:
        server.stop()


Write = Callable[[Any], object]
"""What one transaction writes."""


def _entry(tx: Any) -> object:
    return tx.audit.append(AuditEntry(datetime.now(UTC), "somebody", Action.SIGN_IN, Outcome.DONE))


def _entry_in_a_queue(tx: Any) -> object:
    tx.connection.execute(_QUEUE)
    return _entry(tx)


def _a_second(url: str, sealer: Sealer, seconds: float, write: Write, writers: int) -> float:
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(writers), fork.SimpleQueue()
    work = [fork.Process(target=_commit, args=(url, sealer, seconds, write, start, results)) for _ in range(writers)]
    for one in work:
        one.start()
    counts: list[int] = [results.get() for _ in work]
    for one in work:
        one.join()
    return sum(counts) / seconds


def _commit(url: str, sealer: Sealer, seconds: float, write: Write, start: Barrier, results: Any) -> None:
    """One transaction after the other, for so long."""
    with closing(SqlStore(make_engine(url), partial(sealer.authenticate, AUDIT_ENTRY))) as store:
        with store.write() as tx:
            write(tx)
        start.wait()
        count, ends_at = 0, time.monotonic() + seconds
        while time.monotonic() < ends_at:
            with store.write() as tx:
                write(tx)
            count += 1
        results.put(count)


@contextmanager
def _linking(settings: Settings) -> Iterator[None]:
    """Within the block entries are linked as they are in a portal, each second."""
    linker = multiprocessing.get_context("fork").Process(target=_link, args=(settings,))
    linker.start()
    try:
        yield
    finally:
        linker.terminate()
        linker.join()


def _link(settings: Settings) -> None:
    with closing(Portal(settings)) as portal:
        while True:
            link_entries(portal.world)
            time.sleep(1)
