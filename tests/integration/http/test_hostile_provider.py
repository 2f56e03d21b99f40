"""Answers that nobody must be signed in by: each is refused, told kindly, and written down with its cause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app, make_providers
from sleutelkast.http.limits import WRONG_FAREWELLS
from sleutelkast.http.turns import Places, Standing
from sleutelkast.settings import OidcSettings
from sleutelkast.usecases import manage
from sleutelkast.usecases.passwords import make_link
from tests.authenticator import Authenticator
from tests.integration.http.marks import sqlite_alone
from tests.integration.processes import wait_for
from tests.openid import hostile as lies
from tests.openid.hostile import LOGOUT, STRANGE_KEY, HostileProvider, signed
from tests.openid.provider import CLIENT_ID, CLIENT_SECRET
from tests.unit.http.harness import HandClock, Visitor, problem

pytestmark = sqlite_alone
START = "/api/v1/session/oidc/work"
CALLBACK = f"{START}/callback"
FAREWELL = f"{START}/back-channel"
ROLES: dict[str, Any] = {
    "roles_claim": "realm_access.roles",
    "roles": {"support": frozenset({"helpdesk"}), "administrator": frozenset({"keys"})},
}


def test_a_provider_that_tells_no_lie(visitor: Visitor, provider: HostileProvider, portal: Portal) -> None:
    """So what follows is refused for what it says, and for nothing else."""
    assert leads(comes_back(visitor, provider)) == "/devices"
    assert visitor.get("/api/v1/session").json["person"]["username"] == "anna.de.boer"
    assert denied(portal) == []


TOKENS: list[Any] = [
    pytest.param({"write": lies.signed_by_nobody}, "wrong-algorithm", id="alg none"),
    pytest.param({"write": lies.named_none_but_signed}, "wrong-algorithm", id="alg none in other letters"),
    pytest.param({"write": lies.signed_with_the_public_key}, "wrong-algorithm", id="HS256 with the public key"),
    pytest.param({"write": lambda c: signed(c, key=STRANGE_KEY)}, "wrong-signature", id="somebody else's key"),
    pytest.param({"write": lies.with_a_key_in_its_header}, "unknown-key", id="a key that the token brings along"),
    pytest.param({"write": lies.changed_afterwards}, "wrong-signature", id="changed after it was signed"),
    pytest.param({"write": lambda c: "a.b"}, "malformed-answer", id="no token"),
    pytest.param({"write": lambda c: "W10.e30.e30"}, "malformed-answer", id="a header that is a list"),
    pytest.param({"write": lambda c: signed(c) + "é"}, "malformed-answer", id="signs that no token has"),
    pytest.param({"claims": {"iss": "https://evil.example"}}, "wrong-issuer", id="another issuer"),
    pytest.param({"claims": {"iss": None}}, "wrong-issuer", id="no issuer"),
    pytest.param({"claims": {"aud": "another-client"}}, "wrong-audience", id="for another client"),
    pytest.param({"claims": {"aud": None}}, "wrong-audience", id="for nobody"),
    pytest.param({"claims": {"aud": [CLIENT_ID, "other"]}}, "wrong-audience", id="for two, and not said for whom"),
    pytest.param(
        {"claims": {"aud": [CLIENT_ID, "other"], "azp": "other"}}, "wrong-audience", id="for two, given to the other"
    ),
    pytest.param({"claims": {"azp": "other"}}, "wrong-audience", id="given to another client"),
    pytest.param({"claims": {"nonce": "another"}}, "wrong-nonce", id="of another sign-in"),
    pytest.param({"claims": {"nonce": None}}, "wrong-nonce", id="of no sign-in"),
    pytest.param(
        {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}, "wrong-token-hash", id="beside another access token"
    ),
    pytest.param({"claims": {"exp": 1}}, "expired-token", id="expired"),
    pytest.param({"claims": {"exp": None}}, "malformed-answer", id="that never expires"),
    pytest.param({"claims": {"exp": "tomorrow"}}, "malformed-answer", id="expires in words"),
    pytest.param({"claims": {"iat": 99999999999}}, "malformed-answer", id="issued in the future"),
    pytest.param({"claims": {"nbf": 99999999999}}, "malformed-answer", id="not valid yet"),
    pytest.param({"claims": {"sub": None}}, "malformed-answer", id="about nobody"),
    pytest.param({"claims": {"sub": ""}}, "malformed-answer", id="about an empty name"),
    pytest.param({"claims": {"sub": 7}}, "malformed-answer", id="about a number"),
    pytest.param({"claims": {"sub": "a\x00b"}}, "malformed-answer", id="about a name that no database keeps"),
    pytest.param({"claims": {"sub": "x" * 256}}, "malformed-answer", id="about a name without end"),
    pytest.param({"tokens": {"id_token": None}}, "malformed-answer", id="no ID token"),
    pytest.param({"tokens": {"access_token": None}}, "malformed-answer", id="no access token"),
    pytest.param({"token_answer": (200, b"<html>")}, "provider-unavailable", id="a page instead of tokens"),
    pytest.param({"token_answer": (503, b"")}, "provider-unavailable", id="down at the callback"),
    pytest.param({"token_answer": (200, b" " * 600_000)}, "provider-unavailable", id="an answer without end"),
    pytest.param({"token_answer": (302, b"")}, "provider-unavailable", id="elsewhere: a redirect is not followed"),
    pytest.param({"token_answer": (400, b'{"error": "invalid_grant"}')}, "code-refused", id="an expired code"),
    pytest.param({"token_answer": (401, b'{"error": "invalid_client"}')}, "client-refused", id="a wrong secret"),
    pytest.param({"token_answer": (400, b'{"error": "slow_down"}')}, "provider-refused", id="an error of its own"),
    pytest.param({"keys": []}, "unknown-key", id="no key that signed it"),
    pytest.param({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "ours"}]}, "unknown-key", id="a shared key"),
    pytest.param({"keys": ["x", {}, {"kty": "RSA", "n": 1}, None]}, "unknown-key", id="keys that are none"),
]


@pytest.mark.parametrize(("says", "cause"), TOKENS)
def test_an_answer_that_nobody_is_signed_in_by(
    visitor: Visitor, provider: HostileProvider, portal: Portal, says: dict[str, Any], cause: str
) -> None:
    for name, value in says.items():
        setattr(provider, name, value)
    answer = comes_back(visitor, provider)
    assert told(answer) == ("/devices", page_code_of(cause))
    assert visitor.get("/api/v1/session").json["person"] is None
    assert denied(portal) == [(None, "sign-in", f"work: {cause}", None)]


BROUGHT: list[Any] = [
    pytest.param({"iss": "https://evil.example"}, "wrong-issuer", "not-trusted", id="from another provider (mix-up)"),
    pytest.param({"iss": None}, "wrong-issuer", "not-trusted", id="from nobody, though it always says who it is"),
    pytest.param({"code": None}, "malformed-answer", "not-trusted", id="without a code"),
    pytest.param({"code": None, "error": "access_denied"}, "cancelled", "cancelled", id="the person stopped"),
    pytest.param(
        {"code": None, "error": "temporarily_unavailable"}, "provider-unavailable", "unavailable", id="it is busy"
    ),
    pytest.param({"code": None, "error": "<script>"}, "provider-refused", "not-trusted", id="an error that is markup"),
    pytest.param({"code": "x" * 9000}, "malformed-answer", "not-trusted", id="a code without end"),
    pytest.param({"code": "a b\n"}, "malformed-answer", "not-trusted", id="a code in two lines"),
]


@pytest.mark.parametrize(("brought", "cause", "code"), BROUGHT)
def test_what_the_browser_brings(
    visitor: Visitor, provider: HostileProvider, portal: Portal, brought: dict[str, str | None], cause: str, code: str
) -> None:
    assert told(comes_back(visitor, provider, **brought)) == ("/devices", code)
    assert denied(portal) == [(None, "sign-in", f"work: {cause}", None)]
    assert provider.asked["/token"] == 0


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        pytest.param(None, "state-missing", id="none"),
        pytest.param("", "state-missing", id="empty"),
        pytest.param("x" * 43, "state-unknown", id="made up"),
        pytest.param("x" * 4000, "state-missing", id="without end"),
        pytest.param("\x00", "state-unknown", id="one that no database keeps"),
    ],
)
def test_a_state_that_was_tampered_with(
    visitor: Visitor, provider: HostileProvider, portal: Portal, state: str | None, cause: str
) -> None:
    assert told(comes_back(visitor, provider, state=state)) == ("/", "expired")
    assert denied(portal) == [(None, "sign-in", f"work: {cause}", None)]
    assert provider.asked["/token"] == 0


def test_a_state_that_is_said_twice_is_none(visitor: Visitor, provider: HostileProvider, portal: Portal) -> None:
    brought = provider.meets(sets_out(visitor))
    assert told(visitor.get(f"{CALLBACK}?{brought}&state=other")) == ("/", "expired")
    assert denied(portal) == [(None, "sign-in", "work: state-missing", None)]


def test_an_answer_is_good_once(
    visitor: Visitor, provider: HostileProvider, portal: Portal, open_browser: Callable[[], Visitor]
) -> None:
    brought = provider.meets(sets_out(visitor))
    assert leads(visitor.get(f"{CALLBACK}?{brought}")) == "/devices"
    visitor.delete("/api/v1/session")
    assert told(visitor.get(f"{CALLBACK}?{brought}")) == ("/", "expired")
    assert denied(portal) == [(None, "sign-in", "work: state-used", None)]
    assert provider.asked["/token"] == 1
    assert visitor.get("/api/v1/session").json["person"] is None


def test_an_answer_is_good_for_a_while(
    visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock
) -> None:
    brought = provider.meets(sets_out(visitor))
    clock.pass_time(minutes=10)
    assert told(visitor.get(f"{CALLBACK}?{brought}")) == ("/", "expired")
    assert denied(portal) == [(None, "sign-in", "work: state-expired", None)]


@pytest.mark.parametrize("is_on_the_way", [False, True], ids=["idle", "on its own way to the provider"])
def test_nobody_is_signed_in_as_somebody_else_by_a_link(
    visitor: Visitor,
    provider: HostileProvider,
    portal: Portal,
    open_browser: Callable[[], Visitor],
    is_on_the_way: bool,
) -> None:
    """Login CSRF: the attacker goes to the provider, and has the victim's browser come back. It ends nothing either."""
    victim = open_browser()
    if is_on_the_way:
        sets_out(victim)
    brought = provider.meets(sets_out(visitor))
    assert told(victim.get(f"{CALLBACK}?{brought}")) == ("/", "expired")
    assert victim.get("/api/v1/session").json["person"] is None
    assert denied(portal) == [(None, "sign-in", "work: another-browser", None)]
    assert leads(visitor.get(f"{CALLBACK}?{brought}")) == "/devices"


