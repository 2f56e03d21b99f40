"""Check status, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.http.models import as_moment
from sleutelkast.usecases.settle_due import settle_until_done
from tests.integration.http.webhook import answers_a_check
from tests.unit.http.harness import HandClock, Visitor, problem


def test_nobody_checked_yet(anna: Visitor, at: str) -> None:
    assert problem(anna.get(f"{at}/checks/latest")) == (404, "not-found")


def test_a_mac_that_answers(portal: Portal, anna: Visitor, mac: Device, at: str, clock: HandClock) -> None:
    asked = anna.post(f"{at}/checks")
    assert (asked.status_code, asked.json["state"], asked.json["settled_at"]) == (202, "asked", None)
    assert anna.get(f"{at}/checks/latest").json == asked.json
    clock.pass_time(seconds=7)
    answers_a_check(portal, anna, mac)
    told = anna.get(f"{at}/checks/latest").json
    assert (told["id"], told["state"]) == (asked.json["id"], "answered")
    assert told["last_check_in"] == told["settled_at"] != asked.json["last_check_in"]
    assert told["access"] == {"state": "grace", "until": None}
    assert told["remedy"] == "store-key"


def test_a_mac_that_does_not(portal: Portal, anna: Visitor, at: str, clock: HandClock) -> None:
    anna.post(f"{at}/checks")
    clock.pass_time(minutes=2)
    settle_until_done(portal.world)
    assert anna.get(f"{at}/checks/latest").json["state"] == "unanswered"


def test_how_long_it_waits_is_told(anna: Visitor, at: str, clock: HandClock) -> None:
    asked = anna.post(f"{at}/checks").json
    assert asked["waits_until"] == as_moment(clock.now() + timedelta(minutes=2))


def test_asking_twice_is_the_same_check(anna: Visitor, at: str) -> None:
    first, second = anna.post(f"{at}/checks").json, anna.post(f"{at}/checks").json
    assert first == second


def test_asking_after_an_answer_is_another_check(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    first = anna.post(f"{at}/checks").json
    answers_a_check(portal, anna, mac)
    second = anna.post(f"{at}/checks").json
    assert (second["id"] == first["id"], second["state"]) == (False, "asked")
