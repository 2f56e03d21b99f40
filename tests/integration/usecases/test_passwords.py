"""Passwords that people set: their own, and by a link that works once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.password import Flaw, PasswordPolicy
from sleutelkast.domain.person import Person, Session
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage
from sleutelkast.usecases.errors import (
    CredentialReset,
    LinkOver,
    NoLocalPassword,
    NotFound,
    PasswordRefused,
    SignInAgain,
    SignInFailed,
)
from sleutelkast.usecases.passwords import accepted, change_password, make_link, use_link
from sleutelkast.usecases.settle_due import clean
from sleutelkast.usecases.sign_in import confirm, sign_in, use_session
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD

OLD, NEW, WRONG = SecretBytes(PASSWORD.encode()), SecretBytes(b"een ander wachtwoord"), SecretBytes(b"wrong")


# What is taken


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("kort", Flaw.TOO_SHORT, id="short"),
        pytest.param("password1234", Flaw.COMMON, id="common"),
        pytest.param("Havenlicht 2026", Flaw.ABOUT_YOU, id="the organization"),
        pytest.param("bram bram bram", Flaw.ABOUT_YOU, id="the person"),
    ],
)
def test_a_bad_password_is_refused_with_its_flaw(stage: Stage, typed: str, found: Flaw) -> None:
    stage.world = replace(stage.world, organization="Havenlicht")
    with pytest.raises(PasswordRefused) as refused:
        accepted(stage.world, SecretBytes(typed.encode()), "bram", "Bram Visser")
    assert refused.value.params == {"reason": found.value, "least": 12}


def test_the_length_is_a_setting(stage: Stage) -> None:
    policy = replace(stage.world.policy, passwords=PasswordPolicy(length=30))
    with pytest.raises(PasswordRefused) as refused:
        accepted(replace(stage.world, policy=policy), NEW)
    assert refused.value.params == {"reason": "too-short", "least": 30}


def test_an_older_and_shorter_password_still_signs_in(stage: Stage, anna: Person) -> None:
    manage.set_password(stage.world, "anna", SecretBytes(b"kort"))
    assert sign_in(stage.world, "anna", SecretBytes(b"kort"))[0] == anna


@pytest.mark.parametrize("typed", ["écluse", "e\u0301cluse"], ids=["as it is kept", "as it is typed elsewhere"])
def test_a_password_signs_in_from_every_keyboard(stage: Stage, anna: Person, typed: str) -> None:
    manage.set_password(stage.world, "anna", SecretBytes("écluse".encode()))
    _, session = sign_in(stage.world, "anna", SecretBytes(typed.encode()))
    confirm(stage.world, anna, session, SecretBytes(typed.encode()))


def test_a_hash_of_what_was_typed_before_passwords_were_prepared_still_verifies(stage: Stage, anna: Person) -> None:
    typed = SecretBytes("e\u0301cluse".encode())
    with stage.store.write() as tx:
        tx.people.set_password_hash(anna.id, stage.world.passwords.hash(typed))
    assert sign_in(stage.world, "anna", typed)[0] == anna


# By a link


def test_a_link_sets_the_password_once(stage: Stage, anna: Person) -> None:
    _, session = sign_in(stage.world, "anna", OLD)
    token = _link(stage)
    use_link(stage.world, token, NEW)
    assert use_session(stage.world, session.id) is None
    assert sign_in(stage.world, "anna", NEW)[0].id == anna.id
    with pytest.raises(SignInFailed):
        sign_in(stage.world, "anna", OLD)
    with pytest.raises(LinkOver):
        use_link(stage.world, token, SecretBytes(b"nog een ander wachtwoord"))
    assert stage.audited("password-link-made") == [(None, "done", None)]
    assert stage.audited("password-link-used") == [(anna.id, "done", None), (None, "denied", None)]


def test_a_password_that_is_refused_leaves_the_link_as_it_was(stage: Stage, anna: Person) -> None:
    token = _link(stage)
    with pytest.raises(PasswordRefused):
        use_link(stage.world, token, SecretBytes(b"kort"))
    use_link(stage.world, token, NEW)


def test_a_newer_link_ends_the_one_before(stage: Stage, anna: Person) -> None:
    older, newer = _link(stage), _link(stage)
    with pytest.raises(LinkOver):
        use_link(stage.world, older, NEW)
    use_link(stage.world, newer, NEW)


def test_a_link_ends_with_its_time(stage: Stage, anna: Person) -> None:
    token = _link(stage)
    stage.clock.moment += stage.world.policy.passwords.link_life
    with pytest.raises(LinkOver):
        use_link(stage.world, token, NEW)
    assert clean(stage.world) == 1


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(lambda world: manage.disable_person(world, "anna"), id="disabled"),
        pytest.param(lambda world: manage.reset_password(world, "anna", NEW), id="given another password"),
    ],
)
def test_a_link_ends_with_what_an_administrator_does(stage: Stage, anna: Person, ends: object) -> None:
    token = _link(stage)
    assert callable(ends)
    ends(stage.world)
    with pytest.raises(LinkOver):
        use_link(stage.world, token, SecretBytes(b"nog een ander wachtwoord"))


@pytest.mark.parametrize("username", ["nobody", "anna"], ids=["nobody", "disabled"])
def test_no_link_for_whom_may_not_sign_in(stage: Stage, anna: Person, username: str) -> None:
    manage.disable_person(stage.world, "anna")
    with pytest.raises(NotFound):
        make_link(stage.world, username)


def test_the_database_holds_nothing_that_opens_a_link(stage: Stage, anna: Person) -> None:
    token = _link(stage)
    with stage.store.read() as tx:
        (row,) = tx.connection.exec_driver_sql("SELECT * FROM password_links").mappings()
    assert token.encode() not in bytes(row["digest"]) + repr(dict(row)).encode()
    assert bytes.fromhex(token) not in bytes(row["digest"])


def test_a_link_counts_as_a_reset_by_somebody_else(stage: Stage, anna: Person, mac: Mac) -> None:
    """Who made the link could have used it themselves."""
    stage.stores(anna, mac)
    use_link(stage.world, _link(stage), NEW)
    assert stage.told(anna) == ["credential-reset"]
    with pytest.raises(CredentialReset):
        stage.reveals(anna, mac)
    stage.clock.moment += stage.world.policy.reset_wait
    assert stage.reveals(anna, mac) == mac.key


def test_the_first_password_of_an_account_is_no_reset(stage: Stage) -> None:
    carla = manage.add_person(stage.world, "carla", "Carla", None, frozenset(), None)
    mac = stage.enrolled_mac(carla)
    stage.stores(carla, mac)
    use_link(stage.world, str(make_link(stage.world, "carla").reveal(), "ascii"), NEW)
    assert stage.told(carla) == []
    assert stage.reveals(carla, mac) == mac.key


# One's own


def test_who_changes_their_password_goes_on_and_is_signed_out_elsewhere(stage: Stage, anna: Person) -> None:
    (_, here), (_, elsewhere) = (sign_in(stage.world, "anna", OLD) for _ in range(2))
    stage.clock.moment += timedelta(minutes=20)
    goes_on = change_password(stage.world, anna, here, OLD, NEW)
    assert use_session(stage.world, goes_on.id) is not None
    assert use_session(stage.world, here.id) is None
    assert use_session(stage.world, elsewhere.id) is None
    assert sign_in(stage.world, "anna", NEW)[0] == anna
    assert stage.told(anna) == ["password-changed"]
    assert stage.audited("password-changed") == [(anna.id, "done", None)]


def test_a_fresh_sign_in_stands_for_the_present_password(stage: Stage, anna: Person) -> None:
    _, session = sign_in(stage.world, "anna", OLD)
    stage.clock.moment += stage.world.policy.sessions.fresh_sign_in
    with pytest.raises(SignInAgain):
        change_password(stage.world, anna, session, None, NEW)
    change_password(stage.world, anna, confirm(stage.world, anna, session, OLD), None, NEW)
    assert sign_in(stage.world, "anna", NEW)[0] == anna


def test_a_wrong_present_password_changes_nothing(stage: Stage, anna: Person) -> None:
    """However fresh the sign-in is: who sits down at an open page does not know it."""
    _, session = sign_in(stage.world, "anna", OLD)
    with pytest.raises(SignInFailed):
        change_password(stage.world, anna, session, WRONG, NEW)
    assert sign_in(stage.world, "anna", OLD)[0] == anna
    assert stage.audited("password-changed") == [(anna.id, "denied", None)]


def test_a_change_keeps_a_reset_from_being_forgotten(stage: Stage, anna: Person, mac: Mac) -> None:
    """Who reset the account can't lift what that costs by changing the password once more as its person."""
    stage.stores(anna, mac)
    manage.reset_password(stage.world, "anna", NEW)
    _, session = sign_in(stage.world, "anna", NEW)
    change_password(stage.world, anna, session, NEW, OLD)
    with pytest.raises(CredentialReset):
        stage.reveals(anna, mac)


def test_who_has_no_password_has_none_to_change(stage: Stage) -> None:
    carla = manage.add_person(stage.world, "carla", "Carla", None, frozenset(), None)
    now = stage.clock.now()
    with pytest.raises(NoLocalPassword):
        change_password(stage.world, carla, Session("s", carla.id, now, now, now), None, NEW)


def _link(stage: Stage) -> str:
    return make_link(stage.world, "anna").reveal().decode()
