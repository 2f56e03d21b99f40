"""Signing in with a work account at a real, certified provider: every way there, back, and out again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.serving import make_server

from sleutelkast.domain.person import Session, SignInWay
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app, make_providers
from sleutelkast.settings import OidcSettings
from sleutelkast.usecases import manage
from tests.integration.http.marks import sqlite_alone
from tests.integration.processes import free_port, wait_for
from tests.openid.provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, Somebody, client
from tests.unit.http.harness import Visitor, problem

pytestmark = sqlite_alone
START = "/api/v1/session/oidc/work"
ANNA = {
    "name": "Anna de Boer",
    "preferred_username": "a.deboer",
    "email": "a.deboer@example.org",
    "roles": ["helpdesk"],
}


def test_signing_in_makes_the_person_and_leads_to_the_page_that_was_asked_for(
    visitor: Visitor, somebody: Somebody, provider: OpenIdProvider, portal: Portal, at: str
) -> None:
    assert visitor.get("/api/v1/session").json["sign_in"]["oidc"] == [
        {"id": "work", "name": "Havenlicht", "url": START}
    ]
    assert signs_in(visitor, somebody, at, "anna", leads_to="/devices/abc/key") == "/devices/abc/key"
    told = visitor.get("/api/v1/session").json["person"]
    assert (told["username"], told["name"], told["roles"]) == ("a.deboer", "Anna de Boer", ["support"])
    assert told["ways"] == ["oidc:work"]
    with portal.store.read() as tx:
        [account] = tx.work_accounts.of(told["id"])
    assert (account.issuer, account.subject) == (provider.issuer, "anna")


def test_the_same_account_is_the_same_person_whatever_it_is_called_by_now(
    open_browser: Callable[[], Visitor], provider: OpenIdProvider, at: str
) -> None:
    first, second = open_browser(), open_browser()
    signs_in(first, Somebody(), at, "anna")
    provider.knows(anna={**ANNA, "preferred_username": "anna", "email": "other@example.org", "roles": []})
    signs_in(second, Somebody(), at, "anna")
    before, after = (one.get("/api/v1/session").json["person"] for one in (first, second))
    assert (before["id"], before["username"]) == (after["id"], after["username"])
    assert after["roles"] == before["roles"] == []


def test_claims_that_are_told_at_the_userinfo_endpoint_alone(
    portal: Portal, tmp_path: Path, listening: int, at: str, somebody: Somebody
) -> None:
    one = OpenIdProvider(folder(tmp_path), [client(at)], claims_at_userinfo=False)
    try:
        one.knows(anna=ANNA)
        visitor = Visitor(with_provider(portal, one, listening), at=at)
        signs_in(visitor, somebody, at, "anna")
        assert visitor.get("/api/v1/session").json["person"]["roles"] == ["support"]
    finally:
        one.stop()


def test_a_person_who_stops_at_the_provider_is_told_so(visitor: Visitor, somebody: Somebody, at: str) -> None:
    assert signs_in(visitor, somebody, at, None, leads_to="/help") == "/help?sign_in=cancelled"
    assert visitor.get("/api/v1/session").json["person"] is None


def test_a_provider_that_is_down_on_the_way_there_and_on_the_way_back(
    open_browser: Callable[[], Visitor], provider: OpenIdProvider, at: str
) -> None:
    visitor = open_browser()
    returned = comes_as_far_as_the_portal(visitor, Somebody(), at, "anna")
    provider.stop()
    try:
        assert visitor.get(returned).headers["Location"] == "/devices?sign_in=unavailable"
    finally:
        provider.start()
    signs_in(visitor, Somebody(), at, "anna")


def test_a_portal_that_starts_while_the_provider_is_down(
    portal: Portal, provider: OpenIdProvider, listening: int, at: str
) -> None:
    visitor = Visitor(with_provider(portal, provider, listening), at=at)
    door = portal.world.providers["work"].door
    provider.stop()
    try:
        assert visitor.get(f"{START}?next=/devices").headers["Location"] == "/devices?sign_in=unavailable"
        assert "does not answer" in str(door.trouble())
        assert visitor.signed_in("anna").get("/api/v1/devices").status_code == 200
    finally:
        provider.start()
    assert door.trouble() is None


def test_a_code_that_expired_on_the_way(
    portal: Portal, tmp_path: Path, listening: int, at: str, somebody: Somebody
) -> None:
    one = OpenIdProvider(folder(tmp_path), [client(at)], code_life=1)
    try:
        one.knows(anna=ANNA)
        visitor = Visitor(with_provider(portal, one, listening), at=at)
        returned = comes_as_far_as_the_portal(visitor, somebody, at, "anna")
        code_expires = threading.Event()
        code_expires.wait(2.1)
        assert visitor.get(returned).headers["Location"] == "/devices?sign_in=expired"
    finally:
        one.stop()


def test_the_provider_rotates_its_keys(
    visitor: Visitor, open_browser: Callable[[], Visitor], provider: OpenIdProvider, at: str
) -> None:
    signs_in(visitor, Somebody(), at, "anna")
    provider.rotates_its_keys()
    assert signs_in(open_browser(), Somebody(), at, "anna") == "/devices"


def test_a_public_client_without_a_secret(
    portal: Portal, tmp_path: Path, listening: int, at: str, somebody: Somebody
) -> None:
    public = {**client(at), "token_endpoint_auth_method": "none"}
    del public["client_secret"]
    one = OpenIdProvider(folder(tmp_path), [public])
    try:
        one.knows(anna=ANNA)
        visitor = Visitor(with_provider(portal, one, listening, client_secret=None), at=at)
        assert signs_in(visitor, somebody, at, "anna") == "/devices"
    finally:
        one.stop()


def test_a_wrong_secret_is_the_operators_to_mend(
    portal: Portal, provider: OpenIdProvider, listening: int, at: str, somebody: Somebody
) -> None:
    visitor = Visitor(with_provider(portal, provider, listening, client_secret=SecretBytes(b"wrong")), at=at)
    assert signs_in(visitor, somebody, at, "anna") == "/devices?sign_in=not-trusted"


def test_signing_in_again_before_a_key_is_shown(visitor: Visitor, somebody: Somebody, portal: Portal, at: str) -> None:
    """The provider remembers the person, and has to ask all the same; then it is the same session, and fresh."""
    signs_in(visitor, somebody, at, "anna")
    made_stale(portal, visitor)
    before = session_of(portal, visitor)
    assert signs_in(visitor, somebody, at, "anna", leads_to="/signed-in", confirm=True) == "/signed-in"
    after = session_of(portal, visitor)
    assert (after.id != before.id, after.created_at) == (True, before.created_at)
    assert is_fresh(portal, after)


def test_signing_out_at_the_provider_after_signing_in_again_there(
    visitor: Visitor, somebody: Somebody, portal: Portal, at: str
) -> None:
    signs_in(visitor, somebody, at, "anna")
    signs_in(visitor, somebody, at, "anna", confirm=True)
    assert visitor.get("/api/v1/devices").status_code == 200
    somebody.signs_out(str(portal.world.providers["work"].door.way_out()), back_at=at)
    wait_for(lambda: visitor.get("/api/v1/devices").status_code == 401, "the end of the session")


def test_signing_in_again_as_somebody_else_at_the_provider(
    visitor: Visitor, somebody: Somebody, portal: Portal, at: str
) -> None:
    """The provider ends the first person's session when another one signs in there, and so ends theirs here."""
    signs_in(visitor, somebody, at, "anna")
    made_stale(portal, visitor)
    led = signs_in(visitor, somebody, at, "bram", leads_to="/signed-in", confirm=True)
    assert led == "/signed-in?sign_in=expired"
    assert visitor.get("/api/v1/session").json["person"] is None


