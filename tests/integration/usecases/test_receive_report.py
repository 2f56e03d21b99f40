"""What the Mac's words come to: stored, refused, unanswered; whatever is lost, repeated, late or not ours."""

from __future__ import annotations

import json

import pytest

from sleutelkast.domain.deposit import CALLS_OVERTAKE, CommandState, State, Step, Verdict
from sleutelkast.domain.device import Cause, CauseCode, Message, causes, message
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import parse
from sleutelkast.fleet.mac import Cipher
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.open_answers import KEPT_PER_DEVICE
from sleutelkast.usecases.own_devices import waits_for_the_mac
from sleutelkast.usecases.ports import MalformedReport
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.repository import AnswerState
from tests.integration.usecases.mdm_in_memory import Call, Does, Mac
from tests.integration.usecases.stage import Stage

UNUSABLE = [
    pytest.param(Does.WITHOUT_KEY, id="no key in it"),
    pytest.param(Does.DAMAGED, id="can't be opened"),
    pytest.param(Does.FOR_ANOTHER, id="for another certificate"),
    pytest.param(Does.OF_ANOTHER_FORM, id="no recovery key in it"),
]


@pytest.mark.parametrize("cipher", list(Cipher))
def test_the_mac_proves_the_key_and_its_new_one_is_kept(stage: Stage, anna: Person, cipher: Cipher) -> None:
    mac = stage.enrolled_mac(anna, cipher=cipher)
    typed = mac.key
    deposit = stage.stores(anna, mac)
    assert deposit.state is State.STORED
    assert message(deposit) is Message.KEY_UPDATED
    assert mac.key != typed
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("typed", typed)]
    assert stage.typed_key(mac, deposit) is None
    assert stage.answers(mac) == []
    assert stage.told(anna) == []


def test_a_mac_that_puts_it_off_is_waited_for(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.NOT_NOW)
    put_off = stage.deposit(mac)
    assert (put_off.state, put_off.is_postponed) == (State.SENT, True)
    assert waits_for_the_mac(put_off, stage.device(mac))
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_a_connect_that_is_heard_of_after_what_was_said_in_it_takes_nothing_back(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.saves(anna, mac)
    stage.works()
    idle, not_now = mac.connects(Does.NOT_NOW)
    stage.hears(not_now, idle)
    assert waits_for_the_mac(stage.deposit(mac), stage.device(mac))
    stage.hears(mac.idles())
    assert not waits_for_the_mac(stage.deposit(mac), stage.device(mac))


@pytest.mark.parametrize(
    ("enabled", "known"),
    [pytest.param(True, False, id="FileVault on"), pytest.param(False, True, id="FileVault off")],
)
def test_an_error_is_checked_with_security_info_before_it_counts(
    stage: Stage, anna: Person, enabled: bool, known: bool
) -> None:
    mac = stage.enrolled_mac(anna, filevault_enabled=enabled)
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    in_doubt = stage.deposit(mac)
    assert (in_doubt.state, in_doubt.verdict) == (State.SENT, Verdict.ERROR)
    assert stage.told(anna) == []
    stage.works()
    stage.connects(mac)
    refused = stage.deposit(mac)
    assert refused.state is State.REFUSED
    assert message(refused) is Message.KEY_NOT_ACCEPTED
    assert Cause(CauseCode.FILEVAULT_NOT_ENABLED, known) in causes(refused, stage.device(mac))
    assert stage.told(anna) == ["device-not-updated"]
    assert stage.mdm.asked("SecurityInfo") == 1


def test_an_error_of_a_mac_that_rotated_all_the_same_is_repaired(stage: Stage, anna: Person) -> None:
    """It rotated, its answer was lost on the way to the MDM server, and it was asked twice."""
    mac = stage.mac_with_escrow_profile(anna)
    typed = mac.key
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.BREAKS_OFF)
    stage.connects(mac)
    assert stage.deposit(mac).verdict is Verdict.ERROR
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.kept(anna, mac) == [("repaired", mac.key), ("typed", typed)]
    assert stage.told(anna) == []


def test_a_typed_key_in_security_info_is_no_proof_of_a_rotation(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    mac.changes_key()
    deposit = stage.saves(anna, mac)
    stage.goes_round(mac, Does.ERRORS)
    assert stage.deposit(mac).state is State.REFUSED
    assert stage.typed_key(mac, deposit) == parse(mac.key)
    assert stage.kept(anna, mac) == [("typed", mac.key)]


@pytest.mark.parametrize("does", UNUSABLE)
def test_an_answer_without_a_key_that_opens_is_kept_sealed_and_asked_for_until_the_time_is_over(
    stage: Stage, anna: Person, mac: Mac, does: Does
) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, does)
    unusable = stage.deposit(mac)
    assert (unusable.state, unusable.verdict, unusable.step) == (State.SENT, Verdict.UNUSABLE, Step.STORE)
    assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]
    stage.works()
    stage.connects(mac)
    assert stage.mdm.asked("SecurityInfo") == 1
    assert stage.deposit(mac).verdict is Verdict.UNREPAIRED
    stage.time_passes(days=4)
    stage.works()
    assert stage.deposit(mac).state is State.UNANSWERED
    assert stage.told(anna) == ["device-not-updated"]
    assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]


