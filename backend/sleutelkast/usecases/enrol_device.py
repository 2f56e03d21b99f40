"""Keeps the inventory true by what the MDM server tells of check-ins: in any order, repeated, or with gaps."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain import inventory
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.usecases.check_status import hear
from sleutelkast.usecases.line import ask_again, move
from sleutelkast.usecases.ports import Binding, CannotOpen, CheckIn, CheckInKind, DeviceFacts, MdmEvent, Purpose
from sleutelkast.usecases.repository import Answer, CommandKind, Conflict, Transaction
from sleutelkast.usecases.world import World

ENROLMENT_TAKES = timedelta(minutes=1)
"""From Authenticate to the TokenUpdate that makes a Mac one that can be woken, generously."""


def answer_binding(answer: Answer) -> Binding:
    """What a raw answer is sealed for; one that can't be read belongs to no device."""
    return Binding(Purpose.RAW_ANSWER, answer.device_id or "nobody", answer.id)


def known_device(world: World, tx: Transaction, event: MdmEvent) -> Device:
    """The locked device that an event of it is about, with its check-in noted; one that is not known yet is asked."""
    device = _locked(tx, event)
    return _heard(world, tx, device or _unheard_of(world, tx, event), event)


def _unheard_of(world: World, tx: Transaction, event: MdmEvent) -> Device:
    """Its first word need not be Authenticate: that may come late, or came before the portal was there."""
    device = Device(id=world.new_id(), created_at=world.clock.now(), udid=event.udid)
    tx.devices.add(device)
    return device


def _locked(tx: Transaction, event: MdmEvent) -> Device | None:
    found = tx.devices.by_udid(event.udid)
    if found is None:
        return None
    device = tx.devices.lock(found.id)
    if device is None or device.udid != event.udid:
        # Between the two it was found to be a Mac that was expected: try again, and find that one.
        raise Conflict
    return device


def _heard(world: World, tx: Transaction, device: Device, event: MdmEvent) -> Device:
    """The Mac talked to the organization."""
    device = inventory.heard(device, event.created_at, world.clock.now())
    tx.devices.save(device)
    hear(world, tx, device, event.created_at)
    if device.serial is None:
        ask_again(world, tx, device, CommandKind.DEVICE_INFORMATION)
    return device


def check_in(world: World, tx: Transaction, event: MdmEvent, message: CheckIn) -> None:
    """Authenticate, TokenUpdate and CheckOut of a Mac; other messages tell nothing but that it was there."""
    if not event.is_device_channel:
        return
    if message.kind is CheckInKind.AUTHENTICATE and message.device_facts is not None:
        _authenticate(world, tx, event, message.device_facts)
    elif message.kind is CheckInKind.CHECK_OUT:
        _check_out(world, tx, event)
    else:
        known_device(world, tx, event)


def _authenticate(world: World, tx: Transaction, event: MdmEvent, facts: DeviceFacts) -> None:
    device = _locked(tx, event) or _newly_enrolled(world, tx, event, facts)
    device = learn(world, tx, device, facts, event.created_at)
    device = _to_be_asked_soon(world, device) if _is_again(device, event) else device
    device = _heard(world, tx, inventory.enrolled(device, event.created_at), event)
    tx.commands.clear(device.id, event.created_at)
    move(world, tx, device, partial(machine.queue_cleared, enrolled_at=event.created_at))


def _is_again(device: Device, event: MdmEvent) -> bool:
    return device.enrolled_at is not None and device.enrolled_at < event.created_at


def _to_be_asked_soon(world: World, device: Device) -> Device:
    """It may have been erased meanwhile, or have answered what the enrolment cleared: its key may be another one."""
    return replace(device, next_inquiry_at=world.clock.now() + ENROLMENT_TAKES)


def _newly_enrolled(world: World, tx: Transaction, event: MdmEvent, facts: DeviceFacts) -> Device:
    """A Mac with a new UDID: an expected one, an unknown one, or one that claims to be another."""
    expected = known_by(tx, facts.serial)
    if expected is not None and expected.udid is None:
        enrolled = replace(expected, udid=event.udid)
        tx.devices.save(enrolled)
        return enrolled
    device = Device(
        id=world.new_id(),
        created_at=world.clock.now(),
        udid=event.udid,
        serial=facts.serial,
        quarantined=expected is not None,
    )
    tx.devices.add(device)
    if device.quarantined:
        _note_quarantine(world, tx, device)
    return device


def _note_quarantine(world: World, tx: Transaction, device: Device) -> None:
    tx.audit.append(AuditEntry(world.clock.now(), None, Action.DEVICE_QUARANTINED, Outcome.DONE, device.id))


def learn(world: World, tx: Transaction, device: Device, facts: DeviceFacts, at: datetime) -> Device:
    """The device with what it told of itself. Its serial is taken once, and never from another Mac."""
    device = inventory.told(device, facts.name, facts.model, facts.os_version, at)
    if device.serial is not None or facts.serial is None:
        return device
    namesake = known_by(tx, facts.serial)
    if namesake is None:
        return replace(device, serial=facts.serial)
    if namesake.udid is None:
        return merged(world, tx, device, namesake)
    _note_quarantine(world, tx, device)
    return replace(device, serial=facts.serial, quarantined=True)


def known_by(tx: Transaction, serial: str | None) -> Device | None:
    """The locked Mac that is known by a serial."""
    found = tx.devices.by_serial(serial) if serial else None
    return tx.devices.lock(found.id) if found is not None else None


def merged(world: World, tx: Transaction, device: Device, expected: Device) -> Device:
    """Two devices turn out to be one Mac: `device` hands all it has to the one that was expected, and is gone."""
    for answer in tx.answers.of(device.id):
        _hand_over(world, tx, answer, expected.id)
    tx.commands.hand_over(device.id, expected.id)
    tx.devices.remove(device.id)
    told = replace(device, id=expected.id, created_at=expected.created_at, serial=expected.serial, quarantined=False)
    # A Mac that was known before has had its time.
    told = replace(told, grace_since=expected.grace_since or device.grace_since)
    return replace(told, owner_id=expected.owner_id, ownership=expected.ownership, given_name=expected.given_name)


def _hand_over(world: World, tx: Transaction, answer: Answer, device_id: str) -> None:
    """Seal an answer anew for another device: a seal is bound to the one that it was made for."""
    handed = replace(answer, device_id=device_id)
    envelope = tx.answers.envelope(answer.id)
    # One that does not open is kept as it is: the Mac is known all the same.
    with suppress(CannotOpen):
        envelope = world.sealer.seal(world.sealer.open(envelope, answer_binding(answer)), answer_binding(handed))
    tx.answers.remove(answer.id)
    tx.answers.add(handed, envelope)


def _check_out(world: World, tx: Transaction, event: MdmEvent) -> None:
    """A Mac that left keeps its keys: somebody may need them once more. That is no check-in."""
    device = _locked(tx, event) or _unheard_of(world, tx, event)
    tx.devices.save(inventory.left(device, event.created_at))
