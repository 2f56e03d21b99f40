"""The OpenAPI document is valid and true: a fuzzer finds no answer that it does not describe."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
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
from sleutelkast.http.app import ROOMS
from sleutelkast.http.guard import Caller, caller_of
from sleutelkast.http.openapi import document
from sleutelkast.usecases.api_tokens import add_token
from sleutelkast.usecases.passwords import make_link
from tests.authenticator import Authenticator
from tests.openid.hostile import HostileProvider
from tests.unit.http.harness import CRYPT_SECRET, KEY, OTHER_KEY, PASSWORD, Visitor

DOCUMENT = "/api/v1/openapi.json"
ROLES = ("nobody", "owner", "support", "administrator", "auditor", "token")
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
"""For each operation and each role; `make fuzz` sets more."""
IS_LONG = "FUZZ_EXAMPLES" in os.environ
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

FITTING: dict[str, Any] = {
    "POST /api/v1/session": {"username": "anna", "password": PASSWORD},
    "PATCH /api/v1/session": {"locale": "nl"},
    "POST /api/v1/session/confirmation": {"password": PASSWORD},
    "PUT /api/v1/account/password": {"present": PASSWORD, "password": PASSWORD},
    "POST /api/v1/password-links": {"token": "", "password": PASSWORD},
    "POST /api/v1/session/oidc/{provider_id}/back-channel": {"logout_token": ""},
    "PATCH /api/v1/passkeys/{passkey_id}": {"name": "Phone"},
    "PATCH /api/v1/devices/{device_id}": {"name": "Reservemac"},
    "POST /api/v1/devices/{device_id}/deposits": {"recovery_key": KEY, "confirmation": KEY},
    "POST /api/v1/devices/{device_id}/reveals": {"reason": "The Mac is locked"},
    "POST /crypt/{secret}/checkin/": {"serial": "C02ANNA", "recovery_password": KEY},
    "POST /api/v1/support/asks": {"q": "mac"},
    "POST /api/v1/devices/{device_id}/requests": {"reason": "The Mac is locked"},
    "POST /api/v1/admin/requests/{request_id}/decision": {"approve": True},
}
"""A body for each operation with one that is taken. A field without a value gets what is in `ids`."""
CEREMONIES = {
    "POST /api/v1/session/passkey": "/api/v1/session/passkey/options",
    "POST /api/v1/session/confirmation/passkey": "/api/v1/session/confirmation/passkey/options",
    "POST /api/v1/passkeys": "/api/v1/passkeys/options",
}
"""What a device answers, and where it is asked."""
SHOWS_KEYS = "/reveals"


def operations() -> list[str]:
    """Method and address of every operation that the document describes."""
    app = Flask("sleutelkast.http")
    for room in ROOMS:
        app.register_blueprint(room.routes)
    with app.test_request_context():
        paths = document(app)["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


OPERATIONS = operations()


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
def test_somebody_gets_what_they_ask_where_it_fits(schema: BaseSchema, roles: Roles, label: str) -> None:
    """Else what is tried below would be refused at the door."""
    if label in {"DELETE /api/v1/notices/{notice_id}", "DELETE /api/v1/sessions/{session_name}"}:
        return  # nobody has one, or one that is known beforehand
    asked = operation(schema, label)
    path = dict.fromkeys(re.findall(r"{(\w+)}", label), "")
    statuses = [roles[name].fits(asked.Case(path_parameters=path)) for name in ROLES]
    assert min(statuses) < 400, statuses


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_role_gets_an_answer_that_is_not_described(schema: BaseSchema, roles: Roles, role: str, label: str) -> None:
    """What the schema allows, half of it made fitting, and what it does not allow: that is left as it is."""
    asked, acting = operation(schema, label), roles[role]
    statuses: Counter[int] = Counter()

    @fuzzed
    @given(case=cases(asked), is_fitting=st.booleans())
    def run(case: Case, is_fitting: bool) -> None:
        is_allowed = case.meta is not None and case.meta.generation.mode.is_positive
        statuses[acting.fits(case) if is_allowed and is_fitting else acting.asks(case)] += 1

    run()
    proves_itself = label in CEREMONIES or "password" in FITTING.get(label, {})
    if acting.username is not None and not proves_itself:
        assert 401 not in statuses or label.startswith("GET /api/v1/access/")


@pytest.mark.parametrize("role", ROLES)
def test_nor_on_a_walk_past_all_operations(schema: BaseSchema, roles: Roles, role: str) -> None:
    """One thing after the other, with ids that answers before had in them, whatever they are ids of."""
    acting = roles[role]

    @fuzzed
    @given(walk=st.lists(st.sampled_from(OPERATIONS).flatmap(lambda label: step(schema, label)), min_size=5))
    def run(walk: list[tuple[Case, int]]) -> None:
        for case, number in walk:
            known = sorted(acting.seen)
            if known:
                case.path_parameters = {name: known[number % len(known)] for name in case.path_parameters or {}}
            acting.asks(case)

    run()


def step(schema: BaseSchema, label: str) -> st.SearchStrategy[tuple[Case, int]]:
    """A call, and the number of the id with which it goes."""
    return st.tuples(operation(schema, label).as_strategy(), st.integers(0, 1000))


fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not IS_LONG,
    print_blob=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The short form asks the same each time, the long one something else."""


