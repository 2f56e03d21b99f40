"""Guessing, stealing and smuggling API tokens."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable

import pytest
import structlog
from flask import Flask
from werkzeug.test import TestResponse

from sleutelkast.domain.api_token import Scope
from sleutelkast.usecases.api_tokens import add_token, revoke_token, use_token
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import Visitor, problem

NOBODYS = f"slk_{'0' * 24}_{'0' * 64}"


def test_no_part_of_a_token_is_a_token(stage: Stage, token: str) -> None:
    """Whatever a log cut off: a guesser must not come nearer sign by sign."""
    assert all(use_token(stage.world, token[:length]) is None for length in range(len(token)))
    assert all(use_token(stage.world, token[start:]) is None for start in range(1, len(token)))


def test_each_sign_of_the_secret_counts(stage: Stage, token: str) -> None:
    start = token.rindex("_") + 1
    for place in range(start, len(token)):
        other = "0" if token[place] != "0" else "1"
        assert use_token(stage.world, token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda stage, text: NOBODYS, id="one that nobody made"),
        pytest.param(lambda stage, text: text[:-1] + ("0" if text[-1] != "0" else "1"), id="a wrong secret"),
        pytest.param(lambda stage, text: (revoke_token(stage.world, text.split("_")[1]), text)[1], id="revoked"),
        pytest.param(lambda stage, text: (stage.time_passes(days=91), text)[1], id="expired"),
    ],
)
def test_no_wrong_token_is_told_from_another(
    stage: Stage, app: Flask, token: str, spoil: Callable[[Stage, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One comparison in constant time, of as many bytes, and one answer: neither words nor time tell which it was."""
    compared: list[int] = []
    really = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(len(other))
        return really(one, other)

    wrong = spoil(stage, token)
    monkeypatch.setattr(hmac, "compare_digest", compare)
    answer = ask(app, f"Bearer {wrong}")
    assert compared == [32]
    assert (problem(answer), answer.data) == ((401, "token-required"), ask(app, f"Bearer {NOBODYS}").data)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sleutelkast", error="invalid_token"'


@pytest.mark.parametrize("name", ["access_token", "token", "authorization", "x"])
def test_a_token_in_the_address_is_refused(app: Flask, token: str, name: str) -> None:
    """Even beside one in the header: addresses are in the log of every proxy."""
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        answer = Visitor(app).get(f"/api/v1/access/C02?{name}={token}", **headers)
        assert problem(answer) == (401, "token-required")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sleutelkast", error="invalid_request"'


@pytest.mark.parametrize(
    "smuggle",
    [
        pytest.param(lambda text: {"X-Api-Key": text}, id="another header"),
        pytest.param(lambda text: {"Cookie": f"token={text}; sleutelkast={text}"}, id="a cookie"),
        pytest.param(lambda text: {"Proxy-Authorization": f"Bearer {text}"}, id="the proxy's header"),
        pytest.param(lambda text: {"Authorization": text}, id="no scheme"),
        pytest.param(lambda text: {"Authorization": f"Bearer\t{text}"}, id="a tab"),
        pytest.param(lambda text: {"Authorization": f"Bearer {NOBODYS}, Bearer {text}"}, id="behind a wrong one"),
        pytest.param(
            lambda text: {"Authorization": "Basic " + base64.b64encode(f"x:{text}".encode()).decode()}, id="a password"
        ),
    ],
)
def test_a_token_anywhere_else_is_none(app: Flask, token: str, smuggle: Callable[[str], dict[str, str]]) -> None:
    answer = Visitor(app).send("GET", "/api/v1/access/C02", None, smuggle(token))
    assert problem(answer) == (401, "token-required")


def test_a_token_in_the_path_is_the_serial_of_nothing(app: Flask, token: str) -> None:
    assert problem(Visitor(app).get(f"/api/v1/access/{token}")) == (401, "token-required")


def test_no_token_is_in_a_log(stage: Stage, app: Flask, token: str, mac: Mac) -> None:
    with structlog.testing.capture_logs() as logged:
        assert ask(app, f"Bearer {token}", mac.serial).status_code == 204
        ask(app, f"Bearer {token[:-1]}")
        Visitor(app).get(f"/api/v1/access/C02?access_token={token}")
    assert len(logged) == 3
    assert token[:-1] not in repr(logged)
    assert mac.serial not in repr(logged)


def test_a_mac_in_quarantine_has_not_the_access_of_whom_it_claims_to_be(
    stage: Stage, app: Flask, token: str, mac: Mac
) -> None:
    stage.quarantines(mac)
    assert problem(ask(app, f"Bearer {token}", mac.serial)) == (403, "access-denied")


def test_a_token_that_is_revoked_meanwhile_is_not_brought_back_by_its_use(stage: Stage, token: str) -> None:
    token_id = token.split("_")[1]
    stage.time_passes(hours=1)
    used = use_token(stage.world, token)
    revoke_token(stage.world, token_id)
    with stage.store.write() as tx:
        tx.tokens.note_use(token_id, stage.clock.now())
    assert used is not None
    assert use_token(stage.world, token) is None


def ask(app: Flask, authorization: str, serial: str = "C02") -> TestResponse:
    return Visitor(app).get(f"/api/v1/access/{serial}", Authorization=authorization)


@pytest.fixture
def token(stage: Stage) -> str:
    _, written = add_token(stage.world, "proxy", frozenset(Scope), stage.world.policy.escrow_grace * 4)
    return written.reveal().decode()
