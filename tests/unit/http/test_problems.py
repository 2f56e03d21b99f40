"""Problem details: every code has words in every language, and nothing of what was sent is repeated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from flask_babel import force_locale

from sleutelkast import http
from sleutelkast.http.guard import Caller, for_caller
from sleutelkast.http.languages import Languages
from sleutelkast.http.problems import KINDS, MEDIA_TYPE, problem_response
from sleutelkast.usecases import errors
from sleutelkast.usecases.errors import Refusal
from tests.unit.http.harness import KEY, Visitor, problem

PARAMS = {
    "key-malformed": {"length": 23, "expected": 24, "character": None},
    "password-refused": {"reason": "too-short", "least": 12},
}
FOREIGN_CHARACTER = {"length": 24, "expected": 24, "character": "ö"}
SECRET = KEY[:24]


@pytest.mark.parametrize("code", KINDS)
def test_every_code_has_words_in_every_language(app: Flask, spoken: Languages, code: str) -> None:
    english = words(app, "en", code)
    assert all(english)
    for tag in set(spoken.tags) - {"en"}:
        told = words(app, spoken.folder(tag), code)
        assert all(told)
        assert not set(told) & set(english), f"{code} is not translated to {tag}"


@pytest.mark.parametrize(
    ("length", "tag", "detail"),
    [
        pytest.param(1, "en", "A recovery key has 24 characters; this has 1.", id="one"),
        pytest.param(23, "en", "A recovery key has 24 characters; this has 23.", id="several"),
        pytest.param(0, "en", "A recovery key has 24 characters; this has 0.", id="none"),
    ],
)
def test_how_many_characters_there_are(app: Flask, length: int, tag: str, detail: str) -> None:
    params = {"length": length, "expected": 24, "character": None}
    with app.test_request_context(), force_locale(tag):
        assert KINDS["key-malformed"].words(params)[1] == detail


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        pytest.param("ö", "“ö”", id="a letter"),
        pytest.param("{length}", "“{length}”", id="what looks like a placeholder"),
        pytest.param("\x07", "“U+0007”", id="a control character"),
        pytest.param("\u202e", "“U+202E”", id="a mark that would turn the text round"),
    ],
)
def test_which_character_does_not_belong(app: Flask, spoken: Languages, character: str, shown: str) -> None:
    for tag in spoken.tags:
        with app.test_request_context(), force_locale(spoken.folder(tag)):
            detail = KINDS["key-malformed"].words({**FOREIGN_CHARACTER, "character": character})[1]
        assert shown.strip("“”") in detail
        assert "{character}" not in detail


@pytest.mark.parametrize("code", KINDS)
def test_the_members_are_those_of_rfc_9457(app: Flask, code: str) -> None:
    with app.test_request_context():
        answer = problem_response(code, PARAMS.get(code))
    assert answer.mimetype == MEDIA_TYPE == "application/problem+json"
    assert answer.status_code == KINDS[code].status
    body = answer.get_json()
    assert body.keys() == {"type", "title", "status", "detail", "code", "params"}
    assert body["type"] == f"urn:sleutelkast:problem:{code}"
    assert (body["status"], body["code"]) == (KINDS[code].status, code)
    assert body["params"] == PARAMS.get(code, {})


def test_the_codes_are_stable() -> None:
    """What clients rely on: api.md's list. A new code is added here; none is ever renamed."""
    assert {code: kind.status for code, kind in KINDS.items()} == {
        "bad-request": 400,
        "sign-in-required": 401,
        "sign-in-failed": 401,
        "token-required": 401,
        "csrf-failed": 403,
        "forbidden": 403,
        "token-forbidden": 403,
        "access-denied": 403,
        "sign-in-again": 403,
        "personal-device": 403,
        "reason-required": 403,
        "approval-required": 403,
        "credential-reset": 403,
        "own-request": 403,
        "local-accounts-off": 403,
        "already-decided": 409,
        "nobody-to-ask": 409,
        "no-local-password": 409,
        "passkeys-off": 409,
        "passkey-too-late": 409,
        "too-many-passkeys": 409,
        "no-passkey": 409,
        "last-way": 409,
        "link-over": 410,
        "not-found": 404,
        "no-key": 404,
        "method-not-allowed": 405,
        "too-slow": 408,
        "length-required": 411,
        "too-large": 413,
        "unsupported-media-type": 415,
        "invalid": 422,
        "key-malformed": 422,
        "keys-differ": 422,
        "key-out-of-place": 422,
        "passkey-refused": 422,
        "password-refused": 422,
        "too-many-attempts": 429,
        "internal": 500,
        "unavailable": 503,
    }


