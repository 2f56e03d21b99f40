"""The one way from a person and a device id to a device that the person may act on."""

from __future__ import annotations

from sleutelkast.domain.access import Actor, Denied, Permission, Right, decide, has_right
from sleutelkast.domain.device import Device
from sleutelkast.usecases.errors import Denial, Forbidden, NotFound, PersonalDevice, Refusal

_REFUSALS: dict[str, type[Refusal]] = {one.code: one for one in (NotFound, Forbidden, PersonalDevice)}


def permitted(actor: Actor, permission: Permission, device: Device | None) -> Device:
    """The device, where `actor` has the permission on it; else raise what the person may know of it."""
    return permitted_as(actor, permission, device)[0]


def permitted_as(actor: Actor, permission: Permission, device: Device | None) -> tuple[Device, str]:
    """As `permitted`, with what the person is allowed it as: `owner`, `support` or `administrator`."""
    if device is None:
        # As for a device of somebody else: neither the answer nor its time tells the two apart.
        raise NotFound().of(Denial(actor.id, permission))
    decision = decide(actor, permission, device.subject)
    if isinstance(decision, Denied):
        raise _REFUSALS[decision.code]().of(Denial(actor.id, permission, device.id))
    return device, decision.reason


def entitled(actor: Actor, right: Right) -> None:
    """Go on where `actor` has the right; else raise `Forbidden`."""
    if not has_right(actor, right):
        raise Forbidden().of(Denial(actor.id, right))
