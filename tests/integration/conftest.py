"""What integration tests stand on: each database that the portal supports, set up and empty, for every test.

A test that needs one of them only says so: `@pytest.mark.parametrize("database", ["sqlite"], indirect=True)`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from sleutelkast.adapters.sealing.envelope import EnvelopeSealer
from sleutelkast.adapters.sealing.ring import FileKeyRing
from sleutelkast.adapters.store import migrate
from sleutelkast.adapters.store.audit import SqlAudit
from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.adapters.store.schema import metadata
from sleutelkast.domain.audit import AuditEntry
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.settings import Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases.audit_chain import AUDIT_ENTRY
from sleutelkast.usecases.ports import Sealer
from sleutelkast.usecases.repository import SealedIdentity
from tests.audit_reasons import is_recorded
from tests.integration.postgresql import PostgreSql

_EMPTIED = "emptied_between_tests"
_NEW = "new"


@dataclass(frozen=True)
class Initialized:
    """What `sleutelkast init` made once for all tests: making keys takes long."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "sleutelkast.db"

    @property
    def key_ring(self) -> Path:
        return self.folder / "keyring.json"

    @cached_property
    def identities(self) -> list[SealedIdentity]:
        with closing(SqlStore(make_engine(f"sqlite:///{self.database}"))) as store, store.read() as tx:
            return list(tx.identities.all())


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command sets up logging to its test's standard error, which is closed after it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _what_is_audited_has_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the portal itself writes beside an action is a code that the web app's words are held against."""
    unknown: list[AuditEntry] = []
    append = SqlAudit.append

    def observed(self: SqlAudit, entry: AuditEntry) -> None:
        # Tests write what they like.
        by_the_portal = sys._getframe(1).f_globals["__name__"].startswith("sleutelkast.")
        if by_the_portal and not is_recorded(entry):
            unknown.append(entry)
        append(self, entry)

    monkeypatch.setattr(SqlAudit, "append", observed)
    yield
    assert unknown == [], "codes that tests/golden/audit_reasons.json lacks"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> str:
    """The kind of the database: a test runs on each."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str, initialized: Initialized, tmp_path: Path) -> str:
    """A database as `sleutelkast init` leaves it, with nobody and nothing in it yet."""
    if database == "postgresql":
        return _emptied(request.getfixturevalue("postgresql_url"), initialized)
    shutil.copyfile(initialized.database, tmp_path / "sleutelkast.db")
    return f"sqlite:///{tmp_path / 'sleutelkast.db'}"


@pytest.fixture
def new_database_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server: PostgreSql = request.getfixturevalue("postgresql_server")
    yield server.create(_NEW)
    server.drop(_NEW)


@pytest.fixture
def settings(database_url: str, initialized: Initialized, tmp_path: Path) -> Settings:
    """The settings of a portal that is ready to serve; nothing answers at its MDM server's address."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.copy(initialized.key_ring, data / "keyring.json")
    return Settings(
        data=data,
        database_url=database_url,
        nanomdm_url="http://127.0.0.1:9",
        nanomdm_api_key=SecretBytes(b"api key of the tests"),
        nanomdm_webhook_key=SecretBytes(b"webhook key of the tests"),
    )


@pytest.fixture
def sealer(initialized: Initialized) -> Sealer:
    """That of the portal's key ring."""
    return EnvelopeSealer(FileKeyRing(initialized.key_ring))


@pytest.fixture
def store(database_url: str, sealer: Sealer) -> Iterator[SqlStore]:
    with closing(SqlStore(make_engine(database_url), partial(sealer.authenticate, AUDIT_ENTRY))) as store:
        yield store


@pytest.fixture
def portal(settings: Settings) -> Iterator[Portal]:
    with closing(Portal(settings)) as portal:
        yield portal


@pytest.fixture(scope="session")
def initialized(tmp_path_factory: pytest.TempPathFactory) -> Initialized:
    folder = tmp_path_factory.mktemp("initialized")
    initialize(Settings(data=folder))
    return Initialized(folder)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSql]:
    server = PostgreSql()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: PostgreSql) -> str:
    """One database for all tests: to create one takes a hundred times as long as to empty it."""
    url = postgresql_server.create(_EMPTIED)
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return url


def _emptied(url: str, initialized: Initialized) -> str:
    with closing(SqlStore(make_engine(url))) as store, store.write() as tx:
        # A test that left a transaction open must not stop those behind it.
        tx.connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        for table in reversed(metadata.sorted_tables):
            tx.connection.execute(table.delete())
        for identity in initialized.identities:
            tx.identities.add(identity)
    return url
