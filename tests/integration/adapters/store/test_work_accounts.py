"""Work accounts, attempts to sign in with them, and logout tokens, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.access import Role
from sleutelkast.domain.person import SignInWay
from sleutelkast.domain.work_account import Attempt, WorkAccount
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import NOW, person, session

ISSUER = "https://login.example.org"
ANNAS = WorkAccount("w1", "anna", ISSUER, "Sub-1", NOW)
ATTEMPT = Attempt("m1", "work", "b1", "/devices", None, NOW)


def test_an_account_is_found_by_issuer_and_subject_letter_for_letter(store: SqlStore) -> None:
    keep_people(store)
    with store.read() as tx:
        assert tx.work_accounts.by_subject(ISSUER, "Sub-1") == tx.work_accounts.get("w1") == ANNAS
        assert tx.work_accounts.by_subject(ISSUER, "sub-1") is None
        assert tx.work_accounts.by_subject(f"{ISSUER}/", "Sub-1") is None
        assert list(tx.work_accounts.of("anna")) == [ANNAS]
        assert list(tx.work_accounts.of("bram")) == []


def test_an_account_is_one_persons(store: SqlStore) -> None:
    keep_people(store)
    with pytest.raises(Conflict), store.write() as tx:
        tx.work_accounts.add(replace(ANNAS, id="w2", person_id="bram"))


def test_an_attempt_is_used_once(store: SqlStore) -> None:
    with store.write() as tx:
        tx.attempts.add(ATTEMPT)
    with store.write() as tx:
        assert tx.attempts.get("m1") == ATTEMPT
        assert tx.attempts.use("m1", NOW + timedelta(seconds=5))
        assert not tx.attempts.use("m1", NOW + timedelta(seconds=6))
        assert not tx.attempts.use("none", NOW)
    with store.read() as tx:
        assert tx.attempts.get("m1") == replace(ATTEMPT, used_at=NOW + timedelta(seconds=5))


def test_attempts_are_forgotten_after_a_while(store: SqlStore) -> None:
    with store.write() as tx:
        tx.attempts.add(ATTEMPT)
        tx.attempts.add(replace(ATTEMPT, mark="m2", started_at=NOW + timedelta(minutes=1)))
        assert tx.attempts.forget_started_before(NOW + timedelta(seconds=1)) == 1
    with store.read() as tx:
        assert tx.attempts.get("m1") is None
        assert tx.attempts.get("m2") is not None


def test_a_logout_token_is_noted_once(store: SqlStore) -> None:
    with store.write() as tx:
        tx.logout_tokens.note("t1", NOW)
    with pytest.raises(Conflict), store.write() as tx:
        tx.logout_tokens.note("t1", NOW)
    with store.write() as tx:
        assert tx.logout_tokens.forget_heard_before(NOW + timedelta(seconds=1)) == 1
        tx.logout_tokens.note("t1", NOW)


@pytest.mark.parametrize(
    ("issuer", "subject", "provider_session", "ended"),
    [
        pytest.param(ISSUER, "Sub-1", None, {"s1", "s2", "unknown"}, id="all of an account"),
        pytest.param(ISSUER, "Sub-1", "p1", {"s1", "unknown"}, id="one of its sessions"),
        pytest.param(ISSUER, None, "p1", {"s1"}, id="a session of the provider"),
        pytest.param(ISSUER, "Sub-2", "p1", set(), id="of another account"),
        pytest.param("https://other.example", None, "p1", set(), id="of another provider"),
    ],
)
def test_sessions_end_at_the_provider(
    store: SqlStore, issuer: str, subject: str | None, provider_session: str | None, ended: set[str]
) -> None:
    keep_people(store)
    begun = {"s1": ("w1", "p1"), "s2": ("w1", "p2"), "unknown": ("w1", None), "local": (None, None)}
    with store.write() as tx:
        for name, (identity, at_provider) in begun.items():
            way = SignInWay.PASSWORD if identity is None else SignInWay.OIDC
            one = replace(session(name), way=way, identity_id=identity, provider_session=at_provider)
            tx.sessions.add(one)
    with store.write() as tx:
        assert list(tx.sessions.end_at_provider(issuer, subject, provider_session)) == ["anna"] * len(ended)
    with store.read() as tx:
        assert {name for name in begun if tx.sessions.get(name) is None} == ended


def test_roles_are_set(store: SqlStore) -> None:
    keep_people(store)
    with store.write() as tx:
        tx.people.set_roles("anna", frozenset({Role.SUPPORT, Role.AUDITOR}))
    with store.read() as tx:
        anna = tx.people.get("anna")
    assert anna is not None
    assert anna.roles == {Role.SUPPORT, Role.AUDITOR}


def keep_people(store: SqlStore) -> None:
    with store.write() as tx:
        for name in ("anna", "bram"):
            tx.people.add(person(name), None)
        tx.work_accounts.add(ANNAS)
