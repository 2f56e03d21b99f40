from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.integration.postgresql import PostgreSql
from tests.integration.soak.databases import Database, PostgresqlDatabase, SqliteDatabase


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Database:
    """Without a table yet."""
    if kind == "sqlite":
        return SqliteDatabase(tmp_path / "sleutelkast.db")
    server: PostgreSql = request.getfixturevalue("postgresql_server")
    return PostgresqlDatabase(server.create(f"soak_{uuid.uuid4().hex}"))
