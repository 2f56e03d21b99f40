"""Store recovery key, over HTTP: what is taken, what is refused, and how it goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.usecases.settle_due import settle_until_done
from tests.integration.http.marks import sqlite_alone
from tests.integration.http.webhook import deliver, deposits, escrow, mac_of, refuses, rotates
from tests.unit.http.harness import KEY, OTHER_KEY, HandClock, Visitor, add_mac, problem

NEW_KEY = "NEWK-EYNE-WKEY-NEWK-EYNE-WKEY"
SAME = {"recovery_key": KEY, "confirmation": KEY}


def test_a_key_is_stored(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    saved = anna.post(f"{at}/deposits", SAME)
    assert saved.status_code == 202
    told = saved.json
    assert (told["state"], told["step"], told["kind"]) == ("received", "verify", "deposit")
    assert (told["message"], told["causes"], told["settled_at"]) == (None, [], None)
    assert anna.get(f"{at}/deposits/latest").json == anna.get(f"{at}/deposits/{told['id']}").json == told
    rotates(portal, anna, mac, NEW_KEY)
    after = anna.get(f"{at}/deposits/latest").json
    assert (after["id"], after["state"], after["step"], after["message"]) == (told["id"], "stored", None, "key-updated")
    shown = anna.get(at).json
    assert shown["deposit"] == after
    assert shown["escrowed"]["provenance"] == "rotated"
    assert shown["access"] == {"state": "allowed", "until": None}
    assert shown["actions"] == ["deposit", "reveal", "rotate", "check", "rename"]
    assert anna.post(f"{at}/reveals", {}).json["recovery_key"] == NEW_KEY


def test_it_is_committed_and_sealed_when_it_is_answered(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    answer = anna.post(f"{at}/deposits", SAME)
    deposit = deposits(portal, mac)[0]
    assert deposit.id == answer.json["id"]
    assert len(deposit.commands) == 1
    with portal.store.read() as tx:
        envelope = tx.deposits.typed_key(deposit.id)
    assert envelope is not None
    assert KEY.encode() not in envelope
    assert KEY.replace("-", "").encode() not in envelope


@sqlite_alone
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(KEY.lower(), id="small letters"),
        pytest.param(KEY.replace("-", ""), id="without dashes"),
        pytest.param(f" {KEY.replace('-', ' ')}\r\n", id="blanks"),
        pytest.param(KEY.replace("-", "–"), id="other dashes"),
        pytest.param("\u200f".join(KEY), id="direction marks"),
        pytest.param(KEY.replace("A", "Ａ").replace("1", "１"), id="full width"),
    ],
)
def test_any_form_of_the_key_is_the_same_deposit(anna: Visitor, at: str, typed: str) -> None:
    first = anna.post(f"{at}/deposits", SAME)
    again = anna.post(f"{at}/deposits", {"recovery_key": typed, "confirmation": KEY})
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json["id"] == first.json["id"]


def test_save_pressed_five_times_at_once_is_one_deposit(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    tabs = [Visitor(anna.client.application).take_over(anna.cookies, anna.csrf) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda tab: tab.post(f"{at}/deposits", SAME), tabs))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(deposits(portal, mac)) == 1


def test_another_key_waits_for_its_turn(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    first = anna.post(f"{at}/deposits", SAME).json["id"]
    second = anna.post(f"{at}/deposits", {"recovery_key": OTHER_KEY, "confirmation": OTHER_KEY})
    assert (second.status_code, second.json["state"]) == (202, "received")
    assert [len(one.commands) for one in deposits(portal, mac)] == [1, 0]
    event_for_first = deposits(portal, mac)[0].commands[0].uuid
    answer_rotation(portal, anna, mac, event_for_first)
    assert anna.get(f"{at}/deposits/{first}").json["state"] == "stored"
    assert anna.get(f"{at}/deposits/latest").json["state"] == "superseded"
    assert anna.get(f"{at}/deposits/latest").json["message"] == "key-updated"


def test_a_request_that_is_repeated_is_the_same_deposit(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    """Also where the deposit was settled in between: the answer was lost, not the request."""
    first = anna.post(f"{at}/deposits", SAME, Idempotency_Key="one")
    rotates(portal, anna, mac, NEW_KEY)
    again = anna.post(f"{at}/deposits", SAME, Idempotency_Key="one")
    assert (again.status_code, again.json["id"], again.json["state"]) == (200, first.json["id"], "stored")
    other = anna.post(f"{at}/deposits", SAME, Idempotency_Key="two")
    assert (other.status_code, other.json["id"] == first.json["id"]) == (202, False)


@sqlite_alone
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        pytest.param("x" * 256, "string_too_long", id="long"),
        pytest.param("", "string_too_short", id="empty"),
        pytest.param("é", "string_pattern_mismatch", id="not ASCII"),
    ],
)
def test_an_idempotency_key_that_is_none(portal: Portal, anna: Visitor, mac: Device, at: str, key: str,
                                         wrong: str) -> None:  # fmt: skip
    answer = anna.post(f"{at}/deposits", SAME, Idempotency_Key=key)
    assert problem(answer) == (422, "invalid")
    assert answer.json["params"] == {"fields": {"Idempotency-Key": wrong}}
    assert deposits(portal, mac) == ()


@sqlite_alone
def test_a_recovery_key_is_no_idempotency_key(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    """It is kept as it is, and proxies write headers down."""
    answer = anna.post(f"{at}/deposits", SAME, Idempotency_Key=KEY)
    assert problem(answer) == (422, "key-out-of-place")
    assert KEY not in answer.text
    assert deposits(portal, mac) == ()


@sqlite_alone
@pytest.mark.parametrize(
    ("typed", "confirmation", "code", "params"),
    [
        pytest.param(
            KEY[:-1], KEY, "key-malformed", {"length": 23, "expected": 24, "character": None}, id="one too few"
        ),
        pytest.param(
            f"{KEY}A", KEY, "key-malformed", {"length": 25, "expected": 24, "character": None}, id="one too many"
        ),
        pytest.param("", "", "key-malformed", {"length": 0, "expected": 24, "character": None}, id="empty"),
        pytest.param(
            f"{KEY[:-1]}ö", KEY, "key-malformed", {"length": 24, "expected": 24, "character": "ö"}, id="a foreign sign"
        ),
        pytest.param(
            f"{KEY[:-1]}\x07", KEY, "key-malformed", {"length": 24, "expected": 24, "character": "\x07"}, id="a bell"
        ),
        pytest.param(
            f"{KEY}\x00", KEY, "key-malformed", {"length": 25, "expected": 24, "character": "\x00"}, id="a null"
        ),
        pytest.param(
            "A" * 50_000, KEY, "key-malformed", {"length": 50_000, "expected": 24, "character": None}, id="very long"
        ),
        pytest.param(KEY[:-1], "x", "key-malformed", {"length": 23, "expected": 24, "character": None},
                     id="malformed before different"),
        pytest.param(KEY, OTHER_KEY, "keys-differ", {}, id="different"),
        pytest.param(KEY, KEY[:-1], "keys-differ", {}, id="a confirmation that is shorter"),
        pytest.param(KEY, "", "keys-differ", {}, id="no confirmation"),
        pytest.param(KEY, KEY.replace("O", "0"), "keys-differ", {}, id="0 is not O"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_and_changes_nothing(
    portal: Portal, anna: Visitor, mac: Device, at: str, typed: str, confirmation: str, code: str, params: object
) -> None:
    answer = anna.post(f"{at}/deposits", {"recovery_key": typed, "confirmation": confirmation})
    assert problem(answer) == (422, code)
    assert answer.json["params"] == params
    assert deposits(portal, mac) == ()


def test_the_latest_deposit_is_asked_for_with_its_tag(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    anna.post(f"{at}/deposits", SAME)
    first = anna.get(f"{at}/deposits/latest")
    unchanged = anna.get(f"{at}/deposits/latest", If_None_Match=first.headers["ETag"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    rotates(portal, anna, mac, NEW_KEY)
    changed = anna.get(f"{at}/deposits/latest", If_None_Match=first.headers["ETag"])
    assert (changed.status_code, changed.json["state"]) == (200, "stored")
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_there_is_no_deposit_yet(anna: Visitor, at: str) -> None:
    assert problem(anna.get(f"{at}/deposits/latest")) == (404, "not-found")
    assert problem(anna.get(f"{at}/deposits/unknown")) == (404, "not-found")


def test_a_deposit_of_another_mac_is_not_found(anna: Visitor, mac: Device, at: str, second_mac: Device) -> None:
    deposit = anna.post(f"{at}/deposits", SAME).json["id"]
    assert problem(anna.get(f"/api/v1/devices/{second_mac.id}/deposits/{deposit}")) == (404, "not-found")


def test_no_key_is_taken_for_a_mac_in_quarantine(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    with portal.store.write() as tx:
        tx.devices.save(replace(mac, quarantined=True))
    assert anna.get(at).json["actions"] == ["rename"]
    assert problem(anna.post(f"{at}/deposits", SAME)) == (403, "forbidden")
    assert problem(anna.post(f"{at}/checks")) == (403, "forbidden")
    assert deposits(portal, mac) == ()


def test_a_key_that_the_mac_refuses(
    portal: Portal, anna: Visitor, bram: Visitor, mac: Device, at: str, clock: HandClock
) -> None:
    """The whole bad end: banner, causes, a toast that is dismissed for good, and the key still to be had."""
    anna.post(f"{at}/deposits", SAME)
    refuses(portal, anna, mac)
    assert anna.get(f"{at}/deposits/latest").json["state"] == "sent"
    clock.pass_time(days=3)
    settle_until_done(portal.world)
    anna.csrf = None
    anna.signed_in("anna")
    told = anna.get(f"{at}/deposits/latest").json
    assert (told["state"], told["message"]) == ("refused", "key-not-accepted")
    assert told["causes"] == [
        {"code": "wrong-key", "known": None},
        {"code": "not-checked-in", "known": False},
        {"code": "filevault-not-enabled", "known": None},
    ]
    notice = anna.get("/api/v1/notices").json["items"][0]
    assert (notice["code"], notice["device"]) == ("device-not-updated", {"id": mac.id, "name": "Mac C02ANNA"})
    bram.csrf = None
    bram.signed_in("bram")
    assert bram.get("/api/v1/notices").json["items"] == []
    assert problem(bram.delete(f"/api/v1/notices/{notice['id']}")) == (404, "not-found")
    assert anna.delete(f"/api/v1/notices/{notice['id']}").status_code == 204
    assert anna.get("/api/v1/notices").json == {"items": [], "next": None}
    assert problem(anna.delete(f"/api/v1/notices/{notice['id']}")) == (404, "not-found")
    kept = anna.get(f"{at}/versions").json["items"]
    assert [(one["provenance"], one["confirmed"], one["present"]) for one in kept] == [("typed", False, False)]
    assert anna.post(f"{at}/reveals", {"version": kept[0]["id"]}).json["recovery_key"] == KEY


def test_a_mac_that_says_nothing(portal: Portal, anna: Visitor, mac: Device, at: str, clock: HandClock) -> None:
    clock.pass_time(minutes=1)
    anna.post(f"{at}/deposits", SAME)
    clock.pass_time(days=3)
    settle_until_done(portal.world)
    anna.csrf = None
    anna.signed_in("anna")
    told = anna.get(f"{at}/deposits/latest").json
    assert (told["state"], told["message"]) == ("unanswered", "key-not-accepted")
    assert {"code": "not-checked-in", "known": True} in told["causes"]
    assert told["device_checked_in_since"] is False
    rotates(portal, anna, mac, NEW_KEY)
    assert anna.get(f"{at}/deposits/latest").json["state"] == "stored"
    assert anna.get("/api/v1/notices").json["items"] == []
    assert deposits(portal, mac)[0].state is State.STORED


def answer_rotation(portal: Portal, visitor: Visitor, device: Device, command_uuid: str) -> None:
    event = mac_of(device).rotated(portal.world.clock.now(), command_uuid, NEW_KEY, escrow(portal))
    assert deliver(visitor, event).status_code == 200


@pytest.fixture
def second_mac(portal: Portal) -> Device:
    return add_mac(portal.world, "anna", "C02SECOND")
