"""What goes over the wire, as models: they validate requests and describe answers in the OpenAPI document."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
)

from sleutelkast.domain.audit import Action, Outcome
from sleutelkast.usecases.audit_log import Form


def as_moment(moment: datetime) -> str:
    """RFC 3339 in UTC, as all moments are written."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters do not belong here")
    return text


def _without_controls(text: str) -> str:
    # Not isprintable(): names may hold the joiners of an emoji, or the direction marks of Arabic.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace() for sign in text):
        raise ValueError("control characters do not belong here")
    return text


def _of_whole_characters(secret: SecretStr) -> SecretStr:
    # JSON can say half a character (a lone surrogate), which has no bytes.
    if any(unicodedata.category(sign) == "Cs" for sign in secret.get_secret_value()):
        raise ValueError("half a character does not belong here")
    return secret


Moment = Annotated[datetime, PlainSerializer(as_moment, return_type=str, when_used="json")]
Line = Annotated[str, AfterValidator(_printable)]
Words = Annotated[str, AfterValidator(_without_controls)]
"""What a person writes, line breaks included. No database takes all control characters."""

Secret = Annotated[SecretStr, AfterValidator(_of_whole_characters)]


class In(BaseModel):
    """A request: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid")


class Problem(Out):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    params: dict[str, Any]


class SignIn(In):
    username: Annotated[Line, Field(min_length=1, max_length=190)]
    password: Annotated[Secret, Field(min_length=1, max_length=1024)]


class Confirmation(In):
    password: Annotated[Secret, Field(min_length=1, max_length=1024)]


class PasswordChange(In):
    present: Annotated[Secret, Field(min_length=1, max_length=1024)] | None = None
    password: Annotated[Secret, Field(min_length=1, max_length=4096)]


class PasswordLinkUse(In):
    token: Annotated[Line, Field(min_length=1, max_length=128)]
    password: Annotated[Secret, Field(min_length=1, max_length=4096)]


Said = Annotated[str | None, BeforeValidator(lambda said: said if isinstance(said, str) else None)]
"""Of a browser's address, which leads to a page whatever stands in it: what is said twice is not said."""


class SettingOut(BaseModel):
    """All of it is optional; what makes no sense counts for nothing."""

    next: Said = None
    """The page of the portal to come back to, as a path."""
    confirm: Said = None
    """`1` to sign in again in the present session."""


class ComingBack(BaseModel):
    """What a provider sends; it may send more."""

    state: Said = None
    code: Said = None
    error: Said = None
    iss: Said = None


class LogoutForm(BaseModel):
    """What a provider sends; it may send more."""

    model_config = ConfigDict(hide_input_in_errors=True)

    logout_token: Annotated[str, Field(min_length=1, max_length=60_000)]


class SignedOut(Out):
    url: str
    """Where the browser goes to end its session at the provider as well."""


class PasskeyAnswer(In):
    credential: dict[str, Any]
    """A PublicKeyCredential, as its `toJSON()` has it."""


PasskeyGivenName = Annotated[Words, Field(min_length=1, max_length=64, pattern=r"\S")]


class NewPasskey(PasskeyAnswer):
    name: PasskeyGivenName


class PasskeyName(In):
    name: PasskeyGivenName


class LocaleChoice(In):
    locale: Annotated[Line, Field(max_length=35)] | None


class SignOut(In):
    everywhere: Literal["1"] | None = None


class PersonOut(Out):
    id: str
    username: str
    name: str
    locale: str | None
    roles: list[str]
    ways: list[str]
    """How this person can sign in again: `password`, `passkey`, and `oidc:ID` for each of their work accounts."""


class PasskeyOptionsOut(Out):
    options: dict[str, Any]
    """For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` of `PublicKeyCredential`."""


class PasskeyOut(Out):
    id: str
    name: str
    created_at: Moment
    last_used_at: Moment | None


class PasskeysOut(Out):
    items: list[PasskeyOut]
    next: str | None


class OidcProvider(Out):
    id: str
    name: str | None
    """None where people simply call it their work account."""
    url: str


class SignInWays(Out):
    password: bool
    passkey: bool
    oidc: list[OidcProvider]


class Support(Out):
    name: str | None
    email: str | None
    phone: str | None
    url: str | None
    hours: str | None


class SessionOut(Out):
    person: PersonOut | None
    csrf: str
    sign_in: SignInWays
    password_length: int
    """How many characters a new password has at least."""
    support: Support
    organization: str | None


class ListedSession(Out):
    """A session of the person's, by a name that is not the secret in its cookie."""

    id: str
    this: bool
    """Whether it is the one that asks."""
    way: Literal["password", "passkey", "oidc"]
    browser: str | None
    """As "Safari"; null where it is not known."""
    system: str | None
    """As "iPhone" or "Windows"; null where it is not known."""
    created_at: Moment
    last_used_at: Moment


