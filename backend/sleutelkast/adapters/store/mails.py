"""Mail that is not sent yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from sleutelkast.adapters.store.schema import columns, mails
from sleutelkast.domain.mail import Mail, MailKind, MailState

_WAITS = mails.c.state == MailState.WAITING


class SqlMails:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: Mail) -> None:
        self._connection.execute(insert(mails).values(**columns(mail)))

    def get(self, mail_id: str) -> Mail | None:
        row = self._connection.execute(select(mails).where(mails.c.id == mail_id)).mappings().first()
        return None if row is None else _mail(row)

    def all(self) -> Sequence[Mail]:
        failed_first = select(mails).order_by(mails.c.state, mails.c.due_at, mails.c.id)
        return [_mail(row) for row in self._connection.execute(failed_first).mappings()]

    def next_due(self, now: datetime) -> str | None:
        due = select(mails.c.id).where(_WAITS, mails.c.due_at <= now).order_by(mails.c.due_at, mails.c.id)
        return self._connection.scalar(due.limit(1))

    def claim(self, mail_id: str, now: datetime, until: datetime) -> Mail | None:
        # Decided in the statement: of two processes that saw the same mail, one gets it.
        due = (mails.c.id == mail_id) & _WAITS & (mails.c.due_at <= now)
        tried = {"due_at": until, "tries": mails.c.tries + 1, "tried_since": func.coalesce(mails.c.tried_since, now)}
        taken = self._connection.execute(update(mails).where(due).values(tried))
        return self.get(mail_id) if taken.rowcount else None

    def save(self, mail: Mail) -> None:
        self._connection.execute(update(mails).where(mails.c.id == mail.id).values(**columns(mail)))

    def remove(self, mail_id: str) -> bool:
        return self._connection.execute(delete(mails).where(mails.c.id == mail_id)).rowcount > 0

    def waits(self, person_id: str, device_id: str, kinds: Iterable[MailKind]) -> bool:
        theirs = select(mails.c.id).where(_about(device_id, kinds), mails.c.person_id == person_id)
        return self._connection.scalar(theirs.limit(1)) is not None

    def withdraw(self, device_id: str, kinds: Iterable[MailKind]) -> None:
        self._connection.execute(delete(mails).where(_about(device_id, kinds)))


def _about(device_id: str, kinds: Iterable[MailKind]) -> Any:
    return _WAITS & (mails.c.device_id == device_id) & mails.c.kind.in_(sorted(kinds))


def _mail(row: RowMapping) -> Mail:
    return Mail(**{**row, "kind": MailKind(row["kind"]), "state": MailState(row["state"])})
