"""The commands that the portal sends, or writes for an operator, as XML property lists.

NanoMDM's SQL storages refuse binary ones. Names are those of Apple's device-management schema. Each list holds its own
CommandUUID.
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from typing import Final

from sleutelkast.domain.recovery_key import RecoveryKey

DEVICE_INFORMATION_QUERIES: Final = (
    "UDID",
    "SerialNumber",
    "DeviceName",
    "ModelName",
    "Model",
    "ProductName",
    "OSVersion",
)
"""What the portal shows of a Mac, and no more."""


def rotate_filevault_key(command_uuid: str, present_key: RecoveryKey, reply_certificate: bytes) -> bytes:
    """RotateFileVaultKey: prove `present_key`, replace it, encrypt the new one to `reply_certificate` (DER X.509)."""
    command = {
        "RequestType": "RotateFileVaultKey",
        "KeyType": "personal",
        "FileVaultUnlock": {"Password": present_key.reveal()},
        "ReplyEncryptionCertificate": reply_certificate,
    }
    return _command(command_uuid, command)


def security_info(command_uuid: str) -> bytes:
    """SecurityInfo: whether FileVault is on and, where an escrow profile is installed, the present key, encrypted."""
    return _command(command_uuid, {"RequestType": "SecurityInfo"})


def device_information(command_uuid: str) -> bytes:
    """DeviceInformation, for serial number, names, model and system version."""
    return _command(command_uuid, {"RequestType": "DeviceInformation", "Queries": list(DEVICE_INFORMATION_QUERIES)})


def install_profile(command_uuid: str, profile: bytes) -> bytes:
    """InstallProfile: `profile` (a .mobileconfig) replaces the one with its identifier."""
    return _command(command_uuid, {"RequestType": "InstallProfile", "Payload": profile})


def _command(command_uuid: str, command: Mapping[str, object]) -> bytes:
    return plistlib.dumps({"CommandUUID": command_uuid, "Command": command}, fmt=plistlib.FMT_XML)
