"""People and their sessions, kept and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.access import Role
from sleutelkast.domain.person import Person, SignInWay
from sleutelkast.usecases.repository import Conflict
from tests.integration.adapters.store.records import HOUR, NOW, person, session

INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(person("anna"), id="with nothing but a name"),
        pytest.param(person("ada", roles=frozenset(Role)), id="with every role"),
        pytest.param(
            person(
                "zoë", name="Zoë Ångström 👩🏽‍💻", email="zoe@example.org", locale="zh-Hans-CN", disabled_at=NOW + HOUR
            ),
            id="with everything",
        ),
    ],
)
def test_a_person_comes_back_as_they_were(store: SqlStore, known: Person) -> None:
    with store.write() as tx:
        tx.people.add(known, None)
    with store.read() as tx:
        assert tx.people.get(known.id) == tx.people.by_username(known.username) == known
        assert tx.people.password_hash(known.id) is None


def test_nobody_is_found_where_nobody_is(store: SqlStore) -> None:
    with store.write() as tx:
        found = [tx.people.get("anna"), tx.people.by_username("anna"), tx.people.lock("anna")]
        assert found == [None, None, None]
        assert tx.people.password_hash("anna") is None


@pytest.mark.parametrize(
    ("username", "spelling"),
    [
        pytest.param("anna", "ANNA", id="in capitals"),
        pytest.param("Anna", "anna", id="in small letters"),
        pytest.param("anna", "  anna\t", id="with blanks around it"),
        pytest.param("élodie", "ÉLODIE", id="beyond ASCII"),
        pytest.param("weiß", "WEISS", id="with a letter that becomes two"),
        pytest.param("ΣΊΣΥΦΟΣ", "σίσυφος", id="with a letter of two small forms"),
    ],
)
def test_a_username_is_one_persons_however_it_is_spelled(store: SqlStore, username: str, spelling: str) -> None:
    with store.write() as tx:
        tx.people.add(person(username), None)
    with store.read() as tx:
        assert tx.people.by_username(spelling) == person(username)
    with pytest.raises(Conflict), store.write() as tx:
        tx.people.add(replace(person(spelling), id="another"), None)


def test_people_are_listed_by_their_usernames(store: SqlStore) -> None:
    with store.write() as tx:
        for username in ("otto", "anna", "sanne"):
            tx.people.add(person(username), None)
    with store.read() as tx:
        assert [one.username for one in tx.people.all()] == ["anna", "otto", "sanne"]


def test_what_changes_of_a_person_changes_nothing_else(store: SqlStore) -> None:
    with store.write() as tx:
        for username in ("anna", "bram"):
            tx.people.add(person(username), "hash of the first password")
    with store.write() as tx:
        tx.people.set_locale("anna", "nl")
        tx.people.disable("anna", NOW + HOUR)
        tx.people.set_password_hash("anna", "hash of the second password")
    with store.read() as tx:
        assert tx.people.get("anna") == person("anna", locale="nl", disabled_at=NOW + HOUR)
        assert tx.people.password_hash("anna") == "hash of the second password"
        assert tx.people.get("bram") == person("bram")
        assert tx.people.password_hash("bram") == "hash of the first password"


# Sessions


def test_a_session_comes_back_with_whose_it_is(store: SqlStore, anna_and_bram: None) -> None:
    begun = {"way": SignInWay.OIDC, "browser": "Safari", "identity_id": "work", "provider_session": "sid"}
    known = session("first", "anna", last_used_at=NOW + HOUR, signed_in_at=NOW + 2 * HOUR, **begun)
    with store.write() as tx:
        tx.sessions.add(known)
    with store.read() as tx:
        assert tx.sessions.get("first") == (person("anna"), known)
        assert tx.sessions.get("another") is None


def test_its_use_and_its_renewal_are_noted_each_on_its_own(store: SqlStore, anna_and_bram: None) -> None:
    known = session("first", "anna")
    with store.write() as tx:
        tx.sessions.add(known)
        tx.sessions.note_use("first", NOW + HOUR)
        anew = replace(known, id="second", signed_in_at=NOW + 2 * HOUR, provider_session="at-provider")
        assert tx.sessions.renew("first", anew)
        assert not tx.sessions.renew("first", replace(anew, id="third"))
    with store.read() as tx:
        assert tx.sessions.get("second") == (person("anna"), replace(anew, last_used_at=NOW + HOUR))
        assert tx.sessions.get("first") is tx.sessions.get("third") is None


def test_an_ended_session_is_gone_and_others_are_not(store: SqlStore, anna_and_bram: None) -> None:
    with store.write() as tx:
        for session_id, person_id in (("a1", "anna"), ("a2", "anna"), ("a3", "anna"), ("b1", "bram")):
            tx.sessions.add(session(session_id, person_id))
        tx.sessions.end("a1")
    assert _left(store, "a1", "a2", "a3", "b1") == ["a2", "a3", "b1"]
    with store.write() as tx:
        assert sorted(one.id for one in tx.sessions.of("anna")) == ["a2", "a3"]
        tx.sessions.end_others("anna", "a3")
    assert _left(store, "a1", "a2", "a3", "b1") == ["a3", "b1"]
    with store.write() as tx:
        tx.sessions.end_all("anna")
    assert _left(store, "a1", "a2", "a3", "b1") == ["b1"]


@pytest.mark.parametrize(
    ("last_used_at", "created_at", "is_over"),
    [
        pytest.param(NOW, NOW, True, id="unused since that moment"),
        pytest.param(NOW + INSTANT, NOW, False, id="used an instant later"),
        pytest.param(NOW + HOUR, NOW - HOUR, True, id="in use, and as old as a session may get"),
        pytest.param(NOW + HOUR, NOW - HOUR + INSTANT, False, id="in use, and an instant younger"),
    ],
)
def test_sessions_that_are_over_are_ended(
    store: SqlStore, anna_and_bram: None, last_used_at: datetime, created_at: datetime, is_over: bool
) -> None:
    with store.write() as tx:
        tx.sessions.add(session("first", "anna", last_used_at=last_used_at, created_at=created_at))
        assert tx.sessions.end_unused(unused_since=NOW, older_than=NOW - HOUR) == int(is_over)
    assert _left(store, "first") == ([] if is_over else ["first"])


def _left(store: SqlStore, *session_ids: str) -> list[str]:
    with store.read() as tx:
        return [one for one in session_ids if tx.sessions.get(one) is not None]


@pytest.fixture
def anna_and_bram(store: SqlStore) -> None:
    with store.write() as tx:
        for username in ("anna", "bram"):
            tx.people.add(person(username), None)
