from __future__ import annotations

from collections.abc import Iterator
from email.headerregistry import Address

import pytest
from babel.dates import UTC

from sleutelkast.adapters.catalogs import Voices
from sleutelkast.adapters.notify.smtp import Writing
from sleutelkast.adapters.notify.words import Letterhead
from sleutelkast.factory import CATALOGS
from tests.integration.mail_server import Certificate, MailServer, certificate


@pytest.fixture
def server() -> MailServer:
    """A mail server that is not running yet."""
    return MailServer()


@pytest.fixture
def running(server: MailServer) -> Iterator[MailServer]:
    with server.running():
        yield server


@pytest.fixture
def writing() -> Writing:
    sender = Address("Havenlicht", addr_spec="keys@havenlicht.example")
    return Writing(sender, Letterhead("https://keys.havenlicht.example"), Voices(CATALOGS, "en"), UTC)


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))