def test_the_answer_of_one_provider_is_none_of_another(
    visitor: Visitor, provider: HostileProvider, other: HostileProvider, portal: Portal
) -> None:
    """Mix-up: the code of an honest provider must not be handed to another one."""
    brought = provider.meets(sets_out(visitor))
    assert told(visitor.get(f"/api/v1/session/oidc/other/callback?{brought}")) == ("/", "not-trusted")
    assert denied(portal) == [(None, "sign-in", "other: another-provider", None)]
    assert other.asked["/token"] == provider.asked["/token"] == 0


def test_the_same_subject_at_two_providers_are_two_people(
    visitor: Visitor, provider: HostileProvider, other: HostileProvider, open_browser: Callable[[], Visitor]
) -> None:
    comes_back(visitor, provider)
    elsewhere = open_browser()
    comes_back(elsewhere, other, provider_id="other")
    first, second = (one.get("/api/v1/session").json["person"] for one in (visitor, elsewhere))
    assert first["id"] != second["id"]
    assert (first["username"], second["username"]) == ("anna.de.boer", "anna.de.boer-2")


@pytest.mark.parametrize("claim", ["preferred_username", "email"])
@pytest.mark.parametrize("spelling", ["anna", "ANNA", "ａｎｎａ"])
def test_nobody_becomes_a_local_person_by_their_name_or_mail_address(
    visitor: Visitor, provider: HostileProvider, portal: Portal, claim: str, spelling: str
) -> None:
    provider.claims = {"preferred_username": None, claim: spelling, "email_verified": True}
    comes_back(visitor, provider)
    signed_in = visitor.get("/api/v1/session").json["person"]
    assert signed_in["username"] == f"{spelling}-2"
    assert signed_in["roles"] == []
    assert signed_in["id"] != named(portal, "anna").id


