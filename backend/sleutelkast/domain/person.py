"""People: who they are to the portal, and the sessions in which they act."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sleutelkast.domain.access import Actor, Role


@dataclass(frozen=True, slots=True)
class Person:
    """`locale` is the BCP 47 tag that the person chose, None until chosen; `reads` is that of their last sign-in."""

    id: str
    username: str
    name: str
    email: str | None
    roles: frozenset[Role]
    locale: str | None
    created_at: datetime
    disabled_at: datetime | None = None
    reset_at: datetime | None = None
    """When somebody else last gave the person another way to sign in."""
    reads: str | None = None

    @property
    def language(self) -> str | None:
        """In which to write to them, where that is known."""
        return self.locale or self.reads

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.roles)


def sign_in_name(username: str) -> str:
    """Two spellings of one name are one person: capitals, ligatures, and how an accent is put on its letter."""
    folded = unicodedata.normalize("NFKC", username.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


class SignInWay(StrEnum):
    """How a person proves who they are."""

    PASSWORD = "password"  # a way's name  # noqa: S105  # nosec B105
    PASSKEY = "passkey"
    OIDC = "oidc"
    """The work or school account, at an OpenID provider."""


LONGEST_BROWSER = 300
"""How many characters of a User-Agent header are kept."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The browser in which somebody signs in, as far as it tells of itself."""

    reads: str | None = None
    """The language of its page, as a BCP 47 tag."""
    browser: str | None = None
    """Its User-Agent header, which may say anything."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. `signed_in_at` is when the person last proved who they are."""

    id: str
    person_id: str
    created_at: datetime
    last_used_at: datetime
    signed_in_at: datetime
    way: SignInWay = SignInWay.PASSWORD
    """How it was begun."""
    browser: str | None = None
    identity_id: str | None = None
    """The work account with which it was begun."""
    provider_session: str | None = None
    """The session at the OpenID provider (`sid`), where it told of one."""


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    idle: timedelta
    life: timedelta
    fresh_sign_in: timedelta

    def is_over(self, session: Session, now: datetime) -> bool:
        return now >= session.last_used_at + self.idle or now >= session.created_at + self.life

    def is_fresh(self, session: Session, now: datetime) -> bool:
        """Whether the sign-in is recent enough to show a key."""
        return now < session.signed_in_at + self.fresh_sign_in
