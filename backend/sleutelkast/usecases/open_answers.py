"""Opens the answers that are in hand: the Mac's new key is sealed as a version, and the deposit settled.

Each answer was committed sealed, as it came. What opens becomes a version and the raw answer is dropped; what does
not is kept sealed, and tried again when a private key or a key of the ring turns up. A crash in between leaves the
answer in hand, and the sweep opens it again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.access import Escrowing
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.deposit import Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.inventory import SecurityFacts, told_security
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.versions import Provenance, Version, awaits_proof
from sleutelkast.usecases import escrow
from sleutelkast.usecases.check_status import end_check
from sleutelkast.usecases.enrol_device import answer_binding
from sleutelkast.usecases.line import move
from sleutelkast.usecases.ports import CannotOpen, CommandReport, MalformedReport, MdmEvent, SecurityInfo
from sleutelkast.usecases.repository import (
    Answer,
    AnswerState,
    CommandKind,
    Conflict,
    PendingCommand,
    Transaction,
)
from sleutelkast.usecases.store_key import typed_key
from sleutelkast.usecases.upkeep import look_after
from sleutelkast.usecases.world import World

KEPT_PER_DEVICE = 50
"""How many answers that did not open, or match nothing, are kept of one Mac."""
_DENIED_ONCE_IN = timedelta(hours=1)
"""However often a Mac sends another's key, the audit log fills no faster."""
_LEFT_BEHIND = timedelta(seconds=5)
"""After this, the process that took an answer in is taken to have died before it opened it."""


def open_answers_left_behind(world: World, limit: int = 50) -> int:
    """Open what a crash left in hand; how many answers there were."""
    with world.store.read() as tx:
        left = tx.answers.in_hand(world.clock.now() - _LEFT_BEHIND, limit)
    for answer in left:
        with suppress(Conflict):
            open_answer(world, answer.id)
    return len(left)


def open_kept_answers(world: World, limit: int = 50) -> int:
    """Try again what did not open, where something can open now that was not tried; how many answers there were."""
    with world.store.read() as tx:
        again = tx.answers.to_try_again(escrow.openers(world, tx), limit) if tx.answers.any_unopened() else []
    for answer in again:
        with suppress(Conflict):
            open_answer(world, answer.id)
    return len(again)


def open_answer(world: World, answer_id: str) -> None:
    """Open one answer and settle what it settles, in one transaction; harmless if done already."""
    with world.store.write() as tx:
        device = _device_of(tx, answer_id)
        # Read under the lock: another process may have opened it, or handed it to another device, meanwhile.
        answer = tx.answers.get(answer_id)
        if answer is None or answer.state is AnswerState.UNMATCHED:
            return
        if device is None or answer.device_id != device.id:
            raise Conflict
        command = tx.commands.get(answer.command_uuid or "")
        event = _read(world, tx, answer)
        if command is None or not _is_weighed(world, tx, device, command, answer, event):
            _keep(world, tx, answer, event)
        else:
            tx.answers.remove(answer.id)
        end_check(world, tx, device.id)


def _device_of(tx: Transaction, answer_id: str) -> Device | None:
    answer = tx.answers.get(answer_id)
    return None if answer is None or answer.device_id is None else tx.devices.lock(answer.device_id)


def _read(world: World, tx: Transaction, answer: Answer) -> MdmEvent | None:
    """The answer as it came; None where its seal does not hold any more."""
    try:
        raw = world.sealer.open(tx.answers.envelope(answer.id), answer_binding(answer))
        return world.reports.read_event(raw.reveal())
    except (CannotOpen, MalformedReport):
        return None


def _is_weighed(
    world: World, tx: Transaction, device: Device, command: PendingCommand, answer: Answer, event: MdmEvent | None
) -> bool:
    """Settle what the answer settles; whether nothing of it has to be kept."""
    report = event.body if event is not None else None
    if event is None or not isinstance(report, CommandReport):
        if command.kind is CommandKind.ROTATION:
            move(world, tx, device, partial(machine.unusable, uuid=command.uuid, now=world.clock.now()))
        return False
    weigh = _weigh_rotation if command.kind is CommandKind.ROTATION else _weigh_security_info
    return weigh(world, tx, device, command, event, report)


def _keep(world: World, tx: Transaction, answer: Answer, event: MdmEvent | None) -> None:
    """Keep it sealed as it came, once, and up to a number of them, so that no Mac can fill the disk."""
    is_kept = answer.state is AnswerState.UNOPENED
    has_room = is_kept or tx.answers.count_kept(answer.device_id) < KEPT_PER_DEVICE
    if has_room and not (event is not None and says_it_again(world, tx, answer, event.raw_payload)):
        tried = {*(answer.tried_with or "").split(), *escrow.openers(world, tx)}
        tx.answers.keep_unopened(answer.id, f" {'  '.join(sorted(tried))} ")
    else:
        tx.answers.remove(answer.id)


