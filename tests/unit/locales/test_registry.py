"""The registry refuses what Babel, CLDR or a reader would be surprised by."""

from pathlib import Path

import pytest

from locales.project import THIS
from locales.registry import Language, RegistryError, load

SPOKEN = (
    "ar bg ca cs da de el es et fa fi fr he hi hr hu id is it ja ko lt lv nb nl pl pt-BR pt-PT ro ru sk sl sv th tr"
    " uk vi zh-Hans zh-Hant"
)
DUTCH = {
    "tag": '"nl"',
    "folder": '"nl"',
    "name": '"Nederlands"',
    "english_name": '"Dutch"',
    "direction": '"ltr"',
    "plural_forms": '["one", "other"]',
    "plural_rule": '"n != 1"',
    "made_by": '"somebody"',
    "reviewed_by": '""',
    "spelling_alphabet": '"somewhere"',
}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        pytest.param(
            {"tag": '"pt-PT"', "folder": '"pt-PT"'},
            'Babel ignores folder = "pt-PT"; write "pt_PT"',
            id="Babel's silence on pt-PT",
        ),
        pytest.param({"folder": '"xx"'}, 'Babel knows no folder = "xx"', id="no language at all"),
        pytest.param({"folder": '"de"'}, 'tag and folder "de" name different languages', id="another language"),
        pytest.param({"direction": '"rtl"'}, 'direction = "rtl", but CLDR says "ltr"', id="wrong way"),
        pytest.param({"plural_forms": '["other"]'}, "plural_forms differ from CLDR's", id="a form too few"),
        pytest.param({"plural_rule": '"n > 1"'}, "plural_rule gives msgstr[0] for 0", id="French rule for Dutch"),
        pytest.param({"plural_rule": '"n"'}, "plural_rule gives msgstr[0] for 0", id="a rule without end"),
        pytest.param({"dir": '"ltr"'}, "unexpected keyword argument 'dir'", id="a field nobody reads"),
    ],
)
def test_an_impossible_language_is_refused(changed: dict[str, str], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(RegistryError) as refused:
        registry(tmp_path, {**DUTCH, **changed})
    assert complaint in str(refused.value)


def test_a_language_is_there_once(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="nl is there twice"):
        registry(tmp_path, DUTCH, DUTCH)


def test_portuguese_of_portugal_has_its_own_folder_name(tmp_path: Path) -> None:
    portuguese = {
        **DUTCH,
        "tag": '"pt-PT"',
        "folder": '"pt_PT"',
        "plural_forms": '["one", "many", "other"]',
        "plural_rule": '"n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2"',
    }
    assert registry(tmp_path, portuguese)[0].folder == "pt_PT"


def test_the_portal_speaks_the_languages_of_its_people() -> None:
    languages = load(THIS.registry)
    assert set(SPOKEN.split()) <= {language.tag for language in languages if language.translated}
    assert [language.tag for language in languages if not language.translated] == ["en", "en-XA", "ar-XB"]
    assert {"ar", "fa", "he", "ar-XB"} <= {language.tag for language in languages if language.direction == "rtl"}


@pytest.mark.parametrize(("tag", "forms"), [("nl", [True, False]), ("ar", [True, True, True, False, False, False])])
def test_a_form_for_exactly_one_number_is_known(tag: str, forms: list[bool]) -> None:
    language = next(language for language in load(THIS.registry) if language.tag == tag)
    assert [language.means_one_number(form) for form in range(len(forms))] == forms


def registry(folder: Path, *rows: dict[str, str]) -> tuple[Language, ...]:
    path = folder / "locales.toml"
    blocks = ("[[language]]\n" + "".join(f"{name} = {value}\n" for name, value in row.items()) for row in rows)
    path.write_text("\n".join(blocks), encoding="utf-8")
    return load(path)
