"""Proves the audit log, or finds where it was tampered with.

The entries stream by in the order of the chain, so a log of any length takes the memory of its findings only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sleutelkast.domain.audit import NO_HEAD, Authenticate, Head, Origin, Recorded, entry_message, link_message


class Tampering(StrEnum):
    CHANGED = "changed"
    """The entry's fields are not those that the portal wrote, or it was not the portal that wrote it."""
    MISSING = "missing"
    """Numbers between two entries are gone."""
    MISPLACED = "misplaced"
    """The entry does not follow the one before it: one of the two is not where it was linked."""
    REPEATED = "repeated"
    """The same entry stands there once more."""
    TAIL_CUT = "tail-cut"
    """The chain ends before the head that the database keeps."""
    HEAD_CHANGED = "head-changed"
    """The head that the database keeps is gone, or not that of the chain."""
    ROLLED_BACK = "rolled-back"
    """The chain is shorter than, or other than, a head that was kept outside of the database."""
    UNACCOUNTED = "unaccounted"
    """Entries that a process of the portal committed are gone; they were not linked yet."""
    UNREADABLE = "unreadable"
    """A row holds what the portal can't have written there; what comes behind it was not looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Where and what: `first` to `last` are numbers in the chain (serials of a writer where it is UNACCOUNTED)."""

    kind: Tampering
    first: int | None = None
    last: int | None = None
    entry_id: int | None = None
    """The row, where there is one."""
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """The authenticators of entries and of links."""

    entry: Authenticate
    link: Authenticate


def is_genuine(one: Recorded, authenticate: Authenticate) -> bool:
    """Whether the portal wrote this entry, with these fields."""
    return hmac.compare_digest(authenticate(entry_message(one.entry, one.origin)), one.authenticator)


def inspect(
    linked: Iterable[Recorded],
    waiting: Iterable[Recorded],
    head: Head | None,
    kept_elsewhere: Mapping[str, Head],
    keys: Keys,
) -> Iterator[Finding]:
    """What is wrong with a log, in the order in which it is met.

    `linked` comes in the order of the numbers; `head` is what the database keeps; `kept_elsewhere` are heads of other
    places, by the name of the place.
    """
    writers: dict[str, _Serials] = {}
    reached = NO_HEAD
    for one in linked:
        yield from _entry_findings(one, writers, keys)
        yield from _link_findings(reached, one, keys)
        reached = Head(one.number or 0, one.link or b"")
        yield from _kept_findings(reached, kept_elsewhere)
    yield from _head_findings(reached, head)
    yield from _lost_findings(reached, kept_elsewhere)
    for one in waiting:
        yield from _entry_findings(one, writers, keys)
    for writer, serials in writers.items():
        yield from (Finding(Tampering.UNACCOUNTED, first, last, detail=writer) for first, last in serials.gaps())


def _entry_findings(one: Recorded, writers: dict[str, _Serials], keys: Keys) -> Iterator[Finding]:
    if not is_genuine(one, keys.entry):
        # It is found already: that the one which stood there is missed needs no words of its own.
        writers.setdefault(one.origin.writer, _Serials()).take(Origin(one.origin.writer, one.origin.serial, 0))
        yield Finding(Tampering.CHANGED, one.number, one.number, one.id)
    elif not writers.setdefault(one.origin.writer, _Serials()).take(one.origin):
        yield Finding(Tampering.REPEATED, one.number, one.number, one.id)


def _link_findings(reached: Head, one: Recorded, keys: Keys) -> Iterator[Finding]:
    number, link = one.number or 0, one.link or b""
    if number > reached.count + 1:
        # What the next link was made from is gone with them: from here on the chain is taken as it stands.
        yield Finding(Tampering.MISSING, reached.count + 1, number - 1)
    elif not hmac.compare_digest(keys.link(link_message(number, reached.link, one.authenticator)), link):
        yield Finding(Tampering.MISPLACED, number, number, one.id)


def _kept_findings(reached: Head, kept_elsewhere: Mapping[str, Head]) -> Iterator[Finding]:
    for place, kept in kept_elsewhere.items():
        if kept.count == reached.count and kept.link != reached.link:
            yield Finding(Tampering.ROLLED_BACK, kept.count, kept.count, detail=place)


def _head_findings(reached: Head, head: Head | None) -> Iterator[Finding]:
    if head is not None and head.count > reached.count:
        yield Finding(Tampering.TAIL_CUT, reached.count + 1, head.count)
    elif (head or NO_HEAD) != reached:
        yield Finding(Tampering.HEAD_CHANGED, reached.count, reached.count)


def _lost_findings(reached: Head, kept_elsewhere: Mapping[str, Head]) -> Iterator[Finding]:
    for place, kept in kept_elsewhere.items():
        if kept.count > reached.count:
            yield Finding(Tampering.ROLLED_BACK, reached.count + 1, kept.count, detail=place)


@dataclass(slots=True)
class _Serials:
    """The serials of one writer that were met; those of a writer come nearly in order, so little is held."""

    complete: int = 0
    """All up to this one were met."""
    beyond: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    settled: int = 0

    def take(self, origin: Origin) -> bool:
        """Note an entry; False where its serial was met before."""
        self.settled = max(self.settled, origin.settled)
        self.dropped.update(one for one in origin.dropped if one > self.complete and one not in self.beyond)
        is_new = origin.serial not in self.beyond and (origin.serial > self.complete or origin.serial in self.dropped)
        if origin.serial > self.complete:
            self.beyond.add(origin.serial)
        # One that was called dropped and is there all the same had a commit whose outcome its process never learnt.
        self.dropped.discard(origin.serial)
        while self.complete + 1 in self.beyond or self.complete + 1 in self.dropped:
            self.complete += 1
            self.beyond.discard(self.complete)
        return is_new

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The runs of serials that were committed and are not there."""
        met = sorted({*self.beyond, *self.dropped, self.settled + 1} - set(range(self.complete + 1)))
        expected = self.complete + 1
        for serial in met:
            if serial > self.settled + 1:
                break
            if serial > expected:
                yield expected, serial - 1
            expected = serial + 1
