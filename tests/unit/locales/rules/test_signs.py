"""Single signs in translations: what is shown wrongly, and what nobody sees."""

from collections.abc import Callable

import pytest

from locales.messages import Message

SAVE = Message("", "Save")
SITE = Message("", "See https://example.org/help, or write to help@example.org.")


@pytest.mark.parametrize(
    ("message", "texts", "tag", "told"),
    [
        pytest.param(SAVE, ("<b>Opslaan</b>",), "nl", [("markup", "<b> in"), ("markup", "</b> in")], id="a tag"),
        pytest.param(SAVE, ("Opslaan&nbsp;nu",), "nl", [("markup", "&nbsp; in")], id="an entity"),
        pytest.param(
            SAVE,
            ("حفظ&#8206;الآن",),
            "ar",
            [("markup", "&#8206; in")],
            id="an entity by its number",
        ),
        pytest.param(
            SITE,
            ("Zie https://example.org/hulp, of schrijf naar help@example.org.",),
            "nl",
            [("addresses", "lacks https://example.org/help"), ("addresses", "has https://example.org/hulp, which")],
            id="a translated address",
        ),
        pytest.param(
            SITE,
            ("https://example.org/help をご覧ください。",),
            "ja",
            [("addresses", "lacks help@example.org")],
            id="a mailbox that got lost",
        ),
        pytest.param(SAVE, ("Opslaan ",), "nl", [("edge-blanks", "'Opslaan '")], id="a blank at the end"),
        pytest.param(SAVE, ("\nOpslaan",), "nl", [("edge-blanks", r"'\nOpslaan'")], id="a line break at the start"),
        pytest.param(SAVE, ("保存\u3000",), "ja", [("edge-blanks", r"'保存\u3000'")], id="a wide blank"),
        pytest.param(SAVE, ("\u202eحفظ",), "ar", [("direction-controls", "U+202E")], id="an override"),
        pytest.param(
            SAVE,
            ("\u2066حفظ\u2069",),
            "ar",
            [("direction-controls", "U+2066"), ("direction-controls", "U+2069")],
            id="isolates",
        ),
        pytest.param(SAVE, ("שמירה\u200f",), "he", [("direction-controls", "U+200F")], id="a mark"),
        pytest.param(SAVE, ("Op\u200bslaan",), "nl", [("zero-width", "U+200B")], id="a space that nobody sees"),
        pytest.param(SAVE, ("ذخیره\u200c",), "fa", [("zero-width", "U+200C")], id="a non-joiner at the end"),
        pytest.param(SAVE, ("Op\u200dslaan",), "nl", [("zero-width", "U+200D")], id="a joiner between Latin letters"),
        pytest.param(SAVE, ("می\u200c شود",), "fa", [("zero-width", "U+200C")], id="a non-joiner before a blank"),
        pytest.param(SAVE, ("می \u200cشود",), "fa", [("zero-width", "U+200C")], id="a non-joiner behind a blank"),
        pytest.param(SAVE, ("می\u200c\u200cشود",), "fa", [("zero-width", "U+200C")], id="two non-joiners"),
        pytest.param(SAVE, ("حفظ\u200d",), "ar", [("zero-width", "U+200D")], id="a joiner at the end"),
        pytest.param(SAVE, ("Op\nslaan",), "nl", [("zero-width", "a line break in")], id="Enter within a text"),
        pytest.param(SAVE, ("Op\tslaan",), "nl", [("zero-width", "a tab in")], id="Tab within a text"),
        pytest.param(SAVE, ("Op\u2028slaan",), "nl", [("zero-width", "U+2028")], id="a line separator"),
        pytest.param(SAVE, ("Op\x07slaan",), "nl", [("zero-width", "U+0007")], id="a control character"),
        pytest.param(SAVE, ("\ufeff저장",), "ko", [("zero-width", "U+FEFF")], id="a byte order mark"),
        pytest.param(SAVE, ("保\u00ad存",), "zh-Hans", [("zero-width", "U+00AD")], id="a soft hyphen in Chinese"),
    ],
)
def test_a_breach_is_told_by_its_evidence(
    message: Message, texts: tuple[str, ...], tag: str, told: list[tuple[str, str]], are_told: Callable[..., None]
) -> None:
    are_told(message, texts, tag, told)


@pytest.mark.parametrize(
    ("message", "texts", "tag"),
    [
        pytest.param(Message("", "5 < 7 & 100 %"), ("5 < 7 & 100 %",), "nl", id="signs that are no markup"),
        pytest.param(
            SITE, ("Schrijf naar help@example.org of zie https://example.org/help.",), "nl", id="addresses in turn"
        ),
        pytest.param(
            SITE, ("请访问 https://example.org/help。写信至 help@example.org。",), "zh-Hans", id="a wide stop"
        ),
        pytest.param(SAVE, ("ذخیره می\u200cشود",), "fa", id="a non-joiner in Persian"),
        pytest.param(Message("", "On this Mac"), ("این Mac\u200cها",), "fa", id="a Persian ending behind a name"),
        pytest.param(
            Message("", "For {name}"), ("برای {name}\u200cها",), "fa", id="a Persian ending behind a placeholder"
        ),
        pytest.param(SAVE, ("ذخیره ۲\u200cتایی",), "fa", id="a Persian ending behind a figure"),
        pytest.param(SAVE, ("ذخیره (ه\u200d.ش)",), "fa", id="the joiner of a Persian abbreviation"),
        pytest.param(SAVE, ("क्\u200dष",), "hi", id="a joiner in Hindi"),
        pytest.param(SAVE, ("ශ්\u200dරී",), "nl", id="a joiner in Sinhala, which can't be written without"),
        pytest.param(SAVE, ("บันทึก\u200bกุญแจ",), "th", id="where a Thai line may break"),
        pytest.param(SAVE, ("Zwischen\u00adspeichern",), "de", id="where a German word may break"),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, said_of: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said_of(message, texts, tag) == []
