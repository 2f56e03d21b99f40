"""Rotate recovery key: the Mac replaces the kept key, which stands for a typed one; the same flow as a deposit.

A person asks for it, or the organization's policy: some time after a key was shown, and when it is so old.
"""

from __future__ import annotations

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.access import Actor, Permission
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.deposit import Deposit, Kind, Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.versions import Version, present, to_rotate
from sleutelkast.usecases.errors import AlreadyUsed, NoKeyToRotate
from sleutelkast.usecases.line import carry_on
from sleutelkast.usecases.repository import Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.store_key import Saved, just_behind
from sleutelkast.usecases.upkeep import look_after
from sleutelkast.usecases.world import World


def rotate_key(world: World, actor: Actor, device_id: str, idempotency_key: str | None = None) -> Saved:
    """Have the Mac replace its key; raise `NoKeyToRotate` where none is kept. Asked twice, it is the same rotation."""
    with world.store.write() as tx:
        device = permitted(actor, Permission.ROTATE, tx.devices.lock(device_id))
        line = tx.deposits.line(device.id)
        known = _known(tx, device, line, actor, idempotency_key)
        if known is not None:
            return Saved(known, device, is_new=False)
        kept = to_rotate(tx.versions.of(device.id), device.owner_id)
        if kept is None:
            raise NoKeyToRotate
        rotation = _add(world, tx, device, line, kept, actor.id, idempotency_key)
    world.wake_worker()
    return Saved(rotation, device, is_new=True)


def _known(tx: Transaction, device: Device, line: Line, actor: Actor, idempotency_key: str | None) -> Deposit | None:
    if idempotency_key is not None:
        repeated = tx.deposits.by_idempotency_key(device.id, actor.id, idempotency_key)
        if repeated is not None and repeated.kind is not Kind.ROTATION:
            raise AlreadyUsed
        if repeated is not None:
            return repeated
    return next((one for one in line if one.under_way and one.kind is Kind.ROTATION), None)


def _add(
    world: World,
    tx: Transaction,
    device: Device,
    line: Line,
    kept: Version,
    person_id: str | None,
    idempotency_key: str | None = None,
    reason: str | None = None,
) -> Deposit:
    deposit_id, now = world.new_id(), just_behind(line, world.clock.now())
    joined = machine.save(line, deposit_id, Kind.ROTATION, now, kept.id)
    # The new key belongs to whom the old one belongs, whatever the Mac becomes meanwhile.
    tx.deposits.add(joined[-1], device.id, person_id, kept.bound, None, idempotency_key)
    tx.audit.append(AuditEntry(now, person_id, Action.ROTATION, Outcome.DONE, device.id, deposit_id, reason))
    return carry_on(world, tx, device, joined, joined)[-1]


def rotate_as_policy_has_it(world: World, limit: int) -> int:
    """Start the rotations that policy has come due; how many Macs were looked at."""
    with world.store.read() as tx:
        due = tx.devices.to_rotate(world.clock.now(), limit)
    for device_id in due:
        with world.store.write() as tx:
            _rotate_if_due(world, tx, device_id)
    return len(due)


def _rotate_if_due(world: World, tx: Transaction, device_id: str) -> None:
    """Looked at afresh under the lock: somebody may have been quicker, and what made it safe may be so no more."""
    device, due = tx.devices.lock(device_id), look_after(world, tx, device_id)
    kept = present(tx.versions.of(device_id))
    if device is not None and kept is not None and due is not None and due <= world.clock.now():
        _add(world, tx, device, tx.deposits.line(device.id), kept, None, reason="policy")
