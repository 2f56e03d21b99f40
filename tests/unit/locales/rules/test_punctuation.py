"""Marks and quotes, as each language and script writes them."""

from collections.abc import Callable

import pytest

from locales.messages import Message

DONE = Message("", "Done.")
SURE = Message("", "Are you sure?")
WAIT = Message("", "Saving, wait.")
PRESS = Message("", "Press “Save”.")


@pytest.mark.parametrize(
    ("message", "texts", "tag", "told"),
    [
        pytest.param(
            DONE,
            ("Klaar",),
            "nl",
            [("end-mark", "'Klaar' ends with no mark, where . belongs")],
            id="a sentence without its stop",
        ),
        pytest.param(
            Message("", "Done"),
            ("Klaar.",),
            "nl",
            [("end-mark", "'Klaar.' ends with ., where none belongs")],
            id="a label with a stop",
        ),
        pytest.param(
            DONE,
            ("完了.",),
            "ja",
            [("end-mark", "'完了.' ends with ., where 。 belongs"), ("punctuation", "'了.' in")],
            id="a Latin stop in Japanese",
        ),
        pytest.param(
            DONE,
            ("完成.",),
            "zh-Hans",
            [("end-mark", "'完成.' ends with ., where 。 belongs"), ("punctuation", "'成.' in")],
            id="a Latin stop in Chinese",
        ),
        pytest.param(
            DONE,
            ("हो गया.",),
            "hi",
            [("end-mark", "'हो गया.' ends with ., where । belongs"), ("punctuation", "'ा.' in")],
            id="a Latin stop in Hindi",
        ),
        pytest.param(
            DONE,
            ("เสร็จแล้ว.",),
            "th",
            [("end-mark", "'เสร็จแล้ว.' ends with ., where none belongs"), ("punctuation", "'ว.' in")],
            id="a stop in Thai, which has none",
        ),
        pytest.param(
            DONE,
            ("완료했습니다。",),
            "ko",
            [("end-mark", "'완료했습니다。' ends with 。, where . belongs"), ("punctuation", "'。' in")],
            id="a wide stop in Korean",
        ),
        pytest.param(
            SURE,
            ("هل أنت متأكد?",),
            "ar",
            [("end-mark", "'هل أنت متأكد?' ends with ?, where ؟ belongs"), ("punctuation", "'?' in")],
            id="a Latin question mark in Arabic",
        ),
        pytest.param(
            SURE,
            ("Είσαι βέβαιος?",),
            "el",
            [("end-mark", "'Είσαι βέβαιος?' ends with ?, where ; belongs"), ("punctuation", "'?' in")],
            id="a Latin question mark in Greek",
        ),
        pytest.param(
            SURE,
            ("Estás seguro?",),
            "es",
            [("punctuation", "a question without ¿ or ?")],
            id="a question that is not opened",
        ),
        pytest.param(SURE, ("Vous êtes sûr ?",), "fr", [("punctuation", "' ?' in")], id="a blank that may break"),
        pytest.param(SURE, ("Vous êtes sûr?",), "fr", [("punctuation", "'?' in")], id="no blank in French"),
        pytest.param(SURE, ("Weet je het zeker ?",), "nl", [("punctuation", "' ?' in")], id="a blank in Dutch"),
        pytest.param(WAIT, ("جارٍ الحفظ, انتظر.",), "ar", [("punctuation", "',' in")], id="a Latin comma in Arabic"),
        pytest.param(
            WAIT,
            ("在保存，请稍候.",),
            "zh-Hans",
            [("end-mark", "'在保存，请稍候.' ends with ., where 。"), ("punctuation", "'候.' in")],
            id="marks of two scripts",
        ),
        pytest.param(
            SURE, ("Weet \xa0je het?",), "nl", [("punctuation", r"' \xa0' in")], id="two blanks, one no-break"
        ),
        pytest.param(
            WAIT, ("「保存」:お待ちください。",), "ja", [("punctuation", "'」:' in")], id="a Latin colon behind 」"
        ),
        pytest.param(
            WAIT, ("正在“保存”,请稍候。",), "zh-Hans", [("punctuation", "'”,' in")], id="a Latin comma behind ”"
        ),
        pytest.param(WAIT, ("使用Mac,請稍候。",), "zh-Hant", [("punctuation", "',' in")], id="a Latin comma before 請"),
        pytest.param(DONE, ("Salvaţi.",), "ro", [("punctuation", "'ţ' in")], id="a cedilla where Romanian has a comma"),
        pytest.param(
            DONE, ("كليد.",), "fa", [("punctuation", "'ك'"), ("punctuation", "'ي'")], id="Arabic letters in Persian"
        ),
        pytest.param(WAIT, ("Saving，wacht.",), "nl", [("punctuation", "'，' in")], id="a wide comma in Dutch"),
        pytest.param(
            WAIT,
            ("Opslaan, wacht!",),
            "nl",
            [("end-mark", "'Opslaan, wacht!' ends with !, where . belongs"), ("punctuation", "'!' in")],
            id="an exclamation mark",
        ),
        pytest.param(
            Message("", "Saving…"),
            ("Opslaan...",),
            "nl",
            [("end-mark", "'Opslaan...' ends with ., where … belongs"), ("punctuation", "'...' in")],
            id="three stops",
        ),
        pytest.param(
            Message("", "Saving…"),
            ("Wird gespeichert…",),
            "de",
            [("punctuation", "'…' in")],
            id="no blank before the German ellipsis",
        ),
        pytest.param(
            PRESS,
            ('Drücken Sie "Speichern".',),
            "de",
            [("punctuation", "'\"' in"), ("punctuation", "'\"' in"), ("quotes", '" in')],
            id="straight quotes",
        ),
        pytest.param(PRESS, ("Drücken Sie “Speichern”.",), "de", [("quotes", "” in")], id="English quotes in German"),
        pytest.param(
            PRESS,
            ("「保存”を押してください。",),
            "ja",
            [("quotes", "” in")],
            id="a Japanese quotation that is closed otherwise",
        ),
        pytest.param(
            PRESS,
            ("Нажмите «Сохранить.",),
            "ru",
            [("quotes", "a quotation is not opened or not closed")],
            id="a quotation that stays open",
        ),
        pytest.param(
            PRESS,
            ("اضغط حفظ».",),
            "ar",
            [("quotes", "a quotation is not opened or not closed")],
            id="a quotation that was never opened",
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
        pytest.param(DONE, ("完了しました。",), "ja", id="Japanese"),
        pytest.param(DONE, ("完成了。",), "zh-Hant", id="Chinese"),
        pytest.param(DONE, ("हो गया।",), "hi", id="Hindi"),
        pytest.param(DONE, ("เสร็จแล้ว",), "th", id="Thai"),
        pytest.param(DONE, ("완료했습니다.",), "ko", id="Korean"),
        pytest.param(SURE, ("هل أنت متأكد؟",), "ar", id="Arabic"),
        pytest.param(SURE, ("مطمئن هستید؟",), "fa", id="Persian"),
        pytest.param(SURE, ("Είσαι βέβαιος;",), "el", id="Greek"),
        pytest.param(SURE, ("¿Estás seguro?",), "es", id="Spanish"),
        pytest.param(SURE, ("N’attendez-vous rien\u202f?",), "fr", id="French"),
        pytest.param(SURE, ("Weet je het zeker?",), "nl", id="Dutch"),
        pytest.param(SURE, ("אתם בטוחים?",), "he", id="Hebrew"),
        pytest.param(Message("", "Saving…"), ("正在儲存⋯",), "zh-Hant", id="the ellipsis of Taiwan"),
        pytest.param(Message("", "Saving…"), ("Wird gespeichert\xa0…",), "de", id="a German ellipsis for words"),
        pytest.param(Message("", "Hello {name},"), ("Hola, {name}:",), "es", id="a Spanish letter"),
        pytest.param(Message("", "Hello {name},"), ("{name}, здравствуйте.",), "ru", id="a Russian letter"),
        pytest.param(PRESS, ("Drücken Sie „Speichern“.",), "de", id="German quotes"),
        pytest.param(PRESS, ("「保存」を押してください。",), "ja", id="Japanese quotes"),
        pytest.param(PRESS, ("Pritisnite »Shrani«.",), "sl", id="Slovenian quotes"),
        pytest.param(PRESS, ("Tryk på ”Gem”.",), "da", id="Danish quotes, one sign for both"),
        pytest.param(PRESS, ("לחצו על ״שמירה״.",), "he", id="Hebrew quotes"),
        pytest.param(PRESS, ("Druk op ‘Opslaan’.",), "nl", id="Dutch quotes"),
        pytest.param(
            Message("", "Send the header Content-Length: it is needed."),
            ("Stuur de header Content-Length: die is nodig.",),
            "nl",
            id="a code before a mark",
        ),
        pytest.param(Message("", "Your messages"), ("Mesajele dvs.",), "ro", id="an abbreviation at the end"),
        pytest.param(Message("", "Your mail"), ("הדוא״ל שלכם",), "he", id="the sign of a Hebrew abbreviation"),
        pytest.param(
            Message("", "Select “{name}” here"), ("여기서 ‘{name}’을 선택",), "ko", id="an ending after a quotation"
        ),
        pytest.param(Message("", "Photos"), ("Foto’s",), "nl", id="an apostrophe"),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, said_of: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said_of(message, texts, tag) == []
