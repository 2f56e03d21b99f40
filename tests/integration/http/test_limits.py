"""What is limited, row by row, in one process and with Redis between several; and who is never locked out by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from flask import Flask
from werkzeug.test import TestResponse

from sleutelkast.domain.access import Role
from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app
from sleutelkast.http import limits
from tests.integration.http.marks import sqlite_alone
from tests.integration.http.webhook import deliver, mac_of
from tests.integration.redis_server import RedisServer
from tests.unit.http.harness import CRYPT_SECRET, PASSWORD, Visitor, add_person, problem, signature

pytestmark = sqlite_alone
CONFIRM = "/api/v1/session/confirmation"
GUESSED_TOKEN = f"Bearer slk_{'a' * 24}_{'0' * 64}"
GUESSED_SIGNATURE = signature(b"{}", b"another key")
MANY = 50
"""Addresses that guess at once: from each more than somebody mistypes, and less than is refused to one address."""
DOCUMENT = Path(__file__).parents[3] / "docs" / "limits.md"
Ask = Callable[[Visitor, str, int], TestResponse]


@dataclass(frozen=True)
class Row:
    often: str
    ask: Ask
    """The visitor, the address of Anna's Mac, and the number of the attempt."""
    who: str | None = None
    everywhere: bool = False
    """Whether each attempt comes from another address."""


def sends(path: str, body: object = None) -> Ask:
    return lambda visitor, at, _: visitor.post(f"{at}{path}" if path.startswith("/") else f"/{path}", body)


def gets(path: str) -> Ask:
    return lambda visitor, at, _: visitor.get(f"{at}{path}" if path.startswith("/") else f"/{path}")


