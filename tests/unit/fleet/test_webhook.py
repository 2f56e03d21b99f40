"""The webhook calls, as they arrive at a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

import pytest

from sleutelkast.fleet.faults import Mode, Part
from tests.unit.fleet.harness import CONTROL_KEY, WEBHOOK_KEY, FleetProcess, Receiver, command


def test_a_call_is_signed_over_its_raw_body(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    for call in receiver.of(mac.udid):
        expected = hmac.digest(WEBHOOK_KEY.encode(), call.body, hashlib.sha256)
        assert base64.b64decode(call.headers["X-Hmac-Signature"], validate=True) == expected
        assert call.headers["Content-Type"] == "application/json; charset=utf-8"


def test_an_enrolment_tells_what_the_mac_is(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    authenticate, token_update = receiver.of(mac.udid)
    assert set(authenticate.event) == {"topic", "event_id", "created_at", "checkin_event"}
    assert set(authenticate.details) == {"ids", "udid", "raw_payload"}
    assert authenticate.details["ids"] == {"id": mac.udid, "type": "Device"}
    assert authenticate.plist["SerialNumber"] == mac.serial
    assert authenticate.plist["MessageType"] == "Authenticate"
    assert (token_update.topic, token_update.details["token_update_tally"]) == ("mdm.TokenUpdate", 1)
    assert token_update.plist["MessageType"] == "TokenUpdate"


def test_a_report_tells_status_and_command(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, command("SecurityInfo", "a command"))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert set(report.event) == {"topic", "event_id", "created_at", "acknowledge_event"}
    assert set(report.details) == {"ids", "udid", "raw_payload", "status", "command_uuid"}
    assert report.plist["CommandUUID"] == report.command_uuid == "a command"


def test_an_idle_report_has_no_command(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    idle = receiver.of(mac.udid, "mdm.Connect")[0]
    assert (idle.status, "command_uuid" in idle.details) == ("Idle", False)
    assert idle.plist == {"Status": "Idle", "UDID": mac.udid}


def test_times_have_nanoseconds_as_gos_have(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"
    assert all(re.fullmatch(pattern, call.event["created_at"]) for call in receiver.of(mac.udid))


def test_some_macs_token_update_comes_before_their_authenticate(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.client.mac("Anna's iMac")
    assert fleet.client.enrol(mac.udid)
    first, second = receiver.of(mac.udid)
    assert (first.topic, second.topic) == ("mdm.TokenUpdate", "mdm.Authenticate")
    assert first.event["created_at"] > second.event["created_at"]


def test_check_out_is_told(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    assert fleet.client.check_out(mac.udid)
    assert receiver.of(mac.udid, "mdm.CheckOut")[0].plist["MessageType"] == "CheckOut"


@pytest.mark.parametrize("report", [b"<!ENTITY ha 'ha'>", b"\xff\x00", b""], ids=["XML", "bytes", "nothing"])
def test_what_a_mac_says_is_passed_on_as_it_is(fleet: FleetProcess, receiver: Receiver, report: bytes) -> None:
    mac = fleet.newcomer()
    body = json.dumps({"report": base64.b64encode(report).decode()}).encode()
    answer = fleet.call("POST", f"/control/macs/{mac.udid}/say", body, f"Bearer {CONTROL_KEY}")
    assert answer.json == {"delivered": True}
    (call,) = receiver.of(mac.udid, "mdm.Connect")
    assert base64.b64decode(call.details["raw_payload"]) == report


@pytest.mark.parametrize("status", [204, 401, 500])
def test_a_call_that_is_not_answered_200_is_not_made_again(
    fleet: FleetProcess, receiver: Receiver, status: int
) -> None:
    mac = fleet.client.add(f"Refused with {status}")[0]
    receiver.answers_with = status
    try:
        assert not fleet.client.enrol(mac.udid)
    finally:
        receiver.answers_with = 200
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    assert sorted(call.topic for call in receiver.of(mac.udid)) == [
        "mdm.Authenticate",
        "mdm.Connect",
        "mdm.TokenUpdate",
    ]


@pytest.mark.usefixtures("clear_faults")
@pytest.mark.parametrize(
    ("mode", "arrive"),
    [pytest.param(Mode.DROP, 0, id="dropped"), pytest.param(Mode.DUPLICATE, 2, id="duplicated")],
)
def test_a_faulty_call(fleet: FleetProcess, receiver: Receiver, mode: Mode, arrive: int) -> None:
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.WEBHOOK, mode, times=1)
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    calls = receiver.of(mac.udid, "mdm.Connect")
    assert [call.body for call in calls] == [call.body for call in calls[:1]] * arrive
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    assert len(receiver.of(mac.udid, "mdm.Connect")) == arrive + 1


@pytest.mark.usefixtures("clear_faults")
def test_a_delayed_call_blocks_nobody(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.WEBHOOK, Mode.DELAY, times=1, seconds=1)
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert receiver.wait_for_answers(mac.udid)
    assert receiver.of(mac.udid, "mdm.Connect")[0].status == "Acknowledged"
    assert fleet.client.wait_until_settled()
    assert receiver.of(mac.udid, "mdm.Connect")[1].status == "Idle"


@pytest.mark.usefixtures("clear_faults")
def test_a_call_is_overtaken_by_the_next_one_about_the_same_mac(fleet: FleetProcess, receiver: Receiver) -> None:
    mac, other = fleet.newcomer(), fleet.newcomer()
    fleet.client.switch_on(Part.WEBHOOK, Mode.OVERTAKEN, times=1, seconds=30, mac=mac.udid)
    fleet.client.connect(mac.udid)
    fleet.client.connect(other.udid)
    assert not fleet.client.wait_until_settled(within=0.3)
    fleet.enqueue(mac.udid, command("SecurityInfo"), "?nopush=1")
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    held_back, *ahead = sorted(receiver.of(mac.udid, "mdm.Connect"), key=lambda call: call.event["created_at"])
    arrived = receiver.of(mac.udid, "mdm.Connect")
    assert len(ahead) == 2
    assert arrived.index(held_back) > 0


@pytest.mark.usefixtures("clear_faults")
def test_a_call_that_none_overtakes_is_made_in_the_end(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.WEBHOOK, Mode.OVERTAKEN, times=1, seconds=0.2, mac=mac.udid)
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    assert [call.status for call in receiver.of(mac.udid, "mdm.Connect")] == ["Idle"]


@pytest.mark.usefixtures("clear_faults")
def test_a_fault_of_one_mac_is_no_others(fleet: FleetProcess, receiver: Receiver) -> None:
    mac, other = fleet.newcomer(), fleet.newcomer()
    fleet.client.switch_on(Part.WEBHOOK, Mode.DROP, mac=mac.udid)
    for one in (mac, other):
        fleet.client.connect(one.udid)
    assert fleet.client.wait_until_settled()
    assert [len(receiver.of(one.udid, "mdm.Connect")) for one in (mac, other)] == [0, 1]
