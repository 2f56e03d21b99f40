"""Commands on their way to the MDM server: sent once, again under the same UUID, given up only where surely lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest

from sleutelkast.domain.deposit import CommandState, State
from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_status import check_status, push_for_checks
from sleutelkast.usecases.deliver_commands import LEASE, deliver_command, deliver_due_commands
from tests.integration.usecases.mdm_in_memory import Fault, Mac
from tests.integration.usecases.stage import Stage


class CrashError(Exception):
    """The portal's process dies here."""


def test_the_typed_key_goes_to_the_mac_with_the_escrow_certificate(stage: Stage, anna: Person, mac: Mac) -> None:
    deposit = stage.saves(anna, mac)
    stage.works()
    (attempt,) = stage.mdm.rotations()
    assert attempt.enrollment_id == mac.udid
    assert attempt.uuid == deposit.commands[0].uuid
    assert attempt.body == {
        "RequestType": "RotateFileVaultKey",
        "KeyType": "personal",
        "FileVaultUnlock": {"Password": mac.key},
        "ReplyEncryptionCertificate": stage.escrow_certificate(),
    }
    sent = stage.deposit(mac)
    assert (sent.state, sent.commands[0].state) == (State.SENT, CommandState.QUEUED)
    assert sent.sent_at == stage.clock.now()


@pytest.mark.parametrize(
    ("fault", "state", "command"),
    [
        pytest.param(Fault.NOTHING, State.SENT, CommandState.QUEUED, id="queued"),
        pytest.param(Fault.NOT_PUSHED, State.SENT, CommandState.QUEUED, id="queued, Mac not woken"),
        pytest.param(Fault.UNREACHABLE, State.RECEIVED, CommandState.UNCLEAR, id="server away"),
        pytest.param(Fault.ANSWER_LOST, State.RECEIVED, CommandState.UNCLEAR, id="queued, no answer"),
        pytest.param(Fault.REFUSED, State.RECEIVED, CommandState.NEW, id="refused"),
    ],
)
def test_what_one_attempt_comes_to(
    stage: Stage, anna: Person, mac: Mac, fault: Fault, state: State, command: CommandState
) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.append(fault)
    deliver_due_commands(stage.world)
    deposit = stage.deposit(mac)
    assert (deposit.state, [one.state for one in deposit.commands]) == (state, [command])


def test_a_mac_that_the_server_does_not_know(stage: Stage, anna: Person, mac: Mac) -> None:
    del stage.mdm.queues[mac.udid]
    stage.saves(anna, mac)
    stage.works()
    deposit = stage.deposit(mac)
    assert (deposit.state, deposit.commands[0].state) == (State.UNDELIVERABLE, CommandState.REJECTED)
    assert stage.told(anna) == ["device-not-updated"]


