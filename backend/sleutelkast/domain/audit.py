"""The audit log's rules: what is written down, how an entry is authenticated, and how entries are chained.

An entry is authenticated when it is written, over all its fields, by a key that the database does not hold. A while
later it is linked: it gets its number, and a link that stands for the whole chain up to it. So appending waits for
nobody, and a change, a gap or a cut tail shows (`audit_inspection`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

Authenticate = Callable[[bytes], bytes]
"""The authenticator of a message, under a key of the key ring."""

NO_LINK = bytes(32)
"""What stands before the first entry."""


class Action(StrEnum):
    """What an entry speaks of. Stable: exports and filters go by these; each has its words in the catalogs."""

    SIGN_IN = "sign-in"
    """Signing in; denied for a wrong password, whoever tried. Of a work account that was denied `reason` is the
    provider with the cause, and `subject` what the provider calls the account, where nobody here has it."""
    SIGN_IN_AGAIN = "sign-in-again"
    """Signing in once more within a session, for what needs a fresh sign-in."""
    SIGN_OUT = "sign-out"
    """Ending a session, or all of one's sessions; `reason` is the provider of work accounts that ended it."""
    DEPOSIT = "deposit"
    """Saving a typed key; `subject` is the deposit."""
    ROTATION = "rotation"
    """Having a Mac replace its kept key; `subject` is the rotation, `reason` says where policy asked for it."""
    KEY_KEPT = "key-kept"
    """A key was sealed as a version; `subject` is the version."""
    KEY_REPORTED = "key-reported"
    """A Crypt client reported the key of its Mac; `subject` is the version. Denials that repeat are left out."""
    KEY_IMPORTED = "key-imported"
    """A key was taken over from another escrow server; `subject` is the version."""
    REVEAL = "reveal"
    """Showing a key; `subject` is the version."""
    STORE_ASKED = "store-asked"
    """Asking the owner of a Mac to store its key; `subject` is the owner."""
    REVEAL_REQUESTED = "reveal-requested"
    """Asking a second person for leave to see a key; `subject` is the request, `reason` what it is needed for."""
    REVEAL_DECIDED = "reveal-decided"
    """Approving or denying such a request; `subject` is the request, `reason` what was decided."""
    SEE = "see"
    """Looking at a device of somebody else; only denials are written down, here and in those that follow up to
    RENAME. Of denials to look, one an hour tells the same."""
    SEARCH = "search"
    """Searching among the devices of others."""
    MANAGE = "manage"
    """Managing people, policy or tokens."""
    CHECK = "check"
    """Asking a Mac to check in."""
    RENAME = "rename"
    """Giving a Mac a name."""
    PERSON_ADDED = "person-added"
    """`subject` is the person, here and in the two that follow; `reason` the roles that this one was given."""
    PERSON_DISABLED = "person-disabled"
    PASSWORD_SET = "password-set"  # the name of an action  # noqa: S105  # nosec B105
    PASSWORD_RESET = "password-reset"  # the name of an action  # noqa: S105  # nosec B105
    """Somebody else than the person set their password; `subject` is the person."""
    PASSWORD_LINK_MADE = "password-link-made"  # the name of an action  # noqa: S105  # nosec B105
    """A link with which a person sets their password, once; `subject` is the person."""
    PASSWORD_LINK_USED = "password-link-used"  # the name of an action  # noqa: S105  # nosec B105
    """Setting a password by such a link; denied for one that is over, whoever tried."""
    PASSWORD_CHANGED = "password-changed"  # the name of an action  # noqa: S105  # nosec B105
    """Changing one's own password; `subject` is the person."""
    ACCOUNT_CONNECTED = "account-connected"
    """A work account was connected with a person; `subject` is the person, `reason` the provider and its id there."""
    ROLES_CHANGED = "roles-changed"
    """A provider gave a person other roles; `subject` is the person, `reason` the provider and the roles."""
    PASSKEY_ADDED = "passkey-added"
    """Registering a passkey of one's own; `subject` is its id, here and in the two that follow."""
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_COPIED = "passkey-copied"
    """A passkey counted no further than before: there may be a copy of it. Denied."""
    DEVICE_ASSIGNED = "device-assigned"
    """A Mac was given to a person, or its ownership was set; `subject` is the person, `reason` the ownership."""
    DEVICE_QUARANTINED = "device-quarantined"
    """A Mac claimed the serial of another."""
    DEVICE_CONFIRMED = "device-confirmed"
    """Its quarantine was ended."""
    CERTIFICATE_MADE = "certificate-made"
    """A new certificate that Macs encrypt their keys to; `subject` is its id."""
    REPORT_RESCUED = "report-rescued"
    """A report from the MDM server's own storage was taken in by hand; `reason` is what became of it."""
    KEY_OF_ANOTHER_MAC = "key-of-another-mac"
    """A Mac sent a key that another one has; denied. Repetitions within an hour are left out."""
    TOKEN_ADDED = "token-added"  # the name of an action  # noqa: S105  # nosec B105
    """An API token for another system; `subject` is its id, `reason` its scopes."""
    TOKEN_REVOKED = "token-revoked"  # the name of an action  # noqa: S105  # nosec B105
    POLICY_CHANGED = "policy-changed"
    """The portal was started with another policy than before; `reason` is the whole policy."""
    AUDIT_READ = "audit-read"
    """Reading this log; only denials are written down."""
    AUDIT_EXPORTED = "audit-exported"
    """`subject` is the form of the export, `reason` its filters."""


