"""What a first visit brings in each language, as the build made it: nobody waits longer for speaking another one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "backend" / "sleutelkast"
STATIC = PACKAGE / "static"
TAGS = [
    language["tag"]
    for language in json.loads((PACKAGE / "translations" / "locales.json").read_text(encoding="utf-8"))
    if not language["pseudo"]
]
SOURCE, MOST = TAGS[0], 1.15


@pytest.mark.parametrize("tag", TAGS)
def test_no_language_is_much_larger_than_english_over_the_wire(tag: str) -> None:
    assert first_load(tag) <= MOST * first_load(SOURCE)


def test_a_first_visit_brings_its_own_language_alone() -> None:
    assert [Path(address).name.split(".")[0] for address in addresses("el") if address.endswith(".json")] == ["el"]
    assert not [address for address in addresses(SOURCE) if address.endswith(".json")]


def first_load(tag: str) -> int:
    """Bytes of the page and of all that it names, as they are sent to a browser that takes Brotli."""
    files = [f"/index.{tag}.html", *addresses(tag)]
    return sum(smallest(STATIC / file.lstrip("/")).stat().st_size for file in files)


def addresses(tag: str) -> list[str]:
    page = (STATIC / f"index.{tag}.html").read_text(encoding="utf-8")
    found = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert any(address.endswith(".js") for address in found)
    return found


def smallest(file: Path) -> Path:
    compressed = file.with_name(f"{file.name}.br")
    return compressed if compressed.exists() else file
