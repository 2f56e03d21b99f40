"""Ask to see somebody else's key, and approve or deny what another person asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sleutelkast.domain.access import OWNER, Actor, Permission, Right, roles_with
from sleutelkast.domain.approval import RequestState, RevealRequest
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.domain.mail import MailKind
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import holds_a_key
from sleutelkast.usecases.errors import (
    AlreadyDecided,
    Forbidden,
    KeyOutOfPlace,
    NotFound,
    OwnRequest,
    ReasonRequired,
    Refusal,
)
from sleutelkast.usecases.mail import withdraw_mail
from sleutelkast.usecases.notify import notify
from sleutelkast.usecases.repository import NoticeCode, Transaction
from sleutelkast.usecases.rights import entitled, permitted, permitted_as
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what whoever decides has to know."""

    request: RevealRequest
    state: RequestState
    until: datetime | None
    """When it expires or did; None where it was denied."""
    device: Device
    owner: Person | None
    requester: Person
    decider: Person | None


RECENT = timedelta(days=30)
"""So long after it was made a request is listed; older ones are in the audit log."""


def given_reason(reason: str | None) -> str:
    """The reason in one line; raise `ReasonRequired` where there is none. A recovery key is no reason: it would stand
    in the audit log."""
    words = " ".join((reason or "").split())
    if holds_a_key(words):
        raise KeyOutOfPlace
    if not words:
        raise ReasonRequired
    return words


def request_reveal(world: World, actor: Actor, device_id: str, reason: str | None) -> Asked:
    """Ask a second person for leave to see the key of a corporate Mac; asked twice, it is the same request."""
    with world.store.write() as tx:
        device, capacity = permitted_as(actor, Permission.REVEAL, tx.devices.lock(device_id))
        if capacity == OWNER:
            # Nobody has to approve what an owner does with a key of their own.
            raise Forbidden
        words = given_reason(reason)
        latest = tx.requests.latest(device.id, actor.id)
        if latest is None or world.policy.approval.state(latest, world.clock.now()) is not RequestState.ASKED:
            latest = _ask(world, tx, actor, device, words)
        return _asked(world, tx, latest, device)


def _ask(world: World, tx: Transaction, actor: Actor, device: Device, reason: str) -> RevealRequest:
    request = RevealRequest(world.new_id(), device.id, actor.id, reason, world.clock.now())
    tx.requests.add(request)
    for decided in (NoticeCode.REVEAL_APPROVED, NoticeCode.REVEAL_DENIED):
        # What was told of the request before is no longer so.
        tx.notices.withdraw(device.id, decided, actor.id)
    _tell_deciders(world, tx, request)
    tx.audit.append(
        AuditEntry(request.created_at, actor.id, Action.REVEAL_REQUESTED, Outcome.DONE, device.id, request.id, reason)
    )
    return request


def _tell_deciders(world: World, tx: Transaction, request: RevealRequest) -> None:
    """Somebody stands before a locked Mac and waits for one of them."""
    for person in tx.people.with_any_role(roles_with(Right.DECIDE_REQUESTS)):
        if person.id != request.requested_by:
            # One notice for a Mac is enough: it leads to all that waits.
            tx.notices.withdraw(request.device_id, NoticeCode.REVEAL_REQUESTED, person.id)
            notify(world, tx, person.id, NoticeCode.REVEAL_REQUESTED, request.device_id, request.requested_by)


def lapse_requests(world: World, tx: Transaction, device_id: str) -> None:
    """The Mac changed hands, or whose it is changed its kind: nobody decided about the keys that it has from now on."""
    tx.requests.lapse(device_id, world.clock.now())
    for code in (NoticeCode.REVEAL_REQUESTED, NoticeCode.REVEAL_APPROVED):
        tx.notices.withdraw(device_id, code)
    withdraw_mail(world, tx, device_id, [MailKind.REVEAL_REQUESTED])


