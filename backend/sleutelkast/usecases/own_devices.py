"""The devices of a person, as their owner sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sleutelkast.domain.access import Actor, Allowed, Permission, decide, may_open_version
from sleutelkast.domain.compliance import Access
from sleutelkast.domain.deposit import Deposit, State
from sleutelkast.domain.device import NAME_LENGTH, Device, Stale, checked_in_since
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import holds_a_key
from sleutelkast.domain.versions import Version, present, to_rotate
from sleutelkast.usecases.check_access import device_access
from sleutelkast.usecases.errors import KeyOutOfPlace, NotFound
from sleutelkast.usecases.mail import outcomes_seen
from sleutelkast.usecases.repository import ABOUT_OWN_DEVICES, OF_OUTCOMES, Notice, NoticeCode, Overview, Transaction
from sleutelkast.usecases.rights import permitted
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """A device as one person sees it."""

    device: Device
    deposit: Deposit | None
    escrowed: Version | None
    stale: Stale | None
    """Why `escrowed` may not open the disk any more."""
    access: Access
    actions: tuple[Permission, ...]
    owner: Person | None


def own_devices(world: World, actor: Actor, after: str | None, limit: int) -> Sequence[Seen]:
    """The person's own devices behind the id `after`, at most `limit`."""
    with world.store.read() as tx:
        every = [seen_by(world, tx, actor, one) for one in tx.devices.overviews_of(actor.id, after, limit)]
    outcomes_seen(world, actor, map(_outcome, every))
    return every


def see_device(world: World, actor: Actor, device_id: str) -> Seen:
    with world.store.read() as tx:
        # First of all: how long it takes to look at the rest must not tell a stranger that there is such a device.
        permitted(actor, Permission.SEE, tx.devices.get(device_id))
        overview = tx.devices.overview(device_id)
        if overview is None:
            raise NotFound
        seen = seen_by(world, tx, actor, overview)
    outcomes_seen(world, actor, [_outcome(seen)])
    return seen


def _outcome(seen: Seen) -> tuple[Device, datetime | None]:
    """The device, and when the deposit that is shown with it ended, if it has."""
    return seen.device, seen.deposit.settled_at if seen.deposit is not None else None


def seen_by(world: World, tx: Transaction, actor: Actor, overview: Overview) -> Seen:
    """A device as `actor` sees it, who may."""
    device = overview.device
    owner = tx.people.get(device.owner_id) if device.owner_id is not None else None
    escrowed = _of_its_owner(device, overview.versions)
    return Seen(
        device=device,
        deposit=overview.latest,
        escrowed=escrowed,
        stale=device.stale if escrowed is not None else None,
        access=device_access(world, device, overview.latest, overview.versions),
        actions=_actions(actor, overview),
        owner=owner,
    )


def _of_its_owner(device: Device, versions: Sequence[Version]) -> Version | None:
    """What its owner has: whoever looks, a key that is bound to somebody before them is no help to them."""
    return present([one for one in versions if one.bound.owner_id == device.owner_id])


def _actions(actor: Actor, overview: Overview) -> tuple[Permission, ...]:
    device, subject = overview.device, overview.device.subject
    allowed = [one for one in Permission if isinstance(decide(actor, one, subject), Allowed)]
    openable = [one for one in overview.versions if may_open_version(actor, subject, one.bound)]
    without_key = {
        Permission.REVEAL: present(openable) is None,
        Permission.ROTATE: to_rotate(overview.versions, device.owner_id) is None,
    }
    return tuple(one for one in allowed if one is not Permission.SEE and not without_key.get(one, False))


def rename_device(world: World, actor: Actor, device_id: str, name: str) -> Seen:
    """Give a device a name of the owner's; an empty one brings its own name back. A recovery key is no name."""
    if holds_a_key(name):
        raise KeyOutOfPlace
    with world.store.write() as tx:
        device = permitted(actor, Permission.RENAME, tx.devices.lock(device_id))
        given = " ".join(name.split())[:NAME_LENGTH]
        tx.devices.save(replace(device, given_name=given or None))
    return see_device(world, actor, device_id)


@dataclass(frozen=True, slots=True)
class SeenDeposit:
    deposit: Deposit
    device: Device
    key_kept: bool
    """Whether the owner has a key here."""


def see_deposit(world: World, actor: Actor, device_id: str, deposit_id: str | None) -> SeenDeposit:
    """One deposit of a device, or its latest."""
    with world.store.read() as tx:
        device = permitted(actor, Permission.SEE, tx.devices.get(device_id))
        named = [one for one in tx.deposits.line(device.id) if deposit_id is None or one.id == deposit_id]
        if not named:
            raise NotFound
        seen = SeenDeposit(named[-1], device, _of_its_owner(device, tx.versions.of(device.id)) is not None)
    outcomes_seen(world, actor, [(device, seen.deposit.settled_at)])
    return seen


def waits_for_the_mac(deposit: Deposit, device: Device) -> bool:
    """Whether nothing moves until the Mac talks to the organization."""
    if deposit.state is State.RECEIVED:
        # It has no command of its own yet: an earlier one is still to be answered.
        return not deposit.commands and not device.quarantined
    if deposit.state is not State.SENT:
        return False
    return deposit.is_postponed or not checked_in_since(deposit.sent_at or deposit.created_at, device)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with the device that it is about, and the name of who did what it tells of."""

    notice: Notice
    device: Device | None
    by: str | None


def notices(world: World, actor: Actor) -> Sequence[Told]:
    """What the person has not dismissed yet, oldest first."""
    with world.store.read() as tx:
        every = [
            told
            for told in (_told(tx, one) for one in tx.notices.of(actor.id))
            if _is_theirs(told, actor) and not _is_over(world, told)
        ]
    of_outcomes = (one for one in every if one.notice.code in OF_OUTCOMES)
    outcomes_seen(world, actor, ((one.device, one.notice.created_at) for one in of_outcomes))
    return every


def _told(tx: Transaction, notice: Notice) -> Told:
    device = tx.devices.get(notice.device_id) if notice.device_id is not None else None
    doer = tx.people.get(notice.actor_id) if notice.actor_id is not None else None
    return Told(notice, device, doer.name if doer is not None else None)


def _is_theirs(told: Told, actor: Actor) -> bool:
    if told.notice.code not in ABOUT_OWN_DEVICES:
        return True
    return told.device is not None and told.device.owner_id == actor.id


def _is_over(world: World, told: Told) -> bool:
    """Whether there is nothing left to decide, since nobody did in time."""
    waited = world.clock.now() - told.notice.created_at
    return told.notice.code is NoticeCode.REVEAL_REQUESTED and waited >= world.policy.approval.wait


def dismiss_notice(world: World, actor: Actor, notice_id: str) -> None:
    with world.store.write() as tx:
        if not tx.notices.dismiss(notice_id, actor.id):
            raise NotFound
