"""An organization that has work accounts alone: no route sets, links or checks a password, and none of before opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask

from sleutelkast.domain.person import Session, SignInWay, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import WorkAccount
from sleutelkast.factory import Portal, make_app, make_providers
from sleutelkast.settings import OidcSettings
from sleutelkast.usecases import manage
from sleutelkast.usecases.errors import LocalAccountsOff
from sleutelkast.usecases.passwords import make_link
from sleutelkast.usecases.sign_in import begin_session
from tests.authenticator import Authenticator
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import PASSWORD, Visitor, problem

pytestmark = sqlite_alone
NEW = "een ander wachtwoord"
OFF = (403, "local-accounts-off")

ROUTES: Mapping[tuple[str, str], object] = {
    ("POST", "/api/v1/session"): {"username": "anna", "password": PASSWORD},
    ("POST", "/api/v1/session/confirmation"): {"password": PASSWORD},
    ("PUT", "/api/v1/account/password"): {"present": PASSWORD, "password": NEW},
    ("POST", "/api/v1/password-links"): {"token": "LINK", "password": NEW},
}
"""Every route to which a password is sent, with one that would be right."""
BY_PASSKEY: Mapping[tuple[str, str], object] = {
    ("POST", "/api/v1/session/passkey/options"): None,
    ("POST", "/api/v1/session/passkey"): {"credential": {}},
}
"""With these somebody signs in to a local account."""


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *BY_PASSKEY], ids=lambda part: part)
def test_it_is_refused_whoever_asks(
    without_local_accounts: Flask, by_work_account: Visitor, link: str, method: str, path: str
) -> None:
    body = {**ROUTES, **BY_PASSKEY}[method, path]
    if isinstance(body, dict) and "token" in body:
        body = {**body, "token": link}
    askers = [by_work_account] if "confirmation" in path or "account" in path else []
    askers += [] if askers else [Visitor(without_local_accounts), by_work_account]
    assert [problem(one.call(method, path, body)) for one in askers] == [OFF] * len(askers)


def test_no_other_route_takes_a_password(without_local_accounts: Flask) -> None:
    """So a new one is in the table above, or this fails."""
    document = Visitor(without_local_accounts).get("/api/v1/openapi.json").json
    assert takers(document, "password") == set(ROUTES)


def test_a_change_leaves_the_password_as_it_was(
    portal: Portal, app: Flask, without_local_accounts: Flask, by_work_account: Visitor, link: str
) -> None:
    """What was refused has changed nothing, as shows once there are local accounts again."""
    by_work_account.call("PUT", "/api/v1/account/password", {"present": PASSWORD, "password": NEW})
    Visitor(without_local_accounts).post("/api/v1/password-links", {"token": link, "password": NEW})
    assert Visitor(app).sign_in("anna").status_code == 200
    assert Visitor(app).sign_in("anna", NEW).status_code == 401


def test_a_made_up_link_is_told_from_no_other(without_local_accounts: Flask, link: str) -> None:
    answers = [
        Visitor(without_local_accounts).post("/api/v1/password-links", {"token": token, "password": NEW})
        for token in (link, "0" * 64)
    ]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("way", [SignInWay.PASSWORD, SignInWay.PASSKEY])
def test_a_session_of_a_local_account_ends_with_local_accounts(
    portal: Portal, app: Flask, without_local_accounts: Flask, by_work_account: Visitor, way: SignInWay
) -> None:
    """Whoever turned them off because a password was lost does not wait for hours."""
    thief = signed_in_by(portal, app, way)
    assert thief.get("/api/v1/devices").status_code == 200
    kept = Visitor(without_local_accounts).take_over(thief.cookies, thief.csrf)
    assert problem(kept.get("/api/v1/devices")) == (401, "sign-in-required")
    assert [one["way"] for one in by_work_account.get("/api/v1/sessions").json["items"]] == ["oidc"]


def test_the_page_offers_neither(without_local_accounts: Flask, by_work_account: Visitor) -> None:
    told = Visitor(without_local_accounts).get("/api/v1/session").json["sign_in"]
    assert (told["password"], told["passkey"]) == (False, False)
    assert "password" not in by_work_account.get("/api/v1/session").json["person"]["ways"]


def test_a_passkey_still_confirms_and_signs_nobody_in(without_local_accounts: Flask, by_work_account: Visitor) -> None:
    device = Authenticator()
    options = by_work_account.post("/api/v1/passkeys/options").json["options"]
    made = {"name": "Phone", "credential": device.makes(options)}
    assert by_work_account.post("/api/v1/passkeys", made).status_code == 201
    asked = by_work_account.post("/api/v1/session/confirmation/passkey/options").json["options"]
    answer = {"credential": device.uses(asked)}
    assert by_work_account.post("/api/v1/session/confirmation/passkey", answer).status_code == 200
    assert by_work_account.get("/api/v1/session").json["person"]["ways"] == ["passkey", "oidc:work"]


@pytest.mark.parametrize(
    "sets_one",
    [
        pytest.param(lambda world, typed: manage.add_person(world, "eva", "Eva", None, frozenset(), typed), id="new"),
        pytest.param(lambda world, typed: manage.set_password(world, "anna", typed), id="the demo's"),
        pytest.param(lambda world, typed: manage.reset_password(world, "anna", typed), id="a reset"),
        pytest.param(lambda world, typed: make_link(world, "anna"), id="a link"),
    ],
)
def test_an_administrator_sets_none_either(
    portal: Portal, without_local_accounts: Flask, sets_one: Callable[..., object]
) -> None:
    with pytest.raises(LocalAccountsOff):
        sets_one(portal.world, SecretBytes(NEW.encode()))


# Steps


def takers(document: Mapping[str, object], field: str) -> set[tuple[str, str]]:
    """The routes in whose JSON there is such a field."""
    schemas = document["components"]["schemas"]  # type: ignore[index]
    found = set()
    for path, operations in document["paths"].items():  # type: ignore[attr-defined]
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
            if field in schemas.get(name, {}).get("properties", {}):
                found.add((method.upper(), path))
    return found


def signed_in_by(portal: Portal, app: Flask, way: SignInWay, identity_id: str | None = None) -> Visitor:
    """Anna's browser, with a session that she began in this way."""
    with portal.store.write() as tx:
        person = tx.people.by_username("anna")
        assert person is not None
        begun: Session = begin_session(portal.world, tx, person, way, Visit(), identity_id)
    visitor = Visitor(app)
    with visitor.client.session_transaction(base_url=visitor.at) as cookie:
        cookie["_user_id"] = begun.id
    return visitor


# What there is


@pytest.fixture
def link(portal: Portal, app: Flask) -> str:
    """Made before they were turned off."""
    world = replace(portal.world, policy=replace(portal.world.policy, local_accounts=True))
    return make_link(world, "anna").reveal().decode()


@pytest.fixture
def without_local_accounts(portal: Portal, app: Flask) -> Flask:
    at_work = {"work": OidcSettings(issuer="https://id.example", client_id="keys")}
    portal.world = replace(
        portal.world,
        policy=replace(portal.world.policy, local_accounts=False),
        providers=make_providers(replace(portal.settings, oidc=at_work)),
    )
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture
def by_work_account(portal: Portal, without_local_accounts: Flask) -> Visitor:
    """Anna, who has a password of before as well."""
    with portal.store.write() as tx:
        person = tx.people.by_username("anna")
        assert person is not None
        tx.work_accounts.add(WorkAccount("work", person.id, "https://id.example", "a", portal.world.clock.now()))
    return signed_in_by(portal, without_local_accounts, SignInWay.OIDC, "work")
