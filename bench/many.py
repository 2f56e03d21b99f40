"""Fills a new store with many Macs and audit entries, past HTTP and past the use cases: these would take hours.

What pages read is as the portal writes it: each Mac has its owner, its words, a deposit and a version, and the audit
log is a true chain, each entry authenticated and linked under the key ring. Only the sealed bytes of the versions are
none: no page opens them.
"""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, text

from sleutelkast.adapters.store.schema import metadata
from sleutelkast.domain.audit import (
    NO_HEAD,
    Action,
    AuditEntry,
    Head,
    Origin,
    Outcome,
    chained,
    entry_message,
)
from sleutelkast.domain.search import words_of
from sleutelkast.usecases.audit_chain import AUDIT_ENTRY, AUDIT_LINK
from sleutelkast.usecases.ports import Sealer

FIRST_NAMES = ("Anna", "Bram", "Chloé", "Daan", "Émile", "Fatima", "Günther", "Hanneke", "İbrahim", "Jürgen", "سارة")
SURNAMES = ("Jansen", "de Vries", "van den Berg", "Müller", "Özdemir", "Nowak", "Ødegård", "شريف", "García", "Smit")
MODELS = ("MacBook Air", "MacBook Pro", "iMac", "Mac mini")
_MACS_OF_A_PERSON = 2
_SECONDS_BETWEEN_ENTRIES = 30
_WRITER = "0123456789abcdef"
_ACTIONS = (Action.SIGN_IN, Action.DEPOSIT, Action.KEY_KEPT, Action.REVEAL, Action.ROTATION, Action.STORE_ASKED)

Row = tuple[object, ...]


