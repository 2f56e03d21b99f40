"""Words by which support finds a Mac, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.search import LONGEST_WORD, MOST_ASKED, MOST_WORDS, fold, words_asked, words_of


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        pytest.param(["Anna’s MacBook Air"], "macbook", id="a word of a name"),
        pytest.param(["Anna’s MacBook Air"], "ann mac", id="beginnings of several words"),
        pytest.param(["Anna’s MacBook Air"], "AIR anna", id="capitals, in any order"),
        pytest.param(["C02XK1ABJG5H"], "c02xk1", id="the beginning of a serial"),
        pytest.param(["Zoë Müller"], "zoe muller", id="without accents"),
        pytest.param(["Zoe Muller"], "Zoë Müller", id="with accents that are not there"),
        pytest.param(["STRASSE"], "straße", id="sharp s"),
        pytest.param(["Ångström"], "A\u030angstro\u0308m", id="accents of their own"),
        pytest.param(["Ｍａｃ"], "mac", id="full width"),
        pytest.param(["مُحَمَّد"], "محمد", id="Arabic without its points"),
        pytest.param(["שָׁלוֹם"], "שלום", id="Hebrew without its points"),
        pytest.param(["Мария Иванова"], "иван", id="Cyrillic"),
        pytest.param(["山田太郎のMacBook"], "太郎", id="Japanese, in the midst"),
        pytest.param(["王小明"], "小明", id="Chinese, in the midst"),
        pytest.param(["สมชาย ใจดี"], "ชาย", id="Thai, in the midst"),
        pytest.param(["\u200fאבי\u200e Mac"], "אבי", id="direction marks"),
        pytest.param(["O'Neill-Smith"], "neill smi", id="signs between words"),
    ],
)
def test_a_question_finds(texts: list[str], question: str) -> None:
    words, asked = words_of(texts), words_asked(question)
    assert asked
    assert all(any(word.startswith(start) for word in words) for start in asked)


@pytest.mark.parametrize("question", ["", "   ", "\u200f\u200e", "\u200b"], ids=repr)
def test_what_nobody_sees_asks_for_nothing(question: str) -> None:
    assert words_asked(question) == ()


@pytest.mark.parametrize(
    "question", ["%", "_%_", "'; --", "—", "\\", "*", "🦊", "?" * 10_000], ids=lambda text: text[:5]
)
def test_signs_that_are_in_no_word_find_nothing_and_not_everything(question: str) -> None:
    (asked,) = words_asked(question)
    assert not any(word.startswith(asked) for word in words_of([question, "Anna’s MacBook Air 100%"]))


def test_signs_between_words_are_let_be() -> None:
    assert words_asked("anna % 🦊 (mac)") == ("anna", "mac")


def test_a_word_that_begins_another_asks_for_nothing_more() -> None:
    assert words_asked("an anna a") == ("anna",)


@given(st.text(max_size=300))
def test_whatever_is_asked_stays_within_bounds(question: str) -> None:
    asked = words_asked(question)
    assert len(asked) <= MOST_ASKED
    assert all(0 < len(word) <= LONGEST_WORD for word in asked)


@given(st.lists(st.none() | st.text(max_size=300), max_size=5))
def test_whatever_a_mac_is_called_its_words_stay_within_bounds(texts: list[str | None]) -> None:
    words = words_of(texts)
    assert len(words) <= MOST_WORDS
    assert all(0 < len(word) <= LONGEST_WORD for word in words)


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_what_is_in_the_name_is_found_by_itself(name: str) -> None:
    words = words_of([name])
    assert not words or all(any(word.startswith(start) for word in words) for start in words_asked(name))
