"""What the server and the web read, made from a small project: only what may be shown, and for each only its own."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale, gettext, ngettext

from locales.catalogs import Translation, render_catalog
from locales.compilation import FingerprintCollisionError, compile_catalogs, web_files
from locales.messages import Message, fingerprint
from locales.node import find_node
from locales.project import Project
from locales.registry import Language, load
from locales.sources import Sources, read_sources
from locales.writing import write

SAVE, MACS, TITLE = Message("", "Save"), Message("", "a Mac", "{count} Macs"), Message("", "Not found")
GOOD = (
    Translation(SAVE, ("Opslaan",)),
    Translation(MACS, ("één Mac", "{count} Macs hier")),
    Translation(TITLE, ("Weg",)),
)
SOURCES = Sources((SAVE, TITLE, MACS), (SAVE, MACS))
WITH_LATER = Sources((SAVE, MACS), (SAVE, MACS), frozenset({MACS.key}))


def test_flask_babel_finds_the_translation_of_each_language(project: Project, compiled: Callable[..., None]) -> None:
    compiled(
        GOOD, arabic=(Translation(MACS, ("لا شيء", "واحد", "اثنان", "{count} قليلة", "{count} كثيرة", "{count}")),)
    )
    with server(project).test_request_context():
        assert spoken("nl", "Not found") == "Weg"
        assert spoken("en", "Not found") == "Not found"
        assert spoken("en@pseudo", "Not found") == "[Ñööţ ƒööûûñð]"
        assert spoken("ar@pseudo", "Not found") == "[نووت فووؤؤند]"
        with force_locale("ar"):
            assert [ngettext("a Mac", "{count} Macs", count) for count in (0, 2, 11)] == [
                "لا شيء",
                "اثنان",
                "{count} كثيرة",
            ]


def test_the_web_gets_its_own_texts_only_and_in_one_order(project: Project, compiled: Callable[..., None]) -> None:
    compiled(GOOD)
    assert catalog(project, "nl") == ["Opslaan", ["één Mac", "{count} Macs hier"]]
    assert catalog(project, "en-XA") == ["[Šååṽéé]", ["[åå Ṁååç]", "[{count} Ṁååçš]"]]
    assert catalog(project, "ar-XB")[0] == "[سااڤعع]"
    assert not list((project.generated / "catalogs").glob("en.*"))
    assert generated(project, "first.ts", "fingerprints") == [fingerprint("Save"), fingerprint("a Mac")]
    assert catalog(project, "nl", "later") == generated(project, "later.ts", "fingerprints") == []


def test_what_the_app_does_not_begin_with_has_a_part_of_its_own(
    project: Project, compiled: Callable[..., None]
) -> None:
    compiled(GOOD, sources=WITH_LATER)
    assert catalog(project, "nl") == ["Opslaan"]
    assert catalog(project, "nl", "later") == [["één Mac", "{count} Macs hier"]]
    assert generated(project, "first.ts", "fingerprints") == [fingerprint("Save")]
    assert generated(project, "later.ts", "fingerprints") == [fingerprint("a Mac")]


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param(Translation(MACS, ("een Mac", "{count} Macs"), fuzzy=True), id="a guess"),
        pytest.param(Translation(MACS, ("", "")), id="empty"),
        pytest.param(Translation(MACS, ("een Mac", "")), id="half empty"),
    ],
)
def test_what_may_not_be_shown_falls_back_to_english(
    unusable: Translation, project: Project, compiled: Callable[..., None]
) -> None:
    compiled((GOOD[0], unusable))
    assert catalog(project, "nl") == ["Opslaan", 0]
    with server(project).test_request_context(), force_locale("nl"):
        assert ngettext("a Mac", "{count} Macs", 5) == "{count} Macs"


def test_a_text_that_changed_in_the_code_is_not_shown_with_its_old_translation(
    project: Project, compiled: Callable[..., None]
) -> None:
    compiled((Translation(Message("", "Keep"), ("Opslaan",)), *GOOD[1:]))
    assert catalog(project, "nl")[0] == 0


def test_the_web_knows_the_languages(project: Project, compiled: Callable[..., None]) -> None:
    compiled(GOOD)
    languages = generated(project, "languages.ts", "languages")
    assert [language["tag"] for language in languages] == [one.tag for one in load(project.registry)]
    assert languages[3] == {
        "tag": "ar",
        "name": "العربية",
        "english": "Arabic",
        "dir": "rtl",
        "plural": ["zero", "one", "two", "few", "many", "other"],
        "pseudo": False,
    }


def test_the_server_knows_the_languages(project: Project, compiled: Callable[..., None]) -> None:
    compiled(GOOD)
    languages = json.loads((project.translations / "locales.json").read_text(encoding="utf-8"))
    assert languages[-2:] == [
        {
            "tag": "en-XA",
            "folder": "en@pseudo",
            "name": "[Ƥšéûðö]",
            "english_name": "Pseudo-language",
            "dir": "ltr",
            "pseudo": True,
        },
        {
            "tag": "ar-XB",
            "folder": "ar@pseudo",
            "name": "[پسعؤدو]",
            "english_name": "Pseudo-language from right to left",
            "dir": "rtl",
            "pseudo": True,
        },
    ]


def test_a_second_run_touches_nothing_and_leftovers_go(project: Project, compiled: Callable[..., None]) -> None:
    compiled(GOOD)
    before = times(project)
    write(project.translations / "fy" / "LC_MESSAGES" / "portal.mo", b"left over")
    write(project.generated / "catalogs" / "fy.first.json", "[]")
    compiled(GOOD)
    assert times(project) == before
    assert not (project.translations / "fy").exists()


def test_two_texts_with_one_fingerprint_are_refused() -> None:
    same = (Message("", "costarring"), Message("", "liquid"))
    with pytest.raises(FingerprintCollisionError, match="costarring"):
        web_files({}, Sources(same, same, frozenset({same[1].key})))


def test_who_uses_a_text_is_known_by_who_extracted_it(project: Project) -> None:
    sources = read_sources(project, load(project.registry)[0])
    assert [message.text for message in sources.web] == ["Save"]
    assert [message.text for message in sources.messages] == ["Not found", "Save"]


def spoken(folder: str, text: str) -> str:
    with force_locale(folder):
        return gettext(text)


def server(project: Project) -> Flask:
    app = Flask(__name__)
    Babel(app, default_domain="portal", default_translation_directories=str(project.translations))
    return app


def catalog(project: Project, tag: str, part: str = "first") -> list[object]:
    return json.loads((project.generated / "catalogs" / f"{tag}.{part}.json").read_text(encoding="utf-8"))


def generated(project: Project, module: str, name: str) -> list[Any]:
    """The value that a generated module exports, as Node reads it."""
    script = f"import {{ {name} }} from './{module}'; console.log(JSON.stringify({name}))"
    command = [find_node(), "--experimental-strip-types", "--no-warnings", "--input-type=module", "-e", script]
    answer = subprocess.run(command, cwd=project.generated, capture_output=True, encoding="utf-8", check=True)
    return json.loads(answer.stdout)


def times(project: Project) -> dict[Path, int]:
    folders = (project.translations, project.generated)
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def compiled(project: Project) -> Callable[..., None]:
    languages = load(project.registry)

    def run(dutch: tuple[Translation, ...], arabic: tuple[Translation, ...] = (), sources: Sources = SOURCES) -> None:
        for language, said in ((named(languages, "nl"), dutch), (named(languages, "ar"), arabic)):
            write(project.catalog(language), render_catalog(language, said))
        compile_catalogs(project, languages, sources)

    return run


def named(languages: tuple[Language, ...], tag: str) -> Language:
    return next(language for language in languages if language.tag == tag)
