"""Room on the smallest screen: how wide a text is, and how much of it a line holds."""

from collections.abc import Callable

import pytest

from locales.messages import Message
from locales.project import THIS
from locales.rules.room import EDGE, ROOMS, width


@pytest.mark.parametrize(
    ("message", "texts", "tag", "told"),
    [
        pytest.param(
            Message("", "Go to the one that you have just chosen here", comments=("Button on the page of a Mac.",)),
            ("Gehen Sie auf der Stelle zu dem Gerät, das Sie eben ausgesucht haben",),
            "de",
            [("room", "'Gehen Sie auf der Stelle")],
            id="a button of three lines",
        ),
        pytest.param(
            Message("", "All that is kept here for you", comments=("Title of a page.",)),
            ("Wiederherstellungsschlüsselverzeichnis",),
            "de",
            [("room", "'Wiederherstellungsschlüsselverzeichnis' is")],
            id="a word longer than a line of a title",
        ),
        pytest.param(
            Message("", "Whose it is, a person or a team", comments=("Head of a column.",)),
            ("Henkilö tai osasto, joka on laitteen omistaja",),
            "fi",
            [("room", "'Henkilö tai osasto")],
            id="a head of two lines",
        ),
        pytest.param(
            Message("", "Not kept here so far, lost", comments=("Short state of a key.",)),
            ("このキーはまだ保管されていない状態です",),
            "ja",
            [("room", "'このキーはまだ")],
            id="a state, in wide letters",
        ),
        pytest.param(
            Message("", "Everything that there is"),
            ("Donaudampfschifffahrtsgesellschaftskapitän",),
            "de",
            [("room", "'Donaudampf")],
            id="a word longer than any line",
        ),
        pytest.param(
            Message("", "The new key is kept. You may close this page."),
            ("Sluit dit.",),
            "nl",
            [("length", "'Sluit dit.' is only 4 em wide")],
            id="a sentence got lost",
        ),
        pytest.param(
            Message("", "The new key is kept. You may close this page."),
            ("关闭。",),
            "zh-Hans",
            [("length", "'关闭。' is only 3 em wide")],
            id="a sentence got lost in Chinese",
        ),
        pytest.param(
            Message("", "The new key is kept. You may close this page."),
            ("Новый ключ сохранен. Эту страницу можно закрыть. Новый ключ сохранен. Эту страницу можно закрыть.",),
            "ru",
            [("length", "'Новый ключ")],
            id="it came in twice",
        ),
        pytest.param(
            Message("", "Not kept"),
            ("Bewaard niet Bewaard niet",),
            "nl",
            [("length", "'Bewaard niet Bewaard niet' says")],
            id="twice the same",
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
        pytest.param(
            Message("", "Go to the one that you have just chosen here", comments=("Button on the page of a Mac.",)),
            ("Gehen Sie zu dem Gerät, das Sie meinen",),
            "de",
            id="a button of two lines",
        ),
        pytest.param(
            Message("", "All that is kept here for you", comments=("Title of a page.",)),
            ("Wieder\xadherstellungs\xadschlüssel\xadverzeichnis",),
            "de",
            id="soft hyphens in a title",
        ),
        pytest.param(
            Message("", "All that is kept here for you", comments=("Title of a page.",)),
            ("คีย์กู้คืนทั้งหมดที่เก็บรักษาไว้สำหรับคุณ",),
            "th",
            id="Thai breaks by a list of words",
        ),
        pytest.param(
            Message("", "All that is kept here for you", comments=("Title of a page.",)),
            ("すべての鍵の一覧を見るためのページです",),
            "ja",
            id="Japanese breaks anywhere",
        ),
        pytest.param(
            Message("", "Not kept here so far, lost", comments=("Short state of a key.",)),
            ("غير مخزَّن هنا حتى الآن",),
            "ar",
            id="a short state, with marks that take no room",
        ),
        pytest.param(
            Message("", "The new key is kept. You may close this page."),
            ("新密钥已保存。你可以关闭此页。",),
            "zh-Hans",
            id="Chinese needs less",
        ),
        pytest.param(
            Message("", "The new key is kept. You may close this page."),
            ("Das neue ist verwahrt. Sie können diese Seite schließen.",),
            "de",
            id="German needs more",
        ),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, said_of: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said_of(message, texts, tag) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        pytest.param("ill", "wmm", id="letters"),
        pytest.param("key", "鍵鍵鍵", id="scripts"),
        pytest.param("ab", "AB", id="capitals"),
    ],
)
def test_width_is_measured_not_counted(narrow: str, wide: str) -> None:
    assert width(narrow) < width(wide)


def test_what_takes_no_room_has_no_width() -> None:
    assert width("Wieder\u00adherstellung") == width("Wiederherstellung")
    assert width("กี้") == width("ก")


def test_the_numbers_of_the_rooms_are_those_of_the_style_sheets() -> None:
    tokens, button = (read(name) for name in ("styles/tokens.css", "components/button/button.css"))
    assert f"--page-edge: {EDGE / 16}rem" in tokens
    assert "--size-body: 1.0625rem" in tokens
    assert "--size-h1: clamp(1.75rem" in tokens
    assert "--size-small: 0.9375rem" in tokens
    assert "--size-chip: 0.875rem" in tokens
    assert "padding-inline: 1.5rem" in button
    assert {room.kind: (room.inset, room.size) for room in ROOMS} == {
        "a button": (2 * 24 + 3, 17),
        "a title": (0, 28),
        "a head of a column": (0, 15),
        "a row's name": (0, 15),
        "a filter": (40, 17),
        "a short state": (44, 14),
    }


def read(name: str) -> str:
    return (THIS.root / "web" / "src" / name).read_text(encoding="utf-8")