def test_a_person_who_is_disabled_half_way(visitor: Visitor, provider: HostileProvider, portal: Portal) -> None:
    comes_back(visitor, provider)
    anna = named(portal, "anna.de.boer")
    visitor.delete("/api/v1/session")
    brought = provider.meets(sets_out(visitor))
    manage.disable_person(portal.world, "anna.de.boer")
    assert told(visitor.get(f"{CALLBACK}?{brought}")) == ("/devices", "no-access")
    assert denied(portal) == [(anna.id, "sign-in", "work: person-disabled", None)]


def test_a_session_that_begins_is_a_new_one(
    visitor: Visitor, provider: HostileProvider, open_browser: Callable[[], Visitor]
) -> None:
    """Session fixation: what the browser had before it signed in is worth nothing afterwards."""
    visitor.token()
    planted, token = dict(visitor.cookies), visitor.csrf
    comes_back(visitor, provider)
    assert visitor.cookies["sleutelkast"] != planted["sleutelkast"]
    assert open_browser().take_over(planted, token).get("/api/v1/session").json["person"] is None


def test_a_name_that_is_markup_or_many_lines_is_one_line(visitor: Visitor, provider: HostileProvider) -> None:
    provider.claims = {"name": "Anna\n\u202e<b>\x00", "preferred_username": "  an\tna\u2028"}
    comes_back(visitor, provider)
    signed_in = visitor.get("/api/v1/session").json["person"]
    assert (signed_in["username"], signed_in["name"]) == ("an na", "Anna <b>")


def test_clocks_that_are_a_little_apart(visitor: Visitor, provider: HostileProvider, clock: HandClock) -> None:
    provider.clock = lambda: clock.now().timestamp() + 55
    assert leads(comes_back(visitor, provider)) == "/devices"
    provider.clock = lambda: clock.now().timestamp() + 65
    assert told(comes_back(visitor, provider))[1] == "not-trusted"


def test_tokens_that_name_keys_of_their_own_invention_do_not_flood_the_provider(
    visitor: Visitor, provider: HostileProvider
) -> None:
    comes_back(visitor, provider)
    provider.asked.clear()
    for number in range(8):
        provider.write = lambda claims, number=number: signed(claims, key=STRANGE_KEY, kid=f"key-{number}")
        comes_back(visitor, provider)
    assert provider.asked["/keys"] <= 3
    assert provider.asked["/.well-known/openid-configuration"] == 0


def test_a_userinfo_answer_about_somebody_else(visitor: Visitor, provider: HostileProvider, portal: Portal) -> None:
    provider.claims = {"name": None}
    provider.discovery = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.userinfo = {"sub": "sub-of-bram", "name": "Bram"}
    assert told(comes_back(visitor, provider))[1] == "not-trusted"
    assert denied(portal) == [(None, "sign-in", "work: malformed-answer", None)]


@pytest.mark.parametrize(
    ("needs", "code"),
    [
        pytest.param({}, None, id="of a name alone: they are called otherwise"),
        pytest.param({"require": ("hd", "example.org")}, "not-trusted", id="of what settles whether they may come in"),
        pytest.param(ROLES, "not-trusted", id="of their roles: they would lose those that they have"),
    ],
)
def test_a_userinfo_endpoint_that_tells_the_portal_nothing(
    provider: HostileProvider, with_settings: Callable[..., Visitor], needs: dict[str, Any], code: str | None
) -> None:
    """Entra ID has it at another service, with rules of its own."""
    visitor = with_settings(**needs)
    provider.claims = {"name": None}
    provider.discovery = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    assert told(comes_back(visitor, provider))[1] == code
    assert provider.asked["/userinfo"] == 1


