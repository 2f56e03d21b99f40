"""The store's port: what the use cases read and write, one protocol per kind of record.

Everything happens in a transaction: `Store.write()` commits durably when its block ends and rolls back where it
raises; `Store.read()` sees one consistent state. Envelopes are sealed secrets, opaque to the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sleutelkast.domain.access import Escrowing, Role
from sleutelkast.domain.api_token import ApiToken
from sleutelkast.domain.approval import RevealRequest
from sleutelkast.domain.audit import Action, Assignment, AuditEntry, Head, Link, Outcome, Recorded, Span
from sleutelkast.domain.deposit import Command, CommandState, Deposit, Line
from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.mail import Mail, MailKind
from sleutelkast.domain.passkey import Passkey
from sleutelkast.domain.password import PasswordLink
from sleutelkast.domain.person import Person, Session
from sleutelkast.domain.search import DeviceFilter
from sleutelkast.domain.versions import Version
from sleutelkast.domain.work_account import Attempt, WorkAccount


class Conflict(Exception):  # noqa: N818 - reads as what happened
    """Another transaction wrote the same thing first; nothing of this one is kept, and it may be tried again."""


class CommandKind(StrEnum):
    ROTATION = "rotation"
    SECURITY_INFO = "security-info"
    DEVICE_INFORMATION = "device-information"


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command on its way to a Mac; `deposit_id` is there for rotations only."""

    uuid: str
    kind: CommandKind
    device_id: str
    deposit_id: str | None
    state: CommandState
    created_at: datetime
    tries: int = 0


class AnswerState(StrEnum):
    IN_HAND = "in-hand"
    """Committed as it came, not opened yet."""
    UNOPENED = "unopened"
    """It can't be opened, or holds something of another form: kept sealed."""
    UNMATCHED = "unmatched"
    """It answers no command of ours to that Mac: kept sealed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A Mac's answer as the MDM server delivered it; `device_id` is None where it can't be read at all."""

    id: str
    device_id: str | None
    command_uuid: str | None
    state: AnswerState
    received_at: datetime
    tried_with: str | None = None
    """What did not open it: see `escrow.openers`."""


class NoticeCode(StrEnum):
    """What a person is told; stable API."""

    DEVICE_NOT_UPDATED = "device-not-updated"
    ROTATION_FAILED = "rotation-failed"
    """The kept key was to be replaced, and that came to nothing."""
    OTHERS_ROTATION_FAILED = "others-rotation-failed"
    """They had the kept key of somebody else's device replaced, and that came to nothing."""
    KEY_REVEALED = "key-revealed"
    """Somebody else saw the key of their device."""
    STORE_ASKED = "store-asked"
    """They are asked to store the key of their device."""
    DEVICE_REASSIGNED = "device-reassigned"
    """A device that was theirs was given to somebody else."""
    OWNERSHIP_CHANGED = "ownership-changed"
    CREDENTIAL_RESET = "credential-reset"
    """Somebody else gave them another way to sign in."""
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    REVEAL_REQUESTED = "reveal-requested"
    """Somebody asks to see the key of another person's device: it is theirs to decide."""
    PASSWORD_CHANGED = "password-changed"  # the name of a notice  # noqa: S105  # nosec B105
    """They changed their password themselves, or somebody who was signed in as them did."""
    REVEAL_APPROVED = "reveal-approved"
    REVEAL_DENIED = "reveal-denied"


OF_OUTCOMES = frozenset({NoticeCode.DEVICE_NOT_UPDATED, NoticeCode.ROTATION_FAILED})
"""How a deposit or rotation ended."""

ABOUT_OWN_DEVICES = frozenset(
    {
        NoticeCode.DEVICE_NOT_UPDATED,
        NoticeCode.ROTATION_FAILED,
        NoticeCode.STORE_ASKED,
        NoticeCode.KEY_REVEALED,
    }
)
"""What is told to the owner only, and not once the device is somebody else's."""


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    person_id: str
    device_id: str | None
    code: NoticeCode
    created_at: datetime
    actor_id: str | None = None
    """Who did what it tells of."""


class CheckState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Check:
    """One "Check status": the Mac is asked to check in."""

    id: str
    device_id: str
    state: CheckState
    created_at: datetime
    settled_at: datetime | None = None
    pushed_at: datetime | None = None
    heard_at: datetime | None = None
    """When the Mac first talked since; it may yet have to answer what it was asked."""


