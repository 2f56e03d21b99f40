"""What a Mac's words make of a device: the same, whatever order they come in and however often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.device import Device
from sleutelkast.domain.inventory import SecurityFacts, enrolled, heard, left, told, told_security

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = START + timedelta(hours=20)
"""Some of the Mac's check-ins are from the future: the MDM server's clock is ahead."""
MAC = Device(id="4f", created_at=START)
Word = Callable[[Device], Device]


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def a_word(kind: str, hour: int, switched: bool) -> Word:
    words: dict[str, Word] = {
        "heard": partial(heard, at=at(hour), now=NOW),
        "enrolled": partial(enrolled, at=at(hour)),
        "left": partial(left, at=at(hour)),
        "told": partial(told, name=f"Mac {hour}", model="MacBook Air", os_version=f"15.{hour}", at=at(hour)),
        "security": partial(
            told_security, facts=SecurityFacts(switched, not switched, switched), at=at(hour), now=at(24)
        ),
    }
    return words[kind]


@st.composite
def lives(draw: st.DrawFn) -> tuple[Sequence[Word], Sequence[Word]]:
    """A Mac's words in their order, and as they came: shuffled, some of them more than once."""
    hours = draw(st.lists(st.integers(0, 24), unique=True, min_size=1, max_size=8).map(sorted))
    kinds = st.sampled_from(["heard", "enrolled", "left", "told", "security"])
    words = [a_word(draw(kinds), hour, draw(st.booleans())) for hour in hours]
    repeated = draw(st.lists(st.sampled_from(words), max_size=6))
    return words, draw(st.permutations([*words, *repeated]))


@given(lives())
def test_the_order_and_the_number_of_words_make_no_difference(life: tuple[Sequence[Word], Sequence[Word]]) -> None:
    in_order, as_they_came = life
    assert after(as_they_came) == after(in_order)


def test_a_check_in_is_never_ahead_nor_runs_back() -> None:
    device = heard(heard(MAC, at(24), NOW), at(1), NOW)
    assert device.last_check_in == NOW


@pytest.mark.parametrize(
    ("back", "gone"),
    [
        pytest.param(partial(enrolled, at=at(5)), False, id="enrolled again"),
        pytest.param(partial(heard, at=at(5), now=NOW), False, id="heard again, though no enrolment was told of"),
        pytest.param(partial(enrolled, at=at(1)), True, id="an enrolment from before"),
        pytest.param(partial(heard, at=at(3), now=NOW), True, id="heard with its last breath"),
    ],
)
def test_who_left_is_gone_until_it_is_heard_of_again(back: Word, gone: bool) -> None:
    device = back(left(MAC, at(3)))
    assert (device.checked_out_at == at(3)) is gone
    assert (device.checked_out_at is None) is not gone


def test_older_news_fills_gaps_only() -> None:
    device = told(MAC, name=None, model="MacBook Air", os_version="15.1", at=at(5))
    device = told(device, name="Anna's", model="Mac14,2", os_version="14.7", at=at(3))
    assert (device.reported_name, device.model, device.os_version) == ("Anna's", "MacBook Air", "15.1")


def test_what_security_info_leaves_out_stays_as_it_was_known() -> None:
    device = told_security(MAC, SecurityFacts(True, True, True), at(3), NOW)
    device = told_security(device, SecurityFacts(None, None, False), at(5), NOW)
    assert (device.filevault_enabled, device.has_recovery_key, device.escrows_to_us) == (True, True, False)


def test_a_replayed_security_info_changes_nothing() -> None:
    now_off = told_security(MAC, SecurityFacts(False, False, False), at(5), NOW)
    assert told_security(now_off, SecurityFacts(True, True, True), at(3), NOW) == now_off


def after(words: Sequence[Word]) -> Device:
    device = MAC
    for word in words:
        device = word(device)
    return device


OURS = SecurityFacts(True, True, escrows_to_us=True)
ELSEWHERE = SecurityFacts(True, True, escrows_to_us=False, escrows_elsewhere=True)
NOWHERE = SecurityFacts(True, True, escrows_to_us=False)


@pytest.mark.parametrize(
    ("facts", "until"),
    [
        pytest.param([OURS], None, id="to us"),
        pytest.param([OURS, OURS, ELSEWHERE], at(1), id="to us, then elsewhere"),
        pytest.param([OURS, OURS, ELSEWHERE, ELSEWHERE], at(1), id="elsewhere ever since"),
        pytest.param([OURS, OURS, ELSEWHERE, NOWHERE], at(1), id="elsewhere, then to nobody"),
        pytest.param([OURS, ELSEWHERE, OURS], None, id="to us again"),
        pytest.param([OURS, NOWHERE], None, id="to nobody: the profile is gone, and the key may be the same"),
        pytest.param([ELSEWHERE], None, id="elsewhere all along: our own rotation made that key"),
    ],
)
def test_when_a_mac_that_escrows_elsewhere_last_did_to_us(
    facts: Sequence[SecurityFacts], until: datetime | None
) -> None:
    device = MAC
    for hour, one in enumerate(facts):
        device = told_security(device, one, at(hour), NOW)
    assert device.escrowed_to_us_until == until
