"""What the portal needs of a text. The first rows are traps that projects with good tests fell into."""

from collections.abc import Callable

import pytest

from locales.messages import Message

MACS = Message("", "One Mac of {owner}", "{count} Macs of {owner}")
COUNTED = Message("", "{count} device", "{count} devices")
SAVE = Message("", "Save")


@pytest.mark.parametrize(
    ("message", "texts", "tag", "told"),
    [
        pytest.param(
            Message("", "{} sources"),
            ("{num} bronnen",),
            "nl",
            [
                ("placeholders", "the translation lacks {}"),
                ("placeholders", "the translation has {num}, which the source has not"),
            ],
            id="SecureDrop: a name where the source has none, a KeyError at run time",
        ),
        pytest.param(
            Message("", "{a}{b}"),
            ("{a}",),
            "nl",
            [("placeholders", "the translation lacks {b}")],
            id="GOV.UK: one letter, adjacent",
        ),
        pytest.param(
            Message("", "Hello {name}"),
            ("Hallo %(name)s",),
            "nl",
            [
                ("placeholders", "the translation lacks {name}"),
                ("placeholders", "the translation has %(name)s, which the source has not"),
            ],
            id="another syntax",
        ),
        pytest.param(
            Message("", "Hello {name}"),
            ("Hallo ${name}",),
            "nl",
            [
                ("placeholders", "the translation lacks {name}"),
                ("placeholders", "the translation has ${name}, which the source has not"),
            ],
            id="JavaScript's syntax, which holds ours inside",
        ),
        pytest.param(
            Message("", "Ready"),
            ("100 %s",),
            "nl",
            [("placeholders", "the translation has %s, which the source has not")],
            id="a placeholder where the source has none",
        ),
        pytest.param(
            COUNTED,
            ("één apparaat", "apparaten"),
            "nl",
            [("placeholders", "msgstr[1] (other) lacks {count}")],
            id="Weblate: only a form for one number leaves it out",
        ),
        pytest.param(
            COUNTED,
            ("устройство", "{count} устройства", "{count} устройств", "{count} устройства"),
            "ru",
            [("placeholders", "msgstr[0] (one) lacks {count}")],
            id="Russian's one is 21 as well",
        ),
        pytest.param(
            MACS,
            ("Eén Mac", "{count} Macs van {owner}"),
            "nl",
            [("placeholders", "msgstr[0] (one) lacks {owner}")],
            id="another placeholder is never left out",
        ),
        pytest.param(
            MACS,
            ("Eén Mac van {owner}", "{count} Macs van {eigenaar}"),
            "nl",
            [
                ("placeholders", "msgstr[1] (other) lacks {owner}"),
                ("placeholders", "msgstr[1] (other) has {eigenaar}, which the source has not"),
            ],
            id="wrong in the second form only",
        ),
        pytest.param(
            COUNTED,
            ("{count} أجهزة", "{count} جهاز"),
            "ar",
            [("plural-forms", "2 forms where Arabic has 6")],
            id="too few forms",
        ),
        pytest.param(
            SAVE,
            ("Bewaren", "Opslaan"),
            "nl",
            [("plural-forms", "2 forms where Dutch has 1")],
            id="no count, two forms",
        ),
        pytest.param(SAVE, ("",), "nl", [("empty", "the translation is empty")], id="empty"),
        pytest.param(
            COUNTED, ("één apparaat", ""), "nl", [("empty", "msgstr[1] (other) is empty")], id="empty in one form"
        ),
        pytest.param(
            Message("", "{count} files of yours"),
            ("{count, plural, other {# súborov}}",),
            "sk",
            [
                ("placeholders", "the translation lacks {count}"),
                ("placeholders", "the translation has {, which"),
                ("placeholders", "the translation has {# súborov}"),
                ("placeholders", "the translation has }, which"),
                ("formats", "the translation has {count, plural"),
            ],
            id="ICU's plural",
        ),
        pytest.param(SAVE, ("Ops\\laan",), "nl", [("formats", r"the translation has \l, which")], id="a backslash"),
        pytest.param(SAVE, ("Opslaan\\",), "nl", [("formats", "the translation has \\, which")], id="one at the end"),
        pytest.param(
            Message("", "100 % safe"),
            ("100 %% sicher",),
            "de",
            [("formats", "the translation has %%")],
            id="two for one",
        ),
        pytest.param(
            Message("", "The device"),
            ("L''appareil",),
            "fr",
            [("formats", "the translation has ''"), ("punctuation", '"\'"'), ("punctuation", '"\'"')],
            id="apostrophes",
        ),
        pytest.param(
            Message("", "Two lines"),
            (r"สอง\nบรรทัด",),
            "th",
            [("formats", r"the translation has \n")],
            id="an escape, written out",
        ),
    ],
)
def test_a_breach_is_told_by_its_evidence(
    message: Message, texts: tuple[str, ...], tag: str, told: list[tuple[str, str]], are_told: Callable[..., None]
) -> None:
    are_told(message, texts, tag, told)


@pytest.mark.parametrize(
    ("message", "texts", "tag"),
    [
        pytest.param(Message("", "{a} and {a}"), ("{a}",), "nl", id="repeated in the source, once here"),
        pytest.param(Message("", "{a}{b}"), ("{b}{a}",), "nl", id="another order"),
        pytest.param(MACS, ("Eén Mac van {owner}", "{count} Macs van {owner}"), "nl", id="one leaves the count out"),
        pytest.param(Message("", "100 % safe"), ("100 % sicher",), "de", id="a percent sign"),
        pytest.param(
            COUNTED,
            ("لا أجهزة", "جهاز واحد", "جهازان", "{count} أجهزة", "{count} جهازًا", "{count} جهاز"),
            "ar",
            id="Arabic's forms for none, one and two leave the count out",
        ),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, said_of: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said_of(message, texts, tag) == []


def test_a_guess_is_told(said_of: Callable[..., list[tuple[str, str]]]) -> None:
    assert said_of(SAVE, ("Opslaan",), "nl", fuzzy=True) == [("fuzzy", "is marked as a guess")]


def test_a_flag_of_another_format_is_told(said_of: Callable[..., list[tuple[str, str]]]) -> None:
    ((check, evidence),) = said_of(SAVE, ("Opslaan",), "nl", flags=("python-format",))
    assert (check, evidence) == ("formats", "has the flag python-format, which the source has not")
