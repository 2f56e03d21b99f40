"""Whether a Mac may access what is meant for work: what its owner is told, and what other systems ask."""

from __future__ import annotations

from collections.abc import Sequence

from sleutelkast.domain.compliance import Access, AccessState, Remedy, access
from sleutelkast.domain.deposit import Deposit
from sleutelkast.domain.device import Device
from sleutelkast.domain.versions import Version
from sleutelkast.usecases.world import World


def access_by_serial(world: World, serial: str) -> Access:
    """The access of the Mac that is known by this serial; a serial that nobody knows has none.

    Either way the same is asked of the database, so that it can't be told from outside which serials are known.
    """
    with world.store.read() as tx:
        device = tx.devices.by_serial(serial)
        # A serial is the id of no device: nothing is found there.
        asked = serial if device is None else device.id
        latest, versions = tx.deposits.latest(asked), tx.versions.of(asked)
    return (
        Access(AccessState.DENIED, remedy=Remedy.ENROL)
        if device is None
        else device_access(world, device, latest, versions)
    )


def device_access(world: World, device: Device, latest: Deposit | None, versions: Sequence[Version]) -> Access:
    """The access of a Mac by its latest deposit and its kept versions, as things are now."""
    return access(world.policy.access, device, latest, versions, world.clock.now())
