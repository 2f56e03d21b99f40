"""A simulated Mac: what it is, what it holds and what it tells of itself."""

from __future__ import annotations

import secrets
import string
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sleutelkast.fleet.chance import pick

MDM_TOPIC: Final = "com.apple.mgmt.External.5b1e4a52-3f0f-4c5c-9d0e-6f1f9a1c7d21"
BUILD_VERSIONS: Final = {"13.7.1": "22H221", "14.7.1": "23H222", "15.1": "24B83"}
"""The versions of macOS that simulated Macs can have."""
Plist = dict[str, Any]
"""A property list's dictionary, as plistlib reads and writes it."""


class Scenario(StrEnum):
    """What a Mac does with a rotation; `reactions` says how."""

    RIGHT = "right"
    OFFLINE = "offline"
    FILEVAULT_OFF = "filevault-off"
    NOT_NOW = "not-now"
    LATE = "late"
    MALFORMED = "malformed"
    UNENROLLED = "unenrolled"
    LOST_ANSWER = "lost-answer"
    TWICE = "twice"
    NO_KEY = "no-key"
    OTHER_CERTIFICATE = "other-certificate"
    RE_ENROL = "re-enrol"
    IMPOSTER = "imposter"
    KEY_REMOVED = "key-removed"
    """FileVault is on, and somebody took its personal recovery key away."""


class Cipher(StrEnum):
    """The content cipher, and with it the encoding, of the CMS a Mac makes: Apple's published form, or DER with AES."""

    TRIPLE_DES = "3des"
    AES_256 = "aes256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac:
    """One simulated Mac."""

    name: str
    owner: str | None
    """Whom the portal should assign it to; None for a Mac that came by itself (an imposter)."""
    ownership: str | None
    scenario: Scenario
    model: str
    product_name: str
    os_version: str
    language: str = "en"
    cipher: Cipher = Cipher.TRIPLE_DES
    token_update_first: bool = False
    """Its TokenUpdate reaches the webhook before its Authenticate, as was seen with NanoMDM."""
    serial: str = field(default_factory=lambda: new_serial())
    udid: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    enrolled: bool = False
    escrow_certificate: bytes | None = field(default=None, repr=False)
    """DER X.509 of an installed FDERecoveryKeyEscrow profile; works for keys made after it."""
    escrowed_key: bytes | None = field(default=None, repr=False)
    """The CMS that SecurityInfo tells: the present key, where it was made under an escrow profile."""
    keys: tuple[str, ...] = field(default_factory=lambda: (new_recovery_key(),), repr=False)
    """Every recovery key it ever had, the present one last."""

    @property
    def recovery_key(self) -> str:
        return self.keys[-1]

    @property
    def earlier_keys(self) -> tuple[str, ...]:
        """Newest first."""
        return self.keys[-2::-1]

    @property
    def has_filevault(self) -> bool:
        return self.scenario is not Scenario.FILEVAULT_OFF

    @property
    def has_recovery_key(self) -> bool:
        return self.has_filevault and self.scenario is not Scenario.KEY_REMOVED

    @property
    def user_id(self) -> str | None:
        """The GUID of the account that is logged in; None on a Mac that is nobody's."""
        return None if self.owner is None else str(uuid.uuid5(uuid.UUID(self.udid), self.owner)).upper()

    @property
    def comes_when_pushed(self) -> bool:
        return self.enrolled and self.scenario is not Scenario.OFFLINE


def new_recovery_key() -> str:
    """24 random characters in six groups with dashes, as a Mac shows them."""
    return "-".join(pick(string.ascii_uppercase + string.digits, 4) for _ in range(6))


def new_serial() -> str:
    """Twelve characters in Apple's older form: factory, then signs that can't be mistaken for one another."""
    return "C02" + pick("0123456789CDFGHJKLMNPQRTVWXYZ", 9)


def facts(mac: Mac) -> Plist:
    """What it tells in Authenticate and, for the keys asked for, in DeviceInformation."""
    return {
        "UDID": mac.udid,
        "SerialNumber": mac.serial,
        "DeviceName": mac.name,
        "Model": mac.product_name,
        "ModelName": mac.model,
        "ProductName": mac.product_name,
        "OSVersion": mac.os_version,
        "BuildVersion": BUILD_VERSIONS[mac.os_version],
    }


def authenticate(mac: Mac) -> Plist:
    """The first check-in of an enrolment."""
    return {"MessageType": "Authenticate", "Topic": MDM_TOPIC, **facts(mac)}


def token_update(mac: Mac) -> Plist:
    """The second check-in: from now on the Mac can be pushed."""
    return {
        "MessageType": "TokenUpdate",
        "Topic": MDM_TOPIC,
        "UDID": mac.udid,
        "PushMagic": str(uuid.uuid4()).upper(),
        "Token": secrets.token_bytes(32),
        "AwaitingConfiguration": False,
    }


def users_token_update(mac: Mac) -> Plist:
    """The same of whoever is logged in: that channel is another one, and the Mac's own goes on as it was."""
    return {**token_update(mac), **_user(mac)}


def users_idle(mac: Mac) -> Plist:
    """Who is logged in has nothing to tell either."""
    return {**idle(mac), **_user(mac)}


def _user(mac: Mac) -> Plist:
    return {"UserID": mac.user_id, "UserShortName": mac.owner, "UserLongName": str(mac.owner).capitalize()}


def check_out(mac: Mac) -> Plist:
    """The Mac leaves."""
    return {"MessageType": "CheckOut", "Topic": MDM_TOPIC, "UDID": mac.udid}


def idle(mac: Mac) -> Plist:
    """The first report of a connect: the Mac has nothing to tell and asks for work."""
    return {"Status": "Idle", "UDID": mac.udid}
