"""Migrations: from nothing to the present tables, and on without losing a row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from sleutelkast.adapters.store import migrate
from sleutelkast.adapters.store.engine import SqlStore, make_engine
from sleutelkast.adapters.store.schema import commands, devices, metadata, people, sessions
from tests.integration.adapters.store.records import NOW, device, person, session

_COPIES_PEOPLE = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{present}"


def upgrade():
    with op.batch_alter_table("people", recreate="auto") as people:
        people.alter_column("locale", type_=sa.String(80))
"""
_LOSES_PEOPLE = """
from alembic import op

revision, down_revision = "next", "{present}"


def upgrade():
    op.execute("DELETE FROM people")
"""

_A_DEVICE = "INSERT INTO devices (id, created_at, ownership, quarantined) VALUES ('mac', :now, 'personal', false)"
_A_COMMAND = """
INSERT INTO commands (uuid, kind, device_id, state, created_at, queued_at, postponed, tries, next_try_at)
VALUES (:uuid, 'rotation', 'mac', 'queued', :now, :now, :postponed, 1, :now)
"""


def test_nothing_becomes_exactly_the_tables_of_the_code(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_is_current_once_it_is_upgraded(engine: Engine) -> None:
    assert not migrate.is_current(engine)
    migrate.upgrade(engine)
    assert migrate.is_current(engine)


def test_upgraded_twice_it_keeps_what_it_holds(engine: Engine) -> None:
    migrate.upgrade(engine)
    _fill(engine)
    migrate.upgrade(engine)
    assert _kept(engine) == ["anna", "mac", "session"]


def test_a_table_that_is_copied_keeps_its_rows_and_those_that_point_at_it(engine: Engine, migrations: Path) -> None:
    migrate.upgrade(engine)
    _fill(engine)
    _add_migration(migrations, _COPIES_PEOPLE)
    migrate.upgrade(engine)
    assert migrate.is_current(engine)
    assert _kept(engine) == ["anna", "mac", "session"]
    assert [key["referred_table"] for key in inspect(engine).get_foreign_keys("devices")] == ["people"]


def test_a_migration_that_leaves_a_row_without_its_parent_changes_nothing(engine: Engine, migrations: Path) -> None:
    migrate.upgrade(engine)
    _fill(engine)
    _add_migration(migrations, _LOSES_PEOPLE)
    # SQLite is asked by the portal, PostgreSQL refuses by itself.
    with pytest.raises(Exception, match=r"without its parent|violates foreign key constraint"):
        migrate.upgrade(engine)
    assert not migrate.is_current(engine)
    assert _kept(engine) == ["anna", "mac", "session"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_foreign_keys_hold_again_after_a_migration(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_path_with_a_percent_sign_is_no_riddle(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "100%s"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", folder)
    monkeypatch.setattr(migrate, "_MIGRATIONS", folder)
    migrate.upgrade(engine)
    assert migrate.is_current(engine)


def test_what_was_postponed_stays_so_when_the_time_of_it_is_kept_from_now_on(
    engine: Engine, migrations: Path, tmp_path: Path
) -> None:
    later = [one for one in (migrations / "versions").glob("0*.py") if one.name >= "0003"]
    for one in later:
        one.rename(tmp_path / one.name)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text(_A_DEVICE), {"now": _in_column(engine, NOW)})
        for uuid, postponed in (("put off", True), ("not put off", False)):
            row = {"uuid": uuid, "postponed": postponed, "now": _in_column(engine, NOW)}
            connection.execute(text(_A_COMMAND), row)
    for one in later:
        (tmp_path / one.name).rename(one)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(select(commands.c.uuid, commands.c.postponed_at)).all()
    assert dict(kept) == {"put off": NOW, "not put off": None}


def _in_column(engine: Engine, moment: datetime) -> datetime | str:
    """As a driver wants it where no column type says so."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if engine.dialect.name == "sqlite" else moment


def _add_migration(migrations: Path, source: str) -> None:
    """One more behind the last that the portal has."""
    present = ScriptDirectory(str(migrations)).get_current_head()
    (migrations / "versions" / "next.py").write_text(source.format(present=present))


def _fill(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.write() as tx:
        tx.people.add(person("anna"), None)
        tx.devices.add(device("mac", owner_id="anna"))
        tx.sessions.add(session("session", "anna"))
    store.close()


def _kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [str(connection.scalar(select(table.c.id))) for table in (people, devices, sessions)]


@pytest.fixture
def engine(new_database_url: str) -> Iterator[Engine]:
    engine = make_engine(new_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the migrations, to which a test adds one."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", folder)
    monkeypatch.setattr(migrate, "_MIGRATIONS", folder)
    return folder
