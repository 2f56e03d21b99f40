"""A colleague: somebody with an account and a session of their own, who wants more than is theirs.

What each role may do on every route is tried in tests/integration/http/test_rights.py, strange ids in
tests/unit/http/test_guard.py, a role that is taken away during a session in tests/integration/attacks/test_accounts.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from e2e.adversary.attacker import Program
from e2e.portal import Owner, Portal

KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
TYPED = {"recovery_key": KEY, "confirmation": KEY}


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
