"""What an authenticator is over, and how entries are chained."""

from __future__ import annotations

import hmac
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.audit import (
    NO_HEAD,
    Action,
    AuditEntry,
    Head,
    Origin,
    Outcome,
    chained,
    entry_message,
    link_message,
    parse_head,
    read_serials,
    written_serials,
)

NOW = datetime(2026, 11, 2, 9, 30, 15, 123456, tzinfo=UTC)
ENTRY = AuditEntry(NOW, "anna", Action.REVEAL, Outcome.DONE, "mac", "version", "reason")
ORIGIN = Origin("writer", 7, 5, (3, 4))

texts = st.none() | st.text(max_size=3)
entries = st.builds(
    AuditEntry,
    st.datetimes(timezones=st.just(UTC)),
    texts,
    st.sampled_from(Action),
    st.sampled_from(Outcome),
    texts,
    texts,
    texts,
)
origins = st.builds(Origin, st.text(max_size=3), st.integers(1, 99), st.integers(0, 99), st.just((3, 4)) | st.just(()))


def authenticate(message: bytes) -> bytes:
    return hmac.digest(b"a key of the tests", message, "sha256")


@given(one=st.tuples(entries, origins), other=st.tuples(entries, origins))
def test_no_two_entries_read_the_same(one: tuple[AuditEntry, Origin], other: tuple[AuditEntry, Origin]) -> None:
    assert (entry_message(*one) == entry_message(*other)) == (one == other)


@pytest.mark.parametrize("name", [field.name for field in fields(AuditEntry)])
def test_the_message_holds_every_field(name: str) -> None:
    other = NOW + timedelta(microseconds=1) if name == "at" else "other"
    assert entry_message(replace(ENTRY, **{name: other}), ORIGIN) != entry_message(ENTRY, ORIGIN)


@pytest.mark.parametrize("name", [field.name for field in fields(Origin)])
def test_the_message_holds_the_whole_origin(name: str) -> None:
    other: object = {"writer": "other", "dropped": (3,)}.get(name, 6)
    assert entry_message(ENTRY, replace(ORIGIN, **{name: other})) != entry_message(ENTRY, ORIGIN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"device_id": "ab", "subject": "c"}, {"device_id": "a", "subject": "bc"}, id="a border moved"),
        pytest.param({"device_id": None, "subject": "a"}, {"device_id": "a", "subject": None}, id="nothing moved"),
        pytest.param({"reason": None}, {"reason": ""}, id="nothing and an empty text"),
        pytest.param({"reason": "-"}, {"reason": None}, id="the sign for nothing"),
        pytest.param({"subject": "+1:a", "reason": None}, {"subject": "", "reason": "a"}, id="a length in a text"),
    ],
)
def test_fields_can_not_run_into_each_other(one: dict[str, str | None], other: dict[str, str | None]) -> None:
    assert entry_message(replace(ENTRY, **one), ORIGIN) != entry_message(replace(ENTRY, **other), ORIGIN)  # type: ignore[arg-type]


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = replace(ENTRY, at=NOW.astimezone(timezone(timedelta(hours=5, minutes=45))))
    assert entry_message(elsewhere, ORIGIN) == entry_message(ENTRY, ORIGIN)


def test_each_link_stands_for_the_whole_chain_before_it() -> None:
    first, second = chained(NO_HEAD, [(11, b"one"), (12, b"two")], authenticate)
    assert (first.entry_id, first.number) == (11, 1)
    assert (second.entry_id, second.number) == (12, 2)
    assert first.link == authenticate(link_message(1, NO_HEAD.link, b"one"))
    assert second.link == authenticate(link_message(2, first.link, b"two"))
    assert list(chained(Head(1, first.link), [(12, b"two")], authenticate)) == [second]


def test_a_head_is_one_line() -> None:
    head = Head(120, bytes(range(32)))
    assert parse_head(f" {head}\n") == head
    assert str(NO_HEAD) == f"0:{'00' * 32}"


@pytest.mark.parametrize(
    "text", ["", "120", "120:", "x:" + "0" * 64, "-1:" + "0" * 64, "1:" + "g" * 64, "١:" + "0" * 64]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"COUNT:LINK|hexadecimal"):
        parse_head(text)


@pytest.mark.parametrize("serials", [(), (3,), (3, 4, 12)])
def test_serials_come_back_as_they_were(serials: tuple[int, ...]) -> None:
    assert read_serials(written_serials(serials)) == serials


def test_what_is_no_serial_is_nobodys() -> None:
    assert read_serials("1 two -3 ٤ 5") == (1, 5)
