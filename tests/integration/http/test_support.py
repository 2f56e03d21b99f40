"""The support desk over HTTP: who may search, what they see, and what they may never see."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from tests.unit.http.harness import KEY, HandClock, Visitor, add_mac, add_person, problem

SEARCH = "/api/v1/support/devices"


def test_support_finds_macs_by_their_owners_name(portal: Portal, sanne: Visitor, mac: Device) -> None:
    other = add_mac(portal.world, "bram", "C02BRAM", Ownership.CORPORATE)
    (found,) = sanne.get(f"{SEARCH}?q=bra").json["items"]
    assert (found["id"], found["owner"]["username"], found["ownership"]) == (other.id, "bram", "corporate")
    assert {one["id"] for one in sanne.get(SEARCH).json["items"]} == {mac.id, other.id}
    assert sanne.get(f"{SEARCH}?q=nobody").json == {"items": [], "next": None}


def test_pages_and_counts(portal: Portal, sanne: Visitor, mac: Device) -> None:
    added = {mac.id, *(add_mac(portal.world, "bram", f"C02MANY{number}").id for number in range(4))}
    path, seen = f"{SEARCH}?limit=2&q=mac", []
    while path:
        answer = sanne.get(path).json
        seen += [one["id"] for one in answer["items"]]
        path = answer["next"] and f"{SEARCH}?limit=2&q=mac&after={answer['next']}"
    assert sorted(seen) == sorted(added)
    counts = sanne.get(f"{SEARCH}/counts?q=mac").json
    assert counts["all"] == {"count": 5, "more": False}
    assert counts["filters"]["no-key"] == {"count": 5, "more": False}
    assert counts["filters"]["stale"] == {"count": 0, "more": False}


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("q=" + "a" * 10_000, id="10,000 characters"),
        pytest.param("q=a%00b", id="a null character"),
        pytest.param("filter=everything", id="a filter that is none"),
        pytest.param("after=WyJhbGwiXQ==", id="a place that is none"),
        pytest.param("after=%27%3B--", id="SQL for a place"),
        pytest.param("limit=1000", id="more than a page"),
        pytest.param("surprise=1", id="a field that is none"),
    ],
)
def test_a_question_that_does_not_fit_is_told_so(sanne: Visitor, mac: Device, query: str) -> None:
    assert problem(sanne.get(f"{SEARCH}?{query}")) == (422, "invalid")


@pytest.mark.parametrize(
    "place",
    [
        pytest.param('["all", "\\u0000"]', id="a null character"),
        pytest.param('["all", "\\ud800"]', id="half a character"),
        pytest.param('["word mac", "\\u0000", "x"]', id="a null character for a word"),
        pytest.param('["word m\\u0000", "m", "x"]', id="a null character in a word that is asked"),
        pytest.param('["filter no-key", "\\u0000"]', id="a null character behind a filter"),
        pytest.param('["filter not-checked-in", "9999-12-31T23:59:59-14:00", "x"]', id="after the last day of all"),
        pytest.param('["filter not-checked-in", "0001-01-01T00:00:00+14:00", "x"]', id="before the first one"),
        pytest.param('["filter not-checked-in", "yesterday", "x"]', id="no moment"),
        pytest.param("[" * 500, id="lists within lists"),
        pytest.param("[1]", id="a number"),
        pytest.param("{}", id="no list"),
    ],
)
@pytest.mark.parametrize("asked", [{}, {"q": "mac"}, {"filter": "no-key"}, {"filter": "not-checked-in"}], ids=str)
def test_a_place_that_somebody_made_up_is_told_so(
    sanne: Visitor, mac: Device, asked: dict[str, str], place: str
) -> None:
    after = urlsafe_b64encode(place.encode()).decode()
    assert problem(sanne.get(f"{SEARCH}?{urlencode({**asked, 'after': after})}")) == (422, "invalid")


STRANGE = [
    pytest.param("%", id="a wildcard"),
    pytest.param("_______", id="wildcards for one sign each"),
    pytest.param("C02%", id="a wildcard behind a serial"),
    pytest.param("C_2ANNA", id="a wildcard within a serial"),
    pytest.param("'", id="a quote"),
    pytest.param("'\"; DROP TABLE devices; --", id="a piece of SQL"),
    pytest.param("\\", id="a backslash"),
    pytest.param("\\%", id="an escaped wildcard"),
    pytest.param("C02ANNA\\", id="a backslash behind a serial"),
    pytest.param("\u200f\u05d0\u200e", id="direction marks"),
    pytest.param("\u202eANNA20C", id="an override of the direction"),
    pytest.param("{0} %s ${x}", id="places for values"),
    pytest.param("🦊", id="a picture"),
    pytest.param("山", id="another script"),
    pytest.param("a" * 190, id="as long as is taken"),
]
FOUND_ALL_THE_SAME = {"C02%", "C02ANNA\\"}
"""What is typed behind a word is left out."""


@pytest.mark.parametrize("question", STRANGE)
def test_a_strange_question_finds_what_it_finds(sanne: Visitor, mac: Device, question: str) -> None:
    found = [mac.id] if question in FOUND_ALL_THE_SAME else []
    assert [one["id"] for one in sanne.get(f"{SEARCH}?q={quote(question)}").json["items"]] == found
    assert sanne.get(f"{SEARCH}/counts?q={quote(question)}").json["all"] == {"count": len(found), "more": False}


@pytest.mark.parametrize("question", STRANGE)
def test_a_strange_question_asks_nobody_whom_it_does_not_find(
    sanne: Visitor, anna: Visitor, mac: Device, question: str
) -> None:
    asked = 1 if question in FOUND_ALL_THE_SAME else 0
    assert sanne.post("/api/v1/support/asks", {"q": question}).json == {"asked": asked, "next": None}
    assert len(anna.get("/api/v1/notices").json["items"]) == asked


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"q": "a" * 10_000}, id="10,000 characters"),
        pytest.param({"q": "a\x00b"}, id="a null character"),
        pytest.param({"q": "\ud800"}, id="half a character"),
        pytest.param({"q": ["anna"]}, id="a list"),
        pytest.param({"q": "", "after": "nonsense"}, id="a place that is none"),
    ],
)
def test_a_question_for_all_that_does_not_fit_asks_nobody(
    sanne: Visitor, anna: Visitor, mac: Device, body: dict[str, object]
) -> None:
    assert problem(sanne.post("/api/v1/support/asks", body)) == (422, "invalid")
    assert anna.get("/api/v1/notices").json["items"] == []


def test_what_happened_to_a_mac(sanne: Visitor, anna: Visitor, mac: Device) -> None:
    anna.post(f"/api/v1/devices/{mac.id}/deposits", {"recovery_key": KEY, "confirmation": KEY})
    history = sanne.get(f"/api/v1/devices/{mac.id}/history?limit=1").json
    assert [(one["action"], one["outcome"], one["actor"]) for one in history["items"]] == [("deposit", "done", "Anna")]
    behind = sanne.get(f"/api/v1/devices/{mac.id}/history?after={history['next'].replace('+', '%2B')}").json
    assert [one["action"] for one in behind["items"]] == ["device-assigned"]
    assert KEY not in str(history)
    assert problem(sanne.get(f"/api/v1/devices/{mac.id}/history?after=nonsense")) == (422, "invalid")


def test_an_owner_is_asked_to_store_their_key(sanne: Visitor, anna: Visitor, mac: Device) -> None:
    for _ in range(2):
        assert sanne.post(f"/api/v1/devices/{mac.id}/asks", {}).status_code == 204
    (notice,) = anna.get("/api/v1/notices").json["items"]
    assert (notice["code"], notice["device"]["id"], notice["by"]) == ("store-asked", mac.id, "Sanne")


def test_all_without_a_key_are_asked(portal: Portal, sanne: Visitor, anna: Visitor, bram: Visitor, mac: Device) -> None:
    add_mac(portal.world, "bram", "C02BRAM")
    assert sanne.post("/api/v1/support/asks", {"q": "bram"}).json == {"asked": 1, "next": None}
    assert sanne.post("/api/v1/support/asks", {}).json == {"asked": 2, "next": None}
    for owner in (anna, bram):
        assert [one["code"] for one in owner.get("/api/v1/notices").json["items"]] == ["store-asked"]


def test_a_request_is_decided_by_a_second_person(
    portal: Portal, clock: HandClock, sanne: Visitor, open_browser: Callable[[], Visitor]
) -> None:
    mac = add_mac(portal.world, "bram", "C02BRAM", Ownership.CORPORATE)
    add_person(portal.world, "ada", Role.ADMINISTRATOR)
    ada = open_browser().signed_in("ada")
    for visitor in (sanne, ada):
        assert visitor.post(f"/api/v1/devices/{mac.id}/requests", {"reason": "Locked out"}).status_code == 201
        clock.pass_time(seconds=1)
    asked, own = ada.get("/api/v1/admin/requests").json["items"]
    assert (asked["requester"]["username"], asked["device"]["owner"]["username"]) == ("sanne", "bram")
    assert (asked["device"]["serial"], asked["state"], asked["decided_by"]) == ("C02BRAM", "asked", None)
    assert asked["created_at"] < asked["until"]
    decision = f"/api/v1/admin/requests/{asked['id']}/decision"
    assert problem(ada.post(f"/api/v1/admin/requests/{own['id']}/decision", {"approve": True})) == (403, "own-request")
    decided = ada.post(decision, {"approve": True}).json
    assert (decided["state"], decided["decided_by"]["username"]) == ("approved", "ada")
    assert problem(ada.post(decision, {"approve": False})) == (409, "already-decided")
    assert ada.get("/api/v1/admin/requests").json["items"] == [own]
    assert ada.get("/api/v1/admin/requests/closed?limit=1").json == {"items": [decided], "next": None}
    assert problem(ada.get("/api/v1/admin/requests/closed?after=nonsense")) == (422, "invalid")


def test_how_many_are_asked_is_told_before(portal: Portal, sanne: Visitor, mac: Device) -> None:
    """People with two Macs are one person, and of a Mac that is nobody's nobody is asked."""
    for serial in ("C02BRAM", "C02BRAM2"):
        add_mac(portal.world, "bram", serial)
    assert sanne.get("/api/v1/support/asks").json == {"macs": 3, "people": 2, "more": False}
    assert sanne.get("/api/v1/support/asks?q=bram").json == {"macs": 2, "people": 1, "more": False}
    for narrowed in ("refused", "stale"):
        nobody = {"macs": 0, "people": 0, "more": False}
        assert sanne.get(f"/api/v1/support/asks?filter={narrowed}").json == nobody
        assert sanne.post("/api/v1/support/asks", {"filter": narrowed}).json == {"asked": 0, "next": None}
    for other in ("quarantined", "not-encrypted", "everything"):
        assert problem(sanne.get(f"/api/v1/support/asks?filter={other}")) == (422, "invalid")
        assert problem(sanne.post("/api/v1/support/asks", {"filter": other})) == (422, "invalid")


