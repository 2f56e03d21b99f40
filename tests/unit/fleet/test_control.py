"""The control interface, through its client and past it."""

from __future__ import annotations

import http.client
import json
import re

import pytest

from sleutelkast.fleet.client import FleetClient, FleetError
from sleutelkast.fleet.faults import Mode, Part
from tests.unit.fleet.harness import CONTROL_KEY, Escrow, FleetProcess, Receiver, command

DEMO = {
    "Anna's MacBook Air": ("anna", "personal", "right"),
    "Anna's Mac mini": ("anna", "corporate", "offline"),
    "Anna's iMac": ("anna", "personal", "filevault-off"),
    "Bram's MacBook Pro": ("bram", "corporate", "not-now"),
    "Bram's Mac Studio": ("bram", "personal", "late"),
    "Bram's iMac": ("bram", "personal", "malformed"),
    "Bram's old MacBook": ("bram", "corporate", "unenrolled"),
    "Sanne's MacBook": ("sanne", "corporate", "right"),
}


def test_the_macs_of_the_demo(fleet: FleetProcess) -> None:
    macs = fleet.client.reset()
    assert {mac.name: (mac.owner, mac.ownership, mac.scenario) for mac in macs} == DEMO
    assert len({mac.recovery_key for mac in macs}) == len({mac.udid for mac in macs}) == len(DEMO)
    for mac in macs:
        assert re.fullmatch(r"([A-Z0-9]{4}-){5}[A-Z0-9]{4}", mac.recovery_key)
        assert re.fullmatch(r"[A-Z0-9]{12}", mac.serial)
        assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", mac.udid)
        assert mac.earlier_keys == []


def test_the_list_is_that_of_the_fleet_command(fleet: FleetProcess) -> None:
    entries = json.loads(fleet.call("GET", "/control/macs", authorization=f"Bearer {CONTROL_KEY}").body)
    names = ["name", "serial", "udid", "owner", "ownership", "scenario", "recovery_key", "earlier_keys"]
    assert [list(entry) for entry in entries] == [names] * len(entries)


def test_all_enrol_once(fleet: FleetProcess, receiver: Receiver) -> None:
    fleet.client.reset()
    assert fleet.client.enrol_all() == dict.fromkeys(DEMO, True)
    assert fleet.client.enrol_all() == {}
    udids = [mac.udid for mac in fleet.client.macs()]
    assert [len(receiver.of(udid, "mdm.Authenticate")) for udid in udids] == [1] * len(DEMO)


def test_reset_starts_over_with_fresh_macs(fleet: FleetProcess) -> None:
    before = fleet.client.macs()
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.API, Mode.ERROR)
    after = fleet.client.reset()
    assert not {one.udid for one in before} & {one.udid for one in after}
    assert "foreign key" in fleet.enqueue(mac.udid, command("SecurityInfo")).json["command_error"]
    assert not any(fleet.client.mac(one.udid).enrolled for one in after)


@pytest.mark.parametrize("by", ["name", "serial", "udid"])
def test_a_mac_is_found_by(fleet: FleetProcess, by: str) -> None:
    mac = fleet.client.macs()[0]
    assert fleet.client.mac(getattr(mac, by)).udid == mac.udid


def test_many_macs_can_be_added_for_load(fleet: FleetProcess) -> None:
    added = fleet.client.add("Load", owner="anna", ownership="personal", count=3)
    assert [mac.name for mac in added] == ["Load 1", "Load 2", "Load 3"]
    with pytest.raises(FleetError, match="there already"):
        fleet.client.add("Load", count=4)
    with pytest.raises(FleetError, match="no such Mac"):
        fleet.client.mac("Load 4")


def test_a_mac_that_is_not_enrolled_can_not_connect(fleet: FleetProcess) -> None:
    mac = fleet.client.add("Not enrolled")[0]
    with pytest.raises(FleetError, match="not enrolled"):
        fleet.client.connect(mac.name)