@pytest.mark.parametrize(
    ("says", "trouble"),
    [
        pytest.param({"issuer": "https://evil.example"}, "names another issuer", id="another issuer"),
        pytest.param({"token_endpoint": None}, "lacks an address", id="no token endpoint"),
        pytest.param({"token_endpoint": "ftp://127.0.0.1/token"}, "lacks an address", id="no web address"),
        pytest.param({"jwks_uri": ["x"]}, "lacks an address", id="an address that is a list"),
    ],
)
def test_a_discovery_document_that_can_not_be_used(
    visitor: Visitor, provider: HostileProvider, portal: Portal, says: dict[str, Any], trouble: str
) -> None:
    provider.discovery = says
    answer = visitor.get(f"{START}?next=/devices")
    assert told(answer)[0] == "/devices"
    assert trouble in str(portal.world.providers["work"].door.trouble())


def test_the_client_proves_itself_by_its_secret_and_the_verifier(visitor: Visitor, provider: HostileProvider) -> None:
    comes_back(visitor, provider)
    (headers, form) = provider.sent[0]
    assert headers["Authorization"].startswith("Basic ")
    assert "client_secret" not in form
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == f"http://127.0.0.1:8000{CALLBACK}"


def test_a_provider_that_wants_the_secret_in_the_form(visitor: Visitor, provider: HostileProvider) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    comes_back(visitor, provider)
    (headers, form) = provider.sent[0]
    assert "Authorization" not in headers
    assert (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)


# Signing in again, before a key is shown

AGAIN: list[Any] = [
    pytest.param({"auth_time": None}, "not-signed-in-again", "not-again", id="it does not say that it asked"),
    pytest.param({"auth_time": 1}, "not-signed-in-again", "not-again", id="it asked long ago"),
    pytest.param({"auth_time": True}, "not-signed-in-again", "not-again", id="it says when in no number"),
    pytest.param({"sub": "sub-of-bram"}, "another-person", "another-person", id="somebody unknown"),
]


@pytest.mark.parametrize(("claims", "cause", "code"), AGAIN)
def test_signing_in_again_that_is_none(
    visitor: Visitor,
    provider: HostileProvider,
    portal: Portal,
    clock: HandClock,
    claims: dict[str, Any],
    cause: str,
    code: str,
) -> None:
    comes_back(visitor, provider)
    clock.pass_time(minutes=11)
    provider.claims = claims
    assert told(comes_back(visitor, provider, confirm=True)) == ("/devices", code)
    assert not is_fresh(portal, visitor)
    [(actor, action, reason, _)] = denied(portal)
    assert (actor, action, reason) == (named(portal, "anna.de.boer").id, "sign-in-again", f"work: {cause}")


def test_signing_in_again_as_another_person_of_the_portal(
    visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock, open_browser: Callable[[], Visitor]
) -> None:
    comes_back(visitor, provider)
    provider.subject = "sub-of-bram"
    comes_back(open_browser(), provider)
    clock.pass_time(minutes=11)
    assert told(comes_back(visitor, provider, confirm=True)) == ("/devices", "another-person")
    assert not is_fresh(portal, visitor)
    assert visitor.get("/api/v1/session").json["person"]["username"] == "anna.de.boer"


def test_signing_in_again(visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock) -> None:
    comes_back(visitor, provider)
    before = dict(visitor.cookies)["sleutelkast"]
    clock.pass_time(minutes=11)
    assert not is_fresh(portal, visitor)
    address = sets_out(visitor, confirm=True)
    assert "prompt=login" in address
    assert "max_age=0" in address
    assert leads(visitor.get(f"{CALLBACK}?{provider.meets(address)}")) == "/devices"
    assert is_fresh(portal, visitor)
    assert session_of(visitor, before) != session_of(visitor, visitor.cookies["sleutelkast"])
    assert len(visitor.get("/api/v1/sessions").json["items"]) == 1


def test_a_copy_of_the_cookie_of_before_is_worth_nothing_after_signing_in_again(
    visitor: Visitor, provider: HostileProvider, clock: HandClock, open_browser: Callable[[], Visitor]
) -> None:
    comes_back(visitor, provider)
    thief = open_browser().take_over(visitor.cookies, visitor.csrf)
    clock.pass_time(minutes=11)
    assert leads(comes_back(visitor, provider, confirm=True)) == "/devices"
    assert problem(thief.get("/api/v1/devices")) == (401, "sign-in-required")
    assert visitor.get("/api/v1/devices").status_code == 200


@pytest.mark.parametrize("asks", [False, True], ids=["signing in", "signing in again"])
def test_the_provider_is_asked_to_tell_when_it_asked_the_person(
    visitor: Visitor, provider: HostileProvider, asks: bool
) -> None:
    """Some do for `max_age`, as the standard has it; Google does for this alone."""
    comes_back(visitor, provider)
    asked = dict(parse_qsl(urlsplit(sets_out(visitor, confirm=asks)).query))
    assert json.loads(asked["claims"]) == {"id_token": {"auth_time": {"essential": True}}}
    assert "max_age" in asked


def test_a_confirmation_is_for_the_session_that_asked_for_it(
    visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock
) -> None:
    comes_back(visitor, provider)
    brought = provider.meets(sets_out(visitor, confirm=True))
    visitor.delete("/api/v1/session")
    assert told(visitor.get(f"{CALLBACK}?{brought}")) == ("/devices", "expired")
    assert visitor.get("/api/v1/session").json["person"] is None
    assert [reason for *_, reason, _ in denied(portal)] == ["work: session-over"]


def test_nobody_signs_in_again_who_is_not_signed_in(visitor: Visitor, provider: HostileProvider) -> None:
    assert told(visitor.get(f"{START}?confirm=1&next=/devices")) == ("/devices", "expired")
    assert provider.asked["/token"] == 0


