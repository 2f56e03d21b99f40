"""Check status: the Mac is asked to check in, and the answer is its next word."""

from __future__ import annotations

from datetime import datetime, timedelta

from sleutelkast.domain.access import Actor, Permission
from sleutelkast.domain.device import Device
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.line import ask_once
from sleutelkast.usecases.repository import Check, CheckState, CommandKind, Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.world import World

_CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the MDM server's clock may be behind the portal's."""


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
            ask_once(world, tx, device, CommandKind.DEVICE_INFORMATION)
            ask_once(world, tx, device, CommandKind.SECURITY_INFO)
    world.wake_worker()
    return check


def push_for_checks(world: World, limit: int = 50) -> int:
    """Wake the Macs that somebody checks: commands that were queued before are not pushed again by themselves."""
    with world.store.read() as tx:
        due = [(check, tx.devices.get(check.device_id)) for check in tx.checks.not_pushed(limit)]
    for check, device in due:
        if device is not None and device.udid is not None:
            world.mdm.push(device.udid)
        _note_push(world, check)
    return len(due)


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


def answer_check(world: World, tx: Transaction, device: Device, heard_at: datetime) -> None:
    """The Mac talked to the organization: that answers the check, unless it is old news that comes late."""
    check = tx.checks.latest(device.id)
    if check is not None and check.state is not CheckState.ANSWERED and heard_at >= check.created_at - _CLOCKS_DIFFER:
        tx.checks.settle(check.id, CheckState.ANSWERED, world.clock.now())


def time_out_checks(world: World) -> int:
    """Checks that a Mac did not answer in time; how many there were."""
    now = world.clock.now()
    with world.store.write() as tx:
        return tx.checks.time_out(asked_before=now - world.policy.check_wait, now=now)
