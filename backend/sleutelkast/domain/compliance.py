"""Whether a Mac may reach the organization's resources: is it the organization's, and is its present key kept.

A Mac whose key is on its way is not shut out, and neither is one whose key was kept and went stale before its owner
had time to store the new one. Nothing that a Mac or its owner can repeat moves the end of a grace period for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sleutelkast.domain.deposit import Deposit, deadline
from sleutelkast.domain.device import Device
from sleutelkast.domain.versions import Version, present


class EscrowPolicy(StrEnum):
    OFF = "off"
    WARN = "warn"
    REQUIRE = "require"


class AccessState(StrEnum):
    ALLOWED = "allowed"
    GRACE = "grace"
    DENIED = "denied"


class Remedy(StrEnum):
    """What brings a Mac in order; stable API."""

    ENROL = "enrol"
    """It has not enrolled at the organization, or left: what it holds is not known."""
    WAIT = "wait"
    """A key is on its way: nothing is to be done but to let the Mac come."""
    TURN_ON_FILEVAULT = "turn-on-filevault"
    """It has no key to keep before that."""
    STORE_KEY = "store-key"


@dataclass(frozen=True, slots=True)
class Access:
    state: AccessState
    until: datetime | None = None
    """When the grace period ends; None where it has no end."""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What the organization asks for: `grace` is how long a Mac may be without a kept key."""

    escrow: EscrowPolicy
    grace: timedelta
    answer_timeout: timedelta
    """How long a deposit may be on its way."""


def access(
    rules: AccessRules, device: Device, latest: Deposit | None, versions: Sequence[Version], now: datetime
) -> Access:
    """The access of a Mac by its latest deposit and its kept versions."""
    if not _is_enrolled(device):
        return Access(AccessState.DENIED, remedy=Remedy.ENROL)
    if rules.escrow is EscrowPolicy.OFF or _present_key_is_kept(device, versions):
        return Access(AccessState.ALLOWED)
    remedy = _remedy(device, latest)
    if rules.escrow is EscrowPolicy.WARN:
        return Access(AccessState.GRACE, remedy=remedy)
    until = _until(rules, device, latest)
    return Access(AccessState.GRACE, until, remedy) if now < until else Access(AccessState.DENIED, remedy=remedy)


def _is_enrolled(device: Device) -> bool:
    return device.udid is not None and device.checked_out_at is None and not device.quarantined


def _present_key_is_kept(device: Device, versions: Sequence[Version]) -> bool:
    """Kept for whom the Mac belongs to: a key of a former owner opens the disk for nobody."""
    kept = present([one for one in versions if one.bound.owner_id == device.owner_id])
    return kept is not None and device.stale is None


def _remedy(device: Device, latest: Deposit | None) -> Remedy:
    if latest is not None and latest.under_way:
        return Remedy.WAIT
    return Remedy.TURN_ON_FILEVAULT if device.filevault_enabled is False else Remedy.STORE_KEY


def _until(rules: AccessRules, device: Device, latest: Deposit | None) -> datetime:
    """The end of the grace period, or of the last deposit that was saved within it."""
    begun = max(filter(None, (device.grace_since or device.created_at, device.stale_since)))
    until = begun + rules.grace
    # One saved too late moves nothing: else a wrong key, saved again and again, would keep the door open.
    if latest is None or not latest.under_way or latest.created_at >= until:
        return until
    return max(until, deadline(latest, rules.answer_timeout))
