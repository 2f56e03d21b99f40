"""Transactions: durable, one after the other where they write, and never in each other's way where they read."""

from __future__ import annotations

import sqlite3
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.adapters.store.records import Records
from sleutelkast.adapters.store.schema import devices, people
from sleutelkast.domain.deposit import CommandState
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import HOUR, NOW, add_deposit, deposit, device, pending, person

THREADS = 8
EACH = 10
LONG_ENOUGH = 0.1
"""Seconds in which a thread that does not wait would be done."""

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers and the writer at once"),
        pytest.param("synchronous", 2, id="FULL: a commit is on the disk"),
        pytest.param("foreign_keys", 1, id="foreign keys hold"),
        pytest.param("busy_timeout", 15_000, id="a writer waits its turn"),
        pytest.param("secure_delete", 1, id="what is deleted is overwritten"),
    ],
)
def test_every_connection_to_sqlite_is_prepared(store: SqlStore, pragma: str, value: object) -> None:
    with store.read() as first, store.read() as second:
        connections = [first.connection, second.connection]
        assert [one.exec_driver_sql(f"PRAGMA {pragma}").scalar() for one in connections] == [value, value]


def test_what_is_written_stays(store: SqlStore, database_url: str) -> None:
    with store.write() as tx:
        tx.people.add(person("anna"), None)
    with closing(SqlStore(make_engine(database_url))) as another, another.read() as tx:
        assert tx.people.get("anna") == person("anna")


def test_a_transaction_that_fails_leaves_nothing(store: SqlStore) -> None:
    with pytest.raises(LookupError), store.write() as tx:
        _add_and_fail(tx)
    with store.read() as tx:
        assert tx.people.get("anna") is None


def _add_and_fail(tx: Records) -> None:
    tx.people.add(person("anna"), None)
    raise LookupError


def test_a_row_without_its_parent_is_a_conflict_that_tells_no_values(store: SqlStore) -> None:
    with pytest.raises(Conflict) as caught, store.write() as tx:
        tx.devices.add(device(owner_id="somebody-unknown"))
    assert "somebody-unknown" not in "".join(traceback.format_exception(caught.value))


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: SqlStore) -> None:
    with store.read() as reading:
        assert reading.people.all() == []
        with store.write() as writing:
            writing.people.add(person("anna"), None)
        assert reading.people.all() == []
    with store.read() as reading:
        assert reading.people.all() == [person("anna")]


def test_many_writers_at_once_all_get_their_turn(store: SqlStore, another: SqlStore) -> None:
    def write(number: int) -> None:
        for turn in range(EACH):
            with (store, another)[number % 2].write() as tx:
                tx.devices.add(device(f"{number}-{turn}"))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, range(THREADS)))
    with store.read() as tx:
        assert tx.connection.scalar(select(func.count()).select_from(devices)) == THREADS * EACH


def test_what_is_read_under_a_lock_is_never_overwritten(store: SqlStore, another: SqlStore, mac: str) -> None:
    def count_up(number: int) -> None:
        for _ in range(EACH):
            with (store, another)[number % 2].write() as tx:
                present = tx.devices.lock(mac)
                assert present is not None
                tx.devices.save(replace(present, model=str(int(present.model or 0) + 1)))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(count_up, range(THREADS)))
    with store.read() as tx:
        assert tx.devices.get(mac) == device(mac, owner_id="anna", model=str(THREADS * EACH))


def test_a_locked_mac_is_waited_for(store: SqlStore, another: SqlStore, mac: str) -> None:
    is_locked = threading.Event()

    def look() -> str | None:
        is_locked.wait()
        with another.write() as tx:
            seen = tx.devices.lock(mac)
            return seen.model if seen else None

    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(look)
        with store.write() as tx:
            locked = tx.devices.lock(mac)
            assert locked is not None
            is_locked.set()
            with pytest.raises(TimeoutError):
                looking.result(LONG_ENOUGH)
            tx.devices.save(replace(locked, model="iMac"))
        assert looking.result() == "iMac"


def test_a_locked_person_is_waited_for(store: SqlStore, another: SqlStore, mac: str) -> None:
    is_locked = threading.Event()

    def look() -> str | None:
        is_locked.wait()
        with another.write() as tx:
            tx.people.lock("anna")
            return tx.people.password_hash("anna")

    with ThreadPoolExecutor(1) as thread:
        looking = thread.submit(look)
        with store.write() as tx:
            tx.people.lock("anna")
            is_locked.set()
            with pytest.raises(TimeoutError):
                looking.result(LONG_ENOUGH)
            tx.people.set_password_hash("anna", "hashed anew")
        assert looking.result() == "hashed anew"


def test_a_due_command_is_claimed_by_one_of_many(store: SqlStore, another: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit())
        tx.commands.add(pending("the-one"))
    at_once = threading.Barrier(THREADS)

    def claim(number: int) -> bool:
        at_once.wait()
        with (store, another)[number % 2].write() as tx:
            return tx.commands.claim("the-one", NOW, until=NOW + HOUR) is not None

    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(claim, range(THREADS))) == 1
    with store.read() as tx:
        assert tx.commands.get("the-one") == pending("the-one", state=CommandState.NEW, tries=1)


def test_of_two_who_take_the_same_name_one_is_told(store: SqlStore, another: SqlStore) -> None:
    def add(one: SqlStore) -> bool:
        try:
            with one.write() as tx:
                tx.people.add(person("anna"), None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, (store, another))) == [False, True]
    with store.read() as tx:
        assert tx.connection.scalar(select(func.count()).select_from(people)) == 1


@on_sqlite
def test_a_program_that_takes_no_turns_is_waited_for(store: SqlStore) -> None:
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as thread:
            writing = thread.submit(_write, store)
            with pytest.raises(TimeoutError):
                writing.result(LONG_ENOUGH)
            stranger.execute("COMMIT")
            writing.result(timedelta(seconds=10).total_seconds())


@on_sqlite
def test_nobody_writes_between_a_writers_look_and_its_write(store: SqlStore) -> None:
    with closing(sqlite3.connect(str(store.engine.url.database), timeout=0, isolation_level=None)) as stranger:
        with store.write() as tx:
            assert tx.people.all() == []
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                stranger.execute("BEGIN IMMEDIATE")
            tx.people.add(person("anna"), None)
        stranger.execute("BEGIN IMMEDIATE")


def _write(store: SqlStore) -> None:
    with store.write() as tx:
        tx.people.add(person("anna"), None)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
    both_hold_one = threading.Barrier(2)

    def lock(first: str, second: str) -> bool:
        try:
            with store.write() as tx:
                tx.devices.lock(first)
                both_hold_one.wait()
                tx.devices.lock(second)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(lock, (mac, "other"), ("other", mac))) == [False, True]


@pytest.fixture
def another(database_url: str) -> Iterator[SqlStore]:
    """The store of another process."""
    with closing(SqlStore(make_engine(database_url))) as another:
        yield another
