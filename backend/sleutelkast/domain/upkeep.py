"""The kept key as time goes by: whether it may open the disk no more, and when policy has it rotated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sleutelkast.domain.deposit import FAILED, Deposit, Kind, Line, State, Verdict
from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.versions import Version, may_be_newer, present

_TRIES = 4
"""How often policy has one key rotated in vain: after 1, 2 and 4 days once more, then not until it is another key."""


def staleness(device: Device, versions: Sequence[Version], line: Line) -> Stale | None:
    """Why the kept key may not open the disk any more; None where nothing speaks against it, or none is kept.

    What the Mac told before the key was made says nothing about it.
    """
    kept = present(versions)
    if kept is None:
        return None
    told_since = device.security_as_of is not None and device.security_as_of > kept.as_of
    if told_since and device.filevault_enabled is False:
        return Stale.FILEVAULT_OFF
    if told_since and device.has_recovery_key is False:
        return Stale.NO_RECOVERY_KEY
    # What was reported does not displace a proven key, as it could be forged: both are offered, and the doubt is told.
    if _escrows_another(device, kept) or may_be_newer(versions) is not None:
        return Stale.ROTATED_ELSEWHERE
    if any(one.version_id == kept.id and _speaks_against_its_key(one) for one in line):
        return Stale.ROTATION_FAILED
    return None


def _escrows_another(device: Device, kept: Version) -> bool:
    """It has made a key since it last escrowed one to us; where the kept one is older than that, it is another."""
    return device.escrowed_to_us_until is not None and kept.as_of <= device.escrowed_to_us_until


def _speaks_against_its_key(rotation: Deposit) -> bool:
    """The Mac said no, or said yes and its new key never came; silence alone says nothing."""
    replaced_it = rotation.verdict in {Verdict.UNUSABLE, Verdict.UNREPAIRED}
    return rotation.state is State.REFUSED or (rotation.state is State.UNANSWERED and replaced_it)


@dataclass(frozen=True, slots=True)
class RotationPolicy:
    """When a key is rotated though nobody asks: so long after it was shown, and when it is so old. None: never."""

    after_reveal: timedelta | None = None
    every: timedelta | None = None

    def wanted_at(self, kept_since: datetime, revealed_at: datetime | None) -> datetime | None:
        wanted = []
        if self.after_reveal is not None and revealed_at is not None:
            wanted.append(revealed_at + self.after_reveal)
        if self.every is not None:
            wanted.append(kept_since + self.every)
        return min(wanted, default=None)


NEVER = RotationPolicy()


def rotation_due(device: Device, versions: Sequence[Version], line: Line, policy: RotationPolicy) -> datetime | None:
    """When policy has the kept key rotated, None where it does not: never where that could lose the key.

    A deposit that is under way, or a command that may still run, settles first; this is asked again then.
    """
    kept = present(versions)
    if kept is None or not _could_lose_nothing(device) or staleness(device, versions, line) in _HOPELESS:
        return None
    wanted = policy.wanted_at(_kept_since(kept, line), device.revealed_at)
    if wanted is None or any(one.under_way or one.at_the_server for one in line):
        return None
    return _with_patience(wanted, [one for one in line if _was_in_vain(one, kept)])


def _kept_since(kept: Version, line: Line) -> datetime:
    """By the later of two clocks: where the MDM server's is wrong, no key is rotated again and again."""
    stored = (one.settled_at for one in line if one.state is State.STORED and one.settled_at is not None)
    return max([kept.as_of, *stored])


_HOPELESS = frozenset(Stale) - {Stale.ROTATION_FAILED}


def _could_lose_nothing(device: Device) -> bool:
    """Should the answer get lost, SecurityInfo has the new key: it had one before that opened with our certificate."""
    reachable = device.udid is not None and not device.quarantined and device.checked_out_at is None
    return reachable and device.escrows_to_us is True and device.filevault_enabled is True


def _was_in_vain(deposit: Deposit, kept: Version) -> bool:
    return deposit.kind is Kind.ROTATION and deposit.version_id == kept.id and deposit.state in FAILED


def _with_patience(wanted: datetime, in_vain: Sequence[Deposit]) -> datetime | None:
    """Later each time that it came to nothing, and not for ever."""
    if not in_vain:
        return wanted
    if len(in_vain) >= _TRIES:
        return None
    settled_at = in_vain[-1].settled_at or in_vain[-1].created_at
    return max(wanted, settled_at + timedelta(days=1 << (len(in_vain) - 1)))
