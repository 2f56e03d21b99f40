"""A colleague: somebody with an account and a session of their own, who wants more than is theirs.

What each role may do on every route is tried in tests/integration/http/test_rights.py, strange ids in
tests/unit/http/test_guard.py, two who act at the same moment in tests/integration/attacks. Where it says "every route",
the portal's own description is gone through: a route that is new tomorrow is attacked tomorrow.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from e2e.adversary.attacker import Program, answer_on_seeing
from e2e.adversary.interface import JSON, changing, routes, taking_json
from e2e.portal import Owner, Portal

KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
TYPED = {"recovery_key": KEY, "confirmation": KEY}
NOBODYS = frozenset(
    ("id", "roles", "owner_id", "person_id", "device_id", "session_id", "ownership", "state", "quarantined", "approved")
)
"""What the portal decides, and nobody who writes."""
OWN = {"notice_id": "notices", "session_name": "sessions"}
"""What somebody has beside Macs: how a route calls its id, and where it is listed."""


def test_the_id_of_anothers_mac_is_answered_as_one_that_was_made_up(
    portal: Portal, bystander: Program, signed_in: Callable[[Owner], Program]
) -> None:
    attacker = signed_in(portal.newcomer())
    (anothers,) = bystander.macs
    made_up = secrets.token_hex(len(anothers["id"]))[: len(anothers["id"])]
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine now"}),
        ("POST", "/deposits", TYPED),
        ("GET", "/deposits/latest", None),
        ("POST", "/reveals", {}),
        ("POST", "/rotations", {}),
        ("GET", "/versions", None),
        ("POST", "/checks", {}),
        ("GET", "/checks/latest", None),
    ):
        answers = [attacker.calls(method, f"devices/{one}{path}", body) for one in (anothers["id"], made_up)]
        assert [answer.problem for answer in answers] == [(404, "not-found")] * 2, (method, path)
        assert answers[0].body == answers[1].body, (method, path)


def test_no_route_tells_anothers_ids_from_made_up_ones(
    portal: Portal, bystander: Program, signed_in: Callable[[Owner], Program]
) -> None:
    attacker, ids = signed_in(portal.newcomer()), _ids_of(bystander, signed_in(portal.supporter()))
    tried = [route for route in routes(attacker) if route.ids and "session" in route.proof]
    for route in tried:
        body = route.fitting_body() if route.takes == JSON else None
        answers = [attacker.calls(route.method, route.at(these), body) for these in (ids, {})]
        assert [answer.status in {403, 404} for answer in answers] == [True, True], route
        assert answers[0].body == answers[1].body, route
    assert len(tried) >= 15
    assert _first_id(bystander, "notices") == ids["notice_id"]


def test_no_route_takes_a_field_that_nobody_offered(portal: Portal, signed_in: Callable[[Owner], Program]) -> None:
    attacker = signed_in(portal.newcomer())
    person, (mac,) = attacker.person, attacker.macs
    for route in taking_json(attacker):
        slipped_in = dict.fromkeys(NOBODYS - route.fields, "x")
        answer = attacker.calls(route.method, route.at({"device_id": mac["id"]}), route.fitting_body() | slipped_in)
        assert answer.problem == (422, "invalid"), route
        assert answer.json["params"]["fields"] == dict.fromkeys(slipped_in, "extra_forbidden"), route
    assert (attacker.person, attacker.macs) == (person, [mac])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 50_000, id="lists"),
        pytest.param(b'{"a":' * 10_000, id="objects"),
        pytest.param(b'{"a":' + b"9" * 50_000 + b"}", id="a number without an end"),
        pytest.param(b'{"a": "\xff\xfe"}', id="no UTF-8"),
        pytest.param(b'"a text"', id="no object"),
    ],
)
def test_no_route_chokes_on_a_body(portal: Portal, signed_in: Callable[[Owner], Program], body: bytes) -> None:
    attacker = signed_in(portal.newcomer())
    (mac,) = attacker.macs
    for route in taking_json(attacker):
        assert attacker.calls(route.method, route.at({"device_id": mac["id"]}), body).status in {400, 422}, route


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param({"Content-Length": str(8 << 30)}, b"413", id="gigabytes"),
        pytest.param({"Content-Length": str(64 * 1024 + 1)}, b"413", id="one byte too many"),
        pytest.param({"Transfer-Encoding": "chunked"}, b"411", id="of no known length"),
    ],
)
def test_no_route_waits_for_more_than_it_takes(
    portal: Portal, signed_in: Callable[[Owner], Program], header: dict[str, str], status: bytes
) -> None:
    """Not even from somebody who is signed in, on the portal's own page."""
    attacker = signed_in(portal.newcomer())
    (mac,) = attacker.macs
    headers = {"Content-Type": JSON, "Cookie": attacker.cookie_header, **attacker.token, **header}
    for route in changing(attacker):
        answer = answer_on_seeing(portal, route.method, route.at({"device_id": mac["id"]}), headers)
        assert answer.startswith(b"HTTP/1.1 " + status), route


