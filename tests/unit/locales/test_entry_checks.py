"""The checks on one translation. The first rows are traps that projects with good tests fell into."""

from collections.abc import Callable

import pytest

from locales.entry_checks import ENTRY_CHECKS, complaints
from locales.messages import Message
from locales.registry import Language

MACS = Message("", "One Mac of {owner}", "{count} Macs of {owner}")
COUNTED = Message("", "{count} device", "{count} devices")


@pytest.mark.parametrize(
    ("message", "texts", "tag", "evidence"),
    [
        pytest.param(
            Message("", "{} sources"),
            ("{num} bronnen",),
            "nl",
            ["the translation lacks {}", "the translation has {num}, which the source has not"],
            id="SecureDrop: a name where the source has none, a KeyError at run time",
        ),
        pytest.param(
            Message("", "{a}{b}"),
            ("{a}",),
            "nl",
            ["the translation lacks {b}"],
            id="GOV.UK: one letter, adjacent",
        ),
        pytest.param(
            Message("", "Hello {name}"),
            ("Hallo %(name)s",),
            "nl",
            ["the translation lacks {name}", "the translation has %(name)s, which the source has not"],
            id="another syntax",
        ),
        pytest.param(
            Message("", "Hello {name}"),
            ("Hallo ${name}",),
            "nl",
            ["the translation lacks {name}", "the translation has ${name}, which the source has not"],
            id="JavaScript's syntax, which holds ours inside",
        ),
        pytest.param(
            Message("", "Ready"),
            ("100 %s",),
            "nl",
            ["the translation has %s, which the source has not"],
            id="a placeholder where the source has none",
        ),
        pytest.param(
            COUNTED,
            ("één apparaat", "apparaten"),
            "nl",
            ["msgstr[1] (other) lacks {count}"],
            id="Weblate: only a form for one number leaves it out",
        ),
        pytest.param(
            COUNTED,
            ("устройство", "{count} устройства", "{count} устройств"),
            "ru",
            ["msgstr[0] (one) lacks {count}"],
            id="Russian's one is 21 as well",
        ),
        pytest.param(
            MACS,
            ("Eén Mac", "{count} Macs van {owner}"),
            "nl",
            ["msgstr[0] (one) lacks {owner}"],
            id="another placeholder is never left out",
        ),
        pytest.param(
            MACS,
            ("Eén Mac van {owner}", "{count} Macs van {eigenaar}"),
            "nl",
            ["msgstr[1] (other) lacks {owner}", "msgstr[1] (other) has {eigenaar}, which the source has not"],
            id="wrong in the second form only",
        ),
        pytest.param(COUNTED, ("{count} a", "{count} b"), "ar", ["2 forms where Arabic has 6"], id="too few forms"),
        pytest.param(
            Message("", "Save"), ("Bewaren", "Opslaan"), "nl", ["2 forms where Dutch has 1"], id="forms without a count"
        ),
        pytest.param(Message("", "Save"), ("",), "nl", ["the translation is empty"], id="empty"),
        pytest.param(COUNTED, ("één apparaat", ""), "nl", ["msgstr[1] (other) is empty"], id="empty in one form"),
        pytest.param(Message("", "Save"), ("<b>Opslaan</b>",), "nl", ["<b>", "</b>"], id="a tag"),
        pytest.param(Message("", "Save"), ("Opslaan&nbsp;nu",), "nl", ["&nbsp;"], id="an entity"),
        pytest.param(Message("", "Save"), ("Opslaan ",), "nl", ["'Opslaan '"], id="a blank at the end"),
        pytest.param(Message("", "Save"), ("\nOpslaan",), "nl", [r"'\nOpslaan'"], id="a line break at the start"),
        pytest.param(Message("", "Save"), ("\u202eحفظ",), "ar", ["U+202E"], id="an override"),
        pytest.param(Message("", "Save"), ("\u2066حفظ\u2069",), "ar", ["U+2066", "U+2069"], id="isolates"),
    ],
)
def test_a_bad_translation_is_told_by_its_evidence(
    message: Message, texts: tuple[str, ...], tag: str, evidence: list[str], language: Callable[[str], Language]
) -> None:
    said = [what for _check, what in complaints(message, texts, language(tag))]
    assert len(said) == len(evidence)
    assert all(what.startswith(expected) for what, expected in zip(said, evidence, strict=True))


@pytest.mark.parametrize(
    ("message", "texts", "tag"),
    [
        pytest.param(Message("", "{a} and {a}"), ("{a}",), "nl", id="repeated in the source, once here"),
        pytest.param(Message("", "{a}{b}"), ("{b}{a}",), "nl", id="another order"),
        pytest.param(Message("", "5 < 7 & 100 %"), ("5 < 7 & 100 %",), "nl", id="signs that are no markup"),
        pytest.param(MACS, ("Eén Mac van {owner}", "{count} Macs van {owner}"), "nl", id="one leaves the count out"),
        pytest.param(
            COUNTED,
            ("لا أجهزة", "جهاز واحد", "جهازان", "{count} أجهزة", "{count} جهازًا", "{count} جهاز"),
            "ar",
            id="Arabic's forms for none, one and two leave the count out",
        ),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, language: Callable[[str], Language]
) -> None:
    assert list(complaints(message, texts, language(tag))) == []


def test_each_check_has_an_id_of_its_own() -> None:
    assert len({check.id for check in ENTRY_CHECKS}) == len(ENTRY_CHECKS)