@pytest.mark.parametrize(
    ("ago", "fresh"),
    [
        pytest.param(5 * 60, True, id="a while ago"),
        pytest.param(11 * 60, False, id="longer ago than a key may be shown after"),
        pytest.param(None, False, id="it does not say when"),
        pytest.param(-50, True, id="a little in the future"),
    ],
)
def test_who_was_signed_in_at_the_provider_already_is_as_fresh_as_that(
    visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock, ago: int | None, fresh: bool
) -> None:
    """Whoever finds a browser unlocked can begin a session with one click; that shows no key."""
    provider.claims = {"auth_time": None if ago is None else int(clock.now().timestamp()) - ago}
    comes_back(visitor, provider)
    assert is_fresh(portal, visitor) is fresh


def test_people_of_a_provider_that_never_tells_come_by_a_password_to_a_passkey(
    visitor: Visitor, provider: HostileProvider, portal: Portal, clock: HandClock, open_browser: Callable[[], Visitor]
) -> None:
    """The way that docs/openid-connect.md has for them. At no step does one click at an unlocked browser do it."""
    provider.claims = {"auth_time": None}
    comes_back(visitor, provider)
    assert problem(visitor.post("/api/v1/passkeys/options")) == (403, "sign-in-again")
    token = make_link(portal.world, "anna.de.boer").reveal().decode()
    typed, by_password, device = "een lang wachtwoord", open_browser(), Authenticator()
    assert by_password.post("/api/v1/password-links", {"token": token, "password": typed}).status_code == 204
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")
    assert by_password.sign_in("anna.de.boer", typed).status_code == 200
    options = by_password.post("/api/v1/passkeys/options").json["options"]
    made = {"name": "Phone", "credential": device.makes(options)}
    assert by_password.post("/api/v1/passkeys", made).status_code == 201
    comes_back(visitor, provider)
    assert not is_fresh(portal, visitor)
    asked = visitor.post("/api/v1/session/confirmation/passkey/options").json["options"]
    answer = visitor.post("/api/v1/session/confirmation/passkey", {"credential": device.uses(asked)})
    assert answer.status_code == 200
    assert is_fresh(portal, visitor)


# Back-channel logout


def test_a_logout_token_ends_the_sessions_of_its_person(
    visitor: Visitor, provider: HostileProvider, portal: Portal, open_browser: Callable[[], Visitor]
) -> None:
    comes_back(visitor, provider)
    by_password = open_browser().signed_in("anna")
    answer = says_farewell(open_browser(), provider.logout_token())
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (200, b"", "no-store")
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")
    assert by_password.get("/api/v1/devices").status_code == 200


@pytest.mark.parametrize(
    ("says", "ends"),
    [
        pytest.param({"sid": "s1", "sub": None}, [True, False], id="one session of the provider"),
        pytest.param({"sid": "s1"}, [True, False], id="that session, of this person"),
        pytest.param({"sid": "s1", "sub": "sub-of-bram"}, [False, False], id="of another person"),
        pytest.param({"sid": "s9", "sub": None}, [False, False], id="a session that is none here"),
        pytest.param({}, [True, True], id="all of this person"),
    ],
)
def test_which_sessions_it_ends(
    provider: HostileProvider, open_browser: Callable[[], Visitor], says: dict[str, Any], ends: list[bool]
) -> None:
    browsers = [open_browser(), open_browser()]
    for number, browser in enumerate(browsers, 1):
        provider.claims = {"sid": f"s{number}"}
        comes_back(browser, provider)
    assert says_farewell(open_browser(), provider.logout_token(**says)).status_code == 200
    assert [one.get("/api/v1/devices").status_code == 401 for one in browsers] == ends


@pytest.mark.parametrize(("ended", "is_out"), [("s2", True), ("s1", False)], ids=["the new one", "the one before"])
def test_a_new_session_at_the_provider_is_the_one_whose_end_counts(
    visitor: Visitor, provider: HostileProvider, open_browser: Callable[[], Visitor], ended: str, is_out: bool
) -> None:
    """Its session of before ran out there; signing in again here began another one."""
    provider.claims = {"sid": "s1"}
    comes_back(visitor, provider)
    provider.claims = {"sid": "s2"}
    comes_back(visitor, provider, confirm=True)
    assert says_farewell(open_browser(), provider.logout_token(sid=ended)).status_code == 200
    assert (visitor.get("/api/v1/devices").status_code == 401) is is_out


def test_whoever_makes_up_logout_tokens_stops_no_right_one(
    visitor: Visitor, provider: HostileProvider, portal: Portal, open_browser: Callable[[], Visitor]
) -> None:
    """A provider sends it once, and may be behind the same address as the whole office."""
    comes_back(visitor, provider)
    told = [problem(says_farewell(open_browser(), "x")) for _ in range(int(WRONG_FAREWELLS.split()[0]) + 1)]
    assert set(told[:-1]) == {(400, "bad-request")}
    assert told[-1] == (429, "too-many-attempts")
    assert len(denied(portal)) == len(told) - 1
    assert says_farewell(open_browser(), provider.logout_token()).status_code == 200
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")


