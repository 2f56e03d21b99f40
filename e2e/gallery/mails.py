"""The mails that the portal writes, each in every language, as the person gets it to whom all of it happened.

They are real ones: a mail server reads each and says that it can't take it now. So the portal keeps it, and sends it
again, in the language that the person has chosen meanwhile.
"""

from __future__ import annotations

import html
import json
import queue
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from babel import Locale
from babel.dates import format_date, format_time, get_time_format
from playwright.sync_api import Page, expect

from e2e.fleet import Mac
from e2e.gallery.studio import Studio
from e2e.languages import SOURCE, language
from e2e.pages.passkeys import Device, PasskeysCard
from e2e.pages.tour import OpenBrowser
from e2e.pages.visitor import Visitor
from e2e.portal import Owner, Portal
from tests.machine import free_port

KINDS = (
    *("store-asked", "key-updated", "device-not-updated", "rotation-failed", "key-revealed", "reveal-requested"),
    *("device-reassigned", "ownership-changed", "credential-reset", "password-changed"),
    *("passkey-added", "passkey-removed"),
)
_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0
_STILL = datetime.fromisoformat("2026-06-03T11:05:00+00:00")
"""When everything happened that a picture tells of."""
_ADDRESS = "https://keys.havenlicht.example"
_IDS = re.compile("(/devices)/[0-9a-f]+")
_PLAIN = "margin:0;padding:16px;font:14px/1.5 monospace;overflow-wrap:anywhere;white-space:pre-wrap"
_AS_PLAIN = """<!doctype html><html lang="{tag}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>{subject}</title></head><body style="{style}">{lines}</body></html>"""


