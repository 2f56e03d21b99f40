"""Passkeys that are registered, used or removed while somebody else acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sleutelkast.adapters.store.passkeys import SqlPasskeys
from sleutelkast.adapters.store.people import SqlPeople
from sleutelkast.domain.person import Person, Session, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage, passkeys
from sleutelkast.usecases.errors import CredentialReset, SignInFailed, SignInRequired
from sleutelkast.usecases.sign_in import sign_in, use_session
from sleutelkast.usecases.world import World
from tests.authenticator import Authenticator
from tests.integration.attacks.moments import overtaken, waiting
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD

OLD, NEW = SecretBytes(PASSWORD.encode()), SecretBytes(b"een ander wachtwoord")


def _reset(world: World) -> None:
    manage.reset_password(world, "anna", NEW)


def _disable(world: World) -> None:
    manage.disable_person(world, "anna")


shut_out_by = pytest.mark.parametrize("shut_out", [_reset, _disable], ids=["password reset", "disabled"])


@shut_out_by
def test_a_passkey_on_its_way_into_an_account_that_is_shut_is_not_kept(
    stage: Stage, anna: Person, shut_out: Callable[[World], None]
) -> None:
    """A thief at an open page has begun to register a passkey when support acts."""
    session, device = sign_in(stage.world, "anna", OLD)[1], Authenticator()
    begun = passkeys.begin_registration(stage.world, anna, session)
    answer = device.makes(begun.options)
    shut_out(stage.world)
    with pytest.raises(SignInRequired):
        passkeys.register(stage.world, anna, session, begun.challenge, answer, "thief")
    assert passkeys.passkeys(stage.world, anna) == []


@shut_out_by
def test_a_sign_in_with_a_passkey_on_its_way_loses(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch, shut_out: Callable[[World], None]
) -> None:
    device = _device_of(stage, anna)
    begun = passkeys.begin_sign_in(stage.world)
    overtaken(monkeypatch, SqlPasskeys, "by_credential", lambda: shut_out(stage.world))
    with pytest.raises(SignInFailed):
        passkeys.sign_in_with_passkey(stage.world, begun.challenge, device.uses(begun.options), Visit())


@shut_out_by
def test_a_confirmation_with_a_passkey_on_its_way_loses(
    stage: Stage, anna: Person, shut_out: Callable[[World], None]
) -> None:
    device, session = _device_of(stage, anna), sign_in(stage.world, "anna", OLD)[1]
    begun = passkeys.begin_confirmation(stage.world, anna)
    shut_out(stage.world)
    with pytest.raises(SignInRequired):
        passkeys.confirm_with_passkey(stage.world, anna, session, begun.challenge, device.uses(begun.options))


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_of_one_answer_sent_twice_at_once_one_signs_in(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = _device_of(stage, anna)
    begun = passkeys.begin_sign_in(stage.world)
    answer = device.uses(begun.options)

    def again() -> None:
        with pytest.raises(SignInFailed):
            passkeys.sign_in_with_passkey(stage.world, begun.challenge, answer, Visit())

    with waiting(monkeypatch, stage.store, SqlPeople, "lock", again):
        _, session = passkeys.sign_in_with_passkey(stage.world, begun.challenge, answer, Visit())
    assert use_session(stage.world, session.id) is not None


def test_a_passkey_made_after_a_reset_shows_no_key_sooner(stage: Stage, anna: Person, mac: Mac) -> None:
    """Support resets the account, and hopes that a way in which they add as its owner counts as the owner's."""
    stage.stores(anna, mac)
    _reset(stage.world)
    session, device = sign_in(stage.world, "anna", NEW)[1], Authenticator()
    begun = passkeys.begin_registration(stage.world, anna, session)
    passkeys.register(stage.world, anna, session, begun.challenge, device.makes(begun.options), "Phone")
    asked = passkeys.begin_sign_in(stage.world)
    passkeys.sign_in_with_passkey(stage.world, asked.challenge, device.uses(asked.options), Visit())
    with pytest.raises(CredentialReset):
        stage.reveals(anna, mac)
    assert set(stage.told(anna)) == {"credential-reset", "passkey-added"}


def _device_of(stage: Stage, person: Person) -> Authenticator:
    session: Session = sign_in(stage.world, person.username, OLD)[1]
    device = Authenticator()
    begun = passkeys.begin_registration(stage.world, person, session)
    passkeys.register(stage.world, person, session, begun.challenge, device.makes(begun.options), "Phone")
    return device