FAREWELLS: list[Any] = [
    pytest.param({"events": None}, "no-logout-token", id="no event"),
    pytest.param({"events": {"other": {}}}, "no-logout-token", id="another event"),
    pytest.param({"events": {**LOGOUT, next(iter(LOGOUT)): True}}, "no-logout-token", id="an event that is none"),
    pytest.param({"nonce": "n"}, "no-logout-token", id="an ID token in disguise"),
    pytest.param({"typ": "at+jwt"}, "no-logout-token", id="an access token"),
    pytest.param({"aud": "another-client"}, "wrong-audience", id="for another client"),
    pytest.param({"iss": "https://evil.example"}, "wrong-issuer", id="of another issuer"),
    pytest.param({"jti": None}, "malformed-answer", id="without a name of its own"),
    pytest.param({"sub": None}, "malformed-answer", id="about nobody"),
    pytest.param({"iat": None}, "malformed-answer", id="of no age"),
    pytest.param({"iat": 99999999999}, "malformed-answer", id="from the future"),
    pytest.param({"iat": 1, "exp": None}, "expired-token", id="from long ago"),
    pytest.param({"exp": 1}, "expired-token", id="expired"),
]


@pytest.mark.parametrize(("says", "cause"), FAREWELLS)
def test_a_logout_token_that_is_none(
    visitor: Visitor, provider: HostileProvider, portal: Portal, says: dict[str, Any], cause: str
) -> None:
    comes_back(visitor, provider)
    assert problem(says_farewell(visitor, provider.logout_token(**says))) == (400, "bad-request")
    assert visitor.get("/api/v1/devices").status_code == 200
    assert denied(portal) == [(None, "sign-out", f"work: {cause}", None)]


@pytest.mark.parametrize("typ", [None, "JWT", "logout+jwt", "application/logout+jwt"])
def test_a_logout_token_is_heard_by_whatever_kind_providers_call_it(
    visitor: Visitor, provider: HostileProvider, typ: str | None
) -> None:
    """Keycloak has called it a JWT, and says in its event whether more than the session ends."""
    comes_back(visitor, provider)
    token = provider.logout_token(typ=typ, exp=None, events={**LOGOUT, "revoke_offline_access": False})
    assert says_farewell(visitor, token).status_code == 200
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")


def test_an_id_token_ends_no_session(visitor: Visitor, provider: HostileProvider) -> None:
    comes_back(visitor, provider)
    assert problem(says_farewell(visitor, provider.id_token())) == (400, "bad-request")
    assert visitor.get("/api/v1/devices").status_code == 200


def test_a_logout_token_is_heard_once(visitor: Visitor, provider: HostileProvider, portal: Portal) -> None:
    token = provider.logout_token()
    assert says_farewell(visitor, token).status_code == 200
    comes_back(visitor, provider)
    assert problem(says_farewell(visitor, token)) == (400, "bad-request")
    assert visitor.get("/api/v1/devices").status_code == 200
    assert denied(portal) == [(None, "sign-out", "work: replayed", None)]


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        pytest.param(b"", "application/x-www-form-urlencoded", (422, "invalid"), id="nothing"),
        pytest.param(b'{"logout_token": "x"}', "application/json", (415, "unsupported-media-type"), id="JSON"),
        pytest.param(b"logout_token=x", "application/x-www-form-urlencoded", (400, "bad-request"), id="no token"),
    ],
)
def test_what_is_no_farewell_at_all(
    visitor: Visitor, provider: HostileProvider, body: bytes, media_type: str, code: tuple[int, str]
) -> None:
    answer = visitor.send("POST", FAREWELL, body, {"Content-Type": media_type})
    assert problem(answer) == code
    assert answer.headers["Cache-Control"] == "no-store"


# Where the way leads


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        pytest.param("/devices/abc/key", "/devices/abc/key", id="a page"),
        pytest.param(
            "/audit?from=2026-01-01T00%3A00%3A00Z%26x", "/audit?from=2026-01-01T00:00:00Z&x", id="with a query"
        ),
        pytest.param("//evil.example", "/", id="another host"),
        pytest.param("/%5Cevil.example", "/", id="another host, to a browser"),
        pytest.param("/%09/evil.example", "/", id="a tab that browsers drop"),
        pytest.param("/%0d%0aSet-Cookie:a=b", "/", id="a header of its own"),
        pytest.param("https://evil.example/", "/", id="an address"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("/api/v1/session/oidc/work", "/", id="the way itself, round and round"),
        pytest.param("/x/../api/v1/session", "/", id="upwards"),
        pytest.param("x", "/", id="no path"),
    ],
)
def test_nobody_is_led_out_of_the_portal(
    visitor: Visitor, provider: HostileProvider, asked: str, leads_to: str
) -> None:
    brought = provider.meets(visitor.get(f"{START}?next={asked}").headers["Location"])
    assert leads(visitor.get(f"{CALLBACK}?{brought}")) == leads_to


def test_the_host_of_a_request_leads_nowhere(app: Flask, provider: HostileProvider) -> None:
    elsewhere = Visitor(app, at="http://evil.example")
    brought = provider.meets(elsewhere.get(f"{START}?next=/devices").headers["Location"])
    assert elsewhere.get(f"{CALLBACK}?{brought}").headers["Location"].startswith("/devices")


def test_who_only_looks_whether_an_address_is_there_uses_nothing_up(
    visitor: Visitor, provider: HostileProvider
) -> None:
    brought = provider.meets(sets_out(visitor))
    assert visitor.send("HEAD", f"{CALLBACK}?{brought}", None, {}).status_code == 405
    assert leads(visitor.get(f"{CALLBACK}?{brought}")) == "/devices"


def test_whoever_comes_too_often_is_told_so_on_a_page(
    visitor: Visitor, provider: HostileProvider, portal: Portal
) -> None:
    answers = [visitor.get(f"{START}?next=/devices") for _ in range(125)]
    assert told(answers[-1]) == ("/devices", "too-many")
    assert denied(portal) == []