class Postbox:
    """A mail server that reads what comes, and takes none of it."""

    def __init__(self) -> None:
        self.port = free_port()
        self._came: queue.Queue[EmailMessage] = queue.Queue()

    @property
    def settings(self) -> Mapping[str, str]:
        """Of the portal that is to write to it."""
        return {"smtp_url": f"smtp://{_HOST}:{self.port}", "mail_from": "Sleutelkast <keys@havenlicht.example>"}

    @contextmanager
    def open(self) -> Iterator[Postbox]:
        controller = Controller(self, hostname=_HOST, port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop(no_assert=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What aiosmtpd calls."""
        assert isinstance(envelope.content, bytes)
        self._came.put(message_from_bytes(envelope.content, policy=default))
        return "451 4.3.0 It was read: send it again later"

    def mails_in(self, tag: str, wanted: frozenset[str]) -> Mapping[str, EmailMessage]:
        """The mails with these ids, once each has come in this language."""
        found: dict[str, EmailMessage] = {}
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while wanted - found.keys():
            mail = self._came.get(timeout=max(0.0, give_up - time.monotonic()))
            name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
            if mail["Content-Language"] == tag and name in wanted:
                found[name] = mail
        return found


@dataclass(frozen=True)
class Written:
    """A mail that the portal keeps, as its administrators see it listed."""

    id: str
    kind: str
    username: str
    serial: str | None
    happened_at: datetime


class Post:
    """Has the portal write to somebody in one language after the other."""

    def __init__(self, postbox: Postbox, visitor: Visitor, owner: Owner) -> None:
        self._postbox = postbox
        self._visitor = visitor
        self._kept = {one.kind: one for one in _written(visitor.portal) if one.username == owner.username}
        """One of each kind."""
        self.address = visitor.portal.url
        self._came: dict[str, Mapping[str, EmailMessage]] = {}
        for one in self._kept.values():
            # Some wait until the person may have seen in the portal what they tell of.
            visitor.portal.command("mail", "retry", one.id)

    def mail(self, kind: str, tag: str) -> tuple[EmailMessage, datetime]:
        """And when that happened of which it tells."""
        if tag not in self._came:
            self._visitor.reads_mail_in(tag)
            self._visitor.portal.command("mail", "retry")
            self._came[tag] = self._postbox.mails_in(tag, frozenset(one.id for one in self._kept.values()))
        kept = self._kept[kind]
        return self._came[tag][kept.id], kept.happened_at


class Reading(Studio):
    """A mail that is read, as HTML or as plain text; in another language it is another mail."""

    def __init__(self, page: Page, post: Post, kind: str, form: str) -> None:
        super().__init__(page)
        self._post, self._kind, self._form = post, kind, form

    def comes_to_rest(self) -> None:
        self.speaks(SOURCE)

    def speaks(self, tag: str) -> None:
        mail, happened_at = self._post.mail(self._kind, tag)
        part = mail.get_body((self._form,))
        assert part is not None
        text = _still(str(part.get_content()), self._post.address, happened_at, tag)
        self.page.set_content(text if self._form == "html" else _page_of(str(mail["Subject"]), text, tag))


def is_of_a_mail(face: str) -> bool:
    return face.startswith("mail-")


def everything_happens(
    postbox: Postbox, visitor: Visitor, open_browser: OpenBrowser
) -> Iterator[str | tuple[str, Studio]]:
    """To one person, of which each kind of mail tells, and what they read in the portal once they come back."""
    person = _to_whom_everything_happened(visitor, open_browser)
    post = Post(postbox, visitor, person)
    page = visitor.opens_another_tab().page
    for kind in KINDS:
        yield f"mail-{kind}", Reading(page, post, kind, "html")
        yield f"mail-{kind}-plain", Reading(page, post, kind, "plain")
    page.close()
    visitor.reads_mail_in(SOURCE)
    visitor.opens("/devices")
    visitor.page.locator(".messages-more").click()
    expect(visitor.page.locator(".messages-more")).to_have_attribute("aria-expanded", "true")
    yield "notices"
    visitor.opens_their_account()
    yield "account-notices"


def _to_whom_everything_happened(visitor: Visitor, open_browser: OpenBrowser) -> Owner:
    """The mails wait for them; they have looked at nothing of it in the portal."""
    portal = visitor.portal
    person = portal.administrator(email="noor@havenlicht.example")
    macs = portal.newcomer(macs=8).macs
    kept, refused, rotated, asked, given, changed, shown, wanted = macs
    portal.gives(person, macs[:6])
    portal.gives(person, macs[6:], ownership="corporate")
    person = _changes_how_they_sign_in(visitor, person)
    visitor.is_signed_in_as(person)
    for mac in (kept, rotated, shown):
        visitor.stored(mac, mac.recovery_key)
    visitor.stored(refused, refused.wrong_key)
    _is_written(portal, {(one.serial, "key-updated") for one in (kept, rotated, shown)})
    rotated.changes_key()
    visitor.has_rotated(rotated)
    _is_helped(open_browser(), open_browser(), asked, shown, wanted)
    portal.gives(portal.newcomer(), [given])
    portal.gives(person, [changed], ownership="corporate")
    told = {
        *((kept.serial, "key-updated"), (refused.serial, "device-not-updated"), (rotated.serial, "rotation-failed")),
        *((asked.serial, "store-asked"), (shown.serial, "key-revealed"), (wanted.serial, "reveal-requested")),
        *((given.serial, "device-reassigned"), (changed.serial, "ownership-changed")),
    }
    _is_written(portal, told)
    return person


def _changes_how_they_sign_in(visitor: Visitor, person: Owner) -> Owner:
    """A passkey comes and goes, they change their password, and an administrator does."""
    Device(visitor.page)
    card = PasskeysCard(visitor.page, lambda: visitor.language)
    visitor.is_signed_in_as(person)
    visitor.opens("/account")
    card.adds_one()
    card.removes_it()
    expect(card.listed).to_have_count(0)
    # A page of the portal would ask what there is to tell them, and there would be no mail of it.
    visitor.page.goto("about:blank")
    visitor.has_changed_the_password(person, "a password of their own")
    given = replace(person, password="a password that was given")
    visitor.portal.command("person", "password", given.username, "--password-stdin", typed=f"{given.password}\n")
    return given


def _is_helped(helper: Visitor, decider: Visitor, asked: Mac, shown: Mac, wanted: Mac) -> None:
    """Somebody of IT support asks for a key to be stored, sees one, and waits for leave to see another."""
    helper.is_signed_in_as(helper.portal.supporter())
    helper.has_asked_to_store(asked)
    helper.has_asked_to_see(shown, "Locked out")
    decider.is_signed_in_as(decider.portal.administrator())
    decider.has_decided("Locked out", True)
    helper.has_seen_the_key_of(shown)
    helper.has_asked_to_see(wanted, "Stolen")


def _is_written(portal: Portal, wanted: set[tuple[str, str]]) -> None:
    def missing() -> set[tuple[str, str]]:
        return wanted - {(one.serial or "", one.kind) for one in _written(portal)}

    give_up = time.monotonic() + _PATIENCE_SECONDS
    while lacking := missing():
        if time.monotonic() > give_up:
            raise AssertionError(f"the portal does not write {sorted(kind for _, kind in lacking)}")
        time.sleep(0.5)


def _written(portal: Portal) -> list[Written]:
    listed: list[dict[str, Any]] = json.loads(portal.command("mail", "list", "--json"))
    return [
        Written(one["id"], one["about"], one["username"], one["device"], datetime.fromisoformat(one["happened_at"]))
        for one in listed
    ]


def _page_of(subject: str, text: str, tag: str) -> str:
    """As a mail program shows plain text, each line in the direction of its words."""
    lines = "".join(f'<div dir="auto">{html.escape(line) or "<br>"}</div>' for line in text.splitlines())
    return _AS_PLAIN.format(
        tag=tag, direction=language(tag).direction, subject=html.escape(subject), style=_PLAIN, lines=lines
    )


def _still(text: str, address: str, happened_at: datetime, tag: str) -> str:
    """As it reads in each run: as if it had happened at the moment of all pictures, at a portal with a name."""
    for words, always in zip(_moment(happened_at, tag), _moment(_STILL, tag), strict=True):
        text = text.replace(words, always)
    return _IDS.sub(r"\1/1a2b3c4d", text.replace(address, _ADDRESS))


def _moment(moment: datetime, tag: str) -> tuple[str, str]:
    """Date and time, as the portal tells them in a mail."""
    locale, local = Locale.parse(language(tag).folder), moment.astimezone()
    pattern = f"{get_time_format('short', locale).pattern} z"
    return format_date(local.date(), "long", locale), format_time(local, pattern, tzinfo=local.tzinfo, locale=locale)
