"""Envelope encryption: each secret under a data key of its own, the data key wrapped by the key ring.

An envelope is, in this order: a version byte, the length of the key-encryption key's id, that id, the wrapped data key
(nonce, key, tag), the secret's nonce, the encrypted secret with its tag. AES-256-GCM throughout.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sleutelkast.adapters.sealing.ring import KEY_ID_FORM, KEY_LENGTH, NONCE_LENGTH, KeyRing, Random
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import Binding, CannotOpen

_VERSION: Final = 1


class EnvelopeSealer:
    """The port `Sealer`, over any key ring."""

    def __init__(self, ring: KeyRing, random: Random = os.urandom) -> None:
        self._ring = ring
        self._random = random
        self._authenticating: dict[str, SecretBytes] = {}

    def seal(self, secret: SecretBytes, binding: Binding) -> bytes:
        """Raise `KeyRingError` where the key ring is out of reach."""
        data_key = SecretBytes(self._random(KEY_LENGTH))
        key_id, wrapped = self._ring.wrap(data_key, _associated(b"data key", binding))
        nonce = self._random(NONCE_LENGTH)
        sealed = AESGCM(data_key.reveal()).encrypt(nonce, secret.reveal(), _associated(b"secret", binding))
        return bytes([_VERSION]) + _framed(key_id.encode("ascii")) + _framed(wrapped) + nonce + sealed

    def open(self, envelope: bytes, binding: Binding) -> SecretBytes:
        key_id, wrapped, nonce, sealed = _take_apart(bytes(envelope))
        data_key = self._ring.unwrap(key_id, wrapped, _associated(b"data key", binding))
        try:
            secret = AESGCM(data_key.reveal()).decrypt(nonce, sealed, _associated(b"secret", binding))
        except (InvalidTag, ValueError):
            raise CannotOpen("changed, or sealed for another record") from None
        return SecretBytes(secret)

    def authenticate(self, label: str, message: bytes) -> bytes:
        key = self._authenticating.get(label)
        if key is None:
            # Derived once: what is written down must not cost more than to write it down.
            key = self._authenticating[label] = self._ring.derive(f"authenticate {label}")
        return hmac.digest(key.reveal(), message, "sha256")

    def key_ids(self) -> Sequence[str]:
        return self._ring.usable_ids()

    def derive(self, label: str) -> SecretBytes:
        return self._ring.derive(label)


def _associated(part: bytes, binding: Binding) -> bytes:
    """The binding with each field's length before it, so that no two bindings read the same."""
    fields = (binding.purpose.value, binding.owner_id, binding.record_id)
    return b"".join(map(_counted, (b"sleutelkast envelope 1", part, *(_encode(text) for text in fields))))


def _counted(field: bytes) -> bytes:
    return len(field).to_bytes(4, "big") + field


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _framed(field: bytes) -> bytes:
    return bytes([len(field)]) + field


def _take_apart(envelope: bytes) -> tuple[str, bytes, bytes, bytes]:
    if envelope[:1] != bytes([_VERSION]):
        raise CannotOpen("not an envelope, or one of a newer version")
    key_id, rest = _unframed(envelope[1:])
    wrapped, rest = _unframed(rest)
    return _readable_key_id(key_id), wrapped, rest[:NONCE_LENGTH], rest[NONCE_LENGTH:]


def _unframed(frame: bytes) -> tuple[bytes, bytes]:
    end = 1 + (frame[0] if frame else 0)
    if not frame or len(frame) < end:
        raise CannotOpen("an envelope that is cut short")
    return frame[1:end], frame[end:]


def _readable_key_id(raw: bytes) -> str:
    key_id = raw.decode("ascii", "replace")
    if not KEY_ID_FORM.fullmatch(key_id):
        raise CannotOpen("an envelope that was changed")
    return key_id
