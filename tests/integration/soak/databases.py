"""The databases of a run, and how others get into the portal's way on them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psycopg


class Database(Protocol):
    url: str
    """SQLAlchemy's, as the portal's setting."""

    def held(self) -> contextlib.AbstractContextManager[None]:
        """Within the block somebody else holds the lock that every writer needs."""

    def being_read(self) -> contextlib.AbstractContextManager[None]:
        """Within the block somebody reads in one long transaction."""

    def cut_off(self) -> None:
        """End every connection to it, also in the middle of a transaction."""


class SqliteDatabase:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextlib.contextmanager
    def being_read(self) -> Iterator[None]:
        with self._transaction("BEGIN") as connection:
            connection.execute("SELECT count(*) FROM deposits")
            yield

    def cut_off(self) -> None:
        raise NotImplementedError("SQLite has no connections that could be cut")

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path, timeout=60, isolation_level=None)) as connection:
            connection.execute(begin)
            yield connection


class PostgresqlDatabase:
    def __init__(self, url: str) -> None:
        self.url = url

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        with self._connect() as connection, connection.transaction():
            connection.execute("LOCK TABLE devices, deposits, commands IN EXCLUSIVE MODE")
            yield

    @contextlib.contextmanager
    def being_read(self) -> Iterator[None]:
        with self._connect() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT count(*) FROM deposits")
            yield

    def cut_off(self) -> None:
        with self._connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
