"""API tokens of other systems: making, listing, revoking and recognizing them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from sleutelkast.domain.api_token import ApiToken, Scope, digest, proves, read, written
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.repository import Conflict
from sleutelkast.usecases.world import World

_USE_NOTED_EVERY = timedelta(minutes=10)
"""How fine the last use is kept: a proxy asks at every request, and none of that may wait for a write."""


def add_token(
    world: World, name: str, scopes: frozenset[Scope], life: timedelta | None
) -> tuple[ApiToken, SecretBytes]:
    """A new token, and how it is written: the only time that anybody sees it. Without `life` it does not expire."""
    now, secret = world.clock.now(), world.new_secret()
    expires_at = None if life is None else now + life
    token = ApiToken(world.new_id(), name, scopes, digest(secret), now, expires_at)
    with world.store.write() as tx:
        tx.tokens.add(token)
        tx.audit.append(
            AuditEntry(now, None, Action.TOKEN_ADDED, Outcome.DONE, subject=token.id, reason=" ".join(sorted(scopes)))
        )
    return token, written(token.id, secret)


def tokens(world: World) -> Sequence[ApiToken]:
    """All there ever were, oldest first."""
    with world.store.read() as tx:
        return tx.tokens.all()


def revoke_token(world: World, token_id: str) -> ApiToken:
    """From now on the token opens nothing; one that was revoked before stays revoked since then."""
    now = world.clock.now()
    with world.store.write() as tx:
        token = tx.tokens.get(token_id)
        if token is None:
            raise NotFound
        if token.revoked_at is not None:
            return token
        tx.tokens.revoke(token.id, now)
        tx.audit.append(AuditEntry(now, None, Action.TOKEN_REVOKED, Outcome.DONE, subject=token.id))
    return replace(token, revoked_at=now)


def use_token(world: World, text: str) -> ApiToken | None:
    """The token that is written so; None, without a reason, where it is none or does not hold any more."""
    presented, now = read(text), world.clock.now()
    if presented is None:
        return None
    with world.store.read() as tx:
        token = tx.tokens.get(presented.id)
    # Also for a token that nobody knows: that must not show in how long it takes.
    if not proves(presented, token, now) or token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at >= _USE_NOTED_EVERY:
        _note_use(world, token)
    return token


def _note_use(world: World, token: ApiToken) -> None:
    # Another process noted it at this very moment: that is as good.
    with suppress(Conflict), world.store.write() as tx:
        tx.tokens.note_use(token.id, world.clock.now())
