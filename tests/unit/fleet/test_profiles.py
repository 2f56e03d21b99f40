"""A simulated Mac takes the portal's escrow profile for what Apple's schema makes of it, and no other."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from typing import Any

import pytest

from sleutelkast.escrow_profile import write_profile
from sleutelkast.fleet.client import FleetError
from sleutelkast.fleet.profiles import escrow_certificate
from sleutelkast.settings import Settings
from tests.unit.fleet.harness import Escrow, FleetProcess, Receiver, command, rotation

Change = Callable[[dict[str, Any]], object]


def test_the_portals_own_profile_names_its_certificate(escrow: Escrow) -> None:
    assert escrow_certificate(write_profile(Settings(), escrow.certificate)) == escrow.certificate


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: one.update(PayloadScope="User"), id="a user's"),
        pytest.param(lambda one: one.update(PayloadType="Other"), id="of another type"),
        pytest.param(lambda one: one["PayloadContent"].pop(0), id="without the escrow payload"),
        pytest.param(lambda one: one["PayloadContent"].pop(1), id="without the certificate"),
        pytest.param(lambda one: one["PayloadContent"].append(one["PayloadContent"][0]), id="two escrow payloads"),
        pytest.param(lambda one: one["PayloadContent"][0].pop("Location"), id="without a place"),
        pytest.param(lambda one: one["PayloadContent"][1].update(PayloadUUID="X"), id="naming another payload"),
        pytest.param(lambda one: one["PayloadContent"][1].update(PayloadContent=b"x"), id="no certificate in it"),
    ],
)
def test_a_profile_that_a_mac_does_not_take(escrow: Escrow, change: Change) -> None:
    profile = plistlib.loads(write_profile(Settings(), escrow.certificate))
    change(profile)
    with pytest.raises(ValueError, match=r"escrow payload|configuration profile|for the system|asn1"):
        escrow_certificate(plistlib.dumps(profile))


def test_what_is_no_profile(escrow: Escrow) -> None:
    with pytest.raises(ValueError, match="not a configuration profile"):
        escrow_certificate(escrow.certificate)


def test_it_is_installed_by_the_mdm_server(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer()
    profile = write_profile(Settings(), escrow.certificate)
    fleet.enqueue(mac.udid, command("InstallProfile", Payload=profile))
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"
    assert fleet.client.mac(mac.udid).escrow_profile
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    info = receiver.wait_for_answers(mac.udid, 3)[2].plist["SecurityInfo"]
    assert escrow.open(info["FDE_PersonalRecoveryKeyCMS"]) == fleet.client.mac(mac.udid).recovery_key


def test_rubbish_is_not_installed(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, command("InstallProfile", Payload=b"rubbish"))
    assert receiver.wait_for_answers(mac.udid)[0].status == "Error"
    assert not fleet.client.mac(mac.udid).escrow_profile


def test_it_is_put_on_a_mac_by_hand_and_taken_off(fleet: FleetProcess, escrow: Escrow) -> None:
    mac = fleet.newcomer()
    profile = write_profile(Settings(), escrow.certificate)
    assert fleet.client.install_profile(mac.udid, profile).escrow_profile
    assert not fleet.client.remove_escrow_profile(mac.udid).escrow_profile
    with pytest.raises(FleetError):
        fleet.client.install_profile(mac.udid, b"rubbish")
