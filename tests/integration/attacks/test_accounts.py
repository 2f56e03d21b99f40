"""Signing in while an administrator acts, and names that only look different."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from sleutelkast.adapters.store.people import SqlSessions
from sleutelkast.adapters.store.schema import sessions
from sleutelkast.domain.access import Role
from sleutelkast.domain.person import Person, Session
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.errors import SignInFailed
from sleutelkast.usecases.manage import NameTaken, disable_person, set_password, set_roles
from sleutelkast.usecases.ports import Passwords
from sleutelkast.usecases.sign_in import choose_locale, confirm, sign_in, use_session
from sleutelkast.usecases.world import World
from tests.integration.attacks.moments import overtaken
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD, Visitor, problem

OLD, NEW = SecretBytes(PASSWORD.encode()), SecretBytes(b"een ander wachtwoord")
COMPOSED, IN_PARTS = "\u00c9mile", "E\u0301mile"


def _reset(world: World) -> None:
    set_password(world, "anna", NEW)


def _disable(world: World) -> None:
    disable_person(world, "anna")


shut_out_by = pytest.mark.parametrize("shut_out", [_reset, _disable], ids=["password reset", "disabled"])


def test_choosing_a_language_brings_nobody_back(stage: Stage, anna: Person) -> None:
    """The request had found its person before the administrator acted."""
    disable_person(stage.world, "anna")
    choose_locale(stage.world, anna, "nl")
    with stage.store.read() as tx:
        person = tx.people.get(anna.id)
    assert person is not None
    assert person.locale == "nl"
    assert person.disabled_at is not None
    with pytest.raises(SignInFailed):
        sign_in(stage.world, "anna", OLD)


@shut_out_by
def test_a_sign_in_on_its_way_loses(stage: Stage, anna: Person, shut_out: Callable[[World], None]) -> None:
    slow = replace(stage.world, passwords=Slow(stage.world.passwords, lambda: shut_out(stage.world)))
    with pytest.raises(SignInFailed):
        sign_in(slow, "anna", OLD)
    assert _sessions(stage) == 0
    with pytest.raises(SignInFailed):
        sign_in(stage.world, "anna", OLD)


def test_a_new_password_is_not_overwritten_by_the_old_ones_better_hash(stage: Stage, anna: Person) -> None:
    slow = replace(stage.world, passwords=Slow(stage.world.passwords, lambda: _reset(stage.world)))
    with pytest.raises(SignInFailed):
        sign_in(slow, "anna", OLD)
    assert sign_in(stage.world, "anna", NEW)[0].id == anna.id


@shut_out_by
def test_a_confirmation_on_its_way_loses(stage: Stage, anna: Person, shut_out: Callable[[World], None]) -> None:
    _, session = sign_in(stage.world, "anna", OLD)
    slow = replace(stage.world, passwords=Slow(stage.world.passwords, lambda: shut_out(stage.world)))
    with pytest.raises(SignInFailed):
        confirm(slow, anna, session, OLD)
    assert use_session(stage.world, session.id) is None


def test_a_parallel_request_does_not_undo_a_fresh_sign_in(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = stage.world.policy.sessions
    _, session = sign_in(stage.world, "anna", OLD)
    stage.clock.moment += policy.fresh_sign_in + timedelta(seconds=1)
    confirmed: list[Session] = []
    overtaken(monkeypatch, SqlSessions, "get", lambda: confirmed.append(confirm(stage.world, anna, session, OLD)))
    use_session(stage.world, session.id)
    found = use_session(stage.world, confirmed[0].id)
    assert found is not None
    assert policy.is_fresh(found[1], stage.clock.now())


def test_a_role_that_is_taken_away_is_gone_from_a_session_that_is_open(stage: Stage, app: Flask) -> None:
    stage.person("sanne", Role.SUPPORT, Role.ADMINISTRATOR, Role.AUDITOR)
    sanne = Visitor(app).signed_in("sanne")
    privileged = ("/api/v1/support/devices?q=C02", "/api/v1/admin/requests", "/api/v1/audit")
    assert [sanne.get(path).status_code for path in privileged] == [200, 200, 200]
    set_roles(stage.world, "sanne", frozenset())
    assert stage.audited("roles-changed") == [(None, "done", "-")]
    assert [problem(sanne.get(path)) for path in privileged] == [(403, "forbidden")] * 3
    assert sanne.get("/api/v1/session").json["person"]["roles"] == []


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        pytest.param(COMPOSED, COMPOSED.lower(), id="É and é"),
        pytest.param(COMPOSED, COMPOSED.upper(), id="all capitals"),
        pytest.param(COMPOSED, IN_PARTS, id="the accent a character of its own"),
        pytest.param(IN_PARTS, COMPOSED.lower(), id="the accent put together"),
        pytest.param("straße", "STRASSE", id="ß and SS"),
        pytest.param("ΝΊΚΟΣ", "νίκος", id="two letters sigma"),
    ],
)
def test_spellings_of_one_name_are_one_person(stage: Stage, name: str, spelling: str) -> None:
    person = stage.person(name)
    assert sign_in(stage.world, name, OLD)[0].id == person.id
    assert sign_in(stage.world, spelling, OLD)[0].id == person.id
    with pytest.raises(NameTaken):
        stage.person(spelling)


@dataclass
class Slow:
    """The port `Passwords`: while a password is verified, somebody else acts. Every hash is of an older price."""

    real: Passwords
    meanwhile: Callable[[], object]

    def hash(self, password: SecretBytes) -> str:
        return self.real.hash(password)

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        is_right = self.real.verify(password_hash, password)
        self.meanwhile()
        return is_right

    def needs_rehash(self, _password_hash: str) -> bool:
        return True


def _sessions(stage: Stage) -> int:
    with stage.store.read() as tx:
        return tx.connection.scalar(select(func.count()).select_from(sessions)) or 0