def cases(asked: APIOperation) -> st.SearchStrategy[Case]:
    """Half of them as the schema has it, and half not."""
    return st.one_of(*(asked.as_strategy(generation_mode=mode) for mode in GenerationMode))


class Acting:
    """Somebody of a role: keeps a session, and looks at every answer."""

    def __init__(
        self,
        app: Flask,
        username: str | None,
        ids: Mapping[str, str],
        device: Authenticator,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.username = username
        self.seen: set[str] = set()
        """The ids in all answers."""
        self._visitor = Visitor(app)
        self._ids, self._device, self._headers = ids, device, headers or {}

    def fits(self, case: Case) -> int:
        """The status of this call with ids that there are and, where there is one, with a body that is taken."""
        case.path_parameters = {name: self._ids[name] for name in case.path_parameters or {}}
        case.query, case.headers = {}, {}
        label = case.operation.label
        if label in FITTING:
            case.body = {name: value or self._ids[name] for name, value in FITTING[label].items()}
        if label in CEREMONIES:
            case.body = self._answer_of_the_device(CEREMONIES[label])
        if label in {*FITTING, *CEREMONIES}:
            (case.media_type,) = case.operation.get_request_payload_content_types()
        return self.asks(case)

    def _answer_of_the_device(self, path: str) -> dict[str, Any]:
        self._be_signed_in()
        asked = self._visitor.post(path).json.get("options")
        if asked is None:
            return {"credential": {}}
        if "user" in asked:
            return {"credential": self._device.makes(asked), "name": "Phone"}
        return {"credential": self._device.uses(asked)}

    def asks(self, case: Case) -> int:
        self._be_signed_in()
        case.headers = {**dict(case.headers or {}), "X-CSRF-Token": self._visitor.token(), **self._headers}
        case.cookies = {**dict(case.cookies or {}), **self._visitor.cookies}
        response = case.call()
        case.validate_response(response, checks=LAWS)
        if not case.path.endswith(SHOWS_KEYS):
            assert not holds_a_key(response.text)
        self.seen |= ids_in(response.text)
        return int(response.status_code)

    def _be_signed_in(self) -> None:
        if self.username is not None and self._visitor.get("/api/v1/session").json["person"] is None:
            self._visitor.csrf = None
            self._visitor.signed_in(self.username)


Roles = Mapping[str, Acting]


def holds_a_key(text: str) -> bool:
    return any(key.replace("-", "") in text.replace("-", "") for key in (KEY, OTHER_KEY))


def ids_in(text: str) -> set[str]:
    """Where it is JSON: those that can stand in an address."""
    try:
        found = list(values_of_ids(json.loads(text)))
    except ValueError:
        return set()
    return {one for one in found if one.isalnum()}


def values_of_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from values_of_ids(one)


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


@pytest.fixture
def roles(
    app: Flask,
    portal: Portal,
    provider: HostileProvider,
    device: Authenticator,
    annas_mac: Device,
    staff: dict[str, str],
) -> Roles:
    """Owners fit where it is about their own Mac, staff where it is about a corporate one of somebody else."""
    _, written = add_token(portal.world, "proxy", frozenset(Scope), None)
    bearer = {"Authorization": f"Bearer {written.reveal().decode()}"}
    fixed = {"deposit_id": "latest", "notice_id": "none", "session_name": "none"}
    fixed |= {"secret": CRYPT_SECRET, "secret_type": "recovery_key"}
    fixed |= {"serial": "C02ANNA", "token": make_link(portal.world, "bram").reveal().decode(), **staff}
    fixed |= {"provider_id": "work", "logout_token": provider.logout_token()}
    own = fixed | {"device_id": annas_mac.id}
    own |= {"passkey_id": passkey_of(portal, app, "anna", device)}
    fixed |= {"passkey_id": own["passkey_id"]}
    return {
        "nobody": Acting(app, None, own, device),
        "owner": Acting(app, "anna", own, device),
        "support": Acting(app, "sem", fixed, device),
        "administrator": Acting(app, "ada", fixed, device),
        "auditor": Acting(app, "otto", fixed, device),
        "token": Acting(app, None, own, device, bearer),
    }


@pytest.fixture(scope="session")
def device() -> Authenticator:
    return Authenticator()


def passkey_of(portal: Portal, app: Flask, username: str, device: Authenticator) -> str:
    """The id of this person's passkey, which is the newest on the device; a test before may have removed it."""
    with portal.store.write() as tx:
        person = tx.people.by_username(username)
        assert person is not None
        for kept in tx.passkeys.of(person.id):
            if device.kept and kept.credential_id == device.kept[-1].credential_id:
                return kept.id
        tx.passkeys.remove_all(person.id)
    visitor = Visitor(app).signed_in(username)
    asked = visitor.post("/api/v1/passkeys/options").json["options"]
    added = visitor.post("/api/v1/passkeys", {"credential": device.makes(asked), "name": "Phone"})
    return str(added.json["id"])
