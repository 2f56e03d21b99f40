"""Keeps what is known of a kept key true: whether it is stale, when it was last shown, when policy has it rotated.

Whatever may change that calls `look_after`, inside its transaction, under the Mac's lock, and after it saved all else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.upkeep import rotation_due, staleness
from sleutelkast.usecases.repository import KeyState, Transaction
from sleutelkast.usecases.world import World


def look_after(world: World, tx: Transaction, device_id: str) -> datetime | None:
    """Bring a locked Mac's key state up to date; when policy has the key rotated, if it does."""
    device = tx.devices.get(device_id)
    if device is None:
        return None
    versions, line = tx.versions.of(device.id), tx.deposits.line(device.id)
    due = rotation_due(device, versions, line, world.policy.rotation)
    known = _known(device)
    found = replace(known, rotate_at=due, **_stale(device, staleness(device, versions, line), world.clock.now()))
    if found != known:
        tx.devices.save_key_state(device.id, found)
    return due


def _known(device: Device) -> KeyState:
    return KeyState(device.stale, device.stale_since, device.revealed_at, device.rotate_at)


def _stale(device: Device, stale: Stale | None, now: datetime) -> dict[str, Any]:
    """Another reason is no other beginning: its owner has had time since the first."""
    return {"stale": stale, "stale_since": None if stale is None else device.stale_since or now}


def note_reveal(tx: Transaction, device_id: str, moment: datetime | None) -> None:
    """The present key of a locked Mac was shown, or (None) is one that nobody saw yet."""
    device = tx.devices.get(device_id)
    if device is not None and device.revealed_at != moment:
        tx.devices.save_key_state(device.id, replace(_known(device), revealed_at=moment))
