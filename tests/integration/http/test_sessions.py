"""Where somebody is signed in, as they see it, and ending it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from sleutelkast.adapters.store.schema import audit, sessions
from sleutelkast.factory import Portal
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import PASSWORD, HandClock, Visitor, problem

OpenBrowser = Callable[[], Visitor]
AT = "/api/v1/sessions"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1"
)


def test_each_is_told_with_its_browser_its_way_and_its_times(anna: Visitor, clock: HandClock) -> None:
    before = anna.get(AT).json["items"][0]["created_at"]
    clock.pass_time(minutes=5)
    phone = signed_in_with(anna, IPHONE)
    clock.pass_time(minutes=5)
    this, other = anna.get(AT).json["items"]
    assert this == {
        "id": this["id"],
        "this": True,
        "way": "password",
        "browser": None,
        "system": None,
        "created_at": before,
        "last_used_at": this["last_used_at"],
    }
    assert (other["this"], other["browser"], other["system"]) == (False, "Safari", "iPhone")
    assert before < other["created_at"] == other["last_used_at"] < this["last_used_at"]
    assert [one["id"] for one in phone.get(AT).json["items"]] == [other["id"], this["id"]]


def test_the_name_of_a_session_is_not_its_secret(portal: Portal, anna: Visitor, open_browser: OpenBrowser) -> None:
    """Whoever reads the list, over a shoulder or in a picture, comes by no session."""
    (listed,) = anna.get(AT).json["items"]
    with portal.store.engine.connect() as connection:
        (secret,) = connection.scalars(select(sessions.c.id)).all()
    assert secret not in anna.get(AT).text
    assert len(listed["id"]) == 20
    with anna.client.session_transaction(base_url=anna.at) as cookie:
        assert secret in cookie.values()
        cookie["_user_id"] = listed["id"]
    assert problem(anna.get(AT)) == (401, "sign-in-required")
    assert problem(open_browser().signed_in("anna").delete(f"{AT}/{secret}")) == (404, "not-found")


def test_one_is_ended_and_the_others_are_not(anna: Visitor, open_browser: OpenBrowser) -> None:
    phone, desk = open_browser().signed_in("anna"), open_browser().signed_in("anna")
    answer = anna.delete(f"{AT}/{own_name(phone)}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert problem(phone.get("/api/v1/devices")) == (401, "sign-in-required")
    assert desk.get("/api/v1/devices").status_code == 200
    assert len(anna.get(AT).json["items"]) == 2


def test_ending_the_one_that_asks_is_signing_out(anna: Visitor, open_browser: OpenBrowser) -> None:
    other = open_browser().signed_in("anna")
    assert anna.delete(f"{AT}/{own_name(anna)}").status_code == 204
    assert "sleutelkast" not in anna.cookies
    assert anna.get("/api/v1/session").json["person"] is None
    assert other.get("/api/v1/devices").status_code == 200


def test_all_others_are_ended_at_once(anna: Visitor, bram: Visitor, open_browser: OpenBrowser) -> None:
    others = [open_browser().signed_in("anna") for _ in range(3)]
    assert anna.delete(AT).status_code == 204
    assert [one["this"] for one in anna.get(AT).json["items"]] == [True]
    assert {problem(one.get("/api/v1/devices")) for one in others} == {(401, "sign-in-required")}
    assert bram.get("/api/v1/devices").status_code == 200


def test_those_of_somebody_else_are_nowhere(anna: Visitor, bram: Visitor) -> None:
    theirs = own_name(bram)
    assert theirs not in anna.get(AT).text
    assert problem(anna.delete(f"{AT}/{theirs}")) == (404, "not-found")
    assert problem(anna.get(f"{AT}?after={theirs}")) == (422, "invalid")
    assert bram.get("/api/v1/devices").status_code == 200


def test_those_that_are_over_are_not_listed_and_not_ended(
    portal: Portal, anna: Visitor, open_browser: OpenBrowser, clock: HandClock
) -> None:
    idle = portal.world.policy.sessions.idle
    left = own_name(open_browser().signed_in("anna"))
    clock.pass_time(seconds=idle.total_seconds() - 60)
    assert anna.get("/api/v1/devices").status_code == 200
    clock.pass_time(seconds=60)
    assert [one["this"] for one in anna.get(AT).json["items"]] == [True]
    assert problem(anna.delete(f"{AT}/{left}")) == (404, "not-found")


def test_the_list_comes_page_by_page(anna: Visitor, open_browser: OpenBrowser, clock: HandClock) -> None:
    for _ in range(4):
        clock.pass_time(seconds=1)
        open_browser().signed_in("anna")
    every = anna.get(AT).json["items"]
    assert [one["this"] for one in every] == [True, False, False, False, False]
    assert [one["created_at"] for one in every[1:]] == sorted((one["created_at"] for one in every[1:]), reverse=True)
    paged, after = [], ""
    while True:
        page = anna.get(f"{AT}?limit=2{after}").json
        paged += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert paged == every


def test_what_was_done_is_in_the_audit_log(portal: Portal, anna: Visitor, open_browser: OpenBrowser) -> None:
    anna.delete(f"{AT}/{own_name(open_browser().signed_in('anna'))}")
    anna.delete(AT)
    with portal.store.engine.connect() as connection:
        done = connection.execute(select(audit.c.action, audit.c.outcome).order_by(audit.c.id)).all()
    assert done[-2:] == [("sign-out", "done"), ("sign-out", "done")]


@sqlite_alone
def test_each_way_to_begin_one_has_its_name(portal: Portal, anna: Visitor) -> None:
    for way in ("password", "passkey", "oidc"):
        with portal.store.engine.begin() as connection:
            connection.execute(update(sessions).values(way=way))
        assert anna.get(AT).json["items"][0]["way"] == way


@sqlite_alone
@pytest.mark.parametrize("name", ["x", "A" * 20, "a" * 64, "a" * 65, "%00", "%F0%9F%97%9D"])
def test_a_name_that_nobody_has_is_nowhere(anna: Visitor, name: str) -> None:
    assert problem(anna.delete(f"{AT}/{name}")) == (404, "not-found")
    assert anna.get(AT).status_code == 200


def signed_in_with(anna: Visitor, user_agent: str) -> Visitor:
    visitor = Visitor(anna.client.application)
    answer = visitor.post("/api/v1/session", {"username": "anna", "password": PASSWORD}, User_Agent=user_agent)
    visitor.csrf = answer.json["csrf"]
    return visitor


def own_name(visitor: Visitor) -> str:
    listed: dict[str, Any] = visitor.get(AT).json["items"][0]
    assert listed["this"]
    return str(listed["id"])
