"""The command line: what it prints for people, and that whatever they can mend is told in a line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from locales.__main__ import main
from locales.catalogs import Translation, render_catalog
from locales.commands import COMMANDS
from locales.messages import Message
from locales.project import THIS, Project
from locales.registry import Language, load
from locales.writing import write

SAVE = Message("", "Save", comments=("A button.",))
SOME = ("en", "nl", "ar", "pt-PT", "zh-Hant", "en-XA")
LANGUAGES = [language for language in load(THIS.registry) if language.translated and language.tag in SOME]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("new", "nl"), "nl is there already", id="a language that is there"),
        pytest.param(("new", "qq"), "Babel does not know qq", id="no language"),
        pytest.param(("new", "nl_BE"), "nl_BE is no language tag of BCP 47", id="no tag"),
        pytest.param(("preview", "qq"), "there is no qq: there are en nl", id="a preview of no language"),
        pytest.param(("gallery", "nl", "qq"), "there is no qq: there are en nl", id="a gallery of no language"),
    ],
)
def test_what_is_refused_changes_nothing(
    words: tuple[str, ...], complaint: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.registry.read_bytes()
    assert main(words, project) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(complaint)
    assert project.registry.read_bytes() == before


def test_the_gallery_is_made_by_make_in_the_languages_that_are_named(project: Project) -> None:
    makefile = "gallery:\n\t@echo '$(LANGUAGES)' > asked; test '$(LANGUAGES)' = 'nl ar'\n"
    (project.root / "Makefile").write_text(makefile, encoding="utf-8")
    assert main(["gallery", "nl", "ar"], project) == 0
    assert main(["gallery"], project) != 0
    assert (project.root / "asked").read_text(encoding="utf-8") == "\n"


def test_a_registry_that_says_nonsense_is_told_in_a_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.registry.write_text("[[language]\n", encoding="utf-8")
    assert main(["credits"], project) == 1
    assert capsys.readouterr().err.startswith("locales.toml: ")


@pytest.mark.parametrize("command", ["update", "check", "report"])
def test_a_catalog_that_cannot_be_read_is_told_with_its_line(
    command: str, project: Project, dutch: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project.catalog(dutch), 'msgid "Save"\nmsgst "Opslaan"\n')
    assert main([command], project) == 1
    said = capsys.readouterr().err
    assert "nl/LC_MESSAGES/portal.po" in said
    assert "line 2" in said


def test_the_report_has_a_row_for_each_language(
    project: Project, dutch: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project.catalog(dutch), render_catalog(dutch, [Translation(SAVE, ("Opslaan",), fuzzy=True)]))
    main(["update"], project)
    capsys.readouterr()
    assert main(["report", "--json"], project) == 0
    rows = {row["tag"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == [language.tag for language in LANGUAGES]
    counted = {name: rows["nl"][name] for name in ("texts", "complete", "fuzzy", "empty", "findings", "unreviewed")}
    assert counted == {"texts": 2, "complete": 0, "fuzzy": 1, "empty": 1, "findings": 2, "unreviewed": 2}


def test_the_report_fits_a_terminal_with_its_numbers_at_the_right(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["update"], project)
    capsys.readouterr()
    assert main(["report"], project) == 0
    table, notes = capsys.readouterr().out.split("\n\n")
    heading, *rows = table.splitlines()
    assert max(map(len, table.splitlines())) <= 80
    for column in ("complete", "fuzzy", "check", "unreviewed"):
        end = heading.index(column) + len(column)
        assert all(row[end - 1].isdigit() and row[end] == " " for row in rows), column
    assert f"{len(LANGUAGES)} of them not yet reviewed" in notes
    assert all(row.endswith(("not known", "not known+")) for row in rows)


def test_the_report_is_a_table_for_a_page(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    main(["update"], project)
    capsys.readouterr()
    assert main(["report", "--markdown"], project) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].startswith("| --- | --- | ---: |")
    assert len(rows) == len(LANGUAGES) + 2


def test_credits_say_plainly_what_nobody_has_read(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["credits"], project) == 0
    plain = capsys.readouterr().out
    assert plain.startswith("Dutch (Nederlands)\n  made by ")
    assert plain.count("; not yet reviewed by a native speaker\n") == len(LANGUAGES)
    main(["credits", "--markdown"], project)
    assert capsys.readouterr().out.startswith("- **Dutch (Nederlands)**\n  - made by ")


def test_nobody_is_bothered_who_reads_no_further() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "locales", "credits"]
    ended = subprocess.run(command, cwd=THIS.root, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_each_command_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = " ".join(capsys.readouterr().out.split())
    for name, command in COMMANDS.items():
        assert f"{name} {' '.join(command.help.split())}" in listed


@pytest.fixture
def project(project: Project) -> Project:
    """A checkout that has only some of the languages."""
    blocks = project.registry.read_text(encoding="utf-8").split("\n\n")
    kept = [block for block in blocks if any(f'tag = "{tag}"\n' in block for tag in SOME)]
    project.registry.write_text("\n\n".join(kept), encoding="utf-8")
    return project


@pytest.fixture
def dutch(language: Callable[[str], Language]) -> Language:
    return language("nl")
