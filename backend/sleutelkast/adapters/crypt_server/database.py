"""The tables of a Crypt-Server, in one read-only transaction; what its key opens, and what it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, Engine, Result, Row, Select, column, create_engine, event, inspect, select, table
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from sleutelkast.domain.recovery_key import Malformed, RecoveryKey, parse
from sleutelkast.usecases.import_keys import OfferedKey, OfferedMac, Trouble

_ROWS_AT_ONCE: Final = 200
_MOST_KEYS: Final = 1000
"""So many of one Mac's keys are read, the newest; what is behind them is counted."""
_KEY_TYPE: Final = "recovery_key"
_TOKEN: Final = "gAAAA"  # how every Fernet token begins: its version byte and the first bytes of its time  # noqa: S105

_COMPUTERS = table("server_computer", *map(column, ("id", "serial", "username", "computername")))
_SECRETS = table(
    "server_secret",
    *map(column, ("id", "computer_id", "secret", "secret_type", "date_escrowed", "rotation_required")),
)
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://", "postgres://")


class CryptServerError(Exception):
    """The database can't be read; the text says the mend, and repeats neither its address nor anything in it."""


class CryptServer:
    """What one database of a Crypt-Server holds."""

    def __init__(self, connection: Connection, opener: MultiFernet) -> None:
        self._connection = connection
        self._opener = opener

    def require_the_right_key(self) -> None:
        """Raise `CryptServerError` where the key opens none of the sealed secrets."""
        sealed = False
        with closing(self._rows(select(_SECRETS.c.secret))) as rows:
            for row in rows:
                if isinstance(row.secret, str) and row.secret.startswith(_TOKEN):
                    sealed = True
                    if self._opened(row.secret) is not None:
                        return
        if sealed:
            raise CryptServerError(
                "FIELD_ENCRYPTION_KEY opens none of the secrets: take the one that this Crypt-Server runs with"
            )

    def macs(self) -> Iterator[OfferedMac]:
        """Every computer with its secrets, oldest secret first; one at a time."""
        both = select(
            _COMPUTERS.c.id.label("computer"),
            _COMPUTERS.c.serial,
            _COMPUTERS.c.username,
            _COMPUTERS.c.computername,
            *(one for one in _SECRETS.c if one.name != "computer_id"),
        ).select_from(_COMPUTERS.outerjoin(_SECRETS, _SECRETS.c.computer_id == _COMPUTERS.c.id))
        newest_first = both.order_by(_COMPUTERS.c.id, _SECRETS.c.date_escrowed.desc(), _SECRETS.c.id.desc())
        for _, rows in groupby(self._rows(newest_first), key=lambda row: row.computer):
            yield self._mac(rows)

    def secrets_of_no_mac(self) -> int:
        """How many secrets point at no computer; PostgreSQL allows none."""
        nowhere = select(_SECRETS.c.id).where(_SECRETS.c.computer_id.not_in(select(_COMPUTERS.c.id)))
        return sum(1 for _ in self._rows(nowhere))

    def _rows(self, statement: Select[Any]) -> Generator[Row[Any], None, None]:
        with _readable():
            found = self._connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(statement)
        yield from _each(found)

    def _mac(self, rows: Iterator[Row[Any]]) -> OfferedMac:
        first = next(rows)
        # A computer without secrets comes as one row without a secret.
        own = [first, *islice(rows, _MOST_KEYS - 1)] if first.id is not None else []
        keys = [self._key(row) for row in reversed(own)]
        too_many = sum(1 for _ in rows)
        return OfferedMac(_text(first.serial), _text(first.username), _text(first.computername), keys, too_many)

    def _key(self, row: Row[Any]) -> OfferedKey:
        key, trouble = self._read(row.secret) if row.secret_type == _KEY_TYPE else (None, Trouble.TYPE)
        return OfferedKey(str(row.id), key, trouble, _moment(row.date_escrowed), was_seen=bool(row.rotation_required))

    def _read(self, secret: object) -> tuple[RecoveryKey | None, Trouble | None]:
        if not isinstance(secret, str):
            return None, Trouble.SEALED
        # Rows of very old servers are not sealed; Crypt-Server shows them as they are.
        key = _parsed(secret)
        if key is not None:
            return key, None
        opened = self._opened(secret)
        if opened is None:
            return None, Trouble.SEALED
        key = _parsed(opened)
        return key, None if key is not None else Trouble.FORM

    def _opened(self, token: str) -> str | None:
        try:
            return self._opener.decrypt(token.encode("ascii")).decode("utf-8")
        except (InvalidToken, ValueError):
            return None


def _each(found: Result[Any]) -> Iterator[Row[Any]]:
    """The rows, as they come; only what the database does is its own mistake, not what is done with a row."""
    # Closed however the reading ends: PostgreSQL keeps a cursor for it.
    with closing(found):
        while True:
            with _readable():
                row = found.fetchone()
            if row is None:
                return
            yield row


@contextmanager
def open_crypt_server(source: str, keys: Sequence[str]) -> Iterator[CryptServer]:
    """The Crypt-Server behind a database address or an SQLite file, as it is at this moment.

    Raise `CryptServerError` where it can't be read.
    """
    opener = _opener(keys)
    engine = _engine(source)
    try:
        with _connected(engine) as connection:
            yield CryptServer(connection, opener)
    finally:
        engine.dispose()


def _connected(engine: Engine) -> Connection:
    with _readable():
        connection = engine.connect()
        try:
            _require_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # The type alone: the text may repeat the address with its password, or a row.
        raise CryptServerError(
            f"Crypt-Server's database can't be read ({type(error).__name__}): check its address, and whether it runs"
        ) from None


def _opener(keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise CryptServerError(
            "FIELD_ENCRYPTION_KEY is no Fernet key: take it as it stands in the settings of Crypt-Server"
        ) from None


def _engine(source: str) -> Engine:
    scheme = next((one for one in _POSTGRESQL if source.startswith(one)), None)
    if scheme is None:
        return _sqlite(Path(source.removeprefix("sqlite:///")))
    address = f"{_POSTGRESQL[0]}{source.removeprefix(scheme)}"
    try:
        engine = create_engine(address, isolation_level="REPEATABLE READ")
    except (ArgumentError, ValueError):
        raise CryptServerError("write the address as postgresql://USER@HOST/NAME") from None
    return engine.execution_options(postgresql_readonly=True)


def _sqlite(path: Path) -> Engine:
    if not path.is_file():
        raise CryptServerError(
            "there is no such file: name Crypt-Server's SQLite file, or write postgresql://USER@HOST/NAME"
        )

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, isolation_level=None)
        # What can't be read as text must not end the reading of the rest.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection

    engine = create_engine("sqlite://", creator=connect)
    # One state for all that is read: the file is held from the first row to the last.
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN"))
    return engine


def _require_tables(connection: Connection) -> None:
    look = inspect(connection)
    for wanted in (_COMPUTERS, _SECRETS):
        try:
            present = {one["name"] for one in look.get_columns(wanted.name)}
        except NoSuchTableError:
            raise CryptServerError("these are no tables of a Crypt-Server: name its own database") from None
        if not present.issuperset(one.name for one in wanted.c):
            raise CryptServerError("these are the tables of an older Crypt-Server: bring it up to release 3 first")


def _parsed(text: str) -> RecoveryKey | None:
    try:
        return parse(text)
    except Malformed:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """Django keeps UTC; without a zone on SQLite."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
