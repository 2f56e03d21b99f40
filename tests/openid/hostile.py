"""A provider that lies: it speaks the protocol, with the faults that a test chooses. An attacker, and no stand-in.

By itself it is right in everything; each fault is one thing that it says otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from tests.openid.provider import CLIENT_ID

Claims = dict[str, Any]
_PATIENCE_SECONDS = 30
LOGOUT = {"http://schemas.openid.net/event/backchannel-logout": {}}
OUR_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "ours"})
STRANGE_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "ours"})
"""Another key under the name of the right one."""


class HostileProvider:
    """Listens on a free loopback port until `close`."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.asked: Counter[str] = Counter()
        """How often each of its addresses was asked."""
        self.sent: list[tuple[Mapping[str, str], dict[str, str]]] = []
        """Headers and form of each code that was handed in."""
        self.clock: Callable[[], float] = time.time
        self.subject = "sub-of-anna"
        self.claims: Claims = {}
        """Said in the ID token beside or instead of what is right; None leaves a claim out."""
        self.discovery: Claims = {}
        self.keys: list[Any] = [OUR_KEY.as_dict()]
        self.write: Callable[[Claims], str] = signed
        """How claims become an ID token."""
        self.token_answer: tuple[int, bytes] | None = None
        """What is said to a code instead of tokens."""
        self.tokens: Claims = {}
        """Said beside or instead of the right answer to a code."""
        self.userinfo: Claims | None = None
        self.answers_codes = threading.Event()
        """Cleared by a test that has it hang."""
        self.answers_codes.set()
        self._nonce = ""

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def meets(self, address: str, **otherwise: str | None) -> str:
        """Somebody comes by with this address, and is sent back with a code: the query that they bring."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self._nonce = asked["nonce"]
        brought = {"state": asked["state"], "code": "a-code", "iss": self.issuer, **otherwise}
        return urlencode({name: value for name, value in brought.items() if value is not None})

    def id_token(self) -> str:
        now = int(self.clock())
        right: Claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": self._nonce,
            "name": "Anna de Boer",
            "preferred_username": "anna.de.boer",
        }
        return self.write(_said({**right, **self.claims}))

    def logout_token(self, *, typ: str | None = "logout+jwt", **otherwise: Any) -> str:
        now = int(self.clock())
        right: Claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": f"logout-{time.monotonic_ns()}",
            "events": LOGOUT,
        }
        return signed(_said({**right, **otherwise}), **({} if typ is None else {"typ": typ}))

    def answer(self, method: str, path: str, headers: Mapping[str, str], form: dict[str, str]) -> tuple[int, bytes]:
        self.asked[path] += 1
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(_said({**self._right_discovery(), **self.discovery})).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": self.keys}).encode()
        if path == "/token" and method == "POST":
            self.sent.append((headers, form))
            self.answers_codes.wait(_PATIENCE_SECONDS)
            if self.token_answer is not None:
                return self.token_answer
            right = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.id_token()}
            return 200, json.dumps(_said({**right, **self.tokens})).encode()
        if path == "/userinfo" and self.userinfo is not None:
            return 200, json.dumps(self.userinfo).encode()
        return 404, b"{}"

    def _right_discovery(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }


def _said(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims: Claims, *, key: Any = OUR_KEY, **header: Any) -> str:
    told = {"alg": "RS256", "kid": "ours", **header}
    return jws.serialize_compact(told, json.dumps(claims).encode(), key, registry=_REGISTRY)


def signed_with_the_public_key(claims: Claims) -> str:
    """HS256, with what everybody knows as its secret: taken by whoever goes by the token's own word."""
    signed_part = f"{_encoded({'alg': 'HS256', 'kid': 'ours'})}.{_encoded(claims)}"
    mac = hmac.digest(OUR_KEY.as_pem(private=False), signed_part.encode(), hashlib.sha256)
    return f"{signed_part}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def signed_by_nobody(claims: Claims) -> str:
    return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."


def named_none_but_signed(claims: Claims) -> str:
    """`None` in other letters, with a signature behind it."""
    _, body, signature = signed(claims).split(".")
    return f"{_encoded({'alg': 'nOnE', 'kid': 'ours'})}.{body}.{signature}"


def changed_afterwards(claims: Claims) -> str:
    head, _, signature = signed(claims).split(".")
    return f"{head}.{_encoded({**claims, 'sub': 'sub-of-bram'})}.{signature}"


def with_a_key_in_its_header(claims: Claims) -> str:
    """Signed by the attacker's own key, which the token brings along."""
    return signed(claims, key=STRANGE_KEY, jwk=STRANGE_KEY.as_dict(private=False), kid="theirs")


def _encoded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


_REGISTRY = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)


def _handler(provider: HostileProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._answer(dict(parse_qsl(body.decode())))

        def _answer(self, form: dict[str, str]) -> None:
            status, body = provider.answer(self.command, urlsplit(self.path).path, dict(self.headers), form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The test says what it wants to know."""

    return Handler
