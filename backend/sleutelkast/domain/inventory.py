"""What a Mac's own words make of a device: the newest word counts, in whatever order, and however often, they come.

`at` is always the MDM server's time, as its `created_at` has it. Each function can be applied again without a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sleutelkast.domain.device import Device


@dataclass(frozen=True, slots=True)
class SecurityFacts:
    """What SecurityInfo told; None where it left something out."""

    filevault_enabled: bool | None
    has_recovery_key: bool | None
    escrows_to_us: bool
    escrows_elsewhere: bool = False
    """It held a key, and one that opens with no certificate of the portal's."""


def heard(device: Device, at: datetime, now: datetime) -> Device:
    """It talked to the organization. The MDM server's clock may be ahead: the check-in never is."""
    last = _latest(device.last_check_in, min(at, now))
    # By our own clock: a first word that comes late must not find its grace period over.
    return _still_gone(replace(device, last_check_in=last, grace_since=device.grace_since or now))


def enrolled(device: Device, at: datetime) -> Device:
    """It enrolled, for the first time or again."""
    return _still_gone(replace(device, enrolled_at=_latest(device.enrolled_at, at)))


def left(device: Device, at: datetime) -> Device:
    """It checked out."""
    return _still_gone(replace(device, checked_out_at=_latest(device.checked_out_at, at)))


def _still_gone(device: Device) -> Device:
    """One that was heard of since has come back, even where the word of its enrolment was lost."""
    words = [moment for moment in (device.enrolled_at, device.last_check_in) if moment is not None]
    if device.checked_out_at is None or all(moment <= device.checked_out_at for moment in words):
        return device
    return replace(device, checked_out_at=None)


def told(device: Device, name: str | None, model: str | None, os_version: str | None, at: datetime) -> Device:
    """It told of itself. Older news only fills what nobody told since."""
    facts = {"reported_name": name, "model": model, "os_version": os_version}
    is_newest = device.told_at is None or at >= device.told_at
    taken = {field: fact for field, fact in facts.items() if fact is not None and (is_newest or _lacks(device, field))}
    return _with(replace(device, told_at=_latest(device.told_at, at)), taken)


def told_security(device: Device, facts: SecurityFacts, at: datetime, now: datetime) -> Device:
    """It told what SecurityInfo tells. Older news changes nothing: that it is off, say, may be true no more."""
    as_of = min(at, now)
    if device.security_as_of is not None and as_of < device.security_as_of:
        return device
    known = {"filevault_enabled": facts.filevault_enabled, "has_recovery_key": facts.has_recovery_key}
    until = _escrowed_to_us_until(device, facts)
    device = replace(device, security_as_of=as_of, escrows_to_us=facts.escrows_to_us, escrowed_to_us_until=until)
    return _with(device, {field: fact for field, fact in known.items() if fact is not None})


def _escrowed_to_us_until(device: Device, facts: SecurityFacts) -> datetime | None:
    """An escrow profile takes effect for keys made after it: another recipient than ours before means another key."""
    if facts.escrows_to_us:
        return None
    is_news = facts.escrows_elsewhere and device.escrows_to_us is True
    return device.security_as_of if is_news else device.escrowed_to_us_until


def _latest(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None else max(known, moment)


def _lacks(device: Device, field: str) -> bool:
    return getattr(device, field) is None


def _with(device: Device, facts: Mapping[str, object]) -> Device:
    return replace(device, **facts)  # type: ignore[arg-type]
