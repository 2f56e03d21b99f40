"""CMS EnvelopedData (RFC 5652) as Macs make it, and the certificates that they make it for.

`asn1crypto` reads the structure, since `cryptography` refuses BER and 3DES; `cryptography` does the cryptography.
Macs are known to write BER with indefinite lengths and the encrypted content in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from asn1crypto import cms as asn1
from asn1crypto import core, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.x509.oid import NameOID

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import CannotOpen, EscrowIdentity

SIZE_LIMIT: Final = 16 * 1024
"""In bytes; a recovery key for one certificate takes less than one thousand."""

_DEPTH_LIMIT: Final = 16
_RECIPIENT_LIMIT: Final = 16
_RSA_BITS: Final = 2048
"""What other MDM products give Macs for this, so the size that their clients are known to handle."""
_VALIDITY: Final = timedelta(days=20 * 365)
"""Longer than a Mac is used, so that renewing it is a choice and no emergency."""
_CLOCK_SKEW: Final = timedelta(days=1)
"""A Mac's clock may be behind when it first sees the certificate."""
_COMMON_NAME_LIMIT: Final = 64
"""In bytes of UTF-8."""
_CBC: Final[dict[str, tuple[type[AES | TripleDES], int]]] = {
    "tripledes_3key": (TripleDES, 24),
    "aes128_cbc": (AES, 16),
    "aes192_cbc": (AES, 24),
    "aes256_cbc": (AES, 32),
}
"""Ciphers by asn1crypto's names, with the length of their keys in bytes."""
_GCM: Final = {"aes128_gcm": 16, "aes192_gcm": 24, "aes256_gcm": 32}
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1,  # OAEP's default, and sound there
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class CmsEnvelopes:
    """The port `KeyEnvelopes`: EnvelopedData with CBC, and AuthEnvelopedData with GCM (without attributes)."""

    def open(self, cms: bytes, identities: Sequence[EscrowIdentity]) -> SecretBytes:
        envelope = _read(cms)
        recipients = list(_matches(envelope, identities))
        if not recipients:
            raise CannotOpen("encrypted to a certificate that is not ours")
        for recipient, identity in recipients:
            content = _decrypted(envelope, recipient, identity)
            if content is not None:
                return content
        # One text for whatever went wrong: which step it was would help to guess at the content.
        raise CannotOpen("encrypted to our certificate, but damaged or in a way that is not in use")

    def make_identity(self, identity_id: str, organization: str, now: datetime) -> EscrowIdentity:
        private_key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
        certificate = _self_signed(private_key, _common_name(organization), now)
        der = private_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return EscrowIdentity(
            id=identity_id,
            certificate=certificate.public_bytes(serialization.Encoding.DER),
            private_key=SecretBytes(der),
            not_after=certificate.not_valid_after_utc,
        )


def _read(cms: bytes) -> Any:
    """The envelope, as asn1crypto's EnvelopedData or AuthEnvelopedData."""
    envelope = None
    if len(cms) <= SIZE_LIMIT:
        try:
            info = asn1.ContentInfo.load(_definite(cms), strict=True)
            # Parses all of it now, so that what follows meets nothing unreadable.
            _ = info.native
            envelope = info["content"]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            envelope = None
    if not isinstance(envelope, asn1.EnvelopedData | asn1.AuthEnvelopedData):
        raise CannotOpen("not a readable CMS envelope")
    return envelope


def _definite(ber: bytes, depth: int = 0) -> bytes:
    """The same elements with definite lengths, and each octet string in one piece.

    asn1crypto by itself does not read pieces of a definite length. What CMS tags implicitly is told by its content:
    only an octet string in pieces has nothing but octet strings in it.
    """
    if depth > _DEPTH_LIMIT:
        raise ValueError("nested too deeply")
    elements = []
    while ber:
        end = parser.peek(ber)
        class_, constructed, tag, _, content, _ = parser.parse(ber[:end])
        if constructed:
            content = _definite(content, depth + 1)
            if (class_, tag) == (0, core.OctetString.tag) or class_ == 2:
                content, constructed = _joined(content)
        elements.append(parser.emit(class_, constructed, tag, content))
        ber = ber[end:]
    return b"".join(elements)


def _joined(content: bytes) -> tuple[bytes, int]:
    """The octet strings in `content` in one piece, else `content` as it is; and whether that is still constructed."""
    pieces = []
    rest = content
    while rest:
        end = parser.peek(rest)
        class_, constructed, tag, _, piece, _ = parser.parse(rest[:end])
        if (class_, constructed, tag) != (0, 0, core.OctetString.tag):
            return content, 1
        pieces.append(piece)
        rest = rest[end:]
    return (b"".join(pieces), 0) if pieces else (content, 1)


