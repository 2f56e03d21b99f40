"""Asks every Mac now and then, though nobody waits for it: SecurityInfo finds keys that nobody asked about.

Spread over time by chance, so many at a time at most, and never one more question to a Mac that is away.
"""

from __future__ import annotations

from dataclasses import replace

from sleutelkast.domain.device import Device
from sleutelkast.usecases.freshness import while_fresh
from sleutelkast.usecases.line import ask
from sleutelkast.usecases.repository import CommandKind, Transaction
from sleutelkast.usecases.world import World

_QUESTIONS = (CommandKind.SECURITY_INFO, CommandKind.DEVICE_INFORMATION)
_LEAST, _SPREAD = 0.75, 0.5
"""From one inquiry to the next: three to five quarters of the interval, so that Macs do not come to march in step."""


def inquire(world: World, limit: int) -> int:
    """Ask the Macs whose time has come, or set it for those that are new; how many there were."""
    with world.store.read() as tx:
        due = tx.devices.to_inquire(world.clock.now(), limit)
    asked = 0
    for device_id in while_fresh(world, due):
        with world.store.write() as tx:
            to_wake = _inquire(world, tx, device_id)
        if to_wake is not None:
            world.mdm.push(to_wake)
        asked += 1
    return asked


def _inquire(world: World, tx: Transaction, device_id: str) -> str | None:
    """Ask one Mac; its enrolment id where it only has to be woken, since it was asked before."""
    device, now = tx.devices.lock(device_id), world.clock.now()
    if device is None or (device.next_inquiry_at is not None and device.next_inquiry_at > now):
        return None
    is_new = device.next_inquiry_at is None
    # A whole fleet may be new at once.
    share = world.chance() if is_new else _LEAST + _SPREAD * world.chance()
    tx.devices.save(replace(device, next_inquiry_at=now + share * world.policy.inquiry_interval))
    return None if is_new or _ask(world, tx, device) else device.udid


def _ask(world: World, tx: Transaction, device: Device) -> bool:
    """Whether there was anything that the Mac is not asked already."""
    to_ask = [kind for kind in _QUESTIONS if not _waits_for_it(world, tx, device, kind)]
    for kind in to_ask:
        ask(world, tx, device, kind)
    return bool(to_ask)


def _waits_for_it(world: World, tx: Transaction, device: Device, kind: CommandKind) -> bool:
    """Whether a question is in the Mac's queue. One that it came by since without an answer may have got lost."""
    asked = tx.commands.under_way(device.id, kind)
    if not asked:
        return False
    newest = asked[-1].created_at
    is_fresh = newest > world.clock.now() - world.policy.answer_timeout
    return is_fresh or device.last_check_in is None or device.last_check_in <= newest
