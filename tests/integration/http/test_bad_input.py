"""What nobody means to send: each gets the right code, changes nothing and breaks nothing, on either database."""

from __future__ import annotations

from typing import Any

import pytest

from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from tests.integration.http.webhook import deposits
from tests.unit.http.harness import KEY, Visitor, problem

BAD: list[Any] = [
    pytest.param(b"", (400, "bad-request"), id="nothing"),
    pytest.param(b"null", (400, "bad-request"), id="null"),
    pytest.param(b"[]", (400, "bad-request"), id="an array"),
    pytest.param(b"24", (400, "bad-request"), id="a number"),
    pytest.param(b'"text"', (400, "bad-request"), id="a text"),
    pytest.param(b'{"recovery_key": ', (400, "bad-request"), id="broken JSON"),
    pytest.param(b'{"recovery_key": "\xff"}', (400, "bad-request"), id="not UTF-8"),
    pytest.param(b"[" * 50_000, (400, "bad-request"), id="deep"),
    pytest.param(b"x" * 3_000_000, (413, "too-large"), id="megabytes"),
    pytest.param({}, (422, "invalid"), id="empty"),
    pytest.param({"recovery_key": KEY}, (422, "invalid"), id="without the confirmation"),
    pytest.param({"recovery_key": KEY, "confirmation": KEY, "force": True}, (422, "invalid"), id="an unknown field"),
    pytest.param({"recovery_key": 24, "confirmation": 24}, (422, "invalid"), id="numbers"),
    pytest.param({"recovery_key": None, "confirmation": None}, (422, "invalid"), id="nulls"),
    pytest.param({"recovery_key": [KEY], "confirmation": [KEY]}, (422, "invalid"), id="lists"),
    pytest.param({"recovery_key": {"a": KEY}, "confirmation": {}}, (422, "invalid"), id="objects"),
    pytest.param({"recovery_key": True, "confirmation": True}, (422, "invalid"), id="truths"),
    pytest.param({"recovery_key": "\ud800" * 24, "confirmation": KEY}, (422, "invalid"), id="half characters"),
    pytest.param({"recovery_key": "\x00" * 24, "confirmation": KEY}, (422, "key-malformed"), id="null characters"),
    pytest.param({"recovery_key": "\u202e" * 24, "confirmation": KEY}, (422, "key-malformed"), id="only marks"),
    pytest.param({"recovery_key": "é" * 24, "confirmation": KEY}, (422, "key-malformed"), id="a wrong alphabet"),
]


def test_no_body_breaks_a_deposit(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    for row in BAD:
        body, expected = row.values
        answer = anna.post(f"{at}/deposits", body)
        assert problem(answer) == expected, row.id
        assert answer.headers["Cache-Control"] == "no-store"
    assert deposits(portal, mac) == ()
    assert anna.get(at).status_code == 200


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        pytest.param("an\x00na", (422, "invalid"), id="a null character"),
        pytest.param("\ud83d", (422, "invalid"), id="half a character"),
        pytest.param("\x1b[2J", (422, "invalid"), id="an escape"),
        pytest.param("x" * 191, (422, "invalid"), id="too long"),
        pytest.param("x" * 60_000, (422, "invalid"), id="very long"),
        pytest.param("anna' OR '1'='1", (401, "sign-in-failed"), id="a piece of SQL"),
        pytest.param("ﬀ", (401, "sign-in-failed"), id="a ligature"),
        pytest.param("İ", (401, "sign-in-failed"), id="a letter that grows when it is made small"),
        pytest.param("%", (401, "sign-in-failed"), id="a wildcard"),
    ],
)
def test_user_names_that_nobody_has(anna: Visitor, username: str, expected: tuple[int, str]) -> None:
    assert problem(anna.sign_in(username)) == expected
    assert anna.get("/api/v1/session").json["person"]["username"] == "anna"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\x00b", id="a null character"),
        pytest.param("\udc80", id="half a character"),
        pytest.param("\x08", id="a backspace"),
        pytest.param("x" * 401, id="too long"),
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
    ],
)
def test_device_names_that_nobody_gives(anna: Visitor, at: str, name: object) -> None:
    assert problem(anna.patch(at, {"name": name})) == (422, "invalid")
    assert anna.get(at).json["name"] == "Mac C02ANNA"


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("", id="empty"),
        pytest.param("x" * 1025, id="too long"),
        pytest.param("\ud800", id="half a character"),
        pytest.param(None, id="null"),
        pytest.param(["x"], id="a list"),
    ],
)
def test_passwords_that_nobody_has(anna: Visitor, password: Any) -> None:
    for path, body in (
        ("/api/v1/session", {"username": "anna", "password": password}),
        ("/api/v1/session/confirmation", {"password": password}),
    ):
        assert problem(anna.post(path, body)) == (422, "invalid")


def test_a_password_may_hold_anything_else(anna: Visitor) -> None:
    for password in ("\x00", "p\x00q", "пароль", "👩‍💻", " "):
        assert problem(anna.sign_in("anna", password)) == (401, "sign-in-failed")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"reason": "a\x00b"}, id="a null character in the reason"),
        pytest.param({"reason": "x" * 1001}, id="a long reason"),
        pytest.param({"version": "a\x00b"}, id="a null character in the version"),
        pytest.param({"version": "x" * 65}, id="a long version"),
        pytest.param({"version": 1}, id="a number"),
        pytest.param({"all": True}, id="an unknown field"),
    ],
)
def test_reveals_that_nobody_asks_for(anna: Visitor, at: str, body: dict[str, object]) -> None:
    assert problem(anna.post(f"{at}/reveals", body)) == (422, "invalid")


def test_a_body_where_none_belongs_is_let_be(anna: Visitor, at: str) -> None:
    assert anna.call("POST", f"{at}/checks", b"{").status_code == 202
    assert anna.call("DELETE", "/api/v1/session", b"x" * 60_000).status_code == 204