def test_a_role_that_is_taken_away_during_a_session_is_gone_from_it(
    portal: Portal, bystander: Program, signed_in: Callable[[Owner], Program]
) -> None:
    support = portal.supporter()
    attacker = signed_in(support)
    (anothers,) = bystander.macs
    for method, path in (("GET", "support/devices"), ("GET", f"devices/{anothers['id']}/history")):
        assert attacker.calls(method, path).status == 200, path
    portal.command("person", "roles", support.username)
    assert attacker.calls("GET", "support/devices").problem == (403, "forbidden")
    assert attacker.calls("GET", f"devices/{anothers['id']}/history").problem == (404, "not-found")
    assert attacker.calls("POST", f"devices/{anothers['id']}/checks").problem == (404, "not-found")


def test_fields_that_nobody_offered_are_not_taken(
    portal: Portal, bystander: Program, signed_in: Callable[[Owner], Program]
) -> None:
    """Nobody gives themselves a role, a Mac or a state by writing it beside what they may write."""
    owner = portal.newcomer()
    attacker = signed_in(owner)
    (mac,), person = attacker.macs, attacker.person
    (anothers,) = bystander.macs
    at, credentials = f"devices/{mac['id']}", {"username": owner.username, "password": owner.password}
    for method, path, body in (
        ("PATCH", at, {"name": "Mine", "ownership": "corporate"}),
        ("PATCH", at, {"name": "Mine", "owner_id": "x", "id": anothers["id"]}),
        ("PATCH", at, {"name": "Mine", "quarantined": False, "serial": anothers["serial"]}),
        ("POST", f"{at}/deposits", {**TYPED, "state": "stored"}),
        ("POST", f"{at}/deposits", {**TYPED, "device_id": anothers["id"]}),
        ("POST", f"{at}/reveals", {"device_id": anothers["id"]}),
        ("PATCH", "session", {"locale": "nl", "roles": ["administrator", "support", "auditor"]}),
        ("POST", "session", {**credentials, "roles": ["administrator"]}),
        ("POST", "session/confirmation", {"password": owner.password, "person_id": "x"}),
    ):
        assert attacker.calls(method, path, body).problem == (422, "invalid"), (method, path, body)
    assert attacker.person == person
    assert attacker.macs == [mac]


def test_a_mac_that_is_given_to_somebody_else_during_a_session_is_gone_from_it(
    portal: Portal, signed_in: Callable[[Owner], Program]
) -> None:
    former, owner = portal.newcomer(), portal.newcomer()
    attacker = signed_in(former)
    (mac,) = attacker.macs
    portal.command("device", "assign", former.mac.serial, owner.username, "--ownership", "personal")
    assert attacker.macs == []
    for method, path in (("GET", ""), ("POST", "/reveals"), ("GET", "/versions"), ("POST", "/rotations")):
        answer = attacker.calls(method, f"devices/{mac['id']}{path}", {})
        assert answer.problem == (404, "not-found"), path


def _ids_of(owner: Program, support: Program) -> dict[str, str]:
    """The ids of all that this person has; support asks them for their key, so that they have a notice."""
    (mac,) = owner.macs
    assert support.calls("POST", f"devices/{mac['id']}/asks").status == 204
    return {"device_id": mac["id"], **{name: _first_id(owner, of) for name, of in OWN.items()}}


def _first_id(owner: Program, of: str) -> str:
    return str(owner.calls("GET", of).json["items"][0]["id"])
