"""Mail is handed to a real server; whatever that one does, the answer says what becomes of the mail."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from sleutelkast.adapters.notify.smtp import MailServer as At
from sleutelkast.adapters.notify.smtp import SmtpMailer, Writing
from sleutelkast.domain.mail import MailKind
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import Letter, Posting
from tests.integration.mail_server import HOST, Certificate, MailServer

PASSWORD = "geheim-Zq7/ha@ven"
LETTER = Letter(
    id="0123456789abcdef",
    kind=MailKind.STORE_ASKED,
    address="anna@havenlicht.example",
    to="Anna de Boer",
    locale="nl",
    device_id="mac",
    device="Anna’s MacBook Air",
    by="Sanne",
    happened_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    written_at=datetime(2026, 11, 2, 9, 31, tzinfo=UTC),
)


def test_a_mail_is_taken(running: MailServer, mailer: SmtpMailer) -> None:
    assert mailer.send(LETTER).posting is Posting.TAKEN
    assert running.envelopes == [("keys@havenlicht.example", ["anna@havenlicht.example"])]
    (message,) = running.messages
    assert str(message["Message-ID"]) == "<0123456789abcdef@havenlicht.example>"
    assert str(message["Subject"]) == "Sla de herstelsleutel van Anna’s MacBook Air op"
    assert all(byte < 128 for byte in running.raw[0])


def test_sent_twice_it_is_known_as_one(running: MailServer, mailer: SmtpMailer) -> None:
    mailer.send(LETTER)
    mailer.send(replace(LETTER, written_at=datetime(2026, 11, 3, tzinfo=UTC)))
    assert len({str(one["Message-ID"]) for one in running.messages}) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "posting"),
    [
        pytest.param("421 Too many connections", Posting.NOT_NOW, id="closing"),
        pytest.param("450 Try again later", Posting.NOT_NOW, id="not now"),
        pytest.param("550 No such person", Posting.REFUSED, id="never"),
        pytest.param("554 Rejected as spam", Posting.REFUSED, id="rejected"),
    ],
)
def test_what_the_server_says_decides(
    running: MailServer, mailer: SmtpMailer, command: str, answer: str, posting: Posting
) -> None:
    running.answers[command] = answer
    report = mailer.send(LETTER)
    assert (report.posting, report.said) == (posting, answer)
    assert running.raw == []
    running.answers.clear()
    assert mailer.send(LETTER).posting is Posting.TAKEN


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("anna", id="without a domain"),
        pytest.param("", id="empty"),
        pytest.param("anna@", id="nothing behind the @"),
        pytest.param("anna@havenlicht.example\r\nBcc: eve@evil.example", id="another header"),
        pytest.param("anna@havenlicht.example>\r\nRCPT TO:<eve@evil.example", id="another recipient"),
        pytest.param("anna@havenlicht.example, eve@evil.example", id="two"),
        pytest.param("<anna@havenlicht.example>", id="in brackets"),
        pytest.param("ännä@havenlicht.example", id="beyond ASCII"),
        pytest.param("anna@" + "x" * 70 + "é.example", id="a domain that can be none"),
        pytest.param('"anna\x07"@havenlicht.example', id="a bell"),
        pytest.param('"anna eve"@havenlicht.example', id="a blank"),
    ],
)
def test_what_is_no_address_is_refused_before_anybody_is_asked(
    running: MailServer, mailer: SmtpMailer, address: str
) -> None:
    report = mailer.send(replace(LETTER, address=address))
    assert (report.posting, report.said) == (Posting.REFUSED, "the portal can write to no such address")
    assert running.tries == 0


def test_a_domain_in_any_script_is_written_to(running: MailServer, mailer: SmtpMailer) -> None:
    assert mailer.send(replace(LETTER, address=" anna@bücher.example ")).posting is Posting.TAKEN
    assert running.envelopes[0][1] == ["anna@xn--bcher-kva.example"]


# Away, slow or hostile


def test_where_nothing_listens_it_waits(mailer: SmtpMailer) -> None:
    report = mailer.send(LETTER)
    assert (report.posting, report.said) == (Posting.NOT_NOW, "nothing listens there")
    assert mailer.trouble() == "nothing listens there"


def test_an_unknown_name_is_said(writing: Writing) -> None:
    mailer = SmtpMailer(At("mail.invalid", 25), writing)
    assert mailer.send(LETTER).said == "its name is not known"


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left(running: MailServer, at: At, writing: Writing, command: str) -> None:
    running.hangs_at = command
    report = SmtpMailer(replace(at, wait_seconds=0.2), writing).send(LETTER)
    running.hangs_at = None
    assert report.posting is Posting.NOT_NOW
    assert report.said == "it does not answer in time"


@pytest.mark.parametrize(
    "line",
    [pytest.param(b"", id="silent"), pytest.param(b"2", id="a byte at a time"), pytest.param(b"220-more\r\n", id="on")],
)
def test_a_server_that_never_comes_to_an_end_is_left(writing: Writing, line: bytes) -> None:
    with talking(line) as port:
        mailer = SmtpMailer(At(HOST, port, wait_seconds=5, try_seconds=0.3), writing)
        assert mailer.send(LETTER).posting is Posting.NOT_NOW
        assert mailer.trouble() is not None


@pytest.mark.parametrize(
    "greeting", [b"554 Go away\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"\xff\xfe\x00\r\n"], ids=["no", "http", "noise"]
)
def test_a_server_that_greets_otherwise_may_do_better_later(writing: Writing, greeting: bytes) -> None:
    with talking(greeting) as port:
        report = SmtpMailer(At(HOST, port, wait_seconds=5, try_seconds=1), writing).send(LETTER)
    assert report.posting is Posting.NOT_NOW
    assert report.said.isprintable()


# Encryption and passwords


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_over_tls_a_trusted_server_gets_mail_and_password(
    server: MailServer, writing: Writing, own_certificate: Certificate, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.trusted))
    with server.running(**encrypting(own_certificate, way), **server.lets_in("keys", PASSWORD)):
        mailer = SmtpMailer(logging_in(server.port, way), writing)
        assert mailer.trouble() is None
        assert mailer.send(LETTER).posting is Posting.TAKEN
    assert server.encrypted == [True]
    assert set(server.logins) == {("keys", PASSWORD)}


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    server: MailServer, writing: Writing, own_certificate: Certificate, way: str
) -> None:
    with server.running(**encrypting(own_certificate, way), **server.lets_in("keys", PASSWORD)):
        report = SmtpMailer(logging_in(server.port, way), writing).send(LETTER)
    assert report.posting is Posting.NOT_NOW
    assert report.said.startswith("its certificate is not trusted: ")
    assert (server.tries, server.logins) == (0, [])


def test_a_certificate_for_another_name_is_not_taken(
    server: MailServer, writing: Writing, own_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.trusted))
    with server.running(**encrypting(own_certificate, "tls")):
        report = SmtpMailer(At("localhost", server.port, tls=True), writing).send(LETTER)
    assert report.said.startswith("its certificate is not trusted: ")
    assert server.tries == 0


def test_a_server_that_does_not_offer_starttls_gets_nothing(running: MailServer, writing: Writing) -> None:
    """Whoever stands between could have taken the offer away."""
    report = SmtpMailer(logging_in(running.port, "starttls"), writing).send(LETTER)
    assert (report.posting, running.tries, running.logins) == (Posting.NOT_NOW, 0, [])
    assert report.said == "it does not offer STARTTLS: use smtps:// if it encrypts from the start"


def test_a_wrong_password_is_trouble_with_the_server_not_with_the_mail(server: MailServer, writing: Writing) -> None:
    with server.running(**server.lets_in("keys", "another")):
        mailer = SmtpMailer(logging_in(server.port), writing)
        report = mailer.send(LETTER)
        assert (report.posting, report.said) == (
            Posting.NOT_NOW,
            "it does not accept the user name and password (535)",
        )
        assert mailer.trouble() == report.said
    assert server.logins
    assert server.tries == 0


def test_a_server_that_wants_a_password_and_gets_none_refuses(server: MailServer, writing: Writing) -> None:
    with server.running(**server.lets_in("keys", PASSWORD)):
        report = SmtpMailer(At(HOST, server.port), writing).send(LETTER)
    assert (report.posting, report.said) == (Posting.REFUSED, "530 5.7.0 Authentication required")


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_a_server_that_says_the_password_back_puts_it_nowhere(writing: Writing, method: str) -> None:
    heard: list[bytes] = []
    with structlog.testing.capture_logs() as logged, echoing(method, heard) as port:
        report = SmtpMailer(logging_in(port), writing).send(LETTER)
    told = repr((report, logged))
    assert any(PASSWORD.encode() in base64.b64decode(one + b"==") for one in heard) or method == "CRAM-MD5"
    assert report.posting is Posting.NOT_NOW
    assert not any(one.decode() in told for one in heard if len(one) > 8)
    assert PASSWORD not in told


def test_what_says_what_it_is_says_no_password(writing: Writing) -> None:
    at = logging_in(25)
    assert "geheim" not in f"{at!r} {SmtpMailer(at, writing)!r}"


def test_what_goes_wrong_is_in_the_log_without_the_address(running: MailServer, mailer: SmtpMailer) -> None:
    running.answers["RCPT"] = "550 anna@havenlicht.example is unknown"
    with structlog.testing.capture_logs() as logged:
        mailer.send(LETTER)
    assert logged == [
        {
            "event": "mail.not_sent",
            "log_level": "warning",
            "mail": LETTER.id,
            "kind": "store-asked",
            "outcome": "refused",
        }
    ]


def test_what_looks_like_a_key_in_the_servers_words_is_struck_out(running: MailServer, mailer: SmtpMailer) -> None:
    running.answers["DATA"] = "550 ABCD-EFGH-1JKL-MNOP-QRST-2345 \x1b[2J"
    report = mailer.send(LETTER)
    assert "ABCD" not in report.said
    assert report.said.isprintable()


def logging_in(port: int, way: str | None = None) -> At:
    password = SecretBytes(PASSWORD.encode())
    return At(HOST, port, starttls=way == "starttls", tls=way == "tls", username="keys", password=password)


def encrypting(own: Certificate, way: str) -> dict[str, Any]:
    if way == "tls":
        return {"ssl_context": own.context}
    return {"tls_context": own.context, "require_starttls": True}


@contextmanager
def talking(line: bytes) -> Iterator[int]:
    """Says the same again and again, whatever is said to it."""
    over = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection:
            while not over.wait(0.05):
                try:
                    connection.sendall(line)
                except OSError:
                    return

    with listening(talk) as port:
        try:
            yield port
        finally:
            over.set()


@contextmanager
def echoing(method: str, heard: list[bytes]) -> Iterator[int]:
    """Lets nobody in, and repeats what was said when it says so."""

    def talk(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 here\r\n")
            lines.flush()
            for line in lines:
                said = line.strip().split(b" ")[-1]
                if line.upper().startswith(b"EHLO"):
                    answer = b"250-here\r\n250 AUTH %s" % method.encode()
                elif line.upper().startswith(b"QUIT"):
                    return
                elif line.upper().strip() == b"AUTH CRAM-MD5":
                    answer = b"334 " + base64.b64encode(b"<challenge>")
                elif line.upper().startswith(b"AUTH LOGIN"):
                    heard.append(said)
                    answer = b"334 UGFzc3dvcmQ6"
                else:
                    heard.append(said)
                    answer = b"535 I do not know " + said
                lines.write(answer + b"\r\n")
                lines.flush()

    with listening(talk) as port:
        yield port


@contextmanager
def listening(talk: Any) -> Iterator[int]:
    """A server that talks to everybody who comes."""
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(0.05)
        over, threads = threading.Event(), []

        def take() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                connection.settimeout(10)
                threads.append(threading.Thread(target=talk, args=[connection]))
                threads[-1].start()

        taking = threading.Thread(target=take)
        taking.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            taking.join()
    for thread in threads:
        thread.join(10)


@pytest.fixture
def at(server: MailServer) -> At:
    return At(HOST, server.port)


@pytest.fixture
def mailer(at: At, writing: Writing) -> SmtpMailer:
    return SmtpMailer(at, writing)
