"""API tokens from making to revoking, and what is written down of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sleutelkast.domain.api_token import ApiToken, Scope
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.api_tokens import add_token, revoke_token, tokens, use_token
from sleutelkast.usecases.errors import NotFound
from tests.integration.usecases.stage import Stage

ACCESS = frozenset({Scope.ACCESS_READ})


def test_a_token_is_recognized(stage: Stage) -> None:
    made, text = _made(stage)
    used = use_token(stage.world, text)
    assert used is not None
    assert (used.id, used.name, used.scopes, used.expires_at) == (made.id, "proxy", ACCESS, None)


def test_the_secret_is_kept_nowhere(stage: Stage) -> None:
    _, text = _made(stage)
    secret = text.rsplit("_", 1)[1]
    with stage.store.read() as tx:
        kept = tx.connection.exec_driver_sql("SELECT * FROM api_tokens").all()
    assert secret not in repr(kept)
    assert bytes.fromhex(secret) not in [bytes(value) for row in kept for value in row if isinstance(value, bytes)]


def test_each_has_a_secret_of_its_own(stage: Stage) -> None:
    assert len({_made(stage)[1].rsplit("_", 1)[1] for _ in range(5)}) == 5


def test_the_secret_of_one_is_no_key_to_another(stage: Stage) -> None:
    (one, _), (_, other) = _made(stage), _made(stage)
    assert use_token(stage.world, f"slk_{one.id}_{other.rsplit('_', 1)[1]}") is None


def test_it_opens_nothing_from_its_end_on(stage: Stage) -> None:
    made, text = _made(stage, timedelta(days=90))
    assert made.expires_at == stage.clock.now() + timedelta(days=90)
    stage.time_passes(days=90, seconds=-1)
    assert use_token(stage.world, text) is not None
    stage.time_passes(seconds=1)
    assert use_token(stage.world, text) is None


def test_it_opens_nothing_once_it_is_revoked(stage: Stage) -> None:
    made, text = _made(stage)
    _, another = _made(stage)
    revoked = revoke_token(stage.world, made.id)
    assert revoked.revoked_at == stage.clock.now()
    assert use_token(stage.world, text) is None
    assert use_token(stage.world, another) is not None


def test_revoked_twice_it_stays_revoked_since_the_first_time(stage: Stage) -> None:
    made, _ = _made(stage)
    first = revoke_token(stage.world, made.id)
    stage.time_passes(hours=1)
    assert revoke_token(stage.world, made.id) == first
    assert len(stage.audited("token-revoked")) == 1


def test_what_nobody_made_is_not_revoked(stage: Stage) -> None:
    with pytest.raises(NotFound):
        revoke_token(stage.world, "unknown")
    assert stage.audited("token-revoked") == []


def test_the_last_use_is_kept_coarsely(stage: Stage) -> None:
    made, text = _made(stage)
    assert made.last_used_at is None
    seen = []
    for _ in range(6):
        use_token(stage.world, text)
        seen.append(tokens(stage.world)[0].last_used_at)
        stage.time_passes(minutes=4)
    first = made.created_at
    assert seen == [first, first, first] + [first + timedelta(minutes=12)] * 3


def test_a_wrong_one_is_no_use(stage: Stage) -> None:
    made, text = _made(stage)
    assert use_token(stage.world, text[:-1] + ("0" if text[-1] != "0" else "1")) is None
    revoke_token(stage.world, made.id)
    assert use_token(stage.world, text) is None
    assert tokens(stage.world)[0].last_used_at is None


def test_what_is_written_down_of_it(stage: Stage) -> None:
    made, _ = _made(stage)
    revoke_token(stage.world, made.id)
    assert stage.audited("token-added") == [(None, "done", "access:read")]
    assert stage.audited("token-revoked") == [(None, "done", None)]


def _made(stage: Stage, life: timedelta | None = None) -> tuple[ApiToken, str]:
    token, text = add_token(stage.world, "proxy", ACCESS, life)
    assert isinstance(text, SecretBytes)
    return token, text.reveal().decode()
