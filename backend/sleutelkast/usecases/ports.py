"""What the use cases need of the world, as protocols; `adapters` and `http` hold the real ones.

The store's port is the largest and has a module of its own: `repository`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sleutelkast.domain.audit import Head
from sleutelkast.domain.mail import MailKind
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import Cause, Claims


class Clock(Protocol):
    """The time, so that a test can hold it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""


class Purpose(StrEnum):
    """What a sealed secret is for; part of what it is bound to."""

    TYPED_KEY = "typed-key"
    KEY_VERSION = "key-version"
    RAW_ANSWER = "raw-answer"
    ESCROW_PRIVATE_KEY = "escrow-private-key"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a sealed secret belongs to: moved to another row, it can't be opened."""

    purpose: Purpose
    owner_id: str
    """The device that it belongs to, or "portal" for what belongs to no device."""
    record_id: str


class CannotOpen(Exception):  # noqa: N818 - reads as what happened
    """Something sealed or encrypted can't be opened; the text never tells more than why."""


class Sealer(Protocol):
    """Envelope encryption: the only door to key material."""

    def seal(self, secret: SecretBytes, binding: Binding) -> bytes: ...

    def open(self, envelope: bytes, binding: Binding) -> SecretBytes:
        """Raise `CannotOpen` for a changed, moved or foreign envelope, or an unknown key-encryption key."""

    def authenticate(self, label: str, message: bytes) -> bytes:
        """HMAC-SHA256 under a key that is made for `label` and stays the same through every rotation of the ring."""

    def key_ids(self) -> Sequence[str]:
        """The key-encryption keys with which it can open something now."""

    def derive(self, label: str) -> SecretBytes:
        """32 bytes that stay the same for this portal: for signing cookies, anonymous tokens and the like."""


class Delivery(StrEnum):
    """What became of handing a command to the MDM server."""

    QUEUED = "queued"
    DUPLICATE = "duplicate"
    """It knows this command UUID already: the command was queued by an earlier attempt."""
    UNKNOWN_DEVICE = "unknown-device"
    REFUSED = "refused"
    """It said no, with a reason that is neither of the above. Nothing was queued by this attempt."""
    UNCLEAR = "unclear"
    """No answer, or one that tells nothing: the command may be queued. Send the same UUID again."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    delivery: Delivery
    pushed: bool = False
    """Whether Apple's push service took the wake-up; without it the command runs at the Mac's next connect."""
    detail: str = ""
    """The server's own words, cut short and without the command, for support and logs."""


class MdmServer(Protocol):
    """The MDM server's API. No method raises for what a network or a server does: outcomes are values."""

    def rotate_filevault_key(
        self, enrollment_id: str, command_uuid: str, present_key: RecoveryKey, reply_certificate: bytes
    ) -> DeliveryReport:
        """Queue RotateFileVaultKey; `reply_certificate` is DER X.509."""

    def security_info(self, enrollment_id: str, command_uuid: str) -> DeliveryReport: ...

    def device_information(self, enrollment_id: str, command_uuid: str) -> DeliveryReport: ...

    def push(self, enrollment_id: str) -> DeliveryReport:
        """Wake the Mac up; `QUEUED` where the push was taken."""

    def version(self) -> str | None:
        """The server's version, or None where it can't be reached."""

    def clock(self) -> datetime | None:
        """What time it is there, to the second; None where it does not say."""


class ReportStatus(StrEnum):
    """A Mac's word on a command, as in mdm.Connect."""

    IDLE = "Idle"
    ACKNOWLEDGED = "Acknowledged"
    ERROR = "Error"
    COMMAND_FORMAT_ERROR = "CommandFormatError"
    NOT_NOW = "NotNow"


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """SecurityInfo's answer, as far as FileVault goes; None stands for what the Mac left out."""

    filevault_enabled: bool | None
    has_personal_recovery_key: bool | None
    recovery_key_cms: bytes | None
    """FDE_PersonalRecoveryKeyCMS: there where an escrow profile is installed."""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What a Mac tells of itself, in Authenticate or DeviceInformation; None stands for what it left out."""

    serial: str | None = None
    name: str | None = None
    model: str | None = None
    """For people: ModelName, else ProductName or Model."""
    os_version: str | None = None


@dataclass(frozen=True, slots=True)
class CommandReport:
    """A Mac's answer to a command (or Idle, with no command)."""

    status: ReportStatus
    command_uuid: str | None
    error_text: str | None = None
    """The Mac's own words from ErrorChain, for support; never parsed."""
    is_rotation: bool = False
    """The answer has a RotateResult."""
    new_key_cms: bytes | None = None
    """RotateResult.EncryptedNewRecoveryKey."""
    security_info: SecurityInfo | None = None
    device_facts: DeviceFacts | None = None

    @property
    def escrowed_key(self) -> bytes | None:
        """The encrypted key in it, of a rotation or of SecurityInfo."""
        told = self.security_info.recovery_key_cms if self.security_info is not None else None
        return self.new_key_cms or told


