"""Who may call a route: laws that hold for every route of the real application."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.http.app import Site, create_app
from sleutelkast.http.guard import LARGEST_BODY, LARGEST_REPORT, Caller, caller_of, for_caller
from sleutelkast.usecases.api_tokens import add_token
from tests.unit.http.harness import Visitor, problem, signature

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
OPEN = {
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/password-links"),
    ("GET", "/api/v1/session/oidc/<provider_id>"),
    ("GET", "/api/v1/session/oidc/<provider_id>/callback"),
    ("POST", "/api/v1/session/passkey"),
    ("POST", "/api/v1/session/passkey/options"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
"""All that anybody may call. A route that is added here is open to the world."""


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    unsaid = [endpoint for endpoint in app.view_functions if caller_of(app, endpoint) is None]
    assert unsaid == []


def test_what_is_open_to_anybody(app: Flask) -> None:
    assert set(routes(app, Caller.ANYONE)) == OPEN
    assert set(routes(app, Caller.API_TOKEN)) == {("GET", "/api/v1/access/<serial>")}
    assert set(routes(app, Caller.IDENTITY_PROVIDER)) == {("POST", "/api/v1/session/oidc/<provider_id>/back-channel")}
    assert set(routes(app, Caller.MDM_SERVER)) == {("POST", "/mdm/webhook")}
    assert set(routes(app, Caller.OPERATOR)) == {("GET", "/metrics")}
    assert set(routes(app, Caller.CRYPT_CLIENT)) == {
        ("POST", "/crypt/<secret>/checkin/"),
        ("GET", "/crypt/<secret>/verify/<path:serial>/<secret_type>/"),
    }


@pytest.mark.parametrize("username", [None, "anna"])
def test_a_route_that_says_nothing_answers_nobody(portal: Portal, site: Site, username: str | None) -> None:
    app = create_app(portal.world, site)
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "open to all", methods=["GET", "POST"])
    visitor = Visitor(app)
    if username is not None:
        visitor.signed_in(username)
    assert problem(visitor.get("/api/v1/forgotten")) == (403, "forbidden")
    assert problem(visitor.post("/api/v1/forgotten", {})) == (403, "forbidden")


def test_nobody_gets_to_what_is_for_those_who_signed_in(app: Flask, annas_mac: Device) -> None:
    nobody, asked = Visitor(app), 0
    for method, path in routes(app, Caller.SIGNED_IN):
        for address in (filled(path, annas_mac.id), filled(path, "unknown")):
            assert problem(nobody.call(method, address, {})) == (401, "sign-in-required"), (method, address)
            asked += 1
    assert asked >= 20


def test_a_token_opens_what_is_for_tokens_and_nothing_else(app: Flask, portal: Portal, annas_mac: Device) -> None:
    """One with every scope there is: it never deposits, never reveals, and sees nobody's devices."""
    _, written = add_token(portal.world, "everything", frozenset(Scope), None)
    holder, bearer = Visitor(app), {"Authorization": f"Bearer {written.reveal().decode()}"}
    csrf = {"X-CSRF-Token": holder.token()}
    refused = {Caller.SIGNED_IN: (401, "sign-in-required"), Caller.MDM_SERVER: (401, "sign-in-required")}
    asked = 0
    for caller, expected in refused.items():
        for method, path in routes(app, caller):
            answer = holder.send(method, filled(path, annas_mac.id), body_for(path), {**bearer, **csrf})
            assert problem(answer) == expected, (method, path)
            asked += 1
    assert asked >= 15
    assert all(method == "GET" for method, _ in routes(app, Caller.API_TOKEN))
    assert holder.get("/api/v1/session", **bearer).json["person"] is None


def test_each_route_for_tokens_names_the_scope_that_it_needs(app: Flask) -> None:
    unsaid = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if (caller_of(app, endpoint) is Caller.API_TOKEN) is not isinstance(getattr(view, "scope", None), Scope)
    ]
    assert unsaid == []