@pytest.mark.parametrize("does", UNUSABLE)
def test_security_info_repairs_an_answer_without_a_key_that_opens(stage: Stage, anna: Person, does: Does) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    typed = mac.key
    stage.saves(anna, mac)
    stage.goes_round(mac, does)
    assert stage.deposit(mac).state is State.STORED
    assert stage.kept(anna, mac) == [("repaired", mac.key), ("typed", typed)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("does", [pytest.param(Does.AS_ASKED, id="stored"), *UNUSABLE])
def test_what_is_kept_of_an_answer_is_never_in_clear(stage: Stage, anna: Person, mac: Mac, does: Does) -> None:
    stage.saves(anna, mac)
    stage.works()
    calls = mac.connects(does)
    stage.hears(*calls)
    with stage.store.read() as tx:
        kept = [tx.answers.envelope(answer.id) for answer in tx.answers.of(stage.device(mac).id)]
    payload = json.loads(calls[-1].body)["acknowledge_event"]["raw_payload"].encode()
    assert len(kept) == (0 if does is Does.AS_ASKED else 1)
    assert all(payload not in envelope for envelope in kept)


def test_a_late_answer_still_counts_and_takes_the_toast_back(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=30)
    stage.works()
    assert stage.deposit(mac).state is State.UNANSWERED
    assert stage.told(anna) == ["device-not-updated"]
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.told(anna) == []
    assert stage.reveals(anna, mac) == mac.key


def test_a_refused_deposit_is_stored_by_an_answer_that_comes_after_all(stage: Stage, anna: Person, mac: Mac) -> None:
    """The acknowledgement was overtaken by the error to the same command, handed out twice."""
    stage.saves(anna, mac)
    stage.works()
    *_, acknowledged = mac.connects(Does.UNSTORED)
    stage.connects(mac)
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.REFUSED
    stage.hears(acknowledged)
    assert stage.deposit(mac).state is State.STORED
    assert stage.told(anna) == []
    assert stage.reveals(anna, mac) == mac.key


def test_stored_absorbs_a_later_error(stage: Stage, anna: Person, mac: Mac) -> None:
    """The MDM server failed to keep the answer, told the portal all the same, and handed the command out again."""
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.UNSTORED)
    before = stage.deposit(mac)
    assert before.state is State.STORED
    stage.connects(mac)
    assert stage.deposit(mac) == before
    assert stage.works() == 0
    assert stage.told(anna) == []


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
@pytest.mark.parametrize("does", [Does.AS_ASKED, Does.ERRORS, Does.WITHOUT_KEY, Does.NOT_NOW])
def test_replayed_calls_change_nothing(stage: Stage, anna: Person, mac: Mac, does: Does, backwards: bool) -> None:
    heard = [mac.authenticates()]
    stage.hears(*heard)
    stage.saves(anna, mac)
    for round_ in (does, Does.AS_ASKED):
        stage.works()
        heard += (calls := mac.connects(round_))
        stage.hears(*calls)
    line, kept, told = stage.line(mac), stage.kept(anna, mac), stage.told(anna)
    stage.hears(*(reversed(heard) if backwards else heard))
    assert stage.line(mac) == line
    assert stage.kept(anna, mac) == kept
    assert stage.told(anna) == told
    assert stage.works() == 0


def test_a_replayed_answer_says_nothing_of_what_was_saved_since(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    calls = mac.connects()
    stage.hears(*calls)
    newer = stage.saves(anna, mac)
    stage.works()
    stage.hears(*calls)
    assert stage.deposit(mac, newer.id).state is State.SENT
    assert [provenance for provenance, _ in stage.kept(anna, mac)] == ["rotated", "typed"]


def test_an_answer_to_another_macs_command_settles_nothing(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    other = stage.enrolled_mac(bram)
    stage.saves(anna, mac)
    stage.works()
    uuid = stage.deposit(mac).commands[0].uuid
    stage.hears(other.claims_to_have_rotated(uuid, stage.escrow_certificate()), other.says_no(uuid))
    assert stage.deposit(mac).state is State.SENT
    assert stage.kept(anna, mac) == stage.kept(bram, other) == []
    assert [answer.state for answer in stage.answers(other)] == [AnswerState.UNMATCHED]
    stage.connects(mac)
    assert stage.reveals(anna, mac) == mac.key


def test_answers_that_match_nothing_are_kept_up_to_a_number(stage: Stage, anna: Person, mac: Mac) -> None:
    certificate = stage.escrow_certificate()
    claim = mac.claims_to_have_rotated("nobody asked", certificate)
    stage.hears(claim, claim)
    assert len(stage.answers(mac)) == 1
    stage.hears(*(mac.claims_to_have_rotated("nobody asked", certificate) for _ in range(KEPT_PER_DEVICE + 3)))
    assert len(stage.answers(mac)) == KEPT_PER_DEVICE
    stage.stores(anna, mac)
    assert stage.reveals(anna, mac) == mac.key


def test_a_users_word_is_not_the_macs(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    before = stage.deposit(mac)
    stage.hears(mac.reports(before.commands[0].uuid, "Error", user="5001"))
    assert stage.deposit(mac) == before
    assert len(stage.devices()) == 1


def test_what_a_user_of_an_unknown_mac_says_makes_no_device(stage: Stage) -> None:
    stage.hears(stage.new_mac().reports(None, "Idle", user="5001"))
    assert stage.devices() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b'{"topic": "mdm.Connect"}', id="no event"),
    ],
)
def test_a_call_that_cant_be_read_is_kept_sealed(stage: Stage, body: bytes) -> None:
    with pytest.raises(MalformedReport):
        receive_report(stage.world, body)
    with stage.store.read() as tx:
        assert tx.answers.count_kept(None) == 1


