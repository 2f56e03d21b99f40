"""Passkeys: registering, naming and removing them, and signing in with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.passkey import CEREMONY_LIFE, MOST, Passkey, digest, tells_of_a_copy
from sleutelkast.domain.person import Person, Session, SignInWay, Visit
from sleutelkast.domain.recovery_key import holds_a_key
from sleutelkast.usecases.errors import (
    KeyOutOfPlace,
    LastWay,
    NoPasskey,
    NotFound,
    PasskeyRefused,
    PasskeysOff,
    SignInAgain,
    SignInFailed,
    SignInRequired,
    TooManyPasskeys,
)
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.passwords import require_local_accounts
from sleutelkast.usecases.ports import NewPasskey, PasskeyCeremonies, PasskeyMalformed
from sleutelkast.usecases.repository import Conflict, NoticeCode, Transaction
from sleutelkast.usecases.sessions import renewed
from sleutelkast.usecases.sign_in import begin_session
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Begun:
    """A ceremony that a browser is to carry out; the challenge stays bound to it."""

    challenge: bytes
    options: Mapping[str, Any]


def passkeys(world: World, person: Person) -> Sequence[Passkey]:
    """Oldest first."""
    with world.store.read() as tx:
        return tx.passkeys.of(person.id)


# Registering, naming, removing


def begin_registration(world: World, person: Person, session: Session) -> Begun:
    """What the browser needs for a new passkey; raise `SignInAgain` unless they signed in a short while ago."""
    ceremonies = _ceremonies(world)
    _require_fresh(world, session)
    with world.store.write() as tx:
        tx.people.lock(person.id)
        known = tx.passkeys.of(person.id)
        _require_room(known)
        # Random, since it lies on the person's devices: it says nothing of them to whoever reads it there.
        handle = tx.passkeys.handle(person.id) or world.new_secret().reveal()
        tx.passkeys.set_handle(person.id, handle)
    challenge = world.new_secret().reveal()
    ids = [one.credential_id for one in known]
    return Begun(challenge, ceremonies.to_register(challenge, handle, person.username, person.name, ids))


def register(
    world: World, person: Person, session: Session, challenge: bytes, answer: Mapping[str, Any], name: str
) -> Passkey:
    """Keep a new passkey; raise `PasskeyRefused`. Its person is told, in case that it was not they."""
    name = _named(name)
    try:
        new = _ceremonies(world).registered(answer, challenge)
    except PasskeyMalformed:
        raise PasskeyRefused from None
    try:
        return _keep(world, person, session, challenge, new, name)
    except Conflict:
        # It is somebody's already, or this challenge was answered at this very moment.
        raise PasskeyRefused from None


def _keep(world: World, person: Person, session: Session, challenge: bytes, new: NewPasskey, name: str) -> Passkey:
    now = world.clock.now()
    passkey = Passkey(world.new_id(), person.id, new.credential_id, new.public_key, new.counter, name, now)
    with world.store.write() as tx:
        _require_session(tx, person, session)
        _require_room(tx.passkeys.of(person.id))
        if not _use_up(world, tx, challenge):
            raise PasskeyRefused
        tx.passkeys.add(passkey)
        notify(world, tx, person.id, NoticeCode.PASSKEY_ADDED, None)
        tx.audit.append(AuditEntry(now, person.id, Action.PASSKEY_ADDED, Outcome.DONE, subject=passkey.id))
    return passkey


def rename(world: World, person: Person, passkey_id: str, name: str) -> Passkey:
    name = _named(name)
    with world.store.write() as tx:
        passkey = _own(tx, person, passkey_id)
        tx.passkeys.rename(passkey.id, name)
    return replace(passkey, name=name)


def remove(world: World, person: Person, session: Session, passkey_id: str) -> Session:
    """Forget a passkey, and end the person's other sessions: one may have been begun with it by somebody else.

    The session that goes on is the one that is returned. Raise `LastWay` where its person could not sign in any more
    without it.
    """
    _require_fresh(world, session)
    now = world.clock.now()
    with world.store.write() as tx:
        _require_session(tx, person, session)
        passkey = _own(tx, person, passkey_id)
        if len(ways_in(tx, person)) == 1:
            raise LastWay
        tx.passkeys.remove(passkey.id)
        goes_on = renewed(world, tx, session)
        tx.sessions.end_others(person.id, goes_on.id)
        notify(world, tx, person.id, NoticeCode.PASSKEY_REMOVED, None)
        tx.audit.append(AuditEntry(now, person.id, Action.PASSKEY_REMOVED, Outcome.DONE, subject=passkey.id))
    return goes_on


def ways_in(tx: Transaction, person: Person) -> Sequence[str]:
    """Everything with which a person can sign in, each by itself."""
    password = ["password"] if tx.people.password_hash(person.id) is not None else []
    of_their_own = [one.id for one in tx.passkeys.of(person.id)]
    return [*password, *of_their_own, *(one.id for one in tx.work_accounts.of(person.id))]


def _own(tx: Transaction, person: Person, passkey_id: str) -> Passkey:
    passkey = next((one for one in tx.passkeys.of(person.id) if one.id == passkey_id), None)
    if passkey is None:
        raise NotFound
    return passkey


def _named(name: str) -> str:
    if holds_a_key(name):
        raise KeyOutOfPlace
    return name.strip()


def _ceremonies(world: World) -> PasskeyCeremonies:
    if world.ceremonies is None:
        raise PasskeysOff
    return world.ceremonies


def _require_fresh(world: World, session: Session) -> None:
    if not world.policy.sessions.is_fresh(session, world.clock.now()):
        raise SignInAgain


def _require_room(known: Sequence[Passkey]) -> None:
    if len(known) >= MOST:
        raise TooManyPasskeys


def _require_session(tx: Transaction, person: Person, session: Session) -> None:
    """Held until the transaction ends: who resets or disables the account ends its sessions, and is not overtaken."""
    present = tx.people.lock(person.id)
    if present is None or present.disabled_at is not None or tx.sessions.get(session.id) is None:
        raise SignInRequired


def _use_up(world: World, tx: Transaction, challenge: bytes) -> bool:
    """False for an answer that came before, as somebody who overheard it would send it again."""
    return tx.challenges.use(digest(challenge), world.clock.now() + CEREMONY_LIFE)


# Signing in


def begin_sign_in(world: World) -> Begun:
    """For anybody: the device says which passkey it is, so nobody is asked for a name, and none is told."""
    require_local_accounts(world)
    challenge = world.new_secret().reveal()
    return Begun(challenge, _ceremonies(world).to_sign_in(challenge, []))


def sign_in_with_passkey(
    world: World, challenge: bytes, answer: Mapping[str, Any], visit: Visit
) -> tuple[Person, Session]:
    """A new session; raise `SignInFailed`, the same for every reason."""
    require_local_accounts(world)
    proof = _proof(world, challenge, answer)
    with _answered_once(), world.store.write() as tx:
        # Nobody was named before, so the passkey has to say itself whose it is.
        person = None if proof.handle is None else _person_of(world, tx, proof, challenge)
        if person is not None and _is_local(tx, person):
            return person, begin_session(world, tx, person, SignInWay.PASSKEY, visit)
        tx.audit.append(AuditEntry(world.clock.now(), proof.owner_id, Action.SIGN_IN, Outcome.DENIED))
    raise SignInFailed


def _is_local(tx: Transaction, person: Person) -> bool:
    """Whose account is the provider's alone signs in there: it says whether they still work for the organization."""
    return tx.people.password_hash(person.id) is not None or not tx.work_accounts.of(person.id)


