"""Signing in with a work account: to the provider, back with its word, and out again.

The state lies in the database as a mark, is good once and for a while, and for the browser that it was given to. Nonce
and PKCE verifier are derived from it under the key ring: who reads the database can't end anybody's sign-in.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.person import Person, Session, SignInWay, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import (
    CLOCK_SKEW,
    HOME,
    Attempt,
    Cause,
    WorkAccount,
    local_path,
    page_code,
    profile,
    telling,
    usernames,
)
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.ports import Journey, NotAccepted, Recognized
from sleutelkast.usecases.repository import Conflict, Transaction
from sleutelkast.usecases.sessions import renewed
from sleutelkast.usecases.sign_in import begin_session
from sleutelkast.usecases.world import WorkProvider, World

_TRIES = 3
"""Two people who are new at the same moment may want the same user name; the one who lost asks again."""
_CAUSES_KEPT = timedelta(hours=1)
"""So long the portal knows of a state that it was used, or expired."""
_TOKENS_KEPT = timedelta(hours=1)
"""Longer than a logout token can be handed in."""
_ERRORS = {
    "access_denied": Cause.CANCELLED,
    "server_error": Cause.UNAVAILABLE,
    "temporarily_unavailable": Cause.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser brought back from the provider; anybody can send a browser here with anything."""

    state: str | None
    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where the browser goes now, and who is signed in there."""

    leads_to: str
    begun: tuple[Person, Session] | None = None
    confirmed: Session | None = None


class _Refused(NotAccepted):
    """With whom it was about, as far as that is known."""

    def __init__(self, cause: Cause, person_id: str | None = None, subject: str | None = None) -> None:
        super().__init__(cause)
        self.person_id = person_id
        self.subject = subject


def set_out(world: World, provider_id: str, browser: str, leads_to: str | None, again_in: Session | None) -> str:
    """The address at the provider to which the person's browser goes; a page of the portal where that can't be.

    `browser` is what this browser alone knows. With `again_in` somebody signs in again in that session.
    """
    provider, page = provider_of(world, provider_id), local_path(leads_to)
    state = _random_text(world)
    attempt = Attempt(
        mark=_mark(state),
        provider=provider.id,
        browser=_mark(browser),
        leads_to=page,
        session_id=None if again_in is None else again_in.id,
        started_at=world.clock.now(),
    )
    try:
        address = provider.door.way_there(_journey(world, state, again=again_in is not None))
    except NotAccepted as refused:
        person_id = None if again_in is None else again_in.person_id
        return refuse(world, provider.id, _Refused(refused.cause, person_id), page, again=again_in is not None)
    with world.store.write() as tx:
        tx.attempts.add(attempt)
    return address


def come_back(
    world: World, provider_id: str, returned: Returned, browser: str | None, present: Session | None, visit: Visit
) -> Arrival:
    """What the provider's word comes to: a session, one that was confirmed, or a page that tells why not.

    `present` is the session in which this browser is at the moment.
    """
    provider = provider_of(world, provider_id)
    attempt: Attempt | None = None
    try:
        attempt = _taken(world, provider, returned.state, browser)
        recognized = _recognized(world, provider, attempt, returned)
        if attempt.session_id is None:
            return Arrival(attempt.leads_to, begun=_begun(world, provider, recognized, visit))
        return Arrival(attempt.leads_to, confirmed=_confirmed(world, provider, attempt, recognized, present))
    except NotAccepted as refused:
        page = HOME if attempt is None else attempt.leads_to
        again = attempt is not None and attempt.session_id is not None
        return Arrival(refuse(world, provider.id, _with_person(refused, present if again else None), page, again=again))


def refuse(world: World, provider_id: str, refused: NotAccepted, page: str = HOME, *, again: bool = False) -> str:
    """Write down why, and name the page that tells the person."""
    about = refused if isinstance(refused, _Refused) else _Refused(refused.cause)
    action = Action.SIGN_IN_AGAIN if again else Action.SIGN_IN
    reason = f"{provider_id}: {about.cause}"
    entry = AuditEntry(world.clock.now(), about.person_id, action, Outcome.DENIED, subject=about.subject, reason=reason)
    with world.store.write() as tx:
        tx.audit.append(entry)
    return telling(page, page_code(about.cause))


def _with_person(refused: NotAccepted, present: Session | None) -> NotAccepted:
    if isinstance(refused, _Refused) or present is None:
        return refused
    return _Refused(refused.cause, present.person_id)


def provider_of(world: World, provider_id: str) -> WorkProvider:
    provider = world.providers.get(provider_id)
    if provider is None:
        raise NotFound
    return provider


def _taken(world: World, provider: WorkProvider, state: str | None, browser: str | None) -> Attempt:
    """The attempt that this state stands for, which from now on is used up."""
    if not state:
        raise NotAccepted(Cause.NO_STATE)
    mark, now = _mark(state), world.clock.now()
    with world.store.write() as tx:
        attempt = tx.attempts.get(mark)
        if attempt is None:
            raise NotAccepted(Cause.UNKNOWN_STATE)
        if browser is None or _mark(browser) != attempt.browser:
            # Not used up: who was sent here with somebody else's state must not end that person's sign-in.
            raise NotAccepted(Cause.ANOTHER_BROWSER)
        if not tx.attempts.use(mark, now):
            raise NotAccepted(Cause.USED_STATE)
    if attempt.provider != provider.id:
        raise NotAccepted(Cause.ANOTHER_PROVIDER)
    if attempt.is_over(now):
        raise NotAccepted(Cause.EXPIRED_STATE)
    return attempt


def _recognized(world: World, provider: WorkProvider, attempt: Attempt, returned: Returned) -> Recognized:
    """Whom the provider recognized. The code is handed in outside of any transaction: the provider may be slow."""
    provider.door.check_issuer(returned.issuer)
    if returned.error is not None:
        raise NotAccepted(_ERRORS.get(returned.error, Cause.REFUSED))
    if not returned.code:
        raise NotAccepted(Cause.MALFORMED)
    journey = _journey(world, str(returned.state), again=attempt.session_id is not None)
    recognized = provider.door.recognize(returned.code, journey, world.clock.now())
    if not provider.rules.admits(recognized.claims):
        raise _Refused(Cause.CLAIM_MISSING, subject=recognized.subject)
    return recognized


def _begun(world: World, provider: WorkProvider, recognized: Recognized, visit: Visit) -> tuple[Person, Session]:
    for _ in range(_TRIES - 1):
        try:
            return _begin(world, provider, recognized, visit)
        except Conflict:
            continue
    return _begin(world, provider, recognized, visit)


def _begin(world: World, provider: WorkProvider, recognized: Recognized, visit: Visit) -> tuple[Person, Session]:
    now = world.clock.now()
    with world.store.write() as tx:
        account = tx.work_accounts.by_subject(recognized.issuer, recognized.subject)
        account = account or _newcomer(world, tx, provider, recognized)
        person = _with_present_roles(world, tx, provider, _enabled(tx, account.person_id), recognized)
        asked = recognized.authenticated_at
        # A sign-in that the provider remembers from long ago is not fresh, and one of unknown age might be such.
        proven_at = now - world.policy.sessions.fresh_sign_in if asked is None else min(asked, now)
        session = begin_session(
            world,
            tx,
            person,
            SignInWay.OIDC,
            visit,
            identity_id=account.id,
            provider_session=recognized.provider_session,
            proven_at=proven_at,
        )
    return person, session


def _enabled(tx: Transaction, person_id: str) -> Person:
    """The person as they are at this moment: they may have been disabled while they were at the provider."""
    person = tx.people.lock(person_id)
    if person is None or person.disabled_at is not None:
        raise _Refused(Cause.DISABLED, person_id)
    return person


def _newcomer(world: World, tx: Transaction, provider: WorkProvider, recognized: Recognized) -> WorkAccount:
    """Somebody new. Never a person whom the portal knows: who only has the same name or mail address is another."""
    if not provider.rules.takes_new_people:
        raise _Refused(Cause.NEW_PERSON, subject=recognized.subject)
    now, called = world.clock.now(), profile(recognized.claims, recognized.subject)
    username = next(name for name in usernames(called.username) if tx.people.by_username(name) is None)
    roles = provider.rules.roles_of(recognized.claims) or frozenset()
    person = Person(world.new_id(), username, called.name, called.email, roles, None, now)
    account = WorkAccount(world.new_id(), person.id, recognized.issuer, recognized.subject, now)
    tx.people.add(person, None)
    tx.work_accounts.add(account)
    names = " ".join(sorted(roles)) or None
    tx.audit.append(AuditEntry(now, None, Action.PERSON_ADDED, Outcome.DONE, subject=person.id, reason=names))
    return account


def _with_present_roles(
    world: World, tx: Transaction, provider: WorkProvider, person: Person, recognized: Recognized
) -> Person:
    """Where the provider gives roles, it takes them as well: what it says at each sign-in is all that somebody has."""
    roles = provider.rules.roles_of(recognized.claims)
    if roles is None or roles == person.roles:
        return person
    tx.people.set_roles(person.id, roles)
    reason = f"{provider.id}: {' '.join(sorted(roles)) or '-'}"
    entry = AuditEntry(world.clock.now(), None, Action.ROLES_CHANGED, Outcome.DONE, subject=person.id, reason=reason)
    tx.audit.append(entry)
    return replace(person, roles=roles)


def _confirmed(
    world: World, provider: WorkProvider, attempt: Attempt, recognized: Recognized, present: Session | None
) -> Session:
    """The session, signed in again: in the same browser, by the same person, and truly asked by the provider."""
    if present is None or present.id != attempt.session_id:
        raise NotAccepted(Cause.SESSION_OVER)
    who, now = present.person_id, world.clock.now()
    with world.store.write() as tx:
        account = tx.work_accounts.by_subject(recognized.issuer, recognized.subject)
        if account is None or account.person_id != who:
            raise _Refused(Cause.ANOTHER_PERSON, who, recognized.subject)
        person = _enabled(tx, who)
        if tx.sessions.get(present.id) is None:
            raise _Refused(Cause.SESSION_OVER, who)
        if not _was_asked(attempt, recognized.authenticated_at):
            raise _Refused(Cause.NOT_SIGNED_IN_AGAIN, who)
        _with_present_roles(world, tx, provider, person, recognized)
        # The provider may have begun another session of its own meanwhile: its end has to be heard of.
        is_its_own = present.identity_id == account.id and recognized.provider_session is not None
        at_provider = recognized.provider_session if is_its_own else present.provider_session
        confirmed = renewed(world, tx, replace(present, signed_in_at=now, provider_session=at_provider))
        tx.audit.append(AuditEntry(now, who, Action.SIGN_IN_AGAIN, Outcome.DONE, reason=provider.id))
    return confirmed


def _was_asked(attempt: Attempt, authenticated_at: datetime | None) -> bool:
    """Whether the provider asked who they are since they set out: parameters can be taken out of an address."""
    # Providers tell whole seconds.
    return authenticated_at is not None and authenticated_at >= attempt.started_at.replace(microsecond=0) - CLOCK_SKEW


def hear_farewell(world: World, provider_id: str, token: str) -> None:
    """End the sessions that a provider's logout token speaks of; raise `NotAccepted` for one that is none."""
    provider = provider_of(world, provider_id)
    now = world.clock.now()
    farewell = provider.door.farewell(token, now)
    try:
        with world.store.write() as tx:
            tx.logout_tokens.note(_mark(f"{farewell.issuer} {farewell.token_id}"), now)
            ended = tx.sessions.end_at_provider(farewell.issuer, farewell.subject, farewell.provider_session)
            for person_id in ended:
                tx.audit.append(AuditEntry(now, person_id, Action.SIGN_OUT, Outcome.DONE, reason=provider.id))
    except Conflict:
        raise NotAccepted(Cause.REPLAYED) from None


