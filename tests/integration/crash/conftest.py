"""A whole installation for all tests of a module: real portal, real fleet, real database; each test brings a Mac."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.installation import Installation
from tests.integration.postgresql import PostgreSql


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("crash")
    installation = Installation(folder, _database_url(request, folder))
    yield installation
    installation.end()


def _database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'sleutelkast.db'}"
    server: PostgreSql = request.getfixturevalue("postgresql_server")
    return server.create("crash")
