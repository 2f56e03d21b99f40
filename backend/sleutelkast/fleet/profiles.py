"""What a Mac makes of a configuration profile (.mobileconfig): the certificate that it is to escrow its key to."""

from __future__ import annotations

import plistlib
from typing import Any

from sleutelkast.fleet import cms

_ESCROW = "com.apple.security.FDERecoveryKeyEscrow"
_CERTIFICATE = "com.apple.security.pkcs1"


def escrow_certificate(profile: bytes) -> bytes:
    """The certificate (DER X.509) of an escrow profile; raise ValueError for one that a Mac does not take."""
    payloads = _payloads(profile)
    escrows = [one for one in payloads if one.get("PayloadType") == _ESCROW]
    if len(escrows) != 1 or not escrows[0].get("Location"):
        raise ValueError("a Mac takes one escrow payload, which says where the key is kept")
    wanted = escrows[0].get("EncryptCertPayloadUUID")
    named = [one for one in payloads if one.get("PayloadUUID") == wanted and one.get("PayloadType") == _CERTIFICATE]
    if len(named) != 1:
        raise ValueError("the escrow payload names no certificate of this profile")
    certificate = bytes(named[0].get("PayloadContent", b""))
    cms.read_certificate(certificate)
    return certificate


def _payloads(profile: bytes) -> list[dict[str, Any]]:
    try:
        plist = plistlib.loads(profile)
        is_for_all = plist["PayloadType"] == "Configuration" and plist.get("PayloadScope") == "System"
        payloads = [dict(one) for one in plist["PayloadContent"]]
    except Exception as error:  # plistlib raises whatever its parser does
        raise ValueError("not a configuration profile") from error
    if not is_for_all:
        raise ValueError("not a profile for the system")
    return payloads
