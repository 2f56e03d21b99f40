"""The preview's catalogs: every text with its number, what is missing in English, and the line of each."""

import gettext
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from locales.catalogs import CatalogError, Translation, render_catalog
from locales.messages import Message
from locales.preview.marks import marked
from locales.preview.words import Words, as_json
from locales.project import THIS, Project
from locales.registry import Language
from locales.sources import Sources
from locales.workshop import Workshop
from locales.writing import write

SAVE, OPEN = Message("", "Save", comments=("A button.",)), Message("verb", "Open")
MACS = Message("", "a Mac", "{count} Macs", ("A heading.",))
SOURCES = Sources((SAVE, MACS, OPEN), (SAVE, MACS), frozenset({MACS.key}))
NUMBER = {message.key: number for number, message in enumerate(SOURCES.messages)}


def test_each_text_carries_its_number(words: Words, says: Callable[..., None], tmp_path: Path) -> None:
    says(Translation(SAVE, ("Opslaan",)), Translation(MACS, ("een Mac", "{count} Macs")), Translation(OPEN, ("Open",)))
    assert web(words) == [marked("Opslaan", 0), [marked("een Mac", 1), marked("{count} Macs", 1)]]
    server = spoken_by_the_server(tmp_path)
    assert server.gettext("Save") == marked("Opslaan", 0)
    assert server.ngettext("a Mac", "{count} Macs", 2) == marked("{count} Macs", 1)
    assert server.pgettext("verb", "Open") == marked("Open", 2)


def test_what_is_missing_is_shown_in_english_and_can_be_found(words: Words, says: Callable[..., None]) -> None:
    says(Translation(MACS, ("een Mac", "")))
    assert web(words) == [marked("Save", 0), [marked("a Mac", 1), marked("{count} Macs", 1)]]


def test_a_guess_is_shown_as_it_stands(words: Words, says: Callable[..., None], language: Language) -> None:
    says(Translation(SAVE, ("Bewaren",), fuzzy=True))
    assert web(words)[0] == marked("Bewaren", 0)
    place = words.place(NUMBER["Save"], "nl")
    assert place is not None
    assert (place.texts, place.fuzzy) == (("Bewaren",), True)


def test_a_place_is_the_line_of_the_translation(
    words: Words, says: Callable[..., None], language: Language, project: Project
) -> None:
    says(Translation(SAVE, ("Opslaan",), "Asked Sam.\nTwice."), Translation(OPEN, ("Openen",)))
    lines = project.catalog(language).read_text(encoding="utf-8").splitlines()
    for message, written in ((SAVE, 'msgstr "Opslaan"'), (OPEN, 'msgstr "Openen"')):
        place = words.place(NUMBER[message.key], "nl")
        assert place is not None
        assert lines[place.line - 1] == written


def test_a_place_is_told_with_its_editor(words: Words, says: Callable[..., None], project: Project) -> None:
    says(Translation(SAVE, ("Opslaan",)))
    place = words.place(0, "nl")
    assert place is not None
    told = as_json(place, project.root, "vscode://file/{path}:{line}")
    where = f"locales/nl/LC_MESSAGES/portal.po:{place.line}"
    assert told["where"] == where
    assert told["editor"] == f"vscode://file/{project.root}/{where}"
    assert as_json(place, project.root, "")["editor"] == ""


@pytest.mark.parametrize(
    ("number", "tag"),
    [
        pytest.param(3, "nl", id="behind the last text"),
        pytest.param(-1, "nl", id="before the first"),
        pytest.param(0, "xx", id="no language"),
    ],
)
def test_what_is_nowhere_has_no_place(number: int, tag: str, words: Words) -> None:
    assert words.place(number, tag) is None


def test_what_is_made_from_the_code_has_texts_and_no_line(words: Words, project: Project) -> None:
    place = words.place(0, "en-XA")
    assert place is not None
    assert place.texts[0].startswith("[")
    assert as_json(place, project.root, "vscode://file/{path}")["where"] == ""
    assert as_json(place, project.root, "vscode://file/{path}")["editor"] == ""


def test_a_file_that_cannot_be_read_leaves_the_last_words(
    words: Words, says: Callable[..., None], language: Language, project: Project
) -> None:
    says(Translation(SAVE, ("Opslaan",)))
    write(project.catalog(language), 'msgid "Save"\nmsgst "Bewaren"\n')
    with pytest.raises(CatalogError):
        words.compile(language)
    assert web(words)[0] == marked("Opslaan", 0)


def test_the_source_language_has_no_catalog_for_the_web(words: Words) -> None:
    words.compile(words.languages[0])
    assert words.web("en.first") is None
    assert words.web("xx.first") is None


def web(words: Words) -> list[object]:
    parts = [words.web(f"nl.{part}") for part in ("first", "later")]
    return [text for part in parts if part is not None for text in json.loads(part)]


def spoken_by_the_server(folder: Path) -> gettext.GNUTranslations:
    with (folder / "translations" / "nl" / "LC_MESSAGES" / "portal.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path / "locales" / "locales.toml", THIS.registry.read_text(encoding="utf-8"))
    return Project(tmp_path)


@pytest.fixture
def words(project: Project, tmp_path: Path) -> Words:
    workshop = Workshop(project)
    workshop.__dict__["sources"] = SOURCES
    return Words(workshop, tmp_path / "translations")


@pytest.fixture
def language(words: Words) -> Language:
    return next(one for one in words.languages if one.tag == "nl")


@pytest.fixture
def says(words: Words, language: Language, project: Project) -> Callable[..., None]:
    """Writes the Dutch catalog, and has it compiled."""

    def save(*said: Translation) -> None:
        write(project.catalog(language), render_catalog(language, said))
        words.compile(language)

    return save
