"""How often things may be tried."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from limits import parse
from werkzeug.test import TestResponse

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.http.app import Site, create_app
from sleutelkast.http.limits import (
    CHECK_INS,
    CHECK_INS_OF_ADDRESS,
    CHECKS,
    DEPOSITS,
    REVEALS,
    SIGN_IN_FAILURES,
    SIGN_IN_FAILURES_OF_ADDRESS,
    WRONG_TOKENS,
    CountsInProcess,
    CountsInRedis,
)
from sleutelkast.usecases.api_tokens import add_token
from tests.unit.http.harness import CRYPT_SECRET, HandClock, Visitor, problem


def test_wrong_passwords_are_limited(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(allowed(SIGN_IN_FAILURES)):
        assert problem(visitor.sign_in("anna", "wrong")) == (401, "sign-in-failed")
    answer = visitor.sign_in("anna", "wrong")
    assert problem(answer) == (429, "too-many-attempts")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert problem(visitor.sign_in("anna"))[0] == 429


def test_another_browser_at_the_same_address_is_the_same_to_them(app: Flask) -> None:
    fail(Visitor(app), "anna", allowed(SIGN_IN_FAILURES))
    assert problem(Visitor(app).sign_in("anna"))[0] == 429


@pytest.mark.parametrize("spelling", ["ANNA", " anna ", "Anna"])
def test_another_spelling_is_the_same_person(app: Flask, spelling: str) -> None:
    fail(Visitor(app), "anna", allowed(SIGN_IN_FAILURES))
    assert problem(Visitor(app).sign_in(spelling))[0] == 429


def test_nobody_is_locked_out_from_elsewhere(app: Flask) -> None:
    fail(Visitor(app, address="192.0.2.7"), "anna", allowed(SIGN_IN_FAILURES))
    assert Visitor(app, address="192.0.2.8").sign_in("anna").status_code == 200


def test_nor_by_somebody_else_at_the_same_address(app: Flask) -> None:
    fail(Visitor(app), "bram", allowed(SIGN_IN_FAILURES))
    assert Visitor(app).sign_in("anna").status_code == 200


def test_an_address_that_tries_many_names_is_limited(app: Flask) -> None:
    visitor = Visitor(app)
    for number in range(allowed(SIGN_IN_FAILURES_OF_ADDRESS)):
        assert visitor.sign_in(f"guess-{number}", "wrong").status_code == 401
    assert problem(visitor.sign_in("anna")) == (429, "too-many-attempts")


def test_successes_do_not_count(app: Flask) -> None:
    visitor = Visitor(app)
    fail(visitor, "anna", allowed(SIGN_IN_FAILURES) - 1)
    for _ in range(allowed(SIGN_IN_FAILURES) + 5):
        assert Visitor(app).sign_in("anna").status_code == 200
    assert problem(visitor.sign_in("anna", "wrong"))[0] == 401
    assert problem(visitor.sign_in("anna"))[0] == 429


def test_what_is_no_attempt_does_not_count(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(allowed(SIGN_IN_FAILURES) + 5):
        assert visitor.post("/api/v1/session", {"username": "anna"}).status_code == 422
    assert visitor.sign_in("anna").status_code == 200


def test_a_claimed_address_is_no_other_address(app: Flask) -> None:
    """Without a proxy set, whoever sends X-Forwarded-For stays where they are."""
    visitor = Visitor(app)
    for number in range(allowed(SIGN_IN_FAILURES)):
        body = {"username": "anna", "password": "wrong"}
        visitor.post("/api/v1/session", body, X_Forwarded_For=f"198.51.100.{number}")
    assert problem(visitor.sign_in("anna"))[0] == 429


def test_confirmations_are_limited(anna: Visitor) -> None:
    for _ in range(allowed(SIGN_IN_FAILURES)):
        assert problem(anna.post("/api/v1/session/confirmation", {"password": "wrong"}))[0] == 401
    assert problem(anna.post("/api/v1/session/confirmation", {"password": "wrong"}))[0] == 429
    assert anna.get("/api/v1/devices").status_code == 200


Ask = Callable[[Visitor, str], TestResponse]


@pytest.mark.parametrize(
    ("limit", "ask"),
    [
        pytest.param(DEPOSITS, lambda one, at: one.post(f"{at}/deposits", {}), id="deposits"),
        pytest.param(REVEALS, lambda one, at: one.post(f"{at}/reveals", {}), id="reveals"),
        pytest.param(CHECKS, lambda one, at: one.post(f"{at}/checks"), id="checks"),
    ],
)
def test_what_a_person_does_is_limited(anna: Visitor, annas_mac: Device, limit: str, ask: Ask) -> None:
    at = f"/api/v1/devices/{annas_mac.id}"
    answers = [ask(anna, at) for _ in range(allowed(limit) + 1)]
    assert 429 not in {answer.status_code for answer in answers[:-1]}
    assert problem(answers[-1]) == (429, "too-many-attempts")
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_check_ins_of_crypt_clients_are_limited_per_address_and_in_all(portal: Portal, site: Site) -> None:
    app = create_app(portal.world, replace(site, crypt_secret=SecretBytes(CRYPT_SECRET.encode())))
    one, all_together = allowed(CHECK_INS_OF_ADDRESS), allowed(CHECK_INS)
    addresses = [Visitor(app, address=f"192.0.2.{number}") for number in range(all_together // one)]
    for client in addresses:
        answers = [client.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/").status_code for _ in range(one)]
        assert set(answers) == {404}
        if client is not addresses[-1]:
            assert problem(client.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/")) == (429, "too-many-attempts")
    newcomer = Visitor(app, address="198.51.100.7")
    assert problem(newcomer.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/")) == (429, "too-many-attempts")


def test_guesses_use_up_nothing_of_what_clients_may(portal: Portal, site: Site) -> None:
    app = create_app(portal.world, replace(site, crypt_secret=SecretBytes(CRYPT_SECRET.encode())))
    client = Visitor(app)
    for _ in range(allowed(CHECK_INS_OF_ADDRESS) + 1):
        assert problem(client.get("/crypt/wrong/verify/C02/recovery_key/"))[0] in {404, 429}
    assert problem(client.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/"))[0] == 404


def test_wrong_tokens_are_limited(app: Flask) -> None:
    guesser = Visitor(app)
    for number in range(allowed(WRONG_TOKENS)):
        assert problem(guess(guesser, number)) == (401, "token-required")
    answer = guess(guesser, 0)
    assert problem(answer) == (429, "too-many-attempts")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert problem(guess(Visitor(app, address="192.0.2.8"), 0)) == (401, "token-required")


def test_who_guesses_shuts_no_right_token_out(app: Flask, portal: Portal, annas_mac: Device) -> None:
    _, written = add_token(portal.world, "proxy", frozenset(Scope), None)
    guesser = Visitor(app)
    for number in range(allowed(WRONG_TOKENS) + 1):
        guess(guesser, number)
    right = guesser.get("/api/v1/access/C02ANNA", Authorization=f"Bearer {written.reveal().decode()}")
    assert right.status_code == 204


def test_what_is_no_guess_does_not_count(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(allowed(WRONG_TOKENS) + 5):
        assert problem(visitor.get("/api/v1/access/C02ANNA"))[0] == 401


def guess(visitor: Visitor, number: int) -> TestResponse:
    return visitor.get("/api/v1/access/C02ANNA", Authorization=f"Bearer slk_{'a' * 24}_{number:064x}")


FOUR = parse("4 per minute")


@pytest.mark.parametrize(
    ("later", "more"),
    [
        pytest.param(0, 0, id="at once"),
        pytest.param(29, 0, id="before its window ends"),
        pytest.param(30, 0, id="when its window has just ended"),
        pytest.param(46, 2, id="a quarter into the next"),
        pytest.param(75, 3, id="three quarters into the next"),
        pytest.param(90, 4, id="two windows later"),
        pytest.param(3600, 4, id="much later"),
        pytest.param(-3600, 4, id="when the clock was set back"),
    ],
)
def test_what_was_counted_weighs_less_as_time_passes(later: float, more: int) -> None:
    """Four in the middle of a minute."""
    clock = [6030.0]
    counts = CountsInProcess(lambda: clock[0])
    assert [counts.hit(FOUR, "anna") for _ in range(5)] == [True] * 4 + [False]
    clock[0] += later
    assert counts.allows(FOUR, "anna") is (more > 0)
    assert [counts.hit(FOUR, "anna") for _ in range(more + 1)] == [True] * more + [False]
    assert counts.hit(FOUR, "bert")


@pytest.mark.parametrize("counted", [1, 3, 4])
def test_who_waits_as_long_as_told_is_let_in(counted: int) -> None:
    clock = [6059.0]
    counts = CountsInProcess(lambda: clock[0])
    for _ in range(4):
        counts.hit(FOUR, "anna")
    clock[0] += 1 + counts.seconds_left(FOUR, "anna")
    while counted and counts.hit(FOUR, "anna"):
        counted -= 1
    clock[0] += counts.seconds_left(FOUR, "anna") + 0.001
    assert counts.allows(FOUR, "anna")


@pytest.mark.parametrize("port", [9, None], ids=["nothing is there", "it hangs"])
def test_without_redis_each_process_counts_alone(silent: Silent, port: int | None) -> None:
    counts = CountsInRedis(f"redis://127.0.0.1:{port}/0" if port else silent.url, time.time)
    assert [counts.hit(FOUR, "anna") for _ in range(5)] == [True] * 4 + [False]
    assert not counts.allows(FOUR, "anna")
    assert counts.allows(FOUR, "bram")
    assert 0 < counts.seconds_left(FOUR, "anna") <= 60


@pytest.mark.parametrize(
    ("later", "asked"),
    [
        pytest.param(0, 1, id="at once"),
        pytest.param(4.9, 1, id="a little later"),
        pytest.param(5, 2, id="after a rest"),
        pytest.param(-3600, 2, id="when the clock was set back"),
    ],
)
def test_a_redis_that_hangs_is_asked_once_and_then_let_be_for_a_while(silent: Silent, later: float, asked: int) -> None:
    clock = [6030.0]
    counts = CountsInRedis(silent.url, lambda: clock[0])
    for _ in range(10):
        counts.allows(FOUR, "anna")
    assert silent.asked == 1
    clock[0] += later
    counts.allows(FOUR, "anna")
    assert silent.asked == asked


def test_no_request_waits_for_a_redis_that_hangs(portal: Portal, site: Site, silent: Silent) -> None:
    """Signing in asks it four times."""
    visitor = Visitor(create_app(portal.world, replace(site, limits_shared_by=silent.url)))
    visitor.token()
    began = time.monotonic()
    assert visitor.sign_in("anna").status_code == 200
    assert time.monotonic() - began < 2
    assert silent.asked == 1
    for _ in range(allowed(SIGN_IN_FAILURES)):
        assert visitor.sign_in("anna", "wrong").status_code == 401
    assert problem(visitor.sign_in("anna", "wrong"))[0] == 429


def fail(visitor: Visitor, username: str, times: int) -> None:
    for _ in range(times):
        assert visitor.sign_in(username, "wrong").status_code == 401


def allowed(limit: str) -> int:
    return int(limit.split()[0])


@pytest.fixture(autouse=True)
def clock(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """All happens in one moment, however slow the machine is."""
    clock = HandClock()
    monkeypatch.setattr(portal, "world", replace(portal.world, clock=clock))
    return clock


@pytest.fixture
def silent() -> Iterator[Silent]:
    silent = Silent()
    yield silent
    silent.close()


class Silent:
    """Listens as a Redis that hangs does: whoever connects waits for an answer that never comes."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._callers: list[socket.socket] = []

    @property
    def asked(self) -> int:
        """How often somebody has connected: that needs nobody who takes the call."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._callers.append(self._listener.accept()[0])
        return len(self._callers)

    def close(self) -> None:
        for one in (self._listener, *self._callers):
            one.close()
