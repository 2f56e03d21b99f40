"""A mail as it goes over the wire: its headers, and what it says in plain text and in HTML."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from sleutelkast.adapters.catalogs import Voice
from sleutelkast.adapters.notify.words import Link, Phrase, Wording
from sleutelkast.domain.mail import mail_address
from sleutelkast.domain.texts import line

_SUBJECT = "subject"
_LONGEST_LINE = 78
_OCTETS = 45
"""Of text in each encoded word, which so stays below the 75 signs that it may have (RFC 2047)."""


class _Policy(EmailPolicy):
    """As the library folds headers, but for subjects: there it loses a blank at the end of a line, or adds one."""

    def fold(self, name: str, value: str) -> str:
        return _folded_subject(name, value) if name.lower() == _SUBJECT else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() == _SUBJECT else super().fold_binary(name, value)


# Seven bits are taken by every server there is.
_POLICY = _Policy(cte_type="7bit", linesep="\r\n")
_LONGEST_NAME = 80
_UNSEEN = "\u2060"
"""A joiner of words, which takes no place."""
_BODY = "margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5"
_COLUMN = "max-width:36em;margin:0 auto"
_BUTTON = "display:inline-block;padding:10px 16px;border:2px solid;border-radius:8px;font-weight:bold"
_FOOT = "margin-top:32px;padding-top:16px;border-top:1px solid;font-size:14px"


class NoAddress(ValueError):  # noqa: N818 - reads as what it is
    """No mail can go to this address."""


def recipient(address: str, name: str) -> Address:
    """Raise `NoAddress` for what is none, whatever was put into it."""
    parts = mail_address(address)
    if parts is None:
        raise NoAddress
    return Address(_literally(line(name, _LONGEST_NAME) or ""), *parts)


def _literally(text: str) -> str:
    """As it reads, in a header. What looks like an encoded word would be decoded, and could hold lines of its own."""
    return text.replace("=?", f"={_UNSEEN}?")


def _folded_subject(name: str, value: str) -> str:
    """In one line where it fits, else as encoded words with all blanks in them: those between them mean nothing."""
    plain = f"{name}: {value}"
    if plain.isascii() and len(plain) <= _LONGEST_LINE:
        return f"{plain}\r\n"
    return f"{name}: " + "\r\n ".join(map(_encoded_word, _pieces(value))) + "\r\n"


def _pieces(text: str) -> Iterator[str]:
    """No sign is torn apart."""
    piece = ""
    for sign in text:
        if len((piece + sign).encode()) > _OCTETS:
            yield piece
            piece = ""
        piece += sign
    yield piece


def _encoded_word(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode('ascii')}?="


def composed(
    wording: Wording, voice: Voice, sender: Address, to: Address, message_id: str, written_at: datetime
) -> EmailMessage:
    """The whole message. `message_id` is what stands before the @ of its Message-ID."""
    message = EmailMessage(_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = _literally(wording.subject.plain(voice))
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{message_id}@{sender.domain}>"
    # No answering machine answers that (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(wording, voice))
    message.add_alternative(as_html(wording, voice), subtype="html")
    # Behind the parts: what stands before them of this kind moves into the first one.
    message["Content-Language"] = voice.tag
    return message


def as_text(wording: Wording, voice: Voice) -> str:
    link = [] if wording.link is None else [f"{wording.link.words}\n{wording.link.address}"]
    body = [phrase.plain(voice) for phrase in (wording.greeting, *wording.paragraphs)]
    # What stands behind this line is a signature, which mail programs set apart.
    return "\n\n".join([*body, *link, "-- \n" + "\n".join(phrase.plain(voice) for phrase in wording.foot)]) + "\n"


def as_html(wording: Wording, voice: Voice) -> str:
    """A page of its own that loads nothing from anywhere."""
    body = "".join(f"<p>{phrase.as_html()}</p>\n" for phrase in (wording.greeting, *wording.paragraphs))
    return (
        f'<!doctype html>\n<html lang="{html.escape(voice.tag)}" dir="{_direction(voice)}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(wording.subject.plain(voice))}</title>\n</head>\n"
        # Some programs show the body alone: it says the language and the direction as well.
        f'<body lang="{html.escape(voice.tag)}" dir="{_direction(voice)}" style="{_BODY}">\n<div style="{_COLUMN}">\n'
        f"{body}{_button(wording.link)}{_small(wording.foot)}</div>\n</body>\n</html>\n"
    )


def _direction(voice: Voice) -> str:
    return "rtl" if voice.runs_leftward else "ltr"


def _button(link: Link | None) -> str:
    if link is None:
        return ""
    return f'<p><a href="{html.escape(link.address)}" style="{_BUTTON}">{html.escape(link.words)}</a></p>\n'


def _small(foot: tuple[Phrase, ...]) -> str:
    lines = "".join(f"<p>{phrase.as_html()}</p>\n" for phrase in foot)
    return f'<div style="{_FOOT}">\n{lines}</div>\n'
