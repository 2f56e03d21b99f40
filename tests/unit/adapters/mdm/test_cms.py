"""Messages made by OpenSSL, messages put together by hand as Apple publishes them, and damaged ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1
from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from sleutelkast.adapters.mdm.cms import SIZE_LIMIT, CmsEnvelopes
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import CannotOpen, EscrowIdentity

GOLDEN = Path(__file__).parents[3] / "golden" / "cms"
KEY = b"ABCD-EFGH-1JKL-MNOP-QRST-2345"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOT_READABLE = "not a readable CMS envelope"
NOT_OURS = "encrypted to a certificate that is not ours"
DAMAGED = "encrypted to our certificate, but damaged or in a way that is not in use"


@pytest.mark.parametrize(
    "name",
    [
        "des3.der",
        "aes128.der",
        "aes192.der",
        "aes256.der",
        "des3-stream.ber",
        "aes256-stream.ber",
        "aes256-gcm.der",
        "aes128-gcm-stream.ber",
        "key-identifier.der",
        "oaep-sha1.der",
        "oaep-sha256.der",
        "oaep-label.der",
        "two-recipients.der",
    ],
)
def test_opens_what_openssl_makes(name: str, ours: EscrowIdentity) -> None:
    assert CmsEnvelopes().open(golden(name), [ours]).reveal() == KEY


def test_gives_back_whatever_was_encrypted(ours: EscrowIdentity) -> None:
    assert CmsEnvelopes().open(golden("not-a-key.der"), [ours]).reveal() == b"the Mac says hello"


def octets(content: bytes) -> bytes:
    return bytes(parser.emit(0, 0, 4, content))


def indefinite(first_octet: int, *elements: bytes) -> bytes:
    return bytes([first_octet, 0x80]) + b"".join(elements) + b"\0\0"


def definite(first_octet: int, *elements: bytes) -> bytes:
    return bytes(parser.emit(first_octet >> 6, 1, first_octet & 31, b"".join(elements)))


@pytest.mark.parametrize(
    "in_pieces",
    [
        pytest.param(lambda c: indefinite(0xA0, octets(c[:8]), octets(c[8:16]), octets(c[16:])), id="as Apple does"),
        pytest.param(lambda c: indefinite(0xA0, *(octets(c[at : at + 1]) for at in range(len(c)))), id="bytes"),
        pytest.param(lambda c: indefinite(0xA0, octets(b""), octets(c), octets(b"")), id="empty pieces"),
        pytest.param(lambda c: definite(0xA0, octets(c[:5]), octets(c[5:])), id="of definite length"),
        pytest.param(
            lambda c: indefinite(
                0xA0, indefinite(0x24, octets(c[:9]), definite(0x24, octets(c[9:20]))), octets(c[20:])
            ),
            id="pieces in pieces",
        ),
        pytest.param(lambda c: bytes([0x80, 0x81, len(c)]) + c, id="one piece, its length written long"),
    ],
)
@pytest.mark.parametrize("sequence", [definite, indefinite], ids=["definite", "indefinite"])
def test_reads_any_ber_of_the_content(
    in_pieces: Callable[[bytes], bytes], sequence: Callable[..., bytes], ours: EscrowIdentity
) -> None:
    message = rebuilt(golden("des3.der"), sequence, in_pieces)
    assert message != golden("des3.der")
    assert CmsEnvelopes().open(message, [ours]).reveal() == KEY


def test_finds_the_identity_among_several(ours: EscrowIdentity, other: EscrowIdentity) -> None:
    assert CmsEnvelopes().open(golden("two-recipients.der"), [other, ours, other]).reveal() == KEY


def test_says_that_it_is_for_another_certificate(ours: EscrowIdentity, other: EscrowIdentity) -> None:
    assert why_not(golden("foreign.der"), [ours, other]) == NOT_OURS
    assert why_not(golden("des3.der"), [other]) == NOT_OURS
    assert why_not(golden("des3.der"), []) == NOT_OURS


def test_a_certificate_of_the_same_issuer_is_not_enough(ours: EscrowIdentity, other: EscrowIdentity) -> None:
    namesake = EscrowIdentity("namesake", ours.certificate, other.private_key, ours.not_after)
    assert why_not(golden("des3.der"), [namesake]) == DAMAGED
    assert CmsEnvelopes().open(golden("des3.der"), [namesake, ours]).reveal() == KEY


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"ABCD-EFGH-1JKL-MNOP-QRST-2345", id="the key in clear"),
        pytest.param(b"\x30\x80" * 2000, id="nested without end"),
        pytest.param(b"\x30\x82\x3f\x00" * 40 + b"\0" * 16000, id="nested by lengths"),
        pytest.param(b"\x24\x80\x04\x01a" * 3000, id="octet strings without end"),
        pytest.param(b"\0" * (SIZE_LIMIT + 1), id="too large"),
    ],
)
def test_refuses_what_is_no_envelope(message: bytes, ours: EscrowIdentity) -> None:
    assert why_not(message, [ours]) == NOT_READABLE


@pytest.mark.parametrize("name", ["truncated.ber", "signed.der"])
def test_refuses_messages_of_another_kind(name: str, ours: EscrowIdentity) -> None:
    assert why_not(golden(name), [ours]) == NOT_READABLE


def test_refuses_more_than_one_message(ours: EscrowIdentity) -> None:
    assert why_not(golden("des3.der") * 2, [ours]) == NOT_READABLE


def of_another_cipher(_: bytes) -> bytes:
    return golden("cast5.der")


def with_a_wrong_last_block(message: bytes) -> bytes:
    return message[:-1] + bytes([message[-1] ^ 1])


def with_half_a_block(message: bytes) -> bytes:
    return rebuilt(message, definite, lambda content: parser.emit(2, 0, 0, content[:-3]))


def without_content(message: bytes) -> bytes:
    return rebuilt(message, definite, lambda content: b"")


def with_another_key_in_it(message: bytes) -> bytes:
    encrypted_key = asn1.ContentInfo.load(message)["content"]["recipient_infos"][0].chosen["encrypted_key"].native
    return message.replace(encrypted_key, encrypted_key[:-1] + bytes([encrypted_key[-1] ^ 1]))


def with_a_key_larger_than_the_modulus(message: bytes) -> bytes:
    encrypted_key = asn1.ContentInfo.load(message)["content"]["recipient_infos"][0].chosen["encrypted_key"].native
    return message.replace(encrypted_key, b"\xff" * len(encrypted_key))


@pytest.mark.parametrize(
    "damage",
    [
        of_another_cipher,
        with_a_wrong_last_block,
        with_half_a_block,
        without_content,
        with_another_key_in_it,
        with_a_key_larger_than_the_modulus,
    ],
)
@pytest.mark.parametrize("name", ["des3.der", "aes256.der", "oaep-sha256.der"])
def test_whatever_went_wrong_inside_reads_the_same(
    name: str, damage: Callable[[bytes], bytes], ours: EscrowIdentity
) -> None:
    damaged = damage(golden(name))
    assert damaged != golden(name)
    assert why_not(damaged, [ours]) == DAMAGED


def test_gcm_notices_a_change(ours: EscrowIdentity) -> None:
    assert why_not(with_a_wrong_last_block(golden("aes256-gcm.der")), [ours]) == DAMAGED


@settings(max_examples=100, deadline=None)
@given(
    data=st.data(), name=st.sampled_from(["des3-stream.ber", "aes256-gcm.der", "oaep-label.der", "two-recipients.der"])
)
def test_damage_of_any_kind_opens_or_cannot_be_opened(data: st.DataObject, name: str) -> None:
    message = bytearray(golden(name))
    for at in data.draw(st.lists(st.integers(0, len(message) - 1), min_size=1, max_size=4)):
        message[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 20))
    opens_or_cannot(bytes(message[: len(message) - cut]))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_noise_cannot_be_opened(noise: bytes) -> None:
    opens_or_cannot(noise)


def test_an_identity_opens_what_is_encrypted_to_it(other: EscrowIdentity) -> None:
    certificate = x509.load_der_x509_certificate(other.certificate)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(KEY).add_recipient(certificate)
    message = builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    assert CmsEnvelopes().open(message, [other]).reveal() == KEY


def test_an_identity_is_what_macs_accept(other: EscrowIdentity) -> None:
    certificate = x509.load_der_x509_certificate(other.certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    public_key = certificate.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    assert public_key.key_size == 2048
    assert (usage.critical, usage.value.key_encipherment, usage.value.key_cert_sign) == (True, True, False)
    assert certificate.subject.rfc4514_string() == "CN=Sleutelkast Gemeente Ons Dorp"
    assert certificate.serial_number > 0
    assert certificate.not_valid_before_utc < NOW < NOW + timedelta(days=3653) < certificate.not_valid_after_utc
    certificate.verify_directly_issued_by(certificate)


def test_an_identity_says_what_it_is(other: EscrowIdentity) -> None:
    assert other.id == "identity-1"
    assert other.not_after == x509.load_der_x509_certificate(other.certificate).not_valid_after_utc


@pytest.mark.parametrize("organization", ["", "Stichting " * 20, "株式会社" * 20], ids=["none", "long", "in kanji"])
def test_any_name_of_an_organization_makes_an_identity(organization: str) -> None:
    identity = CmsEnvelopes().make_identity("identity-2", organization, NOW)
    subject = x509.load_der_x509_certificate(identity.certificate).subject.rfc4514_string()
    assert subject.startswith("CN=Sleutelkast")


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def why_not(message: bytes, identities: list[EscrowIdentity]) -> str:
    with pytest.raises(CannotOpen) as caught:
        CmsEnvelopes().open(message, identities)
    return str(caught.value)


def opens_or_cannot(message: bytes) -> None:
    with suppress(CannotOpen):
        assert isinstance(CmsEnvelopes().open(message, [golden_identity()]), SecretBytes)


def rebuilt(message: bytes, sequence: Callable[..., bytes], content: Callable[[bytes], bytes]) -> bytes:
    """The message with its own parts, its outer lengths written by `sequence` and its content by `content`."""
    info: Any = asn1.ContentInfo.load(message)
    enveloped = info["content"]
    encrypted = enveloped["encrypted_content_info"]
    inner = sequence(
        0x30,
        encrypted["content_type"].dump(),
        encrypted["content_encryption_algorithm"].dump(),
        content(encrypted["encrypted_content"].native),
    )
    body = sequence(0x30, enveloped["version"].dump(), enveloped["recipient_infos"].dump(), inner)
    return sequence(0x30, info["content_type"].dump(), sequence(0xA0, body))


@cache
def golden_identity() -> EscrowIdentity:
    private_key = serialization.load_pem_private_key(golden("ours.key.pem"), password=None)
    certificate = x509.load_pem_x509_certificate(golden("ours.certificate.pem"))
    der = private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return EscrowIdentity(
        "golden",
        certificate.public_bytes(serialization.Encoding.DER),
        SecretBytes(der),
        certificate.not_valid_after_utc,
    )


@pytest.fixture(scope="module")
def ours() -> EscrowIdentity:
    return golden_identity()


@pytest.fixture(scope="module")
def other() -> EscrowIdentity:
    return CmsEnvelopes().make_identity("identity-1", "Gemeente Ons Dorp", NOW)