def test_enrolling_again_starts_the_tally_anew(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer("offline")
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert fleet.client.enrol(mac.udid)
    assert [call.details["token_update_tally"] for call in receiver.of(mac.udid, "mdm.TokenUpdate")] == [1, 1]
    assert fleet.client.mac(mac.udid).pending == 0


def test_a_new_scenario_is_told_to_what_waits(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer("offline")
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert fleet.client.set_scenario(mac.udid, "right").scenario == "right"
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Basic x", f"Bearer {CONTROL_KEY}x"])
def test_the_control_key_is_needed(fleet: FleetProcess, authorization: str) -> None:
    answer = fleet.call("GET", "/control/macs", authorization=authorization)
    assert (answer.status, list(answer.json)) == (401, ["error"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("PUT", "macs/Anna's%20iMac/scenario", b'{"scenario": "asleep"}', 422, id="unknown scenario"),
        pytest.param("PUT", "macs/Anna's%20iMac/scenario", b"{}", 422, id="no scenario"),
        pytest.param("PUT", "macs/Nobody's/scenario", b'{"scenario": "late"}', 404, id="unknown Mac"),
        pytest.param("POST", "macs", b"[1]", 422, id="no object"),
        pytest.param("POST", "macs", b"{", 422, id="no JSON"),
        pytest.param("POST", "macs", b'{"name": "x", "count": 0}', 422, id="no Macs"),
        pytest.param("PUT", "faults/push", b'{"mode": "hang"}', 422, id="a fault of another part"),
        pytest.param("PUT", "faults/api", b'{"mode": "hang", "seconds": 9999}', 422, id="too long"),
        pytest.param("PUT", "faults/api", b'{"mode": "cut", "times": 0}', 422, id="never"),
        pytest.param("PUT", "faults/api", b'{"mode": "cut", "mac": "Nobody\'s"}', 404, id="a fault of an unknown Mac"),
        pytest.param("PUT", "faults/radio", b'{"mode": "cut"}', 422, id="unknown part"),
        pytest.param("DELETE", "macs", b"", 404, id="unknown call"),
    ],
)
def test_nonsense_is_refused(fleet: FleetProcess, method: str, path: str, body: bytes, status: int) -> None:
    answer = fleet.call(method, f"/control/{path}", body, f"Bearer {CONTROL_KEY}")
    assert (answer.status, list(answer.json)) == (status, ["error"])


@pytest.mark.parametrize("certificate", [b"", b"not DER"])
def test_a_certificate_that_is_none_is_refused(fleet: FleetProcess, escrow: Escrow, certificate: bytes) -> None:
    mac = fleet.client.macs()[0]
    with pytest.raises(FleetError):
        fleet.client.install_escrow_profile(mac.udid, certificate)
    assert fleet.client.install_escrow_profile(mac.udid, escrow.certificate).escrow_profile
    assert not fleet.client.remove_escrow_profile(mac.udid).escrow_profile


def test_a_fault_lasts_until_it_is_cleared(fleet: FleetProcess) -> None:
    fleet.client.switch_on(Part.API, Mode.CUT)
    for _ in range(3):
        with pytest.raises(http.client.RemoteDisconnected):
            fleet.call("GET", "/version")
    fleet.client.clear_faults()
    assert fleet.call("GET", "/version").status == 200


def test_a_fleet_that_is_gone(fleet: FleetProcess) -> None:
    with pytest.raises(FleetError, match="does not answer"):
        FleetClient("http://127.0.0.1:1", "key").macs()


def test_no_fleet_at_all(fleet: FleetProcess) -> None:
    with pytest.raises(FleetError, match="no simulated fleet"):
        FleetClient.from_folder(fleet.folder / "nowhere")


def test_keys_are_not_in_the_clients_reprs(fleet: FleetProcess) -> None:
    mac = fleet.client.mac(fleet.client.macs()[0].udid)
    assert mac.recovery_key not in repr(mac)
