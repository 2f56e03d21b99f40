"""Remarks with which a translator ignores a rule: only with a reason, and only where there is something to ignore."""

from collections.abc import Callable

import pytest

import locales.entry_checks
from locales.entry_checks import IGNORE, RULES, TEXT_RULES, TRANSLATION_RULES
from locales.messages import Message
from locales.rules.rule import Entry

SAVE = Message("", "Save")


class NoBewaren:
    """A rule that may be ignored."""

    id = "house-style"
    ignorable = True

    def evidence(self, entry: Entry):
        return ("says bewaren" for text in entry.texts if "bewaren" in text.casefold())


def test_a_reason_ignores_a_rule(said: Callable[..., list[tuple[str, str]]]) -> None:
    assert said("Bewaren", "") == [("house-style", "says bewaren")]
    assert said("Bewaren", "ignore-house-style: a quotation") == []
    assert said("Bewaren", "Ignore-House-Style a quotation") == []
    assert said("Bewaren", "Or: opslaan?\nignore-house-style:  a quotation\nSeen by Noor.") == []


@pytest.mark.parametrize(
    ("text", "remark", "told"),
    [
        pytest.param(
            "Bewaren",
            "ignore-house-style",
            [("house-style", "says bewaren"), (IGNORE, "ignore-house-style gives no reason")],
            id="no reason",
        ),
        pytest.param(
            "Bewaren",
            "ignore-house-style: ",
            [("house-style", "says bewaren"), (IGNORE, "ignore-house-style gives no reason")],
            id="an empty reason",
        ),
        pytest.param(
            "Opslaan", "ignore-house-style: a quotation", [(IGNORE, "ignore-house-style ignores nothing")], id="nothing"
        ),
        pytest.param("Opslaan", "ignore-style: so", [(IGNORE, "ignore-style: there is no such check")], id="unknown"),
        pytest.param(
            "<b>Opslaan</b>",
            "ignore-markup: it is bold",
            [
                ("markup", "<b> in '<b>Opslaan</b>'"),
                ("markup", "</b> in '<b>Opslaan</b>'"),
                (IGNORE, "ignore-markup: nobody can ignore this check, since its breach would break the page"),
            ],
            id="one that nobody may",
        ),
    ],
)
def test_a_remark_that_is_no_good_is_told(
    text: str, remark: str, told: list[tuple[str, str]], said: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said(text, remark) == told


@pytest.mark.parametrize(
    "check",
    ["empty", "fuzzy", "plural-forms", "placeholders", "formats", "markup", "addresses", "direction-controls"],
)
def test_what_would_break_the_page_nobody_can_ignore(check: str) -> None:
    assert not RULES[check].ignorable


def test_each_rule_has_an_id_of_its_own() -> None:
    assert len(RULES) == len(TEXT_RULES) + len(TRANSLATION_RULES)


@pytest.fixture
def said(
    monkeypatch: pytest.MonkeyPatch, said_of: Callable[..., list[tuple[str, str]]]
) -> Callable[..., list[tuple[str, str]]]:
    monkeypatch.setitem(locales.entry_checks.RULES, NoBewaren.id, NoBewaren())
    return lambda text, remark: said_of(SAVE, (text,), "nl", remark=remark)
