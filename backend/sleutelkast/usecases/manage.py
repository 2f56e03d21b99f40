"""What an administrator sets up: people, and which Mac belongs to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.access import Escrowing, Ownership, Role
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.deposit import Deposit
from sleutelkast.domain.device import Device
from sleutelkast.domain.password import prepared
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import WorkAccount
from sleutelkast.usecases.enrol_device import known_by, merged
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.line import move
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.passwords import give_password, hash_of, note_reset
from sleutelkast.usecases.repository import Conflict, NoticeCode, Transaction
from sleutelkast.usecases.request_reveal import lapse_requests
from sleutelkast.usecases.sign_in_oidc import provider_of
from sleutelkast.usecases.world import World


class NameTaken(ValueError):  # noqa: N818 - reads as what happened
    """Somebody has this username already."""


def add_person(
    world: World,
    username: str,
    name: str,
    email: str | None,
    roles: frozenset[Role],
    password: SecretBytes | None,
) -> Person:
    """A new person; without a password they sign in with none of the portal's own. One is taken however weak it is."""
    person = Person(world.new_id(), username.strip(), name, email, roles, None, world.clock.now())
    hashed = hash_of(world, prepared(password)) if password is not None else None
    with world.store.write() as tx:
        if tx.people.by_username(person.username) is not None:
            raise NameTaken(person.username)
        tx.people.add(person, hashed)
        names = " ".join(sorted(roles)) or None
        added = AuditEntry(person.created_at, None, Action.PERSON_ADDED, Outcome.DONE, subject=person.id, reason=names)
        tx.audit.append(added)
    return person


def set_password(world: World, username: str, password: SecretBytes) -> None:
    """A new local password, however weak: the demo's, which its testers choose. Every session of the person ends."""
    hashed = hash_of(world, prepared(password))
    with world.store.write() as tx:
        person = _given_password(tx, username, hashed)
        tx.audit.append(AuditEntry(world.clock.now(), None, Action.PASSWORD_SET, Outcome.DONE, subject=person.id))


def reset_password(world: World, username: str, password: SecretBytes) -> None:
    """As `set_password`, by somebody else than the person; `password` is one that was `accepted`."""
    hashed, now = hash_of(world, password), world.clock.now()
    with world.store.write() as tx:
        person = _given_password(tx, username, hashed)
        note_reset(world, tx, person)
        tx.audit.append(AuditEntry(now, None, Action.PASSWORD_RESET, Outcome.DONE, subject=person.id))


def _given_password(tx: Transaction, username: str, hashed: str) -> Person:
    person = _named(tx, username)
    tx.people.lock(person.id)
    give_password(tx, person, hashed)
    return person


class AccountTaken(ValueError):  # noqa: N818 - reads as what happened
    """Somebody else has this work account."""


def connect_account(world: World, username: str, provider_id: str, subject: str) -> Person:
    """Have the account that a provider knows as `subject` sign in as this person from now on.

    Who connects an account could be the one who uses it: as with another password, the person is told, and for the
    policy's time sees no key of a personal Mac.
    """
    provider, now = provider_of(world, provider_id), world.clock.now()
    with world.store.write() as tx:
        person = _named(tx, username)
        known = tx.work_accounts.by_subject(provider.door.issuer, subject)
        if known is not None and known.person_id == person.id:
            return person
        if known is not None:
            raise AccountTaken(subject)
        tx.people.lock(person.id)
        tx.work_accounts.add(WorkAccount(world.new_id(), person.id, provider.door.issuer, subject, now))
        tx.people.note_reset(person.id, now)
        notify(world, tx, person.id, NoticeCode.CREDENTIAL_RESET, None)
        reason = f"{provider.id}: {subject}"
        entry = AuditEntry(now, None, Action.ACCOUNT_CONNECTED, Outcome.DONE, subject=person.id, reason=reason)
        tx.audit.append(entry)
    return person


def set_roles(world: World, username: str, roles: frozenset[Role]) -> None:
    """These roles and no others, from the person's next request on, in sessions that are open as well."""
    with world.store.write() as tx:
        person = _named(tx, username)
        tx.people.lock(person.id)
        tx.people.set_roles(person.id, roles)
        names = " ".join(sorted(roles)) or "-"
        entry = AuditEntry(world.clock.now(), None, Action.ROLES_CHANGED, Outcome.DONE, subject=person.id, reason=names)
        tx.audit.append(entry)


def people(world: World) -> Sequence[Person]:
    with world.store.read() as tx:
        return tx.people.all()


def person_named(world: World, username: str) -> Person:
    with world.store.read() as tx:
        return _named(tx, username)