def test_made_up_codes_hold_no_thread_that_others_need(
    visitor: Visitor, provider: HostileProvider, portal: Portal
) -> None:
    """A provider that hangs would hold each for seconds: there are places to wait for it, and no more."""
    places: Places = visitor.client.application.extensions["sleutelkast_places"]
    with ExitStack() as waiting:
        while waiting.enter_context(places.taken(Standing.KNOWN)):
            pass
        assert told(comes_back(visitor, provider)) == ("/", "too-many")
    assert denied(portal) == []
    assert comes_back(visitor, provider).headers["Location"] == "/devices"


def test_a_provider_that_hangs_holds_not_all_of_the_portal(provider: HostileProvider, portal: Portal) -> None:
    """Whoever finds no thread left to wait in is told at once, and everybody else is answered."""
    portal.settings = replace(portal.settings, threads=1)
    app = make_app(portal)
    first, second = Visitor(app), Visitor(app)  # type: ignore[arg-type]
    ways = [f"{CALLBACK}?{provider.meets(sets_out(one))}" for one in (second, first)]
    provider.answers_codes.clear()
    with ThreadPoolExecutor(1) as people:
        waiting = people.submit(first.get, ways[1])
        wait_for(lambda: provider.asked["/token"], "the question at the provider")
        assert told(second.get(ways[0])) == ("/", "too-many")
        assert second.get("/api/v1/session").status_code == 200
        provider.answers_codes.set()
        assert leads(waiting.result()) == "/devices"


# Rules of the organization


def test_somebody_new_where_new_people_are_refused(
    visitor: Visitor, provider: HostileProvider, portal: Portal, with_settings: Callable[..., Visitor]
) -> None:
    visitor = with_settings(new_people=False)
    assert told(comes_back(visitor, provider)) == ("/devices", "unknown-account")
    assert denied(portal) == [(None, "sign-in", "work: new-person", "sub-of-anna")]
    assert [one.username for one in manage.people(portal.world)] == ["anna", "bram"]


def test_an_administrator_connects_a_person(
    provider: HostileProvider, portal: Portal, with_settings: Callable[..., Visitor], clock: HandClock
) -> None:
    visitor = with_settings(new_people=False)
    manage.connect_account(portal.world, "anna", "work", "sub-of-anna")
    assert leads(comes_back(visitor, provider)) == "/devices"
    assert visitor.get("/api/v1/session").json["person"]["ways"] == ["password", "oidc:work"]
    assert named(portal, "anna").reset_at == clock.now()
    with pytest.raises(manage.AccountTaken):
        manage.connect_account(portal.world, "bram", "work", "sub-of-anna")


@pytest.mark.parametrize(
    ("claims", "is_taken"),
    [
        pytest.param({"hd": "example.org"}, True, id="of this organization"),
        pytest.param({"hd": "evil.example"}, False, id="of another"),
        pytest.param({}, False, id="of none"),
        pytest.param({"hd": ["example.org"]}, True, id="among several"),
        pytest.param({"hd": {"example.org": 1}}, False, id="in another form"),
    ],
)
def test_what_every_account_must_have(
    provider: HostileProvider, with_settings: Callable[..., Visitor], claims: dict[str, Any], is_taken: bool
) -> None:
    visitor = with_settings(require=("hd", "example.org"))
    provider.claims = claims
    assert told(comes_back(visitor, provider))[1] == (None if is_taken else "unknown-account")


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        pytest.param({"realm_access": {"roles": ["helpdesk", "other"]}}, ["support"], id="a path"),
        pytest.param(
            {"realm_access.roles": ["keys", "helpdesk"]}, ["administrator", "support"], id="a name with a dot"
        ),
        pytest.param({"realm_access": {"roles": "helpdesk"}}, ["support"], id="one alone"),
        pytest.param({"realm_access": {"roles": [["helpdesk"], 1, None]}}, [], id="in another form"),
        pytest.param({"realm_access": ["roles"]}, [], id="a path that ends"),
        pytest.param({"roles": ["administrator"]}, [], id="in another claim"),
        pytest.param({"realm_access": {"roles": ["administrator", "Helpdesk"]}}, [], id="a value that is not mapped"),
    ],
)
def test_roles_come_from_the_claim_by_the_mapping_alone(
    provider: HostileProvider, with_settings: Callable[..., Visitor], claims: dict[str, Any], roles: list[str]
) -> None:
    visitor = with_settings(**ROLES)
    provider.claims = claims
    comes_back(visitor, provider)
    assert visitor.get("/api/v1/session").json["person"]["roles"] == roles


def test_a_role_that_is_taken_away_is_gone_at_the_next_sign_in(
    provider: HostileProvider,
    portal: Portal,
    with_settings: Callable[..., Visitor],
    open_browser: Callable[[], Visitor],
) -> None:
    visitor = with_settings(**ROLES)
    provider.claims = {"realm_access": {"roles": ["helpdesk"]}}
    comes_back(visitor, provider)
    assert visitor.get("/api/v1/support/devices").status_code == 200
    provider.claims = {}
    comes_back(Visitor(visitor.client.application), provider)
    assert problem(visitor.get("/api/v1/support/devices")) == (403, "forbidden")
    assert written(portal, "roles-changed") == [(None, "done", "work: -")]


