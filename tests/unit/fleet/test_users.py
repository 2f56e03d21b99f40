"""The channel of whoever is logged in at a Mac: events of its own, beside the Mac's."""

from __future__ import annotations

import uuid

import pytest

from sleutelkast.fleet.client import MacEntry
from tests.unit.fleet.harness import Call, FleetProcess, Receiver, command


def test_a_token_comes_behind_the_macs_own_and_an_idle_report_behind_each_connect(
    fleet: FleetProcess, receiver: Receiver, annas: MacEntry
) -> None:
    fleet.enqueue(annas.udid, command("DeviceInformation", Queries=["SerialNumber"]))
    assert fleet.client.wait_until_settled()
    token, *idles = _of_users(receiver, annas)
    assert (token.topic, token.plist["MessageType"]) == ("mdm.TokenUpdate", "TokenUpdate")
    assert idles
    assert {(one.topic, one.status, one.command_uuid) for one in idles} == {("mdm.Connect", "Idle", None)}
    assert receiver.of(annas.udid, "mdm.TokenUpdate")[0].event["created_at"] < token.event["created_at"]


def test_it_says_whose_channel_it_is(fleet: FleetProcess, receiver: Receiver, annas: MacEntry) -> None:
    assert fleet.client.connect(annas.udid)
    assert fleet.client.wait_until_settled()
    for call in _of_users(receiver, annas):
        user = call.plist["UserID"]
        assert uuid.UUID(user)
        assert call.details["ids"] == {"id": f"{annas.udid}:{user}", "type": "User", "parent_id": annas.udid}
        assert call.details["udid"] == call.plist["UDID"] == annas.udid


def test_nobody_is_logged_in_at_a_mac_of_nobody(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    assert fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    assert _of_users(receiver, mac) == []


def _of_users(receiver: Receiver, mac: MacEntry) -> list[Call]:
    calls = [call for call in list(receiver.calls) if call.udid.startswith(f"{mac.udid}:")]
    return sorted(calls, key=lambda call: call.event["created_at"])


@pytest.fixture
def annas(fleet: FleetProcess) -> MacEntry:
    mac = fleet.client.add(f"Mac {uuid.uuid4()}", owner="anna", ownership="personal")[0]
    assert fleet.client.enrol(mac.udid)
    return mac
