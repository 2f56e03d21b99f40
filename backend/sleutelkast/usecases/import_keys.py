"""Takes over the keys that another escrow server holds: each becomes a reported version with the date it has there.

Done again, it takes what has come since and nothing twice. A Mac that nobody knows becomes one of nobody: its keys
are its first owner's. What was proven here is never displaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import NAME_LENGTH, SERIAL_LENGTH, Device, serial_number
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.texts import line
from sleutelkast.domain.versions import Provenance, Version, present
from sleutelkast.usecases import escrow
from sleutelkast.usecases.enrol_device import known_by
from sleutelkast.usecases.ports import CannotOpen
from sleutelkast.usecases.repository import Conflict, Transaction
from sleutelkast.usecases.upkeep import look_after, note_reveal
from sleutelkast.usecases.world import World

_MACS_AT_ONCE = 50
"""Macs in one transaction: a commit for each would take longer than all the rest."""
_TRIES = 3
_BEFORE_ALL_OTHERS = datetime(1970, 1, 1, tzinfo=UTC)
"""A key of which nobody knows since when it is kept is no newer than any other."""


class Trouble(StrEnum):
    """Why a secret was not taken."""

    TYPE = "another type than recovery_key"
    SEALED = "can't be opened with this key"
    FORM = "not the form of a recovery key"
    SERIAL = "its computer has no usable serial number"
    TOO_MANY = "behind too many newer ones of one computer"


@dataclass(frozen=True, slots=True)
class OfferedKey:
    """A secret of the other server; the key, or what is the matter with it."""

    number: str
    key: RecoveryKey | None = field(repr=False)
    trouble: Trouble | None
    since: datetime | None
    was_seen: bool = False
    """Somebody has seen it there, and it is to be rotated."""


@dataclass(frozen=True, slots=True)
class OfferedMac:
    serial: str
    username: str
    name: str
    keys: Sequence[OfferedKey]
    """Oldest first."""
    too_many: int = 0
    """How many older ones there are that were not read."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    number: str | None
    reason: Trouble
    count: int = 1


@dataclass(slots=True)
class Taken:
    """What became of the secrets of one Mac."""

    serial: str
    username: str
    name: str
    is_new: bool = False
    has_owner: bool = False
    taken: int = 0
    undated: int = 0
    known: int = 0
    not_taken: list[NotTaken] = field(default_factory=list)


def import_keys(world: World, macs: Iterable[OfferedMac], *, dry_run: bool = False) -> Iterator[Taken]:
    """Take the keys, or only say what would be taken; the outcome of each Mac once it is committed."""
    waiting = iter(macs)
    while batch := list(islice(waiting, _MACS_AT_ONCE)):
        yield from _looked_at(world, batch) if dry_run else _taken(world, batch)


def _looked_at(world: World, batch: Sequence[OfferedMac]) -> list[Taken]:
    with world.store.read() as tx:
        return [_weigh(world, tx, mac, _found(tx, mac)).outcome for mac in batch]


def _found(tx: Transaction, mac: OfferedMac) -> Device | None:
    serial = serial_number(mac.serial)
    return tx.devices.by_serial(serial) if serial is not None else None


def _taken(world: World, batch: Sequence[OfferedMac]) -> list[Taken]:
    for _ in range(_TRIES - 1):
        try:
            return _take(world, batch)
        except Conflict:
            # A Mac of these became known at this very moment.
            continue
    return _take(world, batch)


def _take(world: World, batch: Sequence[OfferedMac]) -> list[Taken]:
    with world.store.write() as tx:
        return [_take_mac(world, tx, mac) for mac in batch]


@dataclass(slots=True)
class _Weighed:
    """What is to be done for one Mac."""

    outcome: Taken
    new: list[tuple[RecoveryKey, OfferedKey]] = field(default_factory=list)
    repeated: list[tuple[Version, datetime]] = field(default_factory=list)


