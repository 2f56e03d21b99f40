"""Tells a person something, in the portal."""

from __future__ import annotations

from sleutelkast.usecases.repository import Notice, NoticeCode, Transaction
from sleutelkast.usecases.world import World


def notify(
    world: World, tx: Transaction, person_id: str, code: NoticeCode, device_id: str | None, actor_id: str | None = None
) -> None:
    """Leave a notice that stays until the person dismisses it; `actor_id` is who did what it tells of."""
    tx.notices.add(Notice(world.new_id(), person_id, device_id, code, world.clock.now(), actor_id))