@dataclass(frozen=True)
class Crowd:
    """So many Macs with as many audit entries; the same for the same number."""

    size: int
    now: datetime

    @cached_property
    def devices(self) -> Sequence[str]:
        return self._ids(1, self.size)

    @cached_property
    def people(self) -> Sequence[str]:
        return self._ids(2, max(1, self.size // _MACS_OF_A_PERSON))

    @staticmethod
    def _ids(seed: int, count: int) -> list[str]:
        chance = random.Random(seed)  # noqa: S311  # nosec B311 - ids that spread as real ones do
        return [chance.randbytes(12).hex() for _ in range(count)]

    @cached_property
    def _dice(self) -> bytes:
        return random.Random(4).randbytes(self.size)  # noqa: S311  # nosec B311 - as things come by chance

    def kind_of(self, number: int) -> int:
        """Of twenty-five; some of them stand for what support filters by."""
        return self._dice[number] % 25

    def owner_of(self, number: int) -> int:
        return number % len(self.people)

    def name_of(self, person: int) -> str:
        first, last = divmod(self._dice[-1 - person], len(SURNAMES))
        return f"{FIRST_NAMES[first % len(FIRST_NAMES)]} {SURNAMES[last]}"

    def username_of(self, person: int) -> str:
        return f"user{person:07d}"

    def serial_of(self, number: int) -> str:
        return f"C02{number:07X}"

    def mac_name_of(self, number: int) -> str:
        return f"{MODELS[number % len(MODELS)]} {number % 97}"

    def entry_at(self, number: int) -> datetime:
        """When the entry with this number, from 1 on, was written down."""
        return self.now - (self.size - number + 1) * timedelta(seconds=_SECONDS_BETWEEN_ENTRIES)

    # Rows

    def people_rows(self) -> Iterator[Row]:
        made = _text(self.now - timedelta(days=400))
        for number, person_id in enumerate(self.people):
            username = self.username_of(number)
            yield person_id, username, username, self.name_of(number), "", made

    def device_rows(self) -> Iterator[Row]:
        made, silent = _text(self.now - timedelta(days=300)), self.now - timedelta(days=90)
        later = _text(self.now + timedelta(days=300))
        for number, device_id in enumerate(self.devices):
            kind = self.kind_of(number)
            checked_in = (
                silent - timedelta(seconds=number) if kind == 1 else self.now - timedelta(seconds=number % 9999)
            )
            yield (
                *(device_id, made, self.serial_of(number), f"{number:08X}-0000-4000-8000-0123456789AB"),
                *(self.people[self.owner_of(number)], ("personal", "corporate")[number % 2]),
                *(self.mac_name_of(number), MODELS[number % len(MODELS)], "15.1", kind != 2, _text(checked_in), made),
                *(kind == 3, made, later, "rotated-elsewhere" if kind == 4 else None, made if kind == 4 else None),
            )

    def word_rows(self) -> Iterator[Row]:
        """In the order of their index: in another, writing them takes three times as long."""
        places: dict[str, list[int]] = defaultdict(list)
        words_of_name = cache(lambda name: words_of([name]))
        for number in range(self.size):
            owner = self.owner_of(number)
            named = words_of_name(self.mac_name_of(number)) | words_of_name(self.name_of(owner))
            for word in named | words_of([self.serial_of(number), self.username_of(owner)]):
                places[word].append(number)
        for word in sorted(places):
            for device_id in sorted(self.devices[number] for number in places[word]):
                yield word, device_id

    def keyless_rows(self) -> Iterator[Row]:
        return ((device_id,) for number, device_id in enumerate(self.devices) if self.kind_of(number) == 5)

    def version_rows(self) -> Iterator[Row]:
        made = _text(self.now - timedelta(days=200))
        for number, device_id in enumerate(self.devices):
            if self.kind_of(number) != 5:
                owner = self.people[self.owner_of(number)]
                ownership = ("personal", "corporate")[number % 2]
                yield device_id[::-1], device_id, "rotated", made, made, owner, ownership, b"sealed" * 30

    def deposit_rows(self) -> Iterator[Row]:
        made = _text(self.now - timedelta(days=200))
        for number, device_id in enumerate(self.devices):
            owner = self.people[self.owner_of(number)]
            ownership = ("personal", "corporate")[number % 2]
            state = "refused" if self.kind_of(number) == 6 else "stored"
            yield device_id[::-1], device_id, owner, "deposit", state, made, made, made, False, owner, ownership

    def entries(self) -> Iterator[AuditEntry]:
        """One in twenty-five was denied, and one in ten is by the same person."""
        chance = random.Random(3)  # noqa: S311  # nosec B311 - as many as come by chance
        for number in range(1, self.size + 1):
            device = chance.randrange(self.size)
            outcome = Outcome.DENIED if number % 25 == 0 else Outcome.DONE
            actor = self.people[0 if number % 10 == 0 else self.owner_of(device)]
            action = _ACTIONS[chance.randrange(len(_ACTIONS))]
            device_id = None if action is Action.SIGN_IN else self.devices[device]
            yield AuditEntry(self.entry_at(number), actor, action, outcome, device_id)


def _text(moment: datetime) -> str:
    """As both databases read it, and SQLite keeps it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


_TABLES = (
    ("people", "id username sign_in_name name roles created_at", Crowd.people_rows),
    (
        "devices",
        "id created_at serial udid owner_id ownership reported_name model os_version filevault_enabled last_check_in"
        " enrolled_at quarantined grace_since next_inquiry_at stale stale_since",
        Crowd.device_rows,
    ),
    ("device_words", "word device_id", Crowd.word_rows),
    ("keyless", "device_id", Crowd.keyless_rows),
    (
        "versions",
        "id device_id provenance as_of received_at escrow_owner_id escrow_ownership envelope",
        Crowd.version_rows,
    ),
    (
        "deposits",
        "id device_id person_id kind state created_at sent_at settled_at answer_in_hand escrow_owner_id"
        " escrow_ownership",
        Crowd.deposit_rows,
    ),
)
_AUDIT = "at actor_id action outcome device_id writer serial settled authenticator number link"


def fill(engine: Engine, crowd: Crowd, sealer: Sealer) -> Head:
    """Write it all into a store that `sleutelkast init` made; the head of the audit log's chain."""
    chain = _Chain(crowd, sealer)
    with _without_indexes(engine), _write(engine) as write:
        for table, columns, rows in _TABLES:
            write(table, columns.split(), rows(crowd))
        write("audit", _AUDIT.split(), chain.rows())
        write("audit_head", ["id", "count", "link"], [(1, chain.head.count, chain.head.link)])
    if engine.dialect.name == "postgresql":
        # As PostgreSQL does by itself where a store grows in more than a minute.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return chain.head


class _Chain:
    """The entries of a crowd as one process of the portal writes and links them."""

    def __init__(self, crowd: Crowd, sealer: Sealer) -> None:
        self._crowd = crowd
        self._entry = partial(sealer.authenticate, AUDIT_ENTRY)
        self._link = partial(sealer.authenticate, AUDIT_LINK)
        self.head = NO_HEAD

    def rows(self) -> Iterator[Row]:
        for number, entry in enumerate(self._crowd.entries(), 1):
            origin = Origin(_WRITER, number, number - 1)
            authenticator = self._entry(entry_message(entry, origin))
            (linked,) = chained(self.head, [(number, authenticator)], self._link)
            self.head = Head(number, linked.link)
            told = (_text(entry.at), entry.actor_id, entry.action, entry.outcome, entry.device_id)
            yield (*told, _WRITER, number, number - 1, authenticator, number, linked.link)


Write = Callable[[str, Sequence[str], Iterable[Row]], None]


@contextmanager
def _without_indexes(engine: Engine) -> Iterator[None]:
    """They are made at the end, all at once: that takes a tenth of the time."""
    indexes = [index for table in metadata.sorted_tables for index in table.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


@contextmanager
def _write(engine: Engine) -> Iterator[Write]:
    with closing(engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        into = _into_sqlite(driver) if engine.dialect.name == "sqlite" else _into_postgresql(driver)
        yield into
        driver.commit()


def _into_sqlite(driver: sqlite3.Connection) -> Write:
    # Nothing of it needs to outlive a crash of the machine.
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000"):
        driver.execute(f"PRAGMA {pragma}")
    driver.execute("BEGIN IMMEDIATE")

    def write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608  # nosec B608

    return write


def _into_postgresql(driver: psycopg.Connection[Row]) -> Write:
    # Without a look at the foreign keys of each row.
    driver.execute("SET session_replication_role = replica")

    def write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    return write
