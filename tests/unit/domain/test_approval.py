"""Requests to reveal: how long one waits, and how long an approval holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.approval import ApprovalPolicy, RequestState, RevealRequest

NOW = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
POLICY = ApprovalPolicy(required=True, wait=timedelta(hours=8), valid=timedelta(minutes=30))


@pytest.mark.parametrize(("approved", "lasts"), [(None, POLICY.wait), (True, POLICY.valid)], ids=["waits", "approved"])
def test_a_request_expires_when_its_time_is_over(approved: bool | None, lasts: timedelta) -> None:
    request = _request(approved)
    until = POLICY.until(request)
    assert until == NOW + lasts
    standing = RequestState.ASKED if approved is None else RequestState.APPROVED
    assert POLICY.state(request, until - MOMENT) is standing
    assert POLICY.state(request, until) is RequestState.EXPIRED


def test_what_was_denied_stays_denied() -> None:
    request = _request(approved=False)
    assert POLICY.until(request) is None
    assert POLICY.state(request, NOW + timedelta(days=3_000)) is RequestState.DENIED


def test_an_approval_counts_from_the_decision() -> None:
    request = RevealRequest("r", "m", "sanne", "why", NOW - timedelta(hours=7), True, "ada", NOW)
    assert POLICY.until(request) == NOW + POLICY.valid


def _request(approved: bool | None) -> RevealRequest:
    if approved is None:
        return RevealRequest("r", "m", "sanne", "why", NOW)
    return RevealRequest("r", "m", "sanne", "why", NOW, approved, "ada", NOW)
