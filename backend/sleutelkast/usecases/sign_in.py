"""Signing in with a local account, and the sessions in which people act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.password import prepared
from sleutelkast.domain.person import LONGEST_BROWSER, Person, Session, SignInWay, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.errors import SignInFailed
from sleutelkast.usecases.passwords import hash_of, is_right, require_local_accounts
from sleutelkast.usecases.repository import Transaction
from sleutelkast.usecases.sessions import is_over, renewed
from sleutelkast.usecases.world import World

_USE_NOTED_EVERY = timedelta(seconds=30)
"""How fine the last use of a session is kept, so that reading a page does not write to the database."""


_NOTHING_KNOWN = Visit()


def sign_in(
    world: World, username: str, password: SecretBytes, visit: Visit = _NOTHING_KNOWN
) -> tuple[Person, Session]:
    """A new session for the right password; raise `SignInFailed`, the same for every reason."""
    require_local_accounts(world)
    with world.store.read() as tx:
        person = tx.people.by_username(username)
        kept = tx.people.password_hash(person.id) if person is not None else None
    # The hash is computed outside of any transaction: it takes long on purpose.
    is_known = is_right(world, kept, password)
    session = _new_session(world, person, kept, password, visit) if person and kept and is_known else None
    if person is None or session is None:
        _note_failure(world, person, Action.SIGN_IN)
        raise SignInFailed
    return person, session


def _note_failure(world: World, person: Person | None, action: Action) -> None:
    with world.store.write() as tx:
        # Not the name that was typed: people type passwords there.
        tx.audit.append(AuditEntry(world.clock.now(), person.id if person else None, action, Outcome.DENIED))


def _new_session(world: World, person: Person, kept: str, password: SecretBytes, visit: Visit) -> Session | None:
    """A session, unless the person was disabled or given another password meanwhile."""
    better = hash_of(world, prepared(password)) if world.passwords.needs_rehash(kept) else None
    with world.store.write() as tx:
        if not _still_holds(tx, person, kept):
            return None
        if better is not None:
            tx.people.set_password_hash(person.id, better)
        return begin_session(world, tx, person, SignInWay.PASSWORD, visit)


def begin_session(
    world: World,
    tx: Transaction,
    person: Person,
    way: SignInWay,
    visit: Visit,
    identity_id: str | None = None,
    provider_session: str | None = None,
    proven_at: datetime | None = None,
) -> Session:
    """A session for somebody who proved who they are, just now unless `proven_at` says when.

    Who chose no language is written to in the page's.
    """
    now = world.clock.now()
    browser = None if visit.browser is None else visit.browser[:LONGEST_BROWSER]
    session = Session(
        world.new_id(), person.id, now, now, proven_at or now, way, browser, identity_id, provider_session
    )
    tx.sessions.add(session)
    if visit.reads is not None and visit.reads != person.reads:
        tx.people.note_language(person.id, visit.reads)
    tx.audit.append(AuditEntry(now, person.id, Action.SIGN_IN, Outcome.DONE))
    return session


def _still_holds(tx: Transaction, person: Person, kept: str) -> bool:
    present = tx.people.lock(person.id)
    return present is not None and present.disabled_at is None and tx.people.password_hash(person.id) == kept


def confirm(world: World, person: Person, session: Session, password: SecretBytes) -> Session:
    """Sign in again, for what needs a fresh sign-in: the same session, under another id."""
    require_local_accounts(world)
    with world.store.read() as tx:
        kept = tx.people.password_hash(person.id)
    is_known = is_right(world, kept, password)
    confirmed = _confirmed(world, person, session, kept) if kept is not None and is_known else None
    if confirmed is None:
        _note_failure(world, person, Action.SIGN_IN_AGAIN)
        raise SignInFailed
    return confirmed


def _confirmed(world: World, person: Person, session: Session, kept: str) -> Session | None:
    """The session, signed in again, unless the person was disabled or given another password meanwhile."""
    now = world.clock.now()
    with world.store.write() as tx:
        if not _still_holds(tx, person, kept):
            return None
        confirmed = renewed(world, tx, replace(session, signed_in_at=now))
        tx.audit.append(AuditEntry(now, person.id, Action.SIGN_IN_AGAIN, Outcome.DONE))
    return confirmed


def use_session(world: World, session_id: str, *, is_use: bool = True) -> tuple[Person, Session] | None:
    """Who acts in this session; None where it ended, timed out, or its person is disabled.

    Without `is_use` nobody acts: an open page asks by itself, which does not keep its session from timing out.
    """
    now = world.clock.now()
    with world.store.read() as tx:
        known = tx.sessions.get(session_id)
        if known is None or is_over(world, tx, known[1], now):
            return None
    person, session = known
    if person.disabled_at is not None:
        return None
    if is_use and now - session.last_used_at >= _USE_NOTED_EVERY:
        session = replace(session, last_used_at=now)
        with world.store.write() as tx:
            tx.sessions.note_use(session.id, now)
    return person, session


def sign_out(world: World, session: Session, *, everywhere: bool = False) -> None:
    with world.store.write() as tx:
        if everywhere:
            tx.sessions.end_all(session.person_id)
        else:
            tx.sessions.end(session.id)
        tx.audit.append(AuditEntry(world.clock.now(), session.person_id, Action.SIGN_OUT, Outcome.DONE))


def choose_locale(world: World, person: Person, locale: str | None) -> Person:
    """Keep the language that a person chose, as a BCP 47 tag of the registry."""
    with world.store.write() as tx:
        tx.people.set_locale(person.id, locale)
    return replace(person, locale=locale)
