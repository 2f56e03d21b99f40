"""The OpenAPI document is valid and true: a fuzzer finds no answer that it does not describe."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.http import access, audit, crypt, devices, oidc, session, support
from sleutelkast.http.guard import Caller, caller_of
from sleutelkast.http.openapi import document
from sleutelkast.usecases.api_tokens import add_token
from tests.openid.hostile import HostileProvider
from tests.unit.http.harness import CRYPT_SECRET, KEY, PASSWORD, Visitor

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 30
LAWS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
"""Not among them: that all which fits the schema is taken (a key has more rules than a schema can say), and that
made-up credentials are refused, since these tests put real ones in their place."""

SIGN_IN = {"username": "anna", "password": PASSWORD}
FITTING: dict[str, Any] = {
    "POST /api/v1/session": SIGN_IN,
    "PATCH /api/v1/session": {"locale": "nl"},
    "POST /api/v1/session/confirmation": {"password": PASSWORD},
    "PATCH /api/v1/devices/{device_id}": {"name": "Reservemac"},
    "POST /api/v1/devices/{device_id}/deposits": {"recovery_key": KEY, "confirmation": KEY},
    "POST /api/v1/devices/{device_id}/reveals": {},
    "POST /crypt/{secret}/checkin/": {"serial": "C02ANNA", "recovery_password": KEY},
    "POST /api/v1/support/asks": {"q": "mac"},
    "POST /api/v1/devices/{device_id}/requests": {"reason": "The Mac is locked"},
    "POST /api/v1/admin/requests/{request_id}/decision": {"approve": True},
}
"""A body for each operation with one that is taken."""


def operations() -> list[str]:
    """Method and address of every operation that the document describes."""
    app = Flask("sleutelkast.http")
    for routes in (
        session.routes,
        oidc.routes,
        devices.routes,
        support.routes,
        audit.routes,
        access.routes,
        crypt.routes,
    ):
        app.register_blueprint(routes)
    with app.test_request_context():
        paths = document(app)["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


OPERATIONS = operations()
FOR_TOKENS = ["GET /api/v1/access/{serial}"]
FOR_STAFF = [
    one for one in OPERATIONS if any(word in one for word in ("/support/", "/admin/", "/history", "/asks", "/requests"))
]
ON_THE_WAY = [one for one in OPERATIONS if "/session/oidc/" in one]
FOR_PEOPLE = [one for one in OPERATIONS if one not in [*FOR_TOKENS, *FOR_STAFF, *ON_THE_WAY]]


def test_the_document_is_valid_openapi(schema: BaseSchema) -> None:
    assert schema.raw_schema["openapi"].startswith("3.1.")
    schema.validate()


def test_every_route_of_the_interface_is_described(app: Flask) -> None:
    """The document itself, the webhook and what operators ask are no part of what clients use."""
    offered = {
        f"{method} {rule.rule.replace('<path:', '{').replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/v1/", "/crypt/")) and rule.rule != DOCUMENT
    }
    assert offered == set(OPERATIONS)


def test_the_document_says_what_each_operation_needs(app: Flask, schema: BaseSchema) -> None:
    for label in OPERATIONS:
        method, path = label.split(" ")
        described = schema.raw_schema["paths"][path][method.lower()]
        needed = {name for one in described.get("security", []) for name in one}
        caller = caller_of(app, endpoint(app, method, path))
        if caller is Caller.API_TOKEN:
            assert needed == {"token"}, label
            continue
        proves_itself = caller in {Caller.CRYPT_CLIENT, Caller.IDENTITY_PROVIDER}
        changes, signed_in = method != "GET" and not proves_itself, caller is Caller.SIGNED_IN
        assert needed == ({"session"} if signed_in or changes else set()) | ({"csrf"} if changes else set()), label


def test_the_cookie_is_the_one_that_is_set(app: Flask, schema: BaseSchema) -> None:
    described = schema.raw_schema["components"]["securitySchemes"]["session"]
    assert described == {"type": "apiKey", "in": "cookie", "name": "sleutelkast"}
    assert "sleutelkast=" in Visitor(app).get("/api/v1/session").headers["Set-Cookie"]


@pytest.mark.parametrize("label", OPERATIONS)
def test_nobody_gets_an_answer_that_is_not_described(schema: BaseSchema, app: Flask, label: str) -> None:
    nobody = Visitor(app)

    def ask(case: Case) -> int:
        case.headers = {**dict(case.headers or {}), "X-CSRF-Token": nobody.token()}
        case.cookies = {**dict(case.cookies or {}), **nobody.cookies}
        return answered(case)

    assert 200 <= min(fuzz(operation(schema, label), st.just(False), ask)) < 500


@pytest.mark.parametrize("label", FOR_PEOPLE)
def test_an_owner_gets_no_answer_that_is_not_described(
    schema: BaseSchema, app: Flask, portal: Portal, annas_mac: Device, label: str
) -> None:
    """Half of what is asked fits: it is about her own Mac, with a body that is taken."""
    anna = Visitor(app)

    def ask(case: Case) -> int:
        be_signed_in(anna)
        case.headers = {**dict(case.headers or {}), "X-CSRF-Token": anna.token()}
        case.cookies = {**dict(case.cookies or {}), **anna.cookies}
        return answered(case)

    Visitor(app).signed_in("anna").post(f"/api/v1/devices/{annas_mac.id}/checks")
    ids = {"device_id": annas_mac.id, "deposit_id": "latest", "notice_id": "none", "secret": CRYPT_SECRET}
    ids |= {"serial": "C02ANNA", "secret_type": "recovery_key"}
    statuses = fuzz(operation(schema, label), st.booleans(), ask, ids, FITTING.get(label))
    assert min(statuses) < 300 or label == "DELETE /api/v1/notices/{notice_id}"
    assert 401 not in statuses or "password" in FITTING.get(label, {})


@pytest.mark.parametrize("label", FOR_STAFF)
def test_staff_gets_no_answer_that_is_not_described(
    schema: BaseSchema, app: Flask, staff: dict[str, str], label: str
) -> None:
    """Half of what is asked fits: it is about a corporate Mac of somebody else, and a request of a colleague."""
    ada = Visitor(app)

    def ask(case: Case) -> int:
        be_signed_in(ada, "ada")
        case.headers = {**dict(case.headers or {}), "X-CSRF-Token": ada.token()}
        case.cookies = {**dict(case.cookies or {}), **ada.cookies}
        return answered(case)

    statuses = fuzz(operation(schema, label), st.booleans(), ask, staff, FITTING.get(label))
    assert min(statuses) < 300
    assert 401 not in statuses


@pytest.mark.parametrize("label", ON_THE_WAY)
def test_whoever_comes_from_a_provider_gets_no_answer_that_is_not_described(
    schema: BaseSchema, provider: HostileProvider, label: str
) -> None:
    """Half of what is asked fits: browsers are led on, and a farewell is heard, once."""
    fitting = {"logout_token": provider.logout_token()} if label.startswith("POST") else None
    statuses = fuzz(operation(schema, label), st.booleans(), answered, {"provider_id": "work"}, fitting)
    assert min(statuses) == (200 if label.startswith("POST") else 303)


@pytest.mark.parametrize("label", FOR_TOKENS)
def test_another_system_gets_no_answer_that_is_not_described(
    schema: BaseSchema, portal: Portal, annas_mac: Device, label: str
) -> None:
    _, written = add_token(portal.world, "proxy", frozenset(Scope), None)

    def ask(case: Case) -> int:
        case.headers = {**dict(case.headers or {}), "Authorization": f"Bearer {written.reveal().decode()}"}
        return answered(case)

    statuses = fuzz(operation(schema, label), st.booleans(), ask, {"serial": str(annas_mac.serial)})
    assert {204, 403} <= set(statuses) <= {204, 403, 404, 405}


def fuzz(
    asked: APIOperation, fits: st.SearchStrategy[bool], ask: Any, ids: dict[str, str] | None = None, body: Any = None
) -> Counter[int]:
    """Ask what the schema allows and what it does not, the same each time; the statuses that came."""
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(asking=cases(asked, fits))
    def run(asking: tuple[Case, bool]) -> None:
        case, is_fitting = asking
        if is_fitting:
            case.path_parameters = {name: (ids or {})[name] for name in case.path_parameters or {}}
            case.query = {}
            case.headers = {}
            case.body = body if body is not None else case.body
        statuses[ask(case)] += 1

    run()
    return statuses


def cases(asked: APIOperation, fits: st.SearchStrategy[bool]) -> st.SearchStrategy[tuple[Case, bool]]:
    """What the schema allows, some of it to be made fitting, and what it does not allow: that is left as it is."""
    return st.one_of(
        st.tuples(asked.as_strategy(generation_mode=GenerationMode.POSITIVE), fits),
        st.tuples(asked.as_strategy(generation_mode=GenerationMode.NEGATIVE), st.just(False)),
    )


def answered(case: Case) -> int:
    response = case.call()
    case.validate_response(response, checks=LAWS)
    return int(response.status_code)


def be_signed_in(visitor: Visitor, username: str = "anna") -> None:
    if visitor.get("/api/v1/session").json["person"] is None:
        visitor.csrf = None
        visitor.signed_in(username)


def operation(schema: BaseSchema, label: str) -> APIOperation:
    method, path = label.split(" ")
    return schema[path][method]


def endpoint(app: Flask, method: str, path: str) -> str:
    adapter = app.url_map.bind("localhost")
    found, _ = adapter.match(path.replace("{", "").replace("}", ""), method=method)
    return str(found)


@pytest.fixture
def schema(app: Flask) -> BaseSchema:
    return schemathesis.openapi.from_wsgi(DOCUMENT, app)
