"""Work accounts, who is on the way to a provider, and which logout tokens were heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from sleutelkast.adapters.store.schema import columns, logout_tokens, sign_in_attempts, work_accounts
from sleutelkast.domain.work_account import Attempt, WorkAccount


class SqlWorkAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: WorkAccount) -> None:
        self._connection.execute(insert(work_accounts).values(columns(account)))

    def get(self, account_id: str) -> WorkAccount | None:
        row = self._connection.execute(select(work_accounts).where(work_accounts.c.id == account_id)).mappings().first()
        return None if row is None else WorkAccount(**row)

    def by_subject(self, issuer: str, subject: str) -> WorkAccount | None:
        this = select(work_accounts).where(work_accounts.c.issuer == issuer, work_accounts.c.subject == subject)
        row = self._connection.execute(this).mappings().first()
        return None if row is None else WorkAccount(**row)

    def of(self, person_id: str) -> Sequence[WorkAccount]:
        theirs = select(work_accounts).where(work_accounts.c.person_id == person_id)
        oldest_first = theirs.order_by(work_accounts.c.created_at, work_accounts.c.id)
        return [WorkAccount(**row) for row in self._connection.execute(oldest_first).mappings()]


class SqlAttempts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, attempt: Attempt) -> None:
        self._connection.execute(insert(sign_in_attempts).values(columns(attempt)))

    def get(self, mark: str) -> Attempt | None:
        row = (
            self._connection.execute(select(sign_in_attempts).where(sign_in_attempts.c.mark == mark)).mappings().first()
        )
        return None if row is None else Attempt(**row)

    def use(self, mark: str, moment: datetime) -> bool:
        unused = sign_in_attempts.c.mark == mark, sign_in_attempts.c.used_at.is_(None)
        return self._connection.execute(update(sign_in_attempts).where(*unused).values(used_at=moment)).rowcount == 1

    def forget_started_before(self, moment: datetime) -> int:
        return self._connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.started_at < moment)).rowcount


class SqlLogoutTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, mark: str, moment: datetime) -> None:
        self._connection.execute(insert(logout_tokens).values(mark=mark, heard_at=moment))

    def forget_heard_before(self, moment: datetime) -> int:
        return self._connection.execute(delete(logout_tokens).where(logout_tokens.c.heard_at < moment)).rowcount
