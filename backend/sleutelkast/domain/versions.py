"""Key versions: which of the keys that were kept for a Mac is the present one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sleutelkast.domain.access import Escrowing


class Provenance(StrEnum):
    """How the portal came to know a key."""

    ROTATED = "rotated"
    """The Mac made it in answer to a rotation: proven."""
    REPAIRED = "repaired"
    """Found in SecurityInfo, encrypted by the Mac to the portal's certificate."""
    REPORTED = "reported"
    """A Crypt check-in said so, which anybody who knows the path secret could forge; or Crypt's own server did."""
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
    bound: Escrowing
    confirmed: bool = True
    reported_at: datetime | None = None
    """When a reported key was last reported once more."""
    proves: str | None = None
    """The reported version with the same key, where the Mac itself told the key later."""

    @property
    def told_at(self) -> datetime:
        """When somebody last said that this is the key."""
        return self.as_of if self.reported_at is None else max(self.as_of, self.reported_at)


def proven(versions: Sequence[Version]) -> Version | None:
    """The newest key that a Mac has proven."""
    return max((one for one in versions if one.provenance in PROVEN), key=lambda one: one.as_of, default=None)


def to_rotate(versions: Sequence[Version], owner_id: str | None) -> Version | None:
    """The key that a rotation sends: the present one, where it belongs to whom the Mac belongs to.

    The new key belongs to whom the old one did, so that nobody comes by another's key by having it rotated.
    """
    newest = present(versions)
    return newest if newest is not None and newest.bound.owner_id == owner_id else None


def present(versions: Sequence[Version]) -> Version | None:
    """The key that should open the disk today: the newest proven one, else the one that was reported last.

    A Mac goes on reporting the key that it has, so one that somebody slipped in stays in front of it for a while only.
    """
    return proven(versions) or max(_reported(versions), key=lambda one: one.told_at, default=None)


def may_be_newer(versions: Sequence[Version]) -> Version | None:
    """The reported key that disagrees with the present, proven one: it came later, and either may open the disk.

    One that was known before the proven key came is an earlier key, however often it is reported again: keys are
    random, and one that was replaced never comes back.
    """
    newest = proven(versions)
    if newest is None:
        return None
    later = (one for one in _reported(versions) if one.as_of > newest.as_of)
    return max(later, key=lambda one: one.told_at, default=None)


def each_once(versions: Sequence[Version]) -> list[Version]:
    """Without the reports that were proven since: their key stands there as the proven one."""
    told_again = {one.proves for one in versions}
    return [one for one in versions if one.id not in told_again]


def awaits_proof(versions: Sequence[Version], same: Sequence[Version]) -> Version | None:
    """The report that becomes proven when the Mac itself shows this key; `same` are the versions with it.

    None where it is proven or typed already, or where a proven key has replaced it: what a Mac shows may be behind.
    """
    if any(one.provenance is not Provenance.REPORTED for one in same):
        return None
    newest = proven(versions)
    standing = (one for one in same if newest is None or one.as_of > newest.as_of)
    return max(standing, key=lambda one: one.as_of, default=None)


def has_newer_key(versions: Sequence[Version], moment: datetime) -> bool:
    """Whether the Mac has made a key since, as far as it was told."""
    return any(one.as_of > moment for one in versions if one.provenance is not Provenance.TYPED)


def _reported(versions: Sequence[Version]) -> Iterator[Version]:
    return (one for one in versions if one.provenance is Provenance.REPORTED)