def test_a_provider_that_is_taken_out_of_the_settings_leaves_no_session(
    visitor: Visitor,
    provider: HostileProvider,
    other: HostileProvider,
    portal: Portal,
    open_browser: Callable[[], Visitor],
) -> None:
    """It was taken over: whoever signed in by it meanwhile is out once the portal runs without it."""
    elsewhere = open_browser()
    comes_back(visitor, provider)
    comes_back(elsewhere, other, provider_id="other")
    left = replace(portal.settings, oidc={"other": settings_of(other)})
    portal.world = replace(portal.world, providers=make_providers(left))
    app = make_app(portal)
    stays, goes = (Visitor(app).take_over(one.cookies, one.csrf) for one in (elsewhere, visitor))  # type: ignore[arg-type]
    assert stays.get("/api/v1/devices").status_code == 200
    assert problem(goes.get("/api/v1/devices")) == (401, "sign-in-required")


def test_people_without_local_accounts(provider: HostileProvider, portal: Portal) -> None:
    portal.world = replace(portal.world, policy=replace(portal.world.policy, local_accounts=False))
    visitor = Visitor(make_app(portal))  # type: ignore[arg-type]
    assert visitor.get("/api/v1/session").json["sign_in"]["password"] is False
    assert problem(visitor.sign_in("anna")) == (403, "local-accounts-off")
    comes_back(visitor, provider)
    visitor.csrf = None
    answer = visitor.post("/api/v1/session/confirmation", {"password": "x"})
    assert problem(answer) == (403, "local-accounts-off")


# Steps


def sets_out(visitor: Visitor, *, confirm: bool = False, provider_id: str = "work") -> str:
    """Where the button leads."""
    answer = visitor.get(f"/api/v1/session/oidc/{provider_id}?next=/devices{'&confirm=1' if confirm else ''}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def comes_back(
    visitor: Visitor,
    provider: HostileProvider,
    *,
    confirm: bool = False,
    provider_id: str = "work",
    **brought: str | None,
) -> TestResponse:
    query = provider.meets(sets_out(visitor, confirm=confirm, provider_id=provider_id), **brought)
    visitor.csrf = None
    return visitor.get(f"/api/v1/session/oidc/{provider_id}/callback?{query}")


def says_farewell(visitor: Visitor, token: str) -> TestResponse:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return visitor.send("POST", FAREWELL, f"logout_token={token}".encode(), form)


def told(answer: TestResponse) -> tuple[str, str | None]:
    """The page to which an answer leads, and what it tells there."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page, _, code = answer.headers["Location"].partition("?sign_in=")
    return page, code or None


def leads(answer: TestResponse) -> str:
    page, code = told(answer)
    assert code is None, code
    return page


def page_code_of(cause: str) -> str:
    return {"provider-unavailable": "unavailable", "code-refused": "expired"}.get(cause, "not-trusted")


def denied(portal: Portal) -> list[tuple[str | None, str, str | None, str | None]]:
    """Who was denied what and why, and about which account."""
    entries = select(audit).where(audit.c.outcome == "denied").order_by(audit.c.id)
    with portal.store.read() as tx:
        rows = tx.connection.execute(entries).mappings().all()
    return [(row["actor_id"], row["action"], row["reason"], row["subject"]) for row in rows]


def written(portal: Portal, action: str) -> list[tuple[str | None, str, str | None]]:
    entries = select(audit).where(audit.c.action == action).order_by(audit.c.id)
    with portal.store.read() as tx:
        return [(row["actor_id"], row["outcome"], row["reason"]) for row in tx.connection.execute(entries).mappings()]


def named(portal: Portal, username: str) -> Any:
    with portal.store.read() as tx:
        person = tx.people.by_username(username)
    assert person is not None
    return person


def session_of(visitor: Visitor, cookie: str) -> str:
    reader = visitor.client.application.session_interface.get_signing_serializer(visitor.client.application)  # type: ignore[attr-defined]
    return str(reader.loads(cookie)["_user_id"])


def is_fresh(portal: Portal, visitor: Visitor) -> bool:
    with portal.store.read() as tx:
        known = tx.sessions.get(session_of(visitor, visitor.cookies["sleutelkast"]))
    assert known is not None
    return portal.world.policy.sessions.is_fresh(known[1], portal.world.clock.now())


# What there is


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def app(portal: Portal, provider: HostileProvider, other: HostileProvider) -> Flask:
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture
def with_settings(portal: Portal, provider: HostileProvider) -> Callable[..., Visitor]:
    """A browser at a portal in which the provider's settings are otherwise."""

    def made(**otherwise: Any) -> Visitor:
        settings = replace(portal.settings, oidc={"work": replace(settings_of(provider), **otherwise)})
        portal.world = replace(portal.world, providers=make_providers(settings))
        return Visitor(make_app(portal))  # type: ignore[arg-type]

    return made


@pytest.fixture
def portal(portal: Portal, provider: HostileProvider, other: HostileProvider) -> Portal:
    settings = replace(portal.settings, oidc={"work": settings_of(provider), "other": settings_of(other)})
    portal.world = replace(portal.world, providers=make_providers(settings))
    return portal


def settings_of(provider: HostileProvider) -> OidcSettings:
    secret = SecretBytes(CLIENT_SECRET.encode())
    return OidcSettings(issuer=provider.issuer, client_id=CLIENT_ID, client_secret=secret)


@pytest.fixture
def provider(clock: HandClock) -> Iterator[HostileProvider]:
    with closing(HostileProvider()) as made:
        made.clock = lambda: clock.now().timestamp()
        yield made


@pytest.fixture
def other(clock: HandClock) -> Iterator[HostileProvider]:
    with closing(HostileProvider()) as made:
        made.clock = lambda: clock.now().timestamp()
        yield made
