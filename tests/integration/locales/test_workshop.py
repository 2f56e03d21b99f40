"""The workshop's commands as somebody calls them, on a copy of the portal's own catalogs."""

import re

from flask import Flask
from flask_babel import Babel, force_locale, gettext

from locales.catalogs import read_catalog, render_catalog
from locales.new_language import ALPHABET_TO_DO, NOBODY_YET
from locales.project import Project
from locales.registry import Language, load
from locales.writing import write
from tests.integration.locales.conftest import Locales

ANGOLA = "locales/pt_AO/LC_MESSAGES/portal.po"
PLAIN_QUOTES = str.maketrans("«»", "“”")
"""What `check` expects of a language of whose quotation marks it knows nothing."""


def test_a_new_language_lacks_its_words_only_and_speaks_once_it_has_them(checkout: Project, locales: Locales) -> None:
    added = locales("new", "pt-AO")
    assert added.returncode == 0, added.stderr
    assert "who asks for pt-AO reads Portuguese (Portugal) (pt-PT)" in added.stdout
    checked = locales("check")
    assert checked.returncode == 1
    assert set(re.findall(r"\[([a-z-]+)\]$", checked.stderr, re.MULTILINE)) == {"empty", "unsaid"}
    assert set(re.findall(r"^    mend: (edit [^:\n]*)", checked.stderr, re.MULTILINE)) == {
        f"edit {ANGOLA}",
        "edit locales/locales.toml",
        "edit locales/glossary.toml",
    }

    says_who_made_it(checkout)
    angola, portugal = named(checkout, "pt-AO"), named(checkout, "pt-PT")
    words = read_catalog(checkout.catalog(portugal))
    write(checkout.catalog(angola), render_catalog(angola, words.values()).translate(PLAIN_QUOTES))
    takes_its_terms_from(portugal, angola, checkout)
    assert locales("check").stdout.endswith(": 0 findings\n")
    assert locales("compile").returncode == 0
    for part in ("first", "later"):
        own, other = (checkout.generated / "catalogs" / f"{tag}.{part}.json" for tag in ("pt-AO", "pt-PT"))
        assert own.read_text(encoding="utf-8") == other.read_text(encoding="utf-8").translate(PLAIN_QUOTES)
    assert '"tag": "pt-AO"' in (checkout.generated / "languages.ts").read_text(encoding="utf-8")
    assert said_by_the_server(checkout, angola, "Recovery key") == words["Recovery key"].texts[0]


def said_by_the_server(checkout: Project, language: Language, text: str) -> str:
    app = Flask(__name__)
    Babel(app, default_domain="portal", default_translation_directories=str(checkout.translations))
    with app.test_request_context(), force_locale(language.folder):
        return str(gettext(text))


def takes_its_terms_from(one: Language, other: Language, checkout: Project) -> None:
    """In the glossary."""
    path = checkout.catalogs / "glossary.toml"
    glossary = path.read_text(encoding="utf-8")
    terms = glossary.partition(f"[{one.tag}]\n")[2].partition("\n[")[0]
    path.write_text(f"{glossary}\n[{other.tag}]\n{terms}\n", encoding="utf-8")


def says_who_made_it(checkout: Project) -> None:
    registry = checkout.registry.read_text(encoding="utf-8")
    said = registry.replace(NOBODY_YET, "Noor de Wit").replace(ALPHABET_TO_DO, "The telephone book of Luanda")
    checkout.registry.write_text(said, encoding="utf-8")


def named(checkout: Project, tag: str) -> Language:
    return next(language for language in load(checkout.registry) if language.tag == tag)