def test_security_info_that_is_put_off_is_waited_for(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    stage.works()
    (asked,) = stage.mdm.queues[mac.udid]
    stage.hears(mac.reports(asked.uuid, "NotNow"))
    assert stage.deposit(mac).state is State.SENT
    stage.connects(mac)
    assert stage.deposit(mac).state is State.REFUSED


def test_an_error_to_security_info_leaves_the_macs_no_standing(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    stage.works()
    (asked,) = stage.mdm.queues[mac.udid]
    stage.hears(mac.says_no(asked.uuid))
    assert stage.deposit(mac).state is State.REFUSED


def test_a_command_that_the_mac_passed_over_was_answered_into_the_void(stage: Stage, anna: Person, mac: Mac) -> None:
    """Its error never arrived. SecurityInfo, queued behind it and answered, shows that it is over: the next is sent."""
    older = stage.saves(anna, mac, "ABCD-EFGH-1JKL-MNOP-QRST-2345")
    stage.works()
    _lost(mac.connects())
    newer = stage.saves(anna, mac)
    stage.works()
    assert [one.commands == () for one in stage.line(mac)] == [False, True]
    stage.time_passes(days=4)
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac, older.id).commands[0].state is CommandState.LOST
    _its_not_now_would_have_come(stage)
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac, newer.id).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key
    assert stage.told(anna) == []


def test_one_whose_not_now_was_overtaken_on_its_way_is_joined_by_no_other(stage: Stage, anna: Person, mac: Mac) -> None:
    """NanoMDM calls from a thread each: the answer to SecurityInfo may arrive before the NotNow that went before it."""
    older = stage.saves(anna, mac, "ABCD-EFGH-1JKL-MNOP-QRST-2345")
    stage.works()
    newer = stage.saves(anna, mac)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    idle, not_now, *answers = mac.connects(Does.NOT_NOW)
    stage.hears(idle, *answers)
    assert stage.deposit(mac, older.id).commands[0].state is CommandState.LOST
    stage.works()
    stage.hears(not_now)
    _its_not_now_would_have_come(stage)
    stage.works()
    assert stage.mdm.asked("RotateFileVaultKey") == 1
    assert stage.deposit(mac, older.id).is_postponed
    stage.goes_round(mac)
    stage.goes_round(mac)
    assert stage.deposit(mac, newer.id).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_a_check_of_the_status_shows_it_as_well(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, "ABCD-EFGH-1JKL-MNOP-QRST-2345")
    stage.works()
    _lost(mac.connects())
    newer = stage.saves(anna, mac)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.goes_round(mac)
    _its_not_now_would_have_come(stage)
    stage.goes_round(mac)
    assert stage.deposit(mac, newer.id).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_an_answer_that_got_lost_is_repaired_when_the_time_is_over(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.saves(anna, mac)
    stage.works()
    _lost(mac.connects())
    stage.time_passes(days=4)
    stage.works()
    assert stage.deposit(mac).state is State.UNANSWERED
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key
    assert stage.told(anna) == []


def test_the_present_key_goes_by_the_mdm_servers_time(stage: Stage, anna: Person, mac: Mac) -> None:
    """The answer with the older key arrives behind the one with the newer."""
    stage.saves(anna, mac)
    stage.works()
    *_, late = mac.connects()
    older = mac.key
    stage.time_passes(days=4)
    stage.works()
    stage.connects(mac)
    stage.saves(anna, mac)
    _its_not_now_would_have_come(stage)
    stage.goes_round(mac)
    stage.hears(late)
    assert stage.kept(anna, mac)[0] == ("rotated", mac.key)
    assert ("rotated", older) in stage.kept(anna, mac)
    assert stage.states(mac) == ["stored", "stored"]


def _its_not_now_would_have_come(stage: Stage) -> None:
    stage.clock.pass_time(seconds=CALLS_OVERTAKE.total_seconds())


def _lost(calls: list[Call]) -> None:
    """The calls never arrive."""
    assert calls
