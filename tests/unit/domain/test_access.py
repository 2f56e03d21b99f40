"""Who may do what: the table of the specification row by row, and that everything else is denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.access import (
    POLICY,
    RIGHTS,
    Actor,
    Allowed,
    Denied,
    Escrowing,
    Ownership,
    Permission,
    Right,
    Role,
    Subject,
    decide,
    has_right,
    may_open_version,
)

ANNA = Actor("anna", frozenset())
SUPPORT = Actor("sanne", frozenset({Role.SUPPORT}))
ADMINISTRATOR = Actor("ada", frozenset({Role.ADMINISTRATOR}))
AUDITOR = Actor("otto", frozenset({Role.AUDITOR}))
ALL_ROLES = Actor("all", frozenset(Role))
PERSONAL, CORPORATE = Ownership

OF_AN_OWNER = {
    Permission.SEE,
    Permission.DEPOSIT,
    Permission.REVEAL,
    Permission.ROTATE,
    Permission.CHECK,
    Permission.RENAME,
}
OF_SUPPORT = {
    Permission.SEE,
    Permission.ROTATE,
    Permission.CHECK,
    Permission.ASK_TO_STORE,
    Permission.SEE_HISTORY,
}
TO_A_MAC_IN_QUARANTINE_NOBODY = {Permission.DEPOSIT, Permission.ROTATE, Permission.CHECK}

owned = pytest.mark.parametrize("ownership", Ownership)
each_permission = pytest.mark.parametrize("permission", Permission)
actors = st.builds(Actor, st.sampled_from(["anna", "bram", ""]), st.frozensets(st.sampled_from(Role)))
subjects = st.builds(
    Subject, st.none() | st.sampled_from(["anna", "bram", ""]), st.sampled_from(Ownership), st.booleans()
)
bindings = st.builds(Escrowing, st.none() | st.sampled_from(["anna", "bram", ""]), st.sampled_from(Ownership))


@pytest.mark.parametrize(
    ("actor", "subject", "may"),
    [
        pytest.param(ANNA, Subject("anna", PERSONAL), OF_AN_OWNER, id="owner, personal"),
        pytest.param(ANNA, Subject("anna", CORPORATE), OF_AN_OWNER, id="owner, corporate"),
        pytest.param(ANNA, Subject("bram", PERSONAL), set(), id="a colleague, personal"),
        pytest.param(ANNA, Subject("bram", CORPORATE), set(), id="a colleague, corporate"),
        pytest.param(ANNA, Subject(None, CORPORATE), set(), id="a colleague, nobody's"),
        pytest.param(SUPPORT, Subject("anna", PERSONAL), OF_SUPPORT, id="support, personal"),
        pytest.param(SUPPORT, Subject("anna", CORPORATE), OF_SUPPORT | {Permission.REVEAL}, id="support, corporate"),
        pytest.param(SUPPORT, Subject("sanne", PERSONAL), OF_AN_OWNER | OF_SUPPORT, id="support, own personal"),
        pytest.param(SUPPORT, Subject(None, PERSONAL), OF_SUPPORT, id="support, nobody's personal"),
        pytest.param(ADMINISTRATOR, Subject("anna", PERSONAL), OF_SUPPORT | {Permission.ASSIGN}, id="admin, personal"),
        pytest.param(
            ADMINISTRATOR,
            Subject("anna", CORPORATE),
            OF_SUPPORT | {Permission.REVEAL, Permission.ASSIGN},
            id="admin, corporate",
        ),
        pytest.param(AUDITOR, Subject("anna", PERSONAL), set(), id="auditor, personal"),
        pytest.param(AUDITOR, Subject("anna", CORPORATE), set(), id="auditor, corporate"),
        pytest.param(AUDITOR, Subject("otto", PERSONAL), OF_AN_OWNER, id="auditor, own"),
    ],
)
def test_the_table(actor: Actor, subject: Subject, may: set[Permission]) -> None:
    allowed = {one for one in Permission if isinstance(decide(actor, one, subject), Allowed)}
    assert allowed == may


@each_permission
@pytest.mark.parametrize("actor", [ANNA, SUPPORT, ALL_ROLES], ids=["owner", "support", "every role"])
def test_no_command_that_carries_a_key_goes_to_a_mac_in_quarantine(actor: Actor, permission: Permission) -> None:
    known = decide(actor, permission, Subject("anna", CORPORATE))
    quarantined = decide(actor, permission, Subject("anna", CORPORATE, quarantined=True))
    assert quarantined == (Denied("forbidden") if permission in TO_A_MAC_IN_QUARANTINE_NOBODY else known)


@pytest.mark.parametrize("actor", [SUPPORT, ADMINISTRATOR, ALL_ROLES], ids=["support", "administrator", "every role"])
def test_nobody_but_its_owner_is_shown_the_key_of_a_personal_mac(actor: Actor) -> None:
    assert decide(actor, Permission.REVEAL, Subject("anna", PERSONAL)) == Denied("personal-device")


@each_permission
@owned
def test_who_may_not_see_a_mac_does_not_learn_that_it_exists(permission: Permission, ownership: Ownership) -> None:
    assert decide(ANNA, permission, Subject("bram", ownership)) == Denied("not-found")
    assert decide(AUDITOR, permission, Subject("bram", ownership)) == Denied("not-found")


def test_an_owner_acts_as_the_owner_whatever_roles_they_have() -> None:
    assert decide(ALL_ROLES, Permission.REVEAL, Subject("all", CORPORATE)) == Allowed("owner")
    assert decide(ALL_ROLES, Permission.REVEAL, Subject("anna", CORPORATE)) == Allowed("support")


@pytest.mark.parametrize(
    ("actor", "rights"),
    [
        pytest.param(ANNA, set(), id="nobody special"),
        pytest.param(SUPPORT, {Right.SEARCH_DEVICES}, id="support"),
        pytest.param(AUDITOR, {Right.READ_AUDIT}, id="auditor"),
        pytest.param(ADMINISTRATOR, {Right.SEARCH_DEVICES, Right.MANAGE, Right.DECIDE_REQUESTS}, id="administrator"),
    ],
)
def test_rights_that_are_about_no_device(actor: Actor, rights: set[Right]) -> None:
    assert {one for one in Right if has_right(actor, one)} == rights


def test_the_tables_speak_of_everything() -> None:
    assert set(POLICY) == set(Permission)
    assert set(RIGHTS) == set(Right)


def test_what_the_tables_do_not_name_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sleutelkast.domain.access.POLICY", {})
    monkeypatch.setattr("sleutelkast.domain.access.RIGHTS", {})
    decisions = [decide(ALL_ROLES, permission, Subject("all", PERSONAL)) for permission in Permission]
    assert decisions == [Denied("not-found")] * len(Permission)
    assert not any(has_right(ALL_ROLES, right) for right in Right)


@pytest.mark.parametrize(
    ("actor", "subject", "bound", "may"),
    [
        pytest.param(ANNA, Subject("anna", PERSONAL), Escrowing("anna", PERSONAL), True, id="her own"),
        pytest.param(ANNA, Subject("anna", CORPORATE), Escrowing("anna", PERSONAL), True, id="her own, before"),
        pytest.param(ANNA, Subject("anna", PERSONAL), Escrowing("bram", PERSONAL), False, id="the former owner's"),
        pytest.param(ANNA, Subject("anna", PERSONAL), Escrowing(None, CORPORATE), False, id="from before any owner"),
        pytest.param(ANNA, Subject("bram", PERSONAL), Escrowing("anna", PERSONAL), False, id="a Mac she gave away"),
        pytest.param(SUPPORT, Subject("anna", CORPORATE), Escrowing("anna", CORPORATE), True, id="corporate"),
        pytest.param(SUPPORT, Subject("bram", CORPORATE), Escrowing("anna", CORPORATE), True, id="corporate, moved"),
        pytest.param(SUPPORT, Subject(None, CORPORATE), Escrowing(None, CORPORATE), True, id="corporate, nobody's"),
        pytest.param(SUPPORT, Subject("anna", PERSONAL), Escrowing("anna", PERSONAL), False, id="personal"),
        pytest.param(SUPPORT, Subject("anna", CORPORATE), Escrowing("anna", PERSONAL), False, id="made corporate"),
        pytest.param(SUPPORT, Subject("anna", PERSONAL), Escrowing("anna", CORPORATE), False, id="made personal"),
        pytest.param(SUPPORT, Subject("sanne", CORPORATE), Escrowing("anna", PERSONAL), False, id="given to support"),
        pytest.param(AUDITOR, Subject("anna", CORPORATE), Escrowing("anna", CORPORATE), False, id="auditor"),
    ],
)
def test_who_opens_a_version(actor: Actor, subject: Subject, bound: Escrowing, may: bool) -> None:
    assert may_open_version(actor, subject, bound) is may


@given(actor=actors, subject=subjects, bound=bindings)
def test_a_key_that_was_escrowed_as_personal_opens_for_its_owner_alone(
    actor: Actor, subject: Subject, bound: Escrowing
) -> None:
    """Whatever the device is today, and whatever roles somebody has or takes."""
    if may_open_version(actor, subject, bound) and bound.ownership is PERSONAL:
        assert actor.id == bound.owner_id == subject.owner_id


@given(actor=actors, subject=subjects, bound=bindings)
def test_the_key_of_a_personal_mac_opens_for_its_owner_alone(actor: Actor, subject: Subject, bound: Escrowing) -> None:
    if may_open_version(actor, subject, bound) and subject.ownership is PERSONAL:
        assert actor.id == bound.owner_id == subject.owner_id
