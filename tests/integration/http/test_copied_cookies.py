"""Somebody copied the cookie of an open session. What its person proves since then must help its person alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sleutelkast.factory import Portal
from tests.authenticator import Authenticator
from tests.unit.http.harness import PASSWORD, HandClock, Visitor, problem

OpenBrowser = Callable[[], Visitor]
NEW = "een ander wachtwoord"
PASSKEYS, CONFIRM = "/api/v1/passkeys", "/api/v1/session/confirmation"


def signs_in_again(anna: Visitor, _device: Authenticator) -> int:
    return anna.post(CONFIRM, {"password": PASSWORD}).status_code


def confirms_with_a_passkey(anna: Visitor, device: Authenticator) -> int:
    options = anna.post(f"{CONFIRM}/passkey/options").json["options"]
    return anna.post(f"{CONFIRM}/passkey", {"credential": device.uses(options)}).status_code


def changes_the_password(anna: Visitor, _device: Authenticator) -> int:
    return anna.call("PUT", "/api/v1/account/password", {"present": PASSWORD, "password": NEW}).status_code


def removes_the_passkey(anna: Visitor, _device: Authenticator) -> int:
    (kept,) = anna.get(PASSKEYS).json["items"]
    return anna.delete(f"{PASSKEYS}/{kept['id']}").status_code


@pytest.mark.parametrize(
    "proves",
    [
        pytest.param(signs_in_again, id="signs in again"),
        pytest.param(confirms_with_a_passkey, id="confirms with a passkey"),
        pytest.param(changes_the_password, id="changes the password"),
        pytest.param(removes_the_passkey, id="removes a passkey"),
    ],
)
def test_a_copy_of_before_opens_nothing_afterwards(
    anna: Visitor, device: Authenticator, open_browser: OpenBrowser, proves: Callable[[Visitor, Authenticator], int]
) -> None:
    """Else the thief waits for the fresh sign-in, and is shown the key beside its owner."""
    thief = open_browser().take_over(anna.cookies, anna.csrf)
    assert thief.get("/api/v1/devices").status_code == 200
    assert proves(anna, device) in {200, 204}
    assert problem(thief.get("/api/v1/devices")) == (401, "sign-in-required")
    assert anna.get("/api/v1/devices").status_code == 200
    assert [one["this"] for one in anna.get("/api/v1/sessions").json["items"]] == [True]


def test_what_the_thief_fails_to_prove_ends_nothing(anna: Visitor, open_browser: OpenBrowser) -> None:
    thief = open_browser().take_over(anna.cookies, anna.csrf)
    assert problem(thief.post(CONFIRM, {"password": "guessed"})) == (401, "sign-in-failed")
    assert anna.get("/api/v1/devices").status_code == 200


def test_a_page_goes_on_with_its_token(anna: Visitor, clock: HandClock) -> None:
    """Another tab of the same browser has it, and something typed."""
    clock.pass_time(minutes=11)
    token = anna.csrf
    assert anna.post(CONFIRM, {"password": PASSWORD}).json["csrf"] == token
    assert anna.post(f"{PASSKEYS}/options").status_code == 200


def test_an_answer_that_comes_late_takes_the_new_cookie_from_nobody(anna: Visitor) -> None:
    """Two requests of one page cross: the one with the cookie of before is refused, and sets none."""
    before = dict(anna.cookies)
    anna.post(CONFIRM, {"password": PASSWORD})
    after = dict(anna.cookies)
    anna.take_over(before, anna.csrf)
    refused = anna.get("/api/v1/devices")
    assert problem(refused) == (401, "sign-in-required")
    assert "Set-Cookie" not in refused.headers
    anna.take_over(after, anna.csrf)
    assert anna.get("/api/v1/devices").status_code == 200


def test_of_two_who_prove_at_once_the_second_is_told_that_the_session_is_another(
    anna: Visitor, open_browser: OpenBrowser, portal: Portal
) -> None:
    copy = open_browser().take_over(anna.cookies, anna.csrf)
    assert anna.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    assert problem(copy.post(CONFIRM, {"password": PASSWORD})) == (401, "sign-in-required")


# What there is


@pytest.fixture
def device(anna: Visitor) -> Authenticator:
    """With a passkey of Anna's."""
    made = Authenticator()
    options = anna.post(f"{PASSKEYS}/options").json["options"]
    assert anna.post(PASSKEYS, {"name": "Phone", "credential": made.makes(options)}).status_code == 201
    return made