def test_signing_out_here_and_at_the_provider(visitor: Visitor, somebody: Somebody, at: str) -> None:
    signs_in(visitor, somebody, at, "anna")
    answer = visitor.delete("/api/v1/session")
    assert answer.status_code == 200
    assert visitor.get("/api/v1/session").json["person"] is None
    assert somebody.signs_out(answer.json["url"], back_at=at) == f"{at}/"
    # The provider asks again who they are: nobody is signed in there either.
    assert signs_in(visitor, somebody, at, "bram") == "/devices"
    assert visitor.get("/api/v1/session").json["person"]["name"] == "Bram Visser"


def test_signing_out_while_the_provider_is_down_signs_out_here(
    portal: Portal, provider: OpenIdProvider, listening: int, at: str, visitor: Visitor
) -> None:
    signs_in(visitor, Somebody(), at, "anna")
    forgetful = Visitor(with_provider(portal, provider, listening), at=at).take_over(visitor.cookies, visitor.csrf)
    provider.stop()
    try:
        assert forgetful.delete("/api/v1/session").status_code == 204
    finally:
        provider.start()
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")


def test_signing_out_at_the_provider_ends_the_session_here(
    visitor: Visitor,
    open_browser: Callable[[], Visitor],
    somebody: Somebody,
    portal: Portal,
    at: str,
    provider: OpenIdProvider,
) -> None:
    """By the back channel, whatever page the person is on; a session of another browser at the provider goes on."""
    elsewhere = open_browser()
    signs_in(visitor, somebody, at, "anna")
    signs_in(elsewhere, Somebody(), at, "anna")
    somebody.signs_out(str(portal.world.providers["work"].door.way_out()), back_at=at)
    wait_for(lambda: visitor.get("/api/v1/devices").status_code == 401, "the end of the session")
    assert elsewhere.get("/api/v1/devices").status_code == 200


