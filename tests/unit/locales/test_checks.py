"""What `check` says of catalogs, each time with the command that mends it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from locales.catalogs import Translation, render_catalog
from locales.checks import check
from locales.findings import Finding
from locales.messages import Message
from locales.new_language import ALPHABET_TO_DO, NOBODY_YET
from locales.project import Project
from locales.registry import Language
from locales.rules.words import GlossaryError
from locales.sources import Sources
from locales.update import write_catalogs, write_template
from locales.writing import write

SAVE, MACS = Message("", "Save", comments=("A button.",)), Message("", "a Mac", "{count} Macs", ("A heading.",))
SOURCES = Sources((SAVE, MACS), (SAVE,))
GOOD = (Translation(SAVE, ("Opslaan",)), Translation(MACS, ("één Mac", "{count} Macs")))
CATALOG = "locales/nl/LC_MESSAGES/portal.po"


def test_a_complete_catalog_has_nothing_to_mend(found: Callable[..., list[Finding]]) -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("said", "checks", "mend"),
    [
        pytest.param(GOOD[:1], {"keys", "form"}, "python -m locales update", id="a text is missing"),
        pytest.param(
            (*GOOD, Translation(Message("", "Old"), ("Oud",))),
            {"keys", "form"},
            "python -m locales update",
            id="a text is left over",
        ),
        pytest.param(GOOD[::-1], {"form"}, "python -m locales update", id="another order"),
        pytest.param((GOOD[0], Translation(MACS, ("", ""))), {"empty"}, f"edit {CATALOG}", id="empty"),
        pytest.param(
            (Translation(SAVE, ("Opslaan",), fuzzy=True), GOOD[1]),
            {"fuzzy"},
            f"edit {CATALOG}: read the translation and take the mark away",
            id="a guess",
        ),
        pytest.param(
            (GOOD[0], Translation(MACS, ("één Mac", "{num} Macs"))),
            {"placeholders"},
            f"edit {CATALOG}",
            id="placeholder",
        ),
        pytest.param(
            (GOOD[0], Translation(MACS, ("{count} Macs",))), {"plural-forms"}, f"edit {CATALOG}", id="plural forms"
        ),
    ],
)
def test_a_breach_is_told_with_its_mend(
    said: tuple[Translation, ...], checks: set[str], mend: str, found: Callable[..., list[Finding]]
) -> None:
    findings = found(said)
    assert {finding.check for finding in findings} == checks
    assert {re.sub(r":\d+", "", finding.mend) for finding in findings} == {mend}
    assert {finding.file for finding in findings} == {CATALOG}


def test_a_finding_names_the_line_of_the_translation(
    project: Project, dutch: Language, found: Callable[..., list[Finding]]
) -> None:
    (finding,) = found((Translation(SAVE, ("Opslaan ",), "Asked Sam.\nTwice."), GOOD[1]))
    line = project.catalog(dutch).read_text(encoding="utf-8").splitlines().index('msgstr "Opslaan "') + 1
    assert finding.where == f"{CATALOG}:{line}"
    assert finding.mend == f"edit {CATALOG}:{line}"


def test_a_rule_that_is_ignored_with_a_reason_stays_so_after_an_update(project: Project, dutch: Language) -> None:
    stop = Translation(SAVE, ("Opslaan.",), "ignore-end-mark: the stop is part of the name")
    write_template(project, SOURCES)
    write(project.catalog(dutch), render_catalog(dutch, (stop, GOOD[1])))
    write_catalogs(project, (dutch,), SOURCES)
    assert "# ignore-end-mark: the stop is part of the name\n" in project.catalog(dutch).read_text(encoding="utf-8")
    assert check(project, (dutch,), SOURCES) == []


def test_a_stale_template_is_told(project: Project, dutch: Language) -> None:
    write_template(project, Sources((SAVE,), ()))
    write_catalogs(project, (dutch,), SOURCES)
    assert ("template-stale", "locales/portal.pot") in places(check(project, (dutch,), SOURCES))


def test_a_folder_that_no_language_has_is_told(project: Project, found: Callable[..., list[Finding]]) -> None:
    write(project.catalogs / "pt-PT" / "LC_MESSAGES" / "portal.po", "")
    assert places(found(GOOD)) == [("unknown-folder", "locales/pt-PT/LC_MESSAGES/portal.po")]


def test_a_catalog_that_is_not_there_is_told(project: Project, dutch: Language) -> None:
    write_template(project, SOURCES)
    assert ("keys", CATALOG) in places(check(project, (dutch,), SOURCES))


@pytest.mark.parametrize(
    ("unsaid", "mend"),
    [
        pytest.param({"made_by": NOBODY_YET}, "edit locales/locales.toml: made_by", id="who made it"),
        pytest.param({"made_by": ""}, "edit locales/locales.toml: made_by", id="nothing of who made it"),
        pytest.param(
            {"spelling_alphabet": ALPHABET_TO_DO}, "edit locales/locales.toml: spelling_alphabet", id="its alphabet"
        ),
        pytest.param(
            {"tag": "fy"},
            "edit locales/glossary.toml: a table [fy] with the terms that the others have",
            id="its terms",
        ),
    ],
)
def test_what_nobody_has_said_of_a_language_is_told(
    unsaid: dict[str, str], mend: str, project: Project, dutch: Language
) -> None:
    written = replace(dutch, **unsaid)
    write_template(project, SOURCES)
    write(project.catalog(written), render_catalog(written, GOOD))
    told = [finding for finding in check(project, (written,), SOURCES) if finding.check == "unsaid"]
    assert [finding.mend for finding in told] == [mend]


def test_a_glossary_that_cannot_be_read_is_told_with_its_line(
    project: Project, found: Callable[..., list[Finding]]
) -> None:
    write(project.glossary, '[nl]\npassword = "wachtwoord\n')
    with pytest.raises(GlossaryError, match=r"glossary\.toml: .*line 2"):
        found(GOOD)


def places(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.check, finding.where) for finding in findings]


@pytest.fixture
def found(project: Project, dutch: Language) -> Callable[..., list[Finding]]:
    def checked(said: tuple[Translation, ...]) -> list[Finding]:
        write_template(project, SOURCES)
        write(project.catalog(dutch), render_catalog(dutch, said))
        return check(project, (dutch,), SOURCES)

    return checked


@pytest.fixture
def dutch(language: Callable[[str], Language]) -> Language:
    return language("nl")
