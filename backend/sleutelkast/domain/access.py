"""Who may do what: permissions, roles and the ownership rule as tables of pure predicates.

Default is deny. A decision is a value with its reason, so that the answer, the audit log and a test read the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Ownership(StrEnum):
    PERSONAL = "personal"
    CORPORATE = "corporate"


class Permission(StrEnum):
    """What can be done to a device."""

    SEE = "see"
    DEPOSIT = "deposit"
    REVEAL = "reveal"
    ROTATE = "rotate"
    CHECK = "check"
    RENAME = "rename"
    ASK_TO_STORE = "ask"
    """Ask its owner to store the key."""
    SEE_HISTORY = "history"
    """What happened to it, and the Mac's own words."""
    ASSIGN = "assign"
    """Give it to somebody, change its ownership, end its quarantine."""


class Right(StrEnum):
    """What can be done that is about no single device."""

    SEARCH_DEVICES = "search-devices"
    READ_AUDIT = "read-audit"
    """Read the audit log, and export it."""
    MANAGE = "manage"
    """People, policy, tokens."""
    DECIDE_REQUESTS = "decide-requests"
    """Approve or deny another person's request to reveal a key."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks."""

    id: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Subject:
    """The device that it is about; `owner_id` is None where nobody was assigned."""

    owner_id: str | None
    ownership: Ownership
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Escrowing:
    """For whom a key is kept: the owner and the ownership that it is bound to for good."""

    owner_id: str | None
    ownership: Ownership


@dataclass(frozen=True, slots=True)
class Allowed:
    reason: str


@dataclass(frozen=True, slots=True)
class Denied:
    """`code` is the problem code of the answer."""

    code: str


Decision = Allowed | Denied
Predicate = Callable[[Actor, Subject], bool]

OWNER, SUPPORT, ADMINISTRATOR = "owner", "support", "administrator"
"""The reasons for which something is allowed."""


def is_owner(actor: Actor, subject: Subject) -> bool:
    return subject.owner_id is not None and subject.owner_id == actor.id


def is_owner_of_a_confirmed_mac(actor: Actor, subject: Subject) -> bool:
    """No command that carries a key goes to a Mac in quarantine."""
    return is_owner(actor, subject) and not subject.quarantined


def is_support(actor: Actor, _subject: Subject) -> bool:
    """An administrator may do for others what support may."""
    return bool(actor.roles & {Role.SUPPORT, Role.ADMINISTRATOR})


def is_support_for_a_confirmed_mac(actor: Actor, subject: Subject) -> bool:
    return is_support(actor, subject) and not subject.quarantined


def is_support_for_a_corporate_mac(actor: Actor, subject: Subject) -> bool:
    """Never for a personal one: this is the promise to everybody who keeps a key of their own Mac here."""
    return is_support(actor, subject) and subject.ownership is Ownership.CORPORATE


def is_administrator(actor: Actor, _subject: Subject) -> bool:
    return Role.ADMINISTRATOR in actor.roles


POLICY: Mapping[Permission, tuple[tuple[str, Predicate], ...]] = {
    Permission.SEE: ((OWNER, is_owner), (SUPPORT, is_support)),
    Permission.DEPOSIT: ((OWNER, is_owner_of_a_confirmed_mac),),
    Permission.REVEAL: ((OWNER, is_owner), (SUPPORT, is_support_for_a_corporate_mac)),
    Permission.ROTATE: ((OWNER, is_owner_of_a_confirmed_mac), (SUPPORT, is_support_for_a_confirmed_mac)),
    Permission.CHECK: ((OWNER, is_owner_of_a_confirmed_mac), (SUPPORT, is_support_for_a_confirmed_mac)),
    Permission.RENAME: ((OWNER, is_owner),),
    Permission.ASK_TO_STORE: ((SUPPORT, is_support),),
    Permission.SEE_HISTORY: ((SUPPORT, is_support),),
    Permission.ASSIGN: ((ADMINISTRATOR, is_administrator),),
}
"""The whole policy on devices: the first predicate that holds allows; its name is the reason."""

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.SEARCH_DEVICES: frozenset({Role.SUPPORT, Role.ADMINISTRATOR}),
    Right.READ_AUDIT: frozenset({Role.AUDITOR}),
    Right.MANAGE: frozenset({Role.ADMINISTRATOR}),
    Right.DECIDE_REQUESTS: frozenset({Role.ADMINISTRATOR}),
}
"""The whole policy on all else: the roles of which one is needed."""


def decide(actor: Actor, permission: Permission, subject: Subject) -> Decision:
    """Whether `actor` has this permission on this device.

    Who may not even see a device is told `not-found`, so that ids can't be probed.
    """
    for reason, holds in POLICY.get(permission, ()):
        if holds(actor, subject):
            return Allowed(reason)
    return Denied(_why_not(actor, permission, subject))


def _why_not(actor: Actor, permission: Permission, subject: Subject) -> str:
    seen = permission is not Permission.SEE and isinstance(decide(actor, Permission.SEE, subject), Allowed)
    if not seen:
        return "not-found"
    return "personal-device" if permission is Permission.REVEAL else "forbidden"


def roles_with(right: Right) -> frozenset[Role]:
    """The roles that bring this right."""
    return RIGHTS.get(right, frozenset())


def has_right(actor: Actor, right: Right) -> bool:
    """Whether a role of the person brings this right."""
    return bool(actor.roles & roles_with(right))


def may_open_version(actor: Actor, subject: Subject, bound: Escrowing) -> bool:
    """Whether `actor` may open a version of this device that is bound to this owner and ownership.

    What the device is today opens nothing that was escrowed before: its owner needs a version of their own, and
    support one that was corporate then and still is.
    """
    decision = decide(actor, Permission.REVEAL, subject)
    if isinstance(decision, Denied):
        return False
    if decision.reason == OWNER:
        return bound.owner_id is not None and bound.owner_id == actor.id
    return bound.ownership is Ownership.CORPORATE
