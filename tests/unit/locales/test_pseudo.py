"""The pseudo-languages: longer, in other letters, bracketed, and still the same message."""

import unicodedata
from collections.abc import Callable

import pytest

from locales.messages import Message
from locales.placeholders import placeholders
from locales.pseudo import pseudo_text, pseudo_translation
from locales.registry import Language

SENTENCE = "Your Mac replaces the key. Keep your own until you read that it was updated."
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
in_both_directions = pytest.mark.parametrize("direction", ["ltr", "rtl"])


@pytest.mark.parametrize(
    ("text", "accented", "turned"),
    [
        pytest.param("Save", "[Šååṽéé]", "[سااڤعع]", id="a word"),
        pytest.param("{count} of {total}", "[{count} ööƒ {total}]", "[{count} ووف {total}]", id="placeholders"),
        pytest.param("{a}{b}", "[{a}{b}]", "[{a}{b}]", id="placeholders alone"),
        pytest.param("24 – 0", "[24 – 0]", "[24 – 0]", id="no letters"),
    ],
)
def test_a_text_is_in_other_letters_but_for_its_placeholders(text: str, accented: str, turned: str) -> None:
    for direction, pseudo in (("ltr", accented), ("rtl", turned)):
        assert pseudo_text(text, direction) == pseudo
        assert placeholders(pseudo) == placeholders(text)


@in_both_directions
def test_a_sentence_grows_as_a_translation_might(direction: str) -> None:
    assert 1.25 < len(pseudo_text(SENTENCE, direction)) / len(SENTENCE) < 1.5


def test_no_letter_stays_as_english_has_it() -> None:
    """But for q, which Latin script has with no accent."""
    assert set(pseudo_text(LETTERS, "ltr")) & set(LETTERS) == {"Q", "q"}
    assert not set(pseudo_text(LETTERS, "rtl")) & set(LETTERS)


@pytest.mark.parametrize(("direction", "runs"), [("ltr", {"L"}), ("rtl", {"AL"})])
def test_each_letter_runs_in_the_direction_of_its_language(direction: str, runs: set[str]) -> None:
    assert {unicodedata.bidirectional(letter) for letter in pseudo_text(LETTERS, direction)[1:-1]} == runs


@pytest.mark.parametrize(
    ("tag", "forms"),
    [
        pytest.param("en-XA", ("[åå Ṁååç]", "[{count} Ṁååçš]"), id="the two of English"),
        pytest.param("ar-XB", ("[{count} مااثس]", "[اا مااث]", *["[{count} مااثس]"] * 4), id="the six of Arabic"),
    ],
)
def test_each_plural_form_has_its_own_text(
    tag: str, forms: tuple[str, ...], language: Callable[[str], Language]
) -> None:
    assert pseudo_translation(Message("", "a Mac", "{count} Macs"), language(tag)).texts == forms


def test_a_text_without_a_count_has_one_form(language: Callable[[str], Language]) -> None:
    assert pseudo_translation(Message("", "Save"), language("ar-XB")).texts == ("[سااڤعع]",)
