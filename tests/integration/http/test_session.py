"""A session's whole life: signing in, being recognized, signing in again, and every way it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from sleutelkast.adapters.store.schema import sessions
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app
from sleutelkast.usecases import manage
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import PASSWORD, HandClock, Visitor, problem

OpenBrowser = Callable[[], Visitor]


def test_signing_in_and_out(open_browser: OpenBrowser) -> None:
    visitor = open_browser()
    assert visitor.get("/api/v1/session").json["person"] is None
    told = visitor.sign_in("anna").json["person"]
    assert told == {
        "id": told["id"],
        "username": "anna",
        "name": "Anna",
        "locale": None,
        "roles": [],
        "ways": ["password"],
    }
    assert visitor.get("/api/v1/session").json["person"] == told
    assert visitor.get("/api/v1/devices").json == {"items": [], "next": None}
    answer = visitor.delete("/api/v1/session")
    assert (answer.status_code, answer.data) == (204, b"")
    assert visitor.get("/api/v1/session").json["person"] is None
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")


def test_what_the_session_tells_beside_the_person(portal: Portal) -> None:
    portal.settings = replace(portal.settings, organization="Havenlicht", support_name="Servicedesk")
    told = Visitor(make_app(portal)).get("/api/v1/session").json  # type: ignore[arg-type]
    assert told["organization"] == "Havenlicht"
    assert told["support"] == {"name": "Servicedesk", "email": None, "phone": None, "url": None, "hours": None}
    assert told["sign_in"] == {"password": True, "passkey": True, "oidc": []}


def test_every_failure_to_sign_in_is_the_same_answer(portal: Portal, open_browser: OpenBrowser) -> None:
    """Nobody learns who has an account, or that it is disabled."""
    manage.disable_person(portal.world, "bram")
    manage.add_person(portal.world, "without", "No Password", None, frozenset(), None)
    attempts = [("anna", "wrong"), ("nobody", PASSWORD), ("bram", PASSWORD), ("without", PASSWORD), ("", " ")]
    answers = [open_browser().sign_in(*attempt) for attempt in attempts[:4]]
    assert {problem(answer) for answer in answers} == {(401, "sign-in-failed")}
    assert len({answer.data for answer in answers}) == 1
    assert problem(open_browser().sign_in(*attempts[4])) == (422, "invalid")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Mozilla/5.0 (iPhone)", "Mozilla/5.0 (iPhone)"), ("", None), ("Mo\x7fzilla", None), ("x" * 4000, "x" * 300)],
    ids=["as it came", "none", "a sign that can't be printed", "a very long one"],
)
def test_the_browser_is_kept_as_it_names_itself(
    portal: Portal, open_browser: OpenBrowser, sent: str, kept: str | None
) -> None:
    visitor = open_browser()
    answer = visitor.post("/api/v1/session", {"username": "anna", "password": PASSWORD}, User_Agent=sent)
    assert answer.status_code == 200
    with portal.store.engine.connect() as connection:
        assert connection.scalars(select(sessions.c.browser)).all() == [kept]


def test_a_failure_leaves_nobody_signed_in(open_browser: OpenBrowser) -> None:
    visitor = open_browser()
    visitor.sign_in("anna", "wrong")
    assert visitor.get("/api/v1/session").json["person"] is None


@sqlite_alone
@pytest.mark.parametrize("spelling", ["Anna", "ANNA", " anna "])
def test_user_names_are_forgiving(open_browser: OpenBrowser, spelling: str) -> None:
    assert open_browser().sign_in(spelling).json["person"]["username"] == "anna"


def test_a_cookie_that_was_planted_is_not_signed_in_later(open_browser: OpenBrowser) -> None:
    """Session fixation: what the browser had before it signed in is worth nothing afterwards."""
    victim = open_browser()
    victim.token()
    planted, token = dict(victim.cookies), victim.csrf
    victim.sign_in("anna")
    assert victim.cookies["sleutelkast"] != planted["sleutelkast"]
    assert victim.csrf != token
    thief = open_browser().take_over(planted, token)
    assert thief.get("/api/v1/session").json["person"] is None
    assert problem(thief.get("/api/v1/devices")) == (401, "sign-in-required")


@pytest.mark.parametrize(
    ("says", "read"),
    [
        pytest.param({"Accept_Language": "ar;q=0.4, de-AT"}, "de", id="the browser's"),
        pytest.param({"Accept_Language": "tlh"}, "en", id="one that there is"),
    ],
)
def test_the_language_in_which_somebody_signs_in_is_kept_for_their_mail(
    portal: Portal, open_browser: OpenBrowser, says: dict[str, str], read: str
) -> None:
    visitor = open_browser()
    visitor.token()
    visitor.post("/api/v1/session", {"username": "anna", "password": PASSWORD}, **says)
    with portal.store.read() as tx:
        anna = tx.people.by_username("anna")
    assert anna is not None
    assert (anna.locale, anna.reads, anna.language) == (None, read, read)


def test_the_token_of_before_is_no_token_afterwards(open_browser: OpenBrowser) -> None:
    visitor = open_browser()
    token = visitor.token()
    visitor.sign_in("anna")
    visitor.csrf = token
    assert problem(visitor.patch("/api/v1/session", {"locale": "nl"})) == (403, "csrf-failed")


def test_signing_in_once_more_ends_the_session_before(open_browser: OpenBrowser) -> None:
    visitor = open_browser().signed_in("anna")
    before, token = dict(visitor.cookies), visitor.csrf
    assert visitor.sign_in("bram").json["person"]["username"] == "bram"
    assert visitor.cookies["sleutelkast"] != before["sleutelkast"]
    assert open_browser().take_over(before, token).get("/api/v1/session").json["person"] is None


def test_a_failed_attempt_does_not_end_it(open_browser: OpenBrowser) -> None:
    visitor = open_browser().signed_in("anna")
    visitor.sign_in("bram", "wrong")
    assert visitor.get("/api/v1/session").json["person"]["username"] == "anna"


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(open_browser: OpenBrowser) -> None:
    visitor = open_browser().signed_in("anna")
    stolen, token = dict(visitor.cookies), visitor.csrf
    assert open_browser().take_over(stolen, token).get("/api/v1/devices").status_code == 200
    visitor.delete("/api/v1/session")
    assert "sleutelkast" not in visitor.cookies
    assert problem(open_browser().take_over(stolen, token).get("/api/v1/devices")) == (401, "sign-in-required")


def test_signing_out_here_leaves_the_others(open_browser: OpenBrowser) -> None:
    phone, desk = open_browser().signed_in("anna"), open_browser().signed_in("anna")
    phone.delete("/api/v1/session")
    assert desk.get("/api/v1/devices").status_code == 200


def test_signing_out_everywhere_ends_all_of_this_person(open_browser: OpenBrowser) -> None:
    phone, desk, other = (
        open_browser().signed_in("anna"),
        open_browser().signed_in("anna"),
        open_browser().signed_in("bram"),
    )
    assert phone.delete("/api/v1/session?everywhere=1").status_code == 204
    assert problem(desk.get("/api/v1/devices")) == (401, "sign-in-required")
    assert other.get("/api/v1/devices").status_code == 200


@sqlite_alone
@pytest.mark.parametrize("query", ["everywhere=0", "everywhere=yes", "elsewhere=1"])
def test_signing_out_is_never_misunderstood(anna: Visitor, query: str) -> None:
    assert problem(anna.delete(f"/api/v1/session?{query}"))[0] == 422
    assert anna.get("/api/v1/devices").status_code == 200


def test_a_disabled_person_is_out_at_once(portal: Portal, anna: Visitor) -> None:
    manage.disable_person(portal.world, "anna")
    assert problem(anna.get("/api/v1/devices")) == (401, "sign-in-required")


def test_a_new_password_ends_every_session(portal: Portal, open_browser: OpenBrowser) -> None:
    visitor = open_browser().signed_in("anna")
    manage.set_password(portal.world, "anna", SecretBytes(b"a new password"))
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")
    assert open_browser().sign_in("anna").status_code == 401
    assert open_browser().sign_in("anna", "a new password").status_code == 200


def test_a_session_ends_when_it_is_not_used(anna: Visitor, clock: HandClock) -> None:
    clock.pass_time(minutes=29, seconds=59)
    assert anna.get("/api/v1/devices").status_code == 200
    clock.pass_time(minutes=29, seconds=59)
    assert anna.get("/api/v1/devices").status_code == 200
    clock.pass_time(minutes=30)
    assert problem(anna.get("/api/v1/devices")) == (401, "sign-in-required")


def test_an_open_page_keeps_no_session_alive(anna: Visitor, clock: HandClock, at: str) -> None:
    """It asks by itself, again and again: nobody sits before it."""
    for path in ("/api/v1/notices", f"{at}/deposits/latest", f"{at}/checks/latest"):
        clock.pass_time(minutes=9)
        assert anna.get(path).status_code in {200, 404}
    clock.pass_time(minutes=3)
    assert problem(anna.get("/api/v1/notices")) == (401, "sign-in-required")


def test_a_session_ends_however_much_it_is_used(anna: Visitor, clock: HandClock) -> None:
    for _ in range(12 * 3 - 1):
        clock.pass_time(minutes=20)
        assert anna.get("/api/v1/devices").status_code == 200
    clock.pass_time(minutes=20)
    assert problem(anna.get("/api/v1/devices")) == (401, "sign-in-required")


def test_signing_in_again_does_not_make_a_session_longer(anna: Visitor, clock: HandClock) -> None:
    for _ in range(35):
        clock.pass_time(minutes=20)
        assert anna.post("/api/v1/session/confirmation", {"password": PASSWORD}).status_code == 200
    clock.pass_time(minutes=20)
    assert problem(anna.get("/api/v1/devices")) == (401, "sign-in-required")


def test_confirming_with_a_wrong_password_signs_nobody_out(anna: Visitor) -> None:
    assert problem(anna.post("/api/v1/session/confirmation", {"password": "wrong"})) == (401, "sign-in-failed")
    assert anna.get("/api/v1/devices").status_code == 200


@sqlite_alone
@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("", id="empty"),
        pytest.param("x", id="no cookie of ours"),
        pytest.param("eyJfdXNlcl9pZCI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", id="with a forged signature"),
        pytest.param("." * 4000, id="long"),
    ],
)
def test_a_forged_cookie_is_nobodys(open_browser: OpenBrowser, cookie: str) -> None:
    visitor = open_browser().take_over({"sleutelkast": cookie}, None)
    assert visitor.get("/api/v1/session").json["person"] is None


def test_a_changed_cookie_is_nobodys(anna: Visitor, open_browser: OpenBrowser) -> None:
    payload, _, rest = anna.cookies["sleutelkast"].partition(".")
    changed = f"{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}.{rest}"
    visitor = open_browser().take_over({"sleutelkast": changed}, anna.csrf)
    assert problem(visitor.get("/api/v1/devices")) == (401, "sign-in-required")


@sqlite_alone
def test_the_cookie_over_http_on_loopback(open_browser: OpenBrowser) -> None:
    assert attributes(open_browser()) == ("sleutelkast", {"HttpOnly", "Path=/", "SameSite=Lax"})


@sqlite_alone
def test_the_cookie_over_https(portal: Portal) -> None:
    portal.settings = replace(portal.settings, public_url="https://keys.example.org")
    visitor = Visitor(make_app(portal), at="https://keys.example.org")  # type: ignore[arg-type]
    assert attributes(visitor) == ("__Host-sleutelkast", {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"})
    assert visitor.signed_in("anna").get("/api/v1/devices").status_code == 200


@sqlite_alone
def test_the_cookie_holds_no_name(anna: Visitor) -> None:
    """What a cookie holds can be read by whoever has it: an id that means nothing, and the token."""
    with anna.client.session_transaction(base_url=anna.at) as kept:
        assert set(kept) == {"_user_id", "csrf"}
        assert kept["_user_id"] != anna.get("/api/v1/session").json["person"]["id"]


def attributes(visitor: Visitor) -> tuple[str, set[str]]:
    """Name and attributes of the cookie that a first answer sets; without `Domain` it goes to this host alone."""
    cookie, *rest = visitor.get("/api/v1/session").headers["Set-Cookie"].split("; ")
    return cookie.partition("=")[0], set(rest)
