"""Engines for SQLite and PostgreSQL, and the transactions on them."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from sleutelkast.adapters.store.journal import NO_PAGE, Journal
from sleutelkast.adapters.store.records import Records
from sleutelkast.domain.audit import Authenticate
from sleutelkast.usecases.repository import Conflict

_READ_ONLY = "sleutelkast_read_only"
_LOST_AGAINST_ANOTHER = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock."""
_BUSY_MILLISECONDS = 15_000


def make_engine(database_url: str, connections: int = 8) -> Engine:
    """An engine whose commits are durable when they return, on either database; it keeps so many connections."""
    checked = not database_url.startswith("sqlite")
    engine = create_engine(database_url, pool_size=connections, pool_pre_ping=checked)
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


class _Turns:
    """The turn to write to one SQLite file, among the threads and processes of this machine.

    SQLite's own waiting sleeps longer and longer, up to a tenth of a second, and is unfair (seconds at worst). The
    kernel wakes who waits for a file lock at once, and gives up the lock of a process that is killed.
    """

    def __init__(self, database: str) -> None:
        self._thread_turn = threading.Lock()
        # Not the database itself: to close that behind SQLite's back gives up SQLite's locks.
        self._file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def take(self) -> Iterator[None]:
        with self._thread_turn:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)


class SqlStore:
    """`Store` on an SQLAlchemy engine; without `authenticate` it can't write the audit log."""

    def __init__(self, engine: Engine, authenticate: Authenticate | None = None) -> None:
        self.engine = engine
        self._journal = Journal(authenticate)
        self._reading = engine.execution_options(**{_READ_ONLY: True})
        if engine.dialect.name == "postgresql":
            # By default each statement of a transaction sees another state.
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")
        is_file = engine.dialect.name == "sqlite" and engine.url.database not in {None, "", ":memory:"}
        self._turns = _Turns(str(engine.url.database)) if is_file else None

    @contextmanager
    def write(self) -> Iterator[Records]:
        try:
            with self._journal.page() as page, self._turn(), self.engine.begin() as connection:
                yield Records(connection, page)
        except DBAPIError as error:
            # Without its cause: the text of a database error repeats the values of the statement.
            if isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _LOST_AGAINST_ANOTHER:
                raise Conflict from None
            raise

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turns is None else self._turns.take()

    @contextmanager
    def read(self) -> Iterator[Records]:
        with self._reading.begin() as connection:
            yield Records(connection, NO_PAGE)

    def close(self) -> None:
        self.engine.dispose()
        if self._turns is not None:
            self._turns.close()
            self._turns = None
