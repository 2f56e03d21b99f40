"""Check status: the Mac is asked to check in, and the answer is its next word, with what it tells of itself.

It talks before it answers what it is asked, so a check is over when it has told that too: who looks then reads news.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sleutelkast.domain.access import Actor, Permission
from sleutelkast.domain.deposit import AT_THE_SERVER
from sleutelkast.domain.device import Device
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.freshness import while_fresh
from sleutelkast.usecases.line import ask_once
from sleutelkast.usecases.repository import AnswerState, Check, CheckState, CommandKind, Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.world import World

_CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the MDM server's clock may be behind the portal's."""
_ANSWERS_TAKE = timedelta(seconds=15)
"""In which a Mac that talks answers what it is asked, generously; one that puts a question off has answered as well."""
_QUESTIONS = (CommandKind.DEVICE_INFORMATION, CommandKind.SECURITY_INFO)


def check_status(world: World, actor: Actor, device_id: str) -> Check:
    """Ask the Mac to check in; asked twice, it is the same check."""
    with world.store.write() as tx:
        device = permitted(actor, Permission.CHECK, tx.devices.lock(device_id))
        latest = tx.checks.latest(device.id)
        if latest is not None and latest.state is CheckState.ASKED:
            return latest
        check = Check(world.new_id(), device.id, CheckState.ASKED, world.clock.now())
        tx.checks.add(check)
        if device.udid is not None:
            for kind in _QUESTIONS:
                ask_once(world, tx, device, kind)
    world.wake_worker()
    return check


def push_for_checks(world: World, limit: int = 50) -> int:
    """Wake the Macs that somebody checks: commands that were queued before are not pushed again by themselves."""
    with world.store.read() as tx:
        due = [(check, tx.devices.get(check.device_id)) for check in tx.checks.not_pushed(limit)]
    pushed = 0
    for check, device in while_fresh(world, due):
        if device is not None and device.udid is not None:
            world.mdm.push(device.udid)
        _note_push(world, check)
        pushed += 1
    return pushed


def _note_push(world: World, check: Check) -> None:
    with world.store.write() as tx:
        tx.checks.note_push(check.id, world.clock.now())


def latest_check(world: World, actor: Actor, device_id: str) -> Check:
    with world.store.read() as tx:
        device = permitted(actor, Permission.SEE, tx.devices.get(device_id))
        check = tx.checks.latest(device.id)
    if check is None:
        raise NotFound
    return check


def hear(world: World, tx: Transaction, device: Device, said_at: datetime) -> None:
    """The Mac talked to the organization: that answers the check, unless it is old news that comes late."""
    check = _not_answered(tx, device.id)
    if check is None or said_at < check.created_at - _CLOCKS_DIFFER:
        return
    if check.heard_at is None:
        tx.checks.note_heard(check.id, world.clock.now())
    _end_once_told(world, tx, check)


def end_check(world: World, tx: Transaction, device_id: str) -> None:
    """End the check of a Mac that talked and has answered what it was asked; nobody waits for one that is too late."""
    check = _not_answered(tx, device_id)
    if check is not None and check.heard_at is not None:
        _end_once_told(world, tx, check)


def _not_answered(tx: Transaction, device_id: str) -> Check | None:
    check = tx.checks.latest(device_id)
    return None if check is None or check.state is CheckState.ANSWERED else check


def _end_once_told(world: World, tx: Transaction, check: Check) -> None:
    if check.state is CheckState.UNANSWERED or not _is_to_tell_more(tx, check.device_id):
        tx.checks.settle(check.id, CheckState.ANSWERED, world.clock.now())


def _is_to_tell_more(tx: Transaction, device_id: str) -> bool:
    # Of the newest question alone: an older one may have got lost, and nobody waits for it any more.
    newest = (tx.commands.newest(device_id, kind) for kind in _QUESTIONS)
    is_asked = any(one is not None and one.state in AT_THE_SERVER for one in newest)
    return is_asked or any(one.state is AnswerState.IN_HAND for one in tx.answers.of(device_id))


def time_out_checks(world: World) -> int:
    """End the checks that a Mac did not answer in time, or not in full; how many there were."""
    now = world.clock.now()
    with world.store.write() as tx:
        return tx.checks.time_out(asked_before=now - world.policy.check_wait, heard_before=now - _ANSWERS_TAKE, now=now)
