"""Key versions: which of the keys that were kept for a Mac is the present one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Provenance(StrEnum):
    """How the portal came to know a key."""

    ROTATED = "rotated"
    """The Mac made it in answer to a rotation: proven."""
    REPAIRED = "repaired"
    """Found in SecurityInfo, encrypted by the Mac to the portal's certificate."""
    REPORTED = "reported"
    """A Crypt check-in said so, which anybody who knows the path secret could forge."""
    TYPED = "typed"
    """A person typed it; an earlier key once the Mac replaced it, else not confirmed by the Mac."""


PROVEN = frozenset({Provenance.ROTATED, Provenance.REPAIRED})


@dataclass(frozen=True, slots=True)
class Version:
    """A kept key, without the key. `as_of` is when the MDM server heard of it, not when the news arrived here."""

    id: str
    device_id: str
    provenance: Provenance
    as_of: datetime
    escrowed_for: str | None
    confirmed: bool = True


def present(versions: Sequence[Version]) -> Version | None:
    """The key that should open the disk today: the newest proven one, else the newest reported."""
    for trusted in (PROVEN, frozenset({Provenance.REPORTED})):
        candidates = [one for one in versions if one.provenance in trusted]
        if candidates:
            return max(candidates, key=lambda one: one.as_of)
    return None
