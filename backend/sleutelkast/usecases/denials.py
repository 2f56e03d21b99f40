"""Writes down what people were denied for want of a right, in one place for everything that asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sleutelkast.domain.access import Permission, Right
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.usecases.errors import Refusal
from sleutelkast.usecases.world import World

DENIED_AS: Mapping[Permission | Right, Action] = {
    Permission.SEE: Action.SEE,
    Permission.DEPOSIT: Action.DEPOSIT,
    Permission.REVEAL: Action.REVEAL,
    Permission.ROTATE: Action.ROTATION,
    Permission.CHECK: Action.CHECK,
    Permission.RENAME: Action.RENAME,
    Permission.ASK_TO_STORE: Action.STORE_ASKED,
    Permission.SEE_HISTORY: Action.SEE,
    Permission.ASSIGN: Action.DEVICE_ASSIGNED,
    Right.SEARCH_DEVICES: Action.SEARCH,
    Right.READ_AUDIT: Action.AUDIT_READ,
    Right.MANAGE: Action.MANAGE,
    Right.DECIDE_REQUESTS: Action.REVEAL_DECIDED,
}
"""What the audit log calls it."""

_ONLY_LOOKED = frozenset({Action.SEE, Action.SEARCH})
_ONCE_IN = timedelta(hours=1)
"""An open page looks again and again: of that, one entry in this time tells the same."""


def note_denial(world: World, refusal: Refusal) -> None:
    """Commit that somebody was denied something, unless the refusal is none of a right or is written down already."""
    denial = refusal.denial
    if denial is None:
        return
    action, now = DENIED_AS[denial.wanted], world.clock.now()
    entry = AuditEntry(now, denial.actor_id, action, Outcome.DENIED, denial.device_id, reason=refusal.code)
    if action in _ONLY_LOOKED and _is_known(world, entry):
        return
    with world.store.write() as tx:
        tx.audit.append(entry)


def _is_known(world: World, entry: AuditEntry) -> bool:
    with world.store.read() as tx:
        return tx.audit.has(entry, entry.at - _ONCE_IN)
