"""Whoever has read the encrypted key of another Mac has it sent by their own, to have the portal open it for them."""

from __future__ import annotations

import plistlib

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.person import Person
from sleutelkast.fleet.cms import encrypt
from sleutelkast.fleet.mac import Cipher
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.rescue_report import Rescue, rescue_report
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage


def test_as_the_answer_to_a_rotation(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    evil = stage.enrolled_mac(bram)
    uuid = stage.saves(bram, evil).commands[0].uuid
    stage.works()
    stage.hears(evil.reports(uuid, "Acknowledged", RotateResult={"EncryptedNewRecoveryKey": _captured(stage, mac)}))
    assert stage.kept(bram, evil) == []
    assert stage.deposit(evil).state is State.SENT
    assert stage.audited("key-of-another-mac") == [(None, "denied", None)]
    assert stage.reveals(anna, mac) == mac.key


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "found in SecurityInfo"])
def test_as_security_info(stage: Stage, anna: Person, bram: Person, is_stored: bool) -> None:
    mac, evil = stage.mac_with_escrow_profile(anna), stage.enrolled_mac(bram)
    if is_stored:
        stage.stores(anna, mac)
    else:
        mac.changes_key()
        _checks(stage, anna, mac)
    evil.escrowed = mac.escrowed
    _checks(stage, bram, evil)
    assert stage.kept(bram, evil) == []
    assert stage.device(evil).escrows_to_us is False
    assert stage.audited("key-of-another-mac") == [(None, "denied", None)]
    assert stage.kept(anna, mac)[0][1] == mac.key


def test_again_and_again_fills_neither_the_audit_log_nor_the_disk(stage: Stage, anna: Person, bram: Person) -> None:
    mac, evil = stage.mac_with_escrow_profile(anna), stage.enrolled_mac(bram)
    stage.stores(anna, mac)
    evil.escrowed = mac.escrowed
    check_status(stage.world, bram.actor, stage.device(evil).id)
    stage.works()
    stage.hears(*evil.connects() * 20)
    assert len(stage.audited("key-of-another-mac")) == 1
    assert len(stage.answers(evil)) == 1


def test_a_rescued_report_opens_no_other_macs_key_either(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    evil = stage.enrolled_mac(bram)
    uuid = stage.saves(bram, evil).commands[0].uuid
    stage.works()
    result = {"EncryptedNewRecoveryKey": _captured(stage, mac)}
    told = {"UDID": evil.udid, "CommandUUID": uuid, "Status": "Acknowledged", "RotateResult": result}
    assert rescue_report(stage.world, plistlib.dumps(told)).outcome is Rescue.UNOPENED
    assert stage.kept(bram, evil) == []


def test_a_mac_that_repeats_its_own_key_is_no_thief(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    for _ in range(2):
        stage.time_passes(days=4)
        _checks(stage, anna, mac)
    assert stage.device(mac).escrows_to_us is True
    assert stage.audited("key-of-another-mac") == []


def _checks(stage: Stage, owner: Person, mac: Mac) -> None:
    check_status(stage.world, owner.actor, stage.device(mac).id)
    stage.works()
    stage.connects(mac)


def _captured(stage: Stage, mac: Mac) -> bytes:
    """As it lies in the MDM server's storage: encrypted by the Mac to the portal."""
    return encrypt(mac.key.encode(), stage.escrow_certificate(), Cipher.TRIPLE_DES)
