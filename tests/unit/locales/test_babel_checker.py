"""Plain `pybabel compile`, as a translator or a packager runs it, refuses what `check` refuses."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import polib
import pytest

from locales.project import THIS

PYBABEL = Path(sys.executable).with_name("pybabel")


def test_the_catalogs_of_the_portal_compile(compiled: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    result = compiled(folders=[path.name for path in THIS.catalogs.iterdir() if (path / "LC_MESSAGES").is_dir()])
    assert (result.returncode, result.stderr.count("error:")) == (0, 0), result.stderr


@pytest.mark.parametrize(
    ("folder", "breach", "told"),
    [
        pytest.param("nl", {"msgstr": ""}, "the translation is empty [empty", id="empty"),
        pytest.param("de", {"flags": ["fuzzy"]}, "is marked as a guess [fuzzy", id="a guess"),
        pytest.param(
            "ar", {"msgstr": "{name} احفظ."}, "has {name}, which the source has not [placeholders", id="placeholder"
        ),
        pytest.param("ja", {"msgstr": "<b>保管</b>"}, "<b> in '<b>保管</b>' [markup", id="markup"),
        pytest.param("ru", {"msgstr": " Сохранить"}, "' Сохранить' [edge-blanks", id="a blank at an end"),
        pytest.param("he", {"msgstr": "שמירה\u200f"}, "U+200F in", id="a direction control"),
        pytest.param(
            "hi", {"flags": ["c-format"]}, "has the flag c-format, which the source has not [formats", id="flag"
        ),
        pytest.param("zh_Hant", {"msgstr": "儲存."}, "ends with ., where none belongs [end-mark", id="mark at the end"),
        pytest.param("fr", {"msgstr": "Enregistrer ?"}, "' ?' in 'Enregistrer ?' [punctuation", id="blank in French"),
        pytest.param("de", {"msgstr": "“Speichern”"}, "where „“ is written [quotes", id="quotes"),
        pytest.param("el", {"msgstr": "Save"}, "'Save' is the English text [english", id="English"),
        pytest.param("sv", {"msgstr": "Avbryt"}, "'Avbryt' is said for 'Cancel' too [same-text", id="two alike"),
        pytest.param("fi", {"msgstr": "Tallenna " * 9 + "nyt"}, "and a button has 27 [room", id="no room"),
        pytest.param("th", {"msgstr": "บัน\u200dทึก"}, "U+200D in", id="a joiner where none belongs"),
        pytest.param("uk", {"msgid": "Save it"}, "lacks 'Save' [keys", id="keys"),
        pytest.param("fr", {"tcomment": "ignore-markup: why not"}, "nobody can ignore this check", id="a remark"),
    ],
)
def test_a_broken_catalog_is_refused(
    folder: str, breach: dict[str, object], told: str, compiled: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = compiled(folders=[folder], breach=breach)
    assert result.returncode == 1
    assert told in result.stderr
    assert "docs/translation-checks.md#" in result.stderr
    assert "1 errors encountered" in result.stderr


def test_a_remark_with_its_reason_is_heard(compiled: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    said = {"msgstr": "Avbryt", "tcomment": "Or: spara?\nignore-same-text: one word for both in this house"}
    assert compiled(folders=["sv"], breach=said).returncode == 0


@pytest.mark.parametrize(("folder", "language"), [("nl", "nl_NL"), ("zh_Hans", "zh_CN"), ("pt_PT", "pt_PT")])
def test_a_catalog_with_the_header_of_crowdin_is_checked_too(
    folder: str, language: str, compiled: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = compiled(folders=[folder], breach={"msgstr": ""}, project="sleutelkast", language=language)
    assert "the translation is empty [empty" in result.stderr


def test_a_catalog_of_somebody_else_is_left_alone(compiled: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert compiled(folders=["nl"], breach={"msgstr": "<b>Opslaan</b>"}, project="Other 1.0").returncode == 0


def test_the_portal_itself_brings_no_checker() -> None:
    assert "babel.checkers" not in {point.group for point in distribution("sleutelkast").entry_points}


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Compiles copies of the portal's catalogs, with one entry of them changed."""

    def run(
        folders: list[str], breach: dict[str, object] | None = None, **header: str
    ) -> subprocess.CompletedProcess[str]:
        for folder in folders:
            shutil.copytree(THIS.catalogs / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.mo"))
            if breach:
                _break(tmp_path / folder / "LC_MESSAGES" / "portal.po", breach, **header)
        command = [PYBABEL, "compile", "-d", tmp_path, "-D", "portal"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def _break(path: Path, breach: dict[str, object], project: str = "", language: str = "") -> None:
    catalog = polib.pofile(str(path), wrapwidth=0)
    catalog.metadata["Project-Id-Version"] = project or catalog.metadata["Project-Id-Version"]
    catalog.metadata["Language"] = language or catalog.metadata["Language"]
    entry = next(entry for entry in catalog if entry.msgid == "Save")
    for field, value in breach.items():
        setattr(entry, field, value)
    catalog.save()
