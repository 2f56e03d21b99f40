"""Hands mail to a mail server, over SMTP."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from email.headerregistry import Address
from email.message import EmailMessage

import structlog

from sleutelkast.adapters.catalogs import Voices
from sleutelkast.adapters.notify.message import NoAddress, composed, recipient
from sleutelkast.adapters.notify.words import Letterhead, worded
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.texts import line
from sleutelkast.usecases.ports import Letter, Posting, PostingReport

_LONGEST_SAID = 300
_FOR_GOOD = 500
"""From this code on the server does not change its mind (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and how."""

    host: str
    port: int
    starttls: bool = False
    """The connection is encrypted once it stands; a server that does not offer that gets no mail."""
    tls: bool = False
    """The connection is encrypted from its first byte."""
    username: str | None = None
    password: SecretBytes | None = field(default=None, repr=False)
    name: str = "localhost"
    """What the portal calls itself."""
    wait_seconds: float = 10.0
    """For connecting, and for each answer."""
    try_seconds: float = 60.0
    """For a whole try: a server that answers a byte at a time keeps each wait short."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What every mail has in common."""

    sender: Address
    head: Letterhead
    voices: Voices
    zone: tzinfo
    """The time zone that moments are told in."""


class _NoServer(Exception):  # noqa: N818 - reads as what happened
    """The server is away, or does not let the portal in; the text is for those who run the portal."""


class SmtpMailer:
    """The port `Mailer`. Each mail has a connection of its own; several threads may use it."""

    def __init__(self, server: MailServer, writing: Writing) -> None:
        self._server = server
        self._writing = writing
        self._encryption = ssl.create_default_context()
        self._log = structlog.get_logger()

    def __repr__(self) -> str:
        return f"SmtpMailer({self._server.host!r}, {self._server.port})"

    def send(self, letter: Letter) -> PostingReport:
        report = self._sent(letter)
        if report.posting is not Posting.TAKEN:
            # Not what the server said: it may repeat the address.
            self._log.warning("mail.not_sent", mail=letter.id, kind=letter.kind.value, outcome=report.posting.value)
        return report

    def _sent(self, letter: Letter) -> PostingReport:
        try:
            to = recipient(letter.address, letter.to)
        except NoAddress:
            return PostingReport(Posting.REFUSED, "the portal can write to no such address")
        message = self._message(letter, to)
        try:
            with self._connected() as connection:
                return _hand_in(connection, message, self._writing.sender.addr_spec, to.addr_spec)
        except _NoServer as trouble:
            return PostingReport(Posting.NOT_NOW, str(trouble))

    def _message(self, letter: Letter, to: Address) -> EmailMessage:
        voice = self._writing.voices.of(letter.locale)
        wording = worded(letter, voice, self._writing.head, self._writing.zone)
        return composed(wording, voice, self._writing.sender, to, letter.id, letter.written_at)

    def trouble(self) -> str | None:
        try:
            with self._connected() as connection:
                code, said = connection.noop()
        except _NoServer as trouble:
            return str(trouble)
        except (OSError, smtplib.SMTPException) as error:
            return f"it broke off ({type(error).__name__})"
        return None if code == 250 else _words(code, said)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that takes mail, for as long as a try may take; raise `_NoServer`."""
        connection = self._new()
        deadline = threading.Timer(self._server.try_seconds, _break_off, [connection])
        deadline.daemon = True
        deadline.start()
        try:
            self._enter(connection)
            yield connection
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        finally:
            deadline.cancel()
            connection.close()

    def _new(self) -> smtplib.SMTP:
        wait, name = self._server.wait_seconds, self._server.name
        if self._server.tls:
            return smtplib.SMTP_SSL(timeout=wait, local_hostname=name, context=self._encryption)
        return smtplib.SMTP(timeout=wait, local_hostname=name)

    def _enter(self, connection: smtplib.SMTP) -> None:
        server = self._server
        try:
            # What certificates are checked against; the library sets it only where it connects by itself.
            connection._host = server.host  # type: ignore[attr-defined]
            code, said = connection.connect(server.host, server.port)
            if code != 220:
                raise _NoServer(_words(code, said))
            connection.ehlo_or_helo_if_needed()
            if server.starttls:
                connection.starttls(context=self._encryption)
                connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPNotSupportedError:
            raise _NoServer("it does not offer STARTTLS: use smtps:// if it encrypts from the start") from None
        except ssl.SSLCertVerificationError as error:
            raise _NoServer(f"its certificate is not trusted: {line(error.verify_message, _LONGEST_SAID)}") from None
        except smtplib.SMTPResponseException as error:
            raise _NoServer(_words(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _NoServer(_no_connection(error)) from None
        self._log_in(connection)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        server = self._server
        if server.username is None or server.password is None:
            return
        try:
            connection.login(server.username, server.password.reveal().decode("ascii"))
        except smtplib.SMTPResponseException as error:
            # Its code alone: its words may repeat what was sent, and that is the password.
            raise _NoServer(f"it does not accept the user name and password ({error.smtp_code})") from None
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise _NoServer(f"it did not let the portal log in ({type(error).__name__})") from None


def _break_off(connection: smtplib.SMTP) -> None:
    """End what another thread waits for. Not the encrypted socket's own way, which could wait as well."""
    if connection.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _hand_in(connection: smtplib.SMTP, message: EmailMessage, sender: str, to: str) -> PostingReport:
    try:
        connection.send_message(message, sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        return _answer(*error.recipients[to])
    except smtplib.SMTPResponseException as error:
        return _answer(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return PostingReport(Posting.NOT_NOW, _no_connection(error))
    return PostingReport(Posting.TAKEN)


def _answer(code: int, said: bytes | str) -> PostingReport:
    return PostingReport(Posting.REFUSED if code >= _FOR_GOOD else Posting.NOT_NOW, _words(code, said))


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    return line(f"{code} {text}", _LONGEST_SAID) or str(code)


def _no_connection(error: Exception) -> str:
    # The library says of a wait that was too long that the connection ended.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    return f"the connection ended ({type(error).__name__})"
