"""A device: an enrolled Mac, what is known of it, and what its owner is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sleutelkast.domain.access import Ownership, Subject
from sleutelkast.domain.deposit import FAILED, Deposit, Kind, State
from sleutelkast.domain.texts import line

NAME_LENGTH = 80
"""The longest name that an owner may give, in characters."""


SERIAL_LENGTH = 64
"""The longest serial number that is kept, in characters."""


def serial_number(text: str) -> str | None:
    """A serial number as a stranger says it, None for what is none. It never looks like a recovery key."""
    serial = text.strip()
    is_plain = serial.isascii() and line(serial, SERIAL_LENGTH) == serial
    return serial if is_plain else None


class Stale(StrEnum):
    """Why the kept key may not open the disk any more; stable API."""

    ROTATED_ELSEWHERE = "rotated-elsewhere"
    """The Mac escrows a key that the portal cannot open, or says that it has another one."""
    FILEVAULT_OFF = "filevault-off"
    NO_RECOVERY_KEY = "no-recovery-key"
    ROTATION_FAILED = "rotation-failed"
    """The Mac did not accept the kept key when it was asked to rotate it."""


def called(given: str | None, reported: str | None, model: str | None, *ids: str | None) -> str | None:
    """The name that a device goes by: the one its owner gave, else its own, else what identifies it."""
    return given or reported or model or next(filter(None, ids), None)


@dataclass(frozen=True, slots=True)
class Device:
    """What the portal knows of a Mac.

    `serial` is None until the Mac told it, `udid` until it enrolled; `last_check_in` is the MDM server's time.
    """

    id: str
    created_at: datetime
    serial: str | None = None
    udid: str | None = None
    owner_id: str | None = None
    ownership: Ownership = Ownership.CORPORATE
    given_name: str | None = None
    reported_name: str | None = None
    model: str | None = None
    os_version: str | None = None
    told_at: datetime | None = None
    """When the Mac told its name, model and system, by the MDM server's time."""
    filevault_enabled: bool | None = None
    last_check_in: datetime | None = None
    enrolled_at: datetime | None = None
    checked_out_at: datetime | None = None
    quarantined: bool = False
    has_recovery_key: bool | None = None
    """Whether the Mac has a personal recovery key at all, as it told in SecurityInfo."""
    escrows_to_us: bool | None = None
    """Whether SecurityInfo held a key that opens with a certificate of the portal's; None until it was asked."""
    escrowed_to_us_until: datetime | None = None
    """When SecurityInfo last held such a key, where it holds one by now that opens with none: a key made since then."""
    security_as_of: datetime | None = None
    """When the Mac told what SecurityInfo tells, by the MDM server's time: older news changes nothing of it."""
    next_inquiry_at: datetime | None = None
    """When SecurityInfo is asked next, though nobody waits for it."""
    stale: Stale | None = None
    stale_since: datetime | None = None
    """When the portal took the kept key to be stale; None where it is not."""
    grace_since: datetime | None = None
    """From when its owner is given time to store its key: its first word, or when it was given to somebody else.

    Enrolling once more does not begin it anew."""
    revealed_at: datetime | None = None
    """When the present key was last shown to somebody."""
    rotate_at: datetime | None = None
    """When the policy wants the key rotated; None where it does not, or where that could lose the key."""
    announced_at: datetime | None = None
    """When a Crypt client made it known, where nobody else had."""

    @property
    def name(self) -> str:
        """What people call it: the name its owner gave, else its own, else what identifies it."""
        return called(self.given_name, self.reported_name, self.model, self.serial, self.udid) or self.id

    @property
    def subject(self) -> Subject:
        return Subject(self.owner_id, self.ownership, self.quarantined)


class Message(StrEnum):
    """The messages of the flow that a deposit's outcome calls for; stable API."""

    KEY_UPDATED = "key-updated"
    KEY_NOT_ACCEPTED = "key-not-accepted"
    ROTATION_FAILED = "rotation-failed"


def message(deposit: Deposit, *, key_kept: bool = True) -> Message | None:
    """What the banner on the device's page says of this deposit.

    `key_kept`: whether the owner has a key here. Without one, a deposit that another one overtook was overtaken by
    that of a former owner, to whom the new key belongs.
    """
    if has_failed(deposit, key_kept=key_kept):
        return Message.ROTATION_FAILED if deposit.kind is Kind.ROTATION else Message.KEY_NOT_ACCEPTED
    return Message.KEY_UPDATED if deposit.state in {State.STORED, State.SUPERSEDED} else None


def has_failed(deposit: Deposit, *, key_kept: bool) -> bool:
    return deposit.state in FAILED or (deposit.state is State.SUPERSEDED and not key_kept)


class CauseCode(StrEnum):
    WRONG_KEY = "wrong-key"
    NOT_CHECKED_IN = "not-checked-in"
    FILEVAULT_NOT_ENABLED = "filevault-not-enabled"


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that the help lists; `known` is True or False where the portal knows, else None."""

    code: CauseCode
    known: bool | None


def causes(deposit: Deposit, device: Device, *, key_kept: bool = True) -> tuple[Cause, ...]:
    """The causes that the help lists, in its fixed order; empty where nothing failed."""
    if not has_failed(deposit, key_kept=key_kept):
        return ()
    filevault_off = None if device.filevault_enabled is None else not device.filevault_enabled
    return (
        # No published error code means "wrong key", so this is never known to be true.
        Cause(CauseCode.WRONG_KEY, None),
        Cause(CauseCode.NOT_CHECKED_IN, _not_checked_in(deposit, device)),
        Cause(CauseCode.FILEVAULT_NOT_ENABLED, filevault_off),
    )


def _not_checked_in(deposit: Deposit, device: Device) -> bool | None:
    if deposit.state is State.UNDELIVERABLE:
        return None
    return not checked_in_since(deposit.created_at, device)


def checked_in_since(moment: datetime, device: Device) -> bool:
    return device.last_check_in is not None and device.last_check_in >= moment
