"""A new language: what CLDR knows of it is written, and what nobody has done yet is not claimed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from locales.new_language import ALPHABET_TO_DO, NOBODY_YET, TagError, block, language_named, with_block
from locales.project import THIS
from locales.registry import Language, load

LANGUAGES = tuple(language for language in load(THIS.registry) if language.tag in {"en", "nl", "zh-Hans", "en-XA"})
"""Some of the portal's languages: it may well speak others of this page one day."""


@pytest.mark.parametrize(
    ("tag", "complaint"),
    [
        pytest.param("nl", "nl is there already", id="there already"),
        pytest.param("NL", "nl is there already", id="there already, in capitals"),
        pytest.param("zh-hans", "zh-Hans is there already", id="there already, in small letters"),
        pytest.param("en-xa", "en-XA is there already", id="a pseudo-language"),
        pytest.param("pt_AO", "pt_AO is no language tag of BCP 47", id="Babel's spelling"),
        pytest.param("", " is no language tag", id="nothing"),
        pytest.param("Frysk", "Frysk is no language tag", id="a name"),
        pytest.param("../nl", "../nl is no language tag", id="a path"),
        pytest.param("nl-x-own", "nl-x-own is no language tag", id="private use"),
        pytest.param("qq", "Babel does not know qq", id="no language"),
        pytest.param("nl-JP", "Babel does not know nl-JP", id="a region where nobody speaks it"),
        pytest.param("iw", "iw is a former name: write he", id="a former name"),
        pytest.param("zh-TW", "write zh-Hant-TW", id="a script that goes without saying"),
    ],
)
def test_a_tag_is_refused_that_no_language_can_go_by(tag: str, complaint: str) -> None:
    with pytest.raises(TagError) as refused:
        language_named(tag, LANGUAGES)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("tag", "folder", "name", "english_name", "direction"),
    [
        pytest.param("pt-ao", "pt_AO", "Português (Angola)", "Portuguese (Angola)", "ltr", id="a region"),
        pytest.param("sr-latn", "sr_Latn", "Srpski (latinica)", "Serbian (Latin)", "ltr", id="a script"),
        pytest.param("ur", "ur", "اردو", "Urdu", "rtl", id="from right to left"),
        pytest.param("ka", "ka", "ქართული", "Georgian", "ltr", id="capitals for whole words only"),
        pytest.param("es-419", "es_419", "Español (Latinoamérica)", "Spanish (Latin America)", "ltr", id="a continent"),
    ],
)
def test_names_and_direction_come_from_cldr(
    tag: str, folder: str, name: str, english_name: str, direction: str
) -> None:
    added = language_named(tag, LANGUAGES)
    assert (added.folder, added.name, added.english_name, added.direction) == (folder, name, english_name, direction)


@pytest.mark.parametrize("tag", ["fy", "pt-AO", "ur", "cy", "zh-Hant-HK"])
def test_the_block_is_one_that_the_registry_takes(tag: str, extended: Callable[[str], tuple[Language, ...]]) -> None:
    languages = extended(tag)
    assert language_named(tag, LANGUAGES) in languages
    assert [language for language in languages if language.tag != tag] == list(LANGUAGES)


def test_it_stands_behind_the_languages_that_people_translate(
    extended: Callable[[str], tuple[Language, ...]],
) -> None:
    languages = extended("fy")
    translated = [language for language in languages if language.translated]
    assert translated[-1].tag == "fy"
    assert languages[languages.index(translated[-1]) + 1].pseudo


def test_a_registry_without_pseudo_languages_gets_it_at_its_end() -> None:
    frisian = language_named("fy", LANGUAGES)
    assert with_block('[[language]]\ntag = "en"\n', frisian) == f'[[language]]\ntag = "en"\n\n{block(frisian)}'


def test_nobody_is_said_to_have_made_or_read_it() -> None:
    added = language_named("fy", LANGUAGES)
    assert (added.made_by, added.reviewed_by, added.spelling_alphabet) == (NOBODY_YET, "", ALPHABET_TO_DO)


@pytest.fixture
def extended(tmp_path: Path) -> Callable[[str], tuple[Language, ...]]:
    """Their registry with a language more."""

    def extend(tag: str) -> tuple[Language, ...]:
        path = tmp_path / "locales.toml"
        blocks = THIS.registry.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
        before = "\n\n".join(text for text in blocks if any(f'tag = "{one.tag}"\n' in text for one in LANGUAGES))
        path.write_text(with_block(before, language_named(tag, LANGUAGES)), encoding="utf-8")
        return load(path)

    return extend