def decide_request(world: World, actor: Actor, request_id: str, *, approve: bool) -> Asked:
    """Approve or deny another person's request; nobody decides on their own, and nobody twice."""
    with world.store.write() as tx:
        try:
            return _decide(world, tx, actor, request_id, approve=approve)
        except Refusal as refusal:
            denied = refusal.written_down()
            entry = AuditEntry(world.clock.now(), actor.id, Action.REVEAL_DECIDED, Outcome.DENIED, reason=refusal.code)
            tx.audit.append(entry)
    raise denied


def _decide(world: World, tx: Transaction, actor: Actor, request_id: str, *, approve: bool) -> Asked:
    entitled(actor, Right.DECIDE_REQUESTS)
    request = tx.requests.lock(request_id)
    device = tx.devices.get(request.device_id) if request is not None else None
    if request is None or device is None:
        raise NotFound
    if request.requested_by == actor.id:
        raise OwnRequest
    now = world.clock.now()
    if world.policy.approval.state(request, now) is not RequestState.ASKED:
        raise AlreadyDecided
    decided = replace(request, approved=approve, decided_by=actor.id, decided_at=now)
    tx.requests.save(decided)
    word = "approved" if approve else "refused"
    tx.audit.append(AuditEntry(now, actor.id, Action.REVEAL_DECIDED, Outcome.DONE, device.id, request.id, word))
    code = NoticeCode.REVEAL_APPROVED if approve else NoticeCode.REVEAL_DENIED
    notify(world, tx, request.requested_by, code, device.id, actor.id)
    if not tx.requests.waits(device.id, now - world.policy.approval.wait):
        # There is nothing left to decide, for any of those who were told.
        tx.notices.withdraw(device.id, NoticeCode.REVEAL_REQUESTED)
        withdraw_mail(world, tx, device.id, [MailKind.REVEAL_REQUESTED])
    return _asked(world, tx, decided, device)


def latest_request(world: World, actor: Actor, device_id: str) -> Asked:
    """The request of this person for this device that stands last; none that lapsed."""
    with world.store.read() as tx:
        device = permitted(actor, Permission.REVEAL, tx.devices.get(device_id))
        latest = tx.requests.latest(device.id, actor.id)
        if latest is None or latest.lapsed_at is not None:
            raise NotFound
        return _asked(world, tx, latest, device)


def open_requests(world: World, actor: Actor) -> Sequence[Asked]:
    """What waits for a decision, oldest first; a person's own are among them, though somebody else decides on those."""
    entitled(actor, Right.DECIDE_REQUESTS)
    since = world.clock.now() - world.policy.approval.wait
    with world.store.read() as tx:
        return _all_asked(world, tx, tx.requests.undecided(since))


def closed_requests(world: World, actor: Actor, after: str | None, limit: int) -> Sequence[Asked]:
    """What was decided lately or expired, the latest first, behind the request `after`; raise `UnknownPlace` for one
    that is none."""
    entitled(actor, Right.DECIDE_REQUESTS)
    now = world.clock.now()
    with world.store.read() as tx:
        closed = tx.requests.closed(now - RECENT, now - world.policy.approval.wait, after, limit)
        return _all_asked(world, tx, closed)


def is_approved(world: World, tx: Transaction, actor: Actor, device: Device) -> bool:
    """Whether a second person approved a moment ago that `actor` sees the key of this device."""
    latest = tx.requests.latest(device.id, actor.id)
    return latest is not None and world.policy.approval.state(latest, world.clock.now()) is RequestState.APPROVED


def _all_asked(world: World, tx: Transaction, every: Sequence[RevealRequest]) -> list[Asked]:
    with_devices = [(one, tx.devices.get(one.device_id)) for one in every]
    return [_asked(world, tx, one, device) for one, device in with_devices if device is not None]


def _asked(world: World, tx: Transaction, request: RevealRequest, device: Device) -> Asked:
    requester = tx.people.get(request.requested_by)
    if requester is None:
        raise NotFound
    return Asked(
        request=request,
        state=world.policy.approval.state(request, world.clock.now()),
        until=world.policy.approval.until(request),
        device=device,
        owner=_person(tx, device.owner_id),
        requester=requester,
        decider=_person(tx, request.decided_by),
    )


def _person(tx: Transaction, person_id: str | None) -> Person | None:
    return tx.people.get(person_id) if person_id is not None else None