def test_a_route_for_tokens_that_names_no_scope_answers_no_token(portal: Portal, site: Site) -> None:
    app = create_app(portal.world, site)
    app.add_url_rule("/api/v1/forgotten", "forgotten", for_caller(Caller.API_TOKEN)(lambda: "open to all"))
    _, written = add_token(portal.world, "everything", frozenset(Scope), None)
    answer = Visitor(app).get("/api/v1/forgotten", Authorization=f"Bearer {written.reveal().decode()}")
    assert problem(answer) == (403, "token-forbidden")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(None, id="without a token"),
        pytest.param("", id="an empty one"),
        pytest.param("wrong", id="a wrong one"),
        pytest.param("é", id="one that is not ASCII"),
    ],
)
def test_every_change_needs_the_token(app: Flask, anna: Visitor, annas_mac: Device, token: str | None) -> None:
    headers = {} if token is None else {"X-CSRF-Token": token}
    asked = 0
    for caller in (Caller.ANYONE, Caller.SIGNED_IN):
        for method, path in routes(app, caller):
            if method in CHANGES:
                answer = anna.send(method, filled(path, annas_mac.id), {}, headers)
                assert problem(answer) == (403, "csrf-failed"), (method, path)
                asked += 1
    assert asked >= 9


def test_the_token_of_another_browser_is_none(app: Flask, anna: Visitor) -> None:
    answer = anna.patch("/api/v1/session", {"locale": None})
    assert answer.status_code == 200
    anna.csrf = Visitor(app).token()
    assert problem(anna.patch("/api/v1/session", {"locale": None})) == (403, "csrf-failed")


STRANGE = [
    pytest.param("\x00", id="a null character"),
    pytest.param("a\x00b", id="a null character inside"),
    pytest.param("x" * 10_000, id="ten thousand characters"),
    pytest.param("\u202eabc", id="a right-to-left mark"),
    pytest.param("\ud7ff\uffff", id="no letters"),
    pytest.param("é", id="not ASCII"),
    pytest.param("../../../etc/passwd", id="a path"),
    pytest.param("' OR '1'='1", id="a piece of SQL"),
    pytest.param("%s%n{0}", id="formats"),
    pytest.param(" ", id="a blank"),
    pytest.param("\r\nSet-Cookie: a=b", id="a header"),
    pytest.param("latest", id="a word of the interface"),
]


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_ids_are_not_found(app: Flask, anna: Visitor, strange: str) -> None:
    asked = 0
    for method, path in routes(app, Caller.SIGNED_IN):
        if "<" in path:
            answer = anna.call(method, filled(path, strange), body_for(path))
            # Who may not decide at all learns nothing of an id.
            expected = (403, "forbidden") if path.startswith("/api/v1/admin/") else (404, "not-found")
            assert problem(answer) in {expected, (404, "not-found")}, (method, path)
            asked += 1
    assert asked >= 8


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_second_id_is_not_found(anna: Visitor, annas_mac: Device, strange: str) -> None:
    answer = anna.get(f"/api/v1/devices/{annas_mac.id}/deposits/{quote(strange, safe='')}")
    assert problem(answer) == (404, "not-found")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("after=%00", 422, id="a null character"),
        pytest.param("after=a&after=%00", 422, id="a null character, hidden behind another"),
        pytest.param("after=" + "x" * 10_000, 422, id="long"),
        pytest.param("%00=1", 404, id="a strange name"),
        pytest.param("limit=0", 422, id="none"),
        pytest.param("limit=101", 422, id="too many"),
        pytest.param("limit=many", 422, id="no number"),
        pytest.param("page=2", 422, id="an unknown name"),
    ],
)
def test_strange_questions(anna: Visitor, query: str, status: int) -> None:
    assert problem(anna.get(f"/api/v1/devices?{query}"))[0] == status


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        pytest.param("127.0.0.1", {}, 200, id="from this machine"),
        pytest.param("::1", {}, 200, id="from this machine, IPv6"),
        pytest.param("192.0.2.7", {}, 404, id="from elsewhere"),
        pytest.param("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404, id="past a proxy"),
        pytest.param("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404, id="past a proxy that says so anew"),
        pytest.param("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 404, id="past a proxy of another kind"),
        pytest.param("", {}, 404, id="from nowhere"),
        pytest.param("unix:", {}, 404, id="from a socket"),
    ],
)
def test_figures_are_for_this_machine(app: Flask, address: str, headers: dict[str, str], status: int) -> None:
    answer = Visitor(app, address=address).send("GET", "/metrics", None, headers)
    assert answer.status_code == status


def test_an_address_that_a_caller_claims_counts_for_nothing(app: Flask) -> None:
    answer = Visitor(app, address="192.0.2.7").send("GET", "/metrics", None, {"X_Forwarded_For": "127.0.0.1"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"x" * LARGEST_BODY, (400, "bad-request"), id="as much as is taken"),
        pytest.param(b"x" * (LARGEST_BODY + 1), (413, "too-large"), id="one byte more"),
        pytest.param(b"x" * 8_000_000, (413, "too-large"), id="megabytes"),
    ],
)
def test_how_much_is_taken(nobody: Visitor, body: bytes, expected: tuple[int, str]) -> None:
    assert problem(nobody.post("/api/v1/session", body)) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param(LARGEST_REPORT, (400, "bad-request"), id="as much as is taken"),
        pytest.param(LARGEST_REPORT + 1, (413, "too-large"), id="one byte more"),
    ],
)
def test_how_much_of_a_report_is_taken(nobody: Visitor, size: int, expected: tuple[int, str]) -> None:
    body = b"x" * size
    answer = nobody.send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body)})
    assert problem(answer) == expected


