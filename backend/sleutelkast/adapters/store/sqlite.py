"""Transactions on one SQLite file: many readers, and writers that share their commits.

SQLAlchemy's own transactions take longer than SQLite's, so BEGIN and COMMIT are sent by hand, on connections that stay.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

_BUSY_MILLISECONDS = 15_000
_BY_HAND = "sleutelkast_by_hand"
_MOST_TOGETHER = 64
"""So many transactions end in one commit at most: whoever fails and comes again must not put it off for ever."""


def prepare(connection: Any, _record: Any) -> None:
    """Prepare a driver's connection that was just opened."""
    # The driver's own transactions begin too late: BEGIN is sent by hand.
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


def begin(connection: Connection) -> None:
    """Begin a transaction of SQLAlchemy's: one that turns from reading to writing later could fail at once."""
    if not connection.get_execution_options().get(_BY_HAND, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class _Turns:
    """The turn to write to one SQLite file, among the processes of this machine.

    SQLite's own waiting sleeps longer and longer, up to a tenth of a second, and is unfair (seconds at worst). The
    kernel wakes who waits for a file lock at once, and gives up the lock of a process that is killed.
    """

    def __init__(self, database: str) -> None:
        # Not the database itself: to close that behind SQLite's back gives up SQLite's locks.
        self._file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def give(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)


class _Batch:
    """Transactions of several threads that end in one commit."""

    def __init__(self, connection: Connection) -> None:
        """Begin it on a connection that nobody else uses."""
        self._connection = connection
        self._driver = _driver(connection)
        self._driver.execute("BEGIN IMMEDIATE")
        self._size = 0
        self._is_broken = False
        self._is_kept = False
        self._ended = threading.Event()

    @property
    def takes_more(self) -> bool:
        return not self._is_broken and self._size < _MOST_TOGETHER

    @contextmanager
    def part(self) -> Iterator[Connection]:
        """One of its transactions; where it fails, the others go on as if it had never been."""
        self._size += 1
        self._driver.execute("SAVEPOINT part")
        try:
            yield self._connection
            self._driver.execute("RELEASE part")
        except BaseException:
            self._undo_part()
            raise

    def _undo_part(self) -> None:
        try:
            self._driver.execute("ROLLBACK TO part")
            self._driver.execute("RELEASE part")
        except sqlite3.Error:
            # SQLite rolled back everything by itself: the disk is full, say.
            self._is_broken = True

    def end(self) -> None:
        """Commit, and tell all who wait for it; never raises."""
        try:
            if not self._is_broken:
                self._driver.execute("COMMIT")
                self._is_kept = True
        except sqlite3.Error:
            self._is_broken = True
        finally:
            _roll_back(self._driver)
            self._ended.set()

    def wait(self) -> None:
        """Return once it is on the disk; raise where nothing of it was kept."""
        self._ended.wait()
        if not self._is_kept:
            raise sqlite3.OperationalError("nothing was kept")


class SqliteTransactions:
    """Transactions on one file for the threads of one process; what was written is on the disk when `write` ends.

    A commit writes each page that changed and waits for the disk, which takes longer than the statements do. So a
    writer who finds others waiting leaves the transaction open for them, and the last one commits for all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**{_BY_HAND: True})
        self._turns = _Turns(str(engine.url.database))
        self._pen = threading.Lock()
        self.waiting = 0
        """How many wait for the pen."""
        self._waiting_lock = threading.Lock()
        self._writer: Connection | None = None
        self._batch: _Batch | None = None
        self._idle_readers: list[Connection] = []

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """What is read in it is one state, whatever is written meanwhile."""
        with _errors_of_sqlalchemy():
            reader = self._take_reader()
            driver = _driver(reader)
            driver.execute("BEGIN")
            try:
                yield reader
            finally:
                _roll_back(driver)
                self._idle_readers.append(reader)

    def _take_reader(self) -> Connection:
        try:
            return self._idle_readers.pop()
        except IndexError:
            return self._engine.connect()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Nobody else writes in it; where it raises, nothing of it is kept."""
        with _errors_of_sqlalchemy():
            with self._pen_in_hand() as batch, batch.part() as connection:
                yield connection
            batch.wait()

    @contextmanager
    def _pen_in_hand(self) -> Iterator[_Batch]:
        self._take_pen()
        try:
            self._batch = self._batch or self._begin()
            yield self._batch
        finally:
            # Whoever waits for the pen will hold it, and end the batch then.
            if self._batch is not None and not (self.waiting and self._batch.takes_more):
                self._end(self._batch)
            self._pen.release()

    def _take_pen(self) -> None:
        with self._waiting_lock:
            self.waiting += 1
        self._pen.acquire()
        with self._waiting_lock:
            self.waiting -= 1

    def _begin(self) -> _Batch:
        self._turns.take()
        try:
            self._writer = self._writer or self._engine.connect()
            return _Batch(self._writer)
        except BaseException:
            self._turns.give()
            raise

    def _end(self, batch: _Batch) -> None:
        self._batch = None
        batch.end()
        self._turns.give()

    def close(self) -> None:
        """Close what nobody uses any more."""
        for connection in (*self._idle_readers, *filter(None, [self._writer])):
            connection.close()
        self._turns.close()


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _roll_back(driver: sqlite3.Connection) -> None:
    if driver.in_transaction:
        driver.execute("ROLLBACK")


@contextmanager
def _errors_of_sqlalchemy() -> Iterator[None]:
    """What the driver raises at BEGIN or COMMIT looks like what it raises at a statement."""
    try:
        yield
    except sqlite3.Error as error:
        raise OperationalError("", None, error) from None
