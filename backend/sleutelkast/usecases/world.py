"""The world as the use cases see it: every port, and the policy that the organization set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sleutelkast.domain.approval import ApprovalPolicy
from sleutelkast.domain.compliance import AccessRules, EscrowPolicy
from sleutelkast.domain.mail import MailPolicy
from sleutelkast.domain.password import PasswordPolicy
from sleutelkast.domain.person import Session, SessionPolicy, SignInWay
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.upkeep import NEVER, RotationPolicy
from sleutelkast.domain.work_account import AccountRules
from sleutelkast.usecases.ports import (
    AuditHeads,
    Clock,
    GuessedPasswords,
    IdentityProvider,
    KeyEnvelopes,
    Mailer,
    MdmServer,
    PasskeyCeremonies,
    Passwords,
    ReportReader,
    Sealer,
)
from sleutelkast.usecases.repository import Store


@dataclass(frozen=True, slots=True)
class WorkProvider:
    """A provider of work accounts, as the organization has set it up."""

    id: str
    name: str | None
    """What people call it; None where it is simply their work account."""
    door: IdentityProvider
    rules: AccountRules = field(default_factory=AccountRules)


@dataclass(frozen=True, slots=True)
class Policy:
    answer_timeout: timedelta
    """How long a Mac may take before its deposit is called unanswered."""
    typed_key_kept: timedelta
    """How long a typed key that the Mac has not confirmed is kept after its deposit was settled."""
    escrow: EscrowPolicy
    escrow_grace: timedelta
    sessions: SessionPolicy
    new_macs_an_hour: int = 500
    """How many Macs that nobody knew yet Crypt clients may make known in an hour."""
    inquiry_interval: timedelta = timedelta(days=1)
    """How often a Mac is asked of itself and its disk though nobody waits for it."""
    approval: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    silent_after: timedelta = timedelta(days=14)
    """After how long without a word a Mac counts as not checked in."""
    reset_wait: timedelta = timedelta(days=1)
    """How long an account that somebody else reset shows no key of a personal Mac."""
    passwords: PasswordPolicy = field(default_factory=PasswordPolicy)
    rotation: RotationPolicy = NEVER
    local_accounts: bool = True
    """Whether people sign in with a password or a passkey of the portal's own."""
    mail: MailPolicy = field(default_factory=MailPolicy)
    reveal_visible: timedelta = timedelta(minutes=5)
    """How long a revealed key stays on the screen."""
    check_timeout: timedelta = timedelta(minutes=2)
    """How long a person who checks the status waits for the Mac."""

    @property
    def access(self) -> AccessRules:
        return AccessRules(self.escrow, self.escrow_grace, self.answer_timeout)

    def is_over(self, session: Session, now: datetime) -> bool:
        """Sessions of local accounts end with these, and not some hours later."""
        is_local = session.way is not SignInWay.OIDC
        return self.sessions.is_over(session, now) or (is_local and not self.local_accounts)

    @property
    def check_wait(self) -> timedelta:
        return min(self.check_timeout, self.answer_timeout)


@dataclass(frozen=True, slots=True)
class World:
    store: Store
    sealer: Sealer
    mdm: MdmServer
    reports: ReportReader
    envelopes: KeyEnvelopes
    passwords: Passwords
    guesses: GuessedPasswords
    ceremonies: PasskeyCeremonies | None
    """None where the portal's address is an IP address, to which no passkey can be bound."""
    mailer: Mailer | None
    """None where no mail is set up: then none is written."""
    audit_heads: AuditHeads
    clock: Clock
    new_id: Callable[[], str]
    """A fresh opaque id that can't be guessed."""
    new_secret: Callable[[], SecretBytes]
    """32 fresh random bytes."""
    new_uuid: Callable[[], str]
    """A fresh random UUID in upper case, as Apple writes them."""
    chance: Callable[[], float]
    """A number from 0 to 1 that spreads work over time; not for secrets."""
    wake_worker: Callable[[], None]
    """Tell the background work that something is due; losing the call only costs time."""
    policy: Policy
    organization: str | None = None
    """Its name, as people know it."""
    providers: Mapping[str, WorkProvider] = field(default_factory=dict)
    """By their ids."""
