"""Carries the line of deposits of one Mac from one committed state to the next, with all that follows from it.

Whatever happens to a deposit goes through `move`, inside the caller's transaction and under the Mac's lock: the
changed deposits are saved, the next command is made (its UUID is committed before anything is sent), SecurityInfo is
asked where the machine wants evidence, and the owner's notices are brought up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import CommandState, Deposit, Kind, Line, State
from sleutelkast.domain.device import Device
from sleutelkast.domain.mail import OUTCOMES, MailKind
from sleutelkast.domain.versions import present, proven
from sleutelkast.usecases.mail import withdraw_mail, write_mail
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.repository import CommandKind, NoticeCode, PendingCommand, Transaction
from sleutelkast.usecases.upkeep import look_after
from sleutelkast.usecases.world import World

ASK_AGAIN_AFTER = timedelta(hours=1)
"""A Mac of which nobody knows which one it is, is asked so often."""

_KEY_REPLACED = frozenset({State.STORED, State.SUPERSEDED})
_OF_FAILURES = {Kind.DEPOSIT: NoticeCode.DEVICE_NOT_UPDATED, Kind.ROTATION: NoticeCode.ROTATION_FAILED}


def move(world: World, tx: Transaction, device: Device, happened: Callable[[Line], Line]) -> Line:
    """Apply what happened to the line of a locked device and save all that follows; the line as it is then."""
    before = tx.deposits.line(device.id)
    return carry_on(world, tx, device, before, happened(before))


def carry_on(world: World, tx: Transaction, device: Device, before: Line, after: Line) -> Line:
    """As `move`, for a line that was read already; `before` is how it is kept."""
    after = _send_next(world, device, _without_replaced_keys(world, tx, device, after))
    _save_changes(tx, device, before, after)
    _tell_owner(world, tx, device, before, after)
    _ask_for_evidence(world, tx, device, after)
    _look_after_the_key(world, tx, device, before, after)
    return after


def _without_replaced_keys(world: World, tx: Transaction, device: Device, line: Line) -> Line:
    """A rotation that is not sent yet sends no key that the Mac has replaced meanwhile."""
    if not any(one.kind is Kind.ROTATION and _may_be_sent(one) for one in line):
        return line
    newest = proven(tx.versions.of(device.id))
    return line if newest is None else machine.replaced_meanwhile(line, newest.id, world.clock.now())


def _may_be_sent(deposit: Deposit) -> bool:
    return deposit.under_way or deposit.at_the_server or deposit.state is State.UNANSWERED


def _look_after_the_key(world: World, tx: Transaction, device: Device, before: Line, after: Line) -> None:
    """An outcome may make the kept key stale or true again; and policy waits while anything is under way."""
    states = {one.id: one.state for one in before}
    is_settled = any(states.get(one.id) is not one.state and not one.under_way for one in after)
    if is_settled or (device.rotate_at is not None and any(one.under_way for one in after)):
        look_after(world, tx, device.id)


def _save_changes(tx: Transaction, device: Device, before: Line, after: Line) -> None:
    kept = {one.id: one for one in before}
    for deposit in machine.changed(before, after):
        if replace(kept[deposit.id], commands=deposit.commands) != deposit:
            tx.deposits.save(deposit)
        _save_commands(tx, device, after, kept[deposit.id], deposit)


def _save_commands(tx: Transaction, device: Device, line: Line, before: Deposit, after: Deposit) -> None:
    kept = {one.uuid: one for one in before.commands}
    for command in after.commands:
        if command.uuid not in kept:
            kind, state = CommandKind.ROTATION, command.state
            pending = PendingCommand(command.uuid, kind, device.id, after.id, state, command.created_at)
            tx.commands.add(pending, not_before=machine.may_be_sent_from(line, command))
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
    if any(one.state in _KEY_REPLACED for one in changed):
        _withdraw_outcomes(world, tx, device)
        _mail_to_who_stored(world, tx, device, changed)
    if any(one.state is State.STORED for one in changed):
        return
    # A deposit that failed once was told of already, whatever kind of failure it turns into.
    failed = [one for one in changed if one.state in machine.FAILED and states.get(one.id) not in machine.FAILED]
    for deposit in failed:
        _notify_of_failure(world, tx, device, after, deposit)


def _withdraw_outcomes(world: World, tx: Transaction, device: Device) -> None:
    """The newest outcome stands for those before it."""
    for code in (*_OF_FAILURES.values(), NoticeCode.OTHERS_ROTATION_FAILED):
        tx.notices.withdraw(device.id, code)
    withdraw_mail(world, tx, device.id, OUTCOMES)


def _mail_to_who_stored(world: World, tx: Transaction, device: Device, changed: Sequence[Deposit]) -> None:
    """Whoever has left learns that they may throw their key away; of what policy or support rotated, nobody does."""
    if world.mailer is None or device.owner_id is None:
        return
    replaced = [one for one in changed if one.state in _KEY_REPLACED]
    if device.owner_id in {tx.deposits.person_id(one.id) for one in replaced}:
        kept = present([one for one in tx.versions.of(device.id) if one.bound.owner_id == device.owner_id])
        # Overtaken by the deposit of a former owner, theirs came to nothing.
        kind = MailKind.DEVICE_NOT_UPDATED if kept is None else MailKind.KEY_UPDATED
        write_mail(world, tx, kind, device.owner_id, device.id)
        withdraw_mail(world, tx, device.id, {MailKind.STORE_ASKED})


def _notify_of_failure(world: World, tx: Transaction, device: Device, line: Line, deposit: Deposit) -> None:
    asked_by = tx.deposits.person_id(deposit.id)
    # The kept key is its owner's, whoever asked. What policy asks for it tries again, and they are told once.
    is_repeated = asked_by is None and _was_tried_before(line, deposit)
    person_id = device.owner_id if deposit.kind is Kind.ROTATION else asked_by
    if person_id is not None and not is_repeated:
        _withdraw_outcomes(world, tx, device)
        notify(world, tx, person_id, _OF_FAILURES[deposit.kind], device.id)
    if deposit.kind is Kind.ROTATION and asked_by is not None and asked_by != device.owner_id:
        # Who had the key of somebody else replaced is to know that it was not.
        tx.notices.withdraw(device.id, NoticeCode.OTHERS_ROTATION_FAILED)
        notify(world, tx, asked_by, NoticeCode.OTHERS_ROTATION_FAILED, device.id)


def _was_tried_before(line: Line, rotation: Deposit) -> bool:
    same = (one for one in line if one.version_id == rotation.version_id and one.id != rotation.id)
    return any(one.state in machine.FAILED for one in same)


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
