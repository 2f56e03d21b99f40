"""Whether a kept key may be stale, and when policy has it rotated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.deposit import Command, CommandState, Deposit, Kind, State, Verdict
from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.upkeep import NEVER, RotationPolicy, rotation_due, staleness
from sleutelkast.domain.versions import Provenance, Version

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FOR_ANNA = Escrowing("anna", Ownership.PERSONAL)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = Version("kept", "mac", Provenance.ROTATED, NOW, FOR_ANNA)
EARLIER = Version("earlier", "mac", Provenance.ROTATED, NOW - DAY, FOR_ANNA)
MAC = Device(
    id="mac",
    created_at=NOW - 90 * DAY,
    udid="UDID",
    filevault_enabled=True,
    has_recovery_key=True,
    escrows_to_us=True,
    security_as_of=NOW + HOUR,
)
AFTER_REVEAL, EVERY = RotationPolicy(after_reveal=HOUR), RotationPolicy(every=90 * DAY)


def rotation(state: State, version: Version = KEPT, *, at: datetime = NOW + HOUR, **more: Any) -> Deposit:
    return Deposit("r", Kind.ROTATION, state, at, settled_at=at, version_id=version.id, **more)


def reported(at: datetime) -> Version:
    return Version("reported", "mac", Provenance.REPORTED, at, FOR_ANNA)


# Stale


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param({}, None, id="all is well"),
        pytest.param({"filevault_enabled": False}, Stale.FILEVAULT_OFF, id="FileVault is off"),
        pytest.param({"has_recovery_key": False}, Stale.NO_RECOVERY_KEY, id="it has no personal recovery key"),
        pytest.param(
            {"filevault_enabled": False, "has_recovery_key": False}, Stale.FILEVAULT_OFF, id="off comes first"
        ),
        pytest.param({"filevault_enabled": None, "has_recovery_key": None}, None, id="it tells nothing"),
        pytest.param({"escrows_to_us": False}, None, id="it never had our profile"),
        pytest.param(
            {"escrows_to_us": False, "escrowed_to_us_until": NOW + HOUR},
            Stale.ROTATED_ELSEWHERE,
            id="it has made a key for somebody else since",
        ),
        pytest.param(
            {"escrows_to_us": False, "escrowed_to_us_until": NOW - HOUR}, None, id="that may be the key that is kept"
        ),
        pytest.param(
            {"filevault_enabled": False, "has_recovery_key": False, "security_as_of": NOW - HOUR},
            None,
            id="old news, from before the key was made",
        ),
        pytest.param({"filevault_enabled": False, "security_as_of": None}, None, id="nobody knows of when it is"),
    ],
)
def test_what_the_mac_tells_of_its_key(told: dict[str, Any], expected: Stale | None) -> None:
    assert staleness(replace(MAC, **told), [EARLIER, KEPT], ()) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param((rotation(State.REFUSED),), Stale.ROTATION_FAILED, id="the Mac said no"),
        pytest.param(
            (rotation(State.UNANSWERED, verdict=Verdict.UNREPAIRED),),
            Stale.ROTATION_FAILED,
            id="it said yes, and the new key is lost",
        ),
        pytest.param(
            (rotation(State.UNANSWERED, verdict=Verdict.UNUSABLE),),
            Stale.ROTATION_FAILED,
            id="it said yes, and SecurityInfo never came",
        ),
        pytest.param((rotation(State.UNANSWERED),), None, id="silence"),
        pytest.param((rotation(State.UNDELIVERABLE),), None, id="it never heard of it"),
        pytest.param((rotation(State.SENT),), None, id="nothing is known yet"),
        pytest.param((rotation(State.REFUSED, EARLIER),), None, id="it was about an earlier key"),
        pytest.param((Deposit("d", Kind.DEPOSIT, State.REFUSED, NOW + HOUR),), None, id="somebody typed another key"),
        pytest.param(
            (rotation(State.REFUSED), Deposit("d", Kind.DEPOSIT, State.REFUSED, NOW + DAY)),
            Stale.ROTATION_FAILED,
            id="a wrong key typed later makes it no better",
        ),
    ],
)
def test_what_became_of_rotations(line: tuple[Deposit, ...], expected: Stale | None) -> None:
    assert staleness(MAC, [EARLIER, KEPT], line) is expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([KEPT, reported(NOW + HOUR)], Stale.ROTATED_ELSEWHERE, id="another was reported since"),
        pytest.param([KEPT, reported(NOW - HOUR)], None, id="another was reported before"),
        pytest.param([reported(NOW)], None, id="the reported one is all there is"),
        pytest.param([], None, id="nothing is kept that could be stale"),
    ],
)
def test_what_was_reported(versions: list[Version], expected: Stale | None) -> None:
    assert staleness(MAC, versions, ()) is expected


# Rotations by policy


@pytest.mark.parametrize(
    ("policy", "revealed_at", "expected"),
    [
        pytest.param(NEVER, NOW, None, id="no policy"),
        pytest.param(AFTER_REVEAL, None, None, id="nobody saw it"),
        pytest.param(AFTER_REVEAL, NOW + HOUR, NOW + 2 * HOUR, id="a while after somebody saw it"),
        pytest.param(EVERY, NOW + HOUR, NOW + 90 * DAY, id="when it is so old"),
        pytest.param(RotationPolicy(HOUR, 90 * DAY), NOW + HOUR, NOW + 2 * HOUR, id="whatever comes first"),
        pytest.param(RotationPolicy(HOUR, 90 * DAY), None, NOW + 90 * DAY, id="nobody saw it, and it gets old"),
    ],
)
def test_when_policy_has_a_key_rotated(
    policy: RotationPolicy, revealed_at: datetime | None, expected: datetime | None
) -> None:
    assert rotation_due(replace(MAC, revealed_at=revealed_at), [EARLIER, KEPT], (), policy) == expected


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"escrows_to_us": False}, id="no key of it opened with our certificate"),
        pytest.param({"escrows_to_us": None}, id="it was never asked"),
        pytest.param({"filevault_enabled": False}, id="FileVault is off"),
        pytest.param({"filevault_enabled": None}, id="nobody knows whether FileVault is on"),
        pytest.param({"has_recovery_key": False}, id="it has no personal recovery key"),
        pytest.param({"escrowed_to_us_until": NOW + HOUR}, id="its key is another one"),
        pytest.param({"quarantined": True}, id="it is in quarantine"),
        pytest.param({"checked_out_at": NOW}, id="it left"),
        pytest.param({"udid": None}, id="it never enrolled"),
    ],
)
def test_never_where_that_could_lose_the_key(told: dict[str, Any]) -> None:
    assert rotation_due(replace(MAC, **told), [KEPT], (), EVERY) is None


def test_never_without_a_key() -> None:
    assert rotation_due(MAC, [], (), EVERY) is None


@pytest.mark.parametrize(
    "deposit",
    [
        pytest.param(Deposit("d", Kind.DEPOSIT, State.RECEIVED, NOW), id="waiting"),
        pytest.param(Deposit("d", Kind.DEPOSIT, State.SENT, NOW), id="sent"),
        pytest.param(
            Deposit(
                "d", Kind.DEPOSIT, State.UNANSWERED, NOW, commands=(Command("UUID", CommandState.QUEUED, NOW, NOW),)
            ),
            id="given up, and its command may still run",
        ),
    ],
)
def test_a_deposit_under_way_goes_first(deposit: Deposit) -> None:
    assert rotation_due(MAC, [KEPT], (deposit,), EVERY) is None


@pytest.mark.parametrize("state", [State.REFUSED, State.UNANSWERED, State.UNDELIVERABLE])
def test_what_came_to_nothing_is_tried_less_and_less_and_not_for_ever(state: State) -> None:
    line: tuple[Deposit, ...] = ()
    moment, tried = NOW + 90 * DAY, []
    while (due := rotation_due(MAC, [KEPT], line, EVERY)) is not None:
        assert due >= moment
        tried.append(due - moment)
        moment = due
        line = (*line, rotation(state, at=moment))
    assert tried == [timedelta(0), DAY, 2 * DAY, 4 * DAY]


def test_another_key_is_tried_anew() -> None:
    in_vain = tuple(rotation(State.REFUSED, EARLIER) for _ in range(9))
    assert rotation_due(MAC, [EARLIER, KEPT], in_vain, EVERY) == NOW + 90 * DAY


def test_a_wrong_clock_of_the_mdm_server_rotates_no_key_again_and_again() -> None:
    long_ago = replace(KEPT, as_of=NOW - 5000 * DAY)
    stored = rotation(State.STORED, EARLIER, at=NOW)
    assert rotation_due(MAC, [long_ago], (stored,), EVERY) == NOW + 90 * DAY


@given(
    told=st.fixed_dictionaries(
        {
            "escrows_to_us": st.sampled_from([True, False, None]),
            "filevault_enabled": st.sampled_from([True, False, None]),
            "quarantined": st.booleans(),
            "checked_out_at": st.sampled_from([None, NOW]),
            "revealed_at": st.sampled_from([None, NOW]),
        }
    ),
    policy=st.builds(RotationPolicy, st.sampled_from([None, HOUR]), st.sampled_from([None, DAY])),
)
def test_rule_8_holds_whatever_is_set(told: dict[str, Any], policy: RotationPolicy) -> None:
    due = rotation_due(replace(MAC, **told), [KEPT], (), policy)
    is_safe = told["escrows_to_us"] and told["filevault_enabled"] and not told["quarantined"]
    assert due is None or (is_safe and told["checked_out_at"] is None)
