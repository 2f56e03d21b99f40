"""Keeps the inventory true by what the MDM server tells of check-ins: in any order, repeated, or with gaps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.device import Device
from sleutelkast.usecases.line import ask_once, move, seen
from sleutelkast.usecases.ports import Binding, CheckIn, CheckInKind, DeviceFacts, MdmEvent, Purpose
from sleutelkast.usecases.repository import Answer, CommandKind, Transaction
from sleutelkast.usecases.world import World


def answer_binding(answer: Answer) -> Binding:
    """What a raw answer is sealed for; one that can't be read belongs to no device."""
    return Binding(Purpose.RAW_ANSWER, answer.device_id or "nobody", answer.id)


def known_device(world: World, tx: Transaction, event: MdmEvent) -> Device | None:
    """The locked device that an event is about; a Mac that nobody told of yet is asked who it is."""
    device = tx.devices.by_udid(event.udid)
    if device is not None:
        return tx.devices.lock(device.id)
    if not event.is_device_channel:
        return None
    device = Device(id=world.new_id(), created_at=world.clock.now(), udid=event.udid)
    tx.devices.add(device)
    ask_once(world, tx, device, CommandKind.DEVICE_INFORMATION)
    return device


def check_in(world: World, tx: Transaction, event: MdmEvent, message: CheckIn) -> None:
    """Authenticate, TokenUpdate and CheckOut of a Mac; other messages tell nothing that is needed."""
    if not event.is_device_channel:
        return
    if message.kind is CheckInKind.AUTHENTICATE and message.device_facts is not None:
        _authenticate(world, tx, event, message.device_facts)
    elif message.kind in {CheckInKind.TOKEN_UPDATE, CheckInKind.OTHER}:
        device = known_device(world, tx, event)
        if device is not None:
            tx.devices.save(_last_seen(device, event))
    elif message.kind is CheckInKind.CHECK_OUT:
        _check_out(tx, event)


def _authenticate(world: World, tx: Transaction, event: MdmEvent, facts: DeviceFacts) -> None:
    device = tx.devices.by_udid(event.udid)
    if device is None:
        device = _newly_enrolled(world, tx, event, facts)
    device = tx.devices.lock(device.id) or device
    device = learn(world, tx, device, facts)
    if _is_news(device, event):
        device = replace(_last_seen(device, event), enrolled_at=event.created_at, checked_out_at=None)
    tx.devices.save(device)
    tx.commands.clear(device.id, event.created_at)
    move(world, tx, device, partial(machine.queue_cleared, enrolled_at=event.created_at))


def _is_news(device: Device, event: MdmEvent) -> bool:
    return device.enrolled_at is None or device.enrolled_at < event.created_at


def _newly_enrolled(world: World, tx: Transaction, event: MdmEvent, facts: DeviceFacts) -> Device:
    """A Mac with a new UDID: an expected one, an unknown one, or one that claims to be another."""
    expected = tx.devices.by_serial(facts.serial) if facts.serial else None
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
    return device


def learn(world: World, tx: Transaction, device: Device, facts: DeviceFacts) -> Device:
    """The device with what it told of itself. Its serial is taken once, and never from another Mac."""
    device = seen(device, reported_name=facts.name, model=facts.model, os_version=facts.os_version)
    if device.serial is not None or facts.serial is None:
        return device
    namesake = tx.devices.by_serial(facts.serial)
    if namesake is None:
        return replace(device, serial=facts.serial)
    if namesake.udid is None:
        return _merged(world, tx, device, namesake)
    return replace(device, serial=facts.serial, quarantined=True)


def _merged(world: World, tx: Transaction, device: Device, expected: Device) -> Device:
    """An expected Mac turned up under its UDID first: it is the one that was expected, with all that belongs to it."""
    for answer in tx.answers.of(device.id):
        _hand_over(world, tx, answer, expected.id)
    tx.commands.hand_over(device.id, expected.id)
    tx.devices.remove(device.id)
    told = replace(device, id=expected.id, created_at=expected.created_at, serial=expected.serial)
    return replace(told, owner_id=expected.owner_id, ownership=expected.ownership, given_name=expected.given_name)


def _hand_over(world: World, tx: Transaction, answer: Answer, device_id: str) -> None:
    """Seal an answer anew for another device: a seal is bound to the one that it was made for."""
    handed = replace(answer, device_id=device_id)
    opened = world.sealer.open(tx.answers.envelope(answer.id), answer_binding(answer))
    tx.answers.remove(answer.id)
    tx.answers.add(handed, world.sealer.seal(opened, answer_binding(handed)))


def _last_seen(device: Device, event: MdmEvent) -> Device:
    if device.last_check_in is not None and device.last_check_in >= event.created_at:
        return device
    return replace(device, last_check_in=event.created_at)


def _check_out(tx: Transaction, event: MdmEvent) -> None:
    """A Mac that left keeps its keys: somebody may need them once more."""
    device = tx.devices.by_udid(event.udid)
    if device is not None and (device.enrolled_at is None or device.enrolled_at <= event.created_at):
        tx.devices.save(replace(device, checked_out_at=event.created_at))
