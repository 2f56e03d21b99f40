"""How long mail waits, when it is given up, and what is an address at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.mail import (
    OUTCOMES,
    Mail,
    MailKind,
    MailPolicy,
    MailState,
    again,
    mail_address,
    not_sent,
    refused,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
POLICY = MailPolicy()
MINUTE = timedelta(minutes=1)


def mail(tries: int = 1, tried_since: datetime | None = NOW) -> Mail:
    return Mail("mail", MailKind.STORE_ASKED, "anna", "mac", "sanne", NOW, MailState.WAITING, NOW, tried_since, tries)


@pytest.mark.parametrize("kind", MailKind)
def test_only_the_outcome_of_a_deposit_leaves_people_time_to_see_it_themselves(kind: MailKind) -> None:
    waits = POLICY.first_try(kind, NOW) - NOW
    assert waits == (POLICY.outcome_wait if kind in OUTCOMES else timedelta(0))


def test_pauses_grow_to_the_longest() -> None:
    pauses = [POLICY.pause(tries) for tries in range(1, 12)]
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == POLICY.longest_pause
    assert POLICY.pause(10**6) == POLICY.longest_pause


def test_what_is_not_sent_is_tried_again_later() -> None:
    later = not_sent(mail(tries=3), "it does not answer in time", POLICY, NOW + MINUTE)
    assert (later.state, later.due_at, later.said) == (
        MailState.WAITING,
        NOW + 5 * MINUTE,
        "it does not answer in time",
    )


def test_it_is_given_up_so_long_after_its_first_try() -> None:
    end = NOW + POLICY.given_up_after
    assert not_sent(mail(30), "no", POLICY, end - MINUTE).state is MailState.WAITING
    assert not_sent(mail(30), "no", POLICY, end).state is MailState.FAILED


def test_a_mail_that_waited_for_a_worker_is_tried_first() -> None:
    assert not POLICY.is_over(mail(tries=0, tried_since=None), NOW + timedelta(days=400))


def test_with_the_longest_pauses_it_is_tried_often_before_that() -> None:
    moment, tries = NOW, 0
    one = mail(tries=0)
    while one.state is MailState.WAITING:
        tries += 1
        one = not_sent(mail(tries), "no", POLICY, moment)
        moment = one.due_at
    assert 20 <= tries <= 60


def test_what_is_refused_is_not_tried_again_by_itself() -> None:
    assert (refused(mail(), "550 no").state, refused(mail(), "550 no").said) == (MailState.FAILED, "550 no")


def test_tried_again_it_has_as_long_as_a_new_one() -> None:
    later = NOW + timedelta(days=10)
    anew = again(refused(mail(9), "550 no"), later)
    assert (anew.state, anew.due_at, anew.tries, anew.tried_since) == (MailState.WAITING, later, 0, None)
    assert anew.said == "550 no"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("anna@example.org", ("anna", "example.org"), id="plain"),
        pytest.param(" Anna.de+keys@Example.org ", ("Anna.de+keys", "Example.org"), id="blanks around"),
        pytest.param("anna=x?y@example.org", ("anna=x?y", "example.org"), id="signs that mean nothing apart"),
        pytest.param("anna@bücher.example", ("anna", "xn--bcher-kva.example"), id="another script"),
        pytest.param("root@localhost", ("root", "localhost"), id="a machine"),
        pytest.param("anna", None, id="no @"),
        pytest.param("", None, id="empty"),
        pytest.param("@example.org", None, id="nobody"),
        pytest.param("anna@", None, id="nowhere"),
        pytest.param("anna@-example.org", None, id="an option"),
        pytest.param("anna@example..org", None, id="two dots"),
        pytest.param("anna@example.org\nBcc: eve@example.org", None, id="a header"),
        pytest.param("anna@example.org>\r\nRCPT TO:<eve@example.org", None, id="a command"),
        pytest.param("=?utf-8?q?anna=0D=0ABcc=3A_eve=40example.org?=@example.org", None, id="an encoded header"),
        pytest.param("a@b.example, c@d.example", None, id="two"),
        pytest.param('"a b"@example.org', None, id="quoted"),
        pytest.param("anna\u202e@example.org", None, id="turned round"),
        pytest.param("ännä@example.org", None, id="beyond ASCII"),
        pytest.param("a" * 65 + "@example.org", None, id="too long"),
        pytest.param("anna@" + "a." * 130 + "org", None, id="too long a domain"),
    ],
)
def test_what_is_an_address(text: str, parts: tuple[str, str] | None) -> None:
    assert mail_address(text) == parts
