"""The support desk: find Macs, see what happened to one, and ask people to store their key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sleutelkast.domain.access import Actor, Permission, Right
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.mail import MailKind
from sleutelkast.domain.search import DeviceFilter, words_asked
from sleutelkast.usecases.errors import NobodyToAsk
from sleutelkast.usecases.mail import withdraw_mail
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.own_devices import Seen, seen_by
from sleutelkast.usecases.repository import (
    AuditFilter,
    AuditPlace,
    Counted,
    DeviceQuery,
    Named,
    NoticeCode,
    Owned,
    Transaction,
)
from sleutelkast.usecases.rights import entitled, permitted
from sleutelkast.usecases.world import World

MOST_COUNTED = 1000
"""Counting goes no further: support wants to know whether there are many."""
ASKED_AT_ONCE = 1000
"""So many Macs are asked about by one call."""
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Found:
    devices: Sequence[Seen]
    following: str | None


def search_devices(
    world: World, actor: Actor, question: str, wanted: DeviceFilter | None, after: str | None, limit: int
) -> Found:
    """A page of the Macs that are found by these words and the filter; raise `UnknownPlace` for a strange `after`."""
    entitled(actor, Right.SEARCH_DEVICES)
    with world.store.read() as tx:
        overviews, following = tx.devices.search(_query(world, question, wanted), after, limit)
        return Found([seen_by(world, tx, actor, one) for one in overviews], following)


def count_devices(world: World, actor: Actor, question: str) -> Mapping[DeviceFilter | None, Counted]:
    """How many Macs these words find, in all (None) and with each filter."""
    entitled(actor, Right.SEARCH_DEVICES)
    with world.store.read() as tx:
        wanted: list[DeviceFilter | None] = [None, *DeviceFilter]
        return {one: tx.devices.count(_query(world, question, one), MOST_COUNTED) for one in wanted}


def _query(world: World, question: str, wanted: DeviceFilter | None) -> DeviceQuery:
    return DeviceQuery(words_asked(question), wanted, world.clock.now() - world.policy.silent_after)


def device_history(
    world: World, actor: Actor, device_id: str, before: AuditPlace | None, limit: int
) -> Sequence[Named]:
    """What happened to a device, newest first, behind this place."""
    with world.store.read() as tx:
        device = permitted(actor, Permission.SEE_HISTORY, tx.devices.get(device_id))
        return tx.audit.page(AuditFilter(device_id=device.id), before, limit)


def ask_to_store(world: World, actor: Actor, device_id: str) -> None:
    """Ask the owner of a Mac to store its key; raise `NobodyToAsk` where it has none."""
    with world.store.write() as tx:
        device = permitted(actor, Permission.ASK_TO_STORE, tx.devices.lock(device_id))
        if device.owner_id is None:
            raise NobodyToAsk
        _ask(world, tx, actor, device.id, device.owner_id)


def count_to_ask(world: World, actor: Actor, question: str, wanted: DeviceFilter) -> Owned:
    """Of how many Macs `ask_all_to_store` would ask the owners at once, and how many people these are."""
    entitled(actor, Right.SEARCH_DEVICES)
    with world.store.read() as tx:
        return tx.devices.count_owned(_query(world, question, wanted), ASKED_AT_ONCE)


def ask_all_to_store(
    world: World, actor: Actor, question: str, after: str | None, wanted: DeviceFilter = DeviceFilter.NO_KEY
) -> tuple[int, str | None]:
    """Ask the owners of all Macs that these words and the filter find; of how many Macs, and where to go on."""
    entitled(actor, Right.SEARCH_DEVICES)
    query, asked = _query(world, question, wanted), 0
    while asked < ASKED_AT_ONCE:
        with world.store.write() as tx:
            overviews, after = tx.devices.search(query, after, _BATCH)
            for device in (one.device for one in overviews):
                if device.owner_id is not None:
                    _ask(world, tx, actor, device.id, device.owner_id)
                    asked += 1
        if after is None:
            break
    return asked, after


def _ask(world: World, tx: Transaction, actor: Actor, device_id: str, owner_id: str) -> None:
    """Asked twice, it is one notice: the newer. So it is with a mail that is not sent yet."""
    tx.notices.withdraw(device_id, NoticeCode.STORE_ASKED)
    withdraw_mail(world, tx, device_id, {MailKind.STORE_ASKED})
    notify(world, tx, owner_id, NoticeCode.STORE_ASKED, device_id, actor.id)
    entry = AuditEntry(world.clock.now(), actor.id, Action.STORE_ASKED, Outcome.DONE, device_id, owner_id)
    tx.audit.append(entry)
