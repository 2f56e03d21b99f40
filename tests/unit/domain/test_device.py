"""A device: its name, and what its owner is told of a deposit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.access import Ownership, Subject
from sleutelkast.domain.deposit import FAILED, Deposit, Kind, State
from sleutelkast.domain.device import (
    Cause,
    CauseCode,
    Device,
    Message,
    causes,
    checked_in_since,
    message,
    serial_number,
)

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
MAC = Device(id="4f", created_at=NOW)


@pytest.mark.parametrize(
    ("known", "name"),
    [
        pytest.param(
            {"given_name": "Reading Mac", "reported_name": "Anna's", "model": "iMac", "serial": "C02", "udid": "U"},
            "Reading Mac",
            id="the name its owner gave",
        ),
        pytest.param(
            {"reported_name": "Anna's", "model": "iMac", "serial": "C02", "udid": "U"}, "Anna's", id="its own"
        ),
        pytest.param({"model": "iMac", "serial": "C02", "udid": "U"}, "iMac", id="its model"),
        pytest.param({"serial": "C02", "udid": "U"}, "C02", id="its serial"),
        pytest.param({"udid": "U"}, "U", id="its UDID"),
        pytest.param({}, "4f", id="at least its id"),
        pytest.param({"given_name": "", "reported_name": "", "serial": "C02"}, "C02", id="never an empty name"),
    ],
)
def test_what_people_call_it(known: dict[str, str], name: str) -> None:
    assert Device(id="4f", created_at=NOW, **known).name == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        pytest.param("C02XK0AAJG5J", "C02XK0AAJG5J", id="as Macs have it"),
        pytest.param(" C02\n", "C02", id="with a line break behind it"),
        pytest.param("VMw/3+x0 7", "VMw/3+x0 7", id="as virtual Macs have it"),
        pytest.param("x" * 64, "x" * 64, id="as long as is kept"),
        pytest.param("x" * 65, None, id="longer"),
        pytest.param("", None, id="nothing"),
        pytest.param(" \n", None, id="blanks"),
        pytest.param("C02\x00", None, id="a null character"),
        pytest.param("C02\tA", None, id="a tab"),
        pytest.param("C02\x1b[2J", None, id="an escape"),
        pytest.param("Ç02", None, id="a letter that is not ASCII"),
        pytest.param("C02\u202e", None, id="a mark that turns the direction"),
        pytest.param("ABCD-EFGH-1JKL-MNOP-QRST-2345", None, id="a recovery key"),
        pytest.param("ABCDEFGH1JKLMNOPQRST2345", None, id="a recovery key without its dashes"),
    ],
)
def test_what_is_a_serial_number(text: str, serial: str | None) -> None:
    assert serial_number(text) == serial


def test_what_decides_about_rights() -> None:
    device = replace(MAC, owner_id="anna", ownership=Ownership.PERSONAL, quarantined=True)
    assert device.subject == Subject("anna", Ownership.PERSONAL, quarantined=True)


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        pytest.param(Kind.DEPOSIT, State.RECEIVED, None, id="working on it"),
        pytest.param(Kind.DEPOSIT, State.SENT, None, id="waiting for the Mac"),
        pytest.param(Kind.DEPOSIT, State.STORED, Message.KEY_UPDATED, id="stored"),
        pytest.param(Kind.DEPOSIT, State.SUPERSEDED, Message.KEY_UPDATED, id="superseded"),
        pytest.param(Kind.DEPOSIT, State.REFUSED, Message.KEY_NOT_ACCEPTED, id="refused"),
        pytest.param(Kind.DEPOSIT, State.UNANSWERED, Message.KEY_NOT_ACCEPTED, id="unanswered"),
        pytest.param(Kind.DEPOSIT, State.UNDELIVERABLE, Message.KEY_NOT_ACCEPTED, id="undeliverable"),
        pytest.param(Kind.ROTATION, State.SENT, None, id="a rotation under way"),
        pytest.param(Kind.ROTATION, State.STORED, Message.KEY_UPDATED, id="a rotation that succeeded"),
        pytest.param(Kind.ROTATION, State.REFUSED, Message.ROTATION_FAILED, id="a refused rotation nobody typed for"),
        pytest.param(Kind.ROTATION, State.UNANSWERED, Message.ROTATION_FAILED, id="an unanswered one"),
    ],
)
def test_what_the_banner_says(kind: Kind, state: State, expected: Message | None) -> None:
    assert message(Deposit("d", kind, state, NOW)) == expected


@pytest.mark.parametrize("state", sorted(FAILED))
def test_the_help_lists_its_causes_in_their_order(state: State) -> None:
    listed = [cause.code for cause in causes(Deposit("d", Kind.DEPOSIT, state, NOW), MAC)]
    assert listed == [CauseCode.WRONG_KEY, CauseCode.NOT_CHECKED_IN, CauseCode.FILEVAULT_NOT_ENABLED]


@pytest.mark.parametrize("state", sorted(set(State) - FAILED))
def test_where_nothing_failed_there_is_no_cause(state: State) -> None:
    assert causes(Deposit("d", Kind.DEPOSIT, state, NOW), MAC) == ()


@pytest.mark.parametrize(
    ("state", "device", "code", "known"),
    [
        pytest.param(State.REFUSED, MAC, CauseCode.WRONG_KEY, None, id="no code means wrong key: never known"),
        pytest.param(
            State.UNANSWERED,
            replace(MAC, last_check_in=BEFORE),
            CauseCode.NOT_CHECKED_IN,
            True,
            id="not heard of since the deposit",
        ),
        pytest.param(State.UNANSWERED, MAC, CauseCode.NOT_CHECKED_IN, True, id="never heard of"),
        pytest.param(
            State.UNANSWERED, replace(MAC, last_check_in=AFTER), CauseCode.NOT_CHECKED_IN, False, id="heard of since"
        ),
        pytest.param(State.UNDELIVERABLE, MAC, CauseCode.NOT_CHECKED_IN, None, id="nothing was ever asked of the Mac"),
        pytest.param(State.REFUSED, MAC, CauseCode.FILEVAULT_NOT_ENABLED, None, id="FileVault: the Mac never said"),
        pytest.param(
            State.REFUSED,
            replace(MAC, filevault_enabled=False),
            CauseCode.FILEVAULT_NOT_ENABLED,
            True,
            id="FileVault is off",
        ),
        pytest.param(
            State.REFUSED,
            replace(MAC, filevault_enabled=True),
            CauseCode.FILEVAULT_NOT_ENABLED,
            False,
            id="FileVault is on",
        ),
    ],
)
def test_a_cause_is_marked_where_the_portal_knows(
    state: State, device: Device, code: CauseCode, known: bool | None
) -> None:
    assert Cause(code, known) in causes(Deposit("d", Kind.DEPOSIT, state, NOW), device)


@pytest.mark.parametrize(
    ("last_check_in", "expected"),
    [(None, False), (BEFORE, False), (NOW, True), (AFTER, True)],
    ids=["never", "before", "at that moment", "after"],
)
def test_checked_in_since(last_check_in: datetime | None, expected: bool) -> None:
    assert checked_in_since(NOW, replace(MAC, last_check_in=last_check_in)) is expected