@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,)], ids=["nobody special", "auditor"])
def test_the_desk_is_closed_to_others(
    portal: Portal, open_browser: Callable[[], Visitor], mac: Device, roles: tuple[Role, ...]
) -> None:
    add_person(portal.world, "otto", *roles)
    otto = open_browser().signed_in("otto")
    assert problem(otto.get(SEARCH)) == (403, "forbidden")
    assert problem(otto.get(f"{SEARCH}/counts")) == (403, "forbidden")
    assert problem(otto.post("/api/v1/support/asks", {})) == (403, "forbidden")
    for path in ("/api/v1/admin/requests", "/api/v1/admin/requests/closed"):
        assert problem(otto.get(path)) == (403, "forbidden")
    for path in ("asks", "requests"):
        assert problem(otto.post(f"/api/v1/devices/{mac.id}/{path}", {})) == (404, "not-found")
    assert problem(otto.get(f"/api/v1/devices/{mac.id}/history")) == (404, "not-found")


def test_a_device_that_is_not_there_answers_like_one_that_is_nobodys_to_see(sanne: Visitor, anna: Visitor) -> None:
    for visitor in (sanne, anna):
        assert problem(visitor.get("/api/v1/devices/0123456789abcdef/history")) == (404, "not-found")
        assert problem(visitor.post("/api/v1/devices/0123456789abcdef/requests", {"reason": "x"})) == (404, "not-found")


@pytest.fixture
def sanne(portal: Portal, open_browser: Callable[[], Visitor]) -> Visitor:
    add_person(portal.world, "sanne", Role.SUPPORT)
    return open_browser().signed_in("sanne")
