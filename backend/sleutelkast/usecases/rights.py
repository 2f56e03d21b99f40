"""The one way from a person and a device id to a device that the person may act on."""

from __future__ import annotations

from sleutelkast.domain.access import Actor, Denied, Permission, decide
from sleutelkast.domain.device import Device
from sleutelkast.usecases.errors import Forbidden, NotFound


def permitted(actor: Actor, permission: Permission, device: Device | None) -> Device:
    """The device, where `actor` has the permission on it; else raise what the person may know of it."""
    if device is None:
        raise NotFound
    decision = decide(actor, permission, device.subject)
    if isinstance(decision, Denied):
        raise NotFound if decision.code == NotFound.code else Forbidden
    return device
