"""The security headers as data, and that every answer has them, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from sleutelkast.factory import Portal
from sleutelkast.http.app import Site, create_app
from sleutelkast.http.guard import Caller, for_caller
from sleutelkast.http.headers import (
    CONTENT_SECURITY_POLICY,
    SECURITY_HEADERS,
    STRICT_TRANSPORT,
    StartResponse,
    with_security_headers,
)
from tests.unit.http.harness import Visitor

POLICY = SECURITY_HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("directive", "sources"),
    [
        pytest.param("default-src", ["'none'"], id="what is not named is closed"),
        pytest.param("base-uri", ["'none'"], id="no base element moves addresses"),
        pytest.param("connect-src", ["'self'"], id="calls go to the portal alone"),
        pytest.param("font-src", ["'self'"], id="fonts"),
        pytest.param("form-action", ["'self'"], id="forms go to the portal alone"),
        pytest.param("frame-ancestors", ["'none'"], id="nobody frames the portal"),
        pytest.param("img-src", ["'self'"], id="pictures, without data addresses"),
        pytest.param("manifest-src", ["'self'"], id="the app's manifest"),
        pytest.param("script-src", ["'self'"], id="scripts, none inline"),
        pytest.param("style-src", ["'self'"], id="styles, none inline"),
        pytest.param("require-trusted-types-for", ["'script'"], id="no text becomes markup"),
        pytest.param("trusted-types", ["'none'"], id="and no policy lets it"),
    ],
)
def test_the_policy(directive: str, sources: list[str]) -> None:
    assert list(CONTENT_SECURITY_POLICY[directive]) == sources


def test_the_policy_is_sent_as_it_is_written() -> None:
    sent = {name: tuple(sources) for name, *sources in (part.split(" ") for part in POLICY.split("; "))}
    assert sent == CONTENT_SECURITY_POLICY
    assert len(sent) == 12


def test_the_policy_has_no_way_round_it() -> None:
    sources = [source for sources in CONTENT_SECURITY_POLICY.values() for source in sources]
    assert not [one for one in sources if one.startswith("'unsafe-") or one in {"*", "data:", "blob:", "https:"}]
    assert all(one.count("'") in {0, 2} for one in sources)
    assert POLICY.isascii()
    assert ",," not in POLICY
    assert ";;" not in POLICY


Ask = Callable[[Visitor], TestResponse]


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        pytest.param(lambda one: one.get("/api/v1/session"), 200, id="an answer"),
        pytest.param(lambda one: one.call("HEAD", "/api/v1/session"), 200, id="an answer without its body"),
        pytest.param(lambda one: one.call("OPTIONS", "/api/v1/session"), 200, id="the methods"),
        pytest.param(lambda one: one.get("/api//v1/session"), 404, id="a slash too much, which leads nowhere else"),
        pytest.param(lambda one: one.post("/api/v1/session", b"{"), 400, id="bad-request"),
        pytest.param(lambda one: one.get("/api/v1/devices"), 401, id="sign-in-required"),
        pytest.param(lambda one: one.post("/api/v1/session", {}, X_CSRF_Token="x"), 403, id="csrf-failed"),
        pytest.param(lambda one: one.get("/api/v1/nothing"), 404, id="not-found"),
        pytest.param(lambda one: one.call("PUT", "/api/v1/session"), 405, id="method-not-allowed"),
        pytest.param(lambda one: one.post("/api/v1/session", b"x" * 70_000), 413, id="too-large"),
        pytest.param(lambda one: one.post("/mdm/webhook", {}), 401, id="the webhook, not signed"),
        pytest.param(lambda one: one.get("/healthz/broken"), 500, id="a mistake of ours"),
        pytest.param(lambda one: one.get("/assets/app-1a2b.js"), 200, id="a file"),
        pytest.param(lambda one: one.get("/assets/app-1a2b.js", Accept_Encoding="br"), 200, id="a file, compressed"),
        pytest.param(lambda one: one.get("/assets/gone.js"), 404, id="a file that is gone"),
        pytest.param(lambda one: one.get("/devices/1/store"), 200, id="a page"),
        pytest.param(lambda one: one.get("/icon.svg", If_None_Match=etag(one, "/icon.svg")), 304, id="304, a file"),
        pytest.param(lambda one: one.get("/nl", If_None_Match=etag(one, "/nl")), 304, id="304, a page"),
    ],
)
def test_every_answer_has_them(whole_app: Flask, ask: Ask, status: int) -> None:
    answer = ask(Visitor(whole_app))
    assert answer.status_code == status
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.getlist(name) == [value]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert STRICT_TRANSPORT[0] not in answer.headers


def test_strict_transport_goes_with_https(portal: Portal, site: Site) -> None:
    answer = Visitor(create_app(portal.world, replace(site, is_https=True)), at="https://keys.example.org").get("/x")
    assert answer.headers[STRICT_TRANSPORT[0]] == "max-age=63072000; includeSubDomains"


def test_what_an_app_sets_itself_does_not_weaken_them() -> None:
    def lax(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("content-security-policy", "default-src *"), ("X-Other", "kept")])
        return [b""]

    answer = Client(with_security_headers(lax, is_https=False)).get("/")
    assert answer.headers.getlist("Content-Security-Policy") == [POLICY]
    assert answer.headers["X-Other"] == "kept"


def etag(visitor: Visitor, path: str) -> str:
    return visitor.get(path).headers["ETag"]


@pytest.fixture
def whole_app(portal: Portal, site: Site, built: Path) -> Flask:
    """The portal with its web app in front, and one route that breaks."""
    app = create_app(portal.world, replace(site, static=built))

    @app.get("/healthz/broken")
    @for_caller(Caller.ANYONE)
    def broken() -> str:
        raise ZeroDivisionError

    return app