def disable_person(world: World, username: str) -> Person:
    """The person can't sign in any more, and every session ends at once."""
    with world.store.write() as tx:
        person = _named(tx, username)
        disabled = replace(person, disabled_at=person.disabled_at or world.clock.now())
        tx.people.lock(person.id)
        tx.people.disable(person.id, disabled.disabled_at or world.clock.now())
        tx.sessions.end_all(person.id)
        tx.password_links.end(person.id)
        tx.audit.append(AuditEntry(world.clock.now(), None, Action.PERSON_DISABLED, Outcome.DONE, subject=person.id))
    return disabled


def assign_device(world: World, serial: str, username: str, ownership: Ownership) -> Device:
    """Give a Mac to a person; one that has not enrolled yet is expected from now on."""
    try:
        return _assign(world, serial, username, ownership)
    except Conflict:
        # The Mac enrolled at this very moment: now it is known.
        return _assign(world, serial, username, ownership)


def _assign(world: World, serial: str, username: str, ownership: Ownership) -> Device:
    with world.store.write() as tx:
        owner = _named(tx, username)
        known = known_by(tx, serial)
        device = known or Device(id=world.new_id(), created_at=world.clock.now(), serial=serial)
        assigned = _given_to(device, owner, ownership, world.clock.now())
        _tell_former_owner(world, tx, device, assigned)
        if (device.owner_id, device.ownership) != (assigned.owner_id, assigned.ownership):
            lapse_requests(world, tx, device.id)
        if known is None:
            tx.devices.add(assigned)
        else:
            tx.devices.save(assigned)
        if device.owner_id is None:
            # Nobody could open what was escrowed before the Mac had an owner; its first owner may, and no later one.
            tx.versions.bind_unbound(assigned.id, Escrowing(owner.id, ownership))
        now = world.clock.now()
        tx.audit.append(
            AuditEntry(now, None, Action.DEVICE_ASSIGNED, Outcome.DONE, assigned.id, owner.id, ownership.value)
        )
    return assigned


def _given_to(device: Device, owner: Person, ownership: Ownership, now: datetime) -> Device:
    """A new owner has time to store its key, from now on where the Mac has enrolled."""
    begins = device.udid is not None and device.owner_id != owner.id
    grace_since = now if begins else device.grace_since
    return replace(device, owner_id=owner.id, ownership=ownership, grace_since=grace_since)


def _tell_former_owner(world: World, tx: Transaction, before: Device, after: Device) -> None:
    """Nobody's Mac changes hands, or turns corporate, without a word to them."""
    if before.owner_id is None:
        return
    if before.owner_id != after.owner_id:
        notify(world, tx, before.owner_id, NoticeCode.DEVICE_REASSIGNED, after.id)
    elif before.ownership is not after.ownership:
        notify(world, tx, before.owner_id, NoticeCode.OWNERSHIP_CHANGED, after.id)


def confirm_device(world: World, udid: str) -> Device:
    """An administrator confirms that a Mac in quarantine is the one that it claims to be, under a new UDID."""
    with world.store.write() as tx:
        found = tx.devices.by_udid(udid)
        claimant = tx.devices.lock(found.id) if found is not None else None
        if claimant is None or not claimant.quarantined:
            raise NotFound
        known = known_by(tx, claimant.serial)
        confirmed = merged(world, tx, claimant, known) if known is not None else replace(claimant, quarantined=False)
        tx.devices.save(confirmed)
        now = world.clock.now()
        # Nothing that waits at the MDM server for the former UDID will ever run.
        tx.commands.clear(confirmed.id, now)
        move(world, tx, confirmed, partial(machine.queue_cleared, enrolled_at=now))
        tx.audit.append(AuditEntry(now, None, Action.DEVICE_CONFIRMED, Outcome.DONE, confirmed.id))
    return confirmed


def devices(world: World) -> Sequence[tuple[Device, Person | None]]:
    with world.store.read() as tx:
        owners = {one.id: one for one in tx.people.all()}
        return [(one, owners.get(one.owner_id or "")) for one in tx.devices.all()]


def deposits(world: World, serial: str) -> Sequence[tuple[Deposit, str | None]]:
    """What became of each key of a Mac that was to be stored or replaced, oldest first, with what was said against it.

    That is the Mac's own text, or the MDM server's where it refused the command: for support, never for a rule.
    """
    with world.store.read() as tx:
        device = tx.devices.by_serial(serial)
        if device is None:
            raise NotFound
        said = tx.deposits.mac_said(device.id)
        return [(one, said.get(one.id)) for one in tx.deposits.line(device.id)]


def _named(tx: Transaction, username: str) -> Person:
    person = tx.people.by_username(username)
    if person is None:
        raise NotFound
    return person