@dataclass(frozen=True, slots=True)
class SealedIdentity:
    """An escrow certificate and its sealed private key; the newest is the one that Macs encrypt to."""

    id: str
    certificate: bytes
    private_key: bytes
    created_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are asked for; None stands for all. `since` is included, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: str | None = None
    device_id: str | None = None
    action: Action | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class AuditPlace:
    """A place in the log, newest first: that of an entry."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Named:
    """An entry with the names of whom and what it speaks of, as they are today; None where they are not known."""

    recorded: Recorded
    username: str | None
    actor_name: str | None
    device_name: str | None
    serial: str | None
    subject_name: str | None
    """There where the subject is a person."""

    @property
    def place(self) -> AuditPlace:
        return AuditPlace(self.recorded.entry.at, self.recorded.id)


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is known of a Mac's kept key; all else of a device is saved without it."""

    stale: Stale | None
    stale_since: datetime | None
    revealed_at: datetime | None
    rotate_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A device with what a list shows of it, read at once."""

    device: Device
    latest: Deposit | None
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True)
class DeviceQuery:
    """Which Macs are asked for: those that have words that begin like these, and that the filter lets through."""

    words: tuple[str, ...]
    filter: DeviceFilter | None
    silent_since: datetime
    """A Mac that was not heard of since then counts as not checked in."""


@dataclass(frozen=True, slots=True)
class Page:
    """The ids of one page, and where the next one begins."""

    ids: Sequence[str]
    following: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are, as far as was counted; `more` where there may be more than that."""

    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Owned:
    """How many Macs belong to somebody, and to how many people, as far as was counted."""

    macs: int
    people: int
    more: bool
    """Whether there may be more than were counted."""


class UnknownPlace(ValueError):  # noqa: N818 - reads as what it is
    """No page of this list ended there."""


class People(Protocol):
    def add(self, person: Person, password_hash: str | None) -> None: ...
    def get(self, person_id: str) -> Person | None: ...
    def by_username(self, username: str) -> Person | None: ...
    def lock(self, person_id: str) -> Person | None:
        """The person, held against every other transaction that would change them or their password."""

    def all(self) -> Sequence[Person]: ...
    def with_any_role(self, roles: Iterable[Role]) -> Sequence[Person]:
        """Those who have one of these roles and are not disabled."""

    def set_locale(self, person_id: str, locale: str | None) -> None: ...
    def note_language(self, person_id: str, tag: str) -> None: ...
    def disable(self, person_id: str, moment: datetime) -> None: ...
    def password_hash(self, person_id: str) -> str | None: ...
    def set_password_hash(self, person_id: str, password_hash: str) -> None: ...
    def note_reset(self, person_id: str, moment: datetime) -> None: ...
    def set_roles(self, person_id: str, roles: frozenset[Role]) -> None: ...


class Sessions(Protocol):
    def add(self, session: Session) -> None: ...
    def get(self, session_id: str) -> tuple[Person, Session] | None:
        """A session, and whose it is."""

    def of(self, person_id: str) -> Sequence[Session]: ...
    def note_use(self, session_id: str, moment: datetime) -> None: ...
    def renew(self, session_id: str, renewed: Session) -> bool:
        """Keep a session under another id, with its sign-in as it is now; False where it has ended meanwhile."""

    def end(self, session_id: str) -> None: ...
    def end_all(self, person_id: str) -> None: ...
    def end_others(self, person_id: str, but: str) -> None:
        """End all sessions of a person but this one."""

    def end_at_provider(self, issuer: str, subject: str | None, provider_session: str | None) -> Sequence[str]:
        """End those that were begun with this account, or in this session of the provider; whose they were.

        Where both are told, sessions of the account that know of no provider's session end too.
        """

    def end_unused(self, unused_since: datetime, older_than: datetime) -> int: ...


class PasswordLinks(Protocol):
    def put(self, link: PasswordLink) -> None:
        """Keep this link, in place of any that its person had."""

    def by_digest(self, digest: bytes) -> PasswordLink | None: ...
    def take(self, digest: bytes, now: datetime) -> bool:
        """Use a link up; False where it is over, or somebody else was first."""

    def end(self, person_id: str) -> None: ...
    def forget_over(self, now: datetime) -> int: ...


class WorkAccounts(Protocol):
    def add(self, account: WorkAccount) -> None: ...
    def get(self, account_id: str) -> WorkAccount | None: ...
    def by_subject(self, issuer: str, subject: str) -> WorkAccount | None: ...
    def of(self, person_id: str) -> Sequence[WorkAccount]: ...


