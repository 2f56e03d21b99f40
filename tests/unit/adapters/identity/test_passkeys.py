"""To which address passkeys are bound, and that what strangers send as one is refused without being repeated."""

from __future__ import annotations

from typing import Any

import pytest

from sleutelkast.adapters.identity.passkeys import WebAuthn
from sleutelkast.factory import make_ceremonies
from sleutelkast.settings import load
from sleutelkast.usecases.ports import PasskeyMalformed
from tests.authenticator import Authenticator

CHALLENGE, HANDLE = bytes(range(32)), b"handle"


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        pytest.param("https://keys.example.org", "keys.example.org", "https://keys.example.org", id="a name"),
        pytest.param("https://Keys.Example.org:443/", "keys.example.org", "https://keys.example.org", id="in capitals"),
        pytest.param("https://keys.example.org:8443", "keys.example.org", "https://keys.example.org:8443", id="a port"),
        pytest.param("https://schlüssel.example", "xn--schlssel-95a.example", "https://xn--schlssel-95a.example",
                     id="a name beyond ASCII"),
        pytest.param("http://localhost", "localhost", "http://localhost", id="this machine"),
        pytest.param(None, "localhost", "http://localhost:8000", id="none"),
    ],
)  # fmt: skip
def test_passkeys_are_bound_to_the_public_address_as_browsers_write_it(
    public_url: str | None, host: str, origin: str
) -> None:
    ceremonies = made(public_url)
    options = ceremonies.to_register(CHALLENGE, HANDLE, "anna", "Anna", [])
    assert options["rp"]["id"] == ceremonies.to_sign_in(CHALLENGE, [])["rpId"] == host
    assert ceremonies.registered(Authenticator(origin).makes(options), CHALLENGE).counter == 0


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "https://192.0.2.1", "https://[2001:db8::1]:8443", "https://é..example"]
)
def test_what_is_no_name_has_none(address: str) -> None:
    assert make_ceremonies(load({"SLEUTELKAST_PUBLIC_URL": address})) is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "geheim"}},
        {"id": "AA", "rawId": "geheim!", "type": "public-key", "response": {}},
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"attestationObject": "geheim"}},
        {"id": ["geheim"], "rawId": None, "type": 1, "response": "geheim"},
    ],
    ids=["nothing", "half", "no base64", "the other half", "other kinds"],
)
def test_what_is_no_passkey_is_refused_and_not_repeated(answer: dict[str, Any]) -> None:
    ceremonies = made("https://keys.example.org")
    for read in (lambda: ceremonies.registered(answer, CHALLENGE), lambda: ceremonies.read(answer)):
        with pytest.raises(PasskeyMalformed) as refused:
            read()
        assert "geheim" not in str(refused.value)
        assert refused.value.__cause__ is None


def made(public_url: str | None) -> WebAuthn:
    ceremonies = make_ceremonies(load({} if public_url is None else {"SLEUTELKAST_PUBLIC_URL": public_url}))
    assert ceremonies is not None
    return ceremonies
