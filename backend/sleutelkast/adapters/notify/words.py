"""What each mail says, in the language of whom it goes to."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_time, get_time_format

from sleutelkast.adapters.catalogs import Voice
from sleutelkast.domain.mail import OF_SIGNING_IN, MailKind
from sleutelkast.domain.texts import line
from sleutelkast.usecases.ports import Letter

_LONGEST_NAME = 80
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of this portal says about it."""

    address: str
    """The portal's public address, without a slash at its end."""
    support_name: str | None = None
    support_ways: tuple[str, ...] = ()
    """Phone, mail address and page of the support, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with names in it that strangers chose."""

    text: str
    names: Mapping[str, str] = field(default_factory=dict)

    def plain(self, voice: Voice) -> str:
        return self.text.format(**{name: voice.isolated(value) for name, value in self.names.items()})

    def as_html(self) -> str:
        shown = {name: f"<bdi>{html.escape(value)}</bdi>" for name, value in self.names.items()}
        return html.escape(self.text, quote=False).format(**shown)


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Wording:
    subject: Phrase
    greeting: Phrase
    paragraphs: tuple[Phrase, ...]
    link: Link | None
    foot: tuple[Phrase, ...]


def worded(letter: Letter, voice: Voice, head: Letterhead, zone: tzinfo) -> Wording:
    """What a mail says; `zone` is the time zone that moments are told in."""
    say = voice.say
    names = {
        "device": _name(letter.device),
        "name": _name(letter.by),
        "support": _support(say, head),
        **_moment(letter.happened_at, voice, zone),
        **_buttons(say),
    }
    subject, *paragraphs = (Phrase(text, names) for text in _TEXTS[letter.kind](say, letter))
    return Wording(subject, _greeting(say, letter), tuple(paragraphs), _link(say, letter, head), _foot(say, head))


def _name(text: str | None) -> str:
    return line(text, _LONGEST_NAME) or "…"


def _moment(moment: datetime, voice: Voice, zone: tzinfo) -> dict[str, str]:
    locale = Locale.parse(voice.folder)
    local = moment.astimezone(zone)
    pattern = f"{get_time_format('short', locale).pattern} z"
    return {
        "date": format_date(local.date(), "long", locale),
        "time": format_time(local, pattern, tzinfo=zone, locale=locale),
    }


def _buttons(_: Translate) -> dict[str, str]:
    return {
        # Translators: Button, fixed name: has the Mac make a new recovery key.
        "rotate": _("Rotate recovery key"),
        # Translators: Button, fixed name: shows the kept recovery key.
        "get": _("Get recovery key"),
    }


def _support(_: Translate, head: Letterhead) -> str:
    if head.support_name is not None:
        return head.support_name
    # Translators: How the support of the organization is called in the middle of a sentence where it has no name of
    # its own.
    return _("your IT department")


def _greeting(_: Translate, letter: Letter) -> Phrase:
    # Translators: First line of a mail. {name} is the name of the person.
    return Phrase(_("Hello {name},"), {"name": _name(letter.to)})


def _store_asked(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail. {device} is the name of the Mac.
        _("Please store the recovery key of {device}"),
        # Translators: Message on any page: support asks this person to store a key. {device} is the name
        # of the Mac.
        _("Your organization asks you to store the recovery key of {device}."),
        # Translators: Mail that asks to store a recovery key: why.
        _(
            "That key opens the Mac if you are ever locked out."
            " Once it is stored, you can get it on any phone or computer."
        ),
        # Translators: Mail that asks to store a recovery key: what it looks like.
        _("It has 24 letters and digits. The Mac showed it when it was encrypted."),
    )


def _key_revealed(_: Translate, letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail. {device} is the name of the Mac.
        _("Somebody else was shown the recovery key of {device}"),
        _who_saw_it(_, letter),
        # Translators: Mail about a key that somebody else was shown. {support} is the name of the support, or "your IT
        # department".
        _("Did you know about this? Then there is nothing to do. If not, contact {support}."),
        # Translators: Mail about a key that somebody else was shown. {rotate} is the name of the button "Rotate
        # recovery key".
        _("If you want the shown key to open nothing any more, select “{rotate}” on the page of the Mac."),
    )


