"""Links that are used twice at once, and a password change that an administrator overtakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sleutelkast.adapters.store.passwords import SqlPasswordLinks
from sleutelkast.adapters.store.people import SqlPeople
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage
from sleutelkast.usecases.errors import LinkOver, SignInFailed, SignInRequired
from sleutelkast.usecases.passwords import change_password, make_link, use_link
from sleutelkast.usecases.sign_in import sign_in
from sleutelkast.usecases.world import World
from tests.integration.attacks.moments import overtaken, waiting
from tests.integration.attacks.test_accounts import Slow
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD

OLD, HERS, HIS = (
    SecretBytes(text.encode()) for text in (PASSWORD, "een ander wachtwoord", "wat de dief koos als eerste")
)


def test_of_two_who_use_a_link_at_once_the_slower_changes_nothing(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both found the link; one acts before the other goes on."""
    token = make_link(stage.world, "anna").reveal().decode()
    overtaken(monkeypatch, SqlPasswordLinks, "by_digest", lambda: use_link(stage.world, token, HERS))
    with pytest.raises(LinkOver):
        use_link(stage.world, token, HIS)
    _only_hers_signs_in(stage, anna)


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_who_waits_for_the_other_to_use_the_link_changes_nothing(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make_link(stage.world, "anna").reveal().decode()

    def his() -> None:
        with pytest.raises(LinkOver):
            use_link(stage.world, token, HIS)

    with waiting(monkeypatch, stage.store, SqlPeople, "lock", his):
        use_link(stage.world, token, HERS)
    _only_hers_signs_in(stage, anna)


def _disable(world: World) -> None:
    manage.disable_person(world, "anna")


def _link_again(world: World) -> None:
    make_link(world, "anna")


@pytest.mark.parametrize("ended", [_disable, _link_again], ids=["disabled", "a newer link"])
def test_a_link_that_ends_while_its_password_is_hashed_sets_none(
    stage: Stage, anna: Person, ended: Callable[[World], None]
) -> None:
    token = make_link(stage.world, "anna").reveal().decode()
    slow = replace(stage.world, passwords=SlowHash(stage.world.passwords, lambda: ended(stage.world)))
    with pytest.raises(LinkOver):
        use_link(slow, token, HIS)
    with pytest.raises(SignInFailed):
        sign_in(stage.world, "anna", HIS)


@pytest.mark.parametrize(
    "by_present_password", [True, False], ids=["with the present password", "after a fresh sign-in"]
)
def test_a_change_on_its_way_loses_against_a_reset(stage: Stage, anna: Person, by_present_password: bool) -> None:
    """A thief at an open page must not be the last to choose, when support has just shut them out."""
    _, session = sign_in(stage.world, "anna", OLD)
    slow = SlowHash(stage.world.passwords, lambda: manage.reset_password(stage.world, "anna", HERS))
    present = OLD if by_present_password else None
    with pytest.raises(SignInRequired):
        change_password(replace(stage.world, passwords=slow), anna, session, present, HIS)
    _only_hers_signs_in(stage, anna)


def _only_hers_signs_in(stage: Stage, anna: Person) -> None:
    assert sign_in(stage.world, "anna", HERS)[0].id == anna.id
    for other in (OLD, HIS):
        with pytest.raises(SignInFailed):
            sign_in(stage.world, "anna", other)


class SlowHash(Slow):
    """While a password is hashed, and not while one is verified, somebody else acts."""

    def hash(self, password: SecretBytes) -> str:
        hashed = self.real.hash(password)
        self.meanwhile()
        return hashed

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        return self.real.verify(password_hash, password)
