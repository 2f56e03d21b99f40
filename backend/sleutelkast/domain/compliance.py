"""Whether a Mac may reach the organization's resources, as far as its escrowed key goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EscrowPolicy(StrEnum):
    OFF = "off"
    WARN = "warn"
    REQUIRE = "require"


class AccessState(StrEnum):
    ALLOWED = "allowed"
    GRACE = "grace"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Access:
    state: AccessState
    until: datetime | None = None
    """When the grace period ends."""


def access(policy: EscrowPolicy, grace: timedelta, since: datetime, now: datetime, *, key_escrowed: bool) -> Access:
    """The access of a Mac that the organization has known `since`; a kept key is all that the policy asks for."""
    if key_escrowed or policy is EscrowPolicy.OFF:
        return Access(AccessState.ALLOWED)
    until = since + grace
    if policy is EscrowPolicy.WARN or now < until:
        return Access(AccessState.GRACE, until if policy is EscrowPolicy.REQUIRE else None)
    return Access(AccessState.DENIED)
