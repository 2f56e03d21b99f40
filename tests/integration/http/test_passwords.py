"""Setting a password by a link, and changing one's own, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sleutelkast.factory import Portal
from sleutelkast.http.limits import LINK_FAILURES
from sleutelkast.usecases import manage
from sleutelkast.usecases.passwords import make_link
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import PASSWORD, HandClock, Visitor, problem

OpenBrowser = Callable[[], Visitor]
LINKS, OWN = "/api/v1/password-links", "/api/v1/account/password"
NEW = "een ander wachtwoord"


def test_a_link_opens_the_account_with_another_password(portal: Portal, open_browser: OpenBrowser) -> None:
    visitor, anna = open_browser(), open_browser().signed_in("anna")
    assert visitor.post(LINKS, {"token": link(portal), "password": NEW}).status_code == 204
    assert visitor.get("/api/v1/session").json["person"] is None
    assert problem(anna.get("/api/v1/devices")) == (401, "sign-in-required")
    assert open_browser().sign_in("anna").status_code == 401
    assert open_browser().sign_in("anna", NEW).status_code == 200


def test_every_link_that_is_over_gets_the_same_answer(portal: Portal, open_browser: OpenBrowser) -> None:
    """Nobody learns whose it was, or whether there ever was one."""
    used, replaced = link(portal), link(portal, "bram")
    link(portal, "bram")
    visitor = open_browser()
    visitor.post(LINKS, {"token": used, "password": NEW})
    of_disabled = link(portal)
    manage.disable_person(portal.world, "anna")
    tokens = (used, replaced, of_disabled, "0" * 64, "é", "x" * 128)
    answers = [visitor.post(LINKS, {"token": token, "password": NEW}) for token in tokens]
    assert {problem(answer) for answer in answers} == {(410, "link-over")}
    assert len({answer.data for answer in answers}) == 1


def test_a_weak_password_is_refused_in_words_and_the_link_still_works(
    portal: Portal, open_browser: OpenBrowser
) -> None:
    token, visitor = link(portal), open_browser()
    answer = visitor.post(LINKS, {"token": token, "password": "password1234"})
    assert problem(answer) == (422, "password-refused")
    assert answer.json["params"] == {"reason": "common", "least": 12}
    assert "password1234" not in answer.get_data(as_text=True)
    assert visitor.post(LINKS, {"token": token, "password": NEW}).status_code == 204


@sqlite_alone
def test_whoever_tries_links_has_to_wait(open_browser: OpenBrowser) -> None:
    visitor, tries = open_browser(), int(LINK_FAILURES.split()[0])
    told = [problem(visitor.post(LINKS, {"token": "0" * 64, "password": NEW})) for _ in range(tries + 1)]
    assert set(told[:-1]) == {(410, "link-over")}
    assert told[-1] == (429, "too-many-attempts")


def test_one_changes_ones_own_password(anna: Visitor, open_browser: OpenBrowser) -> None:
    elsewhere = open_browser().signed_in("anna")
    assert anna.call("PUT", OWN, {"present": PASSWORD, "password": NEW}).status_code == 204
    assert anna.get("/api/v1/devices").status_code == 200
    assert problem(elsewhere.get("/api/v1/devices")) == (401, "sign-in-required")
    assert [one["code"] for one in anna.get("/api/v1/notices").json["items"]] == ["password-changed"]
    assert open_browser().sign_in("anna", NEW).status_code == 200


def test_without_the_present_password_a_fresh_sign_in_is_needed(anna: Visitor, clock: HandClock) -> None:
    clock.pass_time(minutes=10)
    assert problem(anna.call("PUT", OWN, {"password": NEW})) == (403, "sign-in-again")
    anna.post("/api/v1/session/confirmation", {"password": PASSWORD})
    assert anna.call("PUT", OWN, {"password": NEW}).status_code == 204


@sqlite_alone
def test_the_present_password_can_not_be_guessed_at_an_open_page(anna: Visitor) -> None:
    wrong = {"present": "wrong", "password": NEW}
    told = [problem(anna.call("PUT", OWN, wrong)) for _ in range(11)]
    assert told == [(401, "sign-in-failed")] * 10 + [(429, "too-many-attempts")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"password": ""}, id="nothing"),
        pytest.param({"password": "x" * 4097}, id="far too long"),
        pytest.param({"password": NEW, "username": "bram"}, id="somebody else's"),
    ],
)
@sqlite_alone
def test_what_is_no_request_changes_nothing(anna: Visitor, open_browser: OpenBrowser, body: object) -> None:
    assert problem(anna.call("PUT", OWN, body)) == (422, "invalid")
    assert open_browser().sign_in("anna").status_code == 200


@sqlite_alone
def test_the_page_is_told_how_long_a_password_has_to_be(open_browser: OpenBrowser) -> None:
    assert open_browser().get("/api/v1/session").json["password_length"] == 12


def link(portal: Portal, username: str = "anna") -> str:
    return make_link(portal.world, username).reveal().decode()
