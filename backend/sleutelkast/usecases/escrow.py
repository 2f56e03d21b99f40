"""Key versions in the cabinet: sealing them, opening them, and the certificate that Macs encrypt them to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sleutelkast.domain.access import Escrowing
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.domain.recovery_key import Malformed, RecoveryKey, parse
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import PROVEN, Provenance, Version, present
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.ports import Binding, CannotOpen, EscrowIdentity, Purpose
from sleutelkast.usecases.repository import SealedIdentity, Transaction
from sleutelkast.usecases.upkeep import look_after, note_reveal
from sleutelkast.usecases.world import World

_PORTAL = "portal"


def make_identity(world: World, tx: Transaction, organization: str) -> SealedIdentity:
    """A new escrow certificate; Macs encrypt to the newest, and the older ones stay for late answers."""
    now = world.clock.now()
    identity = world.envelopes.make_identity(world.new_id(), organization, now)
    sealed = world.sealer.seal(identity.private_key, _identity_binding(identity.id, identity.certificate))
    made = SealedIdentity(identity.id, identity.certificate, sealed, now, identity.not_after)
    tx.identities.add(made)
    tx.audit.append(AuditEntry(now, None, Action.CERTIFICATE_MADE, Outcome.DONE, subject=identity.id))
    return made


def _identity_binding(identity_id: str, certificate: bytes) -> Binding:
    """Bound to the certificate as well: one that was slipped into the database has no private key of the portal's."""
    return Binding(Purpose.ESCROW_PRIVATE_KEY, _PORTAL, f"{identity_id} {hashlib.sha256(certificate).hexdigest()}")


def present_identity(world: World, tx: Transaction) -> EscrowIdentity:
    """The identity that Macs encrypt to now: the newest whose seal holds. `init` made one."""
    newest = next(iter(_identities(world, tx)), None)
    if newest is None:
        raise NotFound
    return newest


def open_envelope(world: World, tx: Transaction, cms: bytes) -> RecoveryKey:
    """The recovery key in a Mac's CMS message; raise `CannotOpen` for anything else."""
    plaintext = world.envelopes.open(cms, _identities(world, tx))
    try:
        return parse(plaintext.reveal().decode("utf-8"))
    except (UnicodeDecodeError, Malformed):
        raise CannotOpen("what it holds has not the form of a recovery key") from None


def _identities(world: World, tx: Transaction) -> list[EscrowIdentity]:
    opened = (_identity(world, one) for one in tx.identities.all())
    return [one for one in opened if one is not None]


def opens(world: World, sealed: SealedIdentity) -> bool:
    """Whether the seal of its private key holds."""
    return _identity(world, sealed) is not None


def _identity(world: World, sealed: SealedIdentity) -> EscrowIdentity | None:
    try:
        private_key = world.sealer.open(sealed.private_key, _identity_binding(sealed.id, sealed.certificate))
    except CannotOpen:
        return None
    return EscrowIdentity(sealed.id, sealed.certificate, private_key, sealed.not_after)


def openers(world: World, tx: Transaction) -> list[str]:
    """What could open an answer now: the certificates whose private keys open, and the ring's own keys."""
    return [*(one.id for one in _identities(world, tx)), *(f"ring:{one}" for one in world.sealer.key_ids())]


def claim(world: World, tx: Transaction, device_id: str, key: RecoveryKey) -> bool:
    """Whether a key that a Mac says it has can be its own: keys are random, and no two Macs have the same.

    Who has read another Mac's encrypted answer somewhere could otherwise have their own Mac send it, and the portal
    open it for them.
    """
    mark = world.sealer.authenticate("key marks", key.reveal().encode("ascii")).hex()
    return tx.versions.claim(mark, device_id)


def open_version(world: World, tx: Transaction, version: Version) -> RecoveryKey:
    """The key of a version; raise `CannotOpen` where its seal does not hold."""
    envelope = tx.versions.envelope(version.id)
    if envelope is None:
        raise CannotOpen("there is no such version")
    secret = world.sealer.open(envelope, version_binding(version.device_id, version.id))
    return parse(secret.reveal().decode("ascii"))


def version_binding(device_id: str, version_id: str) -> Binding:
    return Binding(Purpose.KEY_VERSION, device_id, version_id)


def keep(
    world: World,
    tx: Transaction,
    device_id: str,
    key: RecoveryKey,
    provenance: Provenance,
    as_of: datetime,
    bound: Escrowing,
    proves: str | None = None,
) -> bool:
    """Seal a key as a version; False where the portal holds it already: a repeated key is no new version.

    `proves` is the reported version with the same key, which the Mac itself has told now.
    """
    if _is_proven(world, tx, device_id, key):
        return False
    version = Version(world.new_id(), device_id, provenance, as_of, bound, proves=proves)
    add_version(world, tx, version, key)
    tx.audit.append(AuditEntry(world.clock.now(), None, Action.KEY_KEPT, Outcome.DONE, device_id, version.id))
    return True


def add_version(world: World, tx: Transaction, version: Version, key: RecoveryKey) -> None:
    """Seal a key as this version, whatever the portal holds already."""
    secret = SecretBytes(key.reveal().encode("ascii"))
    envelope = world.sealer.seal(secret, version_binding(version.device_id, version.id))
    tx.versions.add(version, envelope, world.clock.now())
    if present(tx.versions.of(version.device_id)) == version:
        # Nobody has seen this one yet.
        note_reveal(tx, version.device_id, None)
    look_after(world, tx, version.device_id)


def bound_like_the_kept(tx: Transaction, device: Device) -> Escrowing:
    """For whom a key is kept that the Mac told of, and that nobody gave another for.

    It belongs to whom the kept one belongs, unless the Mac was enrolled anew since: who is assigned a Mac, or makes
    it corporate, must not be handed the next key of its former owner. A new owner stores a key of their own.
    """
    kept = present(tx.versions.of(device.id))
    if kept is None or (device.enrolled_at is not None and device.enrolled_at > kept.as_of):
        return Escrowing(device.owner_id, device.ownership)
    return kept.bound


def holds(world: World, tx: Transaction, device_id: str, key: RecoveryKey) -> bool:
    """Whether any version of this Mac, typed ones included, is this key."""
    return any(_is_key(world, tx, one, key) for one in tx.versions.of(device_id))


def versions_with(world: World, tx: Transaction, device_id: str, key: RecoveryKey) -> list[Version]:
    """Every version of this Mac that is this key."""
    return [one for one in tx.versions.of(device_id) if _is_key(world, tx, one, key)]


def _is_proven(world: World, tx: Transaction, device_id: str, key: RecoveryKey) -> bool:
    proven = (one for one in tx.versions.of(device_id) if one.provenance in PROVEN)
    return any(_is_key(world, tx, one, key) for one in proven)


def _is_key(world: World, tx: Transaction, version: Version, key: RecoveryKey) -> bool:
    """A version that can't be opened stands in nobody's way: the same key would be kept once more."""
    try:
        return open_version(world, tx, version) == key
    except CannotOpen:
        return False