class Attempts(Protocol):
    """Who is on the way to a provider."""

    def add(self, attempt: Attempt) -> None: ...
    def get(self, mark: str) -> Attempt | None: ...
    def use(self, mark: str, moment: datetime) -> bool:
        """Whether it was unused until now; nobody else gets this answer for it."""

    def forget_started_before(self, moment: datetime) -> int: ...


class LogoutTokens(Protocol):
    """Which logout tokens were heard, so that none is heard twice."""

    def note(self, mark: str, moment: datetime) -> None:
        """The transaction ends in `Conflict` where it was noted before."""

    def forget_heard_before(self, moment: datetime) -> int: ...


class Passkeys(Protocol):
    def add(self, passkey: Passkey) -> None:
        """The transaction ends in `Conflict` where somebody has it already."""

    def of(self, person_id: str) -> Sequence[Passkey]:
        """Oldest first."""

    def by_credential(self, credential_id: bytes) -> Passkey | None: ...
    def rename(self, passkey_id: str, name: str) -> None: ...
    def note_use(self, passkey_id: str, counter: int, moment: datetime) -> None: ...
    def remove(self, passkey_id: str) -> None: ...
    def remove_all(self, person_id: str) -> None: ...
    def handle(self, person_id: str) -> bytes | None:
        """What the devices of a person keep as the name of their account."""

    def set_handle(self, person_id: str, handle: bytes) -> None: ...


class Challenges(Protocol):
    """Those that were answered."""

    def use(self, digest: bytes, until: datetime) -> bool:
        """Whether it was not answered before; of two at once, one ends in `Conflict`."""

    def forget_over(self, now: datetime) -> int: ...


class Devices(Protocol):
    def add(self, device: Device) -> None: ...
    def save(self, device: Device) -> None:
        """Save all but its key state, which is `save_key_state`'s: whoever read the device earlier undoes nothing."""

    def save_key_state(self, device_id: str, state: KeyState) -> None: ...
    def remove(self, device_id: str) -> None: ...
    def get(self, device_id: str) -> Device | None: ...
    def lock(self, device_id: str) -> Device | None:
        """The device, held against every other transaction that would change what belongs to it."""

    def by_udid(self, udid: str) -> Device | None: ...
    def by_serial(self, serial: str) -> Device | None:
        """The Mac known by this serial, never one in quarantine."""

    def all(self) -> Sequence[Device]: ...
    def announced_since(self, moment: datetime) -> int:
        """How many Macs a Crypt client has made known since."""

    def announced_and_unclaimed(self) -> int:
        """How many Macs are known by a Crypt client alone: nobody's, and not enrolled."""

    def to_inquire(self, now: datetime, limit: int) -> Sequence[str]:
        """The Macs that are enrolled and known by a serial, and whose next inquiry is due or has no time yet."""

    def to_rotate(self, now: datetime, limit: int) -> Sequence[str]:
        """Those whose key policy wants rotated by now."""

    def overview(self, device_id: str) -> Overview | None: ...
    def search(self, query: DeviceQuery, after: str | None, limit: int) -> tuple[Sequence[Overview], str | None]:
        """A page of Macs and where the next one begins; raise `UnknownPlace`."""

    def count(self, query: DeviceQuery, most: int) -> Counted: ...
    def count_owned(self, query: DeviceQuery, most: int) -> Owned:
        """Of the first `most` Macs of the list."""

    def overviews_of(self, owner_id: str, after: str | None, limit: int) -> Sequence[Overview]:
        """The Macs of one owner in the order of their ids, behind the id `after`."""


class Deposits(Protocol):
    def line(self, device_id: str) -> Line: ...
    def add(
        self,
        deposit: Deposit,
        device_id: str,
        person_id: str | None,
        escrowing: Escrowing,
        typed_key: bytes | None,
        idempotency_key: str | None,
    ) -> None: ...
    def save(self, deposit: Deposit) -> None:
        """Save its state, not its commands: those are added and saved by `Commands`."""

    def get(self, deposit_id: str) -> Deposit | None: ...
    def latest(self, device_id: str) -> Deposit | None:
        """The newest deposit of a Mac, without its commands."""

    def by_idempotency_key(self, device_id: str, person_id: str, key: str) -> Deposit | None: ...
    def person_id(self, deposit_id: str) -> str | None: ...
    def escrowing(self, deposit_id: str) -> Escrowing: ...
    def typed_key(self, deposit_id: str) -> bytes | None: ...
    def unconfirmed_keys(self, device_id: str) -> Sequence[Version]:
        """Typed keys that the Mac has not confirmed, under the ids of their deposits."""

    def forget_typed_key(self, deposit_id: str) -> None: ...
    def forget_typed_keys_settled_before(self, moment: datetime) -> int: ...
    def note_mac_said(self, deposit_id: str, text: str) -> None: ...
    def mac_said(self, device_id: str) -> Mapping[str, str]:
        """What was said against deposits of a Mac, by their ids."""

    def devices_with_timeouts(self, now: datetime, timeout: timedelta, limit: int) -> Sequence[str]: ...


