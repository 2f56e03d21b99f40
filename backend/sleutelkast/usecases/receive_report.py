"""Takes in what the MDM server tells through its webhook. It calls once, so all is committed before it is answered.

An answer that may hold a key is sealed and committed as it came before anything is done with it; `open_answers`
does the rest. Any report may be forged in its content (each Mac speaks for itself), repeated, late or out of order.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import CommandState
from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.check_status import end_check, hear
from sleutelkast.usecases.enrol_device import answer_binding, check_in, known_device, learn
from sleutelkast.usecases.line import move
from sleutelkast.usecases.open_answers import KEPT_PER_DEVICE, open_answer, says_it_again
from sleutelkast.usecases.ports import CheckIn, CommandReport, MalformedReport, MdmEvent, ReportStatus
from sleutelkast.usecases.repository import Answer, AnswerState, CommandKind, Conflict, PendingCommand, Transaction
from sleutelkast.usecases.world import World

_TRIES = 3
"""The MDM server calls once: what loses against another transaction is tried again here."""
_LARGEST_UNMATCHED = 256 * 1024
"""Bytes of a report that matches nothing of ours and is kept all the same."""


def receive_report(world: World, raw_body: bytes) -> None:
    """Commit one webhook call whose signature holds; raise `MalformedReport` where it can't be read."""
    try:
        event = world.reports.read_event(raw_body)
    except MalformedReport:
        with world.store.write() as tx:
            _keep_sealed(world, tx, raw_body, None, None, AnswerState.UNMATCHED)
        raise
    in_hand = _commit(world, event, raw_body)
    if in_hand is not None:
        # What fails from here on is done again by background work.
        with suppress(Conflict):
            open_answer(world, in_hand)
    world.wake_worker()


def _commit(world: World, event: MdmEvent, raw_body: bytes, tries: int = _TRIES) -> str | None:
    try:
        with world.store.write() as tx:
            return _take_in(world, tx, event, raw_body)
    except Conflict:
        if tries == 1:
            raise
        return _commit(world, event, raw_body, tries - 1)


def _take_in(world: World, tx: Transaction, event: MdmEvent, raw_body: bytes) -> str | None:
    """Commit the event; the id of the answer that is now in hand, if any."""
    if isinstance(event.body, CheckIn):
        check_in(world, tx, event, event.body)
        return None
    if not event.is_device_channel:
        # A user's connect hands out nothing of the Mac's own queue, and tells nothing of the Mac.
        return None
    device = known_device(world, tx, event)
    if event.body.status is ReportStatus.IDLE:
        move(world, tx, device, partial(machine.connected, came_at=event.created_at))
        return None
    return _take_in_report(world, tx, device, event.body, event.created_at, raw_body)


def _take_in_report(
    world: World, tx: Transaction, device: Device, report: CommandReport, said_at: datetime, raw_body: bytes
) -> str | None:
    command = tx.commands.get(report.command_uuid) if report.command_uuid else None
    if command is None or command.device_id != device.id:
        if report.is_rotation or report.escrowed_key is not None:
            _keep_sealed(world, tx, raw_body, device.id, report.command_uuid, AnswerState.UNMATCHED)
        return None
    if said_at < command.created_at:
        # No Mac answers before it is asked: the MDM server's clock is behind. Of the device all is noted by that clock,
        # or one that checks out now would seem to have left before it talked.
        hear(world, tx, device, command.created_at)
    if command.kind is CommandKind.ROTATION and report.status is ReportStatus.NOT_NOW:
        now, enrolled_at = world.clock.now(), device.enrolled_at
        put_off = partial(machine.postponed, uuid=command.uuid, said_at=said_at, now=now, enrolled_at=enrolled_at)
        move(world, tx, device, put_off)
        return None
    if command.kind is CommandKind.ROTATION:
        return _take_in_rotation(world, tx, device, command, report, raw_body)
    return _take_in_inquiry(world, tx, device, command, report, said_at, raw_body)


def _take_in_rotation(
    world: World, tx: Transaction, device: Device, command: PendingCommand, report: CommandReport, raw_body: bytes
) -> str | None:
    now = world.clock.now()
    if report.status is ReportStatus.ACKNOWLEDGED:
        move(world, tx, device, partial(machine.acknowledged, uuid=command.uuid, now=now))
        return _keep_sealed(world, tx, raw_body, device.id, command.uuid, AnswerState.IN_HAND)
    if command.deposit_id is not None and report.error_text:
        tx.deposits.note_mac_said(command.deposit_id, report.error_text)
    move(world, tx, device, partial(machine.refused, uuid=command.uuid, now=now))
    return None


def _take_in_inquiry(
    world: World,
    tx: Transaction,
    device: Device,
    command: PendingCommand,
    report: CommandReport,
    said_at: datetime,
    raw_body: bytes,
) -> str | None:
    if report.status is ReportStatus.NOT_NOW:
        return None
    # While it still counts as asked, so that this does not ask SecurityInfo once more.
    move(world, tx, device, partial(machine.overtaken, asked_at=command.created_at))
    if command.state is not CommandState.ANSWERED:
        tx.commands.set_state(command.uuid, CommandState.ANSWERED)
    if report.device_facts is not None:
        tx.devices.save(learn(world, tx, device, report.device_facts, said_at))
    if command.kind is CommandKind.SECURITY_INFO:
        # Whatever it says is weighed in a step of its own: the line waits for it even where it is an error.
        return _keep_sealed(world, tx, raw_body, device.id, command.uuid, AnswerState.IN_HAND)
    end_check(world, tx, device.id)
    return None


def _keep_sealed(
    world: World,
    tx: Transaction,
    raw_body: bytes,
    device_id: str | None,
    command_uuid: str | None,
    state: AnswerState,
) -> str | None:
    answer = Answer(world.new_id(), device_id, command_uuid, state, world.clock.now())
    if state is AnswerState.UNMATCHED and not _is_worth_keeping(world, tx, raw_body, answer):
        return None
    tx.answers.add(answer, world.sealer.seal(SecretBytes(raw_body), answer_binding(answer)))
    return answer.id


def _is_worth_keeping(world: World, tx: Transaction, raw_body: bytes, answer: Answer) -> bool:
    has_room = len(raw_body) <= _LARGEST_UNMATCHED and tx.answers.count_kept(answer.device_id) < KEPT_PER_DEVICE
    if not has_room or answer.device_id is None:
        return has_room
    return not says_it_again(world, tx, answer, world.reports.read_event(raw_body).raw_payload)
