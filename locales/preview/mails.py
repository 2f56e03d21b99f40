"""Every mail that the portal writes, on one page, in one language."""

import gettext
import html
from datetime import datetime
from pathlib import Path

from babel.dates import LOCALTZ

from locales.registry import Language


def mail_page(catalogs: Path, language: Language, script: str, seen: int) -> str:
    """The page, made by what makes the mails themselves, about a Mac and a person that are not there.

    It is as of the first `seen` changes of catalogs, and is loaded again after more.
    """
    # The portal's own modules: whoever asks for no mails needs none of them.
    from sleutelkast.adapters.catalogs import Voices
    from sleutelkast.adapters.notify.words import Letterhead, Phrase, worded
    from sleutelkast.domain.mail import MailKind
    from sleutelkast.usecases.ports import Letter

    gettext._translations.clear()  # type: ignore[attr-defined]
    voice = Voices(catalogs, language.tag).named(language.tag)
    head = Letterhead("https://keys.example.org", None, ("+31 85 000 12 34", "servicedesk@example.org"))
    moment = datetime.now(LOCALTZ)

    def shown(kind: MailKind, by: str | None) -> str:
        letter = Letter(
            id="preview",
            kind=kind,
            address="anna@example.org",
            to="Anna de Boer",
            locale=language.tag,
            device_id="preview",
            device="Anna's MacBook",
            by=by,
            happened_at=moment,
            written_at=moment,
        )
        mail = worded(letter, voice, head, LOCALTZ)
        link = f"<p><b>{html.escape(mail.link.words)}</b></p>" if mail.link else ""
        body = "".join(_paragraph(phrase) for phrase in (mail.greeting, *mail.paragraphs))
        foot = "".join(_paragraph(phrase) for phrase in mail.foot)
        return f"<section><h2>{mail.subject.as_html()}</h2>{body}{link}<hr>{foot}</section>"

    def _paragraph(phrase: Phrase) -> str:
        return f"<p>{phrase.as_html()}</p>"

    named = {MailKind.KEY_REVEALED, MailKind.REVEAL_REQUESTED}
    mails = [shown(kind, None) for kind in MailKind] + [
        shown(kind, "Sanne Bakker") for kind in MailKind if kind in named
    ]
    beginning = f'<html lang="{html.escape(language.tag)}" dir="{language.direction}" data-changes="{seen}">'
    return (
        f"<!doctype html>{beginning}<head>"
        f'<meta charset="utf-8"><title>Mails</title><script src="{script}" defer></script></head>'
        f"<body>{''.join(mails)}</body></html>"
    )