class Commands(Protocol):
    def add(self, command: PendingCommand, not_before: datetime | None = None) -> None:
        """To be sent from `not_before` on, else at once."""

    def get(self, uuid: str) -> PendingCommand | None: ...
    def save_rotation(self, command: Command) -> None:
        """A command of a deposit, as the line has it now."""

    def set_state(self, uuid: str, state: CommandState) -> None: ...
    def newest(self, device_id: str, kind: CommandKind) -> PendingCommand | None: ...
    def under_way(self, device_id: str, kind: CommandKind) -> Sequence[PendingCommand]:
        """Those that the Mac may still answer, oldest first."""

    def hand_over(self, device_id: str, to_device_id: str) -> None: ...
    def clear(self, device_id: str, queued_before: datetime) -> None:
        """A re-enrolment emptied the queue; for all but rotations, which are the line's."""

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """The UUIDs of what is to be sent: rotations before questions, and those before that are due for longer."""

    def claim(self, uuid: str, now: datetime, until: datetime) -> PendingCommand | None:
        """Take a due command for delivery until `until`, counting the try; None where somebody else was first."""

    def try_again_at(self, uuid: str, moment: datetime) -> None: ...


class Answers(Protocol):
    def add(self, answer: Answer, envelope: bytes) -> None: ...
    def get(self, answer_id: str) -> Answer | None: ...
    def envelope(self, answer_id: str) -> bytes: ...
    def in_hand(self, received_before: datetime, limit: int) -> Sequence[Answer]: ...
    def keep_unopened(self, answer_id: str, tried_with: str) -> None: ...
    def any_unopened(self) -> bool: ...
    def to_try_again(self, openers: Sequence[str], limit: int) -> Sequence[Answer]:
        """Unopened ones that at least one of these was not tried on."""

    def remove(self, answer_id: str) -> None: ...
    def of(self, device_id: str) -> Sequence[Answer]: ...
    def count_kept(self, device_id: str | None) -> int: ...


class Versions(Protocol):
    def of(self, device_id: str) -> Sequence[Version]: ...
    def add(self, version: Version, envelope: bytes, received_at: datetime) -> None: ...
    def note_report(self, version_id: str, moment: datetime) -> None:
        """A reported key was reported once more."""

    def bind_unbound(self, device_id: str, escrowing: Escrowing) -> None:
        """Versions that were escrowed while the Mac was nobody's are kept for this owner from now on."""

    def envelope(self, version_id: str) -> bytes | None: ...
    def claim(self, mark: str, device_id: str) -> bool:
        """Note that the key with this mark is this Mac's; False where it is another's already."""


class Notices(Protocol):
    def add(self, notice: Notice) -> None: ...
    def of(self, person_id: str) -> Sequence[Notice]: ...
    def dismiss(self, notice_id: str, person_id: str) -> bool: ...
    def withdraw(self, device_id: str, code: NoticeCode, person_id: str | None = None) -> None:
        """Take back what everybody was told of a device with this code, or what one person was."""


class Mails(Protocol):
    def add(self, mail: Mail) -> None: ...
    def get(self, mail_id: str) -> Mail | None: ...
    def all(self) -> Sequence[Mail]:
        """Those that failed first, then in the order in which they are due."""

    def next_due(self, now: datetime) -> str | None: ...
    def claim(self, mail_id: str, now: datetime, until: datetime) -> Mail | None:
        """Take a due mail for a try until `until`, counting the try; None where somebody else was first."""

    def save(self, mail: Mail) -> None: ...
    def remove(self, mail_id: str) -> bool: ...
    def waits(self, person_id: str, device_id: str, kinds: Iterable[MailKind]) -> bool:
        """Whether a mail of these kinds about this device waits for this person."""

    def withdraw(self, device_id: str, kinds: Iterable[MailKind]) -> None:
        """Forget what waits about a device; what could not be sent stays."""