def says_it_again(world: World, tx: Transaction, answer: Answer, raw_payload: bytes) -> bool:
    """Whether the same words of the Mac to the same command are kept already."""
    if answer.device_id is None:
        return False
    kept = (one for one in tx.answers.of(answer.device_id) if one.state is not AnswerState.IN_HAND)
    same = (one for one in kept if one.command_uuid == answer.command_uuid and one.id != answer.id)
    events = (_read(world, tx, one) for one in same)
    return any(event is not None and event.raw_payload == raw_payload for event in events)


def _weigh_rotation(
    world: World, tx: Transaction, device: Device, command: PendingCommand, event: MdmEvent, report: CommandReport
) -> bool:
    now = world.clock.now()
    key = _opened(world, tx, device, report.new_key_cms)
    if key is None:
        move(world, tx, device, partial(machine.unusable, uuid=command.uuid, now=now))
        return False
    bound = _bound_like_the_proof(tx, device, command.deposit_id)
    escrow.keep(world, tx, device.id, key, Provenance.ROTATED, event.created_at, bound)
    _settle(world, tx, device, partial(machine.key_opened, uuid=command.uuid, now=now))
    return True


def _weigh_security_info(
    world: World, tx: Transaction, device: Device, command: PendingCommand, event: MdmEvent, report: CommandReport
) -> bool:
    cms = report.security_info.recovery_key_cms if report.security_info is not None else None
    key = _opened(world, tx, device, cms)
    if report.security_info is not None:
        _learn(world, tx, device, event, report.security_info, opens=key is not None)
    is_unknown = key is not None and not _is_known(world, tx, device, key)
    now = world.clock.now()
    weighed = partial(machine.evidence, asked_at=command.created_at, now=now, unknown_key=is_unknown)
    if key is not None and is_unknown:
        bound = _bound_like_the_proof(tx, device, _stored_by(tx, device, weighed))
        escrow.keep(world, tx, device.id, key, Provenance.REPAIRED, event.created_at, bound)
    elif key is not None:
        _prove_report(world, tx, device, key, event)
    _settle(world, tx, device, weighed)
    look_after(world, tx, device.id)
    return cms is None or key is not None


def _learn(world: World, tx: Transaction, device: Device, event: MdmEvent, info: SecurityInfo, *, opens: bool) -> None:
    """What the Mac told of its disk, before anything is decided by it."""
    elsewhere = info.recovery_key_cms is not None and not opens
    facts = SecurityFacts(info.filevault_enabled, info.has_personal_recovery_key, opens, elsewhere)
    tx.devices.save(told_security(device, facts, event.created_at, world.clock.now()))


def _opened(world: World, tx: Transaction, device: Device, cms: bytes | None) -> RecoveryKey | None:
    if cms is None:
        return None
    try:
        key = escrow.open_envelope(world, tx, cms)
    except CannotOpen:
        return None
    return key if _is_its_own(world, tx, device, key) else None


def _is_its_own(world: World, tx: Transaction, device: Device, key: RecoveryKey) -> bool:
    if escrow.claim(world, tx, device.id, key):
        return True
    denied = AuditEntry(world.clock.now(), None, Action.KEY_OF_ANOTHER_MAC, Outcome.DENIED, device.id)
    if not tx.audit.has(denied, since=denied.at - _DENIED_ONCE_IN):
        tx.audit.append(denied)
    return False


def _is_known(world: World, tx: Transaction, device: Device, key: RecoveryKey) -> bool:
    """Whether the portal knows the key already; one that somebody typed shows no rotation."""
    typed = (typed_key(world, tx, device.id, one.id) for one in tx.deposits.line(device.id))
    return escrow.holds(world, tx, device.id, key) or any(one == key for one in typed if one is not None)


def _prove_report(world: World, tx: Transaction, device: Device, key: RecoveryKey, event: MdmEvent) -> None:
    """What a Crypt client had reported is the Mac's own word now; it stays with whom it was kept for."""
    same = escrow.versions_with(world, tx, device.id, key)
    report = awaits_proof(tx.versions.of(device.id), same)
    if report is not None:
        escrow.keep(world, tx, device.id, key, Provenance.REPAIRED, event.created_at, report.bound, report.id)


def _stored_by(tx: Transaction, device: Device, happened: partial[Line]) -> str | None:
    """The deposit that becomes stored by what happened, if any."""
    line = tx.deposits.line(device.id)
    return next((one.id for one in machine.changed(line, happened(line)) if one.state is machine.State.STORED), None)


def _bound_like_the_proof(tx: Transaction, device: Device, deposit_id: str | None) -> Escrowing:
    """A new key belongs to whom the key belongs that was given for it.

    Who is assigned a Mac, or makes it corporate, while the command is on its way must not be handed the key that
    replaces somebody else's.
    """
    return escrow.bound_like_the_kept(tx, device) if deposit_id is None else tx.deposits.escrowing(deposit_id)


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
        bound = tx.deposits.escrowing(deposit_id)
        version = Version(world.new_id(), device.id, Provenance.TYPED, deposit.created_at, bound)
        escrow.add_version(world, tx, version, key)
    tx.deposits.forget_typed_key(deposit_id)
