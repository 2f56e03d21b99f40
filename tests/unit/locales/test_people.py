"""Who is named for a language: those whom registry, catalog and git name, and nobody else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from locales.catalogs import render_catalog
from locales.history import History
from locales.people import Credit, credit
from locales.project import Project
from locales.registry import Language
from locales.writing import write


def test_a_language_that_nobody_has_read_says_so(credited: Callable[..., Credit]) -> None:
    assert credited().review == "not yet reviewed by a native speaker"


def test_a_reviewer_is_named(credited: Callable[..., Credit]) -> None:
    assert credited(reviewed_by="Noor de Wit").review == "reviewed by Noor de Wit"


def test_translators_are_named_once_and_without_their_addresses(credited: Callable[..., Credit]) -> None:
    found = credited("Noor <noor@example.org>, 2025.", "Noor <noor@work.example>, 2026.", "Sam <sam@example.org>")
    assert found.translators == ("Noor", "Sam")


@pytest.fixture
def credited(project: Project, language: Callable[[str], Language]) -> Callable[..., Credit]:
    """Who is named for Dutch with these translators in its catalog."""

    def named(*translators: str, reviewed_by: str = "") -> Credit:
        dutch = replace(language("nl"), reviewed_by=reviewed_by)
        write(project.catalog(dutch), render_catalog(dutch, [], translators))
        return credit(project, dutch, History(project.root))

    return named
