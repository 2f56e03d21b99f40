"""Store recovery key: what a person typed is a deposit, sealed and committed before "working on it" is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.access import Actor, Escrowing, Permission
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.deposit import Deposit, Kind, Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.recovery_key import Malformed, RecoveryKey, holds_a_key, normalize, parse
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.errors import AlreadyUsed, KeyMalformed, KeyOutOfPlace, KeysDiffer
from sleutelkast.usecases.line import carry_on
from sleutelkast.usecases.ports import Binding, CannotOpen, Purpose
from sleutelkast.usecases.repository import Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Saved:
    deposit: Deposit
    device: Device
    is_new: bool
    """False where the same key is on its way already: the same Save again is the same deposit."""


def typed_key_binding(device_id: str, deposit_id: str) -> Binding:
    return Binding(Purpose.TYPED_KEY, device_id, deposit_id)


def store_key(
    world: World,
    actor: Actor,
    device_id: str,
    typed: str,
    confirmation: str,
    idempotency_key: str | None = None,
) -> Saved:
    """Take in a typed key; raise `KeyMalformed` before `KeysDiffer`, and change nothing then.

    The idempotency key is kept as it is: one that is a recovery key itself is refused with `KeyOutOfPlace`.
    """
    if idempotency_key is not None and holds_a_key(idempotency_key):
        raise KeyOutOfPlace
    key = _agreed(typed, confirmation)
    with world.store.write() as tx:
        device = permitted(actor, Permission.DEPOSIT, tx.devices.lock(device_id))
        line = tx.deposits.line(device.id)
        known = _known(world, tx, device, line, actor, key, idempotency_key)
        if known is not None:
            return Saved(known, device, is_new=False)
        deposit = _add(world, tx, device, line, actor, key, idempotency_key)
    world.wake_worker()
    return Saved(deposit, device, is_new=True)


def _agreed(typed: str, confirmation: str) -> RecoveryKey:
    try:
        key = parse(typed)
    except Malformed as malformed:
        raise KeyMalformed(malformed.length, malformed.expected, malformed.character) from None
    if not _same(key, confirmation):
        raise KeysDiffer
    return key


def _same(key: RecoveryKey, confirmation: str) -> bool:
    try:
        return key == parse(normalize(confirmation))
    except Malformed:
        return False


def _known(
    world: World,
    tx: Transaction,
    device: Device,
    line: Line,
    actor: Actor,
    key: RecoveryKey,
    idempotency_key: str | None,
) -> Deposit | None:
    if idempotency_key is not None:
        repeated = tx.deposits.by_idempotency_key(device.id, actor.id, idempotency_key)
        if repeated is not None:
            return _repeated(world, tx, device, repeated, key)
    on_their_way = (one for one in line if one.under_way and one.kind is Kind.DEPOSIT)
    own = (one for one in on_their_way if tx.deposits.escrowing(one.id).owner_id == actor.id)
    return next((one for one in own if typed_key(world, tx, device.id, one.id) == key), None)


def _repeated(world: World, tx: Transaction, device: Device, deposit: Deposit, key: RecoveryKey) -> Deposit:
    """The deposit that an Idempotency-Key stands for; with another recovery key that would drop this one unsaid."""
    typed = typed_key(world, tx, device.id, deposit.id)
    if deposit.kind is not Kind.DEPOSIT or (typed is not None and typed != key):
        raise AlreadyUsed
    return deposit


def typed_key(world: World, tx: Transaction, device_id: str, deposit_id: str) -> RecoveryKey | None:
    """The key that was typed for a deposit, None where it is kept no longer."""
    envelope = tx.deposits.typed_key(deposit_id)
    if envelope is None:
        return None
    try:
        secret = world.sealer.open(envelope, typed_key_binding(device_id, deposit_id))
    except CannotOpen:
        return None
    return parse(secret.reveal().decode("ascii"))


def just_behind(line: Line, now: datetime) -> datetime:
    """The present moment, or just behind the newest deposit where another process's clock is ahead of this one's."""
    return max(now, line[-1].created_at + timedelta(microseconds=1)) if line else now


def _add(
    world: World,
    tx: Transaction,
    device: Device,
    line: Line,
    actor: Actor,
    key: RecoveryKey,
    idempotency_key: str | None,
) -> Deposit:
    deposit_id, now = world.new_id(), just_behind(line, world.clock.now())
    envelope = world.sealer.seal(SecretBytes(key.reveal().encode("ascii")), typed_key_binding(device.id, deposit_id))
    joined = machine.save(line, deposit_id, Kind.DEPOSIT, now)
    escrowing = Escrowing(device.owner_id, device.ownership)
    tx.deposits.add(joined[-1], device.id, actor.id, escrowing, envelope, idempotency_key)
    tx.audit.append(AuditEntry(now, actor.id, Action.DEPOSIT, Outcome.DONE, device.id, deposit_id))
    return carry_on(world, tx, device, joined, joined)[-1]
