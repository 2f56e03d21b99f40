"""Engines for SQLite and PostgreSQL, and the transactions on them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import IntegrityError

from sleutelkast.adapters.store.records import Records
from sleutelkast.usecases.repository import Conflict

_READ_ONLY = "sleutelkast_read_only"
_BUSY_MILLISECONDS = 15_000


def make_engine(database_url: str) -> Engine:
    """An engine whose commits are durable when they return, on either database."""
    engine = create_engine(database_url, pool_pre_ping=not database_url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late; BEGIN is sent by hand, in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is deleted is overwritten: a sealed secret that was forgotten is gone.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that turns from reading to writing can fail at once with SQLITE_BUSY: writers say so first.
    reads = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class SqlStore:
    """`Store` on an SQLAlchemy engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(**{_READ_ONLY: True})
        # SQLite's own waiting is unfair (seconds at worst); taking turns within the process costs nothing.
        self._turn: Any = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Records]:
        try:
            with self._turn, self.engine.begin() as connection:
                yield Records(connection)
        except IntegrityError:
            # Without its cause: the text of a database error repeats the values of the statement.
            raise Conflict from None

    @contextmanager
    def read(self) -> Iterator[Records]:
        with self._reading.begin() as connection:
            yield Records(connection)

    def close(self) -> None:
        self.engine.dispose()
