"""Forces what happens by chance: somebody acts exactly between two steps of somebody else. Without a sleep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from sleutelkast.adapters.store.engine import SqlStore

_LOOKS = 20_000
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

Act = Callable[[], object]


def overtaken(monkeypatch: pytest.MonkeyPatch, records: type, method: str, by: Act) -> None:
    """`by` acts in full when `method` of these records returns for the first time, before its caller goes on."""
    original = getattr(records, method)

    def once(self: object, *arguments: Any, **named: Any) -> Any:
        found = original(self, *arguments, **named)
        monkeypatch.setattr(records, method, original)
        by()
        return found

    monkeypatch.setattr(records, method, once)


@contextmanager
def waiting(monkeypatch: pytest.MonkeyPatch, store: SqlStore, records: type, method: str, who: Act) -> Iterator[None]:
    """As `overtaken`, but `who` runs into a lock that the caller of `method` holds, and ends within this block."""
    with ThreadPoolExecutor(1) as other:
        started = []

        def start() -> None:
            started.append(other.submit(who))
            _until_it_waits(store)

        overtaken(monkeypatch, records, method, start)
        yield
        (act,) = started
        act.result()


def _until_it_waits(store: SqlStore) -> None:
    """PostgreSQL says so itself."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert any(connection.scalar(_WAITING) for _ in range(_LOOKS)), "nobody waits for a lock"


def sql(store: SqlStore, statement: str, **values: object) -> None:
    """What somebody who can write to the database does."""
    with store.write() as tx:
        assert tx.connection.execute(text(statement), values).rowcount > 0
