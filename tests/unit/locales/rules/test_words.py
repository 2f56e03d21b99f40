"""Words in translations: no English, names kept, terms of the glossary, and no two messages alike."""

from collections.abc import Callable

import pytest

from locales.catalogs import Translation
from locales.entry_checks import complaints
from locales.messages import Message
from locales.registry import Language
from locales.rules.rule import Catalog, Entry


@pytest.mark.parametrize(
    ("message", "texts", "tag", "told"),
    [
        pytest.param(
            Message("", "Save the name"),
            ("Save the name",),
            "nl",
            [("english", "'Save the name' is the English text")],
            id="a text that was copied",
        ),
        pytest.param(
            Message("", "Owner"),
            ("OWNER",),
            "vi",
            [("english", "'OWNER' is the English text"), ("glossary", "chủ máy (owner) is missing")],
            id="copied, in capitals",
        ),
        pytest.param(
            Message("", "Press Save now"),
            ("Нажмите Save сейчас",),
            "ru",
            [("english", "Save in")],
            id="an English word in Cyrillic",
        ),
        pytest.param(
            Message("", "Name"),
            ("Iм’я",),
            "uk",
            [("english", "Latin I in a word of")],
            id="a Latin letter that looks Cyrillic",
        ),
        pytest.param(
            Message("", "Name"), ("Όνoμα",), "el", [("english", "Latin o in a word of")], id="one that looks Greek"
        ),
        pytest.param(
            Message("", "Press Save now"),
            ("今すぐ Save を押す",),
            "ja",
            [("english", "Save in")],
            id="an English word in Japanese",
        ),
        pytest.param(
            Message("", "Press Save now"),
            ("اضغط Save الآن",),
            "ar",
            [("english", "Save in")],
            id="an English word in Arabic",
        ),
        pytest.param(
            Message("", "Press Save now"),
            ("Нажмите SAVE сейчас",),
            "ru",
            [("english", "SAVE in")],
            id="in capitals too",
        ),
        pytest.param(
            Message("", "Look at the page"),
            ("Schau dir the Seite an",),
            "de",
            [("english", "the in")],
            id="an English article in German",
        ),
        pytest.param(
            Message("", "What the owner sees"),
            ("Wat de owner ziet",),
            "nl",
            [
                ("english", "owner in 'Wat de owner ziet', where the glossary has eigenaar"),
                ("glossary", "eigenaar (owner) is missing"),
            ],
            id="an English term",
        ),
        pytest.param(
            Message("", "FileVault is off"),
            ("Kluis staat uit",),
            "nl",
            [("names", "FileVault is missing")],
            id="a translated name",
        ),
        pytest.param(
            Message("", "FileVault is off"),
            ("FileVault staat uit, Filevault is uit",),
            "nl",
            [("names", "Filevault in")],
            id="a name spelled otherwise",
        ),
        pytest.param(
            Message("", "This Mac"), ("Этот Мак",), "ru", [("names", "Mac is missing")], id="a name in another script"
        ),
        pytest.param(
            Message("", "This Mac"), ("このマック",), "ja", [("names", "Mac is missing")], id="a name in Katakana"
        ),
        pytest.param(
            Message("", "Send it as application/json"),
            ("Stuur het als application/jzon",),
            "nl",
            [("names", "application/json is missing")],
            id="a code that was changed",
        ),
        pytest.param(
            Message("", "Your recovery key"),
            ("Je geheime sleutel",),
            "nl",
            [("glossary", "herstelsleutel (recovery key) is missing")],
            id="another word in Dutch",
        ),
        pytest.param(
            Message("", "Your password"),
            ("Ihre Parole",),
            "de",
            [("glossary", "Passwort (password) is missing")],
            id="another word in German",
        ),
        pytest.param(
            Message("", "The audit log"),
            ("Журнал событий",),
            "ru",
            [("glossary", "журнал аудита (audit log) is missing")],
            id="another word in Russian",
        ),
        pytest.param(
            Message("", "Your recovery key"),
            ("你的钥匙",),
            "zh-Hans",
            [("glossary", "恢复密钥 (recovery key) is missing")],
            id="another word in Chinese",
        ),
        pytest.param(
            Message("", "Your password"),
            ("رمزك السري",),
            "ar",
            [("glossary", "كلمة المرور (password) is missing")],
            id="another word in Arabic",
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
        pytest.param(Message("", "Ask IT"), ("Спросите IT",), "ru", id="an abbreviation of the source"),
        pytest.param(Message("", "Status"), ("Status",), "nl", id="a word that the glossary has as English"),
        pytest.param(Message("", "Model"), ("Model",), "pl", id="another"),
        pytest.param(Message("", "{name}, for {device}"), ("{name}, for {device}",), "nb", id="a Norwegian for"),
        pytest.param(Message("", "FileVault"), ("FileVault",), "ja", id="a name alone"),
        pytest.param(Message("", "This Mac"), ("Этот Mac",), "ru", id="a name in Cyrillic"),
        pytest.param(Message("", "Found Macs"), ("見つかったMac",), "ja", id="a name without blanks"),
        pytest.param(Message("", "On this Mac"), ("Na tym Macu",), "pl", id="a name that bends"),
        pytest.param(
            Message("", "With this Mac"), ("Z tym Makiem",), "pl", id="a name that bends as the glossary says"
        ),
        pytest.param(Message("", "This Mac"), ("هذا الجهاز",), "ar", id="a word of its own for a name"),
        pytest.param(
            Message("", "Your recovery keys"), ("Ключи восстановления",), "ru", id="a term that bends in Russian"
        ),
        pytest.param(
            Message("", "Your work account"), ("Přihlásit se pracovním účtem",), "cs", id="a term that bends in Czech"
        ),
        pytest.param(Message("", "Your work account"), ("İş hesabınız",), "tr", id="a term that bends in Turkish"),
        pytest.param(Message("", "Passkeys"), ("مفاتيح المرور",), "ar", id="a broken plural"),
        pytest.param(Message("", "Your passkeys"), ("Chaves-passe",), "pt-PT", id="a plural inside"),
        pytest.param(
            Message("", "Your recovery key"),
            ("Ihr Wieder\xadherstellungs\xadschlüssel",),
            "de",
            id="soft hyphens in a term",
        ),
        pytest.param(
            Message("", "Switch it on in System Settings"),
            ("در System Settings روشنش کنید",),
            "fa",
            id="a menu of macOS",
        ),
        pytest.param(Message("spelling alphabet", "Alfa"), ("Alfa",), "fi", id="a name that reads a letter aloud"),
    ],
)
def test_a_good_translation_passes(
    message: Message, texts: tuple[str, ...], tag: str, said_of: Callable[..., list[tuple[str, str]]]
) -> None:
    assert said_of(message, texts, tag) == []


def test_no_two_letters_are_read_aloud_alike(language: Callable[[str], Language]) -> None:
    letters = [Translation(Message("spelling alphabet", name), ("Anna",)) for name in ("Alfa", "November")]
    catalog = Catalog({letter.message.key: letter for letter in letters})
    found = list(complaints(Entry(letters[1], language("nl"), catalog)))
    assert [tuple(complaint) for complaint in found] == [("same-text", "'Anna' is said for 'Alfa' too")]


@pytest.mark.parametrize(
    ("tag", "first", "second", "told"),
    [
        pytest.param("nl", ("Save", "Opslaan"), ("Send", "Opslaan"), ["'Opslaan' is said for 'Save' too"], id="Dutch"),
        pytest.param("ru", ("Save", "Готово"), ("Send", "готово"), ["'готово' is said for 'Save' too"], id="Russian"),
        pytest.param("ja", ("Save", "送信"), ("Send", "送信"), ["'送信' is said for 'Save' too"], id="Japanese"),
        pytest.param("de", ("Save", "Speichern"), ("Send", "Senden"), [], id="two texts"),
        pytest.param("zh-Hans", ("Message", "消息"), ("Messages", "消息"), [], id="no plural in Chinese"),
        pytest.param("th", ("Sign in", "เข้าสู่ระบบ"), ("Signed in", "เข้าสู่ระบบ"), [], id="no tense in Thai"),
        pytest.param("ko", ("The page", "페이지"), ("Your page", "페이지"), [], id="no article in Korean"),
    ],
)
def test_two_messages_do_not_say_the_same(
    tag: str,
    first: tuple[str, str],
    second: tuple[str, str],
    told: list[str],
    language: Callable[[str], Language],
) -> None:
    translations = [Translation(Message("", english), (said,)) for english, said in (first, second)]
    catalog = Catalog({translation.message.key: translation for translation in translations})
    found = [complaints(Entry(translation, language(tag), catalog)) for translation in translations]
    assert [tuple(complaint) for of_one in found for complaint in of_one] == [("same-text", what) for what in told]