def _who_saw_it(_: Translate, letter: Letter) -> str:
    if letter.by is None:
        # Translators: Mail. {device} is the name of the Mac; {date} and {time} are when somebody saw its key.
        return _("Somebody else was shown the recovery key of {device} on {date} at {time}.")
    # Translators: Mail. {name}, who is not the owner, was shown the recovery key. {device} is the name of the Mac;
    # {date} and {time} are when.
    return _("{name} was shown the recovery key of {device} on {date} at {time}.")


def _key_updated(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: storing a key went well. {device} is the name of the Mac.
        _("The new recovery key of {device} is kept"),
        # Translators: Mail: storing a key went well. {device} is the name of the Mac.
        _(
            "{device} has replaced its recovery key, and the new one is kept for you."
            " The key before it no longer opens the Mac."
        ),
        # Translators: Mail: storing a key went well. {get} is the name of the button "Get recovery key".
        _("If you are locked out one day, sign in on any phone or computer and select “{get}”."),
    )


def _device_not_updated(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail. {device} is the name of the Mac.
        _("The recovery key of {device} could not be stored"),
        # Translators: Message device-not-updated, on any page: the portal could not store the recovery
        # key of this Mac. {device} is the name of the Mac.
        _("The recovery key of {device} could not be stored."),
        # Translators: Mail: storing a key came to nothing.
        _("A key that was kept before is still there. Keep the key that you have until you read that it was updated."),
        # Translators: Mail: storing a key came to nothing.
        _("The page of the Mac says what may be the cause, and what you can do."),
    )


def _rotation_failed(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: the kept recovery key of this Mac was to be replaced. {device} is the name of
        # the Mac.
        _("{device} did not get a new recovery key"),
        # Translators: Message rotation-failed, on any page: the kept recovery key of this Mac was to be
        # replaced. {device} is the name of the Mac.
        _("{device} did not get a new recovery key."),
        # Translators: Mail: the kept recovery key of this Mac was to be replaced, and was not.
        _("The kept key may no longer open the Mac. See on its page what you can do, while you can still unlock it."),
    )


def _device_reassigned(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail. {device} is the name of the Mac.
        _("{device} is no longer one of your devices"),
        # Translators: Message on any page: this person had the Mac until now, and it belongs to somebody
        # else from now on. {device} is the name of the Mac.
        _("{device} is no longer one of your devices. Your organization has given it to somebody else."),
        _not_right(_),
    )


def _ownership_changed(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: a Mac that was personal is corporate now, or the other way round. {device} is
        # the name of the Mac.
        _("The ownership of {device} has changed"),
        # Translators: Message on any page: a Mac that was personal is corporate now, or the other way
        # round. {device} is the name of the Mac.
        _(
            "Your organization has changed whether {device} is personal or corporate."
            " The keys that were kept before stay as private as they were."
        ),
        _not_right(_),
    )


def _reveal_requested(_: Translate, letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail to administrators: IT support asks for leave to see somebody's recovery key.
        # {device} is the name of the Mac.
        _("A request to see the recovery key of {device} waits for you"),
        _who_asks(_, letter),
        # Translators: Mail to administrators about a request to see a recovery key.
        _("Sign in to read the reason, and to approve or refuse it. One of you is enough."),
    )


def _who_asks(_: Translate, letter: Letter) -> str:
    if letter.by is None:
        # Translators: Mail to administrators. {device} is the name of the Mac; {date} and {time} are when somebody
        # asked.
        return _("On {date} at {time}, somebody asked to see the recovery key of {device}.")
    # Translators: Mail to administrators. {name} is of IT support, {device} is the name of the Mac; {date} and {time}
    # are when they asked.
    return _("On {date} at {time}, {name} asked to see the recovery key of {device}.")


def _not_right(_: Translate) -> str:
    # Translators: Mail about a change of the owner or the ownership of a Mac. {support} is the name of the support, or
    # "your IT department".
    return _("Is that not right? Then contact {support}.")


def _credential_reset(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: an administrator gave this person's account a new password.
        _("Your account has a new password"),
        # Translators: Message on any page: an administrator gave this person's account a new password.
        _("Your account got a new password from an administrator. Was this not at your request? Then contact support."),
        # Translators: Mail about a new password: somebody who knows it could sign in as this person.
        _("So that nobody else can see your keys with it, those of your personal Macs are not shown for a while."),
    )


