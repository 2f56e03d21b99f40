"""Who is told what by mail, through a real mail server: nothing that did not happen, and nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sleutelkast.adapters.notify.smtp import SmtpMailer
from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.mail import Mail, MailKind, MailState
from sleutelkast.domain.person import Person, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import make_mailer
from sleutelkast.settings import Settings, load
from sleutelkast.usecases import mail as mails
from sleutelkast.usecases import manage
from sleutelkast.usecases.errors import NotFound, PersonalDevice
from sleutelkast.usecases.own_devices import dismiss_notice, notices, own_devices, see_deposit, see_device
from sleutelkast.usecases.request_reveal import decide_request, request_reveal
from sleutelkast.usecases.sign_in import sign_in
from sleutelkast.usecases.support_desk import ask_all_to_store, ask_to_store
from tests.integration.mail_server import MailServer, body
from tests.integration.processes import wait_for
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage

REASON = "Anna belt uit de trein: kluis 14, code 7291"
WRONG = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
ADDRESS = "http://127.0.0.1:8000"
CORPORATE = Ownership.CORPORATE


# Asked to store


def test_who_is_asked_to_store_a_key_reads_it_in_their_language(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac
) -> None:
    asks(stage, sanne, mac)
    posts(stage)
    (message,) = server.messages
    assert str(message["To"]) == "Anna de Boer <anna@havenlicht.example>"
    assert str(message["Content-Language"]) == "nl"
    assert "Je organisatie vraagt je de herstelsleutel van" in body(message, "plain")
    assert f"{ADDRESS}/devices/{stage.device(mac).id}/store" in body(message, "plain")
    assert unsent(stage) == []


def test_another_reads_it_in_theirs(stage: Stage, server: MailServer, sanne: Person) -> None:
    mona, john = person(stage, "mona", locale="ar"), person(stage, "john", locale=None)
    for owner in (mona, john):
        asks(stage, sanne, stage.enrolled_mac(owner))
    posts(stage)
    assert {str(one["Content-Language"]): 'dir="rtl"' in body(one, "html") for one in server.messages} == {
        "ar": True,
        "en": False,
    }


def test_who_chose_none_is_written_to_in_the_language_that_they_last_read(
    stage: Stage, server: MailServer, sanne: Person
) -> None:
    john = person(stage, "john", locale=None)
    for tag in ("de", "nl"):
        sign_in(stage.world, "john", SecretBytes(b"zeilboot-haven"), Visit(reads=tag))
    asks(stage, sanne, stage.enrolled_mac(john))
    posts(stage)
    assert [str(one["Content-Language"]) for one in server.messages] == ["nl"]


def test_asked_again_before_it_was_sent_it_is_one_mail(
    stage: Stage, server: MailServer, sanne: Person, mac: Mac
) -> None:
    asks(stage, sanne, mac)
    asks(stage, sanne, mac)
    posts(stage)
    asks(stage, sanne, mac)
    posts(stage)
    assert len(server.raw) == 2


def test_all_who_have_no_key_are_asked(stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac) -> None:
    kept = stage.enrolled_mac(anna)
    stage.stores(anna, kept)
    see_device(stage.world, anna.actor, stage.device(kept).id)
    ask_all_to_store(stage.world, sanne.actor, "", None)
    posts(stage)
    assert [recipients for _, recipients in server.envelopes] == [["anna@havenlicht.example"]]


def test_who_stores_it_before_the_mail_went_is_not_asked(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac
) -> None:
    asks(stage, sanne, mac)
    stage.stores(anna, mac)
    posts(stage, minutes=10)
    assert kinds(server) == ["kept"]


@pytest.mark.parametrize("left", ["mac", "account", "address"])
def test_who_can_do_nothing_about_it_is_not_asked(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac, left: str
) -> None:
    if left == "address":
        mac = stage.enrolled_mac(person(stage, "nomail", email=None))
    asks(stage, sanne, mac)
    if left == "mac":
        bram = person(stage, "bram")
        stage.gives(mac, bram)
    if left == "account":
        manage.disable_person(stage.world, "anna")
    posts(stage)
    assert "store" not in kinds(server)
    assert unsent(stage) == []


# A reveal by somebody else


def test_the_owner_is_told_of_each_reveal_by_another_and_not_why(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, corporate: Mac
) -> None:
    for _ in range(2):
        stage.reveals(sanne, corporate, reason=REASON)
    posts(stage)
    assert kinds(server) == ["revealed", "revealed"]
    text = body(server.messages[0], "plain")
    assert "getoond aan Sanne Bakker" in text
    assert f"op {stage.clock.now().day} " in text
    # The reason is written for those who read the audit log; a mail passes through many hands.
    assert not any(word in text for word in ("kluis", "7291", REASON))


def test_an_owner_who_looks_at_their_own_key_gets_no_mail(
    stage: Stage, server: MailServer, anna: Person, corporate: Mac
) -> None:
    stage.reveals(anna, corporate)
    posts(stage)
    assert server.raw == []


def test_a_denied_reveal_is_no_reveal(stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    see_device(stage.world, anna.actor, stage.device(mac).id)
    with pytest.raises(PersonalDevice):
        stage.reveals(sanne, mac, reason=REASON)
    posts(stage, minutes=10)
    assert server.raw == []


def test_giving_the_mac_away_does_not_hide_that_its_key_was_shown(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, corporate: Mac
) -> None:
    stage.learns(corporate, given_name="Bram’s geheim project")
    stage.reveals(sanne, corporate, reason=REASON)
    stage.gives(corporate, person(stage, "bram"), CORPORATE)
    posts(stage)
    assert sorted(kinds(server)) == ["reassigned", "revealed"]
    for message in server.messages:
        assert "Bram’s geheim project" not in body(message, "plain")
        assert "/devices/" not in body(message, "plain")


def test_a_disabled_account_does_not_hide_it_either(
    stage: Stage, server: MailServer, sanne: Person, corporate: Mac
) -> None:
    stage.reveals(sanne, corporate, reason=REASON)
    manage.disable_person(stage.world, "anna")
    posts(stage)
    assert kinds(server) == ["revealed"]


# How a deposit ended


def test_who_left_reads_that_the_new_key_is_kept(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    posts(stage, minutes=4)
    assert server.raw == []
    posts(stage, minutes=2)
    assert kinds(server) == ["kept"]


def test_who_left_reads_that_it_could_not_be_stored(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG)
    stage.goes_round(mac)
    posts(stage, minutes=6)
    assert kinds(server) == ["not stored"]
    assert "Bekijk wat je kunt doen" in body(server.messages[0], "html")


@pytest.mark.parametrize("where", ["deposit", "device", "devices", "notices"])
def test_who_saw_it_in_the_portal_gets_no_mail(
    stage: Stage, server: MailServer, anna: Person, mac: Mac, where: str
) -> None:
    stage.saves(anna, mac, WRONG)
    stage.goes_round(mac)
    looks(stage, anna, mac, where)
    posts(stage, minutes=10)
    assert server.raw == []
    assert unsent(stage) == []


@pytest.mark.parametrize("where", ["deposit", "device", "devices", "notices"])
def test_who_looked_before_it_ended_gets_one(
    stage: Stage, server: MailServer, anna: Person, mac: Mac, where: str
) -> None:
    stage.saves(anna, mac)
    stage.works()
    looks(stage, anna, mac, where)
    stage.connects(mac)
    posts(stage, minutes=10)
    assert kinds(server) == ["kept"]


def test_it_counts_when_the_owner_looks_not_when_support_does(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac
) -> None:
    stage.saves(anna, mac, WRONG)
    stage.goes_round(mac)
    looks(stage, sanne, mac, "device")
    looks(stage, sanne, mac, "deposit")
    posts(stage, minutes=10)
    assert kinds(server) == ["not stored"]


def test_a_late_answer_takes_back_what_was_not_said_yet(
    stage: Stage, server: MailServer, anna: Person, mac: Mac
) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=4)
    stage.works()
    assert stage.states(mac) == ["unanswered"]
    stage.connects(mac)
    posts(stage, minutes=10)
    assert kinds(server) == ["kept"]


def test_what_was_said_already_is_put_right(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=4)
    stage.works()
    posts(stage, minutes=10)
    stage.connects(mac)
    posts(stage, minutes=10)
    assert kinds(server) == ["not stored", "kept"]


def test_overtaken_by_an_older_one_it_is_told_once(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.saves(anna, mac, WRONG)
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "superseded"]
    posts(stage, minutes=10)
    assert kinds(server) == ["kept"]


def test_a_rotation_that_support_asked_for_is_told_where_it_came_to_nothing(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, corporate: Mac
) -> None:
    stage.rotates(sanne, corporate)
    stage.works()
    stage.connects(corporate)
    posts(stage, minutes=10)
    assert server.raw == []
    stage.rotates(sanne, corporate)
    stage.works()
    stage.connects(corporate, Does.ERRORS)
    stage.works()
    stage.connects(corporate)
    stage.time_passes(days=4)
    stage.works()
    posts(stage, minutes=10)
    assert kinds(server) == ["not rotated"]


# Changes by an administrator


def test_changes_of_account_and_ownership_are_told(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    manage.reset_password(stage.world, "anna", SecretBytes(b"nieuw-wachtwoord-9"))
    stage.gives(mac, anna, CORPORATE)
    stage.gives(mac, person(stage, "bram"), CORPORATE)
    posts(stage)
    assert sorted(kinds(server)) == ["ownership", "password", "reassigned"]
    assert b"nieuw-wachtwoord-9" not in b"".join(server.raw)


def test_whoever_reset_an_account_and_dismisses_the_notice_does_not_stop_the_mail(
    stage: Stage, server: MailServer, anna: Person
) -> None:
    manage.reset_password(stage.world, "anna", SecretBytes(b"nieuw-wachtwoord-9"))
    (told,) = notices(stage.world, anna.actor)
    dismiss_notice(stage.world, anna.actor, told.notice.id)
    posts(stage)
    assert kinds(server) == ["password"]


def test_who_a_mac_is_given_to_first_is_told_nothing(stage: Stage, server: MailServer, mac: Mac) -> None:
    posts(stage)
    assert server.raw == []


# Nothing lost, nothing that did not happen


def test_what_is_rolled_back_is_not_mailed(stage: Stage, server: MailServer, anna: Person, mac: Mac) -> None:
    with pytest.raises(SystemExit), stage.store.write() as tx:
        mails.write_mail(stage.world, tx, MailKind.STORE_ASKED, anna.id, stage.device(mac).id)
        raise SystemExit
    posts(stage)
    assert server.raw == []


def test_it_is_tried_again_with_growing_pauses_until_it_is_taken(
    stage: Stage, server: MailServer, sanne: Person, mac: Mac
) -> None:
    server.answers["RCPT"] = "451 try later"
    asks(stage, sanne, mac)
    for minutes, tries in ((0, 1), (0.9, 1), (0.2, 2), (1.9, 2), (0.2, 3)):
        posts(stage, minutes=minutes)
        assert server.tries == tries
    (waiting,) = unsent(stage)
    assert (waiting.state, waiting.tries, waiting.said) == (MailState.WAITING, 3, "451 try later")
    server.answers.clear()
    posts(stage, minutes=5)
    assert len(server.raw) == 1
    assert unsent(stage) == []


def test_it_is_given_up_after_some_days_and_shown(stage: Stage, server: MailServer, sanne: Person, mac: Mac) -> None:
    server.answers["DATA"] = "452 no room"
    asks(stage, sanne, mac)
    for _ in range(30):
        posts(stage, hours=4)
    (failed,) = mails.unsent_mail(stage.world)
    assert (failed.mail.state, failed.mail.said) == (MailState.FAILED, "452 no room")
    assert failed.person is not None
    assert failed.person.username == "anna"
    tries = server.tries
    posts(stage, days=30)
    assert server.tries == tries
    server.answers.clear()
    assert mails.retry_mail(stage.world, failed.mail.id) == 1
    posts(stage)
    assert len(server.raw) == 1


def test_a_refusal_for_good_is_shown_at_once(stage: Stage, server: MailServer, sanne: Person, mac: Mac) -> None:
    server.answers["RCPT"] = "550 no such person"
    asks(stage, sanne, mac)
    for _ in range(3):
        posts(stage, days=1)
    assert server.tries == 1
    (failed,) = unsent(stage)
    assert (failed.state, failed.said) == (MailState.FAILED, "550 no such person")
    mails.drop_mail(stage.world, failed.id)
    assert unsent(stage) == []
    with pytest.raises(NotFound):
        mails.drop_mail(stage.world, failed.id)
    with pytest.raises(NotFound):
        mails.retry_mail(stage.world, failed.id)


def test_one_that_is_refused_holds_up_no_other(stage: Stage, server: MailServer, sanne: Person, mac: Mac) -> None:
    bad = stage.enrolled_mac(person(stage, "bad", email="no address"))
    asks(stage, sanne, bad)
    asks(stage, sanne, mac)
    posts(stage)
    assert [recipients for _, recipients in server.envelopes] == [["anna@havenlicht.example"]]
    (failed,) = unsent(stage)
    assert failed.said == "the portal can write to no such address"


def test_all_that_was_tried_in_vain_is_tried_again_together(
    stage: Stage, server: MailServer, sanne: Person, mac: Mac
) -> None:
    server.answers["RCPT"] = "550 relay denied"
    asks(stage, sanne, mac)
    posts(stage)
    server.answers["RCPT"] = "450 later"
    asks(stage, sanne, stage.enrolled_mac(person(stage, "mona")))
    posts(stage)
    server.answers.clear()
    assert mails.retry_mail(stage.world) == 2
    posts(stage)
    assert len(server.raw) == 2


def test_a_crash_before_the_commit_sends_it_twice_under_one_id(
    stage: Stage, server: MailServer, sanne: Person, mac: Mac
) -> None:
    asks(stage, sanne, mac)
    dies = replace(stage.world, mailer=DiesAfter(stage.world.mailer))
    with pytest.raises(SystemExit):
        mails.send_next_mail(dies)
    assert len(server.raw) == 1
    posts(stage, minutes=4)
    assert len(server.raw) == 1
    posts(stage, minutes=2)
    assert len({str(one["Message-ID"]) for one in server.messages}) == 1
    assert len(server.raw) == 2
    assert unsent(stage) == []


def test_a_mail_at_which_every_try_dies_is_given_up_and_shown(
    stage: Stage, server: MailServer, sanne: Person, mac: Mac
) -> None:
    server.answers["DATA"] = "450 later"
    asks(stage, sanne, mac)
    dies = replace(stage.world, mailer=DiesAfter(stage.world.mailer))
    for _ in range(2):
        with pytest.raises(SystemExit):
            mails.send_next_mail(dies)
        stage.time_passes(days=3)
    assert mails.send_next_mail(dies)
    (failed,) = unsent(stage)
    assert (failed.state, failed.tries, failed.said) == (MailState.FAILED, 3, "it was given up")


def test_two_workers_send_it_once(stage: Stage, server: MailServer, sanne: Person, mac: Mac) -> None:
    asks(stage, sanne, mac)
    server.hangs_at = "RCPT"
    first = threading.Thread(target=mails.send_next_mail, args=[stage.world])
    first.start()
    wait_for(lambda: server.tries == 1, "the first worker")
    assert not mails.send_next_mail(stage.world)
    server.hangs_at = None
    first.join()
    assert len(server.raw) == 1


def test_while_the_server_hangs_no_transaction_waits(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, mac: Mac
) -> None:
    asks(stage, sanne, mac)
    server.hangs_at = "DATA"
    sending = threading.Thread(target=mails.send_next_mail, args=[stage.world])
    sending.start()
    wait_for(lambda: server.tries == 1, "the mail on its way")
    assert str(stage.stores(anna, mac).state) == "stored"
    assert sending.is_alive()
    server.hangs_at = None
    sending.join()
    assert len(server.raw) == 1


# A request to see a key


def test_administrators_are_told_of_a_request_and_not_why(
    stage: Stage, server: MailServer, sanne: Person, corporate: Mac
) -> None:
    ada, arno = person(stage, "ada", Role.ADMINISTRATOR), person(stage, "arno", Role.ADMINISTRATOR)
    asked = request_reveal(stage.world, sanne.actor, stage.device(corporate).id, REASON)
    posts(stage)
    assert kinds(server) == ["requested", "requested"]
    assert sorted(str(one["To"]) for one in server.messages) == sorted(
        f"{one.name} <{one.email}>" for one in (ada, arno)
    )
    text = body(server.messages[0], "plain")
    assert "Sanne Bakker" in text
    assert "/admin/requests" in text
    assert not any(word in text for word in ("kluis", "7291", REASON))
    decide_request(stage.world, ada.actor, asked.request.id, approve=True)
    posts(stage, minutes=10)
    assert kinds(server) == ["requested", "requested"]


@pytest.mark.parametrize("what", ["decided", "given away", "waited too long", "disabled"])
def test_what_is_no_longer_to_be_decided_is_not_mailed(
    stage: Stage, server: MailServer, anna: Person, sanne: Person, corporate: Mac, what: str
) -> None:
    ada = person(stage, "ada", Role.ADMINISTRATOR)
    asked = request_reveal(stage.world, sanne.actor, stage.device(corporate).id, REASON)
    if what == "decided":
        decide_request(stage.world, ada.actor, asked.request.id, approve=False)
    elif what == "given away":
        stage.gives(corporate, sanne, CORPORATE)
    elif what == "waited too long":
        stage.clock.moment += stage.world.policy.approval.wait
    else:
        manage.disable_person(stage.world, "ada")
    posts(stage)
    assert "requested" not in kinds(server)


def test_without_a_mail_server_no_mail_is_written(stage: Stage, anna: Person, sanne: Person, mac: Mac) -> None:
    stage.world = replace(stage.world, mailer=None)
    asks(stage, sanne, mac)
    stage.stores(anna, mac)
    assert "store-asked" in stage.told(anna)
    assert unsent(stage) == []
    assert not mails.send_next_mail(stage.world)


def test_no_mail_holds_a_key(stage: Stage, server: MailServer, anna: Person, sanne: Person, corporate: Mac) -> None:
    keys = [corporate.key]
    stage.saves(anna, corporate, WRONG)
    stage.goes_round(corporate)
    stage.reveals(sanne, corporate, reason=REASON)
    posts(stage, minutes=10)
    stage.stores(anna, corporate)
    keys += [corporate.key, WRONG]
    asks(stage, sanne, corporate)
    posts(stage, minutes=10)
    assert len(server.raw) >= 4
    said = "".join(body(one, kind) + str(one["Subject"]) for one in server.messages for kind in ("plain", "html"))
    assert not any(form in said for key in keys for form in (key, key.replace("-", ""), key.lower()))


class DiesAfter:
    """A process that dies when the mail server has answered."""

    def __init__(self, mailer: SmtpMailer) -> None:
        self._mailer = mailer

    def send(self, letter: object) -> None:
        self._mailer.send(letter)  # type: ignore[arg-type]
        raise SystemExit


def asks(stage: Stage, support: Person, mac: Mac) -> None:
    stage.time_passes(seconds=1)
    ask_to_store(stage.world, support.actor, stage.device(mac).id)


def posts(stage: Stage, **later: float) -> None:
    """So much later, the background work sends what is due."""
    stage.time_passes(seconds=1)
    stage.time_passes(**later)
    while mails.send_next_mail(stage.world):
        pass


def looks(stage: Stage, who: Person, mac: Mac, where: str) -> None:
    device_id = stage.device(mac).id
    if where == "deposit":
        see_deposit(stage.world, who.actor, device_id, None)
    elif where == "device":
        see_device(stage.world, who.actor, device_id)
    elif where == "devices":
        own_devices(stage.world, who.actor, None, 10)
    else:
        notices(stage.world, who.actor)


def unsent(stage: Stage) -> list[Mail]:
    return [one.mail for one in mails.unsent_mail(stage.world)]


SUBJECTS = {
    "Sla de herstelsleutel": "store",
    "aan iemand anders getoond": "revealed",
    "De nieuwe herstelsleutel": "kept",
    "kon niet worden opgeslagen": "not stored",
    "geen nieuwe herstelsleutel": "not rotated",
    "niet meer een van je apparaten": "reassigned",
    "persoonlijk of zakelijk": "ownership",
    "nieuw wachtwoord": "password",
    "wacht op je": "requested",
}


def kinds(server: MailServer) -> list[str]:
    """What the mails that arrived are about, by their Dutch subjects."""
    return [next(kind for words, kind in SUBJECTS.items() if words in one) for one in server.subjects]


def person(
    stage: Stage, username: str, *roles: Role, locale: str | None = "nl", email: str | None = "", name: str = ""
) -> Person:
    address = f"{username}@havenlicht.example" if email == "" else email
    added = manage.add_person(
        stage.world, username, name or username.capitalize(), address, frozenset(roles), SecretBytes(b"zeilboot-haven")
    )
    with stage.store.write() as tx:
        tx.people.set_locale(added.id, locale)
    return replace(added, locale=locale)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


@pytest.fixture
def stage(stage: Stage, settings: Settings, server: MailServer) -> Stage:
    """With mail set up."""
    told = load(
        {"SLEUTELKAST_SMTP_URL": f"smtp://127.0.0.1:{server.port}", "SLEUTELKAST_MAIL_FROM": "keys@havenlicht.example"}
    )
    mailer = make_mailer(replace(settings, smtp_url=told.smtp_url, mail_from=told.mail_from))
    stage.world = replace(stage.world, mailer=mailer)
    return stage


@pytest.fixture
def anna(stage: Stage) -> Person:
    return person(stage, "anna", name="Anna de Boer")


@pytest.fixture
def sanne(stage: Stage) -> Person:
    return person(stage, "sanne", Role.SUPPORT, name="Sanne Bakker")


@pytest.fixture
def corporate(stage: Stage, anna: Person) -> Mac:
    """Anna's, corporate, with a kept key; she has seen that it is."""
    mac = stage.new_mac()
    stage.gives(mac, anna, CORPORATE)
    stage.hears(mac.authenticates(), mac.updates_token())
    stage.stores(anna, mac)
    see_device(stage.world, anna.actor, stage.device(mac).id)
    return mac