def _matches(envelope: Any, identities: Sequence[EscrowIdentity]) -> Iterator[tuple[Any, EscrowIdentity]]:
    for number, recipient in enumerate(envelope["recipient_infos"]):
        if number < _RECIPIENT_LIMIT and recipient.name == "ktri":
            yield from (
                (recipient.chosen, identity)
                for identity in identities
                if _is_for(recipient.chosen["rid"], asn1_x509.Certificate.load(identity.certificate))
            )


def _is_for(recipient_id: Any, certificate: Any) -> bool:
    if recipient_id.name == "subject_key_identifier":
        return bool(recipient_id.native == certificate.key_identifier)
    named = recipient_id.chosen
    return bool(
        named["serial_number"].native == certificate.serial_number
        and named["issuer"].dump() == certificate.issuer.dump()
    )


def _decrypted(envelope: Any, recipient: Any, identity: EscrowIdentity) -> SecretBytes | None:
    try:
        key = _content_key(recipient, identity)
        if isinstance(envelope, asn1.AuthEnvelopedData):
            return SecretBytes(_decrypted_gcm(envelope, key))
        return SecretBytes(_decrypted_cbc(envelope["encrypted_content_info"], key))
    except (ValueError, TypeError, KeyError, InvalidTag):
        return None


def _content_key(recipient: Any, identity: EscrowIdentity) -> bytes:
    # What is kept sealed was a good key when it was made; checking its primes again would take most of the time.
    private_key = serialization.load_der_private_key(
        identity.private_key.reveal(), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    # For PKCS#1 v1.5, OpenSSL answers wrong padding with random bytes, so it can't be told from a wrong key.
    return private_key.decrypt(recipient["encrypted_key"].native, _key_padding(recipient["key_encryption_algorithm"]))


def _key_padding(algorithm: Any) -> rsa_padding.AsymmetricPadding:
    name = algorithm["algorithm"].native
    if name == "rsaes_pkcs1v15":
        return rsa_padding.PKCS1v15()
    if name != "rsaes_oaep":
        raise ValueError("a way to encrypt keys that is not in use")
    parameters = algorithm["parameters"]
    mask_hash = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return rsa_padding.OAEP(
        mgf=rsa_padding.MGF1(_HASHES[mask_hash]()),
        algorithm=_HASHES[parameters["hash_algorithm"]["algorithm"].native](),
        label=parameters["p_source_algorithm"]["parameters"].native or None,
    )


def _decrypted_cbc(content: Any, key: bytes) -> bytes:
    algorithm = content["content_encryption_algorithm"]
    cipher, key_length = _CBC[algorithm["algorithm"].native]
    if len(key) != key_length:
        raise ValueError("a key of another length")
    decryptor = Cipher(cipher(key), modes.CBC(algorithm["parameters"].native)).decryptor()
    padded = decryptor.update(content["encrypted_content"].native) + decryptor.finalize()
    unpadder = padding.PKCS7(cipher.block_size).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


class _GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 5084's GCMParameters; asn1crypto has those of CCM only."""

    _fields: ClassVar = [("nonce", core.OctetString), ("tag_length", core.Integer, {"default": 12})]


def _decrypted_gcm(envelope: Any, key: bytes) -> bytes:
    content = envelope["auth_encrypted_content_info"]
    algorithm = content["content_encryption_algorithm"]
    parameters = _GcmParameters.load(algorithm["parameters"].dump())
    tag = envelope["mac"].native
    if len(key) != _GCM[algorithm["algorithm"].native] or len(tag) != parameters["tag_length"].native:
        raise ValueError("a key or tag of another length")
    decryptor = Cipher(AES(key), modes.GCM(parameters["nonce"].native, tag, min_tag_length=12)).decryptor()
    return decryptor.update(content["encrypted_content"].native) + decryptor.finalize()


def _common_name(organization: str) -> str:
    name = f"Sleutelkast {organization}".encode()[:_COMMON_NAME_LIMIT]
    return name.decode(errors="ignore").strip()


def _self_signed(private_key: rsa.RSAPrivateKey, common_name: str, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    key_identifier = x509.SubjectKeyIdentifier.from_public_key(private_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(key_identifier, critical=False)
        .sign(private_key, hashes.SHA256())
    )
