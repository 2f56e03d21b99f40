"""The configuration profile that has a Mac escrow its recovery key, so that SecurityInfo tells each new one.

Names are those of Apple's device-management schema: a `com.apple.security.FDERecoveryKeyEscrow` payload, and the
certificate beside it as `com.apple.security.pkcs1`. A Mac takes one escrow payload only, so the identifiers are the
same whatever the portal is called: a profile of a new release, address or language replaces the one that is installed.
"""

from __future__ import annotations

import hashlib
import plistlib
import uuid
from dataclasses import dataclass
from typing import Final

IDENTIFIER: Final = "sleutelkast.filevault-escrow"
"""By which a Mac knows that a profile replaces the installed one."""

_NAMESPACE: Final = uuid.UUID("fb138284-8c97-4b85-8f22-8df0b417ed11")
_FORMAT: Final = 1
"""Of profile and payloads: Apple knows no other."""


@dataclass(frozen=True, slots=True)
class ProfileWords:
    """What people read of the profile, in one language."""

    name: str
    description: str
    certificate_name: str
    location: str
    """Where the key is kept: macOS shows it to whoever turns FileVault on."""
    organization: str | None = None


def escrow_profile(certificate: bytes, words: ProfileWords) -> bytes:
    """The `.mobileconfig` for this certificate (DER X.509); the same certificate and words make the same bytes."""
    certificate_uuid = _uuid(f"certificate {hashlib.sha256(certificate).hexdigest()}")
    profile = {
        **_payload("Configuration", IDENTIFIER, _uuid("profile"), words.name, words),
        "PayloadDescription": words.description,
        # A user's own profile could not escrow the key of the disk.
        "PayloadScope": "System",
        "PayloadContent": [
            {
                **_payload(
                    "com.apple.security.FDERecoveryKeyEscrow",
                    f"{IDENTIFIER}.escrow",
                    _uuid("escrow"),
                    words.name,
                    words,
                ),
                "Location": words.location,
                "EncryptCertPayloadUUID": certificate_uuid,
            },
            {
                **_payload(
                    "com.apple.security.pkcs1",
                    f"{IDENTIFIER}.certificate",
                    certificate_uuid,
                    words.certificate_name,
                    words,
                ),
                "PayloadCertificateFileName": "sleutelkast.cer",
                "PayloadContent": certificate,
            },
        ],
    }
    return plistlib.dumps(profile, fmt=plistlib.FMT_XML)


def _payload(kind: str, identifier: str, payload_uuid: str, name: str, words: ProfileWords) -> dict[str, object]:
    """What each payload has, and the profile itself."""
    organization = {} if words.organization is None else {"PayloadOrganization": words.organization}
    return {
        "PayloadType": kind,
        "PayloadIdentifier": identifier,
        "PayloadUUID": payload_uuid,
        "PayloadVersion": _FORMAT,
        "PayloadDisplayName": name,
        **organization,
    }


def _uuid(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name)).upper()
