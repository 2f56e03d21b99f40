"""The pseudo-language: longer, accented, bracketed, and still the same message."""

import pytest

from locales.messages import Message
from locales.placeholders import placeholders
from locales.pseudo import pseudo_text, pseudo_translation


@pytest.mark.parametrize(
    ("text", "pseudo"),
    [
        pytest.param("Save", "[Šååṽéé]", id="a word"),
        pytest.param("{count} of {total}", "[{count} ööƒ {total}]", id="placeholders"),
        pytest.param("{a}{b}", "[{a}{b}]", id="placeholders alone"),
        pytest.param("24 – 0", "[24 – 0]", id="no letters"),
    ],
)
def test_a_text_is_accented_but_for_its_placeholders(text: str, pseudo: str) -> None:
    assert pseudo_text(text) == pseudo
    assert placeholders(pseudo) == placeholders(text)


def test_a_sentence_grows_as_a_translation_might() -> None:
    text = "Your Mac replaces the key. Keep your own until you read that it was updated."
    assert 1.25 < len(pseudo_text(text)) / len(text) < 1.5


def test_each_plural_form_has_its_own_text() -> None:
    assert pseudo_translation(Message("", "a Mac", "{count} Macs")).texts == ("[åå Ṁååç]", "[{count} Ṁååçš]")
