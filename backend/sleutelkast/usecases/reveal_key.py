"""Get recovery key: opens an escrowed key for somebody who may see it, and leaves a trace of each time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sleutelkast.domain.access import OWNER, Actor, Ownership, Permission, may_open_version
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Session
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.versions import Version, each_once, may_be_newer, present
from sleutelkast.usecases import escrow
from sleutelkast.usecases.errors import (
    ApprovalRequired,
    CredentialReset,
    NoKey,
    NotFound,
    Refusal,
    SignInAgain,
    Unavailable,
)
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.ports import CannotOpen
from sleutelkast.usecases.repository import NoticeCode, Transaction
from sleutelkast.usecases.request_reveal import given_reason, is_approved
from sleutelkast.usecases.rights import permitted_as
from sleutelkast.usecases.store_key import typed_key
from sleutelkast.usecases.upkeep import look_after, note_reveal
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Listed:
    """A version as it may be shown in a list: without its key."""

    version: Version
    is_present: bool
    may_be_newer: bool = False
    """A reported key that came after the present, proven one: either may open the Mac."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to see: the present key or one version, and for what reason."""

    device_id: str
    version_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    key: RecoveryKey
    listed: Listed
    visible_until: datetime


def versions(world: World, actor: Actor, device_id: str) -> Sequence[Listed]:
    """The versions that `actor` may open, newest first; typed keys that the Mac has not confirmed among them."""
    with world.store.read() as tx:
        device, capacity = permitted_as(actor, Permission.REVEAL, tx.devices.get(device_id))
        return _listed(tx, actor, device, capacity)


def _listed(tx: Transaction, actor: Actor, device: Device, capacity: str) -> list[Listed]:
    # What was typed and never confirmed is no key of the Mac's yet: it stays with who typed it.
    unconfirmed = tx.deposits.unconfirmed_keys(device.id) if capacity == OWNER else ()
    every = [*each_once(tx.versions.of(device.id)), *unconfirmed]
    openable = [one for one in every if may_open_version(actor, device.subject, one.bound)]
    newest, rival = present(openable), may_be_newer(openable)
    openable.sort(key=lambda one: (one == newest, one == rival, one.as_of), reverse=True)
    return [Listed(one, one == newest, one == rival) for one in openable]


def reveal_key(
    world: World,
    actor: Actor,
    session: Session,
    device_id: str,
    version_id: str | None = None,
    reason: str | None = None,
) -> Revealed:
    """The present key of a device, or one version of it; the audit entry is committed before the key is given."""
    now, wanted = world.clock.now(), Wanted(device_id, version_id, reason)
    with world.store.write() as tx:
        try:
            device, revealed = _reveal(world, tx, actor, session, wanted)
        except Refusal as refusal:
            denied = refusal.written_down()
            # Ids that are nobody's are left out: somebody may have put a key in their place.
            known = wanted.device_id if tx.devices.get(wanted.device_id) is not None else None
            tx.audit.append(AuditEntry(now, actor.id, Action.REVEAL, Outcome.DENIED, known, reason=refusal.code))
        else:
            if revealed.listed.is_present:
                note_reveal(tx, device.id, now)
                look_after(world, tx, device.id)
            subject = revealed.listed.version.id
            tx.audit.append(AuditEntry(now, actor.id, Action.REVEAL, Outcome.DONE, device.id, subject, wanted.reason))
            if device.owner_id is not None and device.owner_id != actor.id:
                notify(world, tx, device.owner_id, NoticeCode.KEY_REVEALED, device.id, actor.id)
            return revealed
    raise denied


def _reveal(world: World, tx: Transaction, actor: Actor, session: Session, wanted: Wanted) -> tuple[Device, Revealed]:
    device, capacity = permitted_as(actor, Permission.REVEAL, tx.devices.lock(wanted.device_id))
    if capacity != OWNER:
        given_reason(wanted.reason)
    listed = _chosen(_listed(tx, actor, device, capacity), wanted.version_id)
    if capacity == OWNER:
        _require_an_account_of_their_own(world, tx, actor, {device.ownership, listed.version.bound.ownership})
    now = world.clock.now()
    if not world.policy.sessions.is_fresh(session, now):
        raise SignInAgain
    if capacity != OWNER and world.policy.approval.required and not is_approved(world, tx, actor, device):
        raise ApprovalRequired
    try:
        key = _open(world, tx, listed.version)
    except CannotOpen:
        raise Unavailable from None
    return device, Revealed(key, listed, now + world.policy.reveal_visible)


def _require_an_account_of_their_own(
    world: World, tx: Transaction, actor: Actor, ownerships: Collection[Ownership]
) -> None:
    """Who resets somebody's sign-in could sign in as them: for a while that shows no key of a personal Mac.

    `ownerships` are that of the Mac today and that under which its key was escrowed: who could turn the Mac corporate
    in between gains nothing by it.
    """
    person = tx.people.get(actor.id)
    if person is None or person.reset_at is None or Ownership.PERSONAL not in ownerships:
        return
    until = person.reset_at + world.policy.reset_wait
    if world.clock.now() < until:
        raise CredentialReset(until)


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
