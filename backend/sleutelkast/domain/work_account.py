"""Work and school accounts: what is believed of an OpenID provider's word, and where a sign-in leads.

Nothing here speaks OpenID Connect: that is the adapter's. These are the portal's own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sleutelkast.domain.access import Role
from sleutelkast.domain.texts import line

ATTEMPT_LIFE = timedelta(minutes=10)
"""How long somebody may take at their provider."""
CLOCK_SKEW = timedelta(minutes=1)
"""How far the clocks of the portal and of a provider may be apart."""

Claims = Mapping[str, object]
"""What a provider says of somebody. Its signature is checked; what it says may still be anything."""


class Cause(StrEnum):
    """Why a sign-in with a work account was refused: what the audit log says of it. Stable."""

    UNAVAILABLE = "provider-unavailable"
    CANCELLED = "cancelled"
    """The person stopped at the provider, or did not agree there."""
    REFUSED = "provider-refused"
    """The provider answered with an error of its own."""
    NO_STATE = "state-missing"
    UNKNOWN_STATE = "state-unknown"
    """Never given out, tampered with, or forgotten since."""
    USED_STATE = "state-used"
    EXPIRED_STATE = "state-expired"
    ANOTHER_BROWSER = "another-browser"
    """Begun in another browser: somebody may want this one to be signed in as them."""
    ANOTHER_PROVIDER = "another-provider"
    MALFORMED = "malformed-answer"
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    WRONG_ALGORITHM = "wrong-algorithm"
    UNKNOWN_KEY = "unknown-key"
    WRONG_SIGNATURE = "wrong-signature"
    EXPIRED_TOKEN = "expired-token"  # the name of a cause  # noqa: S105  # nosec B105
    WRONG_NONCE = "wrong-nonce"
    WRONG_TOKEN_HASH = "wrong-token-hash"  # the name of a cause  # noqa: S105  # nosec B105
    CODE_REFUSED = "code-refused"
    """Expired, used before, or never given to the portal."""
    CLIENT_REFUSED = "client-refused"
    """The provider does not take the portal's client id or secret."""
    NOT_SIGNED_IN_AGAIN = "not-signed-in-again"
    """The provider did not ask the person again, or does not tell when it did."""
    ANOTHER_PERSON = "another-person"
    SESSION_OVER = "session-over"
    DISABLED = "person-disabled"
    NEW_PERSON = "new-person"
    """Nobody has this account, and new people are not taken in."""
    CLAIM_MISSING = "claim-missing"
    """The account lacks what the setting asks of every account."""
    # Of logout tokens alone:
    NOT_LOGOUT = "no-logout-token"
    REPLAYED = "replayed"


class PageCode(StrEnum):
    """What the sign-in page tells a person; stable, each has its words in the catalogs."""

    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_TRUSTED = "not-trusted"
    NOT_AGAIN = "not-again"
    ANOTHER_PERSON = "another-person"
    NO_ACCESS = "no-access"
    UNKNOWN = "unknown-account"
    TOO_MANY = "too-many"
    """Nothing was refused, and so it has no cause: somebody came here too often."""


_TOLD: Mapping[Cause, PageCode] = {
    Cause.UNAVAILABLE: PageCode.UNAVAILABLE,
    Cause.CANCELLED: PageCode.CANCELLED,
    Cause.NO_STATE: PageCode.EXPIRED,
    Cause.UNKNOWN_STATE: PageCode.EXPIRED,
    Cause.USED_STATE: PageCode.EXPIRED,
    Cause.EXPIRED_STATE: PageCode.EXPIRED,
    Cause.ANOTHER_BROWSER: PageCode.EXPIRED,
    Cause.CODE_REFUSED: PageCode.EXPIRED,
    Cause.SESSION_OVER: PageCode.EXPIRED,
    Cause.NOT_SIGNED_IN_AGAIN: PageCode.NOT_AGAIN,
    Cause.ANOTHER_PERSON: PageCode.ANOTHER_PERSON,
    Cause.DISABLED: PageCode.NO_ACCESS,
    Cause.NEW_PERSON: PageCode.UNKNOWN,
    Cause.CLAIM_MISSING: PageCode.UNKNOWN,
}


def page_code(cause: Cause) -> PageCode:
    """What of a cause a person is told: nothing that helps whoever tampers with answers."""
    return _TOLD.get(cause, PageCode.NOT_TRUSTED)


