"""Engines for SQLite and PostgreSQL, and the transactions on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from sleutelkast.adapters.store import sqlite
from sleutelkast.adapters.store.journal import NO_PAGE, Journal
from sleutelkast.adapters.store.records import Records
from sleutelkast.domain.audit import Authenticate
from sleutelkast.usecases.repository import Conflict

_LOST_AGAINST_ANOTHER = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock."""


def make_engine(database_url: str, connections: int = 8) -> Engine:
    """An engine whose commits are durable when they return, on either database; it keeps so many connections."""
    checked = not database_url.startswith("sqlite")
    engine = create_engine(database_url, pool_size=connections, pool_pre_ping=checked)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite.prepare)
        event.listen(engine, "begin", sqlite.begin)
    return engine


class _Transactions(Protocol):
    """Where a store's transactions come from."""

    def read(self) -> AbstractContextManager[Connection]: ...
    def write(self) -> AbstractContextManager[Connection]: ...
    def close(self) -> None: ...


class _ServerTransactions:
    """Transactions of a database server, which lets many write at once."""

    def __init__(self, engine: Engine) -> None:
        # By default each statement of a transaction sees another state.
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ")
        self._writing = engine

    def read(self) -> AbstractContextManager[Connection]:
        return self._reading.begin()

    def write(self) -> AbstractContextManager[Connection]:
        return self._writing.begin()

    def close(self) -> None:
        """The engine keeps the connections."""


class SqlStore:
    """`Store` on an SQLAlchemy engine; without `authenticate` it can't write the audit log."""

    def __init__(self, engine: Engine, authenticate: Authenticate | None = None) -> None:
        self.engine = engine
        self._journal = Journal(authenticate)
        on_file = engine.dialect.name == "sqlite"
        self._transactions: _Transactions = (
            sqlite.SqliteTransactions(engine) if on_file else _ServerTransactions(engine)
        )

    @contextmanager
    def write(self) -> Iterator[Records]:
        try:
            with self._journal.page() as page, self._transactions.write() as connection:
                yield Records(connection, page)
        except DBAPIError as error:
            # Without its cause: the text of a database error repeats the values of the statement.
            if isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _LOST_AGAINST_ANOTHER:
                raise Conflict from None
            raise

    @contextmanager
    def read(self) -> Iterator[Records]:
        with self._transactions.read() as connection:
            yield Records(connection, NO_PAGE)

    def close(self) -> None:
        self._transactions.close()
        self.engine.dispose()
