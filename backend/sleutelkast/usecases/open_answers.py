"""Opens the answers that are in hand: the Mac's new key is sealed as a version, and the deposit settled.

Each answer was committed sealed, as it came. What opens becomes a version and the raw answer is dropped; what does
not is kept sealed. A crash in between leaves the answer in hand, and the sweep opens it again.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases import escrow
from sleutelkast.usecases.enrol_device import answer_binding
from sleutelkast.usecases.line import move
from sleutelkast.usecases.ports import CannotOpen, CommandReport, MdmEvent
from sleutelkast.usecases.repository import (
    Answer,
    AnswerState,
    CommandKind,
    Escrowing,
    PendingCommand,
    Transaction,
)
from sleutelkast.usecases.store_key import typed_key
from sleutelkast.usecases.world import World

_LEFT_BEHIND = timedelta(seconds=5)
"""After this, the process that took an answer in is taken to have died before it opened it."""


def open_answers_left_behind(world: World, limit: int = 50) -> int:
    """Open what a crash left in hand; how many answers there were."""
    with world.store.read() as tx:
        left = tx.answers.in_hand(world.clock.now() - _LEFT_BEHIND, limit)
    for answer in left:
        open_answer(world, answer.id)
    return len(left)


def open_answer(world: World, answer_id: str) -> None:
    """Open one answer in hand and settle what it settles, in one transaction; harmless if done already."""
    with world.store.write() as tx:
        answer = tx.answers.get(answer_id)
        if answer is None or answer.state is not AnswerState.IN_HAND or answer.device_id is None:
            return
        device = tx.devices.lock(answer.device_id)
        command = tx.commands.get(answer.command_uuid or "")
        if device is None or command is None:
            tx.answers.set_state(answer.id, AnswerState.UNOPENED)
            return
        raw = world.sealer.open(tx.answers.envelope(answer.id), answer_binding(answer))
        _weigh(world, tx, device, command, answer, world.reports.read_event(raw.reveal()))


def _weigh(
    world: World, tx: Transaction, device: Device, command: PendingCommand, answer: Answer, event: MdmEvent
) -> None:
    if not isinstance(event.body, CommandReport):
        return
    weigh = _weigh_rotation if command.kind is CommandKind.ROTATION else _weigh_security_info
    opened = weigh(world, tx, device, command, event, event.body)
    if opened:
        tx.answers.remove(answer.id)
    else:
        tx.answers.set_state(answer.id, AnswerState.UNOPENED)


def _weigh_rotation(
    world: World, tx: Transaction, device: Device, command: PendingCommand, event: MdmEvent, report: CommandReport
) -> bool:
    now = world.clock.now()
    key = _opened(world, tx, report.new_key_cms)
    if key is None:
        move(world, tx, device, partial(machine.unusable, uuid=command.uuid, now=now))
        return False
    escrowing = _escrowing(tx, command.deposit_id, device)
    escrow.keep(world, tx, device.id, key, Provenance.ROTATED, event.created_at, escrowing)
    _settle(world, tx, device, partial(machine.key_opened, uuid=command.uuid, now=now))
    return True


def _weigh_security_info(
    world: World, tx: Transaction, device: Device, command: PendingCommand, event: MdmEvent, report: CommandReport
) -> bool:
    cms = report.security_info.recovery_key_cms if report.security_info is not None else None
    key = _opened(world, tx, cms)
    is_unknown = key is not None and not _is_known(world, tx, device, key)
    if key is not None and is_unknown:
        escrowing = Escrowing(device.owner_id, device.ownership)
        escrow.keep(world, tx, device.id, key, Provenance.REPAIRED, event.created_at, escrowing)
    now = world.clock.now()
    weighed = partial(machine.evidence, asked_at=command.created_at, now=now, unknown_key=is_unknown)
    _settle(world, tx, device, weighed)
    return cms is None or key is not None


def _opened(world: World, tx: Transaction, cms: bytes | None) -> RecoveryKey | None:
    if cms is None:
        return None
    try:
        return escrow.open_envelope(world, tx, cms)
    except CannotOpen:
        return None


def _is_known(world: World, tx: Transaction, device: Device, key: RecoveryKey) -> bool:
    """Whether the portal knows the key already; one that somebody typed shows no rotation."""
    typed = (typed_key(world, tx, device.id, one.id) for one in tx.deposits.line(device.id))
    return escrow.holds(world, tx, device.id, key) or any(one == key for one in typed if one is not None)


def _escrowing(tx: Transaction, deposit_id: str | None, device: Device) -> Escrowing:
    """The new key belongs to whom the deposit belonged to, also where the Mac was given away meanwhile."""
    if deposit_id is None:
        return Escrowing(device.owner_id, device.ownership)
    return tx.deposits.escrowing(deposit_id)


def _settle(world: World, tx: Transaction, device: Device, happened: partial[Line]) -> None:
    before = {one.id: one.state for one in tx.deposits.line(device.id)}
    for deposit in move(world, tx, device, happened):
        if deposit.state is machine.State.STORED and before.get(deposit.id) is not machine.State.STORED:
            _typed_key_becomes_a_version(world, tx, device, deposit.id, deposit)


def _typed_key_becomes_a_version(
    world: World, tx: Transaction, device: Device, deposit_id: str, deposit: machine.Deposit
) -> None:
    """The key that the Mac replaced: a disk that is restored from a backup still opens with it."""
    key = typed_key(world, tx, device.id, deposit_id)
    if key is None:
        return
    if not escrow.holds(world, tx, device.id, key):
        version = Version(world.new_id(), device.id, Provenance.TYPED, deposit.created_at, None)
        envelope = world.sealer.seal(
            SecretBytes(key.reveal().encode("ascii")), escrow.version_binding(device.id, version.id)
        )
        tx.versions.add(version, tx.deposits.escrowing(deposit_id), envelope, world.clock.now())
    tx.deposits.forget_typed_key(deposit_id)
