"""One installation for all tests: real portal, real fleet, real database; each test brings a Mac of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.installation import Installation
from tests.integration.postgresql import PostgreSql


@pytest.fixture
def installation(standing: Installation) -> Installation:
    """It serves, whatever the test before left of it."""
    standing.mend()
    return standing


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("crash")
    installation = Installation(folder, _database_url(request, folder))
    try:
        installation.begin()
        yield installation
    finally:
        installation.end()


def _database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'sleutelkast.db'}"
    server: PostgreSql = request.getfixturevalue("postgresql_server")
    return server.create(f"crash_{uuid.uuid4().hex}")
