"""A Crypt client reports the key of its Mac.

Anybody who knows the path secret can report anything of any Mac. So a report adds a key and displaces none, never
touches what else is known of a Mac, and adds only so many keys and Macs in a time. A client erases its own copy of
the key once its report was taken: nothing may be taken that is not committed, and what is refused is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sleutelkast.domain.access import Escrowing
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import NAME_LENGTH, Device, serial_number
from sleutelkast.domain.recovery_key import Malformed, RecoveryKey, parse
from sleutelkast.domain.texts import line
from sleutelkast.domain.versions import Provenance, Version, has_newer_key, present
from sleutelkast.usecases import escrow
from sleutelkast.usecases.enrol_device import known_by
from sleutelkast.usecases.errors import NotFound, NotTaken, Refusal, TooMany
from sleutelkast.usecases.repository import Conflict, Transaction
from sleutelkast.usecases.world import World

KEY_TYPE = "recovery_key"
"""The one type of secret that is kept here; Crypt's server has others, for other systems."""
KEYS_A_DAY, KEYS_A_YEAR = 10, 100
"""How many new keys are taken of one Mac. A Mac makes one after a reveal or a repair: a few in a year."""
MOST_UNCLAIMED = 20_000
"""How many Macs may be known by their Crypt client alone."""
_HOUR, _DAY, _YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
_TRIES = 3


class Part(StrEnum):
    """What of a report may not be as it has to be, by its name there."""

    SERIAL = "serial"
    KEY = "recovery_password"
    TYPE = "secret_type"


class Excess(StrEnum):
    """Of what there was more than is taken: what the audit log says of it. Stable."""

    KEYS_OF_ONE_MAC = "keys of one mac"
    MACS_IN_AN_HOUR = "macs in an hour"
    MACS_OF_NOBODY = "macs of nobody"


@dataclass(frozen=True, slots=True)
class Report:
    """What a client sends; the name is that of the Mac."""

    serial: str
    key: str = field(repr=False)
    name: str = ""
    key_type: str = KEY_TYPE


def check_in(world: World, report: Report) -> bool:
    """Keep the reported key, if it is a new one; whether the Mac should make another.

    Raise `NotTaken` for what can't be kept as a key, and `TooMany` for what may be taken later.
    """
    for _ in range(_TRIES - 1):
        try:
            return _check_in(world, report)
        except Conflict:
            # Somebody else made the Mac known at this very moment: now it is.
            continue
    return _check_in(world, report)


def _check_in(world: World, report: Report) -> bool:
    with world.store.write() as tx:
        serial = serial_number(report.serial)
        device = known_by(tx, serial)
        try:
            key = _reported_key(report, serial)
            device = device or _announced(world, tx, serial or "", report.name)
            _keep(world, tx, device, key)
        except Refusal as refusal:
            refused = refusal
            _audit_refusal(world, tx, device, str(refusal))
        else:
            return _should_rotate(tx, device)
    raise refused


def _reported_key(report: Report, serial: str | None) -> RecoveryKey:
    if report.key_type != KEY_TYPE:
        raise NotTaken(Part.TYPE)
    if serial is None:
        raise NotTaken(Part.SERIAL)
    try:
        return parse(report.key)
    except Malformed:
        raise NotTaken(Part.KEY) from None


def _announced(world: World, tx: Transaction, serial: str, name: str) -> Device:
    """A Mac that nobody knew yet: it is nobody's, and expected to enrol, until an administrator says whose it is."""
    now = world.clock.now()
    if tx.devices.announced_since(now - _HOUR) >= world.policy.new_macs_an_hour:
        raise TooMany(Excess.MACS_IN_AN_HOUR)
    if tx.devices.announced_and_unclaimed() >= MOST_UNCLAIMED:
        raise TooMany(Excess.MACS_OF_NOBODY)
    named = line(name, NAME_LENGTH)
    device = Device(id=world.new_id(), created_at=now, serial=serial, reported_name=named, announced_at=now)
    tx.devices.add(device)
    return device


def _keep(world: World, tx: Transaction, device: Device, key: RecoveryKey) -> None:
    """A repeated key is no new version, whoever it was kept for: else a Mac that changes hands would hand it over."""
    now = world.clock.now()
    known = escrow.versions_with(world, tx, device.id, key)
    if known:
        _note_repetition(tx, known, now)
        return
    _require_room(tx, device, now)
    version = Version(world.new_id(), device.id, Provenance.REPORTED, now, _bound(tx, device))
    escrow.add_version(world, tx, version, key)
    tx.audit.append(AuditEntry(now, None, Action.KEY_REPORTED, Outcome.DONE, device.id, version.id))


def _bound(tx: Transaction, device: Device) -> Escrowing:
    """A Mac that never enrolled shows in no other way than by a new key that it was set up for somebody else."""
    if device.enrolled_at is None:
        return Escrowing(device.owner_id, device.ownership)
    return escrow.bound_like_the_kept(tx, device)


def _note_repetition(tx: Transaction, known: list[Version], now: datetime) -> None:
    for version in known:
        if version.provenance is Provenance.REPORTED:
            tx.versions.note_report(version.id, now)


def _require_room(tx: Transaction, device: Device, now: datetime) -> None:
    moments = [one.as_of for one in tx.versions.of(device.id) if one.provenance is Provenance.REPORTED]
    for span, most in ((_DAY, KEYS_A_DAY), (_YEAR, KEYS_A_YEAR)):
        if sum(moment > now - span for moment in moments) >= most:
            raise TooMany(Excess.KEYS_OF_ONE_MAC)


def _audit_refusal(world: World, tx: Transaction, device: Device | None, reason: str) -> None:
    """A client repeats what is refused every two minutes: one entry a day for each Mac, and an hour for all unknown."""
    now = world.clock.now()
    device_id = device.id if device is not None else None
    entry = AuditEntry(now, None, Action.KEY_REPORTED, Outcome.DENIED, device_id, reason=reason)
    if not tx.audit.has(entry, now - (_DAY if device is not None else _HOUR)):
        tx.audit.append(entry)


def _should_rotate(tx: Transaction, device: Device) -> bool:
    """Somebody has seen the present key, and the Mac has made no other since.

    One that changed hands meanwhile is not made to hand over a new key to whom it was given.
    """
    versions = tx.versions.of(device.id)
    if device.revealed_at is None or has_newer_key(versions, device.revealed_at):
        return False
    kept = present(versions)
    return kept is None or kept.bound == Escrowing(device.owner_id, device.ownership)


def kept_since(world: World, serial: str, key_type: str) -> datetime | None:
    """Since when the present key of a Mac is kept, None where there is none; raise `NotFound` for an unknown Mac."""
    with world.store.read() as tx:
        device = tx.devices.by_serial(serial)
        if device is None:
            raise NotFound
        version = present(tx.versions.of(device.id)) if key_type == KEY_TYPE else None
    return version.as_of if version is not None else None