class CheckInKind(StrEnum):
    AUTHENTICATE = "Authenticate"
    TOKEN_UPDATE = "TokenUpdate"  # Apple's name of a message  # noqa: S105  # nosec B105
    CHECK_OUT = "CheckOut"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CheckIn:
    kind: CheckInKind
    device_facts: DeviceFacts | None = None
    token_update_tally: int | None = None


@dataclass(frozen=True, slots=True)
class MdmEvent:
    """One webhook call of the MDM server."""

    event_id: str
    created_at: datetime
    enrollment_id: str
    is_device_channel: bool
    udid: str
    """The Mac's UDID, letter for letter as the MDM server has it; `enrollment_id` itself on the device channel."""
    body: CheckIn | CommandReport
    raw_payload: bytes = field(repr=False)
    """The Mac's own property list, which can hold secrets: it is sealed or dropped, never logged."""


class MalformedReport(ValueError):  # noqa: N818 - reads as what it is
    """A webhook body or a Mac's property list that can't be read; the text never repeats its content."""


class ReportReader(Protocol):
    """Reads what the MDM server and the Macs send."""

    def signed_by_us(self, raw_body: bytes, signature: str | None) -> bool:
        """Whether X-Hmac-Signature is the HMAC-SHA256 of exactly these bytes, compared in constant time."""

    def read_event(self, raw_body: bytes) -> MdmEvent:
        """Raise `MalformedReport` for what can't be read."""

    def as_call(self, report: bytes, heard_at: datetime) -> bytes:
        """The body of the call that the MDM server makes for a Mac's report; raise `MalformedReport` as above."""


@dataclass(frozen=True, slots=True)
class EscrowIdentity:
    """A certificate that Macs encrypt their keys to, and its private key."""

    id: str
    certificate: bytes
    """DER X.509."""
    private_key: SecretBytes
    """DER PKCS#8."""
    not_after: datetime


class KeyEnvelopes(Protocol):
    """CMS EnvelopedData as Macs make it."""

    def open(self, cms: bytes, identities: Sequence[EscrowIdentity]) -> SecretBytes:
        """The plaintext; raise `CannotOpen` for another certificate, a cipher that is not in use, or damage."""

    def make_identity(self, identity_id: str, organization: str, now: datetime) -> EscrowIdentity:
        """A new key pair with a self-signed, long-lived certificate."""


class Passwords(Protocol):
    """Local passwords, hashed with argon2id."""

    def hash(self, password: SecretBytes) -> str: ...

    def verify(self, password_hash: str | None, password: SecretBytes) -> bool:
        """Take the same time for an unknown person (None) as for a wrong password."""

    def needs_rehash(self, password_hash: str) -> bool: ...


