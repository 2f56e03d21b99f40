"""Mail that is not sent yet: kept, taken by one process at a time, and found by what it is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.mail import OUTCOMES, Mail, MailKind, MailState
from tests.integration.adapters.store.records import HOUR, NOW, device, person

SECOND = timedelta(seconds=1)


def mail(mail_id: str = "mail", kind: MailKind = MailKind.STORE_ASKED, **fields: object) -> Mail:
    given = {
        "person_id": "anna",
        "device_id": "mac",
        "actor_id": None,
        "happened_at": NOW,
        "state": MailState.WAITING,
        "due_at": NOW,
        **fields,
    }
    return Mail(mail_id, kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(mail(kind=MailKind.CREDENTIAL_RESET, device_id=None), id="about no device"),
        pytest.param(
            mail(
                state=MailState.FAILED, actor_id="gone", tried_since=NOW, tries=7, said="550 «nee»", due_at=NOW + HOUR
            ),
            id="with everything",
        ),
    ],
)
def test_a_mail_comes_back_as_it_was(with_people: SqlStore, one: Mail) -> None:
    with with_people.write() as tx:
        tx.mails.add(one)
    with with_people.read() as tx:
        assert tx.mails.get(one.id) == one
        assert tx.mails.all() == [one]
        assert tx.mails.get("another") is None


def test_what_is_due_first_is_next(with_people: SqlStore) -> None:
    with with_people.write() as tx:
        for name, due_at in (("later", NOW), ("first", NOW - SECOND), ("not yet", NOW + SECOND)):
            tx.mails.add(mail(name, due_at=due_at))
        tx.mails.add(mail("failed", state=MailState.FAILED, due_at=NOW - HOUR))
        assert tx.mails.next_due(NOW) == "first"
        assert tx.mails.next_due(NOW - HOUR) is None
        assert [one.id for one in tx.mails.all()] == ["failed", "first", "later", "not yet"]


def test_a_mail_is_taken_once(with_people: SqlStore) -> None:
    with with_people.write() as tx:
        tx.mails.add(mail())
        taken = tx.mails.claim("mail", NOW, until=NOW + HOUR)
        assert taken == mail(due_at=NOW + HOUR, tried_since=NOW, tries=1)
        assert tx.mails.claim("mail", NOW, until=NOW + HOUR) is None
        assert tx.mails.next_due(NOW) is None
        again = tx.mails.claim("mail", NOW + HOUR, until=NOW + 2 * HOUR)
        assert again == mail(due_at=NOW + 2 * HOUR, tried_since=NOW, tries=2)


def test_what_failed_is_not_taken(with_people: SqlStore) -> None:
    with with_people.write() as tx:
        tx.mails.add(mail(state=MailState.FAILED))
        assert tx.mails.claim("mail", NOW, until=NOW + HOUR) is None


def test_it_is_saved_and_removed(with_people: SqlStore) -> None:
    failed = mail(state=MailState.FAILED, said="550")
    with with_people.write() as tx:
        tx.mails.add(mail())
        tx.mails.save(failed)
        assert tx.mails.get("mail") == failed
        assert tx.mails.remove("mail")
        assert not tx.mails.remove("mail")
        assert tx.mails.all() == []


def test_what_waits_about_a_device_is_withdrawn(with_people: SqlStore) -> None:
    others = [
        mail("other device", MailKind.KEY_UPDATED, device_id="other"),
        mail("other kind"),
        mail("failed", MailKind.ROTATION_FAILED, state=MailState.FAILED),
    ]
    with with_people.write() as tx:
        for one in (*others, mail("outcome", MailKind.KEY_UPDATED), mail("older", MailKind.DEVICE_NOT_UPDATED)):
            tx.mails.add(one)
        assert tx.mails.waits("anna", "mac", OUTCOMES)
        assert not tx.mails.waits("bram", "mac", OUTCOMES)
        tx.mails.withdraw("mac", OUTCOMES)
        assert {one.id for one in tx.mails.all()} == {one.id for one in others}
        assert not tx.mails.waits("anna", "mac", OUTCOMES)
        assert tx.mails.waits("anna", "other", OUTCOMES)


@pytest.fixture
def with_people(store: SqlStore) -> SqlStore:
    """Anna and Bram, and two Macs."""
    with store.write() as tx:
        for username in ("anna", "bram"):
            tx.people.add(person(username), None)
        tx.devices.add(device())
        tx.devices.add(device("other"))
    return store
