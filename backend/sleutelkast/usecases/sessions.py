"""Where a person is signed in, ending it there, and going on in a session that a thief may have a copy of.

A session's own id is a secret: whoever has it in a cookie acts as the person. So it is told by another name, an HMAC of
it under a key of the ring, which leads nobody back to it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.person import Session
from sleutelkast.usecases.errors import NotFound, SignInRequired
from sleutelkast.usecases.repository import Transaction, UnknownPlace
from sleutelkast.usecases.world import World

_LABEL = "session-name"
_NAME_BYTES = 15
"""120 bits: 20 characters."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its person may see it."""

    name: str
    """Stands for it in the interface."""
    session: Session
    is_this: bool
    """Whether it is the one that asks."""


def sessions(world: World, present: Session, after: str | None, limit: int) -> Sequence[Listed]:
    """Those of the person that still hold: the one that asks, then the others, the newest first.

    Behind the one with the name `after`; raise `UnknownPlace` where there is none.
    """
    with world.store.read() as tx:
        every = _listed(world, tx, present)
    return every[_place_behind(every, after) :][:limit]


def _listed(world: World, tx: Transaction, present: Session) -> list[Listed]:
    now = world.clock.now()
    alive = (one for one in tx.sessions.of(present.person_id) if not is_over(world, tx, one, now))
    listed = [Listed(_name(world, one), one, one.id == present.id) for one in alive]
    return sorted(listed, key=lambda one: (one.is_this, one.session.created_at, one.name), reverse=True)


def is_over(world: World, tx: Transaction, session: Session, now: datetime) -> bool:
    """Whether it holds no more: it timed out, or the organization has closed the way by which it was begun."""
    if world.policy.is_over(session, now):
        return True
    if session.identity_id is None:
        return False
    account = tx.work_accounts.get(session.identity_id)
    # A provider is taken out of the settings when it is trusted no longer.
    return account is None or all(one.door.issuer != account.issuer for one in world.providers.values())


def _place_behind(every: Sequence[Listed], after: str | None) -> int:
    if after is None:
        return 0
    place = next((at for at, one in enumerate(every) if one.name == after), None)
    if place is None:
        raise UnknownPlace(after)
    return place + 1


def renewed(world: World, tx: Transaction, session: Session) -> Session:
    """The session under another id, once its person has proven who they are; raise `SignInRequired` where it is over.

    Whoever has a copy of its cookie must gain nothing by that: what they have opens nothing from now on.
    """
    anew = replace(session, id=world.new_id())
    if not tx.sessions.renew(session.id, anew):
        raise SignInRequired
    return anew


def end_session(world: World, present: Session, name: str) -> Session:
    """End one session of the person, by its name; raise `NotFound` where none of theirs has it."""
    with world.store.write() as tx:
        named = next((one.session for one in _listed(world, tx, present) if one.name == name), None)
        if named is None:
            raise NotFound
        tx.sessions.end(named.id)
        _note(world, tx, present)
    return named


def end_other_sessions(world: World, present: Session) -> None:
    """All sessions of the person but the one that asks."""
    with world.store.write() as tx:
        tx.sessions.end_others(present.person_id, present.id)
        _note(world, tx, present)


def _note(world: World, tx: Transaction, present: Session) -> None:
    tx.audit.append(AuditEntry(world.clock.now(), present.person_id, Action.SIGN_OUT, Outcome.DONE))


def _name(world: World, session: Session) -> str:
    digest = world.sealer.authenticate(_LABEL, session.id.encode())
    return base64.urlsafe_b64encode(digest[:_NAME_BYTES]).decode()
