"""Languages and small projects for the tests of the catalog tools."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locales.catalogs import Translation
from locales.entry_checks import complaints
from locales.messages import Message
from locales.project import THIS, Project
from locales.registry import Language, load
from locales.rules.rule import Entry

LANGUAGES = {language.tag: language for language in load(THIS.registry)}


@pytest.fixture
def language() -> Callable[[str], Language]:
    """A language of the real registry by its tag."""
    return LANGUAGES.__getitem__


@pytest.fixture
def said_of() -> Callable[..., list[tuple[str, str]]]:
    """What the rules say of the translation of a message, each with the id of its rule."""

    def said(message: Message, texts: tuple[str, ...], tag: str, **more: Any) -> list[tuple[str, str]]:
        translation = Translation(message, texts, **more)
        return [tuple(complaint) for complaint in complaints(Entry(translation, LANGUAGES[tag]))]

    return said


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A checkout with the real registry, no catalogs and one text each in the web app and in the server."""
    write_source(tmp_path, "locales/locales.toml", THIS.registry.read_text(encoding="utf-8"))
    write_source(tmp_path, "locales/glossary.toml", THIS.glossary.read_text(encoding="utf-8"))
    write_source(tmp_path, "web/src/page.tsx", '// Translators: A button.\nexport const save = () => t("Save");\n')
    write_source(tmp_path, "backend/sleutelkast/problems.py", '# Translators: A title.\nTITLE = _l("Not found")\n')
    return Project(tmp_path)


def write_source(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(content), encoding="utf-8")
