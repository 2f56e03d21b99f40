"""The compliance endpoint, as nginx's `auth_request` and other systems ask it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from werkzeug.test import TestResponse

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.compliance import EscrowPolicy
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.http.models import as_moment
from sleutelkast.usecases.api_tokens import add_token, revoke_token
from tests.integration.http.webhook import rotates
from tests.unit.http.harness import KEY, OTHER_KEY, HandClock, Visitor, add_mac, problem

GRACE = timedelta(days=21)
Ask = Callable[..., TestResponse]


def test_a_mac_with_a_kept_key_may(portal: Portal, ask: Ask, anna: Visitor, mac: Device, at: str) -> None:
    anna.post(f"{at}/deposits", {"recovery_key": KEY, "confirmation": KEY})
    rotates(portal, anna, mac, OTHER_KEY)
    answer = ask("C02ANNA")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "X-Access-Until" not in answer.headers


def test_a_mac_without_one_may_until_its_grace_ends(ask: Ask, mac: Device, clock: HandClock) -> None:
    since = clock.now()
    answer = ask("C02ANNA")
    assert answer.status_code == 204
    assert answer.headers["X-Access-Until"] == as_moment(since + GRACE)
    clock.moment = since + GRACE
    denied = ask("C02ANNA")
    assert problem(denied) == (403, "access-denied")
    assert "X-Access-Until" not in denied.headers


@pytest.mark.parametrize("policy", [EscrowPolicy.OFF, EscrowPolicy.WARN], indirect=True)
def test_where_no_key_is_required_each_mac_may(ask: Ask, mac: Device, clock: HandClock) -> None:
    clock.pass_time(days=999)
    answer = ask("C02ANNA")
    assert answer.status_code == 204
    assert "X-Access-Until" not in answer.headers


@pytest.mark.parametrize(
    "serial",
    [
        pytest.param("C02NOBODY", id="not known"),
        pytest.param("c02anna", id="in small letters"),
        pytest.param("C02ANNA%20", id="with a blank"),
        pytest.param("%00", id="a null character"),
        pytest.param("C02ANNA%00", id="with a null character"),
        pytest.param("%C3%A9", id="not ASCII"),
        pytest.param("x" * 10_000, id="long"),
        pytest.param("' OR '1'='1", id="a piece of SQL"),
        pytest.param("%25", id="a wildcard"),
    ],
)
def test_a_strange_or_unknown_serial_gets_the_answer_of_a_mac_that_may_not(
    ask: Ask, mac: Device, clock: HandClock, serial: str
) -> None:
    clock.pass_time(days=22)
    known, unknown = ask("C02ANNA"), ask(serial)
    assert (unknown.status_code, unknown.data) == (known.status_code, known.data) == (403, known.data)
    assert dict(unknown.headers) == dict(known.headers)


def test_the_id_of_a_mac_is_no_serial(ask: Ask, mac: Device) -> None:
    assert problem(ask(mac.id)) == (403, "access-denied")


@pytest.mark.parametrize("has_deposit", [False, True], ids=["without a deposit", "with one"])
def test_an_unknown_serial_takes_the_same_way_through_the_database(
    portal: Portal, ask: Ask, anna: Visitor, mac: Device, at: str, clock: HandClock, has_deposit: bool
) -> None:
    """What takes the same statements takes the same time; a clock would only measure the machine."""
    if has_deposit:
        anna.post(f"{at}/deposits", {"recovery_key": KEY, "confirmation": KEY})
    clock.pass_time(days=99)
    ask("C02ANNA")  # the last use of the token is noted now
    known, unknown = statements(portal, lambda: ask("C02ANNA")), statements(portal, lambda: ask("C02NOBODY"))
    assert [statement for statement, _ in known] == [statement for statement, _ in unknown]
    assert len(known) == 4


def test_each_question_is_answered_by_an_index(portal: Portal, ask: Ask, mac: Device) -> None:
    asked = statements(portal, lambda: ask("C02ANNA"))
    with portal.store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # With hardly a row in a table it would not be worth its while.
            connection.exec_driver_sql("SET enable_seqscan = off")
        plans = [plan_of(connection, *one) for one in asked]
    assert len(plans) == 4
    for plan in plans:
        assert "INDEX" in plan
        assert "SEQ SCAN" not in plan
        assert not re.search(r"^SCAN", plan, re.MULTILINE)


def test_no_answer_is_kept_by_anybody(ask: Ask, mac: Device, open_browser: Callable[[], Visitor]) -> None:
    nobody = open_browser()
    for answer in (ask("C02ANNA"), ask("C02NOBODY"), nobody.get("/api/v1/access/C02ANNA")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("authorization", "error"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an empty header"),
        pytest.param("Basic c2xrOnNsaw==", None, id="another scheme"),
        pytest.param("Bearer", "invalid_token", id="a scheme without a token"),
        pytest.param("Bearer nonsense", "invalid_token", id="no token of ours"),
        pytest.param(f"Bearer slk_{'0' * 24}_{'0' * 64}", "invalid_token", id="one that nobody made"),
    ],
)
def test_who_shows_no_token_that_holds_is_told_so(
    open_browser: Callable[[], Visitor], mac: Device, authorization: str | None, error: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = open_browser().get("/api/v1/access/C02ANNA", **headers)
    assert problem(answer) == (401, "token-required")
    assert answer.headers["WWW-Authenticate"] == challenge(error)


def test_the_scheme_is_not_minded_letter_for_letter(
    open_browser: Callable[[], Visitor], mac: Device, token: str
) -> None:
    assert open_browser().get("/api/v1/access/C02ANNA", Authorization=f"bearer {token}").status_code == 204


def test_a_token_without_the_scope(portal: Portal, open_browser: Callable[[], Visitor], mac: Device) -> None:
    _, written = add_token(portal.world, "another", frozenset(), None)
    answer = open_browser().get("/api/v1/access/C02ANNA", Authorization=f"Bearer {written.reveal().decode()}")
    assert problem(answer) == (403, "token-forbidden")
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="sleutelkast", error="insufficient_scope", scope="access:read"'
    )


def test_a_revoked_token(portal: Portal, ask: Ask, mac: Device, token: str) -> None:
    assert ask("C02ANNA").status_code == 204
    revoke_token(portal.world, token.split("_")[1])
    answer = ask("C02ANNA")
    assert problem(answer) == (401, "token-required")
    assert answer.headers["WWW-Authenticate"] == challenge("invalid_token")


def test_who_is_signed_in_has_no_token_by_that(anna: Visitor, mac: Device) -> None:
    assert problem(anna.get("/api/v1/access/C02ANNA")) == (401, "token-required")


def test_head_is_get_without_a_body(open_browser: Callable[[], Visitor], mac: Device, token: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    assert open_browser().send("HEAD", "/api/v1/access/C02ANNA", None, bearer).status_code == 204
    assert open_browser().send("HEAD", "/api/v1/access/C02NOBODY", None, bearer).status_code == 403


def test_the_mac_of_somebody_else_is_asked_as_well(portal: Portal, ask: Ask) -> None:
    add_mac(portal.world, "bram", "C02BRAM")
    assert ask("C02BRAM").status_code == 204


def challenge(error: str | None) -> str:
    return 'Bearer realm="sleutelkast"' + ("" if error is None else f', error="{error}"')


def statements(portal: Portal, act: Callable[[], object]) -> list[tuple[str, Any]]:
    """What is asked of the database meanwhile: each statement with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(portal.store.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(portal.store.engine, "before_cursor_execute", note)
    return asked


def plan_of(connection: Connection, statement: str, values: Any) -> str:
    """How the database goes about it, in capitals."""
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
    return "\n".join(str(row[-1]) for row in rows).upper()


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> EscrowPolicy:
    return getattr(request, "param", EscrowPolicy.REQUIRE)


@pytest.fixture
def portal(portal: Portal, policy: EscrowPolicy) -> Portal:
    changed = replace(portal.world.policy, escrow=policy, escrow_grace=GRACE)
    portal.world = replace(portal.world, policy=changed)
    return portal


@pytest.fixture
def token(portal: Portal) -> str:
    _, written = add_token(portal.world, "proxy", frozenset({Scope.ACCESS_READ}), None)
    return written.reveal().decode()


@pytest.fixture
def ask(open_browser: Callable[[], Visitor], token: str) -> Ask:
    """Asks for the access of a Mac, as a proxy does."""
    return lambda serial: open_browser().get(f"/api/v1/access/{serial}", Authorization=f"Bearer {token}")