ROWS = {
    "wrong passwords for one name": Row(limits.SIGN_IN_FAILURES, lambda one, _at, _n: one.sign_in("anna", "wrong")),
    "wrong passwords of an address": Row(
        limits.SIGN_IN_FAILURES_OF_ADDRESS, lambda one, _at, number: one.sign_in(f"name-{number}", "wrong")
    ),
    "wrong passwords in all": Row(
        limits.SIGN_IN_FAILURES_IN_ALL, lambda one, _at, n: one.sign_in(f"name-{n}", "wrong"), everywhere=True
    ),
    "signing in again": Row(limits.SIGN_IN_FAILURES, lambda one, _at, _n: one.post(CONFIRM, {"password": "x"}), "anna"),
    "deposits": Row(limits.DEPOSITS, sends("/deposits", {}), "anna"),
    "rotations": Row(limits.ROTATIONS, sends("/rotations"), "anna"),
    "reveals": Row(limits.REVEALS, sends("/reveals", {}), "anna"),
    "checks": Row(limits.CHECKS, sends("/checks"), "anna"),
    "searches": Row(limits.SEARCHES, gets("api/v1/support/devices?q=mac"), "sanne"),
    "asks": Row(limits.ASKS, sends("/asks"), "sanne"),
    "wrong API tokens": Row(
        limits.WRONG_TOKENS, lambda one, _at, _n: one.get("/api/v1/access/C02ANNA", Authorization=GUESSED_TOKEN)
    ),
    "wrong signatures of the webhook": Row(limits.WRONG_SIGNATURES, lambda one, _at, _n: forged(one)),
    "wrong secrets of Crypt clients": Row(
        limits.WRONG_SECRETS, lambda one, _at, _n: one.get("/crypt/wrong/verify/C02/recovery_key/")
    ),
    "check-ins of an address": Row(
        limits.CHECK_INS_OF_ADDRESS, lambda one, _at, _n: one.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/")
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_each_is_limited_and_says_for_how_long(app: Flask, at: str, row: Row, shared: bool) -> None:
    """Redis keeps its own time, so there a window may end meanwhile: then twice as many are let through."""
    visitor = Visitor(app) if row.who is None else Visitor(app).signed_in(row.who)
    allowed, counted = int(row.often.split()[0]), 0
    while (answer := tried(visitor, at, row, counted)).status_code != 429:
        counted += 1
        assert counted <= (2 * allowed if shared else allowed)
    assert counted >= allowed
    assert problem(answer) == (429, "too-many-attempts")
    seconds = int(answer.headers["Retry-After"])
    assert 1 <= seconds <= 60
    assert answer.json["params"] == {"seconds": seconds}
    assert answer.json["detail"] == f"Wait {seconds} second{'s' * (seconds > 1)}, then try again. Nothing is lost."


def test_the_time_to_wait_is_told_in_each_language(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(int(limits.SIGN_IN_FAILURES.split()[0])):
        visitor.sign_in("anna", "wrong")
    told = {}
    for tag in ("en", "nl", "de", "ar"):
        body = {"username": "anna", "password": "wrong"}
        answer = visitor.post("/api/v1/session", body, Accept_Language=tag)
        told[tag] = answer.json["detail"]
        assert answer.headers["Retry-After"] in told[tag]
    assert len(set(told.values())) == 4


# Nobody is locked out


def test_wrong_passwords_from_elsewhere_stop_nobody(app: Flask) -> None:
    guess(Visitor(app, address="192.0.2.7"), "anna", limits.SIGN_IN_FAILURES)
    assert Visitor(app, address="192.0.2.8").sign_in("anna").status_code == 200


def test_nor_from_the_same_address_in_a_browser_in_which_they_signed_in_before(app: Flask) -> None:
    anna = Visitor(app).signed_in("anna")
    anna.delete("/api/v1/session")
    guess(Visitor(app), "anna", limits.SIGN_IN_FAILURES)
    for number in range(int(limits.SIGN_IN_FAILURES_OF_ADDRESS.split()[0])):
        Visitor(app).sign_in(f"name-{number}", "wrong")
    assert problem(Visitor(app).sign_in("anna"))[0] == 429
    anna.csrf = None
    assert anna.sign_in("anna").status_code == 200


def test_nor_from_everywhere_at_once(app: Flask) -> None:
    anna = Visitor(app, address="198.51.100.1").signed_in("anna")
    anna.delete("/api/v1/session")
    for number in range(int(limits.SIGN_IN_FAILURES_IN_ALL.split()[0])):
        Visitor(app, address=f"192.0.2.{number % MANY}").sign_in(f"name-{number}", "wrong")
    assert problem(Visitor(app, address="192.0.2.1").sign_in("bram"))[0] == 429
    anna.csrf = None
    assert anna.sign_in("anna").status_code == 200


def test_nor_does_that_stop_whoever_has_a_new_phone(app: Flask) -> None:
    """They may mistype, too; and guess no longer than that."""
    for number in range(int(limits.SIGN_IN_FAILURES_IN_ALL.split()[0])):
        Visitor(app, address=f"192.0.2.{number % MANY}").sign_in(f"name-{number}", "wrong")
    new_phone, another = Visitor(app, address="203.0.113.9"), Visitor(app, address="203.0.113.10")
    assert new_phone.sign_in("bram", "wrong").status_code == 401
    assert new_phone.sign_in("bram").status_code == 200
    guess(another, "bram", limits.MISTYPED)
    assert problem(another.sign_in("bram"))[0] == 429


def test_a_browser_in_which_somebody_else_signed_in_is_a_stranger_to_anna(app: Flask) -> None:
    """Whoever has an account of their own guesses no longer than others."""
    bram = Visitor(app).signed_in("bram")
    guess(bram, "anna", limits.SIGN_IN_FAILURES)
    assert problem(bram.sign_in("anna"))[0] == 429
    assert problem(Visitor(app).sign_in("anna"))[0] == 429


def test_and_in_her_own_browser_her_password_is_guessed_no_longer_either(app: Flask) -> None:
    anna = Visitor(app).signed_in("anna")
    guess(anna, "anna", limits.SIGN_IN_FAILURES)
    assert problem(anna.sign_in("anna", "wrong"))[0] == 429


@pytest.mark.parametrize("kept", ["", "x", "W10.x.y", "a.b.c.d", "\u00e9"])
def test_a_browser_is_not_known_by_a_cookie_that_was_made_up(app: Flask, kept: str) -> None:
    visitor = Visitor(app)
    visitor.client.set_cookie("sleutelkast-known", kept, domain="127.0.0.1")
    guess(visitor, "anna", limits.SIGN_IN_FAILURES)
    assert problem(Visitor(app).sign_in("anna"))[0] == 429


def test_the_cookie_of_a_known_browser_names_nobody_and_opens_nothing(app: Flask) -> None:
    anna = Visitor(app).signed_in("anna")
    kept = anna.cookies["sleutelkast-known"]
    assert "anna" not in kept
    thief = Visitor(app).take_over({"sleutelkast-known": kept, "sleutelkast": kept}, None)
    assert thief.get("/api/v1/session").json["person"] is None


def test_a_browser_that_many_share_knows_the_latest_of_them(app: Flask, portal: Portal) -> None:
    shared = Visitor(app)
    for number in range(9):
        add_person(portal.world, f"guest{number}")
        shared.signed_in(f"guest{number}")
    guess(Visitor(app), "guest8", limits.SIGN_IN_FAILURES)
    guess(Visitor(app), "guest0", limits.SIGN_IN_FAILURES)
    assert shared.sign_in("guest8").status_code == 200
    assert problem(shared.sign_in("guest0"))[0] == 429


def test_a_whole_office_behind_one_address_works(app: Flask, portal: Portal) -> None:
    """What succeeds is not counted, however often it does."""
    for number in range(int(limits.SIGN_IN_FAILURES_OF_ADDRESS.split()[0]) + 10):
        add_person(portal.world, f"colleague{number}")
        assert Visitor(app).sign_in(f"colleague{number}").status_code == 200


def test_who_took_a_session_over_uses_up_nothing_of_its_person(app: Flask) -> None:
    stolen, own = Visitor(app).signed_in("anna"), Visitor(app).signed_in("anna")
    for _ in range(int(limits.SIGN_IN_FAILURES.split()[0]) + 1):
        last = stolen.post(CONFIRM, {"password": "wrong"})
    assert problem(last)[0] == 429
    assert own.post(CONFIRM, {"password": PASSWORD}).status_code == 200


def test_a_network_of_ipv6_is_one_address(app: Flask) -> None:
    """Whoever has one has 2^64 of them."""
    for number in range(int(limits.SIGN_IN_FAILURES.split()[0])):
        Visitor(app, address=f"2001:db8::{number:x}").sign_in("anna", "wrong")
    assert problem(Visitor(app, address="2001:db8:0:0:1::1").sign_in("anna"))[0] == 429
    assert Visitor(app, address="2001:db8:0:1::1").sign_in("anna").status_code == 200


def test_a_storm_of_the_right_sender_loses_nothing(app: Flask, portal: Portal, mac: Device) -> None:
    """NanoMDM calls once. Whoever forges calls beside it, from its very address, stops none of its own."""
    for _ in range(int(limits.WRONG_SIGNATURES.split()[0])):
        assert problem(forged(Visitor(app))) == (401, "sign-in-required")
    assert problem(forged(Visitor(app)))[0] == 429
    for _ in range(1500):
        assert deliver(Visitor(app), mac_of(mac).connects(portal.world.clock.now())).status_code == 200


def test_who_guesses_secrets_stops_no_crypt_client(app: Flask) -> None:
    client = Visitor(app)
    for _ in range(int(limits.WRONG_SECRETS.split()[0])):
        assert problem(client.get("/crypt/wrong/verify/C02/recovery_key/")) == (404, "not-found")
    assert problem(client.get("/crypt/wrong/verify/C02/recovery_key/"))[0] == 429
    assert problem(client.get(f"/crypt/{CRYPT_SECRET}/verify/C02/recovery_key/")) == (404, "not-found")


# The table


def test_the_document_has_every_limit(app: Flask) -> None:
    told = set(re.findall(r"^\| `([A-Z]+ [^`]+)` \| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    kept = {
        (f"{method} {described(rule.rule)}", often)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        for often, *_ in getattr(app.view_functions[rule.endpoint], "limits", ())
    }
    assert kept - told == set()
    assert told - kept == set()
    for beside in (
        limits.WRONG_TOKENS,
        limits.WRONG_SIGNATURES,
        limits.WRONG_SECRETS,
        limits.WRONG_FAREWELLS,
        limits.MISTYPED,
    ):
        assert f"| {beside} |" in DOCUMENT.read_text(encoding="utf-8")


def described(path: str) -> str:
    return re.sub(r"<(?:path:)?(.*?)>", r"{\1}", path)


def tried(visitor: Visitor, at: str, row: Row, number: int) -> TestResponse:
    if row.everywhere:
        visitor.address = f"192.0.2.{number % MANY}"
    return row.ask(visitor, at, number)


def guess(visitor: Visitor, username: str, often: str) -> None:
    for _ in range(int(often.split()[0])):
        assert visitor.sign_in(username, "wrong").status_code == 401


def forged(visitor: Visitor) -> TestResponse:
    return visitor.send("POST", "/mdm/webhook", b"{}", {"X-Hmac-Signature": GUESSED_SIGNATURE})


@pytest.fixture(params=["in one process", "in Redis"])
def shared(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "in Redis")


@pytest.fixture
def app(request: pytest.FixtureRequest, portal: Portal, mac: Device) -> Flask:
    """Sanne is of IT support, Anna has a Mac, and Crypt clients report."""
    add_person(portal.world, "sanne", Role.SUPPORT)
    is_shared = "shared" in request.fixturenames and request.getfixturevalue("shared")
    jobs = request.getfixturevalue("redis_server").url if is_shared else None
    secret = SecretBytes(CRYPT_SECRET.encode())
    portal.settings = replace(portal.settings, crypt_secret=secret, jobs_url=jobs or portal.settings.jobs_url)
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture(scope="module")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    with redis.Redis.from_url(redis_process.url) as client:
        client.flushall()
    return redis_process
