"""Get recovery key: opens an escrowed key for somebody who may see it, and leaves a trace of each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sleutelkast.domain.access import Actor, Permission, may_open_version
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Session
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.versions import Version, may_be_newer, present
from sleutelkast.usecases import escrow
from sleutelkast.usecases.errors import NoKey, NotFound, Refusal, SignInAgain, Unavailable
from sleutelkast.usecases.ports import CannotOpen
from sleutelkast.usecases.repository import Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.store_key import typed_key
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Listed:
    """A version as it may be shown in a list: without its key."""

    version: Version
    is_present: bool
    may_be_newer: bool = False
    """A reported key that came after the present, proven one: either may open the Mac."""


@dataclass(frozen=True, slots=True)
class Revealed:
    key: RecoveryKey
    listed: Listed
    visible_until: datetime


def versions(world: World, actor: Actor, device_id: str) -> Sequence[Listed]:
    """The versions that `actor` may open, newest first; typed keys that the Mac has not confirmed among them."""
    with world.store.read() as tx:
        device = permitted(actor, Permission.REVEAL, tx.devices.get(device_id))
        return _listed(tx, actor, device)


def _listed(tx: Transaction, actor: Actor, device: Device) -> list[Listed]:
    every = [*tx.versions.of(device.id), *tx.deposits.unconfirmed_keys(device.id)]
    own = [one for one in every if may_open_version(actor, one.escrowed_for)]
    newest, rival = present(own), may_be_newer(own)
    own.sort(key=lambda one: (one == newest, one == rival, one.as_of), reverse=True)
    return [Listed(one, one == newest, one == rival) for one in own]


def reveal_key(world: World, actor: Actor, session: Session, device_id: str, version_id: str | None = None) -> Revealed:
    """The present key of a device, or one version of it; the audit entry is committed before the key is given."""
    now = world.clock.now()
    with world.store.write() as tx:
        try:
            revealed = _reveal(world, tx, actor, session, device_id, version_id)
        except Refusal as refusal:
            denied = refusal
            # Ids that are nobody's are left out: somebody may have put a key in their place.
            known = device_id if tx.devices.get(device_id) is not None else None
            tx.audit.append(AuditEntry(now, actor.id, Action.REVEAL, Outcome.DENIED, known, reason=refusal.code))
        else:
            subject = revealed.listed.version.id
            tx.audit.append(AuditEntry(now, actor.id, Action.REVEAL, Outcome.DONE, device_id, subject))
            return revealed
    raise denied


def _reveal(
    world: World, tx: Transaction, actor: Actor, session: Session, device_id: str, version_id: str | None
) -> Revealed:
    device = permitted(actor, Permission.REVEAL, tx.devices.get(device_id))
    listed = _chosen(_listed(tx, actor, device), version_id)
    now = world.clock.now()
    if not world.policy.sessions.is_fresh(session, now):
        raise SignInAgain
    try:
        key = _open(world, tx, listed.version)
    except CannotOpen:
        raise Unavailable from None
    return Revealed(key, listed, now + world.policy.reveal_visible)


def _chosen(listed: Sequence[Listed], version_id: str | None) -> Listed:
    if version_id is None:
        present_one = next((one for one in listed if one.is_present), None)
        if present_one is None:
            raise NoKey
        return present_one
    named = next((one for one in listed if one.version.id == version_id), None)
    if named is None:
        raise NotFound
    return named


def _open(world: World, tx: Transaction, version: Version) -> RecoveryKey:
    if version.confirmed:
        return escrow.open_version(world, tx, version)
    typed = typed_key(world, tx, version.device_id, version.id)
    if typed is None:
        raise NotFound
    return typed
