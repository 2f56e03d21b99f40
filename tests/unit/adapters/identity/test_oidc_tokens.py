"""Key sets as real providers publish them: those that sign are found, and everything else in them is passed over."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from sleutelkast.adapters.identity.oidc_tokens import UnknownKey, provider_keys, signed

KEY = RSAKey.generate_key(2048)
PUBLIC = {"kty": "RSA", **{part: KEY.as_dict(private=False)[part] for part in ("n", "e")}}
RS256 = frozenset({"RS256"})
ENCRYPTS = {**PUBLIC, "use": "enc", "alg": "RSA-OAEP", "kid": "other", "x5c": ["MIIC"]}
SETS: list[Any] = [
    pytest.param(
        {"use": "sig", "x5t": "one", "x5c": ["MIIC"], "cloud_instance_name": "x", "issuer": "https://x/v2.0"},
        id="Entra ID: no algorithm, a certificate and words of its own",
    ),
    pytest.param({"use": "sig", "alg": "RS256"}, id="Google"),
    pytest.param({"use": "sig", "alg": "RS256", "x5c": ["MIIC"], "x5t#S256": "b"}, id="Keycloak"),
    pytest.param({"key_ops": ["verify"]}, id="by what it may do"),
    pytest.param({}, id="by nothing"),
]


@pytest.mark.parametrize("told", SETS)
@pytest.mark.parametrize("kid", ["one", None], ids=["named by the token", "not named"])
def test_a_key_that_signs_is_found_beside_one_that_encrypts(told: dict[str, Any], kid: str | None) -> None:
    keys = provider_keys([ENCRYPTS, {**PUBLIC, "kid": "one", **told}])
    assert [key.kid for key in keys] == ["one"]
    assert signed(token(kid), keys, RS256).claims == {"sub": "a"}


def test_a_key_that_encrypts_proves_nothing() -> None:
    with pytest.raises(UnknownKey):
        signed(token("other"), provider_keys([ENCRYPTS]), RS256)


def token(kid: str | None) -> str:
    header = {"alg": "RS256", "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    return jws.serialize_compact(header, b'{"sub": "a"}', KEY)