class Outcome(StrEnum):
    DONE = "done"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody did, or was denied; never a secret. `actor_id` is None for the portal itself and for nobody known.

    One that was read from the database may hold any text, as somebody may have written it there.
    """

    at: datetime
    actor_id: str | None
    action: Action
    outcome: Outcome
    device_id: str | None = None
    subject: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote an entry, as a count that shows the loss of one that was not linked yet."""

    writer: str
    """A process of the portal, by a random name."""
    serial: int
    """How many entries the writer began before this one, itself included."""
    settled: int
    """All its serials up to this one are settled: each was committed, or is named in `dropped` of an entry up to
    this one."""
    dropped: tuple[int, ...] = ()
    """Serials whose transaction came to nothing."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in the database; `number` and `link` are None until it is linked."""

    id: int
    entry: AuditEntry
    origin: Origin
    authenticator: bytes
    number: int | None = None
    link: bytes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries it has, and the link of the last one. Kept in more than one place."""

    count: int
    link: bytes

    def __str__(self) -> str:
        return f"{self.count}:{self.link.hex()}"


NO_HEAD = Head(0, NO_LINK)


def parse_head(text: str) -> Head:
    """Read what `str(head)` writes; raise ValueError for anything else."""
    count, _, link = text.strip().partition(":")
    if not (count.isascii() and count.isdecimal()) or len(link) != 2 * len(NO_LINK):
        raise ValueError("write a head as COUNT:LINK, as `audit head` prints it")
    return Head(int(count), bytes.fromhex(link))


def entry_message(entry: AuditEntry, origin: Origin) -> bytes:
    """What the authenticator of an entry is over: each field with its length, so that no two entries read the same."""
    return _framed(
        "audit entry 1",
        origin.writer,
        str(origin.serial),
        str(origin.settled),
        written_serials(origin.dropped),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.outcome,
        entry.device_id,
        entry.subject,
        entry.reason,
    )


def link_message(number: int, before: bytes, authenticator: bytes) -> bytes:
    """What a link is over: the entry, its place, and the link before."""
    return _framed("audit link 1", str(number), before.hex(), authenticator.hex())


def _framed(*fields: str | None) -> bytes:
    return b"".join(map(_frame, fields))


def _frame(field: str | None) -> bytes:
    if field is None:
        return b"-"
    encoded = field.encode("utf-8", "surrogatepass")
    return b"+%d:%b" % (len(encoded), encoded)


def written_serials(serials: tuple[int, ...]) -> str | None:
    return " ".join(map(str, serials)) or None


def read_serials(text: str | None) -> tuple[int, ...]:
    """What `written_serials` wrote; what is no number, somebody else wrote."""
    return tuple(int(one) for one in text.split() if one.isascii() and one.isdecimal()) if text else ()


@dataclass(frozen=True, slots=True)
class Link:
    """The place that an entry gets in the chain."""

    entry_id: int
    number: int
    link: bytes


def chained(head: Head, waiting: Iterable[tuple[int, bytes]], authenticate: Authenticate) -> Iterator[Link]:
    """The links of these entries, each an id and an authenticator, in their order behind the head.

    One that is not genuine gets its place as well: where it stands it is found, and the chain goes on.
    """
    number, link = head.count, head.link
    for entry_id, authenticator in waiting:
        number += 1
        link = authenticate(link_message(number, link, authenticator))
        yield Link(entry_id, number, link)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An entry that says to whom a Mac was given. Ids tell the order in which entries of one Mac took effect."""

    device_id: str
    entry_id: int
    person_id: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """Entries of a Mac from one in which it was given to somebody up to that in which they lost it, by ids.

    `before` is None while it is theirs. Ids and not moments: a moment is taken before its transaction has its turn.
    """

    device_id: str
    after: int
    before: int | None


def spans_of(person_id: str, assignments: Iterable[Assignment]) -> Sequence[Span]:
    """When which Macs were this person's, by all that were made of these Macs, in their order."""
    spans: list[Span] = []
    begun: dict[str, int] = {}
    for one in assignments:
        if one.person_id == person_id:
            begun.setdefault(one.device_id, one.entry_id)
        elif one.device_id in begun:
            spans.append(Span(one.device_id, begun.pop(one.device_id), one.entry_id))
    return [*spans, *(Span(device_id, after, None) for device_id, after in begun.items())]
