"""Somebody who planted a cookie in another's browser, or took one from it.

Time-outs and forged cookies are tried in tests/integration/http/test_session.py, the button "Back" after signing out in
e2e/journeys/test_sign_in.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from e2e.adversary.attacker import Program
from e2e.portal import Owner, Portal

End = Callable[[Portal, Owner, Program], object]


def test_a_cookie_that_was_planted_before_is_nobodys_after_the_sign_in(portal: Portal, stranger: Program) -> None:
    owner, victim = portal.newcomer(), Program(portal)
    assert stranger.person is None
    victim.cookies = dict(stranger.cookies)
    victim.signs_in(owner)
    assert stranger.person is None
    assert stranger.calls("GET", "devices").problem == (401, "sign-in-required")
    assert victim.person is not None


def test_the_session_of_an_attacker_that_was_planted_ends_with_the_sign_in(
    portal: Portal, signed_in: Callable[[Owner], Program]
) -> None:
    """Else what the victim does next would be done in a session that two share."""
    attacker, owner, victim = signed_in(portal.newcomer()), portal.newcomer(), Program(portal)
    victim.cookies = dict(attacker.cookies)
    victim.signs_in(owner)
    assert attacker.person is None
    assert [mac["serial"] for mac in victim.macs] == [owner.mac.serial]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda portal, owner, victim: victim.calls("DELETE", "session"), id="signed out"),
        pytest.param(
            lambda portal, owner, victim: victim.calls("DELETE", "session?everywhere=1"), id="signed out everywhere"
        ),
        pytest.param(
            lambda portal, owner, victim: _in_another_browser(portal, owner).calls("DELETE", "session?everywhere=1"),
            id="signed out everywhere, from another browser",
        ),
        pytest.param(
            lambda portal, owner, victim: _in_another_browser(portal, owner).calls(
                "PUT", "account/password", {"present": owner.password, "password": secrets.token_urlsafe(18)}
            ),
            id="a password of their own choice, from another browser",
        ),
        pytest.param(
            lambda portal, owner, victim: victim.calls("POST", "session/confirmation", {"password": owner.password}),
            id="signed in again, in that very session",
        ),
        pytest.param(
            lambda portal, owner, victim: victim.calls(
                "PUT", "account/password", {"present": owner.password, "password": secrets.token_urlsafe(18)}
            ),
            id="a password of their own choice, in that very session",
        ),
        pytest.param(
            lambda portal, owner, victim: portal.command("person", "disable", owner.username), id="person disabled"
        ),
        pytest.param(
            lambda portal, owner, victim: portal.command(
                "person", "password", owner.username, "--password-stdin", typed=f"{secrets.token_urlsafe(12)}\n"
            ),
            id="password reset",
        ),
    ],
)
def test_a_cookie_that_was_taken_is_worth_nothing_once_the_session_ended(
    portal: Portal, signed_in: Callable[[Owner], Program], end: End
) -> None:
    owner = portal.newcomer()
    victim, thief = signed_in(owner), Program(portal)
    thief.cookies = dict(victim.cookies)
    assert thief.person == victim.person
    end(portal, owner, victim)
    assert thief.person is None
    assert thief.calls("GET", "devices").problem == (401, "sign-in-required")
    assert thief.calls("PATCH", "session", {"locale": "nl"}).problem == (401, "sign-in-required")


def _in_another_browser(portal: Portal, owner: Owner) -> Program:
    program = Program(portal)
    program.signs_in(owner)
    return program
