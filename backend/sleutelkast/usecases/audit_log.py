"""Reading and exporting the audit log, and writing down with which policy the portal was started."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sleutelkast.domain.access import Actor, Right, has_right
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.usecases.errors import Forbidden, Unknown
from sleutelkast.usecases.repository import AuditFilter, AuditPlace, Named, Transaction
from sleutelkast.usecases.world import World

_BATCH = 500
"""Entries that an export reads at once: its memory is theirs, however long the log is."""
_LONGEST_SUBJECT = 190


class Form(StrEnum):
    """The form of an export."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody asks for: a person by id or user name, a device by id or serial."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    device: str | None = None
    action: Action | None = None
    outcome: Outcome | None = None


def read(world: World, actor: Actor, wanted: Wanted, before: AuditPlace | None, limit: int) -> Sequence[Named]:
    """The newest entries before a place; raise `Unknown` for a person or a device that there is not."""
    _only_auditors(world, actor, Action.AUDIT_READ)
    with world.store.read() as tx:
        return tx.audit.page(_resolved(tx, wanted), before, limit)


def export(world: World, actor: Actor, wanted: Wanted, form: Form) -> Iterator[Named]:
    """All entries that are asked for, newest first; that they were exported is committed before the first is read."""
    _only_auditors(world, actor, Action.AUDIT_EXPORTED)
    return _exported(world, actor.id, wanted, form)


def export_from_the_command_line(world: World, wanted: Wanted, form: Form) -> Iterator[Named]:
    """As `export`, by whoever has the key ring and the database anyway."""
    return _exported(world, None, wanted, form)


def _only_auditors(world: World, actor: Actor, action: Action) -> None:
    if not has_right(actor, Right.READ_AUDIT):
        with world.store.write() as tx:
            tx.audit.append(AuditEntry(world.clock.now(), actor.id, action, Outcome.DENIED))
        raise Forbidden


def _exported(world: World, actor_id: str | None, wanted: Wanted, form: Form) -> Iterator[Named]:
    with world.store.write() as tx:
        asked = _resolved(tx, wanted)
        reason = _written_filter(tx, asked)
        tx.audit.append(
            AuditEntry(world.clock.now(), actor_id, Action.AUDIT_EXPORTED, Outcome.DONE, None, form, reason)
        )
    return _all(world, asked)


def _all(world: World, wanted: AuditFilter) -> Iterator[Named]:
    """Batch by batch, each in a transaction of its own: whoever reads slowly holds nothing in the database."""
    before: AuditPlace | None = None
    while True:
        with world.store.read() as tx:
            batch = tx.audit.page(wanted, before, _BATCH)
        yield from batch
        if len(batch) < _BATCH:
            return
        before = batch[-1].place


def _resolved(tx: Transaction, wanted: Wanted) -> AuditFilter:
    return AuditFilter(
        since=wanted.since,
        until=wanted.until,
        actor_id=None if wanted.actor is None else _person_id(tx, wanted.actor),
        device_id=None if wanted.device is None else _device_id(tx, wanted.device),
        action=wanted.action,
        outcome=wanted.outcome,
    )


def _person_id(tx: Transaction, named: str) -> str:
    person = tx.people.get(named) or tx.people.by_username(named)
    if person is None:
        raise Unknown("actor")
    return person.id


def _device_id(tx: Transaction, named: str) -> str:
    device = tx.devices.get(named) or tx.devices.by_serial(named)
    if device is None:
        raise Unknown("device")
    return device.id


def _written_filter(tx: Transaction, asked: AuditFilter) -> str | None:
    """By the names that are known, never what was typed: somebody may have put a key in the place of a name."""
    person = tx.people.get(asked.actor_id) if asked.actor_id is not None else None
    device = tx.devices.get(asked.device_id) if asked.device_id is not None else None
    told = {
        "since": asked.since.isoformat() if asked.since is not None else None,
        "until": asked.until.isoformat() if asked.until is not None else None,
        "actor": person.username if person is not None else None,
        "device": (device.serial or device.id) if device is not None else None,
        "action": asked.action,
        "outcome": asked.outcome,
    }
    return " ".join(f"{name}={value}" for name, value in told.items() if value is not None) or None


def note_policy(world: World) -> bool:
    """Write the policy down where it is another than at the last start; whether it is."""
    policy = dict(_policy_values(world.policy))
    whole = json.dumps(policy, sort_keys=True)
    with world.store.write() as tx:
        last = tx.audit.newest(Action.POLICY_CHANGED)
        before = last.reason if last is not None else None
        if before == whole:
            return False
        changed = _names_of_changes(before, policy)
        now = world.clock.now()
        tx.audit.append(AuditEntry(now, None, Action.POLICY_CHANGED, Outcome.DONE, None, changed, whole))
    return True


def _policy_values(policy: Any, start: str = "") -> Iterator[tuple[str, str]]:
    for one in fields(policy):
        value = getattr(policy, one.name)
        if is_dataclass(value):
            yield from _policy_values(value, f"{one.name}.")
        else:
            yield f"{start}{one.name}", str(value)


def _names_of_changes(before: str | None, policy: Mapping[str, str]) -> str | None:
    """None at the first start of all."""
    if before is None:
        return None
    former: dict[str, str] = json.loads(before)
    names = sorted(name for name in {*former, *policy} if former.get(name) != policy.get(name))
    return " ".join(names)[:_LONGEST_SUBJECT]