def _weigh(world: World, tx: Transaction, mac: OfferedMac, device: Device | None) -> _Weighed:
    weighed = _Weighed(_outcome(mac, device))
    if serial_number(mac.serial) is None:
        weighed.outcome.not_taken += [NotTaken(one.number, Trouble.SERIAL) for one in mac.keys]
        return weighed
    held = _held(world, tx, device)
    for offered in mac.keys:
        _weigh_key(weighed, held, offered)
    return weighed


def _outcome(mac: OfferedMac, device: Device | None) -> Taken:
    outcome = Taken(
        serial=line(mac.serial, SERIAL_LENGTH) or "",
        username=line(mac.username, NAME_LENGTH) or "",
        name=line(mac.name, NAME_LENGTH) or "",
        is_new=device is None and serial_number(mac.serial) is not None,
        has_owner=device is not None and device.owner_id is not None,
    )
    if mac.too_many:
        outcome.not_taken.append(NotTaken(None, Trouble.TOO_MANY, mac.too_many))
    return outcome


_Held = list[tuple[RecoveryKey, Version | None]]
"""Keys that are kept of a Mac, each with its version; none for one that is about to be taken."""


def _held(world: World, tx: Transaction, device: Device | None) -> _Held:
    return [] if device is None else list(_opened(world, tx, tx.versions.of(device.id)))


def _opened(world: World, tx: Transaction, versions: Sequence[Version]) -> Iterator[tuple[RecoveryKey, Version]]:
    for version in versions:
        try:
            yield escrow.open_version(world, tx, version), version
        except CannotOpen:
            continue


def _weigh_key(weighed: _Weighed, held: _Held, offered: OfferedKey) -> None:
    if offered.key is None:
        weighed.outcome.not_taken.append(NotTaken(offered.number, offered.trouble or Trouble.FORM))
        return
    same = [version for key, version in held if key == offered.key]
    if not same:
        held.append((offered.key, None))
        weighed.new.append((offered.key, offered))
        weighed.outcome.taken += 1
        weighed.outcome.undated += offered.since is None
        return
    weighed.outcome.known += 1
    since = offered.since or _BEFORE_ALL_OTHERS
    reports = (one for one in same if one is not None and one.provenance is Provenance.REPORTED)
    weighed.repeated += [(one, since) for one in reports if since > one.told_at]


def _take_mac(world: World, tx: Transaction, mac: OfferedMac) -> Taken:
    serial = serial_number(mac.serial)
    device = known_by(tx, serial)
    weighed = _weigh(world, tx, mac, device)
    if serial is None:
        return weighed.outcome
    if device is None:
        device = _expected(world, tx, mac, serial)
    for version, since in weighed.repeated:
        tx.versions.note_report(version.id, min(since, world.clock.now()))
    taken = [(_keep(world, tx, device, key, offered.since), offered.was_seen) for key, offered in weighed.new]
    _note_what_was_seen(world, tx, device, taken)
    return weighed.outcome


def _expected(world: World, tx: Transaction, mac: OfferedMac, serial: str) -> Device:
    name = line(mac.name, NAME_LENGTH)
    device = Device(id=world.new_id(), created_at=world.clock.now(), serial=serial, reported_name=name)
    tx.devices.add(device)
    return device


def _keep(world: World, tx: Transaction, device: Device, key: RecoveryKey, since: datetime | None) -> Version:
    now = world.clock.now()
    # A date to come would keep the key in front of all that is reported until then.
    as_of = min(since or _BEFORE_ALL_OTHERS, now)
    version = Version(world.new_id(), device.id, Provenance.REPORTED, as_of, escrow.bound_like_the_kept(tx, device))
    escrow.add_version(world, tx, version, key)
    tx.audit.append(AuditEntry(now, None, Action.KEY_IMPORTED, Outcome.DONE, device.id, version.id))
    return version


def _note_what_was_seen(world: World, tx: Transaction, device: Device, taken: Sequence[tuple[Version, bool]]) -> None:
    """The present key was shown to somebody by the other server: its client is to make a new one."""
    newest = present(tx.versions.of(device.id)) if taken else None
    if newest is not None and any(was_seen and version.id == newest.id for version, was_seen in taken):
        note_reveal(tx, device.id, world.clock.now())
        look_after(world, tx, device.id)
