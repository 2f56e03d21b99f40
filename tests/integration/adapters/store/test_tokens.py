"""API tokens, kept and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.api_token import ApiToken, Scope
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import HOUR, NOW


def token(token_id: str = "token", **fields: object) -> ApiToken:
    given = {"name": "proxy", "scopes": frozenset(Scope), "digest": bytes(range(32)), "created_at": NOW, **fields}
    return ApiToken(id=token_id, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(token(), id="with nothing more"),
        pytest.param(token(scopes=frozenset()), id="without a scope"),
        pytest.param(
            token(name="Proxy «Zoë»", expires_at=NOW + HOUR, revoked_at=NOW, last_used_at=NOW), id="with everything"
        ),
    ],
)
def test_a_token_comes_back_as_it_was(store: SqlStore, known: ApiToken) -> None:
    with store.write() as tx:
        tx.tokens.add(known)
    with store.read() as tx:
        assert tx.tokens.get(known.id) == known
        assert tx.tokens.all() == [known]


def test_nothing_is_found_where_nothing_is(store: SqlStore) -> None:
    with store.read() as tx:
        assert tx.tokens.get("token") is None
        assert tx.tokens.all() == []


def test_they_stand_in_the_order_in_which_they_were_made(store: SqlStore) -> None:
    with store.write() as tx:
        for number in (2, 0, 1):
            tx.tokens.add(token(f"token-{9 - number}", created_at=NOW + timedelta(seconds=number)))
    with store.read() as tx:
        assert [one.id for one in tx.tokens.all()] == ["token-9", "token-8", "token-7"]


def test_one_is_revoked_and_another_used(store: SqlStore) -> None:
    with store.write() as tx:
        tx.tokens.add(token("old"))
        tx.tokens.add(token("new"))
        tx.tokens.revoke("old", NOW + HOUR)
        tx.tokens.note_use("new", NOW + HOUR)
    with store.read() as tx:
        assert tx.tokens.get("old") == token("old", revoked_at=NOW + HOUR)
        assert tx.tokens.get("new") == token("new", last_used_at=NOW + HOUR)


def test_two_with_one_id_can_not_be(store: SqlStore) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.tokens.add(token())
        tx.tokens.add(token())
