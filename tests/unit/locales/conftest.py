"""Languages and small projects for the tests of the catalog tools."""

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from locales.project import THIS, Project
from locales.registry import Language, load

LANGUAGES = {language.tag: language for language in load(THIS.registry)}


@pytest.fixture
def language() -> Callable[[str], Language]:
    """A language of the real registry by its tag, or Russian, whose form for one is also for 21."""
    russian = replace(
        LANGUAGES["nl"],
        tag="ru",
        folder="ru",
        english_name="Russian",
        plural_forms=("one", "few", "many"),
        plural_rule="n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2",
    )
    return lambda tag: {**LANGUAGES, "ru": russian}[tag]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout with the real registry, no catalogs and one text each in the web app and in the server."""
    write_source(tmp_path, "locales/locales.toml", THIS.registry.read_text(encoding="utf-8"))
    write_source(tmp_path, "web/src/page.tsx", '// Translators: A button.\nexport const save = () => t("Save");\n')
    write_source(tmp_path, "backend/sleutelkast/problems.py", '# Translators: A title.\nTITLE = _l("Not found")\n')
    return Project(tmp_path)


def write_source(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(content), encoding="utf-8")
