"""Passkeys, and which challenges were answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from sleutelkast.adapters.store.schema import columns, passkeys, people, used_challenges
from sleutelkast.domain.passkey import Passkey


class SqlPasskeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> None:
        self._connection.execute(insert(passkeys).values(columns(passkey)))

    def of(self, person_id: str) -> Sequence[Passkey]:
        found = select(passkeys).where(passkeys.c.person_id == person_id)
        oldest_first = found.order_by(passkeys.c.created_at, passkeys.c.id)
        return [Passkey(**row) for row in self._connection.execute(oldest_first).mappings()]

    def by_credential(self, credential_id: bytes) -> Passkey | None:
        found = select(passkeys).where(passkeys.c.credential_id == credential_id)
        row = self._connection.execute(found).mappings().first()
        return None if row is None else Passkey(**row)

    def rename(self, passkey_id: str, name: str) -> None:
        self._set(passkey_id, name=name)

    def note_use(self, passkey_id: str, counter: int, moment: datetime) -> None:
        self._set(passkey_id, counter=counter, last_used_at=moment)

    def _set(self, passkey_id: str, **values: object) -> None:
        self._connection.execute(update(passkeys).where(passkeys.c.id == passkey_id).values(**values))

    def remove(self, passkey_id: str) -> None:
        self._connection.execute(delete(passkeys).where(passkeys.c.id == passkey_id))

    def remove_all(self, person_id: str) -> None:
        self._connection.execute(delete(passkeys).where(passkeys.c.person_id == person_id))

    def handle(self, person_id: str) -> bytes | None:
        return self._connection.scalar(select(people.c.passkey_handle).where(people.c.id == person_id))

    def set_handle(self, person_id: str, handle: bytes) -> None:
        self._connection.execute(update(people).where(people.c.id == person_id).values(passkey_handle=handle))


class SqlChallenges:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def use(self, digest: bytes, until: datetime) -> bool:
        if self._connection.scalar(select(used_challenges.c.until).where(used_challenges.c.digest == digest)):
            return False
        self._connection.execute(insert(used_challenges).values(digest=digest, until=until))
        return True

    def forget_over(self, now: datetime) -> int:
        return self._connection.execute(delete(used_challenges).where(used_challenges.c.until <= now)).rowcount
