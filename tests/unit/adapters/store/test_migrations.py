"""The migrations follow one after the other: no two from the same one, and each under its number."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

from sleutelkast.adapters.store import migrations

FOLDER = Path(migrations.__file__).parent


def test_each_migration_follows_the_one_before_it() -> None:
    numbers = [f"{number:04}" for number in range(1, len(files()) + 1)]
    assert [path.name[:4] for path in files()] == numbers
    walked = list(ScriptDirectory(str(FOLDER)).walk_revisions())
    assert [one.revision for one in reversed(walked)] == numbers
    assert [one.down_revision for one in reversed(walked)] == [None, *numbers[:-1]]


def files() -> list[Path]:
    return sorted(path for path in (FOLDER / "versions").glob("*.py") if path.name != "__init__.py")
