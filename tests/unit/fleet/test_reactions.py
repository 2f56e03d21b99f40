"""Each scenario, from the portal's side: a command goes in through NanoMDM's API, answers come through the webhook."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from tests.unit.fleet.harness import Escrow, FleetProcess, Receiver, command, rotation


def test_right_rotates_for_its_present_key(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("right")
    command_uuid = str(uuid.uuid4())
    answer = fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate, command_uuid))
    assert answer.status == 200
    report = receiver.wait_for_answers(mac.udid)[0]
    assert (report.status, report.command_uuid) == ("Acknowledged", command_uuid)
    assert report.plist["UDID"] == mac.udid
    now = fleet.client.mac(mac.udid)
    assert escrow.open(report.plist["RotateResult"]["EncryptedNewRecoveryKey"]) == now.recovery_key
    assert now.recovery_key != mac.recovery_key
    assert now.earlier_keys == [mac.recovery_key]


def test_right_errors_for_any_other_key_and_keeps_its_own(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("right")
    fleet.enqueue(mac.udid, rotation("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", escrow.certificate))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert report.status == "Error"
    assert report.plist["ErrorChain"][0]["LocalizedDescription"]
    assert "RotateResult" not in report.plist
    assert fleet.client.mac(mac.udid).recovery_key == mac.recovery_key


def test_an_error_is_told_in_the_language_of_the_mac(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    name = "Anna's MacBook Air"
    assert fleet.client.enrol(name)
    mac = fleet.client.mac(name)
    fleet.enqueue(mac.udid, rotation("wrong", escrow.certificate))
    link = receiver.wait_for_answers(mac.udid)[0].plist["ErrorChain"][0]
    assert "herstelsleutel" in link["LocalizedDescription"]
    assert "recovery key" in link["USEnglishDescription"]


def test_offline_connects_only_when_told(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("offline")
    answer = fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    assert answer.status == 200
    assert fleet.client.wait_until_settled()
    assert receiver.of(mac.udid, "mdm.Connect") == []
    assert fleet.client.mac(mac.udid).pending == 1
    assert fleet.client.connect(mac.name).pending == 0
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_filevault_off_errors_and_security_info_says_so(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("filevault-off")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    assert receiver.wait_for_answers(mac.udid)[0].status == "Error"
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    info = receiver.wait_for_answers(mac.udid, 2)[1].plist["SecurityInfo"]
    assert (info["FDE_Enabled"], info["FDE_HasPersonalRecoveryKey"]) == (False, False)


def test_a_mac_whose_recovery_key_was_taken_away(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("key-removed")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    refused, told = receiver.wait_for_answers(mac.udid, 2)
    info = told.plist["SecurityInfo"]
    assert refused.status == "Error"
    assert (info["FDE_Enabled"], info["FDE_HasPersonalRecoveryKey"]) == (True, False)


def test_not_now_puts_it_off_twice_and_then_rotates(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("not-now")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    reports = receiver.wait_for_answers(mac.udid, 3)
    assert [report.status for report in reports] == ["NotNow", "NotNow", "Acknowledged"]
    assert len({report.command_uuid for report in reports}) == 1
    assert fleet.client.mac(mac.udid).earlier_keys == [mac.recovery_key]


def test_after_not_now_the_next_command_is_handed_out_in_the_same_connect(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("not-now")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate), "?nopush=1")
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    reports = receiver.wait_for_answers(mac.udid, 4)
    assert [report.status for report in reports] == ["NotNow", "Acknowledged", "NotNow", "Acknowledged"]
    assert "SecurityInfo" in reports[1].plist


def test_late_answers_after_its_time(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("late")
    begun = time.monotonic()
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert time.monotonic() - begun >= 0.5
    assert escrow.open(report.plist["RotateResult"]["EncryptedNewRecoveryKey"]) != mac.recovery_key


def test_malformed_rotates_but_nobody_can_open_its_answer(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("malformed")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert report.status == "Acknowledged"
    assert not escrow.can_open(report.plist["RotateResult"]["EncryptedNewRecoveryKey"])
    assert fleet.client.mac(mac.udid).earlier_keys == [mac.recovery_key]


def test_unenrolled_is_refused_by_the_server_until_it_is_not(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("unenrolled")
    wanted = rotation(mac.recovery_key, escrow.certificate)
    answer = fleet.enqueue(mac.udid, wanted)
    assert (answer.status, set(answer.json)) == (500, {"command_error", "command_uuid", "request_type"})
    assert "foreign key" in answer.json["command_error"]
    fleet.client.set_scenario(mac.udid, "right")
    assert fleet.enqueue(mac.udid, wanted).status == 200
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_lost_answer_rotates_and_the_webhook_never_hears_of_it(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("lost-answer")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    assert fleet.client.wait_until_settled()
    assert receiver.answers_of(mac.udid) == []
    now = fleet.client.mac(mac.udid)
    assert (now.pending, now.earlier_keys) == (0, [mac.recovery_key])


def test_twice_is_handed_the_command_again_and_errors_then(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("twice")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    first, second = receiver.wait_for_answers(mac.udid, 2)
    assert (first.status, second.status) == ("Acknowledged", "Error")
    assert first.command_uuid == second.command_uuid
    key = escrow.open(first.plist["RotateResult"]["EncryptedNewRecoveryKey"])
    assert key == fleet.client.mac(mac.udid).recovery_key


def test_no_key_acknowledges_without_one(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("no-key")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert (report.status, "RotateResult" in report.plist) == ("Acknowledged", False)
    assert fleet.client.mac(mac.udid).earlier_keys == [mac.recovery_key]


def test_other_certificate_encrypts_to_a_stranger(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("other-certificate")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    report = receiver.wait_for_answers(mac.udid)[0]
    assert not escrow.can_open(report.plist["RotateResult"]["EncryptedNewRecoveryKey"])
    assert fleet.client.mac(mac.udid).earlier_keys == [mac.recovery_key]


def test_re_enrol_clears_the_queue_before_it_answers(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer("re-enrol")
    lost = rotation(mac.recovery_key, escrow.certificate)
    fleet.enqueue(mac.udid, lost)
    assert fleet.client.wait_until_settled()
    assert len(receiver.of(mac.udid, "mdm.Authenticate")) == 2
    assert [call.details["token_update_tally"] for call in receiver.of(mac.udid, "mdm.TokenUpdate")] == [1, 1]
    assert [(one.active, one.status) for one in fleet.client.mac(mac.udid).commands] == [(False, None)]
    assert "duplicate key" in fleet.enqueue(mac.udid, lost).json["command_error"]
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_imposter_claims_the_serial_number_with_a_new_udid(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer("imposter")
    twins = [one for one in fleet.client.macs() if one.serial == mac.serial]
    assert [twin.udid == mac.udid for twin in twins] == [True, False]
    claim = receiver.of(twins[1].udid, "mdm.Authenticate")[0]
    assert claim.plist["SerialNumber"] == mac.serial
    assert twins[1].owner is None
    assert fleet.client.mac(mac.serial).udid == mac.udid


def test_security_info_has_the_key_only_under_an_escrow_profile_and_after_a_rotation(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer("lost-answer")
    fleet.client.install_escrow_profile(mac.udid, escrow.certificate)
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    before = receiver.wait_for_answers(mac.udid)[0].plist["SecurityInfo"]
    assert (before["FDE_Enabled"], "FDE_PersonalRecoveryKeyCMS" in before) == (True, False)
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    after = receiver.wait_for_answers(mac.udid, 2)[1].plist["SecurityInfo"]
    assert escrow.open(after["FDE_PersonalRecoveryKeyCMS"]) == fleet.client.mac(mac.udid).recovery_key
    fleet.client.remove_escrow_profile(mac.udid)
    fleet.enqueue(mac.udid, rotation(fleet.client.mac(mac.udid).recovery_key, escrow.certificate))
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert "FDE_PersonalRecoveryKeyCMS" not in receiver.wait_for_answers(mac.udid, 3)[2].plist["SecurityInfo"]


def test_a_mac_makes_a_key_by_itself_and_tells_of_it_under_an_escrow_profile(
    fleet: FleetProcess, receiver: Receiver, escrow: Escrow
) -> None:
    mac = fleet.newcomer()
    without = fleet.client.change_key(mac.udid)
    assert (without.earlier_keys, receiver.of(mac.udid, "mdm.Connect")) == ([mac.recovery_key], [])
    fleet.client.install_escrow_profile(mac.udid, escrow.certificate)
    changed = fleet.client.change_key(mac.udid)
    assert changed.earlier_keys == [without.recovery_key, mac.recovery_key]
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    info = receiver.wait_for_answers(mac.udid)[0].plist["SecurityInfo"]
    assert escrow.open(info["FDE_PersonalRecoveryKeyCMS"]) == changed.recovery_key


def test_device_information_answers_what_is_asked(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.enqueue(
        mac.udid, command("DeviceInformation", Queries=["SerialNumber", "OSVersion", "ModelName", "Nonsense"])
    )
    responses = receiver.wait_for_answers(mac.udid)[0].plist["QueryResponses"]
    assert responses == {"SerialNumber": mac.serial, "OSVersion": "15.1", "ModelName": "MacBook Air (15-inch, M3)"}


def test_an_unknown_command_is_an_error_of_apples(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, command("MakeCoffee"))
    report = receiver.wait_for_answers(mac.udid)[0]
    link = report.plist["ErrorChain"][0]
    assert (report.status, link["ErrorCode"], link["ErrorDomain"]) == ("Error", 12021, "MCMDMErrorDomain")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"KeyType": "personal", "FileVaultUnlock": {"Password": "x"}}, id="no certificate"),
        pytest.param(
            {"KeyType": "personal", "FileVaultUnlock": {"Password": "x"}, "ReplyEncryptionCertificate": b"x"},
            id="a certificate that is none",
        ),
    ],
)
def test_a_rotation_that_lacks_something_is_a_format_error(
    fleet: FleetProcess, receiver: Receiver, content: dict[str, Any]
) -> None:
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, command("RotateFileVaultKey", **content))
    assert receiver.wait_for_answers(mac.udid)[0].status == "CommandFormatError"


def test_the_institutional_key_is_not_rotated(fleet: FleetProcess, receiver: Receiver, escrow: Escrow) -> None:
    mac = fleet.newcomer()
    wanted = rotation(mac.recovery_key, escrow.certificate).replace(b"personal", b"institutional")
    fleet.enqueue(mac.udid, wanted)
    assert receiver.wait_for_answers(mac.udid)[0].status == "CommandFormatError"
    assert fleet.client.mac(mac.udid).recovery_key == mac.recovery_key
