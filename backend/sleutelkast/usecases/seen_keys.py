"""Who saw the keys of a person's Macs: their own part of the audit log."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sleutelkast.domain.access import Actor
from sleutelkast.domain.audit import Outcome, Span, spans_of
from sleutelkast.domain.device import Device
from sleutelkast.usecases.errors import SignInAgain
from sleutelkast.usecases.repository import AuditPlace, Named, Transaction
from sleutelkast.usecases.world import World

_BATCH = 50


@dataclass(frozen=True, slots=True)
class SeenKey:
    """Somebody saw the key of a Mac, or was denied it, while that was the person's."""

    named: Named
    device: Device | None
    """None where the Mac is no longer theirs: its next owner may have given it a name, which is not theirs to read."""


def seen_keys(world: World, actor: Actor, before: AuditPlace | None, limit: int) -> Sequence[SeenKey]:
    """The newest before a place, newest first. What others were denied is among it; what the person was is not."""
    with world.store.read() as tx:
        spans = spans_of(actor.id, tx.audit.assignments(actor.id))
        every = heapq.merge(*(_within(tx, one, before) for one in spans), key=_newest_first)
        told = islice((one for one in every if _is_told(one, actor)), limit)
        return [SeenKey(one, _theirs(tx, one, actor)) for one in told]


def _within(tx: Transaction, span: Span, before: AuditPlace | None) -> Iterator[Named]:
    while True:
        batch = tx.audit.reveals(span, before, _BATCH)
        yield from batch
        if len(batch) < _BATCH:
            return
        before = batch[-1].place


def _newest_first(named: Named) -> tuple[float, int]:
    return -named.place.at.timestamp(), -named.place.id


def _is_told(named: Named, actor: Actor) -> bool:
    entry = named.recorded.entry
    if entry.outcome != Outcome.DENIED:
        return True
    # Who is asked for a password first was denied nothing.
    return entry.actor_id != actor.id and entry.reason != SignInAgain.code


def _theirs(tx: Transaction, named: Named, actor: Actor) -> Device | None:
    device = tx.devices.get(named.recorded.entry.device_id or "")
    return device if device is not None and device.owner_id == actor.id else None
