"""API tokens: how they are written, what is kept of them, and what proves one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.api_token import ApiToken, Presented, Scope, digest, proves, read, written
from sleutelkast.domain.secret import SecretBytes

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
SECRET = SecretBytes(bytes(range(32)))
ID = "0123456789abcdef01234567"
TEXT = written(ID, SECRET).reveal().decode()


def token(**fields: object) -> ApiToken:
    given = {"id": ID, "name": "proxy", "scopes": frozenset(Scope), "digest": digest(SECRET), "created_at": NOW}
    return ApiToken(**{**given, **fields})  # type: ignore[arg-type]


def test_it_is_written_so_that_a_scan_finds_it() -> None:
    secret = bytes(range(32)).hex()
    assert f"slk_{ID}_{secret}" == TEXT


def test_what_is_written_is_read_again() -> None:
    assert read(TEXT) == Presented(ID, SECRET)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT[:-1], id="one character short"),
        pytest.param(TEXT[:-32], id="half the secret"),
        pytest.param(f"{TEXT}0", id="one character long"),
        pytest.param(TEXT.upper(), id="in capitals"),
        pytest.param(TEXT.removeprefix("slk_"), id="without its prefix"),
        pytest.param(TEXT.replace("slk", "ghp"), id="of another product"),
        pytest.param(f"{TEXT}\n", id="with a line break"),
        pytest.param(f" {TEXT}", id="with a blank"),
        pytest.param(TEXT.replace(ID, "A" * 24), id="an id in capitals"),
        pytest.param(TEXT.replace(ID, ""), id="without an id"),
        pytest.param(TEXT.replace(ID, "a" * 33), id="an id that is too long"),
        pytest.param(TEXT.replace(ID, "%00"), id="an id with a null character in disguise"),
        pytest.param(TEXT.replace("0", "\u0660"), id="digits of another script"),
        pytest.param(f"{TEXT}, {TEXT}", id="two of them"),
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    assert read(text) is None


def test_what_is_kept_does_not_hold_the_secret() -> None:
    assert len(digest(SECRET)) == 32
    assert SECRET.reveal() not in digest(SECRET)
    assert digest(SECRET) != digest(SecretBytes(bytes(32)))


def test_neither_the_token_nor_what_was_shown_prints_the_secret() -> None:
    presented = read(TEXT)
    assert SECRET.reveal().hex() not in f"{presented!r} {token()!r} {written(ID, SECRET)!r}"


@pytest.mark.parametrize(
    ("known", "holds"),
    [
        pytest.param(token(), True, id="without an end"),
        pytest.param(token(expires_at=NOW + INSTANT), True, id="an instant before its end"),
        pytest.param(token(expires_at=NOW), False, id="at its end"),
        pytest.param(token(revoked_at=NOW), False, id="revoked"),
        pytest.param(token(revoked_at=NOW - timedelta(days=1), expires_at=NOW + INSTANT), False, id="revoked before"),
        pytest.param(token(digest=digest(SecretBytes(bytes(32)))), False, id="with another secret"),
        pytest.param(token(digest=b""), False, id="with a digest that was emptied"),
        pytest.param(None, False, id="that nobody knows"),
    ],
)
def test_what_proves_a_token(known: ApiToken | None, holds: bool) -> None:
    assert proves(Presented(ID, SECRET), known, NOW) is holds


def test_no_scope_speaks_of_keys() -> None:
    """A token never deposits and never reveals: a scope for it would be a new decision, made here."""
    assert {scope.value for scope in Scope} == {"access:read"}
