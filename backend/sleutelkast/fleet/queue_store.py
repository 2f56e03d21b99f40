"""What the server remembers: enrolments, commands, their queue and the Macs' answers.

It does what NanoMDM's PostgreSQL storage does with the same tables, and refuses in PostgreSQL's words.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from sleutelkast.fleet.database import Database
from sleutelkast.fleet.reactions import Command

_REFUSALS: Final = {
    "FOREIGN KEY constraint failed": 'pq: insert or update on table "enrollment_queue" violates foreign key constraint'
    ' "enrollment_queue_id_fkey"',
    "UNIQUE constraint failed: commands.command_uuid": "pq: duplicate key value violates unique constraint"
    ' "commands_pkey"',
    "UNIQUE constraint failed: enrollment_queue.id, enrollment_queue.command_uuid": "pq: duplicate key value violates"
    ' unique constraint "enrollment_queue_pkey"',
}


class StorageError(Exception):
    """The storage refused; the text is PostgreSQL's."""


@dataclass(frozen=True, slots=True)
class QueuedCommand:
    """One command of one Mac, for tests to look at. It tells nothing of the command's content."""

    command_uuid: str
    request_type: str
    active: bool
    """False where a re-enrolment cleared it away."""
    status: str | None
    """The Mac's latest word on it."""

    @property
    def pending(self) -> bool:
        return self.active and self.status in {None, "NotNow"}


class QueueStore:
    """Every method that changes something returns once it is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, ids: list[str], command: Command, raw: bytes) -> None:
        """Queue one command for all ids or, raising `StorageError`, for none."""
        # The type of the column and a check of its beginning refuse binary property lists.
        if not raw.startswith(b"<?xml"):
            raise StorageError('pq: new row for relation "commands" violates check constraint "commands_command_check"')
        try:
            with self._database.transaction() as connection:
                row = (command.uuid, command.request_type, raw)
                connection.execute("INSERT INTO commands VALUES (?, ?, ?)", row)
                connection.executemany(
                    "INSERT INTO enrollment_queue (id, command_uuid) VALUES (?, ?)",
                    [(enrollment_id, command.uuid) for enrollment_id in ids],
                )
        except sqlite3.IntegrityError as error:
            raise StorageError(_REFUSALS[str(error)]) from error

    def next_command(self, enrollment_id: str, skip_not_now: bool) -> bytes | None:
        """The oldest command without a final answer, as it was queued."""
        rows = self._database.rows(
            "SELECT command FROM enrollment_queue AS q JOIN commands USING (command_uuid)"
            " LEFT JOIN command_results AS r ON r.id = q.id AND r.command_uuid = q.command_uuid"
            " WHERE q.id = ? AND active AND (status IS NULL OR (status = 'NotNow' AND NOT ?))"
            " ORDER BY position LIMIT 1",
            enrollment_id,
            skip_not_now,
        )
        return rows[0]["command"] if rows else None

    def store_result(self, enrollment_id: str, command_uuid: str, status: str, result: bytes) -> None:
        """Keep a Mac's answer; a later one overwrites it."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO command_results VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET status = excluded.status, result = excluded.result",
                (enrollment_id, command_uuid, status, result),
            )

    def commands(self, enrollment_id: str) -> list[QueuedCommand]:
        """All that was ever queued for one Mac, oldest first."""
        rows = self._database.rows(
            "SELECT command_uuid, request_type, active, status"
            " FROM enrollment_queue AS q JOIN commands USING (command_uuid)"
            " LEFT JOIN command_results AS r USING (id, command_uuid) WHERE q.id = ? ORDER BY position",
            enrollment_id,
        )
        return [QueuedCommand(row[0], row[1], bool(row[2]), row[3]) for row in rows]

    def disable(self, enrollment_id: str) -> None:
        """After CheckOut: still known, but no push reaches it."""
        with self._database.transaction() as connection:
            self._disable(connection, enrollment_id)

    def disable_and_clear(self, enrollment_id: str) -> None:
        """After Authenticate: what was queued is not handed out any more, yet its UUIDs stay taken."""
        with self._database.transaction() as connection:
            self._disable(connection, enrollment_id)
            connection.execute(
                "UPDATE enrollment_queue AS q SET active = 0 WHERE id = ?"
                " AND NOT EXISTS (SELECT 1 FROM command_results AS r"
                " WHERE r.id = q.id AND r.command_uuid = q.command_uuid AND status <> 'NotNow')",
                (enrollment_id,),
            )

    def _disable(self, connection: sqlite3.Connection, enrollment_id: str) -> None:
        statement = "UPDATE enrollments SET enabled = 0, token_update_tally = 0 WHERE id = ?"
        connection.execute(statement, (enrollment_id,))

    def enable(self, enrollment_id: str) -> int:
        """After TokenUpdate; the answer is its tally since Authenticate."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "INSERT INTO enrollments VALUES (?, 1, 1) ON CONFLICT DO UPDATE"
                " SET enabled = 1, token_update_tally = token_update_tally + 1 RETURNING token_update_tally",
                (enrollment_id,),
            ).fetchone()
        return int(row[0])

    def enabled(self, enrollment_id: str) -> bool | None:
        """Whether a push reaches it; None where the server does not know it."""
        rows = self._database.rows("SELECT enabled FROM enrollments WHERE id = ?", enrollment_id)
        return bool(rows[0]["enabled"]) if rows else None

    def forget(self, enrollment_id: str) -> None:
        """Remove the enrolment with its queue, as an operator who tidies the server's tables does."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM enrollments WHERE id = ?", (enrollment_id,))

    def clear(self) -> None:
        """Forget everything."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM enrollments")
            connection.execute("DELETE FROM commands")