def begin_confirmation(world: World, person: Person) -> Begun:
    """For signing in again: the person's own passkeys alone; raise `NoPasskey` where there is none."""
    ceremonies = _ceremonies(world)
    known = [one.credential_id for one in passkeys(world, person)]
    if not known:
        raise NoPasskey
    challenge = world.new_secret().reveal()
    return Begun(challenge, ceremonies.to_sign_in(challenge, known))


def confirm_with_passkey(
    world: World, person: Person, session: Session, challenge: bytes, answer: Mapping[str, Any]
) -> Session:
    """Sign in again: the same session, under another id. Another person's passkey is refused as any wrong one is."""
    proof = _proof(world, challenge, answer)
    now = world.clock.now()
    with _answered_once(), world.store.write() as tx:
        _require_session(tx, person, session)
        is_theirs = proof.owner_id == person.id and _person_of(world, tx, proof, challenge) is not None
        confirmed = renewed(world, tx, replace(session, signed_in_at=now)) if is_theirs else None
        outcome = Outcome.DONE if is_theirs else Outcome.DENIED
        tx.audit.append(AuditEntry(now, person.id, Action.SIGN_IN_AGAIN, outcome))
    if confirmed is None:
        raise SignInFailed
    return confirmed


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a browser answered; `counter` is None where the answer proves nothing."""

    passkey: Passkey | None
    handle: bytes | None
    counter: int | None

    @property
    def owner_id(self) -> str | None:
        return None if self.passkey is None else self.passkey.person_id


def _proof(world: World, challenge: bytes, answer: Mapping[str, Any]) -> _Proof:
    ceremonies = _ceremonies(world)
    passkey = handle = None
    try:
        read = ceremonies.read(answer)
        handle = read.handle
        with world.store.read() as tx:
            passkey = tx.passkeys.by_credential(read.credential_id)
        counter = None if passkey is None else ceremonies.counted(read, challenge, passkey.public_key)
    except PasskeyMalformed:
        counter = None
    return _Proof(passkey, handle, counter)


def _person_of(world: World, tx: Transaction, proof: _Proof, challenge: bytes) -> Person | None:
    """Whose passkey was proven, with the account and the passkey held as they are now; its use is noted."""
    if proof.passkey is None or proof.counter is None:
        return None
    person = tx.people.lock(proof.passkey.person_id)
    kept = tx.passkeys.by_credential(proof.passkey.credential_id)
    if person is None or person.disabled_at is not None or kept is None:
        return None
    if proof.handle is not None and proof.handle != tx.passkeys.handle(person.id):
        return None
    if not _use_up(world, tx, challenge):
        return None
    now = world.clock.now()
    if tells_of_a_copy(kept.counter, proof.counter):
        tx.audit.append(AuditEntry(now, person.id, Action.PASSKEY_COPIED, Outcome.DENIED, subject=proof.passkey.id))
        return None
    tx.passkeys.note_use(kept.id, proof.counter, now)
    return person


@contextmanager
def _answered_once() -> Iterator[None]:
    try:
        yield
    except Conflict:
        # The same answer came twice at this very moment, and the other one was first.
        raise SignInFailed from None