class Checks(Protocol):
    def add(self, check: Check) -> None: ...
    def latest(self, device_id: str) -> Check | None: ...
    def settle(self, check_id: str, state: CheckState, moment: datetime) -> None: ...
    def note_push(self, check_id: str, moment: datetime) -> None: ...
    def note_heard(self, check_id: str, moment: datetime) -> None: ...
    def time_out(self, asked_before: datetime, heard_before: datetime, now: datetime) -> int:
        """End what a Mac never answered, or began to answer and did not go on; how many there were."""

    def not_pushed(self, limit: int) -> Sequence[Check]: ...


class Requests(Protocol):
    def add(self, request: RevealRequest) -> None: ...
    def save(self, request: RevealRequest) -> None: ...
    def lock(self, request_id: str) -> RevealRequest | None:
        """The request, held against every other transaction that would decide on it."""

    def latest(self, device_id: str, requested_by: str) -> RevealRequest | None: ...
    def waits(self, device_id: str, created_since: datetime) -> bool:
        """Whether a request for this device waits for a decision."""

    def lapse(self, device_id: str, moment: datetime) -> None:
        """End what waits for a decision about this device, and what was approved."""

    def undecided(self, created_since: datetime) -> Sequence[RevealRequest]:
        """Oldest first."""

    def closed(
        self, created_since: datetime, waited_since: datetime, after: str | None, limit: int
    ) -> Sequence[RevealRequest]:
        """Those that lapsed, were decided, or were made before `waited_since`; by the time of the former, else of the
        request, the latest first, behind the request with the id `after`. Raise `UnknownPlace` where there is none."""


class Identities(Protocol):
    def add(self, identity: SealedIdentity) -> None: ...
    def all(self) -> Sequence[SealedIdentity]:
        """Newest first."""


class Tokens(Protocol):
    def add(self, token: ApiToken) -> None: ...
    def get(self, token_id: str) -> ApiToken | None: ...
    def all(self) -> Sequence[ApiToken]:
        """Oldest first."""

    def revoke(self, token_id: str, moment: datetime) -> None: ...
    def note_use(self, token_id: str, moment: datetime) -> None: ...


class Audit(Protocol):
    def append(self, entry: AuditEntry) -> None:
        """Write an entry down, authenticated; it is linked later, so that nobody waits for anybody."""

    def has(self, like: AuditEntry, since: datetime) -> bool:
        """Whether the same person did the same to the same device, for the same reason, since then."""

    def page(self, wanted: AuditFilter, before: AuditPlace | None, limit: int) -> Sequence[Named]:
        """The newest entries before a place, newest first."""

    def assignments(self, person_id: str) -> Sequence[Assignment]:
        """Of every Mac that was ever given to this person, all that were made, in their order."""

    def reveals(self, span: Span, before: AuditPlace | None, limit: int) -> Sequence[Named]:
        """Reveals of a Mac's key within a span, and those that were denied, newest first."""

    def newest(self, action: Action) -> AuditEntry | None: ...
    def waiting_since(self) -> datetime | None:
        """When the oldest entry was written that is not linked yet."""

    def to_link(self, limit: int) -> Sequence[tuple[int, bytes]]:
        """Ids and authenticators of entries that are not linked yet, in the order in which they were written."""

    def waiting(self) -> Iterable[Recorded]:
        """All of these entries, streamed."""

    def linked(self) -> Iterable[Recorded]:
        """The whole chain in its order, streamed."""

    def link_of(self, number: int) -> bytes | None: ...
    def head(self) -> Head | None: ...
    def take_head(self) -> Head | None:
        """The end of the chain, held against everybody else who would link; None where somebody does already."""

    def link(self, links: Sequence[Link]) -> None:
        """Put entries in their places, and keep the head that this makes."""

    def adopt(self) -> int:
        """Authenticate the entries of a release that had no chain; how many there were."""


class Transaction(Protocol):
    @property
    def people(self) -> People: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def password_links(self) -> PasswordLinks: ...
    @property
    def work_accounts(self) -> WorkAccounts: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def logout_tokens(self) -> LogoutTokens: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def challenges(self) -> Challenges: ...
    @property
    def devices(self) -> Devices: ...
    @property
    def deposits(self) -> Deposits: ...
    @property
    def commands(self) -> Commands: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def checks(self) -> Checks: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def audit(self) -> Audit: ...


class Store(Protocol):
    def write(self) -> AbstractContextManager[Transaction]: ...
    def read(self) -> AbstractContextManager[Transaction]: ...
