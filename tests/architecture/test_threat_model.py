"""The threat model and the list of attacks name what holds each row: all of it is there, and no attack is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "docs" / "threat-model.md"
LIST = ROOT / "e2e" / "adversary" / "README.md"
ATTACKS = ("e2e/adversary", "tests/integration/attacks")
ROOTS = (ROOT, ROOT / "backend" / "sleutelkast")
"""What is named may be named without the package's own folder."""


def rows(document: Path) -> Iterator[list[str]]:
    """The cells of each row of each table, without its head."""
    before = ""
    for line in document.read_text(encoding="utf-8").splitlines():
        is_row = line.startswith("|") and before.startswith("|") and not line.startswith("| ---")
        if is_row:
            yield [cell.strip() for cell in line.strip("|").split(" | ")]
        before = line


def named(cell: str) -> list[str]:
    """What a cell names: a file or a folder, maybe with `::` and a test in it."""
    return re.findall(r"`([^`]+)`", cell)


ROWS = list(rows(MODEL))
LISTED = list(rows(LIST))


def test_it_has_rows() -> None:
    assert len(ROWS) > 60
    assert len(LISTED) > 15


@pytest.mark.parametrize("row", [*ROWS, *LISTED], ids=[row[0][:60] for row in (*ROWS, *LISTED)])
def test_each_row_names_what_holds_it(row: list[str]) -> None:
    holds = named(row[-1])
    assert holds, "the last cell names nothing"
    assert [one for one in holds if not is_there(one)] == []


def test_no_file_of_attacks_is_left_out() -> None:
    spoken_of = {one.partition("::")[0] for row in ROWS for one in named(row[-1])}
    files = {str(file.relative_to(ROOT)) for folder in ATTACKS for file in sorted((ROOT / folder).glob("test_*.py"))}
    assert files - spoken_of == set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("domain/access.py", True, id="a file of the package"),
        pytest.param("e2e/adversary", True, id="a folder"),
        pytest.param("domain/no_such_rule.py", False, id="a file that is not there"),
        pytest.param("tests/architecture/test_threat_model.py::test_it_has_rows", True, id="a test"),
        pytest.param("tests/architecture/test_threat_model.py::test_it", False, id="the beginning of one"),
        pytest.param("SLEUTELKAST_RESET_WAIT", False, id="no file at all"),
    ],
)
def test_what_is_not_there_is_found_missing(name: str, expected: bool) -> None:
    assert is_there(name) is expected


def is_there(name: str) -> bool:
    path, _, test = name.partition("::")
    found = next((root / path for root in ROOTS if (root / path).exists()), None)
    if found is None or not test:
        return found is not None
    return re.search(rf"^(async )?def {re.escape(test)}\(", found.read_text(encoding="utf-8"), re.MULTILINE) is not None
