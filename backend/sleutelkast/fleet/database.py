"""The SQLite file in which Macs and server keep what must survive SIGKILL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS macs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    udid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    owner TEXT,
    ownership TEXT,
    scenario TEXT NOT NULL,
    model TEXT NOT NULL,
    product_name TEXT NOT NULL,
    os_version TEXT NOT NULL,
    language TEXT NOT NULL,
    cipher TEXT NOT NULL,
    token_update_first INTEGER NOT NULL,
    enrolled INTEGER NOT NULL,
    escrow_certificate BLOB,
    escrowed_key BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS recovery_keys (
    udid TEXT NOT NULL REFERENCES macs (udid) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    recovery_key TEXT NOT NULL,
    PRIMARY KEY (udid, version)
) STRICT;
CREATE TABLE IF NOT EXISTS meetings (
    udid TEXT NOT NULL REFERENCES macs (udid) ON DELETE CASCADE,
    command_uuid TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at REAL NOT NULL,
    PRIMARY KEY (udid, command_uuid)
) STRICT;
CREATE TABLE IF NOT EXISTS enrollments (
    id TEXT PRIMARY KEY,
    enabled INTEGER NOT NULL,
    token_update_tally INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS commands (
    command_uuid TEXT PRIMARY KEY,
    request_type TEXT NOT NULL,
    command BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS enrollment_queue (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL REFERENCES enrollments (id) ON DELETE CASCADE,
    command_uuid TEXT NOT NULL REFERENCES commands (command_uuid),
    active INTEGER NOT NULL DEFAULT 1,
    UNIQUE (id, command_uuid)
) STRICT;
CREATE TABLE IF NOT EXISTS command_results (
    id TEXT NOT NULL REFERENCES enrollments (id) ON DELETE CASCADE,
    command_uuid TEXT NOT NULL,
    status TEXT NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (id, command_uuid)
) STRICT;
"""


class Database:
    """One connection for all threads; what a `transaction` wrote is on disk when it ends."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one at a time."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        with self._lock:
            self._connection.close()
