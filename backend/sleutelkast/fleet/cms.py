"""The CMS EnvelopedData in which a Mac hands out its new recovery key (RFC 5652).

Apple's published example of RotateFileVaultKey's answer is BER with indefinite lengths, one recipient by issuer and
serial number, RSA with PKCS #1 v1.5, DES-EDE3-CBC, the content in several OCTET STRINGs. No library at hand writes that
form, so it is put together from its parts here. The other form, DER with AES-256, comes from `cryptography`.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from sleutelkast.fleet.mac import Cipher

_ENVELOPED_DATA: Final = bytes.fromhex("06092a864886f70d010703")
_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_RSA_ENCRYPTION: Final = bytes.fromhex("06092a864886f70d010101")
_DES_EDE3_CBC: Final = bytes.fromhex("06082a864886f70d0307")
_NULL: Final = b"\x05\x00"
_VERSION_0: Final = b"\x02\x01\x00"
_END_OF_CONTENTS: Final = b"\x00\x00"
_INTEGER, _OCTET_STRING, _SEQUENCE, _SET, _TAGGED_0 = 0x02, 0x04, 0x30, 0x31, 0xA0
_FRAGMENT: Final = 8


def encrypt(plaintext: bytes, certificate: bytes, cipher: Cipher) -> bytes:
    """Encrypt to the RSA key of a DER X.509 certificate; raise ValueError where it is none."""
    recipient = read_certificate(certificate)
    return _der_with_aes(plaintext, recipient) if cipher is Cipher.AES_256 else _ber_with_3des(plaintext, recipient)


def read_certificate(certificate: bytes) -> x509.Certificate:
    """The DER X.509 certificate; raise ValueError where it is none with an RSA key."""
    recipient = x509.load_der_x509_certificate(certificate)
    _rsa_key(recipient)
    return recipient


def _rsa_key(recipient: x509.Certificate) -> RSAPublicKey:
    public_key = recipient.public_key()
    if not isinstance(public_key, RSAPublicKey):
        raise ValueError("the certificate has no RSA key")
    return public_key


def _der_with_aes(plaintext: bytes, recipient: x509.Certificate) -> bytes:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(plaintext).add_recipient(recipient)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _ber_with_3des(plaintext: bytes, recipient: x509.Certificate) -> bytes:
    content_key, iv = os.urandom(24), os.urandom(8)
    enveloped = _indefinite(
        _SEQUENCE,
        _VERSION_0,
        _definite(_SET, _recipient_info(recipient, content_key)),
        _indefinite(
            _SEQUENCE,
            _DATA,
            _definite(_SEQUENCE, _DES_EDE3_CBC, _definite(_OCTET_STRING, iv)),
            _indefinite(_TAGGED_0, *_fragments(_triple_des(plaintext, content_key, iv))),
        ),
    )
    return _indefinite(_SEQUENCE, _ENVELOPED_DATA, _indefinite(_TAGGED_0, enveloped))


def _recipient_info(recipient: x509.Certificate, content_key: bytes) -> bytes:
    return _definite(
        _SEQUENCE,
        _VERSION_0,
        _definite(_SEQUENCE, recipient.issuer.public_bytes(), _integer(recipient.serial_number)),
        _definite(_SEQUENCE, _RSA_ENCRYPTION, _NULL),
        _definite(_OCTET_STRING, _rsa_key(recipient).encrypt(content_key, PKCS1v15())),
    )


def _triple_des(plaintext: bytes, content_key: bytes, iv: bytes) -> bytes:
    padder = PKCS7(TripleDES.block_size).padder()
    encryptor = Encryption(TripleDES(content_key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()


def _fragments(content: bytes) -> list[bytes]:
    return [_definite(_OCTET_STRING, content[at : at + _FRAGMENT]) for at in range(0, len(content), _FRAGMENT)]


def _integer(value: int) -> bytes:
    return _definite(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _definite(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes([tag]) + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _indefinite(tag: int, *parts: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(parts) + _END_OF_CONTENTS
