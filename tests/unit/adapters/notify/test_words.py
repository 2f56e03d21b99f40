"""What mails say: in each language, with whatever people call themselves and their Macs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from sleutelkast.adapters.catalogs import Voice, Voices
from sleutelkast.adapters.notify.message import as_html, as_text, composed, recipient
from sleutelkast.adapters.notify.words import Letterhead, Wording, worded
from sleutelkast.domain.mail import OF_SIGNING_IN, MailKind
from sleutelkast.factory import CATALOGS
from sleutelkast.usecases.ports import Letter

ADDRESS = "https://keys.havenlicht.example"
HEAD = Letterhead(ADDRESS, "de Servicedesk", ("+31 85 000 12 34", "servicedesk@havenlicht.example"))
SENDER = Address("Havenlicht", "keys", "havenlicht.example")
LETTER = Letter(
    id="0123456789abcdef",
    kind=MailKind.KEY_REVEALED,
    address="anna@havenlicht.example",
    to="Anna de Boer",
    locale="nl",
    device_id="a1b2c3",
    device="Anna’s MacBook Air",
    by="Sanne Bakker",
    happened_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    written_at=datetime(2026, 11, 2, 9, 31, tzinfo=UTC),
)
LANGUAGES = {one["tag"]: one["dir"] for one in json.loads((CATALOGS / "locales.json").read_text("utf-8"))}
HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("a\r\nBcc: eve@evil.example\r\n\r\n<b>hello</b>", id="headers and a body"),
    pytest.param("\u202egnihtemos\u202c\u2067", id="turning marks"),
    pytest.param('" onload="x', id="quotes"),
    pytest.param("{name} {support} {0} %s {device.__class__}", id="placeholders"),
    pytest.param("=?utf-8?q?hidden?=", id="an encoded word"),
    pytest.param("=?utf-8?q?a=0D=0ABcc:_eve=40evil.example?=", id="an encoded word with a header"),
    pytest.param("=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGUNCg0KaGVsbG8=?=", id="an encoded word with a body"),
    pytest.param("م" * 500, id="long and leftward"),
    pytest.param("\ud800", id="half a letter"),
    pytest.param("\x00\x1b[2J", id="control characters"),
    pytest.param("&lt;b&gt;", id="entities"),
    pytest.param("https://evil.example/sign-in", id="an address"),
]


def test_a_reveal_in_dutch(say: Callable[..., Wording], voices: Voices) -> None:
    assert as_text(say(LETTER), voices.named("nl")) == (
        "Hallo Anna de Boer,\n\n"
        "De herstelsleutel van Anna’s MacBook Air is op 2 november 2026 om 09:30 UTC getoond aan Sanne Bakker.\n\n"
        "Wist je hiervan? Dan hoef je niets te doen. Zo niet, neem dan contact op met de Servicedesk.\n\n"
        "Wil je dat de getoonde sleutel niets meer opent?"
        " Kies dan ‘Herstelsleutel draaien’ op de pagina van de Mac.\n\n"
        f"Naar deze Mac\n{ADDRESS}/devices/a1b2c3\n\n"
        "-- \n"
        "Heb je een vraag? Stel die aan de Servicedesk: +31 85 000 12 34 · servicedesk@havenlicht.example\n"
        f"Deze mail komt van {ADDRESS}, waar je organisatie de herstelsleutels van Macs bewaart."
        " Niemand vraagt per mail om een herstelsleutel: typ de jouwe alleen op dit adres.\n"
    )


def test_arabic_runs_leftward_and_keeps_latin_names_whole(say: Callable[..., Wording], voices: Voices) -> None:
    letter = replace(LETTER, locale="ar", kind=MailKind.STORE_ASKED)
    text, page = as_text(say(letter), voices.named("ar")), as_html(say(letter), voices.named("ar"))
    assert "تطلب منك مؤسستك تخزين مفتاح استرداد \u2068Anna’s MacBook Air\u2069." in text
    assert "\u2068+31 85 000 12 34 · servicedesk@havenlicht.example\u2069" in text
    assert page.count('lang="ar" dir="rtl"') == 2
    assert "<bdi>Anna’s MacBook Air</bdi>" in page


def test_an_arabic_name_is_kept_whole_in_dutch(say: Callable[..., Wording], voices: Voices) -> None:
    wording = say(replace(LETTER, to="منى"))
    assert wording.greeting.plain(voices.named("nl")) == "Hallo \u2068منى\u2069,"


def test_moments_are_told_in_the_zone_of_the_portal(voices: Voices) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45), "NPT")
    late = replace(LETTER, happened_at=datetime(2026, 11, 2, 20, tzinfo=UTC), locale="en")
    said = worded(late, voices.named("en"), HEAD, kathmandu).paragraphs[0].plain(voices.named("en"))
    assert "on November 3, 2026 at 1:45\u202fAM" in said


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_subject_is_read_as_it_was_written(
    say: Callable[..., Wording], voices: Voices, message: Callable[..., EmailMessage], kind: MailKind, tag: str
) -> None:
    """Wherever its lines end: each name is a sign longer."""
    for length in range(1, 40, 3):
        letter = replace(LETTER, kind=kind, locale=tag, device=f"{'n' * length} 2")
        assert message(letter)["Subject"] == say(letter).subject.plain(voices.of(tag))


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_mail_in_each_language(
    say: Callable[..., Wording], voices: Voices, message: Callable[..., EmailMessage], kind: MailKind, tag: str
) -> None:
    letter = replace(LETTER, kind=kind, locale=tag)
    made = message(letter)
    text, page = (str(part.get_content()) for part in made.iter_parts())
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert str(made["Content-Language"]) == tag
    assert page.count(f'lang="{tag}" dir="{LANGUAGES[tag]}"') == 2
    assert "{" not in text + page + str(made["Subject"])
    assert kind in OF_SIGNING_IN or "Anna’s MacBook Air" in str(made["Subject"])
    link = say(letter).link
    assert link is not None
    assert link.address in text
    assert seen(page).links == [link.address]
    assert link.address.startswith(f"{ADDRESS}/")
    assert "\u00ad" not in text + page


def test_the_languages_say_it_in_their_own_words(say: Callable[..., Wording], voices: Voices) -> None:
    for kind in MailKind:
        letter = replace(LETTER, kind=kind)
        texts = {as_text(say(replace(letter, locale=tag)), voices.named(tag)) for tag in LANGUAGES}
        assert len(texts) == len(LANGUAGES)


def test_who_chose_no_language_reads_the_portals_own(message: Callable[..., EmailMessage]) -> None:
    assert str(message(replace(LETTER, locale=None))["Content-Language"]) == "en"
    assert str(message(replace(LETTER, locale="tlh"))["Content-Language"]) == "en"


def test_who_did_it_may_not_be_known(say: Callable[..., Wording], voices: Voices) -> None:
    said = as_text(say(replace(LETTER, by=None, locale="en")), voices.named("en"))
    assert "Somebody else was shown the recovery key of Anna’s MacBook Air on November 2, 2026" in said


def test_the_page_of_a_mac_that_is_somebody_elses_is_not_linked(message: Callable[..., EmailMessage]) -> None:
    made = message(replace(LETTER, kind=MailKind.DEVICE_REASSIGNED, device_id=None, device="MacBook Air"))
    text, page = (str(part.get_content()) for part in made.iter_parts())
    assert "/devices" not in text + page
    assert seen(page).links == []


def test_without_a_contact_the_it_department_is_named(voices: Voices) -> None:
    voice = voices.named("nl")
    said = as_text(worded(LETTER, voice, Letterhead(ADDRESS), UTC), voice)
    assert "neem dan contact op met je IT-afdeling." in said
    assert "Heb je een vraag? Stel die aan je IT-afdeling.\n" in said


def test_the_headers(message: Callable[..., EmailMessage]) -> None:
    made = message(LETTER)
    assert {name: str(made[name]) for name in made if not name.startswith(("Content-Type", "MIME"))} == {
        "From": "Havenlicht <keys@havenlicht.example>",
        "To": "Anna de Boer <anna@havenlicht.example>",
        "Subject": "De herstelsleutel van Anna’s MacBook Air is aan iemand anders getoond",
        "Date": "Mon, 02 Nov 2026 09:31:00 +0000",
        "Message-ID": "<0123456789abcdef@havenlicht.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "nl",
    }


def test_it_loads_nothing_and_runs_nothing(say: Callable[..., Wording], voices: Voices) -> None:
    page = as_html(say(LETTER), voices.named("nl"))
    assert seen(page).tags == {
        *("html", "head", "meta", "title", "body", "div", "p", "bdi", "a"),
    }
    assert "url(" not in page
    assert page.count("http") == page.count(ADDRESS)


# Whatever people call themselves and their Macs


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_names(
    say: Callable[..., Wording], voices: Voices, message: Callable[..., EmailMessage], kind: MailKind, name: str
) -> None:
    plain = seen(as_html(say(replace(LETTER, kind=kind, locale="en")), voices.named("en")))
    letter = replace(LETTER, kind=kind, locale="en", to=name, device=name, by=name)
    made = message(letter)
    assert sorted(made.keys()) == sorted(message(LETTER).keys())
    assert made["Bcc"] is None
    assert [one.addr_spec for one in made["To"].addresses] == [LETTER.address]
    text, page = (str(part.get_content()) for part in made.iter_parts())
    shown = seen(page)
    assert (shown.tags, shown.links) == (plain.tags, plain.links)
    for said in (text, shown.text, str(made["Subject"]), str(made["To"])):
        assert not any(mark in said for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\x00\x1b\ud800")
        assert said.count("\u2068") == said.count("\u2069")
    # What looks like an encoded word is read as it stands, but for a joiner that nobody sees.
    assert ("=?" in name) == ("=?" in str(made["To"]).replace("\u2060", ""))
    # No word of a stranger begins a line of its own.
    assert not any(line.startswith(("Bcc", "<b>hello")) for line in text.splitlines())


def test_a_name_that_looks_like_a_key_is_struck_out(message: Callable[..., EmailMessage]) -> None:
    key = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
    made = message(replace(LETTER, to=key, device=key, by=key))
    assert key not in "".join(str(part.get_content()) for part in made.iter_parts())
    assert key not in f"{made['Subject']}{made['To']}"


class Seen(HTMLParser):
    """What a page consists of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    return found


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices(CATALOGS, "en")


@pytest.fixture
def say(voices: Voices) -> Callable[[Letter], Wording]:
    return lambda letter: worded(letter, voices.of(letter.locale), HEAD, UTC)


@pytest.fixture
def message(voices: Voices, say: Callable[[Letter], Wording]) -> Callable[[Letter], EmailMessage]:
    """As it arrives: made, written out and read again."""

    def make(letter: Letter) -> EmailMessage:
        voice: Voice = voices.of(letter.locale)
        to = recipient(letter.address, letter.to)
        made = composed(say(letter), voice, SENDER, to, letter.id, letter.written_at)
        read = message_from_bytes(made.as_bytes(), policy=default)
        assert isinstance(read, EmailMessage)
        return read

    return make
