"""To which addresses of a provider anything secret is sent."""

from __future__ import annotations

import pytest

from sleutelkast.adapters.identity.oidc_fetch import is_safe

FAR, HERE = "https://login.example.org", "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("url", "issuer", "safe"),
    [
        pytest.param("https://login.example.org/token", FAR, True, id="over TLS"),
        pytest.param("https://keys.example.net/keys", FAR, True, id="over TLS, at another host"),
        pytest.param("http://login.example.org/token", FAR, False, id="in clear"),
        pytest.param("http://127.0.0.1/token", FAR, False, id="in clear to this machine, for a provider elsewhere"),
        pytest.param("http://127.0.0.1:9000/token", HERE, True, id="in clear on this machine"),
        pytest.param("https://user:secret@login.example.org/", FAR, False, id="with a user"),
        pytest.param("ftp://login.example.org/token", FAR, False, id="no web address"),
        pytest.param("https:///token", FAR, False, id="no host"),
        pytest.param("https://[::1/token", FAR, False, id="half a host"),
        pytest.param("https://login.example.org/\r\nHost: x", FAR, False, id="two lines"),
        pytest.param("https://löwe.example.org/", FAR, False, id="signs that no address has"),
        pytest.param(None, FAR, False, id="nothing"),
        pytest.param(["https://login.example.org"], FAR, False, id="a list"),
    ],
)
def test_where_a_secret_may_go(url: object, issuer: str, safe: bool) -> None:
    assert is_safe(url, issuer) is safe
