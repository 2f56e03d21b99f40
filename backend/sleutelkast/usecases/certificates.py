"""The escrow certificates: Macs encrypt their keys to the newest; the older ones stay, so that late answers open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sleutelkast.usecases import escrow
from sleutelkast.usecases.repository import SealedIdentity
from sleutelkast.usecases.world import World


@dataclass(frozen=True, slots=True)
class Certificate:
    """An escrow certificate, without its private key."""

    id: str
    certificate: bytes
    """DER X.509."""
    created_at: datetime
    not_after: datetime
    opens: bool
    """Whether the seal of its private key holds: without that, nothing encrypted to it can be opened."""
    is_present: bool
    """Whether commands and the profile name it."""


def certificates(world: World) -> Sequence[Certificate]:
    """All of them, newest first."""
    with world.store.read() as tx:
        sealed = tx.identities.all()
        opens = [escrow.opens(world, one) for one in sealed]
    present = opens.index(True) if True in opens else None
    return [_certificate(one, opens[at], is_present=at == present) for at, one in enumerate(sealed)]


def _certificate(sealed: SealedIdentity, opens: bool, *, is_present: bool) -> Certificate:
    return Certificate(sealed.id, sealed.certificate, sealed.created_at, sealed.not_after, opens, is_present)


def present_certificate(world: World) -> Certificate | None:
    """The one that commands and the profile name now; None where no private key can be opened."""
    return next((one for one in certificates(world) if one.is_present), None)


def renew_certificate(world: World, organization: str) -> Certificate:
    """A new key pair and certificate, which commands name from now on; install the new profile on the Macs."""
    with world.store.write() as tx:
        made = escrow.make_identity(world, tx, organization)
    return _certificate(made, opens=True, is_present=True)
