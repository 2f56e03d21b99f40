"""Whether a Mac may reach the organization's resources, under each policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.compliance import Access, AccessState, EscrowPolicy, access

SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)
GRACE = timedelta(days=21)
UNTIL = SINCE + GRACE
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize("policy", EscrowPolicy)
@pytest.mark.parametrize("passed", [timedelta(0), GRACE, timedelta(days=9999)], ids=["new", "grace over", "old"])
def test_a_mac_with_a_kept_key_can_access_always(policy: EscrowPolicy, passed: timedelta) -> None:
    assert access(policy, GRACE, SINCE, SINCE + passed, key_escrowed=True) == Access(AccessState.ALLOWED)


@pytest.mark.parametrize(
    ("policy", "passed", "expected"),
    [
        pytest.param(EscrowPolicy.OFF, GRACE * 2, Access(AccessState.ALLOWED), id="off asks for nothing"),
        pytest.param(EscrowPolicy.WARN, GRACE * 2, Access(AccessState.GRACE), id="warn never denies, names no end"),
        pytest.param(EscrowPolicy.WARN, timedelta(0), Access(AccessState.GRACE), id="warn from the first day"),
        pytest.param(
            EscrowPolicy.REQUIRE, timedelta(0), Access(AccessState.GRACE, UNTIL), id="require, on the first day"
        ),
        pytest.param(
            EscrowPolicy.REQUIRE, GRACE - INSTANT, Access(AccessState.GRACE, UNTIL), id="require, an instant before"
        ),
        pytest.param(EscrowPolicy.REQUIRE, GRACE, Access(AccessState.DENIED), id="require, at the end of the grace"),
    ],
)
def test_a_mac_without_one(policy: EscrowPolicy, passed: timedelta, expected: Access) -> None:
    assert access(policy, GRACE, SINCE, SINCE + passed, key_escrowed=False) == expected
