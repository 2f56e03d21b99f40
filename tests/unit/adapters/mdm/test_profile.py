"""The escrow profile, held against the keys that Apple's device-management schema names."""

from __future__ import annotations

import plistlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from cryptography import x509

from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.mdm.profile import IDENTIFIER, ProfileWords, escrow_profile

WORDS = ProfileWords(
    name="Herstelsleutel",
    description="Bewaard op https://keys.example.org.",
    certificate_name="Certificaat",
    location="Havenlicht, op https://keys.example.org",
    organization="Havenlicht",
)


class Key(NamedTuple):
    """A key of Apple's schema."""

    type: type
    required: bool = False
    values: tuple[object, ...] = ()


PAYLOAD = {
    "PayloadIdentifier": Key(str, required=True),
    "PayloadUUID": Key(str, required=True),
    "PayloadType": Key(str, required=True),
    "PayloadVersion": Key(int, required=True, values=(1,)),
    "PayloadDescription": Key(str),
    "PayloadDisplayName": Key(str),
    "PayloadOrganization": Key(str),
}
"""What Apple's schema has for every payload (CommonPayloadKeys)."""
PROFILE = {
    **PAYLOAD,
    "PayloadType": Key(str, required=True, values=("Configuration",)),
    "PayloadContent": Key(list, required=True),
    "PayloadScope": Key(str, values=("System", "User")),
    "PayloadRemovalDisallowed": Key(bool),
    "HasRemovalPasscode": Key(bool),
    "IsEncrypted": Key(bool),
    "EncryptedPayloadContent": Key(bytes),
    "RemovalDate": Key(datetime),
    "DurationUntilRemoval": Key(float),
    "PayloadExpirationDate": Key(datetime),
    "TargetDeviceType": Key(int, values=(0, 1, 2, 3, 4, 5)),
    "ConsentText": Key(dict),
}
PAYLOADS = {
    "com.apple.security.FDERecoveryKeyEscrow": {
        **PAYLOAD,
        "Location": Key(str, required=True),
        "EncryptCertPayloadUUID": Key(str, required=True),
        "DeviceKey": Key(str),
    },
    "com.apple.security.pkcs1": {
        **PAYLOAD,
        "PayloadContent": Key(bytes, required=True),
        "PayloadCertificateFileName": Key(str),
    },
}


@pytest.mark.parametrize("words", [WORDS, replace(WORDS, organization=None)], ids=["whole", "no organization"])
def test_every_key_is_apples_and_none_is_missing(certificate: bytes, words: ProfileWords) -> None:
    profile = read(escrow_profile(certificate, words))
    _hold_against(PROFILE, profile)
    assert {one["PayloadType"] for one in profile["PayloadContent"]} == set(PAYLOADS)
    for payload in profile["PayloadContent"]:
        _hold_against(PAYLOADS[payload["PayloadType"]], payload)


def test_the_key_of_the_disk_is_the_systems(certificate: bytes) -> None:
    assert read(escrow_profile(certificate, WORDS))["PayloadScope"] == "System"


def test_a_mac_finds_the_certificate_in_the_same_profile(certificate: bytes) -> None:
    escrow, pkcs1 = payloads(escrow_profile(certificate, WORDS))
    assert escrow["EncryptCertPayloadUUID"] == pkcs1["PayloadUUID"]
    assert x509.load_der_x509_certificate(pkcs1["PayloadContent"])
    assert pkcs1["PayloadContent"] == certificate


def test_people_read_where_the_key_is(certificate: bytes) -> None:
    escrow, _ = payloads(escrow_profile(certificate, WORDS))
    assert escrow["Location"] == WORDS.location


def test_names_are_all_different_and_begin_with_the_profiles(certificate: bytes) -> None:
    profile = read(escrow_profile(certificate, WORDS))
    every = [profile, *profile["PayloadContent"]]
    assert len({one["PayloadIdentifier"] for one in every}) == len({one["PayloadUUID"] for one in every}) == 3
    assert all(one["PayloadIdentifier"].startswith(IDENTIFIER) for one in every)
    assert all(str(uuid.UUID(one["PayloadUUID"])).upper() == one["PayloadUUID"] for one in every)


def test_written_again_it_replaces_the_installed_one(certificate: bytes) -> None:
    assert escrow_profile(certificate, WORDS) == escrow_profile(certificate, WORDS)
    moved = replace(WORDS, location="Havenlicht, op https://kast.example.org", organization="Havenlicht BV")
    before, after = read(escrow_profile(certificate, WORDS)), read(escrow_profile(certificate, moved))
    assert names(before) == names(after)


def test_a_renewed_certificate_is_another_payload_of_the_same_profile(certificate: bytes, renewed: bytes) -> None:
    before, after = read(escrow_profile(certificate, WORDS)), read(escrow_profile(renewed, WORDS))
    assert [one for one in names(before) if one not in names(after)] == [(f"{IDENTIFIER}.certificate", own(before))]
    assert own(before) != own(after)
    assert after["PayloadContent"][0]["EncryptCertPayloadUUID"] == own(after)


def _hold_against(keys: Mapping[str, Key], found: Mapping[str, Any]) -> None:
    assert set(found) <= set(keys)
    assert {name for name, key in keys.items() if key.required} <= set(found)
    for name, value in found.items():
        assert type(value) is keys[name].type, name
        assert not keys[name].values or value in keys[name].values, name


def read(profile: bytes) -> dict[str, Any]:
    """As a Mac does; what it read, written again, is the same, as `plutil -lint` has it."""
    assert profile.startswith(b"<?xml")
    found: dict[str, Any] = plistlib.loads(profile, fmt=plistlib.FMT_XML)
    assert plistlib.loads(plistlib.dumps(found)) == found
    return found


def payloads(profile: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(profile)["PayloadContent"]
    return found


def names(profile: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["PayloadIdentifier"], one["PayloadUUID"]) for one in (profile, *profile["PayloadContent"])]


def own(profile: Mapping[str, Any]) -> str:
    """The UUID of the certificate's payload."""
    return str(profile["PayloadContent"][1]["PayloadUUID"])


@pytest.fixture(scope="module")
def certificate() -> bytes:
    return CmsEnvelopes().make_identity("first", "Havenlicht", datetime.now(UTC)).certificate


@pytest.fixture(scope="module")
def renewed() -> bytes:
    return CmsEnvelopes().make_identity("second", "Havenlicht", datetime.now(UTC)).certificate
