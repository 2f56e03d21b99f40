"""The form of the CMS, as `openssl` and a reader of its structure see it."""

from __future__ import annotations

import pytest
from asn1crypto import cms as asn1

from sleutelkast.fleet import cms
from sleutelkast.fleet.mac import Cipher
from tests.unit.fleet.harness import Escrow, openssl

KEY = b"ABCD-EFGH-IJKL-MNOP-QRST-UVWX"


@pytest.mark.parametrize("cipher", list(Cipher))
@pytest.mark.parametrize("plaintext", [KEY, b"", b"x" * 5000], ids=["a key", "nothing", "much"])
def test_openssl_opens_it(escrow: Escrow, cipher: Cipher, plaintext: bytes) -> None:
    assert escrow.open(cms.encrypt(plaintext, escrow.certificate, cipher)) == plaintext.decode()


@pytest.mark.parametrize(
    ("cipher", "algorithm"), [(Cipher.TRIPLE_DES, "tripledes_3key"), (Cipher.AES_256, "aes256_cbc")]
)
def test_it_names_its_recipient_by_issuer_and_serial_number(escrow: Escrow, cipher: Cipher, algorithm: str) -> None:
    enveloped = asn1.ContentInfo.load(cms.encrypt(KEY, escrow.certificate, cipher), strict=True)["content"]
    recipient = enveloped["recipient_infos"][0].chosen
    assert recipient["rid"].name == "issuer_and_serial_number"
    assert recipient["key_encryption_algorithm"]["algorithm"].native == "rsaes_pkcs1v15"
    content = enveloped["encrypted_content_info"]["content_encryption_algorithm"]
    assert content["algorithm"].native == algorithm


def test_apples_form_has_indefinite_lengths_and_fragments(escrow: Escrow) -> None:
    ber = cms.encrypt(KEY, escrow.certificate, Cipher.TRIPLE_DES)
    outline = openssl("asn1parse", "-inform", "DER", content=ber).stdout.decode().splitlines()
    assert sum("l=inf" in line for line in outline) == 5
    assert sum("OCTET STRING" in line and "l=   8" in line for line in outline) == 1 + 32 // 8


def test_the_newer_form_is_der(escrow: Escrow) -> None:
    outline = openssl("asn1parse", "-inform", "DER", content=cms.encrypt(KEY, escrow.certificate, Cipher.AES_256))
    assert "l=inf" not in outline.stdout.decode()


def test_each_message_is_encrypted_anew(escrow: Escrow) -> None:
    messages = {cms.encrypt(KEY, escrow.certificate, Cipher.TRIPLE_DES) for _ in range(3)}
    assert len(messages) == 3


def test_a_certificate_without_an_rsa_key_is_refused() -> None:
    pem = openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        *("-subj", "/CN=EC", "-keyout", "/dev/null"),
    ).stdout
    der = openssl("x509", "-outform", "DER", content=pem).stdout
    with pytest.raises(ValueError, match="no RSA key"):
        cms.encrypt(KEY, der, Cipher.TRIPLE_DES)