class SessionsOut(Out):
    items: list[ListedSession]
    next: str | None


class SeenKeyDevice(Out):
    id: str | None
    """Null where the Mac is no longer theirs."""
    name: str
    serial: str | None


class SeenKeyOut(Out):
    """Somebody saw the key of a Mac that was the person's then, or was denied it."""

    id: str
    at: Moment
    outcome: Literal["done", "denied"]
    by: str | None
    """The name of who it was; null for people who are not known any more."""
    by_you: bool
    device: SeenKeyDevice
    reason: str | None
    """What they gave as the reason; null where it was denied."""


class SeenKeysOut(Out):
    items: list[SeenKeyOut]
    next: str | None


class CauseOut(Out):
    code: Literal["wrong-key", "not-checked-in", "filevault-not-enabled"]
    known: bool | None


class DepositOut(Out):
    id: str
    kind: Literal["deposit", "rotation"]
    state: Literal["received", "sent", "stored", "refused", "unanswered", "superseded", "undeliverable"]
    step: Literal["verify", "rotate", "store"] | None
    message: Literal["key-updated", "key-not-accepted", "rotation-failed"] | None
    causes: list[CauseOut]
    waiting: bool
    """Whether nothing moves until the Mac talks to the organization."""
    device_checked_in_since: bool | None
    """Whether the Mac talked to the organization since the key was saved."""
    created_at: Moment
    settled_at: Moment | None


class EscrowedOut(Out):
    since: Moment
    version: str
    provenance: Literal["rotated", "repaired", "reported", "typed"]


class AccessOut(Out):
    state: Literal["allowed", "grace", "denied"]
    until: Moment | None
    """When a grace period ends."""


RemedyCode = Literal["store-key", "turn-on-filevault", "wait", "enrol"]
"""What is to be done for access."""


class NoticeDevice(Out):
    id: str
    name: str


class PersonShort(Out):
    id: str
    username: str
    name: str


class DeviceOut(Out):
    id: str
    name: str
    model: str | None
    os_version: str | None
    serial: str | None
    ownership: Literal["personal", "corporate"]
    owner: PersonShort | None
    quarantined: bool
    """Whether it claims to be a Mac that is known already, and nobody confirmed that it is."""
    encrypted: bool | None
    has_recovery_key: bool | None
    """Whether the Mac has a personal recovery key at all, as it told; null where it has not."""
    escrows_by_itself: bool | None
    """Whether it hands its key to the portal unasked, which takes the escrow profile; null where it has not told."""
    last_check_in: Moment | None
    deposit: DepositOut | None
    escrowed: EscrowedOut | None
    stale: Literal["rotated-elsewhere", "filevault-off", "no-recovery-key", "rotation-failed"] | None
    """Why the kept key may not open the disk any more."""
    access: AccessOut
    remedy: RemedyCode | None
    """Null where the Mac is in order."""
    actions: list[Literal["deposit", "reveal", "rotate", "check", "rename", "ask", "history", "assign"]]


class DevicesOut(Out):
    items: list[DeviceOut]
    next: str | None


class Page(In):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[Line, Field(max_length=64)] | None = None


Place = Annotated[str, Field(max_length=700, pattern=r"^[A-Za-z0-9_=-]*$")]
"""Where a page of a list begins, as the page before told."""


class DeviceQuestion(In):
    q: Annotated[Words, Field(max_length=200)] | None = None


class DeviceSearch(DeviceQuestion):
    filter: Literal["no-key", "refused", "stale", "not-encrypted", "not-checked-in", "quarantined"] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Place | None = None


class CountOut(Out):
    count: int
    more: bool
    """Whether there may be more than were counted."""


class DeviceCountsOut(Out):
    all: CountOut
    filters: dict[str, CountOut]


class HistoryPage(In):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[Line, Field(max_length=64)] | None = None


class EventOut(Out):
    id: str
    at: Moment
    action: str
    outcome: str
    actor: str | None
    """The name of who did it; null for the portal itself and for people who are not known."""
    reason: str | None


class HistoryOut(Out):
    items: list[EventOut]
    next: str | None


class ToAsk(DeviceQuestion):
    """Of other Macs there is nothing to store, or nothing to ask for."""

    filter: Literal["no-key", "refused", "stale"] = "no-key"


class ToAskOut(Out):
    macs: int
    people: int
    more: bool
    """Whether there may be more than were counted."""


class AskAll(ToAsk):
    after: Place | None = None


class AskedOut(Out):
    asked: int
    next: str | None


class RequestIn(In):
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class RequestDevice(Out):
    id: str
    name: str
    serial: str | None
    owner: PersonShort | None


