"""Who may do what: permissions, roles and the ownership rule as one table of pure predicates.

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
    CHECK = "check"
    RENAME = "rename"


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
class Allowed:
    reason: str


@dataclass(frozen=True, slots=True)
class Denied:
    """`code` is the problem code of the answer."""

    code: str


Decision = Allowed | Denied
Predicate = Callable[[Actor, Subject], bool]


def is_owner(actor: Actor, subject: Subject) -> bool:
    return subject.owner_id is not None and subject.owner_id == actor.id


def is_owner_of_a_confirmed_mac(actor: Actor, subject: Subject) -> bool:
    """No command that carries a key goes to a Mac in quarantine."""
    return is_owner(actor, subject) and not subject.quarantined


POLICY: Mapping[Permission, tuple[tuple[str, Predicate], ...]] = {
    Permission.SEE: (("owner", is_owner),),
    Permission.DEPOSIT: (("owner", is_owner_of_a_confirmed_mac),),
    Permission.REVEAL: (("owner", is_owner),),
    Permission.CHECK: (("owner", is_owner_of_a_confirmed_mac),),
    Permission.RENAME: (("owner", is_owner),),
}
"""The whole policy: any predicate that holds allows; its name is the reason."""


def decide(actor: Actor, permission: Permission, subject: Subject) -> Decision:
    """Whether `actor` has this permission on this device.

    Who may not even see a device is told `not-found`, so that ids can't be probed.
    """
    for reason, holds in POLICY.get(permission, ()):
        if holds(actor, subject):
            return Allowed(reason)
    seen = permission is not Permission.SEE and isinstance(decide(actor, Permission.SEE, subject), Allowed)
    return Denied("forbidden" if seen else "not-found")


def may_open_version(actor: Actor, escrowed_for: str | None) -> bool:
    """A key version is bound to the owner for whom it was escrowed: a new owner opens none of the former one's."""
    return escrowed_for is not None and escrowed_for == actor.id
