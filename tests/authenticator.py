"""A person's device with passkeys in it, and the browser in front: real keys, real signatures, and a few lies."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


@dataclass
class Kept:
    """One passkey on the device."""

    host: str
    handle: bytes
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    counter: int = 0


@dataclass
class Authenticator:
    """`origin` is the page that the browser shows; `counts` says whether the device counts uses, as few do."""

    origin: str = "http://localhost:8000"
    counts: bool = False
    verifies: bool = True
    kept: list[Kept] = field(default_factory=list)

    def makes(self, options: Mapping[str, Any], **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        made = Kept(options["rp"]["id"], raw(options["user"]["id"]))
        made.credential_id = lies.pop("credential_id", made.credential_id)
        self.kept.append(made)
        numbers = made.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        credential = bytes(16) + len(made.credential_id).to_bytes(2, "big") + made.credential_id + cbor2.dumps(public)
        signed = self._says(made, _HAS_KEY) + credential
        statement = {"fmt": "none", "attStmt": {}, "authData": signed} | lies.pop("attestation", {})
        client = self._client("webauthn.create", options, lies)
        return self._answer(made, {"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(statement))})

    def uses(self, options: Mapping[str, Any], **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` gives, with the newest passkey that fits."""
        allowed = {raw(one["id"]) for one in options.get("allowCredentials", [])}
        fitting = [one for one in self.kept if not allowed or one.credential_id in allowed]
        used: Kept = lies.pop("passkey", None) or fitting[-1]
        used.counter = lies.pop("counter", used.counter + self.counts)
        client, said = self._client("webauthn.get", options, lies), self._says(used, 0)
        signature = used.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"clientDataJSON": client, "authenticatorData": said, "signature": signature, "userHandle": used.handle}
        said_otherwise = {**told, **lies.pop("tells", {})}
        return self._answer(used, {name: text(value) for name, value in said_otherwise.items() if value is not None})

    def _says(self, kept: Kept, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(kept.host.encode()).digest() + bytes([flags]) + kept.counter.to_bytes(4, "big")

    def _client(self, kind: str, options: Mapping[str, Any], lies: Mapping[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | lies.get("client", {})).encode()

    def _answer(self, kept: Kept, response: Mapping[str, str]) -> dict[str, Any]:
        name = text(kept.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": dict(response)}
