"""Links with which people set their password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from sleutelkast.adapters.store.schema import columns, password_links
from sleutelkast.domain.password import PasswordLink


class SqlPasswordLinks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, link: PasswordLink) -> None:
        self.end(link.person_id)
        self._connection.execute(insert(password_links).values(columns(link)))

    def by_digest(self, digest: bytes) -> PasswordLink | None:
        found = select(password_links).where(password_links.c.digest == digest)
        row = self._connection.execute(found).mappings().first()
        return None if row is None else PasswordLink(**row)

    def take(self, digest: bytes, now: datetime) -> bool:
        holds = (password_links.c.digest == digest) & (password_links.c.expires_at > now)
        # Of two who use it at once, the second waits here, and finds it gone.
        return self._connection.execute(delete(password_links).where(holds)).rowcount == 1

    def end(self, person_id: str) -> None:
        self._connection.execute(delete(password_links).where(password_links.c.person_id == person_id))

    def forget_over(self, now: datetime) -> int:
        return self._connection.execute(delete(password_links).where(password_links.c.expires_at <= now)).rowcount
