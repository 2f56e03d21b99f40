"""Macs that change hands, repeat themselves, say nothing, or come back as another."""

from __future__ import annotations

import pytest

from sleutelkast.domain.deposit import CommandState, State
from sleutelkast.domain.device import Message, message
from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_status import check_status, latest_check
from sleutelkast.usecases.deliver_commands import LEASE, deliver_command
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.line import ASK_AGAIN_AFTER
from sleutelkast.usecases.manage import confirm_device
from sleutelkast.usecases.open_answers import KEPT_PER_DEVICE
from sleutelkast.usecases.own_devices import see_deposit, waits_for_the_mac
from sleutelkast.usecases.ports import MalformedReport
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.repository import CheckState
from tests.integration.usecases.mdm_in_memory import Call, Fault, Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import OTHER_KEY


def test_a_mac_given_away_while_it_changes_its_key(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    """The new key belongs to whose key it replaced, and what somebody typed stays with who typed it."""
    typed = mac.key
    stage.saves(anna, mac)
    stage.works()
    stage.gives(mac, bram)
    stage.saves(bram, mac, OTHER_KEY)
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "superseded"]
    assert stage.kept(bram, mac) == [("typed", OTHER_KEY)]
    seen = see_deposit(stage.world, bram.actor, stage.device(mac).id, None)
    assert message(seen.deposit, key_kept=seen.key_kept) is Message.KEY_NOT_ACCEPTED
    with pytest.raises(NotFound):
        stage.kept(anna, mac)
    stage.gives(mac, anna)
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("typed", typed)]


def test_the_same_key_of_a_new_owner_is_a_deposit_of_their_own(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    former = stage.saved(anna, mac)
    stage.gives(mac, bram)
    own = stage.saved(bram, mac)
    assert own.is_new
    assert own.deposit.id != former.deposit.id


def test_a_question_whose_answer_was_lost_is_asked_again(stage: Stage, anna: Person, mac: Mac) -> None:
    for _ in range(2):
        check_status(stage.world, anna.actor, stage.device(mac).id)
        stage.works()
        stage.mdm.queues[mac.udid].clear()
        stage.clock.moment += stage.world.policy.answer_timeout
        stage.works()
    assert (stage.mdm.asked("SecurityInfo"), stage.mdm.asked("DeviceInformation")) == (2, 2)


def test_a_mac_without_serial_is_asked_again_even_if_the_server_refused_the_question(stage: Stage) -> None:
    mac = stage.new_mac()
    stage.mdm.queues[mac.udid] = []
    stage.mdm.faults.extend([Fault.REFUSED] * 3)
    for _ in range(5):
        stage.hears(mac.idles())
        stage.works()
        stage.time_passes(minutes=5)
    assert stage.mdm.asked("DeviceInformation") == 1
    stage.clock.moment += ASK_AGAIN_AFTER
    stage.hears(mac.idles())
    stage.works()
    assert stage.mdm.asked("DeviceInformation") == 2


def test_a_mac_that_repeats_rubbish_does_not_fill_the_disk(stage: Stage, anna: Person, mac: Mac) -> None:
    deposit = stage.saves(anna, mac)
    stage.works()
    uuid = deposit.commands[0].uuid
    stage.hears(*[_rubbish(mac, uuid, 0)] * 3)
    assert len(stage.answers(mac)) == 1
    stage.hears(*(_rubbish(mac, uuid, number) for number in range(KEPT_PER_DEVICE + 3)))
    assert len(stage.answers(mac)) == KEPT_PER_DEVICE


def _rubbish(mac: Mac, uuid: str, number: int) -> Call:
    result = {"EncryptedNewRecoveryKey": b"rubbish %d" % number}
    return mac.reports(uuid, "Acknowledged", RotateResult=result)


def test_calls_that_nobody_can_read_do_not_fill_the_disk(stage: Stage) -> None:
    for _ in range(KEPT_PER_DEVICE + 3):
        with pytest.raises(MalformedReport):
            receive_report(stage.world, b"{}")
    with stage.store.read() as tx:
        assert tx.answers.count_kept(None) == KEPT_PER_DEVICE


def test_a_slow_workers_refusal_does_not_override_that_another_queued_it(stage: Stage, anna: Person, mac: Mac) -> None:
    uuid = stage.saves(anna, mac).commands[0].uuid
    del stage.mdm.queues[mac.udid]

    def another_worker_takes_over() -> None:
        stage.mdm.queues[mac.udid] = []
        stage.clock.moment += LEASE
        assert deliver_command(stage.world, uuid)

    stage.mdm.before_answering = another_worker_takes_over
    assert deliver_command(stage.world, uuid)
    deposit = stage.deposit(mac)
    assert (deposit.state, deposit.commands[0].state) == (State.SENT, CommandState.QUEUED)
    stage.connects(mac)
    assert stage.reveals(anna, mac) == mac.key


def test_an_old_word_does_not_answer_a_fresh_check(stage: Stage, anna: Person, mac: Mac) -> None:
    old = mac.idles()
    stage.time_passes(hours=5)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.hears(old)
    assert latest_check(stage.world, anna.actor, stage.device(mac).id).state is CheckState.ASKED


def test_any_fresh_word_answers_a_check(stage: Stage, anna: Person, mac: Mac) -> None:
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.hears(mac.updates_token())
    stage.time_passes(seconds=16)
    stage.works()
    assert latest_check(stage.world, anna.actor, stage.device(mac).id).state is CheckState.ANSWERED


def test_an_mdm_clock_that_is_ahead_does_not_make_the_mac_seem_there(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.time_passes(minutes=5)
    ahead = mac.updates_token()
    stage.time_passes(minutes=-5)
    stage.hears(ahead)
    heard = stage.device(mac).last_check_in
    assert heard is not None
    assert heard <= stage.clock.now()
    stage.saves(anna, mac)
    stage.works()
    seen = see_deposit(stage.world, anna.actor, stage.device(mac).id, None)
    assert waits_for_the_mac(seen.deposit, seen.device)


def test_the_order_of_deposits_is_that_of_saving_whatever_the_clocks_say(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.time_passes(minutes=2)
    stage.saves(anna, mac, OTHER_KEY)
    stage.time_passes(minutes=-2)
    newer = stage.saves(anna, mac)
    seen = see_deposit(stage.world, anna.actor, stage.device(mac).id, None)
    assert seen.deposit.id == newer.id


def test_the_end_of_a_quarantine_takes_keys_and_owner_along_and_leaves_the_former_udid_alone(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.stores(anna, mac)
    kept = stage.kept(anna, mac)
    stage.saves(anna, mac)
    back = stage.new_mac(serial=mac.serial, keys=[mac.key])
    stage.hears(back.authenticates())
    earlier = len(stage.mdm.attempts)
    confirm_device(stage.world, back.udid)
    assert stage.kept(anna, back)[-len(kept) :] == kept
    stage.works()
    stage.connects(back)
    assert {attempt.enrollment_id for attempt in stage.mdm.attempts[earlier:]} == {back.udid}
    assert stage.states(back) == ["stored", "stored"]
    assert stage.reveals(anna, back) == back.key