class RequestOut(Out):
    id: str
    device: RequestDevice
    requester: PersonShort
    reason: str
    state: Literal["asked", "approved", "denied", "expired"]
    created_at: Moment
    until: Moment | None
    """When it expires or did; null where it was denied."""
    decided_at: Moment | None
    decided_by: PersonShort | None


class RequestsOut(Out):
    items: list[RequestOut]
    next: str | None


class DecisionIn(In):
    approve: bool


def _of_our_time(moment: datetime) -> datetime:
    # Near the ends of the calendar a moment has no equal in another zone.
    if not 1970 <= moment.year < 9999:
        raise ValueError("no moment of our time")
    return moment


AskedMoment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class AuditQuery(Page):
    """`from` is included, `to` is not. `format` stands for an Accept header where there can be none, in a link."""

    since: Annotated[AskedMoment | None, Field(alias="from")] = None
    until: Annotated[AskedMoment | None, Field(alias="to")] = None
    actor: Annotated[Line, Field(min_length=1, max_length=190)] | None = None
    """A person, by id or user name."""
    device: Annotated[Line, Field(min_length=1, max_length=190)] | None = None
    """A device, by id or serial."""
    action: Action | None = None
    outcome: Outcome | None = None
    format: Form | None = None


class AuditPerson(Out):
    id: str
    username: str | None
    name: str | None


class AuditDevice(Out):
    id: str
    name: str | None
    serial: str | None


class AuditSubject(Out):
    id: str
    name: str | None
    """There where it is a person."""


class AuditEntryOut(Out):
    id: str
    number: int | None
    """Its place in the chain, None until it is linked."""
    at: Moment
    action: str
    outcome: str
    actor: AuditPerson | None
    """None for the portal itself, the command line, and for nobody known."""
    device: AuditDevice | None
    subject: AuditSubject | None
    reason: str | None


class AuditOut(Out):
    items: list[AuditEntryOut]
    next: str | None


class DeviceChange(In):
    name: Annotated[Words, Field(max_length=400)]


class DepositIn(In):
    recovery_key: Secret
    confirmation: Secret


class Repeatable(BaseModel):
    """The headers of a request that may be sent again after an answer that was lost."""

    model_config = ConfigDict(hide_input_in_errors=True)

    idempotency_key: Annotated[
        str | None, Field(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x20-\x7e]*$")
    ] = None


class RevealIn(In):
    reason: Annotated[Words, Field(max_length=1000)] | None = None
    version: Annotated[Line, Field(max_length=64)] | None = None


class RevealOut(Out):
    """One of the three bodies in which a recovery key ever is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    recovery_key: str
    groups: Annotated[list[str], Field(min_length=6, max_length=6)]
    version: str
    visible_until: Moment


class VersionOut(Out):
    id: str
    provenance: Literal["rotated", "repaired", "reported", "typed"]
    confirmed: bool
    """False for a typed key that the Mac has not confirmed."""
    present: bool
    may_be_newer: bool
    """True for a reported key that came after the present, proven one: either may open the Mac."""
    created_at: Moment


class CheckInForm(BaseModel):
    """What a Crypt client sends. Other fields are left out of account: a later client may send more."""

    model_config = ConfigDict(hide_input_in_errors=True)

    serial: str
    recovery_password: Secret
    username: str = ""
    macname: str = ""
    secret_type: str = "recovery_key"  # noqa: S105 - Crypt's word for a kind of key


class CheckedIn(Out):
    serial: str
    username: str
    rotation_required: bool


class Escrow(Out):
    """`date_escrowed` is left out where no key is kept."""

    escrowed: bool
    date_escrowed: Moment | None = None


class VersionsOut(Out):
    items: list[VersionOut]
    next: str | None


class CheckOut(Out):
    id: str
    state: Literal["asked", "answered", "unanswered"]
    """Answered: the Mac talked and told what it was asked, or did not within a quarter of a minute after it talked."""
    access: AccessOut
    remedy: RemedyCode | None
    last_check_in: Moment | None
    created_at: Moment
    waits_until: Moment
    """When the check is called unanswered. An answer that comes later still counts."""
    settled_at: Moment | None


class NoticeOut(Out):
    id: str
    code: Literal[
        "device-not-updated",
        "rotation-failed",
        "others-rotation-failed",
        "key-revealed",
        "store-asked",
        "device-reassigned",
        "ownership-changed",
        "credential-reset",
        "reveal-requested",
        "password-changed",
        "passkey-added",
        "passkey-removed",
        "reveal-approved",
        "reveal-denied",
    ]
    device: NoticeDevice | None
    by: str | None
    """The name of who did what the notice tells of."""
    created_at: Moment


class NoticesOut(Out):
    items: list[NoticeOut]
    next: str | None