def _password_changed(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: the person changed the password of their account.
        _("The password of your account was changed"),
        # Translators: Message on any page: the person's password was changed by somebody who was signed in as them.
        _("Your password was changed. Was that not you? Then contact support at once."),
        # Translators: Mail about a changed password.
        _("You were signed out everywhere else."),
    )


def _passkey_added(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail: from now on, the person can sign in with one more passkey.
        _("Your account has a new passkey"),
        # Translators: Message on any page: the person, or somebody who was signed in as them, added a passkey.
        _("A passkey was added to your account. Was that not you? Then contact support at once."),
    )


def _passkey_removed(_: Translate, _letter: Letter) -> tuple[str, ...]:
    return (
        # Translators: Subject of a mail.
        _("A passkey of your account was removed"),
        # Translators: Message on any page: the person, or somebody who was signed in as them, removed a passkey.
        _("A passkey was removed from your account. Was that not you? Then contact support at once."),
        # Translators: Mail about a changed password.
        _("You were signed out everywhere else."),
    )


_TEXTS: Mapping[MailKind, Callable[[Translate, Letter], tuple[str, ...]]] = {
    MailKind.STORE_ASKED: _store_asked,
    MailKind.KEY_REVEALED: _key_revealed,
    MailKind.KEY_UPDATED: _key_updated,
    MailKind.DEVICE_NOT_UPDATED: _device_not_updated,
    MailKind.ROTATION_FAILED: _rotation_failed,
    MailKind.DEVICE_REASSIGNED: _device_reassigned,
    MailKind.OWNERSHIP_CHANGED: _ownership_changed,
    MailKind.CREDENTIAL_RESET: _credential_reset,
    MailKind.REVEAL_REQUESTED: _reveal_requested,
    MailKind.PASSWORD_CHANGED: _password_changed,
    MailKind.PASSKEY_ADDED: _passkey_added,
    MailKind.PASSKEY_REMOVED: _passkey_removed,
}
"""The subject of each kind of mail, and its paragraphs."""


def _link(_: Translate, letter: Letter, head: Letterhead) -> Link | None:
    if letter.kind in OF_SIGNING_IN:
        # Translators: Link in a message: leads to the page with the ways to reach support.
        return Link(_("Contact support"), f"{head.address}/help#contact")
    if letter.kind is MailKind.REVEAL_REQUESTED:
        # Translators: Link in a message to administrators: leads to the page where they decide on requests.
        return Link(_("Go to the requests"), f"{head.address}/admin/requests")
    if letter.device_id is None:
        return None
    page = f"{head.address}/devices/{letter.device_id}"
    if letter.kind is MailKind.STORE_ASKED:
        # Translators: Fixed name of an action: a link or button that leads to the page where one stores a recovery key.
        return Link(_("Store recovery key"), f"{page}/store")
    if letter.kind in {MailKind.DEVICE_NOT_UPDATED, MailKind.ROTATION_FAILED}:
        # Translators: Link in the message device-not-updated: leads to the page of the Mac, where it
        # says what to do next.
        return Link(_("See what you can do"), page)
    # Translators: Link in a message: leads to the page of the Mac that the message is about.
    return Link(_("Go to this Mac"), page)


def _foot(_: Translate, head: Letterhead) -> tuple[Phrase, ...]:
    # Translators: Last lines of every mail. {address} is the web address of the portal.
    origin = _(
        "This mail comes from {address}, where your organization keeps the recovery keys of Macs."
        " Nobody asks for a recovery key by mail: type yours at this address only."
    )
    return _contact(_, head), Phrase(origin, {"address": head.address})


def _contact(_: Translate, head: Letterhead) -> Phrase:
    support = {"support": _support(_, head)}
    if not head.support_ways:
        # Translators: Last lines of every mail. {support} is the name of the support, or "your IT department".
        return Phrase(_("Do you have a question? Ask {support}."), support)
    # Translators: Last lines of every mail. {support} is the name of the support, or "your IT department"; {ways} is
    # its phone number, mail address and web page.
    text = _("Do you have a question? Ask {support}: {ways}")
    return Phrase(text, {**support, "ways": " · ".join(head.support_ways)})
