"""Migrations are one row: two that were written side by side under one number would hide each other."""

from __future__ import annotations

import re
from pathlib import Path

from sleutelkast.adapters.store import migrate

VERSIONS = sorted((Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))


def test_each_has_a_number_of_its_own_and_stands_on_the_one_before() -> None:
    numbers = [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert [path.name[:4] for path in VERSIONS] == numbers
    assert [named(path, "revision") for path in VERSIONS] == numbers
    assert [named(path, "down_revision") for path in VERSIONS] == [None, *numbers[:-1]]


def named(path: Path, name: str) -> str | None:
    found = re.search(rf'^{name} = (?:"(\d+)"|None)$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{path.name} has no {name}"
    return found[1]
