"""The settings for Weblate and Crowdin reach the catalog of each language, and no other file."""

import json
import re
from typing import Any

import pytest
import yaml

from locales.project import THIS
from locales.registry import Language, load

LANGUAGES = [language for language in load(THIS.registry) if language.translated]
CROWDIN_NAMES = {"es": "es-ES", "sv": "sv-SE", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
"""Crowdin's names of languages that it calls otherwise than we do."""
WEBLATE_SETTINGS = (
    "branch check_flags commit_message enforced_checks file_format file_format_params filemask language_code_style"
    " language_regex manage_units merge_style name new_base new_lang push push_branch push_on_commit repo slug template"
    " vcs"
)
"""What `import_json` of Weblate 5.14 takes of these; it passes over others without a word."""


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_crowdin_brings_each_language_back_into_its_folder(language: Language, crowdin: dict[str, Any]) -> None:
    name = CROWDIN_NAMES.get(language.tag, language.tag)
    code = crowdin["languages_mapping"]["two_letters_code"].get(name, name.partition("-")[0])
    assert written_to(crowdin, code) == f"/locales/{language.folder}/LC_MESSAGES/portal.po", (
        f"crowdin.yml: write  {name}: {language.folder}  below two_letters_code"
    )


def test_crowdin_reads_the_template(crowdin: dict[str, Any]) -> None:
    assert THIS.root / crowdin["source"].removeprefix("/") == THIS.template


def test_crowdin_maps_no_language_that_is_not_there(crowdin: dict[str, Any]) -> None:
    folders = {language.folder for language in LANGUAGES}
    assert set(crowdin["languages_mapping"]["two_letters_code"].values()) <= folders


def test_no_secret_stands_in_crowdins_settings() -> None:
    settings = yaml.safe_load((THIS.root / "crowdin.yml").read_text(encoding="utf-8"))
    assert not {"project_id", "api_token"} & settings.keys()
    assert {"project_id_env", "api_token_env"} <= settings.keys()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_weblate_finds_each_language_by_its_folder(language: Language, weblate: dict[str, Any]) -> None:
    before, after = weblate["filemask"].split("*")
    name = THIS.catalog(language).relative_to(THIS.root).as_posix()
    assert name == f"{before}{language.folder}{after}"
    assert re.search(weblate["language_regex"], language.folder)
    assert weblate["language_code_style"] == "posix"
    assert language.tag.replace("-", "_") == language.folder


def test_weblate_finds_nothing_else(weblate: dict[str, Any]) -> None:
    assert set(THIS.root.glob(weblate["filemask"])) == {THIS.catalog(language) for language in LANGUAGES}


def test_weblate_begins_a_language_with_the_template(weblate: dict[str, Any]) -> None:
    assert THIS.root / weblate["new_base"] == THIS.template
    assert weblate["template"] == ""


def test_weblate_is_told_nothing_that_it_would_pass_over(weblate: dict[str, Any]) -> None:
    assert " ".join(sorted(weblate)) == WEBLATE_SETTINGS


def test_weblate_pushes_to_a_branch_of_its_own(weblate: dict[str, Any]) -> None:
    assert weblate["push_branch"] not in {"", weblate["branch"]}


def written_to(crowdin: dict[str, Any], code: str) -> str:
    return str(crowdin["translation"].replace("%two_letters_code%", code))


@pytest.fixture(scope="module")
def crowdin() -> dict[str, Any]:
    """The one kind of files that Crowdin is told of."""
    (files,) = yaml.safe_load((THIS.root / "crowdin.yml").read_text(encoding="utf-8"))["files"]
    return dict(files)


@pytest.fixture(scope="module")
def weblate() -> dict[str, Any]:
    """The one component of Weblate."""
    (component,) = json.loads((THIS.catalogs / "weblate.json").read_text(encoding="utf-8"))
    return dict(component)