def test_a_session_knows_how_it_was_begun(visitor: Visitor, somebody: Somebody, portal: Portal, at: str) -> None:
    signs_in(visitor, somebody, at, "anna")
    session = session_of(portal, visitor)
    assert session.way is SignInWay.OIDC
    assert session.identity_id is not None
    assert session.provider_session is not None


def test_an_administrator_connects_a_person_who_was_there_before(
    visitor: Visitor, somebody: Somebody, portal: Portal, at: str
) -> None:
    manage.connect_account(portal.world, "anna", "work", "anna")
    signs_in(visitor, somebody, at, "anna")
    told = visitor.get("/api/v1/session").json["person"]
    assert (told["username"], told["ways"]) == ("anna", ["password", "oidc:work"])


# Steps


def signs_in(
    visitor: Visitor,
    somebody: Somebody,
    at: str,
    login: str | None,
    *,
    leads_to: str = "/devices",
    confirm: bool = False,
) -> str:
    """The whole way, as `login` where the provider asks; where it leads."""
    returned = comes_as_far_as_the_portal(visitor, somebody, at, login, leads_to=leads_to, confirm=confirm)
    answer = visitor.get(returned)
    visitor.csrf = None
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def comes_as_far_as_the_portal(
    visitor: Visitor,
    somebody: Somebody,
    at: str,
    login: str | None,
    *,
    leads_to: str = "/devices",
    confirm: bool = False,
) -> str:
    """Path and query with which the browser comes back from the provider."""
    answer = visitor.get(f"{START}?next={leads_to}{'&confirm=1' if confirm else ''}")
    assert answer.status_code == 303
    parts = urlsplit(somebody.goes(answer.headers["Location"], login, back_at=at))
    return f"{parts.path}?{parts.query}"


def is_fresh(portal: Portal, session: Session) -> bool:
    return portal.world.policy.sessions.is_fresh(session, portal.world.clock.now())


def session_of(portal: Portal, visitor: Visitor) -> Session:
    with visitor.client.session_transaction(base_url=visitor.at) as kept, portal.store.read() as tx:
        known = tx.sessions.get(kept["_user_id"])
    assert known is not None
    return known[1]


def made_stale(portal: Portal, visitor: Visitor) -> None:
    """As if the person had signed in longer ago than a key may be shown after; real providers have a real clock."""
    session = session_of(portal, visitor)
    with portal.store.write() as tx:
        long_ago = session.signed_in_at - portal.world.policy.sessions.fresh_sign_in
        assert tx.sessions.renew(session.id, replace(session, signed_in_at=long_ago))
    assert not is_fresh(portal, session_of(portal, visitor))


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "provider"
    made.mkdir()
    return made


def with_provider(portal: Portal, provider: OpenIdProvider, port: int, **otherwise: Any) -> Flask:
    """The portal's application, with this provider and its settings."""
    one = OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=SecretBytes(CLIENT_SECRET.encode()),
        name="Havenlicht",
        roles_claim="roles",
        roles={"support": frozenset({"helpdesk"})},  # type: ignore[dict-item]
    )
    settings = replace(portal.settings, port=port, oidc={"work": replace(one, **otherwise)})
    portal.world = replace(portal.world, providers=make_providers(settings))
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


# What there is


@pytest.fixture
def visitor(app: Flask, at: str) -> Visitor:
    return Visitor(app, at=at)


@pytest.fixture
def open_browser(app: Flask, at: str) -> Callable[[], Visitor]:
    return lambda: Visitor(app, at=at)


@pytest.fixture
def app(portal: Portal, provider: OpenIdProvider, listening: int) -> Iterator[Flask]:
    """Beside its test clients it listens, so that the provider reaches it."""
    made = with_provider(portal, provider, listening)
    server = make_server("127.0.0.1", listening, made, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def somebody() -> Somebody:
    return Somebody()


@pytest.fixture
def provider(the_provider: OpenIdProvider) -> OpenIdProvider:
    the_provider.knows(anna=ANNA, bram={"name": "Bram Visser", "preferred_username": "b.visser"})
    return the_provider


@pytest.fixture(scope="module")
def the_provider(tmp_path_factory: pytest.TempPathFactory, listening: int, at: str) -> Iterator[OpenIdProvider]:
    one = OpenIdProvider(tmp_path_factory.mktemp("provider"), [client(at)])
    yield one
    one.stop()


@pytest.fixture(scope="module")
def listening() -> int:
    return free_port()


@pytest.fixture(scope="module")
def at(listening: int) -> str:
    return f"http://127.0.0.1:{listening}"
