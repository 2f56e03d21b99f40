"""Catalogs that are saved are compiled and told, once each; one that can't be read is told as that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from locales.catalogs import Translation, render_catalog
from locales.messages import Message
from locales.preview.watch import Change, Changes, Watcher
from locales.preview.words import Words
from locales.project import THIS, Project
from locales.registry import Language
from locales.sources import Sources
from locales.workshop import Workshop
from locales.writing import write

SAVE = Message("", "Save")


def test_what_was_saved_is_told_once(watcher: Watcher, changes: Changes, path: Path, dutch: Language) -> None:
    write(path, render_catalog(dutch, [Translation(SAVE, ("Bewaren maar",))]))
    watcher.look()
    watcher.look()
    assert next(changes.after(0)) == Change("nl")
    assert changes.count == 1


def test_nothing_is_told_as_long_as_nothing_is_saved(watcher: Watcher, changes: Changes) -> None:
    watcher.look()
    assert changes.count == 0


@pytest.mark.parametrize("begin_to_save", [Path.unlink, lambda path: path.write_bytes(b"")], ids=["away", "empty"])
def test_a_file_that_is_being_saved_is_told_when_it_is_back(
    begin_to_save: Callable[[Path], object], watcher: Watcher, changes: Changes, path: Path, dutch: Language
) -> None:
    begin_to_save(path)
    watcher.look()
    assert changes.count == 0
    write(path, render_catalog(dutch, [Translation(SAVE, ("Opslaan",))]))
    watcher.look()
    assert changes.count == 1


def test_a_problem_stands_until_it_is_mended(watcher: Watcher, changes: Changes, path: Path, dutch: Language) -> None:
    path.write_text('msgid "Save"\nmsgstr "Ops', encoding="utf-8")
    watcher.look()
    (problem,) = changes.problems
    assert problem.tag == "nl"
    assert "line 2" in problem.problem
    path.write_text(render_catalog(dutch, [Translation(SAVE, ("Opslaan",))]), encoding="utf-8")
    watcher.look()
    assert changes.problems == []


def test_whoever_comes_later_hears_what_came_since(changes: Changes) -> None:
    for tag in ("nl", "de", "fr"):
        changes.add(Change(tag))
    told = changes.after(1)
    assert [next(told), next(told)] == [Change("de"), Change("fr")]


def test_whoever_waits_goes_on_at_the_end(changes: Changes) -> None:
    changes.end()
    assert list(changes.after(0)) == []


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path / "locales" / "locales.toml", THIS.registry.read_text(encoding="utf-8"))
    return Project(tmp_path)


@pytest.fixture
def words(project: Project, tmp_path: Path) -> Words:
    workshop = Workshop(project)
    workshop.__dict__["sources"] = Sources((SAVE,), (SAVE,))
    return Words(workshop, tmp_path / "translations")


@pytest.fixture
def dutch(words: Words) -> Language:
    return next(one for one in words.languages if one.tag == "nl")


@pytest.fixture
def path(project: Project, dutch: Language) -> Path:
    """The Dutch catalog, which is there."""
    write(project.catalog(dutch), render_catalog(dutch, [Translation(SAVE, ("Opslaan",))]))
    return project.catalog(dutch)


@pytest.fixture
def watcher(project: Project, words: Words, changes: Changes, path: Path) -> Watcher:
    """Looks when it is told to; its thread is not started."""
    assert path.is_file()
    return Watcher(project, words, changes)
