"""What the Macs themselves remember: who they are, every key they had, which commands they met."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Iterable
from typing import Final

from sleutelkast.fleet.database import Database
from sleutelkast.fleet.mac import Cipher, Mac, Scenario
from sleutelkast.fleet.reactions import Meeting

_COLUMNS: Final = tuple(field.name for field in dataclasses.fields(Mac) if field.name != "keys")
# Built from the names of Mac's own fields, so no text from outside gets into it.
_INSERT: Final = f"INSERT INTO macs ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608  # nosec B608


class UnknownMac(LookupError):  # noqa: N818 - reads as what happened
    """No Mac has this name, serial number or UDID."""


class MacStore:
    """Every method that changes something returns once it is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Mac]:
        """In the order in which they came."""
        return [self._mac(row) for row in self._database.rows("SELECT * FROM macs ORDER BY position")]

    def get(self, udid: str) -> Mac:
        """Raise `UnknownMac` for a UDID that is nobody's."""
        return self._first(self._database.rows("SELECT * FROM macs WHERE udid = ?", udid))

    def find(self, name: str) -> Mac:
        """The Mac with this name, UDID or serial number; of two with one serial number, the one that came first."""
        query = "SELECT * FROM macs WHERE ? IN (name, udid, serial) ORDER BY position"
        return self._first(self._database.rows(query, name))

    def _first(self, rows: list[sqlite3.Row]) -> Mac:
        if not rows:
            raise UnknownMac("no such Mac")
        return self._mac(rows[0])

    def _mac(self, row: sqlite3.Row) -> Mac:
        keys = self._database.rows(
            "SELECT recovery_key FROM recovery_keys WHERE udid = ? ORDER BY version", row["udid"]
        )
        values = {name: row[name] for name in _COLUMNS} | {
            "scenario": Scenario(row["scenario"]),
            "cipher": Cipher(row["cipher"]),
            "token_update_first": bool(row["token_update_first"]),
            "enrolled": bool(row["enrolled"]),
        }
        return Mac(**values, keys=tuple(key["recovery_key"] for key in keys))

    def add(self, macs: Iterable[Mac]) -> None:
        """Take in fresh Macs; raise ValueError where a name or UDID is taken, and take none then."""
        try:
            with self._database.transaction() as connection:
                for mac in macs:
                    connection.execute(_INSERT, [getattr(mac, column) for column in _COLUMNS])
                    keys = [(mac.udid, version, key) for version, key in enumerate(mac.keys)]
                    connection.executemany("INSERT INTO recovery_keys VALUES (?, ?, ?)", keys)
        except sqlite3.IntegrityError as error:
            raise ValueError("a Mac of this name is there already") from error

    def rotate(self, udid: str, new_key: str, escrowed_key: bytes | None) -> None:
        """Replace the present key; the one before stays as an earlier key."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO recovery_keys SELECT udid, max(version) + 1, ? FROM recovery_keys WHERE udid = ?",
                (new_key, udid),
            )
            connection.execute("UPDATE macs SET escrowed_key = ? WHERE udid = ?", (escrowed_key, udid))

    def set_scenario(self, udid: str, scenario: Scenario) -> None:
        self._update("UPDATE macs SET scenario = ? WHERE udid = ?", scenario, udid)

    def set_enrolled(self, udid: str, enrolled: bool) -> None:
        self._update("UPDATE macs SET enrolled = ? WHERE udid = ?", enrolled, udid)

    def set_escrow_certificate(self, udid: str, certificate: bytes | None) -> None:
        """An escrow profile comes or goes; the key that SecurityInfo tells stays until the next rotation."""
        self._update("UPDATE macs SET escrow_certificate = ? WHERE udid = ?", certificate, udid)

    def meet(self, udid: str, command_uuid: str) -> Meeting:
        """Count that the Mac was handed this command."""
        now = time.time()
        with self._database.transaction() as connection:
            row = connection.execute(
                "INSERT INTO meetings VALUES (?, ?, 1, ?)"
                " ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times, first_at",
                (udid, command_uuid, now),
            ).fetchone()
        return Meeting(times=row["times"], waited=now - row["first_at"])

    def hurry(self, udid: str) -> None:
        """Let it seem long ago that the Mac met the commands it is late with."""
        self._update("UPDATE meetings SET first_at = 0 WHERE udid = ?", udid)

    def clear(self) -> None:
        """Forget every Mac."""
        self._update("DELETE FROM macs")

    def _update(self, statement: str, *values: object) -> None:
        with self._database.transaction() as connection:
            connection.execute(statement, values)
