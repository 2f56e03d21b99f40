"""Reports that lay in the MDM server's storage, since the portal was down when the webhook was called."""

from __future__ import annotations

import base64
import json
import plistlib
from datetime import timedelta

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.ports import MalformedReport
from sleutelkast.usecases.repository import AnswerState
from sleutelkast.usecases.rescue_report import Rescue, rescue_report
from tests.integration.usecases.mdm_in_memory import USER, Call, Does, Mac
from tests.integration.usecases.stage import Stage

FORMS = [pytest.param(True, id="the Mac's property list"), pytest.param(False, id="the body of the webhook call")]


@pytest.mark.parametrize("is_plist", FORMS)
def test_the_new_key_is_kept_and_the_deposit_stored(stage: Stage, anna: Person, mac: Mac, is_plist: bool) -> None:
    typed = mac.key
    report = _lost(stage, anna, mac, is_plist)
    stage.time_passes(days=4)
    stage.works()
    assert stage.states(mac) == ["unanswered"]
    rescued = rescue_report(stage.world, report)
    assert (rescued.outcome, rescued.device.udid) == (Rescue.KEY_KEPT, mac.udid)
    assert stage.states(mac) == ["stored"]
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("typed", typed)]
    assert stage.told(anna) == []


@pytest.mark.parametrize("is_plist", FORMS)
def test_once_more_it_changes_nothing(stage: Stage, anna: Person, mac: Mac, is_plist: bool) -> None:
    report = _lost(stage, anna, mac, is_plist)
    rescue_report(stage.world, report)
    line, kept = stage.line(mac), stage.kept(anna, mac)
    assert rescue_report(stage.world, report).outcome is Rescue.KEY_KNOWN
    assert (stage.line(mac), stage.kept(anna, mac), stage.answers(mac)) == (line, kept, [])


def test_a_key_that_came_later_stays_the_present_one(stage: Stage, anna: Person, mac: Mac) -> None:
    report = _lost(stage, anna, mac)
    stage.time_passes(days=4)
    stage.works()
    stage.connects(mac)
    rescued = mac.key
    stage.stores(anna, mac)
    rescue_report(stage.world, report)
    assert stage.kept(anna, mac)[0] == ("rotated", mac.key)
    assert ("rotated", rescued) in stage.kept(anna, mac)


def test_when_it_was_heard_may_be_told(stage: Stage, anna: Person, mac: Mac) -> None:
    report, at = _lost(stage, anna, mac), stage.clock.now()
    rescue_report(stage.world, report, at)
    with stage.store.read() as tx:
        newest = max(tx.versions.of(stage.device(mac).id), key=lambda one: one.as_of)
    assert newest.as_of == at


def test_one_that_can_not_be_opened_is_kept_once_and_repaired(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    report = _lost(stage, anna, mac, does=Does.DAMAGED)
    assert [rescue_report(stage.world, report).outcome for _ in range(3)] == [Rescue.UNOPENED] * 3
    assert [one.state for one in stage.answers(mac)] == [AnswerState.UNOPENED]
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_an_error_is_taken_in_as_any_other(stage: Stage, anna: Person, mac: Mac) -> None:
    report = _lost(stage, anna, mac, does=Does.ERRORS)
    assert rescue_report(stage.world, report).outcome is Rescue.NO_KEY
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.REFUSED


def test_security_info_finds_the_key_as_well(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    mac.changes_key()
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    report = next(call for call in mac.connects() if b"FDE_" in _payload(call))
    assert rescue_report(stage.world, _payload(report)).outcome is Rescue.KEY_KEPT
    assert stage.kept(anna, mac) == [("repaired", mac.key)]


def test_one_that_answers_nothing_of_ours_is_kept_sealed(stage: Stage, anna: Person, mac: Mac) -> None:
    report = _payload(mac.claims_to_have_rotated("nobody asked", stage.escrow_certificate()))
    assert [rescue_report(stage.world, report).outcome for _ in range(2)] == [Rescue.UNMATCHED] * 2
    assert [one.state for one in stage.answers(mac)] == [AnswerState.UNMATCHED]
    assert stage.kept(anna, mac) == []


def test_another_macs_report_settles_nothing(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    report = _lost(stage, anna, mac)
    other = stage.enrolled_mac(bram)
    forged = plistlib.dumps({**plistlib.loads(report), "UDID": other.udid})
    assert rescue_report(stage.world, forged).outcome is Rescue.UNMATCHED
    assert (stage.kept(bram, other), stage.states(mac)) == ([], ["sent"])


def test_a_mac_that_nobody_knows(stage: Stage) -> None:
    stranger = stage.new_mac()
    with pytest.raises(NotFound):
        rescue_report(stage.world, _payload(stranger.says_no("a command")))
    assert stage.devices() == []


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"geheim-Zq7", id="a text"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(plistlib.dumps({"Status": "Idle"}), id="nobody's"),
        pytest.param(plistlib.dumps({"UDID": "X", "Status": "geheim-Zq7"}), id="a status that is none"),
        pytest.param(plistlib.dumps({"UDID": "X", "MessageType": "Authenticate"}), id="a check-in"),
        pytest.param(plistlib.dumps({"UDID": "X", "UserID": USER, "Status": "Idle"}), id="a user's"),
        pytest.param(b" " * 5_000_000, id="one that is too large"),
    ],
)
def test_what_is_no_report_of_a_mac_is_refused_without_repeating_it(stage: Stage, report: bytes) -> None:
    with pytest.raises(MalformedReport) as refused:
        rescue_report(stage.world, report)
    assert "geheim" not in str(refused.value)
    with stage.store.read() as tx:
        assert tx.answers.count_kept(None) == 0


def test_binary_lists_and_blanks_round_a_report_are_read(stage: Stage, anna: Person, mac: Mac) -> None:
    report = _lost(stage, anna, mac)
    binary = plistlib.dumps(plistlib.loads(report), fmt=plistlib.FMT_BINARY)
    assert rescue_report(stage.world, b"\n " + report + b"\n").outcome is Rescue.KEY_KEPT
    assert rescue_report(stage.world, binary).outcome is Rescue.KEY_KNOWN


def test_it_is_in_the_audit_log(stage: Stage, anna: Person, mac: Mac) -> None:
    rescue_report(stage.world, _lost(stage, anna, mac))
    assert stage.audited("report-rescued") == [(None, "done", "key-kept")]


def test_it_is_no_check_in_of_today(stage: Stage, anna: Person, mac: Mac) -> None:
    report = _lost(stage, anna, mac)
    stage.clock.moment += timedelta(days=2)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    before = stage.device(mac).last_check_in
    rescue_report(stage.world, report)
    after = stage.device(mac).last_check_in
    assert before is not None
    assert after is not None
    assert after - before < timedelta(minutes=1)


def _lost(stage: Stage, owner: Person, mac: Mac, is_plist: bool = True, does: Does = Does.AS_ASKED) -> bytes:
    """The answer to a deposit that never came, as it lies in the MDM server's storage."""
    stage.saves(owner, mac)
    stage.works()
    *_, answer = mac.connects(does)
    return _payload(answer) if is_plist else answer.body


def _payload(call: Call) -> bytes:
    return base64.b64decode(json.loads(call.body)["acknowledge_event"]["raw_payload"])
