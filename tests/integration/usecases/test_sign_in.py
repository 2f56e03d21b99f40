"""Signing in with a local account, and the life of a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from sleutelkast.adapters.identity.passwords import Argon2Passwords
from sleutelkast.domain.person import LONGEST_BROWSER, Person, Session, SignInWay, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage
from sleutelkast.usecases.errors import NotFound, SignInFailed
from sleutelkast.usecases.sign_in import choose_locale, confirm, sign_in, sign_out, use_session
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD as PASSWORD_TEXT

PASSWORD = SecretBytes(PASSWORD_TEXT.encode())
WRONG = SecretBytes(b"wrong")


def test_the_right_password_begins_a_session(stage: Stage, anna: Person) -> None:
    person, session = sign_in(stage.world, "anna", PASSWORD)
    assert person == anna
    assert use_session(stage.world, session.id) == (anna, session)
    assert stage.audited("sign-in") == [(anna.id, "done", None)]


def test_a_session_knows_how_and_in_which_browser_it_was_begun(stage: Stage, anna: Person) -> None:
    _, begun = sign_in(stage.world, "anna", PASSWORD, Visit(browser="M" * 5000))
    assert use_session(stage.world, begun.id) == (anna, begun)
    assert (begun.way, begun.browser) == (SignInWay.PASSWORD, "M" * LONGEST_BROWSER)


def test_every_failure_is_the_same_refusal_and_audited(stage: Stage, anna: Person, bram: Person) -> None:
    manage.disable_person(stage.world, "bram")
    carla = manage.add_person(stage.world, "carla", "Carla", None, frozenset(), None)
    for username, password in (("anna", WRONG), ("nobody", PASSWORD), ("bram", PASSWORD), ("carla", PASSWORD)):
        with pytest.raises(SignInFailed):
            sign_in(stage.world, username, password)
    assert stage.audited("sign-in") == [(who, "denied", None) for who in (anna.id, None, bram.id, carla.id)]


@pytest.mark.parametrize("spelling", ["Anna", "ANNA", " anna "])
def test_user_names_are_forgiving(stage: Stage, anna: Person, spelling: str) -> None:
    assert sign_in(stage.world, spelling, PASSWORD)[0] == anna


def test_a_session_ends_when_nobody_acts_in_it(stage: Stage, session: Session) -> None:
    idle = stage.world.policy.sessions.idle
    for _ in range(3):
        stage.clock.moment += idle - timedelta(seconds=1)
        assert use_session(stage.world, session.id) is not None
    stage.clock.moment += idle
    assert use_session(stage.world, session.id) is None


def test_an_open_page_does_not_keep_it_alive(stage: Stage, session: Session) -> None:
    idle = stage.world.policy.sessions.idle
    stage.clock.moment += idle - timedelta(seconds=1)
    assert use_session(stage.world, session.id, is_use=False) is not None
    stage.clock.moment += timedelta(seconds=1)
    assert use_session(stage.world, session.id) is None


def test_a_session_ends_however_much_it_is_used(stage: Stage, session: Session) -> None:
    life, step = stage.world.policy.sessions.life, stage.world.policy.sessions.idle - timedelta(seconds=1)
    while stage.clock.now() + step < session.created_at + life:
        stage.clock.moment += step
        assert use_session(stage.world, session.id) is not None
    stage.clock.moment = session.created_at + life
    assert use_session(stage.world, session.id) is None


def test_a_use_is_noted_every_half_minute(stage: Stage, session: Session) -> None:
    for seconds, noted in ((29, False), (1, True), (29, False)):
        before = _kept(stage, session).last_used_at
        stage.time_passes(seconds=seconds)
        use_session(stage.world, session.id)
        assert (_kept(stage, session).last_used_at != before) is noted


def test_signing_in_again_makes_this_session_fresh_and_no_other(stage: Stage, anna: Person, session: Session) -> None:
    _, other = sign_in(stage.world, "anna", PASSWORD)
    stage.time_passes(minutes=10)
    sessions = stage.world.policy.sessions
    assert not sessions.is_fresh(_kept(stage, session), stage.clock.now())
    with pytest.raises(SignInFailed):
        confirm(stage.world, anna, session, WRONG)
    assert not sessions.is_fresh(_kept(stage, session), stage.clock.now())
    confirmed = confirm(stage.world, anna, session, PASSWORD)
    assert stage.audited("sign-in-again") == [(anna.id, "denied", None), (anna.id, "done", None)]
    assert sessions.is_fresh(confirmed, stage.clock.now())
    assert _kept(stage, confirmed) == confirmed
    assert use_session(stage.world, session.id) is None
    assert not sessions.is_fresh(_kept(stage, other), stage.clock.now())


def test_signing_out_ends_one_session_or_all(stage: Stage, anna: Person, bram: Person, session: Session) -> None:
    others = [sign_in(stage.world, name, PASSWORD)[1] for name in ("anna", "anna", "bram")]
    sign_out(stage.world, session)
    assert use_session(stage.world, session.id) is None
    assert all(use_session(stage.world, other.id) for other in others)
    sign_out(stage.world, others[0], everywhere=True)
    assert [use_session(stage.world, other.id) is None for other in others] == [True, True, False]


def test_a_disabled_person_is_out_at_once(stage: Stage, anna: Person, session: Session) -> None:
    manage.disable_person(stage.world, "anna")
    assert use_session(stage.world, session.id) is None
    with pytest.raises(SignInFailed):
        confirm(stage.world, anna, session, PASSWORD)


def test_a_new_password_ends_every_session(stage: Stage, anna: Person, session: Session) -> None:
    manage.set_password(stage.world, "anna", SecretBytes(b"a new one"))
    assert use_session(stage.world, session.id) is None
    with pytest.raises(SignInFailed):
        sign_in(stage.world, "anna", PASSWORD)
    assert sign_in(stage.world, "anna", SecretBytes(b"a new one"))[0] == anna


def test_a_hash_at_an_older_price_is_made_anew(stage: Stage, anna: Person) -> None:
    dearer = Argon2Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    stage.world = replace(stage.world, passwords=dearer)
    sign_in(stage.world, "anna", PASSWORD)
    with stage.store.read() as tx:
        kept = tx.people.password_hash(anna.id)
    assert kept is not None
    assert not dearer.needs_rehash(kept)
    assert sign_in(stage.world, "anna", PASSWORD)[0] == anna


def test_the_language_is_kept_with_the_account(stage: Stage, anna: Person, session: Session) -> None:
    choose_locale(stage.world, anna, "nl")
    used = use_session(stage.world, session.id)
    assert used is not None
    assert used[0] == replace(anna, locale="nl")


def test_a_user_name_is_given_once(stage: Stage, anna: Person) -> None:
    with pytest.raises(manage.NameTaken):
        stage.person(" ANNA")
    assert manage.people(stage.world) == [anna]


def test_nobody_can_be_named_who_is_not_there(stage: Stage) -> None:
    with pytest.raises(NotFound):
        manage.disable_person(stage.world, "nobody")
    with pytest.raises(NotFound):
        manage.set_password(stage.world, "nobody", PASSWORD)


@pytest.fixture
def session(stage: Stage, anna: Person) -> Session:
    return sign_in(stage.world, "anna", PASSWORD)[1]


def _kept(stage: Stage, session: Session) -> Session:
    with stage.store.read() as tx:
        known = tx.sessions.get(session.id)
    assert known is not None
    return known[1]
