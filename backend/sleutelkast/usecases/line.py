"""Carries the line of deposits of one Mac from one committed state to the next, with all that follows from it.

Whatever happens to a deposit goes through `move`, inside the caller's transaction and under the Mac's lock: the
changed deposits are saved, the next command is made (its UUID is committed before anything is sent), SecurityInfo is
asked where the machine wants evidence, and the owner's notices are brought up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import CommandState, Deposit, Line, State
from sleutelkast.domain.device import Device
from sleutelkast.usecases.repository import CommandKind, Notice, NoticeCode, PendingCommand, Transaction
from sleutelkast.usecases.world import World

ASK_AGAIN_AFTER = timedelta(hours=1)
"""A Mac of which nobody knows which one it is, is asked so often."""


def move(world: World, tx: Transaction, device: Device, happened: Callable[[Line], Line]) -> Line:
    """Apply what happened to the line of a locked device and save all that follows; the line as it is then."""
    before = tx.deposits.line(device.id)
    return carry_on(world, tx, device, before, happened(before))


def carry_on(world: World, tx: Transaction, device: Device, before: Line, after: Line) -> Line:
    """As `move`, for a line that was read already; `before` is how it is kept."""
    after = _send_next(world, device, after)
    _save_changes(tx, device, before, after)
    _tell_owner(world, tx, device, before, after)
    _ask_for_evidence(world, tx, device, after)
    return after


def _save_changes(tx: Transaction, device: Device, before: Line, after: Line) -> None:
    kept = {one.id: one for one in before}
    for deposit in machine.changed(before, after):
        if replace(kept[deposit.id], commands=deposit.commands) != deposit:
            tx.deposits.save(deposit)
        _save_commands(tx, device, kept[deposit.id], deposit)


def _save_commands(tx: Transaction, device: Device, before: Deposit, after: Deposit) -> None:
    kept = {one.uuid: one for one in before.commands}
    for command in after.commands:
        if command.uuid not in kept:
            kind, state = CommandKind.ROTATION, command.state
            tx.commands.add(PendingCommand(command.uuid, kind, device.id, after.id, state, command.created_at))
        elif kept[command.uuid] != command:
            tx.commands.save_rotation(command)


def _send_next(world: World, device: Device, line: Line) -> Line:
    due = machine.next_to_send(line)
    # No command that carries a key goes to a Mac in quarantine: it waits for an administrator.
    if due is None or device.quarantined:
        return line
    return machine.add_command(line, due.id, world.new_uuid(), world.clock.now())


def _tell_owner(world: World, tx: Transaction, device: Device, before: Line, after: Line) -> None:
    states = {one.id: one.state for one in before}
    changed = [one for one in after if states.get(one.id) is not one.state]
    if any(one.state is State.STORED for one in changed):
        tx.notices.withdraw(device.id, NoticeCode.DEVICE_NOT_UPDATED)
        return
    # A deposit that failed once was told of already, whatever kind of failure it turns into.
    failed = [one for one in changed if one.state in machine.FAILED and states.get(one.id) not in machine.FAILED]
    for deposit in failed:
        _notify_of_failure(world, tx, device, deposit)


def _notify_of_failure(world: World, tx: Transaction, device: Device, deposit: Deposit) -> None:
    person_id = tx.deposits.person_id(deposit.id)
    if person_id is None:
        return
    tx.notices.withdraw(device.id, NoticeCode.DEVICE_NOT_UPDATED)
    notice = Notice(world.new_id(), person_id, device.id, NoticeCode.DEVICE_NOT_UPDATED, world.clock.now())
    tx.notices.add(notice)


def _ask_for_evidence(world: World, tx: Transaction, device: Device, line: Line) -> None:
    since = machine.evidence_wanted_since(line)
    if since is None or device.udid is None:
        return
    # An answer that did not come in time may have been lost: the Mac is asked again.
    since = max(since, world.clock.now() - world.policy.answer_timeout)
    asked = tx.commands.under_way(device.id, CommandKind.SECURITY_INFO)
    if not any(one.created_at >= since for one in asked):
        ask(world, tx, device, CommandKind.SECURITY_INFO)


def ask(world: World, tx: Transaction, device: Device, kind: CommandKind) -> None:
    """Make a command that asks the Mac for something; background work sends it."""
    command = PendingCommand(
        uuid=world.new_uuid(),
        kind=kind,
        device_id=device.id,
        deposit_id=None,
        state=CommandState.NEW,
        created_at=world.clock.now(),
    )
    tx.commands.add(command)


def ask_once(world: World, tx: Transaction, device: Device, kind: CommandKind) -> None:
    """As `ask`, unless the Mac was asked and may still answer; one that did not in time may have lost the question."""
    since = world.clock.now() - world.policy.answer_timeout
    if not any(one.created_at > since for one in tx.commands.under_way(device.id, kind)):
        ask(world, tx, device, kind)


def ask_again(world: World, tx: Transaction, device: Device, kind: CommandKind) -> None:
    """As `ask`, at most once in a while, whatever became of it."""
    newest = tx.commands.newest(device.id, kind)
    if newest is None or newest.created_at <= world.clock.now() - ASK_AGAIN_AFTER:
        ask(world, tx, device, kind)
