"""Where a sign-in with a work account leads, what people are called, and which roles they get."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from sleutelkast.domain.access import Role
from sleutelkast.domain.work_account import (
    ATTEMPT_LIFE,
    AccountRules,
    Attempt,
    Cause,
    PageCode,
    claim,
    local_path,
    page_code,
    profile,
    telling,
    usernames,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    ["/", "/devices", "/devices/abc/key", "/audit?from=2026-01-01T00:00:00Z&x=//y", "/help#why", "/?a=b", "/signed-in"],
)
def test_a_page_of_the_portal_is_where_one_comes_back_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("devices", id="no path"),
        pytest.param("//evil.example", id="another host"),
        pytest.param("///evil.example", id="another host, to a browser"),
        pytest.param("/\\evil.example", id="a backslash"),
        pytest.param("/devices\\..\\x", id="a backslash behind"),
        pytest.param("/\t/evil.example", id="a tab"),
        pytest.param("/\n/evil.example", id="a line break"),
        pytest.param("/ /x", id="a blank"),
        pytest.param("/\x00", id="a null character"),
        pytest.param("/\u2028", id="a separator of lines"),
        pytest.param("/:80", id="a port"),
        pytest.param("/@evil.example", id="a user"),
        pytest.param("/%2fevil.example", id="encoded"),
        pytest.param("https://evil.example", id="an address"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("/api/v1/session", id="of programs"),
        pytest.param("/API", id="of programs in capitals"),
        pytest.param("/mdm/webhook", id="of the MDM server"),
        pytest.param("/crypt/secret", id="of Crypt clients"),
        pytest.param("/x/../api", id="upwards"),
        pytest.param("/x/%2E%2e/api", id="upwards, encoded"),
        pytest.param("/" + "x" * 1000, id="without end"),
    ],
)
def test_anything_else_is_the_first_page(path: str | None) -> None:
    assert local_path(path) == "/"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/devices", "/devices?sign_in=cancelled"),
        ("/audit?x=1", "/audit?x=1&sign_in=cancelled"),
        ("/help#why", "/help?sign_in=cancelled#why"),
    ],
)
def test_a_page_that_tells_of_the_outcome(path: str, told: str) -> None:
    assert telling(path, PageCode.CANCELLED) == told


def test_whoever_tampers_with_answers_is_told_nothing_of_use() -> None:
    precise = {Cause.WRONG_SIGNATURE, Cause.WRONG_NONCE, Cause.WRONG_AUDIENCE, Cause.UNKNOWN_KEY, Cause.WRONG_ALGORITHM}
    assert {page_code(cause) for cause in precise} == {PageCode.NOT_TRUSTED}
    assert all(page_code(cause) in PageCode for cause in Cause)


@pytest.mark.parametrize(
    ("claims", "name", "value"),
    [
        pytest.param({"groups": ["a"]}, "groups", ["a"], id="by its name"),
        pytest.param({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ["a"], id="by a path"),
        pytest.param({"https://x.example/roles": ["a"]}, "https://x.example/roles", ["a"], id="a name with dots"),
        pytest.param({"a.b": 1, "a": {"b": 2}}, "a.b", 1, id="the name before the path"),
        pytest.param(
            {"resource_access": {"keys.example.org": {"roles": ["a"]}}},
            "resource_access.keys.example.org.roles",
            ["a"],
            id="a path with a step that has dots",
        ),
        pytest.param({"a": {"b": {"c": 1}, "b.c": 2}}, "a.b.c", 2, id="the longest step"),
        pytest.param({"a": {"b": {"c": 1}}, "a.b": {}}, "a.b.c", 1, id="a longer step that leads nowhere"),
        pytest.param({"a": ["b"]}, "a.b", None, id="a path through a list"),
        pytest.param({}, "a.b.c", None, id="nothing"),
    ],
)
def test_a_claim_is_found(claims: dict[str, Any], name: str, value: object) -> None:
    assert claim(claims, name) == value


def test_roles_are_left_alone_where_the_provider_has_no_say() -> None:
    assert AccountRules().roles_of({"groups": ["administrator"]}) is None


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        pytest.param(["help", "audit"], {Role.SUPPORT, Role.AUDITOR}, id="several"),
        pytest.param("help", {Role.SUPPORT}, id="one"),
        pytest.param(["desk"], {Role.SUPPORT}, id="another value of the same role"),
        pytest.param(["Help", "help ", "administrator"], set(), id="letter for letter"),
        pytest.param({"help": True}, set(), id="an object"),
        pytest.param(None, set(), id="none"),
    ],
)
def test_roles_by_the_mapping(groups: object, roles: set[Role]) -> None:
    mapping = {Role.SUPPORT: frozenset({"help", "desk"}), Role.AUDITOR: frozenset({"audit"})}
    assert AccountRules("groups", mapping).roles_of({"groups": groups}) == roles


@pytest.mark.parametrize(
    ("claims", "username", "name", "email"),
    [
        pytest.param(
            {"preferred_username": "anna", "name": "Anna", "email": "a@x.org"}, "anna", "Anna", "a@x.org", id="all"
        ),
        pytest.param({"email": "a@x.org"}, "a@x.org", "a@x.org", "a@x.org", id="an address alone"),
        pytest.param({"email": "a@x.org", "email_verified": False}, "sub", "sub", None, id="an unproven address"),
        pytest.param({"email": "a@x.org", "email_verified": "false"}, "sub", "sub", None, id="unproven, as a text"),
        pytest.param({"given_name": "Anna", "family_name": "Bo"}, "sub", "Anna Bo", None, id="a name in parts"),
        pytest.param({"preferred_username": ["x"], "name": 7, "email": {}}, "sub", "sub", None, id="no texts"),
        pytest.param({"preferred_username": " \u202ean\tna\x00 "}, "an na", "an na", None, id="hidden signs"),
    ],
)
def test_what_somebody_new_is_called(claims: dict[str, Any], username: str, name: str, email: str | None) -> None:
    called = profile(claims, "sub")
    assert (called.username, called.name, called.email) == (username, name, email)


def test_a_name_that_is_taken_stays_with_whoever_has_it() -> None:
    assert list(islice(usernames("anna"), 3)) == ["anna", "anna-2", "anna-3"]
    assert all(len(name) <= 190 for name in islice(usernames("x" * 190), 12))


def test_an_attempt_is_over_after_a_while() -> None:
    attempt = Attempt("mark", "work", "browser", "/", None, NOW)
    assert not attempt.is_over(NOW + ATTEMPT_LIFE - timedelta(seconds=1))
    assert attempt.is_over(NOW + ATTEMPT_LIFE)
