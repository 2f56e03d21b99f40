"""Writers of one process share their commits, and each of them is on its own all the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.adapters.store.journal import NO_PAGE
from sleutelkast.adapters.store.records import Records
from sleutelkast.adapters.store.sqlite import SqliteTransactions
from tests.integration.adapters.store.records import device, person

Work = Callable[[Records], object]
LONG_ENOUGH = 0.1
"""Seconds in which who does not wait would be done."""
PATIENCE = 10.0

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_who_waited_is_in_the_same_commit(store: SqlStore, writers: Writers) -> None:
    anna, bert = writers.one_after_the_other(adds("anna"), adds("bert"))
    with pytest.raises(TimeoutError):
        anna.ended.result(LONG_ENOUGH)
    assert names(store) == []
    bert.may_end()
    assert [anna.failure(), bert.failure()] == [None, None]
    assert names(store) == ["anna", "bert"]


def test_who_is_alone_waits_for_nobody(store: SqlStore, writers: Writers) -> None:
    (anna,) = writers.one_after_the_other(adds("anna"))
    anna.may_end()
    assert anna.failure() is None
    assert names(store) == ["anna"]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["the first", "one between", "the last"])
def test_one_that_fails_takes_nothing_of_the_others_along(store: SqlStore, writers: Writers, at: int) -> None:
    works = [adds("anna"), adds("bert")]
    works.insert(at, adds_and_fails("cora"))
    *others, last = writers.one_after_the_other(*works)
    last.may_end()
    failures = [one.failure() for one in (*others, last)]
    assert [type(one) for one in failures if one is not None] == [LookupError]
    assert isinstance(failures[at], LookupError)
    assert names(store) == ["anna", "bert"]


def test_what_the_database_refuses_is_told_to_who_asked(store: SqlStore, writers: Writers) -> None:
    anna, ghost = writers.one_after_the_other(adds("anna"), lambda tx: tx.devices.add(device(owner_id="nobody")))
    ghost.may_end()
    assert anna.failure() is None
    assert isinstance(ghost.failure(), IntegrityError)
    assert names(store) == ["anna"]


def test_a_commit_that_fails_is_told_to_all(store: SqlStore, writers: Writers) -> None:
    anna, ghost = writers.one_after_the_other(adds("anna"), lets_the_commit_fail)
    ghost.may_end()
    assert [type(anna.failure()), type(ghost.failure())] == [OperationalError, OperationalError]
    assert names(store) == []
    (bert,) = writers.one_after_the_other(adds("bert"))
    bert.may_end()
    assert bert.failure() is None
    assert names(store) == ["bert"]


def test_nobody_joins_what_sqlite_gave_up(store: SqlStore, writers: Writers) -> None:
    """As where the disk is full: the whole transaction is gone, with what others had written in it."""
    anna, breaker, bert = writers.one_after_the_other(adds("anna"), rolls_back_everything, adds("bert"))
    bert.may_end()
    assert isinstance(anna.failure(), OperationalError)
    assert isinstance(breaker.failure(), IntegrityError)
    assert bert.failure() is None
    assert names(store) == ["bert"]


def test_another_process_waits_for_all_of_them(store: SqlStore, writers: Writers) -> None:
    with ThreadPoolExecutor(1) as thread:
        anna, bert = writers.one_after_the_other(adds("anna"), adds("bert"))
        cora = thread.submit(_add, store, "cora")
        with pytest.raises(TimeoutError):
            cora.result(LONG_ENOUGH)
        bert.may_end()
        cora.result(PATIENCE)
    assert [anna.failure(), bert.failure()] == [None, None]
    assert names(store) == ["anna", "bert", "cora"]


def test_a_transaction_ended_behind_its_back_is_an_error_like_any_other(writers: Writers) -> None:
    (lost,) = writers.one_after_the_other(lambda tx: tx.connection.exec_driver_sql("ROLLBACK"))
    lost.may_end()
    assert isinstance(lost.failure(), OperationalError)


def adds(username: str) -> Work:
    return lambda tx: tx.people.add(person(username), None)


def adds_and_fails(username: str) -> Work:
    def work(tx: Records) -> None:
        tx.people.add(person(username), None)
        raise LookupError

    return work


def lets_the_commit_fail(tx: Records) -> None:
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    tx.devices.add(device(owner_id="nobody"))


def rolls_back_everything(tx: Records) -> None:
    columns = "id, username, sign_in_name, name, roles, created_at"
    tx.connection.exec_driver_sql(f"INSERT OR ROLLBACK INTO people ({columns}) SELECT {columns} FROM people")


def _add(store: SqlStore, username: str) -> None:
    with store.write() as tx:
        tx.people.add(person(username), None)


def names(store: SqlStore) -> list[str]:
    with store.read() as tx:
        return [one.id for one in tx.people.all()]


class Writer:
    """A thread in a transaction, which does its work and ends when it is told to."""

    def __init__(self, transactions: SqliteTransactions, work: Work, threads: ThreadPoolExecutor) -> None:
        self._transactions, self._work = transactions, work
        self._is_inside, self._may_end = threading.Event(), threading.Event()
        self.ended: Future[None] = threads.submit(self._write)

    def _write(self) -> None:
        with self._transactions.write() as connection:
            self._is_inside.set()
            assert self._may_end.wait(PATIENCE)
            self._work(Records(connection, NO_PAGE))

    def wait_until_inside(self) -> None:
        assert self._is_inside.wait(PATIENCE)

    def may_end(self) -> None:
        self._may_end.set()

    def failure(self) -> BaseException | None:
        return self.ended.exception(PATIENCE)


class Writers:
    def __init__(self, transactions: SqliteTransactions, threads: ThreadPoolExecutor) -> None:
        self.transactions, self._threads = transactions, threads

    def one_after_the_other(self, *works: Work) -> list[Writer]:
        """Each waited while the one before it wrote; the last is inside now, and all others are at their end."""
        writers: list[Writer] = []
        for work in works:
            writers.append(Writer(self.transactions, work, self._threads))
            if len(writers) > 1:
                self._wait_until_one_waits()
                writers[-2].may_end()
            writers[-1].wait_until_inside()
        return writers

    def _wait_until_one_waits(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while self.transactions.waiting != 1:
            assert time.monotonic() < give_up
            time.sleep(0.001)


@pytest.fixture
def writers(store: SqlStore, database_url: str) -> Iterator[Writers]:
    """Another process than that of `store`."""
    engine = make_engine(database_url)
    with closing(SqliteTransactions(engine)) as transactions, ThreadPoolExecutor(4) as threads:
        yield Writers(transactions, threads)
    engine.dispose()