class GuessedPasswords(Protocol):
    """Passwords that whoever guesses tries early: common ones, and what is made of them by well-known habits."""

    def are_early(self, password: SecretBytes, words: Sequence[str]) -> bool:
        """Whether this one is among them; `words` are those that are tried first for its person."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What is sent with somebody to their provider, and expected back."""

    state: str
    nonce: str
    verifier: SecretBytes
    """Proves at the end that it was the portal that began (PKCE)."""
    again: bool = False
    """Whether the provider is to ask the person anew, whoever is signed in there."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """Whom a provider recognized."""

    issuer: str
    subject: str
    claims: Claims
    authenticated_at: datetime | None
    """When it last asked the person who they are, where it tells."""
    provider_session: str | None
    """Its own session (`sid`), where it tells of one."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """A provider's word that somebody's sign-in there has ended."""

    issuer: str
    subject: str | None
    provider_session: str | None
    token_id: str


class NotAccepted(Exception):  # noqa: N818 - reads as what happened
    """A provider's answer, or none; the text is the cause and repeats nothing of it."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class IdentityProvider(Protocol):
    """An OpenID provider. Whatever it answers, or does not, raises `NotAccepted` where it can't be relied upon."""

    issuer: str

    def way_there(self, journey: Journey) -> str:
        """The address to which the person's browser goes."""

    def check_issuer(self, told: str | None) -> None:
        """The `iss` of the answer that the browser brought (RFC 9207)."""

    def recognize(self, code: str, journey: Journey, now: datetime) -> Recognized:
        """Whom the code stands for. It can be handed in once."""

    def farewell(self, token: str, now: datetime) -> Farewell:
        """Read a logout token (OpenID Connect Back-Channel Logout 1.0)."""

    def way_out(self) -> str | None:
        """Where the browser ends its session at the provider; None where it offers none, or is away."""

    def trouble(self) -> str | None:
        """Why nobody could sign in there now; None where they could."""


class PasskeyMalformed(ValueError):  # noqa: N818 - reads as what it is
    """What a browser sent is no passkey, or not one for this portal and this challenge; the text repeats nothing."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a browser says of a passkey before any of it is proven."""

    credential_id: bytes
    handle: bytes | None
    whole: Mapping[str, Any]


class PasskeyCeremonies(Protocol):
    """WebAuthn, for the portal's own address. Whoever uses a passkey has proven to their device that it is they."""

    def to_register(
        self, challenge: bytes, handle: bytes, username: str, name: str, known: Sequence[bytes]
    ) -> Mapping[str, Any]:
        """What a browser needs to make one that can be found without a name; not on a device that has a known one."""

    def registered(self, answer: Mapping[str, Any], challenge: bytes) -> NewPasskey:
        """Raise `PasskeyMalformed`."""

    def to_sign_in(self, challenge: bytes, known: Sequence[bytes]) -> Mapping[str, Any]:
        """What a browser needs to use one: any, or one of the known ones."""

    def read(self, answer: Mapping[str, Any]) -> PasskeyAnswer:
        """Raise `PasskeyMalformed`."""

    def counted(self, answer: PasskeyAnswer, challenge: bytes, public_key: bytes) -> int:
        """The counter of a passkey that was proven; raise `PasskeyMalformed`."""


class AuditHeads(Protocol):
    """Keeps the head of the audit log's chain outside of the database."""

    place: str
    """Where that is, for people."""

    def kept(self) -> Head | None:
        """The head that was kept last; None where there is none, or none that can be read."""

    def keep(self, head: Head) -> None: ...
    def differs(self, kept: Head, head: Head) -> None:
        """Tell those who run the portal that the chain has lost what was kept; it is kept as it is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, before it has words. There is no place in it for a secret."""

    id: str
    """The same at every try, so that a mail which went out twice is known as one."""
    kind: MailKind
    address: str
    """As it was given: nobody has looked yet whether it is one."""
    to: str
    """The person's name."""
    locale: str | None
    """The language that the person chose, as a BCP 47 tag."""
    device_id: str | None
    """None as well for a device that is no longer theirs: its page is not for them."""
    device: str | None
    """What the device is called."""
    by: str | None
    """The name of who did what it tells of."""
    happened_at: datetime
    written_at: datetime


class Posting(StrEnum):
    """What became of handing a mail to the mail server."""

    TAKEN = "taken"
    REFUSED = "refused"
    """For good, and because of this mail: its address, or what it says."""
    NOT_NOW = "not-now"
    """The server is away, slow or busy, or does not let the portal in: any mail would fare like this one."""


@dataclass(frozen=True, slots=True)
class PostingReport:
    posting: Posting
    said: str = ""
    """Why, in the server's own words or the portal's, cut short and without any secret."""


class Mailer(Protocol):
    """Words mail and hands it to the mail server. No method raises for what a network or a server does."""

    def send(self, letter: Letter) -> PostingReport: ...

    def trouble(self) -> str | None:
        """Why the mail server would take no mail now; None where it would."""
