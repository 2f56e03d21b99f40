"""People's sessions: when they are over, and when a sign-in is fresh enough for a key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.access import Actor, Role
from sleutelkast.domain.person import Person, Session, SessionPolicy, sign_in_name

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
POLICY = SessionPolicy(idle=timedelta(minutes=30), life=timedelta(hours=12), fresh_sign_in=timedelta(minutes=10))


@pytest.mark.parametrize(
    ("age", "unused", "is_over"),
    [
        pytest.param(timedelta(0), timedelta(0), False, id="just begun"),
        pytest.param(timedelta(hours=1), POLICY.idle - INSTANT, False, id="an instant before it is idle"),
        pytest.param(timedelta(hours=1), POLICY.idle, True, id="idle"),
        pytest.param(POLICY.life - INSTANT, timedelta(0), False, id="an instant before its end"),
        pytest.param(POLICY.life, timedelta(0), True, id="at its end, though in use"),
    ],
)
def test_when_a_session_is_over(age: timedelta, unused: timedelta, is_over: bool) -> None:
    session = Session("s", "anna", created_at=NOW - age, last_used_at=NOW - unused, signed_in_at=NOW - age)
    assert POLICY.is_over(session, NOW) is is_over


@pytest.mark.parametrize(
    ("since_sign_in", "is_fresh"),
    [
        pytest.param(timedelta(0), True, id="just signed in"),
        pytest.param(POLICY.fresh_sign_in - INSTANT, True, id="an instant before"),
        pytest.param(POLICY.fresh_sign_in, False, id="too old"),
    ],
)
def test_when_a_sign_in_is_fresh(since_sign_in: timedelta, is_fresh: bool) -> None:
    session = Session("s", "anna", NOW - timedelta(hours=2), NOW, signed_in_at=NOW - since_sign_in)
    assert POLICY.is_fresh(session, NOW) is is_fresh


def test_a_person_acts_with_their_id_and_roles() -> None:
    roles = frozenset({Role.AUDITOR})
    assert Person("otto", "otto", "Otto", None, roles, None, NOW).actor == Actor("otto", roles)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("anna", "ANNA", id="capitals"),
        pytest.param("anna", " anna\t", id="blanks around it"),
        pytest.param("élodie", "E\u0301LODIE", id="an accent of its own"),
        pytest.param("weiß", "WEISS", id="a letter that becomes two"),
        pytest.param("ΣΊΣΥΦΟΣ", "σίσυφος", id="a letter with two small forms"),
        pytest.param("ａｎｎａ", "anna", id="full width"),
        pytest.param("sofﬁa", "soffia", id="a ligature"),
    ],
)
def test_two_spellings_of_one_name_are_one_person(one: str, other: str) -> None:
    assert sign_in_name(one) == sign_in_name(other)


@pytest.mark.parametrize(("one", "other"), [("anna", "anne"), ("elodie", "élodie"), ("a b", "ab")])
def test_two_names_are_two_people(one: str, other: str) -> None:
    assert sign_in_name(one) != sign_in_name(other)
