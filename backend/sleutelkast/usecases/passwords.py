"""Passwords that people set: their own, and the first one behind a link that works once."""

from __future__ import annotations

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.password import Flaw, PasswordLink, digest, flaw, prepared, spellings, token_of, words_of
from sleutelkast.domain.person import Person, Session
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.errors import (
    LinkOver,
    LocalAccountsOff,
    NoLocalPassword,
    NotFound,
    PasswordRefused,
    SignInAgain,
    SignInFailed,
    SignInRequired,
)
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.repository import NoticeCode, Transaction
from sleutelkast.usecases.sessions import renewed
from sleutelkast.usecases.world import World


def require_local_accounts(world: World) -> None:
    """Stands before whatever sets, links or checks a password of the portal's own."""
    if not world.policy.local_accounts:
        raise LocalAccountsOff


def hash_of(world: World, password: SecretBytes) -> str:
    """What is kept of a prepared password; the one place where one is made."""
    require_local_accounts(world)
    return world.passwords.hash(password)


def accepted(world: World, typed: SecretBytes, *names: str | None) -> SecretBytes:
    """A new password as it is hashed; raise `PasswordRefused`. `names` are those of the person."""
    known_by = (*names, world.organization)
    password = prepared(typed)
    found = flaw(password, world.policy.passwords, known_by)
    if found is None and world.guesses.are_early(password, words_of(known_by)):
        found = Flaw.COMMON
    if found is not None:
        raise PasswordRefused(found, world.policy.passwords.length)
    return password


def is_right(world: World, kept: str | None, typed: SecretBytes) -> bool:
    """Whether the kept hash is that of what was typed; None, for nobody, takes as long."""
    require_local_accounts(world)
    verified = [world.passwords.verify(kept, spelling) for spelling in spellings(typed)]
    return any(verified)


def make_link(world: World, username: str) -> SecretBytes:
    """The token of a new link with which this person sets a password; links of before end."""
    require_local_accounts(world)
    now, token = world.clock.now(), token_of(world.new_secret())
    with world.store.write() as tx:
        person = tx.people.by_username(username)
        if person is None or person.disabled_at is not None:
            raise NotFound
        tx.people.lock(person.id)
        link = PasswordLink(person.id, digest(token.reveal().decode()), now, now + world.policy.passwords.link_life)
        tx.password_links.put(link)
        tx.audit.append(AuditEntry(now, None, Action.PASSWORD_LINK_MADE, Outcome.DONE, subject=person.id))
    return token


def use_link(world: World, token: str, typed: SecretBytes) -> None:
    """Set the password of the person whose link this is; raise `LinkOver`, the same for every reason.

    A link comes from somebody else, who may have used it in their place: unless it opened an account for the first
    time, the person is told, and the account shows no key of a personal Mac for a while.
    """
    # Before anything is looked up: where there are no passwords, nobody learns which links there were.
    require_local_accounts(world)
    found = _holder(world, token)
    if found is None:
        _note_over(world)
        raise LinkOver
    person = found
    password = accepted(world, typed, person.username, person.name)
    # The hash is computed outside of any transaction: it takes long on purpose.
    hashed = hash_of(world, password)
    if not _set_by_link(world, person, token, hashed):
        _note_over(world)
        raise LinkOver


def _holder(world: World, token: str) -> Person | None:
    with world.store.read() as tx:
        link = tx.password_links.by_digest(digest(token))
        person = tx.people.get(link.person_id) if link is not None else None
    is_over = link is None or link.is_over(world.clock.now()) or person is None or person.disabled_at is not None
    return None if is_over else person


def _note_over(world: World) -> None:
    with world.store.write() as tx:
        tx.audit.append(AuditEntry(world.clock.now(), None, Action.PASSWORD_LINK_USED, Outcome.DENIED))


def _set_by_link(world: World, holder: Person, token: str, hashed: str) -> bool:
    """False where somebody else used the link meanwhile, or an administrator ended it or the account."""
    now = world.clock.now()
    with world.store.write() as tx:
        person = tx.people.lock(holder.id)
        if person is None or person.disabled_at is not None or not tx.password_links.take(digest(token), now):
            return False
        if could_sign_in(tx, person):
            note_reset(world, tx, person)
        give_password(tx, person, hashed)
        tx.audit.append(AuditEntry(now, person.id, Action.PASSWORD_LINK_USED, Outcome.DONE, subject=person.id))
    return True


def could_sign_in(tx: Transaction, person: Person) -> bool:
    """Whether the account was ever open to its person: then another way in is a reset."""
    has_password = tx.people.password_hash(person.id) is not None
    others = (*tx.passkeys.of(person.id), *tx.work_accounts.of(person.id))
    return has_password or bool(others) or person.reset_at is not None


def give_password(tx: Transaction, person: Person, hashed: str) -> None:
    """Another password by somebody else's doing: all that went before opens nothing any more.

    Passkeys among it: where an account was in other hands, theirs may be one of them.
    """
    tx.people.set_password_hash(person.id, hashed)
    tx.passkeys.remove_all(person.id)
    tx.password_links.end(person.id)
    tx.sessions.end_all(person.id)


def note_reset(world: World, tx: Transaction, person: Person) -> None:
    """Who resets a sign-in could use it: the person is told, and for a while sees no key of a personal Mac."""
    tx.people.note_reset(person.id, world.clock.now())
    notify(world, tx, person.id, NoticeCode.CREDENTIAL_RESET, None)


def change_password(
    world: World, person: Person, session: Session, present: SecretBytes | None, typed: SecretBytes
) -> Session:
    """The person's own change. Their session goes on as the one that is returned; all others end.

    They prove who they are by the present password, or by having signed in a short while ago.
    """
    require_local_accounts(world)
    kept = _kept(world, person)
    if present is None:
        if not world.policy.sessions.is_fresh(session, world.clock.now()):
            raise SignInAgain
    elif not is_right(world, kept, present):
        with world.store.write() as tx:
            tx.audit.append(AuditEntry(world.clock.now(), person.id, Action.PASSWORD_CHANGED, Outcome.DENIED))
        raise SignInFailed
    hashed = hash_of(world, accepted(world, typed, person.username, person.name))
    return _change(world, person, session, kept, hashed)


def _kept(world: World, person: Person) -> str:
    with world.store.read() as tx:
        kept = tx.people.password_hash(person.id)
    if kept is None:
        raise NoLocalPassword
    return kept


def _change(world: World, person: Person, session: Session, kept: str, hashed: str) -> Session:
    now = world.clock.now()
    with world.store.write() as tx:
        tx.people.lock(person.id)
        # An administrator who reset the account meanwhile has ended this session: nothing of it comes after that.
        if tx.sessions.get(session.id) is None or tx.people.password_hash(person.id) != kept:
            raise SignInRequired
        tx.people.set_password_hash(person.id, hashed)
        tx.password_links.end(person.id)
        goes_on = renewed(world, tx, session)
        tx.sessions.end_others(person.id, goes_on.id)
        notify(world, tx, person.id, NoticeCode.PASSWORD_CHANGED, None)
        tx.audit.append(AuditEntry(now, person.id, Action.PASSWORD_CHANGED, Outcome.DONE, subject=person.id))
    return goes_on
