"""Laws over the catalogs of the portal itself: every language is complete, and each really speaks."""

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale, get_locale, gettext

from locales.catalogs import read_catalog, render_template
from locales.checks import check
from locales.compilation import compile_catalogs
from locales.project import THIS, Project
from locales.registry import Language, load
from locales.sources import Sources, read_sources
from locales.update import updated_catalog

LANGUAGES = load(THIS.registry)
TRANSLATED = [language for language in LANGUAGES if language.translated]
MADE_FROM_THE_CODE = {"en": "Recovery key", "en-XA": "[Ŕééçööṽééŕý ķééý]", "ar-XB": "[رععثووڤععرئ كععئ]"}
DUTCH_NAMES = {
    "Devices": "Apparaten",
    "Store recovery key": "Herstelsleutel opslaan",
    "Recovery key": "Herstelsleutel",
    "Confirm recovery key": "Herstelsleutel bevestigen",
    "Save": "Opslaan",
    "Get recovery key": "Herstelsleutel ophalen",
    "Rotate recovery key": "Herstelsleutel draaien",
    "Status": "Status",
    "Check status": "Toegang controleren",
    "Device details": "Details van apparaat",
    "Sign in": "Aanmelden",
}
"""The names of things on screen that are fixed, because help desks and guides use them."""


def test_there_is_nothing_to_mend(sources: Sources) -> None:
    assert check(THIS, LANGUAGES, sources) == []


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.tag)
def test_every_language_has_every_text(language: Language, sources: Sources) -> None:
    usable = {key for key, translation in read_catalog(THIS.catalog(language)).items() if translation.usable}
    assert usable == {message.key for message in sources.messages}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_every_language_really_speaks_through_flask_babel(language: Language, server: Flask) -> None:
    with server.test_request_context(), force_locale(language.folder):
        assert str(get_locale()) == language.folder
        assert gettext("Recovery key") == _recovery_key(language)


def _recovery_key(language: Language) -> str:
    if not language.translated:
        return MADE_FROM_THE_CODE[language.tag]
    (words,) = read_catalog(THIS.catalog(language))["Recovery key"].texts
    assert words != "Recovery key"
    return words


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.tag)
@pytest.mark.parametrize("term", ["recovery key", "password"])
def test_the_glossary_has_the_words_that_are_on_the_screen(language: Language, term: str) -> None:
    glossary = tomllib.loads((THIS.registry.parent / "glossary.toml").read_text(encoding="utf-8"))
    (shown,) = read_catalog(THIS.catalog(language))[term.capitalize()].texts
    assert glossary[language.tag][term].casefold() == shown.replace("\N{SOFT HYPHEN}", "").casefold()


@pytest.mark.parametrize(("english", "dutch"), DUTCH_NAMES.items())
def test_the_fixed_names_are_those_of_the_guides(english: str, dutch: str, sources: Sources) -> None:
    assert english in {message.text for message in sources.web}
    assert read_catalog(THIS.catalog(named("nl")))[english].texts == (dutch,)


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda language: language.tag)
def test_an_update_would_change_no_byte(language: Language, sources: Sources) -> None:
    path = THIS.catalog(language)
    assert updated_catalog(THIS, language, sources.messages) == path.read_text(encoding="utf-8")


def test_the_template_has_no_dates_and_no_places(sources: Sources) -> None:
    text = THIS.template.read_text(encoding="utf-8")
    assert text == render_template(sources.messages)
    assert not re.search(r"^#:|Date:|\d{4}-\d\d-\d\d|\.(py|tsx?):\d", text, re.MULTILINE)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(THIS, LANGUAGES[0])


@pytest.fixture(scope="module")
def server(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    project = CompiledElsewhere(THIS.root, tmp_path_factory.mktemp("compiled"))
    compile_catalogs(project, LANGUAGES, sources)
    app = Flask(__name__)
    Babel(app, default_domain="portal", default_translation_directories=str(project.translations))
    return app


@dataclasses.dataclass(frozen=True)
class CompiledElsewhere(Project):
    """The portal's own catalogs, compiled into another folder: a running server may be reading the real one."""

    elsewhere: Path

    @property
    def translations(self) -> Path:
        return self.elsewhere / "translations"

    @property
    def generated(self) -> Path:
        return self.elsewhere / "generated"


def named(tag: str) -> Language:
    return next(language for language in LANGUAGES if language.tag == tag)
