"""Databases as Crypt-Server 3 leaves them: Django's tables on SQLite and PostgreSQL, secrets sealed with Fernet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Connection, create_engine, text

NOW = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)

_SQLITE = (
    'CREATE TABLE "server_computer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "serial" varchar(200) NOT NULL'
    ' UNIQUE, "username" varchar(200) NOT NULL, "computername" varchar(200) NOT NULL, "last_checkin" datetime NULL)',
    'CREATE TABLE "server_secret" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "secret_type" varchar(256)'
    ' NOT NULL, "date_escrowed" datetime NOT NULL, "computer_id" integer NOT NULL REFERENCES "server_computer" ("id")'
    ' DEFERRABLE INITIALLY DEFERRED, "rotation_required" bool NOT NULL, "secret" text NOT NULL)',
    'CREATE INDEX "server_secret_computer_id_e4f0e9c8" ON "server_secret" ("computer_id")',
)
_POSTGRESQL = (
    'CREATE TABLE "server_computer" ("id" serial NOT NULL PRIMARY KEY, "serial" varchar(200) NOT NULL UNIQUE,'
    ' "username" varchar(200) NOT NULL, "computername" varchar(200) NOT NULL, "last_checkin" timestamp with time zone)',
    'CREATE TABLE "server_secret" ("id" serial NOT NULL PRIMARY KEY, "secret" text NOT NULL, "secret_type" varchar(256)'
    ' NOT NULL, "date_escrowed" timestamp with time zone NOT NULL, "rotation_required" boolean NOT NULL, "computer_id"'
    ' integer NOT NULL REFERENCES "server_computer" ("id") DEFERRABLE INITIALLY DEFERRED)',
    'CREATE INDEX "server_secret_computer_id_e4f0e9c8" ON "server_secret" ("computer_id")',
)


@dataclass
class CryptServerData:
    """A database of Crypt-Server, and what its own program would do to it."""

    url: str
    field_key: str = field(default_factory=lambda: Fernet.generate_key().decode(), repr=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def source(self) -> str:
        """As an administrator would name it: the file, or the address as Django's other tools have it."""
        return self.url.removeprefix("sqlite:///").replace("postgresql+psycopg://", "postgresql://")

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        engine = create_engine(self.url)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def create(self) -> None:
        with self.connection() as connection:
            for statement in _SQLITE if self.is_sqlite else _POSTGRESQL:
                connection.execute(text(statement))

    def computer(self, serial: str, name: str = "", username: str = "") -> int:
        row = {"serial": serial, "username": username, "name": name, "last": self._moment(NOW)}
        with self.connection() as connection:
            return int(
                connection.scalar(
                    text(
                        "INSERT INTO server_computer (serial, username, computername, last_checkin)"
                        " VALUES (:serial, :username, :name, :last) RETURNING id"
                    ),
                    row,
                )
            )

    def secret(self, computer: int, key: str, **fields: Any) -> int:
        """A secret as the check-in of Crypt-Server keeps it; `raw` stands for the sealed text where it is given."""
        row = {
            "computer": computer,
            "secret": fields.get("raw", self.sealed(key)),
            "type": fields.get("secret_type", "recovery_key"),
            "since": fields.get("since", NOW),
            "seen": fields.get("was_seen", False),
        }
        if isinstance(row["since"], datetime):
            row["since"] = self._moment(row["since"])
        with self.connection() as connection:
            return int(connection.scalar(text(_INSERT_SECRET + " RETURNING id"), row))

    def many(self, macs: int, key_of: Callable[[int], str]) -> None:
        """So many computers with one secret each."""
        computers = [
            {"id": number, "serial": f"C02BULK{number:06}", "username": "u", "name": f"Mac {number}"}
            for number in range(1, macs + 1)
        ]
        secrets = [
            {
                "computer": one["id"],
                "secret": self.sealed(key_of(number)),
                "type": "recovery_key",
                "since": self._moment(NOW + timedelta(seconds=number)),
                "seen": False,
            }
            for number, one in enumerate(computers)
        ]
        with self.connection() as connection:
            connection.execute(
                text(
                    "INSERT INTO server_computer (id, serial, username, computername)"
                    " VALUES (:id, :serial, :username, :name)"
                ),
                computers,
            )
            connection.execute(text(_INSERT_SECRET), secrets)

    def sealed(self, secret: str) -> str:
        return Fernet(self.field_key).encrypt(secret.encode()).decode()

    def _moment(self, moment: datetime) -> object:
        """Django writes UTC, on SQLite as a text without a zone."""
        return moment.replace(tzinfo=None).isoformat(" ") if self.is_sqlite else moment

    def rows(self) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            tables = ("server_computer", "server_secret")
            return [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))]


_INSERT_SECRET = (
    "INSERT INTO server_secret (secret, secret_type, date_escrowed, rotation_required, computer_id)"
    " VALUES (:secret, :type, :since, :seen, :computer)"
)