@dataclass(frozen=True, slots=True)
class WorkAccount:
    """An account at a provider, and whose it is. Issuer and subject together never mean anybody else."""

    id: str
    person_id: str
    issuer: str
    subject: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody was sent to a provider and may come back, once."""

    mark: str
    """Stands for the state; who reads it in the database can't end the sign-in."""
    provider: str
    browser: str
    """Stands for the browser that began it."""
    leads_to: str
    """The local address to which the person comes back."""
    session_id: str | None
    """The session in which somebody signs in again; None to begin one."""
    started_at: datetime
    used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return now >= self.started_at + ATTEMPT_LIFE


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What the organization has settled of a provider's accounts."""

    roles_claim: str | None = None
    """Where the claims name roles; None leaves roles to the portal's own administration."""
    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    """The values of that claim that give each role."""
    takes_new_people: bool = True
    required: tuple[str, str] | None = None
    """A claim and the value that every account must have."""

    def roles_of(self, claims: Claims) -> frozenset[Role] | None:
        """The roles that the provider gives somebody; None where it has no say in that."""
        if self.roles_claim is None:
            return None
        told = frozenset(_texts(claim(claims, self.roles_claim)))
        return frozenset(role for role, values in self.roles.items() if values & told)

    def admits(self, claims: Claims) -> bool:
        if self.required is None:
            return True
        name, value = self.required
        return value in _texts(claim(claims, name))


def claim(claims: Claims, name: str) -> object:
    """The value of a claim, by its own name or by a path such as `realm_access.roles`; None where there is none.

    A step of a path may have dots itself, as in `resource_access.keys.example.org.roles`: the longest one counts.
    """
    if name in claims:
        return claims[name]
    steps = name.split(".")
    for length in range(len(steps) - 1, 0, -1):
        inner = claims.get(".".join(steps[:length]))
        found = claim(inner, ".".join(steps[length:])) if isinstance(inner, Mapping) else None
        if found is not None:
            return found
    return None


def _texts(value: object) -> Iterator[str]:
    """The texts of a claim that may be one or several; anything else counts for nothing."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


_LONGEST_USERNAME = 190
_LONGEST_NAME = 200
_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider calls somebody, made fit for people."""

    username: str
    name: str
    email: str | None


def profile(claims: Claims, subject: str) -> Profile:
    """Of whoever signs in for the first time. A mail address that the provider knows to be unproven is left out."""
    # Some providers tell it as a text.
    is_unproven = claims.get("email_verified") in (False, "false")
    email = None if is_unproven else line(claims.get("email"), _LONGEST_EMAIL)
    wanted = (line(claims.get("preferred_username"), _LONGEST_USERNAME), email, line(subject, _LONGEST_USERNAME))
    username = next((one for one in wanted if one), "work")
    parts = (line(claims.get(part), _LONGEST_NAME) for part in ("given_name", "family_name"))
    name = line(claims.get("name"), _LONGEST_NAME) or " ".join(part for part in parts if part) or username
    return Profile(username, name, email)


def usernames(wanted: str) -> Iterator[str]:
    """What somebody new may be called, the dearest first: a name that is taken stays with whoever has it."""
    yield wanted
    for number in range(2, 1000):
        ending = f"-{number}"
        yield wanted[: _LONGEST_USERNAME - len(ending)] + ending


_LOCAL = re.compile(r"/(?P<room>[A-Za-z0-9_-]*)(?:[/?#][!-\[\]-~]*)?")
_UPWARDS = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_OF_PROGRAMS = frozenset({"api", "mdm", "crypt"})
_LONGEST_PATH = 1000
HOME = "/"


def local_path(wanted: str | None) -> str:
    """Where to go after signing in: a page of the portal, else its first one.

    Browsers take `//host` and `/\\host` for another host, and drop tabs and line breaks before they look.
    """
    if wanted is None or len(wanted) > _LONGEST_PATH:
        return HOME
    match = _LOCAL.fullmatch(wanted)
    is_a_page = match is not None and wanted[1:2] != "/" and match["room"].lower() not in _OF_PROGRAMS
    return wanted if is_a_page and _UPWARDS.search(wanted) is None else HOME


def telling(path: str, code: PageCode) -> str:
    """A local path whose page tells of the outcome of a sign-in."""
    page, mark, place = path.partition("#")
    return f"{page}{'&' if '?' in page else '?'}sign_in={code}{mark}{place}"
