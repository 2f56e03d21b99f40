"""Who may do what: the table of portal.md, and that everything else is denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.access import (
    POLICY,
    Actor,
    Allowed,
    Denied,
    Ownership,
    Permission,
    Role,
    Subject,
    decide,
    may_open_version,
)

ANNA = Actor("anna", frozenset())
SUPPORT = Actor("sanne", frozenset({Role.SUPPORT}))
ALL_ROLES = Actor("ada", frozenset(Role))
NEEDS_A_CONFIRMED_MAC = {Permission.DEPOSIT, Permission.CHECK}

owned = pytest.mark.parametrize("ownership", Ownership)
each_permission = pytest.mark.parametrize("permission", Permission)


@owned
@each_permission
def test_an_owner_may_do_everything_with_a_mac_of_theirs(permission: Permission, ownership: Ownership) -> None:
    assert decide(ANNA, permission, Subject("anna", ownership)) == Allowed("owner")


@owned
@each_permission
@pytest.mark.parametrize("actor", [ANNA, SUPPORT, ALL_ROLES], ids=["a colleague", "support", "every role"])
def test_nobody_else_even_learns_that_it_exists(actor: Actor, permission: Permission, ownership: Ownership) -> None:
    assert decide(actor, permission, Subject("bram", ownership)) == Denied("not-found")


@each_permission
@pytest.mark.parametrize("actor", [ANNA, ALL_ROLES, Actor("", frozenset())], ids=["a person", "every role", "no id"])
def test_a_mac_that_nobody_owns_is_nobodys(actor: Actor, permission: Permission) -> None:
    assert decide(actor, permission, Subject(None, Ownership.CORPORATE)) == Denied("not-found")


@each_permission
def test_no_command_that_carries_a_key_goes_to_a_mac_in_quarantine(permission: Permission) -> None:
    decision = decide(ANNA, permission, Subject("anna", Ownership.PERSONAL, quarantined=True))
    assert decision == (Denied("forbidden") if permission in NEEDS_A_CONFIRMED_MAC else Allowed("owner"))


def test_what_the_policy_does_not_name_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sleutelkast.domain.access.POLICY", {})
    decisions = [decide(ANNA, permission, Subject("anna", Ownership.PERSONAL)) for permission in Permission]
    assert decisions == [Denied("not-found")] * len(Permission)


def test_the_policy_speaks_of_every_permission() -> None:
    assert set(POLICY) == set(Permission)


@given(
    actor=st.builds(Actor, st.text(max_size=3), st.frozensets(st.sampled_from(Role))),
    subject=st.builds(Subject, st.none() | st.text(max_size=3), st.sampled_from(Ownership), st.booleans()),
    permission=st.sampled_from(Permission),
)
def test_whoever_asks_only_the_owner_is_allowed_anything(
    actor: Actor, subject: Subject, permission: Permission
) -> None:
    decision = decide(actor, permission, subject)
    assert isinstance(decision, Denied) or subject.owner_id == actor.id


@pytest.mark.parametrize(
    ("escrowed_for", "may"),
    [
        pytest.param("anna", True, id="for the person"),
        pytest.param("bram", False, id="for a former owner"),
        pytest.param(None, False, id="for nobody"),
    ],
)
def test_a_version_opens_only_for_whom_it_was_escrowed(escrowed_for: str | None, may: bool) -> None:
    assert may_open_version(ANNA, escrowed_for) is may
