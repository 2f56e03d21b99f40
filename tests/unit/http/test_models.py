"""What goes over the wire: what is taken, what is refused, and that no error repeats it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from sleutelkast.http import models
from tests.unit.http.harness import KEY

REQUESTS = [kind for kind in vars(models).values() if isinstance(kind, type) and issubclass(kind, models.In)]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        pytest.param(datetime(2026, 11, 23, 9, 15, tzinfo=UTC), "2026-11-23T09:15:00.000Z", id="UTC"),
        pytest.param(
            datetime(2026, 11, 23, 9, 15, 16, 123456, tzinfo=timezone(timedelta(hours=1))),
            "2026-11-23T08:15:16.123Z",
            id="another zone",
        ),
    ],
)
def test_moments_are_written_in_utc(moment: datetime, written: str) -> None:
    assert TypeAdapter(models.Moment).dump_python(moment, mode="json") == written


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_request_refuses_unknown_fields(kind: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate({"not_a_field": 1})
    assert "extra_forbidden" in {one["type"] for one in refused.value.errors()}


@pytest.mark.parametrize("kind", REQUESTS)
def test_no_refusal_repeats_what_was_sent(kind: type[BaseModel]) -> None:
    fields = kind.model_fields or {"unknown": None}
    with pytest.raises(ValidationError) as refused:
        kind.model_validate({name: [KEY] for name in fields})
    assert KEY not in str(refused.value)


def test_a_typed_key_is_not_shown() -> None:
    typed = models.DepositIn.model_validate({"recovery_key": KEY, "confirmation": KEY})
    assert KEY not in f"{typed!r} {typed} {typed.model_dump_json()}"
    assert typed.recovery_key.get_secret_value() == KEY


@pytest.mark.parametrize("kind", [models.SignIn, models.Confirmation])
def test_a_password_is_not_shown(kind: type[BaseModel]) -> None:
    given = kind.model_validate({"password": KEY, **({"username": "anna"} if kind is models.SignIn else {})})
    assert KEY not in f"{given!r} {given} {given.model_dump_json()}"


USERNAMES = TypeAdapter(models.SignIn)
NAMES = TypeAdapter(models.DeviceChange)


@pytest.mark.parametrize(
    ("username", "is_taken"),
    [
        pytest.param("anna", True, id="a name"),
        pytest.param("anna.de.boer+mac@example.org", True, id="an address"),
        pytest.param("أنا", True, id="Arabic"),
        pytest.param("x" * 190, True, id="as long as the database takes"),
        pytest.param("x" * 191, False, id="one longer"),
        pytest.param("", False, id="empty"),
        pytest.param("an\x00na", False, id="a null character"),
        pytest.param("anna\n", False, id="a line break"),
        pytest.param("\u202eanna", False, id="a right-to-left mark"),
        pytest.param("\ud800", False, id="half a character"),
        pytest.param(7, False, id="a number"),
        pytest.param(None, False, id="null"),
        pytest.param(["anna"], False, id="a list"),
    ],
)
def test_user_names(username: Any, is_taken: bool) -> None:
    assert accepts(USERNAMES, {"username": username, "password": "x"}) is is_taken


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        pytest.param("Anna’s MacBook Air", True, id="a name"),
        pytest.param("", True, id="empty: its own name again"),
        pytest.param("two\nlines", True, id="a line break, which becomes a blank"),
        pytest.param("👩‍💻 Mac", True, id="a joined emoji"),
        pytest.param("ماك \u200fآنا", True, id="a direction mark"),
        pytest.param("x" * 400, True, id="long"),
        pytest.param("x" * 401, False, id="too long"),
        pytest.param("a\x00b", False, id="a null character"),
        pytest.param("a\x07b", False, id="a bell"),
        pytest.param("a\x1b[31mb", False, id="an escape"),
        pytest.param("\udc80", False, id="half a character"),
        pytest.param(7, False, id="a number"),
        pytest.param(None, False, id="null"),
    ],
)
def test_device_names(name: Any, is_taken: bool) -> None:
    assert accepts(NAMES, {"name": name}) is is_taken


@pytest.mark.parametrize(
    ("query", "is_taken"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"limit": "1"}, True, id="one"),
        pytest.param({"limit": "100", "after": "1a2b"}, True, id="the next hundred"),
        pytest.param({"limit": "0"}, False, id="none"),
        pytest.param({"limit": "-1"}, False, id="fewer than none"),
        pytest.param({"limit": "1e3"}, False, id="another form"),
        pytest.param({"after": "x" * 65}, False, id="no id"),
    ],
)
def test_pages(query: dict[str, str], is_taken: bool) -> None:
    assert accepts(TypeAdapter(models.Page), query) is is_taken


def accepts(kind: TypeAdapter[Any], value: object) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True
