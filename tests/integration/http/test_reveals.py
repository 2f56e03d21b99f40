"""Get recovery key, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from tests.integration.http.webhook import rotates
from tests.unit.http.harness import KEY, OTHER_KEY, PASSWORD, HandClock, Visitor, problem

NEW_KEY = "NEWK-EYNE-WKEY-NEWK-EYNE-WKEY"


def test_the_present_key_is_shown(anna: Visitor, at: str, stored: str, clock: HandClock) -> None:
    answer = anna.post(f"{at}/reveals", {})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["recovery_key"] == NEW_KEY
    assert answer.json["groups"] == NEW_KEY.split("-")
    assert answer.json["version"] == stored
    clock.pass_time(minutes=5)
    moment = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert answer.json["visible_until"] == moment


def test_earlier_keys_are_kept_and_shown(anna: Visitor, at: str, stored: str) -> None:
    listed = anna.get(f"{at}/versions")
    items = listed.json["items"]
    assert [(one["provenance"], one["present"]) for one in items] == [("rotated", True), ("typed", False)]
    assert items[0]["id"] == stored
    assert KEY not in listed.get_data(as_text=True)
    assert NEW_KEY not in listed.get_data(as_text=True)
    assert anna.post(f"{at}/reveals", {"version": items[1]["id"]}).json["recovery_key"] == KEY


def test_a_sign_in_that_is_old_is_asked_for_again(anna: Visitor, at: str, stored: str, clock: HandClock) -> None:
    clock.pass_time(minutes=9, seconds=59)
    assert anna.post(f"{at}/reveals", {}).status_code == 201
    clock.pass_time(seconds=1)
    answer = anna.post(f"{at}/reveals", {})
    assert problem(answer) == (403, "sign-in-again")
    assert NEW_KEY not in answer.get_data(as_text=True)
    assert anna.post("/api/v1/session/confirmation", {"password": PASSWORD}).status_code == 200
    assert anna.post(f"{at}/reveals", {}).json["version"] == stored


def test_there_is_no_key_yet(anna: Visitor, at: str) -> None:
    assert problem(anna.post(f"{at}/reveals", {})) == (404, "no-key")
    assert anna.get(f"{at}/versions").json == {"items": [], "next": None}


@pytest.mark.parametrize("version", ["unknown", "0" * 24])
def test_an_unknown_version_is_not_found(anna: Visitor, at: str, stored: str, version: str) -> None:
    assert problem(anna.post(f"{at}/reveals", {"version": version})) == (404, "not-found")


def test_nobody_else_gets_it(portal: Portal, bram: Visitor, mac: Device, at: str, stored: str) -> None:
    for body in ({}, {"version": stored}):
        answer = bram.post(f"{at}/reveals", body)
        assert problem(answer) == (404, "not-found")
        assert NEW_KEY not in answer.get_data(as_text=True)


def test_every_attempt_leaves_a_trace(
    portal: Portal, anna: Visitor, bram: Visitor, mac: Device, at: str, stored: str
) -> None:
    anna.post(f"{at}/reveals", {})
    bram.post(f"{at}/reveals", {})
    anna.post(f"{at}/reveals", {"version": "unknown"})
    people = [one.get("/api/v1/session").json["person"]["id"] for one in (anna, bram, anna)]
    traces = [(row["actor_id"], row["outcome"], row["device_id"], row["reason"]) for row in audited(portal, "reveal")]
    assert traces == [
        (people[0], "done", mac.id, None),
        (people[1], "denied", mac.id, "not-found"),
        (people[2], "denied", mac.id, "not-found"),
    ]
    assert NEW_KEY not in repr(audited(portal, "reveal"))


def test_a_reveal_is_never_repeated_for_whoever_repeats_a_request(
    anna: Visitor, at: str, stored: str, clock: HandClock
) -> None:
    assert anna.post(f"{at}/reveals", {}, Idempotency_Key="one").status_code == 201
    clock.pass_time(minutes=11)
    assert problem(anna.post(f"{at}/reveals", {}, Idempotency_Key="one")) == (403, "sign-in-again")


def test_the_key_is_in_no_other_answer(anna: Visitor, at: str, stored: str) -> None:
    for path in ("/api/v1/session", "/api/v1/devices", at, f"{at}/deposits/latest", f"{at}/versions", "/metrics"):
        text = anna.get(path).get_data(as_text=True)
        for key in (KEY, NEW_KEY, OTHER_KEY):
            assert key not in text
            assert key.replace("-", "") not in text


@pytest.fixture
def stored(portal: Portal, anna: Visitor, mac: Device, at: str) -> str:
    """The id of the key version that Anna's Mac rotated to."""
    anna.post(f"{at}/deposits", {"recovery_key": KEY, "confirmation": KEY})
    rotates(portal, anna, mac, NEW_KEY)
    version: str = anna.get(at).json["escrowed"]["version"]
    return version


def audited(portal: Portal, action: str) -> list[dict[str, Any]]:
    with portal.store.engine.connect() as connection:
        rows = connection.execute(select(audit).where(audit.c.action == action).order_by(audit.c.id)).mappings()
        return [dict(row) for row in rows]
