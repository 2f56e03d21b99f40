"""Signs people in, over HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from http.cookies import SimpleCookie


def signed_in(port: int, username: str, password: str) -> Mapping[str, str]:
    """The headers with which this person's requests go."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        cookie, csrf = _session(connection, "GET", None, {})
        body = json.dumps({"username": username, "password": password})
        cookie, csrf = _session(connection, "POST", body, _headers(cookie, csrf))
        return _headers(cookie, csrf)
    finally:
        connection.close()


def stranger(port: int) -> Mapping[str, str]:
    """The headers with which the requests of somebody go who has not signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        return _headers(*_session(connection, "GET", None, {}))
    finally:
        connection.close()


def _session(
    connection: http.client.HTTPConnection, method: str, body: str | None, headers: Mapping[str, str]
) -> tuple[str, str]:
    connection.request(method, "/api/v1/session", body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    content = json.loads(response.read())
    if response.status != 200:
        raise RuntimeError(f"signing in was answered with {response.status}")
    cookie = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie", [])))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items()), content["csrf"]


def _headers(cookie: str, csrf: str) -> Mapping[str, str]:
    return {"Cookie": cookie, "X-CSRF-Token": csrf}
