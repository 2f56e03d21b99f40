"""Check status: the Mac is asked once, woken by background work, and answers by what it says next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_status import check_status, latest_check
from sleutelkast.usecases.errors import Forbidden, NotFound
from sleutelkast.usecases.repository import CheckState
from tests.integration.usecases.mdm_in_memory import Fault, Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import HandClock


def test_the_mac_is_woken_and_its_next_connect_is_the_answer(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id = stage.device(mac).id
    asked = check_status(stage.world, anna.actor, device_id)
    assert (asked.state, asked.created_at) == (CheckState.ASKED, stage.clock.now())
    stage.works()
    assert stage.mdm.pushed == [mac.udid]
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ASKED
    mac.filevault_enabled = False
    stage.connects(mac)
    answered = latest_check(stage.world, anna.actor, device_id)
    assert (answered.id, answered.state) == (asked.id, CheckState.ANSWERED)
    assert stage.device(mac).filevault_enabled is False


def test_whoever_reads_that_it_answered_reads_what_it_told(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id = stage.device(mac).id
    check_status(stage.world, anna.actor, device_id)
    stage.works()
    mac.filevault_enabled = False
    told = []
    for call in mac.connects():
        stage.hears(call)
        is_over = latest_check(stage.world, anna.actor, device_id).state is CheckState.ANSWERED
        told.append((is_over, stage.device(mac).filevault_enabled))
    assert told == [(False, None), (False, None), (True, False)]


def test_what_it_told_overtakes_what_it_told_before(stage: Stage, anna: Person, mac: Mac) -> None:
    """NanoMDM calls from a thread each."""
    device_id = stage.device(mac).id
    check_status(stage.world, anna.actor, device_id)
    stage.works()
    states = []
    for call in reversed(mac.connects()):
        stage.hears(call)
        states.append(latest_check(stage.world, anna.actor, device_id).state)
    assert states == [CheckState.ASKED, CheckState.ANSWERED, CheckState.ANSWERED]


def test_one_that_talks_and_tells_nothing_is_not_waited_for_long(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id = stage.device(mac).id
    asked = check_status(stage.world, anna.actor, device_id)
    stage.works()
    stage.hears(mac.idles())
    assert check_status(stage.world, anna.actor, device_id).id == asked.id
    stage.time_passes(seconds=16)
    stage.works()
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ANSWERED


def test_a_question_that_got_lost_long_ago_is_not_waited_for(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id = stage.device(mac).id
    check_status(stage.world, anna.actor, device_id)
    stage.works()
    mac.connects()
    stage.time_passes(hours=1)
    check_status(stage.world, anna.actor, device_id)
    stage.works()
    stage.connects(mac)
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ANSWERED


def test_asked_twice_it_is_one_check(stage: Stage, anna: Person, mac: Mac) -> None:
    first, second = (check_status(stage.world, anna.actor, stage.device(mac).id) for _ in range(2))
    assert first == second
    stage.works()
    stage.works()
    assert (stage.mdm.asked("DeviceInformation"), stage.mdm.asked("SecurityInfo")) == (1, 1)
    assert stage.mdm.pushed == [mac.udid]


def test_a_mac_that_is_away_leaves_it_unanswered_and_answers_late(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id, wait = stage.device(mac).id, stage.world.policy.check_wait
    asked = check_status(stage.world, anna.actor, device_id)
    stage.clock.moment = asked.created_at + wait - timedelta(seconds=1, microseconds=1)
    stage.works()
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ASKED
    stage.works()
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.UNANSWERED
    stage.connects(mac)
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ANSWERED


def test_checked_once_more_the_questions_that_wait_are_not_asked_again(stage: Stage, anna: Person, mac: Mac) -> None:
    for _ in range(3):
        check_status(stage.world, anna.actor, stage.device(mac).id)
        stage.works()
        stage.time_passes(minutes=10)
        stage.works()
    assert stage.mdm.asked("SecurityInfo") == 1
    assert stage.mdm.pushed == [mac.udid] * 3


def test_news_of_long_before_is_no_answer(stage: Stage, anna: Person, mac: Mac) -> None:
    old = mac.idles()
    stage.time_passes(hours=1)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.hears(old)
    assert latest_check(stage.world, anna.actor, stage.device(mac).id).state is CheckState.ASKED


def test_what_it_answers_is_news_however_late_it_is_by_the_mdm_servers_clock(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    mac.clock = HandClock()
    mac.clock.pass_time(minutes=-20)
    stage.hears(mac.authenticates(), mac.updates_token())
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    stage.connects(mac)
    assert latest_check(stage.world, anna.actor, stage.device(mac).id).state is CheckState.ANSWERED
    stage.hears(mac.checks_out())
    assert stage.device(mac).checked_out_at == mac.clock.now()


def test_a_server_that_is_away_does_not_stop_the_push(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.mdm.faults.extend([Fault.UNREACHABLE] * 2)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    assert stage.mdm.pushed == [mac.udid]
    stage.time_passes(seconds=10)
    stage.works()
    assert len(stage.mdm.queues[mac.udid]) == 2


def test_a_mac_that_never_enrolled_is_not_asked_and_does_not_answer(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.works()
    assert not stage.mdm.pushed
    assert not stage.mdm.attempts
    stage.time_passes(minutes=3)
    stage.works()
    assert latest_check(stage.world, anna.actor, stage.device(mac).id).state is CheckState.UNANSWERED


def test_who_may_not(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    device_id = stage.device(mac).id
    for ask in (check_status, latest_check):
        with pytest.raises(NotFound):
            ask(stage.world, bram.actor, device_id)
    with pytest.raises(NotFound):
        latest_check(stage.world, anna.actor, device_id)
    stage.quarantines(mac)
    with pytest.raises(Forbidden):
        check_status(stage.world, anna.actor, device_id)
