"""Mail to people: written down in the transaction of what it tells of, sent by background work.

So no mail is sent of what did not happen, and none is lost: it waits in the database until the mail server has taken
it. A crash between the server's word and ours sends it twice, under one Message-ID.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sleutelkast.domain.access import Actor, Right, has_right
from sleutelkast.domain.device import Device, called
from sleutelkast.domain.mail import (
    FOR_THE_OWNER_TO_ACT,
    OUTCOMES,
    Mail,
    MailKind,
    MailState,
    again,
    not_sent,
    refused,
)
from sleutelkast.domain.person import Person
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.ports import Letter, Posting, PostingReport
from sleutelkast.usecases.repository import Conflict, Transaction
from sleutelkast.usecases.world import World

LEASE = timedelta(minutes=5)
"""How long a mail is left to the process that took it: longer than a try takes."""


def write_mail(
    world: World,
    tx: Transaction,
    kind: MailKind,
    person_id: str,
    device_id: str | None,
    actor_id: str | None = None,
) -> None:
    """Have a mail sent once the caller's transaction is committed; nothing where no mail is set up."""
    if world.mailer is None:
        return
    now = world.clock.now()
    due_at = world.policy.mail.first_try(kind, now)
    tx.mails.add(Mail(world.new_id(), kind, person_id, device_id, actor_id, now, MailState.WAITING, due_at))


def withdraw_mail(world: World, tx: Transaction, device_id: str, kinds: Iterable[MailKind]) -> None:
    """Forget what waits about a device, since it is true no more."""
    if world.mailer is not None:
        tx.mails.withdraw(device_id, kinds)


def outcomes_seen(world: World, actor: Actor, shown: Iterable[tuple[Device | None, datetime | None]]) -> None:
    """A person is being shown how deposits of these devices ended, and when: no mail needs to tell them."""
    if world.mailer is None:
        return
    since = world.clock.now() - world.policy.mail.given_up_after
    recent = {
        device.id for device, ended_at in shown if device is not None and ended_at is not None and ended_at > since
    }
    if not recent:
        return
    with world.store.read() as tx:
        waiting = sorted(one for one in recent if tx.mails.waits(actor.id, one, OUTCOMES))
    if waiting:
        # Where another process changes the same at this moment, they read once more what they know.
        with suppress(Conflict), world.store.write() as tx:
            for device_id in waiting:
                tx.mails.withdraw(device_id, OUTCOMES)


def send_next_mail(world: World) -> bool:
    """Send the mail that is due first, outside of any transaction; whether there was one."""
    if world.mailer is None:
        return False
    with world.store.read() as tx:
        due = tx.mails.next_due(world.clock.now())
    if due is None:
        return False
    taken = _take(world, due)
    if taken is not None:
        mail, letter = taken
        _commit(world, mail, world.mailer.send(letter))
    return True


def _take(world: World, mail_id: str) -> tuple[Mail, Letter] | None:
    """A mail and what it says; None where it is not to be sent, or not by this process."""
    now = world.clock.now()
    with world.store.write() as tx:
        mail = tx.mails.claim(mail_id, now, until=now + LEASE)
        if mail is None:
            return None
        if world.policy.mail.is_over(mail, now):
            # Each try of it ended with its process.
            tx.mails.save(refused(mail, mail.said or "it was given up"))
            return None
        letter = _letter(world, tx, mail)
        if letter is None:
            # There is nobody left to tell.
            tx.mails.remove(mail.id)
            return None
        return mail, letter


def _letter(world: World, tx: Transaction, mail: Mail) -> Letter | None:
    person = tx.people.get(mail.person_id)
    device = tx.devices.get(mail.device_id) if mail.device_id is not None else None
    if person is None or not person.email or not _concerns(world, mail, person, device):
        return None
    doer = tx.people.get(mail.actor_id) if mail.actor_id is not None else None
    is_theirs = device is not None and device.owner_id == person.id
    return Letter(
        id=mail.id,
        kind=mail.kind,
        address=person.email,
        to=person.name,
        locale=person.language,
        device_id=device.id if device is not None and is_theirs else None,
        device=_name(device, is_theirs=is_theirs) if device is not None else None,
        by=doer.name if doer is not None else None,
        happened_at=mail.happened_at,
        written_at=world.clock.now(),
    )


def _concerns(world: World, mail: Mail, person: Person, device: Device | None) -> bool:
    """What others did with their key or account is told to them in any case; the rest while they can do something."""
    if mail.kind is MailKind.REVEAL_REQUESTED:
        waits = world.clock.now() < mail.happened_at + world.policy.approval.wait
        return waits and person.disabled_at is None and has_right(person.actor, Right.DECIDE_REQUESTS)
    if mail.kind not in FOR_THE_OWNER_TO_ACT:
        return True
    return device is not None and device.owner_id == person.id and person.disabled_at is None


def _name(device: Device, *, is_theirs: bool) -> str:
    """What its present owner calls it is no business of whoever had it before."""
    return device.name if is_theirs else called(None, None, device.model, device.serial) or device.id


def _commit(world: World, mail: Mail, report: PostingReport) -> None:
    now = world.clock.now()
    with world.store.write() as tx:
        if report.posting is Posting.TAKEN:
            tx.mails.remove(mail.id)
        elif report.posting is Posting.REFUSED:
            tx.mails.save(refused(mail, report.said))
        else:
            tx.mails.save(not_sent(mail, report.said, world.policy.mail, now))


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail that is not sent yet, for those who run the portal."""

    mail: Mail
    person: Person | None
    device: Device | None


def unsent_mail(world: World) -> Sequence[Listed]:
    """What failed, and then what waits in the order in which it is due."""
    with world.store.read() as tx:
        return [
            Listed(one, tx.people.get(one.person_id), tx.devices.get(one.device_id) if one.device_id else None)
            for one in tx.mails.all()
        ]


def retry_mail(world: World, mail_id: str | None = None) -> int:
    """Have one mail tried again now, or all that failed or wait for a later try; how many."""
    now = world.clock.now()
    with world.store.write() as tx:
        chosen = [_named(tx, mail_id)] if mail_id is not None else [one for one in tx.mails.all() if one.tries > 0]
        for mail in chosen:
            tx.mails.save(again(mail, now))
    return len(chosen)


def drop_mail(world: World, mail_id: str) -> None:
    """Give up on a mail: it is not sent, and shown no more."""
    with world.store.write() as tx:
        if not tx.mails.remove(mail_id):
            raise NotFound


def _named(tx: Transaction, mail_id: str) -> Mail:
    mail = tx.mails.get(mail_id)
    if mail is None:
        raise NotFound
    return mail
