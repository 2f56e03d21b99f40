"""Takes in a report that was rescued from the MDM server's own storage, since its webhook call got lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.domain.versions import PROVEN
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.ports import CommandReport, MalformedReport, MdmEvent
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.repository import AnswerState, PendingCommand, Transaction
from sleutelkast.usecases.world import World


class Rescue(StrEnum):
    """What became of a rescued report."""

    KEY_KEPT = "key-kept"
    KEY_KNOWN = "key-known"
    """Its key was kept before, or was typed by somebody."""
    UNOPENED = "unopened"
    """What it holds can't be opened; it is kept sealed, and tried again should a private key turn up."""
    UNMATCHED = "unmatched"
    """It answers nothing that the portal asked this Mac."""
    NO_KEY = "no-key"
    """It was taken in; there is no key in it."""


@dataclass(frozen=True, slots=True)
class Rescued:
    device: Device
    outcome: Rescue


def rescue_report(world: World, report: bytes, heard_at: datetime | None = None) -> Rescued:
    """Take in a Mac's property list, or the body of a webhook call; the same report again changes nothing.

    A property list does not say when the MDM server heard it. Where `heard_at` does not either, it counts as of the
    moment at which the command was made, so that no key that came later is displaced. Raise `MalformedReport` for
    what can't be read or is no answer of a Mac, and `NotFound` where the Mac is not known.
    """
    body, event, command_report = _read(world, report, heard_at)
    with world.store.read() as tx:
        device = tx.devices.by_udid(event.udid)
        if device is None:
            raise NotFound
        known = _proven(tx, device)
    receive_report(world, body)
    with world.store.write() as tx:
        device = tx.devices.get(device.id) or device
        outcome = _outcome(tx, device, command_report, known)
        entry = AuditEntry(world.clock.now(), None, Action.REPORT_RESCUED, Outcome.DONE, device.id, reason=outcome)
        tx.audit.append(entry)
    return Rescued(device, outcome)


def _read(world: World, report: bytes, heard_at: datetime | None) -> tuple[bytes, MdmEvent, CommandReport]:
    """The report as a webhook call, and what it says."""
    body = report if report.lstrip().startswith(b"{") else _as_call(world, report, heard_at)
    event = world.reports.read_event(body)
    if not isinstance(event.body, CommandReport) or not event.is_device_channel:
        raise MalformedReport("not a Mac's answer to a command")
    return body, event, event.body


def _as_call(world: World, report: bytes, heard_at: datetime | None) -> bytes:
    undated = world.reports.as_call(report, world.clock.now())
    if heard_at is not None:
        return world.reports.as_call(report, heard_at)
    command = _command(world, world.reports.read_event(undated))
    return undated if command is None else world.reports.as_call(report, command.created_at)


def _command(world: World, event: MdmEvent) -> PendingCommand | None:
    uuid = event.body.command_uuid if isinstance(event.body, CommandReport) else None
    if uuid is None:
        return None
    with world.store.read() as tx:
        return tx.commands.get(uuid)


def _proven(tx: Transaction, device: Device) -> set[str]:
    return {one.id for one in tx.versions.of(device.id) if one.provenance in PROVEN}


def _outcome(tx: Transaction, device: Device, report: CommandReport, known: set[str]) -> Rescue:
    if not _proven(tx, device) <= known:
        return Rescue.KEY_KEPT
    command = tx.commands.get(report.command_uuid) if report.command_uuid else None
    if command is None or command.device_id != device.id:
        return Rescue.UNMATCHED
    answers = (one for one in tx.answers.of(device.id) if one.command_uuid == command.uuid)
    if any(one.state is not AnswerState.UNMATCHED for one in answers):
        return Rescue.UNOPENED
    return Rescue.KEY_KNOWN if report.escrowed_key is not None else Rescue.NO_KEY