@pytest.mark.parametrize("path", ["/api/v1/session", "/mdm/webhook"])
def test_a_body_without_a_length_is_refused(nobody: Visitor, path: str) -> None:
    headers = {"X-CSRF-Token": nobody.token(), "Transfer-Encoding": "Chunked"}
    assert problem(nobody.send("POST", path, b"{}", headers)) == (411, "length-required")


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param("application/json", b"{", (400, "bad-request"), id="broken"),
        pytest.param("application/json", b"", (400, "bad-request"), id="nothing"),
        pytest.param("application/json", b"null", (400, "bad-request"), id="null"),
        pytest.param("application/json", b"[]", (400, "bad-request"), id="an array"),
        pytest.param("application/json", b"7", (400, "bad-request"), id="a number"),
        pytest.param("application/json", b'"text"', (400, "bad-request"), id="a text"),
        pytest.param("application/json", b"\xff\xfe{", (400, "bad-request"), id="not UTF-8"),
        pytest.param("application/json", b'{"username":' + b"[" * 30_000, (400, "bad-request"), id="deep"),
        pytest.param("application/json", b'{"username":' + b"1" * 30_000 + b"}", (400, "bad-request"), id="huge"),
        pytest.param("application/json", b'{"username":"\\ud800","password":"x"}', (422, "invalid"), id="a surrogate"),
        pytest.param("text/plain", b"{}", (415, "unsupported-media-type"), id="text"),
        pytest.param("application/x-www-form-urlencoded", b"a=b", (415, "unsupported-media-type"), id="a form"),
        pytest.param("multipart/form-data; boundary=x", b"--x--", (415, "unsupported-media-type"), id="files"),
        pytest.param("", b"{}", (415, "unsupported-media-type"), id="unsaid"),
    ],
)
def test_a_body_that_is_no_json_object(
    nobody: Visitor, content_type: str, body: bytes, expected: tuple[int, str]
) -> None:
    headers = {"X-CSRF-Token": nobody.token(), "Content-Type": content_type}
    assert problem(nobody.send("POST", "/api/v1/session", body, headers)) == expected


def routes(app: Flask, caller: Caller) -> list[tuple[str, str]]:
    """Method and address of every route for this caller; HEAD and OPTIONS come with GET."""
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if caller_of(app, rule.endpoint) is caller
    ]


def filled(path: str, value: str) -> str:
    return re.sub(r"<\w+>", quote(value, safe="").replace("\\", "\\\\"), path)


def body_for(path: str) -> dict[str, object]:
    """What the route would take, so that nothing but the id is wrong."""
    if path.endswith("/deposits"):
        return {"recovery_key": "ABCD" * 6, "confirmation": "ABCD" * 6}
    if path.endswith("/decision"):
        return {"approve": True}
    return {"name": "x"} if path.endswith(("<device_id>", "<passkey_id>")) else {}
