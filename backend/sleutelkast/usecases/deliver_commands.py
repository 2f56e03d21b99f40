"""Hands commands to the MDM server: claim, send outside of any transaction, commit what became of it.

The UUID was committed before, so whatever crashes here, the same UUID is sent again and a duplicate means "queued".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import CommandState, Deposit, Kind, Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.versions import Version, present, proven
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.escrow import open_version, present_identity
from sleutelkast.usecases.freshness import while_fresh
from sleutelkast.usecases.line import move
from sleutelkast.usecases.ports import CannotOpen, Delivery, DeliveryReport
from sleutelkast.usecases.repository import CommandKind, PendingCommand, Transaction
from sleutelkast.usecases.store_key import typed_key
from sleutelkast.usecases.world import World

LEASE = timedelta(seconds=30)
"""How long a claimed command is left to the process that claimed it: longer than an attempt takes.

Should one take longer after all, the same UUID goes out twice, and the second is a duplicate.
"""
REFUSALS_TAKEN = 3
"""How often the server may refuse for a reason of its own before that is taken as its answer."""
_LONGEST_PAUSE = timedelta(minutes=5)


def deliver_due_commands(world: World, limit: int = 50) -> int:
    """Send what is due, what a person waits for with a key first; how many commands were sent."""
    with world.store.read() as tx:
        due = tx.commands.due(world.clock.now(), limit)
    return sum(deliver_command(world, uuid) for uuid in while_fresh(world, due))


def deliver_command(world: World, uuid: str) -> bool:
    """Send one command, unless another process is doing so; whether it was sent here."""
    with world.store.write() as tx:
        command = _claim(world, tx, uuid)
    if command is None:
        return False
    report = _send(world, command)
    with world.store.write() as tx:
        device = tx.devices.lock(command.device_id)
        if device is not None:
            _commit(world, tx, device, command, report)
    return True


def _claim(world: World, tx: Transaction, uuid: str) -> PendingCommand | None:
    """The command as it was before this attempt. From now on it may be queued, whatever becomes of this process."""
    now = world.clock.now()
    waiting = tx.commands.get(uuid)
    device = tx.devices.lock(waiting.device_id) if waiting is not None else None
    claimed = tx.commands.claim(uuid, now, until=now + LEASE)
    if claimed is not None and device is not None and claimed.kind is CommandKind.ROTATION:
        move(world, tx, device, partial(machine.delivery_unclear, uuid=uuid, now=now))
    return claimed


def _send(world: World, command: PendingCommand) -> DeliveryReport:
    with world.store.read() as tx:
        device = tx.devices.get(command.device_id)
        key = _key_to_send(world, tx, command)
        certificate = _certificate(world, tx)
    if device is None or device.udid is None or device.quarantined:
        return _nobody_to_ask(command, "not enrolled, or in quarantine")
    if command.kind is CommandKind.SECURITY_INFO:
        return world.mdm.security_info(device.udid, command.uuid)
    if command.kind is CommandKind.DEVICE_INFORMATION:
        return world.mdm.device_information(device.udid, command.uuid)
    if key is None:
        return _nobody_to_ask(command, "the key to send is kept no longer, or its seal does not hold")
    if certificate is None:
        return DeliveryReport(Delivery.UNCLEAR, detail="the seal of no escrow certificate holds")
    return world.mdm.rotate_filevault_key(device.udid, command.uuid, key, certificate)


def _nobody_to_ask(command: PendingCommand, detail: str) -> DeliveryReport:
    """The command can't be sent. What an earlier attempt may have queued is not undone by that."""
    never_sent = command.state is CommandState.NEW
    return DeliveryReport(Delivery.UNKNOWN_DEVICE if never_sent else Delivery.UNCLEAR, detail=detail)


def _key_to_send(world: World, tx: Transaction, command: PendingCommand) -> RecoveryKey | None:
    if command.deposit_id is None:
        return None
    deposit = tx.deposits.get(command.deposit_id)
    if deposit is not None and deposit.kind is Kind.ROTATION:
        return _key_of_rotation(world, tx, command.device_id, deposit)
    return typed_key(world, tx, command.device_id, command.deposit_id)


def _certificate(world: World, tx: Transaction) -> bytes | None:
    """None where the database or the key ring is damaged: what needs no certificate goes on, the rest waits."""
    try:
        return present_identity(world, tx).certificate
    except NotFound:
        return None


def _key_of_rotation(world: World, tx: Transaction, device_id: str, rotation: Deposit) -> RecoveryKey | None:
    """The key that the rotation is bound to, or the one that the Mac has proven since.

    Then the command may be queued, and its UUID only goes out again to learn that: a wrong key goes to no Mac.
    """
    versions = tx.versions.of(device_id)
    bound = next((one for one in versions if one.id == rotation.version_id), None)
    version = bound if bound is None or _is_present(bound, versions) else present(versions)
    try:
        return None if version is None else open_version(world, tx, version)
    except CannotOpen:
        return None


def _is_present(bound: Version, versions: Sequence[Version]) -> bool:
    newest = proven(versions)
    return newest is None or newest == bound


def _commit(world: World, tx: Transaction, device: Device, command: PendingCommand, report: DeliveryReport) -> None:
    now = world.clock.now()
    outcome = _outcome(command, report.delivery)
    if outcome is not CommandState.QUEUED and outcome is not CommandState.REJECTED:
        tx.commands.try_again_at(command.uuid, now + _pause(command.tries))
    if command.kind is CommandKind.ROTATION:
        if outcome is CommandState.REJECTED and command.deposit_id is not None:
            tx.deposits.note_mac_said(command.deposit_id, report.detail)
        move(world, tx, device, partial(_in_line, uuid=command.uuid, outcome=outcome, now=now))
    elif not _answered_meanwhile(tx, command):
        tx.commands.set_state(command.uuid, outcome)


def _outcome(command: PendingCommand, delivery: Delivery) -> CommandState:
    if delivery in {Delivery.QUEUED, Delivery.DUPLICATE}:
        return CommandState.QUEUED
    if delivery is Delivery.UNKNOWN_DEVICE:
        return CommandState.REJECTED
    # A refusal behind an unclear outcome may be a duplicate that is worded in a way nobody has seen yet.
    first_hand = delivery is Delivery.REFUSED and command.state is CommandState.NEW
    if first_hand:
        return CommandState.REJECTED if command.tries >= REFUSALS_TAKEN else CommandState.NEW
    return CommandState.UNCLEAR


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 10)), _LONGEST_PAUSE)


def _in_line(line: Line, uuid: str, outcome: CommandState, now: datetime) -> Line:
    if outcome is CommandState.QUEUED:
        return machine.delivered(line, uuid, now)
    if outcome is CommandState.REJECTED:
        return machine.rejected(line, uuid, now)
    if outcome is CommandState.UNCLEAR:
        return machine.delivery_unclear(line, uuid, now)
    return machine.not_queued(line, uuid)


def _answered_meanwhile(tx: Transaction, command: PendingCommand) -> bool:
    """A Mac that answers at once can be faster than the MDM server's own answer."""
    present = tx.commands.get(command.uuid)
    return present is None or present.state in {CommandState.ANSWERED, CommandState.CLEARED}
