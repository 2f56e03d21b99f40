"""The commands, read back as a Mac reads them."""

from __future__ import annotations

import plistlib

import pytest

from sleutelkast.adapters.mdm import commands
from sleutelkast.domain.recovery_key import RecoveryKey

UUID = "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11"
KEY = RecoveryKey("ABCDEFGH1JKLMNOPQRST2345")


def test_rotation_carries_the_key_with_its_dashes_and_the_certificate() -> None:
    assert plistlib.loads(commands.rotate_filevault_key(UUID, KEY, b"\x30\x82der")) == {
        "CommandUUID": UUID,
        "Command": {
            "RequestType": "RotateFileVaultKey",
            "KeyType": "personal",
            "FileVaultUnlock": {"Password": "ABCD-EFGH-1JKL-MNOP-QRST-2345"},
            "ReplyEncryptionCertificate": b"\x30\x82der",
        },
    }


def test_security_info_asks_nothing_else() -> None:
    assert plistlib.loads(commands.security_info(UUID)) == {
        "CommandUUID": UUID,
        "Command": {"RequestType": "SecurityInfo"},
    }


def test_device_information_asks_for_what_is_shown() -> None:
    command = plistlib.loads(commands.device_information(UUID))
    assert command["Command"]["RequestType"] == "DeviceInformation"
    assert {"UDID", "SerialNumber", "DeviceName", "ModelName", "OSVersion"} <= set(command["Command"]["Queries"])


def test_a_profile_is_handed_out_whole() -> None:
    assert plistlib.loads(commands.install_profile(UUID, b"<?xml profile")) == {
        "CommandUUID": UUID,
        "Command": {"RequestType": "InstallProfile", "Payload": b"<?xml profile"},
    }


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(commands.rotate_filevault_key(UUID, KEY, b"der"), id="rotate"),
        pytest.param(commands.security_info(UUID), id="security"),
        pytest.param(commands.device_information(UUID), id="device"),
        pytest.param(commands.install_profile(UUID, b"profile"), id="profile"),
    ],
)
def test_commands_begin_as_the_sql_storages_demand(command: bytes) -> None:
    assert command.startswith(b"<?xml")
