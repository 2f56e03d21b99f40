"""Mail to people: what each tells of, how long it waits, and when it is given up.

A mail that waits holds no text: what it says is made when it is sent, in the language of whom it goes to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

_LOCAL_PART = re.compile(r"(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_LONGEST_DOMAIN = 253


def mail_address(text: str) -> tuple[str, str] | None:
    """What stands before and behind the @ of an address, the latter in ASCII; None for what is no address.

    Narrower than what the standard allows: nothing in it means anything to a mail server or in a header, where what
    begins with =? is decoded.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        # Names of domains have a form of their own for what is not ASCII, which every server understands.
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    is_one = _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain) and len(ascii_domain) <= _LONGEST_DOMAIN
    return (local, ascii_domain) if is_one else None


class MailKind(StrEnum):
    """What a mail tells of."""

    STORE_ASKED = "store-asked"
    KEY_REVEALED = "key-revealed"
    KEY_UPDATED = "key-updated"
    DEVICE_NOT_UPDATED = "device-not-updated"
    ROTATION_FAILED = "rotation-failed"
    DEVICE_REASSIGNED = "device-reassigned"
    OWNERSHIP_CHANGED = "ownership-changed"
    CREDENTIAL_RESET = "credential-reset"
    REVEAL_REQUESTED = "reveal-requested"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSWORD_CHANGED = "password-changed"  # the name of a kind of mail  # noqa: S105  # nosec B105


OUTCOMES = frozenset({MailKind.KEY_UPDATED, MailKind.DEVICE_NOT_UPDATED, MailKind.ROTATION_FAILED})
"""How a deposit or rotation ended: told by mail to those who have not seen it in the portal."""
OF_SIGNING_IN = frozenset(
    {
        MailKind.CREDENTIAL_RESET,
        MailKind.PASSWORD_CHANGED,
        MailKind.PASSKEY_ADDED,
        MailKind.PASSKEY_REMOVED,
    }
)
"""About the account, and no device: whoever did not expect it has to turn to support."""
FOR_THE_OWNER_TO_ACT = OUTCOMES | {MailKind.STORE_ASKED}
"""What only says something to whom the device still belongs, and who can sign in."""


class MailState(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"
    """Refused for good, or given up: it is kept and shown until somebody has it tried again or drops it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that is not sent yet."""

    id: str
    kind: MailKind
    person_id: str
    device_id: str | None
    actor_id: str | None
    """Who did what it tells of."""
    happened_at: datetime
    state: MailState
    due_at: datetime
    """When it is tried next."""
    tried_since: datetime | None = None
    """When it was first tried: so long after, it is given up."""
    tries: int = 0
    said: str | None = None
    """Why the last try came to nothing, in the mail server's words or the portal's."""


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """How long mail waits. The pause between two tries grows from the first to the longest."""

    outcome_wait: timedelta = timedelta(minutes=5)
    """Whoever has seen an outcome in the portal by then gets no mail of it."""
    first_pause: timedelta = timedelta(minutes=1)
    longest_pause: timedelta = timedelta(hours=4)
    given_up_after: timedelta = timedelta(days=4)

    def first_try(self, kind: MailKind, now: datetime) -> datetime:
        return now + self.outcome_wait if kind in OUTCOMES else now

    def pause(self, tries: int) -> timedelta:
        """How long after so many tries in vain it is tried again."""
        doubled: timedelta = self.first_pause * 2 ** min(max(tries - 1, 0), 16)
        return min(doubled, self.longest_pause)

    def is_over(self, mail: Mail, now: datetime) -> bool:
        return mail.tried_since is not None and now >= mail.tried_since + self.given_up_after


def not_sent(mail: Mail, said: str, policy: MailPolicy, now: datetime) -> Mail:
    """The mail server could not be reached, or asked for patience: it is tried again, unless that went on too long."""
    tried = replace(mail, said=said)
    if policy.is_over(tried, now):
        return replace(tried, state=MailState.FAILED)
    return replace(tried, due_at=now + policy.pause(tried.tries))


def refused(mail: Mail, said: str) -> Mail:
    """The mail server will never take this one."""
    return replace(mail, state=MailState.FAILED, said=said)


def again(mail: Mail, now: datetime) -> Mail:
    """Somebody has it tried again: at once, and for as long as a new one."""
    return replace(mail, state=MailState.WAITING, due_at=now, tried_since=None, tries=0)
