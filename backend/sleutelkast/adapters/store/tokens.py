"""API tokens of other systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from sleutelkast.adapters.store.schema import api_tokens, columns
from sleutelkast.domain.api_token import ApiToken, Scope

# Made once: every call of another system asks this.
_BY_ID = select(api_tokens).where(api_tokens.c.id == bindparam("token_id"))


class SqlTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: ApiToken) -> None:
        scopes = " ".join(sorted(token.scopes))
        self._connection.execute(insert(api_tokens).values(**{**columns(token), "scopes": scopes}))

    def get(self, token_id: str) -> ApiToken | None:
        row = self._connection.execute(_BY_ID, {"token_id": token_id}).mappings().first()
        return None if row is None else _token(row)

    def all(self) -> Sequence[ApiToken]:
        oldest_first = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.id)
        return [_token(row) for row in self._connection.execute(oldest_first).mappings()]

    def revoke(self, token_id: str, moment: datetime) -> None:
        self._set(token_id, revoked_at=moment)

    def note_use(self, token_id: str, moment: datetime) -> None:
        self._set(token_id, last_used_at=moment)

    def _set(self, token_id: str, **values: object) -> None:
        self._connection.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(**values))


def _token(row: RowMapping) -> ApiToken:
    return ApiToken(**{**row, "scopes": frozenset(Scope(one) for one in row["scopes"].split())})