def note_refused_farewell(world: World, provider_id: str, cause: Cause) -> None:
    reason = f"{provider_id}: {cause}"
    with world.store.write() as tx:
        tx.audit.append(AuditEntry(world.clock.now(), None, Action.SIGN_OUT, Outcome.DENIED, reason=reason))


def way_out(world: World, session: Session) -> str | None:
    """Where the browser ends the session at the provider as well; None where there is none to end."""
    if session.identity_id is None:
        return None
    with world.store.read() as tx:
        account = tx.work_accounts.get(session.identity_id)
    provider = next((one for one in world.providers.values() if account and one.door.issuer == account.issuer), None)
    return None if provider is None else provider.door.way_out()


def ways_to_confirm(world: World, person: Person) -> Sequence[str]:
    """How this person can sign in again: `password`, `passkey`, and `oidc:ID` for each provider that knows them."""
    with world.store.read() as tx:
        has_password = tx.people.password_hash(person.id) is not None
        has_passkey = world.ceremonies is not None and bool(tx.passkeys.of(person.id))
        issuers = {account.issuer for account in tx.work_accounts.of(person.id)}
    password = ["password"] if has_password and world.policy.local_accounts else []
    passkey = ["passkey"] if has_passkey else []
    return [*password, *passkey, *(f"oidc:{one.id}" for one in world.providers.values() if one.door.issuer in issuers)]


def forget_what_is_over(tx: Transaction, now: datetime) -> int:
    """Of sign-ins and logout tokens."""
    forgotten = tx.attempts.forget_started_before(now - _CAUSES_KEPT)
    return forgotten + tx.logout_tokens.forget_heard_before(now - _TOKENS_KEPT)


def _random_text(world: World) -> str:
    return urlsafe_b64encode(world.new_secret().reveal()).rstrip(b"=").decode()


def _mark(text: str) -> str:
    """Stands for a text that can't be guessed; there is no way back from it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _journey(world: World, state: str, *, again: bool) -> Journey:
    def derived(label: str) -> str:
        made = world.sealer.authenticate(label, state.encode("utf-8", "surrogatepass"))
        return urlsafe_b64encode(made).rstrip(b"=").decode()

    return Journey(state, derived("oidc-nonce"), SecretBytes(derived("oidc-verifier").encode()), again)
