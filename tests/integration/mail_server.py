"""A real SMTP server (aiosmtpd) in the test's hand: what it took, and what it answers instead of taking it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.processes import free_port

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """Takes mail, unless `answers` has another answer to MAIL, RCPT or DATA, or it is to hang there.

    It hangs at `TAKEN` when it has the mail, before it says so.
    """

    port: int = field(default_factory=free_port)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_at: str | None = None
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    tries: int = 0
    """How often somebody said for whom a mail is."""
    is_closed: bool = False
    """Whether only those who logged in may send."""
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    """Of each mail that was taken, whether it came over TLS."""

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.raw]  # type: ignore[arg-type]

    @property
    def subjects(self) -> list[str]:
        return [str(one["Subject"]) for one in self.messages]

    @contextmanager
    def running(self, **options: Any) -> Iterator[MailServer]:
        controller = Controller(self, hostname=HOST, port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop(no_assert=True)

    # What aiosmtpd calls

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.is_closed and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.tries += 1
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._answer("DATA")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
            await self._hang("TAKEN")
        return answer

    async def _answer(self, command: str) -> str:
        await self._hang(command)
        return self.answers.get(command, "250 OK")

    async def _hang(self, moment: str) -> None:
        while self.hangs_at == moment:
            await asyncio.sleep(0.02)

    def lets_in(self, username: str, password: str) -> dict[str, Any]:
        """The options with which only this user may send."""

        def authenticate(*told: Any) -> AuthResult:
            login: LoginPassword = told[-1]
            self.logins.append((login.login.decode(), login.password.decode()))
            # Not handled: the server says by itself that nobody is let in.
            return AuthResult(success=self.logins[-1] == (username, password), handled=False)

        self.is_closed = True
        return {"authenticator": authenticate, "auth_require_tls": False}


@dataclass(frozen=True)
class Certificate:
    """A certificate of a mail server, and the file by which it is trusted."""

    trusted: Path
    context: ssl.SSLContext


def certificate(folder: Path) -> Certificate:
    """One that vouches for itself, for 127.0.0.1."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mail of the tests")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "mail.pem", folder / "mail.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return Certificate(trusted, context)


def body(message: EmailMessage, kind: str) -> str:
    """What a message says in `plain` or `html`."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
