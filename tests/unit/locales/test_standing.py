"""How a language stands: each text is complete, a guess or empty, and reviewed only if somebody said so."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from locales.catalogs import Translation, render_catalog
from locales.findings import Finding
from locales.history import History
from locales.messages import Message
from locales.project import Project
from locales.registry import Language
from locales.sources import Sources
from locales.standing import Standing, standings
from locales.writing import write

SAVE, OPEN, MACS = Message("", "Save"), Message("", "Open"), Message("", "a Mac", "{count} Macs")
SOURCES = Sources((OPEN, SAVE, MACS), ())
CATALOG = "locales/nl/LC_MESSAGES/portal.po"


def test_each_text_is_complete_a_guess_or_empty(standing: Callable[..., Standing]) -> None:
    found = standing(
        Translation(SAVE, ("Opslaan",)), Translation(OPEN, ("Open",), fuzzy=True), Translation(MACS, ("een Mac", ""))
    )
    assert (found.texts, found.complete, found.fuzzy, found.empty) == (3, 1, 1, 1)


def test_texts_that_the_catalog_lacks_are_empty_and_others_do_not_count(standing: Callable[..., Standing]) -> None:
    found = standing(Translation(SAVE, ("Opslaan",)), Translation(Message("", "Old"), ("Oud",)))
    assert (found.texts, found.complete, found.empty) == (3, 1, 2)


def test_findings_count_for_the_catalog_they_are_of(standing: Callable[..., Standing]) -> None:
    found = standing(findings=[Finding("empty", f"{CATALOG}:12", "", ""), Finding("empty", "locales/de/x", "", "")])
    assert found.findings == 1


@pytest.mark.parametrize(("reviewer", "unreviewed"), [("", 3), ("Noor de Wit, Leiden", 0)])
def test_a_review_is_of_the_whole_catalog(reviewer: str, unreviewed: int, standing: Callable[..., Standing]) -> None:
    assert standing(reviewed_by=reviewer).unreviewed == unreviewed


@pytest.fixture
def standing(project: Project, language: Callable[[str], Language]) -> Callable[..., Standing]:
    """How Dutch stands whose catalog says this."""

    def stand(*said: Translation, findings: list[Finding] | None = None, reviewed_by: str = "") -> Standing:
        dutch = replace(language("nl"), reviewed_by=reviewed_by)
        write(project.catalog(dutch), render_catalog(dutch, said))
        (found,) = standings(project, [dutch], SOURCES, findings or [], History(project.root))
        return found

    return stand