def test_a_mac_that_never_enrolled(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    stage.saves(anna, mac)
    stage.works()
    assert stage.deposit(mac).state is State.UNDELIVERABLE
    assert stage.told(anna) == ["device-not-updated"]
    assert not stage.mdm.attempts


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.ANSWER_LOST, id="it had arrived: the duplicate says so"),
        pytest.param(Fault.UNREACHABLE, id="it had not arrived"),
    ],
)
def test_after_an_unclear_outcome_the_same_uuid_is_sent_again(
    stage: Stage, anna: Person, mac: Mac, fault: Fault
) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.append(fault)
    stage.works()
    assert stage.deposit(mac).state is State.RECEIVED
    stage.time_passes(seconds=10)
    stage.works()
    assert stage.deposit(mac).state is State.SENT
    assert len({attempt.uuid for attempt in stage.mdm.rotations()}) == 1
    assert len(stage.mdm.rotations()) == 2
    assert len(stage.mdm.queues[mac.udid]) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_pauses_grow_up_to_five_minutes(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.extend([Fault.UNREACHABLE] * 20)
    assert deliver_due_commands(stage.world) == 1
    for pause in (2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        stage.time_passes(seconds=pause - 1)
        assert deliver_due_commands(stage.world) == 0
        stage.time_passes(seconds=1)
        assert deliver_due_commands(stage.world) == 1


def test_the_third_refusal_is_taken_as_the_servers_answer(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.extend([Fault.REFUSED] * 3)
    for expected in (State.RECEIVED, State.RECEIVED, State.UNDELIVERABLE):
        stage.works()
        assert stage.deposit(mac).state is expected
        stage.time_passes(minutes=1)
    assert len(stage.mdm.rotations()) == 3
    assert stage.told(anna) == ["device-not-updated"]


def test_a_refusal_behind_an_unclear_outcome_is_no_answer(stage: Stage, anna: Person, mac: Mac) -> None:
    """The first attempt may have been queued: only the same UUID may be sent again, however often it takes."""
    stage.saves(anna, mac)
    stage.mdm.faults.extend([Fault.ANSWER_LOST, *[Fault.REFUSED] * 4])
    for _ in range(5):
        stage.works()
        assert stage.deposit(mac).commands[0].state is CommandState.UNCLEAR
        stage.time_passes(minutes=1)
    stage.works()
    assert stage.deposit(mac).state is State.SENT


def test_two_workers_at_once_send_once(stage: Stage, anna: Person, mac: Mac) -> None:
    uuid, start = stage.saves(anna, mac).commands[0].uuid, threading.Barrier(2)

    def work(_: int) -> bool:
        start.wait()
        return deliver_command(stage.world, uuid)

    with ThreadPoolExecutor(2) as workers:
        sent = list(workers.map(work, range(2)))
    assert sorted(sent) == [False, True]
    assert len(stage.mdm.rotations()) == 1
    assert stage.deposit(mac).state is State.SENT


def test_while_one_worker_waits_for_the_server_no_other_sends(stage: Stage, anna: Person, mac: Mac) -> None:
    sent_by_others: list[int] = []
    stage.saves(anna, mac)
    stage.mdm.before_answering = lambda: sent_by_others.append(deliver_due_commands(stage.world))
    stage.works()
    assert sent_by_others == [0]
    assert len(stage.mdm.rotations()) == 1


def test_a_key_that_somebody_saves_while_the_server_takes_its_time_goes_next(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    """NanoMDM answers once Apple took its push, or did not."""
    other = stage.enrolled_mac(anna)

    def takes_its_time() -> None:
        stage.time_passes(seconds=3)
        stage.saves(anna, other)

    check_status(stage.world, anna.actor, stage.device(mac).id)
    stage.mdm.before_answering = takes_its_time
    stage.works()
    assert [one.request_type for one in stage.mdm.attempts] == [
        "DeviceInformation",
        "RotateFileVaultKey",
        "SecurityInfo",
    ]


def test_pushes_that_take_their_time_hold_up_no_key(stage: Stage, anna: Person, mac: Mac) -> None:
    macs = [mac, stage.enrolled_mac(anna)]
    for one in macs:
        check_status(stage.world, anna.actor, stage.device(one).id)
    deliver_due_commands(stage.world)
    stage.mdm.before_answering = lambda: stage.time_passes(seconds=3)
    assert push_for_checks(stage.world) == 1
    assert push_for_checks(stage.world) == 1
    assert sorted(stage.mdm.pushed) == sorted(one.udid for one in macs)


def test_a_worker_that_died_while_sending_is_followed_by_another(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.mdm.before_answering = _die
    with pytest.raises(CrashError):
        stage.works()
    stage.time_passes(seconds=LEASE.total_seconds() - 2)
    stage.works()
    assert len(stage.mdm.rotations()) == 1
    stage.time_passes(seconds=2)
    stage.works()
    assert stage.deposit(mac).state is State.SENT
    assert len({attempt.uuid for attempt in stage.mdm.rotations()}) == 1
    assert len(stage.mdm.queues[mac.udid]) == 1


def test_a_mac_that_came_into_quarantine_gets_no_command_that_carries_a_key(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.saves(anna, mac)
    stage.quarantines(mac)
    stage.works()
    assert not stage.mdm.attempts
    assert stage.deposit(mac).state is State.UNDELIVERABLE


def test_the_answer_can_overtake_the_servers_own(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.mdm.before_answering = lambda: stage.connects(mac)
    stage.works()
    deposit = stage.deposit(mac)
    assert (deposit.state, deposit.commands[0].state) == (State.STORED, CommandState.ANSWERED)
    assert stage.reveals(anna, mac) == mac.key


def test_an_answer_can_overtake_the_servers_own_that_is_then_lost(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.append(Fault.ANSWER_LOST)
    stage.mdm.before_answering = lambda: stage.connects(mac)
    stage.works()
    stage.time_passes(minutes=10)
    stage.works()
    assert stage.deposit(mac).state is State.STORED
    assert len(stage.mdm.rotations()) == 1


def test_what_was_answered_is_never_sent_again(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.time_passes(days=30)
    stage.works()
    assert len(stage.mdm.rotations()) == 1


def _die() -> NoReturn:
    raise CrashError
