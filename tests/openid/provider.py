"""A real, certified OpenID provider for the time of a test, on loopback, and somebody who signs in there.

Its accounts are in the test's hand; so are its keys, and whether it runs at all.
"""

from __future__ import annotations

import html
import json
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from locales.node import find_node
from tests.machine import end_with_parent, free_port

_PROGRAM = Path(__file__).with_name("provider.mjs")
_DEADLINE_SECONDS = 60.0
CLIENT_ID = "sleutelkast"
CLIENT_SECRET = "a secret: of + the % tests/~"
"""With signs in it that are something else in a form."""


def client(portal: str, provider_id: str = "work", **further: Any) -> dict[str, Any]:
    """How a portal at this address is registered at the provider."""
    at = f"{portal}/api/v1/session/oidc/{provider_id}"
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [f"{at}/callback"],
        "post_logout_redirect_uris": [f"{portal}/"],
        "backchannel_logout_uri": f"{at}/back-channel",
        "backchannel_logout_session_required": True,
        **further,
    }


class OpenIdProvider:
    """One provider; `stop` and `start` as often as a test likes, at the same address. It listens once this is made."""

    def __init__(self, folder: Path, clients: Sequence[Mapping[str, Any]], **config: Any) -> None:
        self._folder = folder
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._accounts = folder / "accounts.json"
        self._keys = folder / "keys.json"
        self.accounts: dict[str, dict[str, Any]] = {}
        self.knows()
        written = {
            "port": self.port,
            "clients": list(clients),
            "accounts": str(self._accounts),
            "keys": str(self._keys),
            **config,
        }
        (folder / "provider.json").write_text(json.dumps(written))
        self.start()

    def knows(self, **accounts: Mapping[str, Any]) -> None:
        """From now on there are these accounts as well; one that was there has these claims instead."""
        self.accounts |= {name: dict(claims) for name, claims in accounts.items()}
        self._accounts.write_text(json.dumps(self.accounts))

    def start(self) -> None:
        with (self._folder / "provider.log").open("ab") as log:
            self._process = subprocess.Popen(
                [find_node(), _PROGRAM, self._folder / "provider.json"],
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said.startswith(b"listening"):
            raise RuntimeError(f"the provider did not start:\n{(self._folder / 'provider.log').read_text()}")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(_DEADLINE_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def rotates_its_keys(self) -> None:
        self.stop()
        self._keys.unlink()
        self.start()


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Somebody:
    """At a browser that is signed in at the provider once they signed in there. It knows of no portal."""

    def __init__(self) -> None:
        self._opener = build_opener(_NoRedirects, HTTPCookieProcessor(CookieJar()))

    def goes(self, address: str, login: str | None, *, back_at: str) -> str:
        """Go to the provider, sign in as `login` where it asks (or stop there: None), and return where it leads.

        `back_at` is how addresses begin at which the way ends.
        """
        deadline = time.monotonic() + _DEADLINE_SECONDS
        form: dict[str, str] | None = None
        while time.monotonic() < deadline:
            status, leads_to, body = self._visit(address, form)
            form = None
            if leads_to is not None:
                address = urljoin(address, leads_to)
                if address.startswith(back_at):
                    return address
                continue
            assert status == 200, f"{status} at {address}: {body}"
            if login is None:
                address = urljoin(address, _found(r'href="(/interaction/[^"]+/abort)"', body))
            else:
                # Where somebody else is signed in there, the page that ends that session comes first.
                address = urljoin(address, _found(r'action="([^"]+)"', body))
                form = _hidden(body) | ({"login": login} if 'name="login"' in body else {})
        raise AssertionError("the way to the provider has no end")

    def signs_out(self, address: str, *, back_at: str) -> str:
        """End the session at the provider, whose page asks whether that is meant; where it leads to then."""
        status, _, body = self._visit(address, None)
        assert status == 200, body
        fields = _hidden(body) | {"logout": "yes"}
        return self._follow(urljoin(address, _found(r'action="([^"]+)"', body)), fields, back_at)

    def _follow(self, address: str, form: dict[str, str] | None, back_at: str) -> str:
        for _ in range(10):
            status, leads_to, body = self._visit(address, form)
            assert leads_to is not None, f"{status} at {address}: {body}"
            address, form = urljoin(address, leads_to), None
            if address.startswith(back_at):
                return address
        raise AssertionError("the way has no end")

    def _visit(self, address: str, form: dict[str, str] | None) -> tuple[int, str | None, str]:
        body = None if form is None else urlencode(form).encode()
        try:
            with self._opener.open(Request(address, body), timeout=_DEADLINE_SECONDS) as answer:
                return answer.status, None, answer.read().decode()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location"), answer.read().decode()


def _hidden(body: str) -> dict[str, str]:
    """What a form sends beside what somebody types."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
    return {name: html.unescape(value) for name, value in inputs}


def _found(pattern: str, body: str) -> str:
    match = re.search(pattern, body)
    assert match is not None, body
    return html.unescape(match[1])
