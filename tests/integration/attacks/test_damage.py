"""Rows that were damaged, swapped or slipped in: nobody else's work stops, and no key goes where it must not."""

from __future__ import annotations

import base64
import json

import pytest
from flask import Flask

from sleutelkast.domain.deposit import CommandState, State
from sleutelkast.domain.person import Person
from sleutelkast.usecases import receive_report
from sleutelkast.usecases.check_status import check_status
from tests.integration.attacks.moments import sql
from tests.integration.usecases.mdm_in_memory import Call, Fault, Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import OTHER_KEY, Visitor, problem, signature


def test_a_damaged_version_halts_nobody(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.saves(anna, mac)
    stage.works()
    sql(stage.store, "UPDATE versions SET envelope = :rubbish WHERE provenance = 'rotated'", rubbish=b"\x01")
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.reveals(anna, mac) == mac.key
    _is_served(stage, bram)


def test_a_damaged_answer_halts_nobody_and_its_deposit_times_out(
    stage: Stage, anna: Person, bram: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as process_dies:
        process_dies.setattr(receive_report, "open_answer", lambda *_: None)
        stage.saves(anna, mac)
        stage.works()
        stage.connects(mac)
    sql(stage.store, "UPDATE answers SET envelope = :rubbish", rubbish=b"\x01")
    stage.time_passes(minutes=1)
    _is_served(stage, bram)
    assert stage.deposit(mac).state is State.SENT
    stage.time_passes(days=4)
    stage.works()
    assert stage.deposit(mac).state is State.UNANSWERED
    assert stage.told(anna) == ["device-not-updated"]


def test_a_damaged_answer_does_not_keep_its_mac_from_being_recognized(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    stage.mdm.queues[mac.udid] = []
    stage.hears(mac.claims_to_have_rotated("nobody asked", stage.escrow_certificate()))
    sql(stage.store, "UPDATE answers SET envelope = :rubbish", rubbish=b"\x01")
    stage.goes_round(mac)
    (device,) = stage.devices()
    assert (device.serial, device.udid, device.owner_id) == (mac.serial, mac.udid, anna.id)
    assert len(stage.answers(mac)) == 1


def test_a_certificate_that_was_slipped_in_is_never_sent(stage: Stage, anna: Person, mac: Mac) -> None:
    """With a copy of the portal's own sealed private key beside it, and newer than any."""
    own = stage.escrow_certificate()
    sql(
        stage.store,
        "INSERT INTO identities (id, certificate, private_key, created_at, not_after)"
        " SELECT 'slipped in', :certificate, private_key, not_after, not_after FROM identities",
        certificate=stage.stranger,
    )
    stage.stores(anna, mac)
    assert [attempt.body["ReplyEncryptionCertificate"] for attempt in stage.mdm.rotations()] == [own]
    assert stage.reveals(anna, mac) == mac.key


def test_with_its_certificate_swapped_the_portal_sends_no_key_and_goes_on_with_the_rest(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    sql(stage.store, "UPDATE identities SET certificate = :certificate", certificate=stage.stranger)
    stage.saves(anna, mac)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    assert stage.mdm.rotations() == []
    assert stage.mdm.asked("SecurityInfo") == 1
    assert stage.mdm.pushed == [mac.udid]
    assert stage.deposit(mac).state is State.RECEIVED


def test_a_typed_key_that_got_unreadable_says_nothing_of_an_attempt_before(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.mdm.faults.append(Fault.ANSWER_LOST)
    stage.saves(anna, mac)
    stage.works()
    sql(stage.store, "UPDATE deposits SET typed_key = :rubbish", rubbish=b"\x01")
    stage.time_passes(minutes=2)
    stage.works()
    deposit = stage.deposit(mac)
    assert (deposit.state, deposit.commands[0].state) == (State.RECEIVED, CommandState.UNCLEAR)
    assert stage.told(anna) == []
    stage.connects(mac)
    assert stage.reveals(anna, mac) == mac.key


def test_a_key_that_cant_be_opened_is_said_so_and_audited(stage: Stage, anna: Person, mac: Mac, app: Flask) -> None:
    stage.stores(anna, mac)
    sql(stage.store, "UPDATE versions SET envelope = :rubbish", rubbish=b"\x01")
    answer = Visitor(app).signed_in("anna").post(f"/api/v1/devices/{stage.device(mac).id}/reveals", {})
    assert problem(answer) == (503, "unavailable")
    assert stage.audited("reveal") == [(anna.id, "denied", "unavailable")]


def test_a_number_that_python_refuses_to_print_is_left_out_of_the_macs_words(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    deposit = stage.saves(anna, mac, OTHER_KEY)
    stage.works()
    error = mac.says_no(deposit.commands[0].uuid)
    stage.mdm.queues[mac.udid].clear()
    stage.hears(_reworded(error, b"<integer>-69593<", b"<integer>0x" + b"F" * 5000 + b"<"))
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.REFUSED


def _is_served(stage: Stage, person: Person) -> None:
    mac = stage.enrolled_mac(person)
    assert stage.stores(person, mac).state is State.STORED
    assert stage.reveals(person, mac) == mac.key


def _reworded(call: Call, old: bytes, new: bytes) -> Call:
    event = json.loads(call.body)
    told = event["acknowledge_event"]
    plist = base64.b64decode(told["raw_payload"])
    assert old in plist
    told["raw_payload"] = base64.b64encode(plist.replace(old, new)).decode()
    body = json.dumps(event).encode()
    return Call(body, signature(body))