def test_every_code_that_is_raised_has_a_kind() -> None:
    refused = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
    raised = set(codes_in_source())
    assert {"csrf-failed", "bad-request"} <= raised
    assert {"not-found", "keys-differ"} <= refused
    assert raised | refused <= KINDS.keys()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(400, "bad-request", id="400"),
        pytest.param(401, "sign-in-required", id="401"),
        pytest.param(403, "forbidden", id="403"),
        pytest.param(404, "not-found", id="404"),
        pytest.param(405, "method-not-allowed", id="405"),
        pytest.param(406, "bad-request", id="one without a kind of its own"),
        pytest.param(411, "length-required", id="411"),
        pytest.param(413, "too-large", id="413"),
        pytest.param(415, "unsupported-media-type", id="415"),
        pytest.param(429, "too-many-attempts", id="429"),
        pytest.param(500, "internal", id="500"),
        pytest.param(503, "unavailable", id="503"),
    ],
)
def test_errors_of_the_framework_become_problems(app: Flask, status: int, code: str) -> None:
    add_route(app, lambda: abort(status))
    answer = Visitor(app).get("/healthz/broken")
    assert problem(answer) == (KINDS[code].status, code)


def test_a_wrong_method_is_told_the_right_ones(nobody: Visitor) -> None:
    answer = nobody.call("PUT", "/api/v1/session")
    assert problem(answer) == (405, "method-not-allowed")
    assert {"GET", "POST", "PATCH", "DELETE"} <= {one.strip() for one in answer.headers["Allow"].split(",")}


def test_a_mistake_of_ours_tells_nobody_what_was_typed(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        typed = KEY
        raise ValueError(f"no such key: {typed}")

    add_route(app, broken)
    answer = Visitor(app).get("/healthz/broken")
    assert problem(answer) == (500, "internal")
    told = answer.get_data(as_text=True) + "".join(capsys.readouterr())
    assert "request.failed" in told
    assert "ValueError" in told
    assert KEY not in told


def test_a_refusal_becomes_its_problem(app: Flask) -> None:
    class Broken(Refusal):
        code = "no-key"

    def refuse() -> str:
        raise Broken

    add_route(app, refuse)
    assert problem(Visitor(app).get("/healthz/broken")) == (404, "no-key")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"recovery_key": [SECRET], "confirmation": SECRET}, "invalid", id="a list"),
        pytest.param({"recovery_key": {"key": SECRET}, "confirmation": SECRET}, "invalid", id="an object"),
        pytest.param({"recovery_key": SECRET}, "invalid", id="without the confirmation"),
        pytest.param({"recovery_key": SECRET, "confirmation": SECRET, "x": SECRET}, "invalid", id="one too many"),
        pytest.param({"recovery_key": f"{SECRET}ABCDEF", "confirmation": SECRET}, "key-malformed", id="too long"),
        pytest.param({"recovery_key": KEY, "confirmation": SECRET}, "keys-differ", id="not the same"),
        pytest.param(f'{{"recovery_key": "{KEY}"'.encode(), "bad-request", id="broken JSON"),
    ],
)
def test_what_was_typed_is_not_repeated(anna: Visitor, body: object, code: str) -> None:
    devices = anna.get("/api/v1/devices").json["items"]
    answer = anna.post(f"/api/v1/devices/{devices[0]['id']}/deposits", body)
    assert problem(answer)[1] == code
    assert SECRET[:9] not in answer.get_data(as_text=True)


def test_a_field_is_named_with_what_is_wrong_with_it(nobody: Visitor) -> None:
    answer = nobody.post("/api/v1/session", {"username": 7, "extra": None})
    assert problem(answer) == (422, "invalid")
    assert answer.json["params"]["fields"] == {
        "username": "string_type",
        "password": "missing",
        "extra": "extra_forbidden",
    }


def words(app: Flask, folder: str, code: str) -> tuple[str, ...]:
    """All texts of a code in a language; none may hold an unfilled placeholder."""
    variants = [PARAMS[code], FOREIGN_CHARACTER] if code in PARAMS else [{}]
    with app.test_request_context(), force_locale(folder):
        told = tuple(text for params in variants for text in KINDS[code].words(params))
    assert not [text for text in told if re.search(r"\{\w+\}", text)]
    return told


def codes_in_source() -> Iterator[str]:
    """The codes in `Problem("…")` and `problem_response("…")`, wherever they stand."""
    for path in Path(http.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
                "Problem",
                "problem_response",
            }:
                yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant))


def add_route(app: Flask, view: object) -> None:
    view = for_caller(Caller.ANYONE)(view)  # type: ignore[type-var]
    app.add_url_rule("/healthz/broken", "broken", view)  # type: ignore[arg-type]
