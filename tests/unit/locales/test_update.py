"""Bringing catalogs up to the texts of the code: what is said is kept, and nothing is guessed."""

import re
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from locales.catalogs import Translation, read_catalog, render_catalog
from locales.messages import Message
from locales.project import Project
from locales.registry import Language
from locales.sources import Sources
from locales.update import updated_catalog, write_catalogs, write_template

SAVE, OPEN = Message("", "Save", comments=("A button.",)), Message("verb", "Open", comments=("A button.",))
MACS = Message("", "a Mac", "{count} Macs", ("A heading.",))


def test_a_second_update_changes_no_byte(project: Project, dutch: Language) -> None:
    sources = Sources((SAVE, MACS, OPEN), ())
    assert write_template(project, sources)
    assert write_catalogs(project, (dutch,), sources) == ["nl"]
    assert not write_template(project, sources)
    assert write_catalogs(project, (dutch,), sources) == []


def test_new_texts_are_empty_in_each_form(project: Project, language: Callable[[str], Language]) -> None:
    write_catalogs(project, (language("ar"),), Sources((SAVE, MACS), ()))
    translations = read_catalog(project.catalog(language("ar")))
    assert translations["Save"].texts == ("",)
    assert translations["a Mac"].texts == ("",) * 6


def test_what_a_translator_wrote_is_kept(project: Project, dutch: Language) -> None:
    said = Translation(SAVE, ("Opslaan",), "Or: bewaren?", fuzzy=True)
    catalog = updated(project, dutch, said, messages=(Message("", "Save", comments=("Another note.",)), OPEN))
    kept = catalog["Save"]
    assert (kept.texts, kept.remark, kept.fuzzy) == (("Opslaan",), "Or: bewaren?", True)
    assert kept.message.comments == ("Another note.",)


def test_what_the_code_dropped_is_dropped(project: Project, dutch: Language) -> None:
    assert list(updated(project, dutch, Translation(SAVE, ("Opslaan",)), messages=(OPEN,))) == [OPEN.key]
    assert "Opslaan" not in project.catalog(dutch).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "now"),
    [
        pytest.param(Translation(SAVE, ("Opslaan",)), Message("", "Save it"), id="a text that changed a little"),
        pytest.param(Translation(SAVE, ("Opslaan",)), Message("verb", "Save"), id="a context"),
        pytest.param(Translation(Message("", "a Mac"), ("Mac",)), MACS, id="a plural"),
        pytest.param(
            Translation(MACS, ("Mac", "{count} Macs")), Message("", "a Mac", "{count} computers"), id="another plural"
        ),
    ],
)
def test_nothing_is_guessed(said: Translation, now: Message, project: Project, dutch: Language) -> None:
    (translation,) = updated(project, dutch, said, messages=(now,)).values()
    assert not any(translation.texts)
    assert not translation.fuzzy


def test_a_catalog_has_no_dates_no_places_and_gettexts_own_header(project: Project, dutch: Language) -> None:
    write_catalogs(project, (dutch,), Sources((SAVE,), ()))
    text = project.catalog(dutch).read_text(encoding="utf-8")
    assert not re.search(r"\d{4}-\d\d|^#:|page\.tsx", text, re.MULTILINE)
    assert polib.pofile(text).metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_odd_characters_come_through(project: Project, dutch: Language) -> None:
    message = Message('a "context"', 'Say "…"\tto\\{name}\nand\u00a0wait')
    catalog = updated(project, dutch, Translation(message, (message.text,)), messages=(message,))
    assert catalog[message.key].texts == (message.text,)


def updated(
    project: Project, dutch: Language, said: Translation, *, messages: tuple[Message, ...]
) -> dict[str, Translation]:
    write(project.catalog(dutch), render_catalog(dutch, [said]))
    write(project.catalog(dutch), updated_catalog(project, dutch, messages))
    return read_catalog(project.catalog(dutch))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def dutch(language: Callable[[str], Language]) -> Language:
    return language("nl")
