"""Whether a Mac may reach the organization's resources, under each policy, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.compliance import Access, AccessRules, AccessState, EscrowPolicy, Remedy, access
from sleutelkast.domain.deposit import FAILED, UNDER_WAY, Deposit, Kind, State
from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.versions import Provenance, Version

SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = 21 * DAY
UNTIL = SINCE + GRACE
TIMEOUT = 3 * DAY
INSTANT = timedelta(microseconds=1)

ALLOWED = Access(AccessState.ALLOWED)


def mac(**fields: object) -> Device:
    given = {"created_at": SINCE - 99 * DAY, "udid": "UDID", "owner_id": "anna", "grace_since": SINCE, **fields}
    return Device(id="mac", **given)  # type: ignore[arg-type]


def kept(provenance: Provenance = Provenance.ROTATED, owner_id: str | None = "anna") -> Version:
    return Version("version", "mac", provenance, SINCE, Escrowing(owner_id, Ownership.PERSONAL))


def saved(at: datetime, state: State = State.SENT, **fields: object) -> Deposit:
    return Deposit("deposit", Kind.DEPOSIT, state, at, **fields)  # type: ignore[arg-type]


def judged(
    policy: EscrowPolicy = EscrowPolicy.REQUIRE,
    device: Device | None = None,
    latest: Deposit | None = None,
    versions: tuple[Version, ...] = (),
    now: datetime = SINCE,
) -> Access:
    return access(AccessRules(policy, GRACE, TIMEOUT), device or mac(), latest, versions, now)


def grace(until: datetime | None, remedy: Remedy = Remedy.STORE_KEY) -> Access:
    return Access(AccessState.GRACE, until, remedy)


def denied(remedy: Remedy = Remedy.STORE_KEY) -> Access:
    return Access(AccessState.DENIED, None, remedy)


# With a kept key, and without one


@pytest.mark.parametrize("policy", EscrowPolicy)
@pytest.mark.parametrize("provenance", [Provenance.ROTATED, Provenance.REPAIRED, Provenance.REPORTED])
@pytest.mark.parametrize("passed", [timedelta(0), GRACE, 9999 * DAY], ids=["new", "grace over", "old"])
def test_a_mac_with_a_kept_key_can_access_always(
    policy: EscrowPolicy, provenance: Provenance, passed: timedelta
) -> None:
    assert judged(policy, versions=(kept(provenance),), now=SINCE + passed) == ALLOWED


@pytest.mark.parametrize(
    ("policy", "passed", "expected"),
    [
        pytest.param(EscrowPolicy.OFF, GRACE * 2, ALLOWED, id="off asks for nothing"),
        pytest.param(EscrowPolicy.WARN, GRACE * 2, grace(None), id="warn never denies, names no end"),
        pytest.param(EscrowPolicy.WARN, timedelta(0), grace(None), id="warn from the first day"),
        pytest.param(EscrowPolicy.REQUIRE, timedelta(0), grace(UNTIL), id="require, on the first day"),
        pytest.param(EscrowPolicy.REQUIRE, GRACE - INSTANT, grace(UNTIL), id="require, an instant before"),
        pytest.param(EscrowPolicy.REQUIRE, GRACE, denied(), id="require, at the end of the grace"),
    ],
)
def test_a_mac_without_one(policy: EscrowPolicy, passed: timedelta, expected: Access) -> None:
    assert judged(policy, now=SINCE + passed) == expected


@pytest.mark.parametrize(
    "version",
    [
        pytest.param(kept(owner_id="bram"), id="of a former owner"),
        pytest.param(kept(owner_id=None), id="of nobody"),
        pytest.param(kept(Provenance.TYPED), id="that the Mac never confirmed"),
    ],
)
def test_a_key_that_opens_nothing_for_its_owner_is_none(version: Version) -> None:
    assert judged(versions=(version,), now=UNTIL) == denied()


def test_a_mac_that_is_off_is_told_to_turn_on_filevault_first() -> None:
    assert judged(device=mac(filevault_enabled=False)) == grace(UNTIL, Remedy.TURN_ON_FILEVAULT)
    assert judged(device=mac(filevault_enabled=True)) == grace(UNTIL)


# Whose Mac it is


@pytest.mark.parametrize("policy", EscrowPolicy)
@pytest.mark.parametrize(
    "device",
    [
        pytest.param(mac(udid=None, grace_since=None), id="never enrolled"),
        pytest.param(mac(checked_out_at=SINCE), id="left"),
        pytest.param(mac(quarantined=True), id="claims to be another"),
    ],
)
def test_what_is_no_mac_of_the_organization_has_no_access(policy: EscrowPolicy, device: Device) -> None:
    assert judged(policy, device, versions=(kept(),)) == denied(Remedy.ENROL)


# From when grace counts


def test_enrolling_once_more_begins_no_new_grace() -> None:
    """Else a Mac that re-enrols every three weeks would never need a key."""
    assert judged(device=mac(enrolled_at=UNTIL), now=UNTIL) == denied()


def test_a_mac_of_which_that_is_not_known_counts_from_when_it_was_made_known() -> None:
    assert judged(device=mac(grace_since=None, created_at=SINCE)) == grace(UNTIL)


@pytest.mark.parametrize("stale", Stale)
def test_a_key_that_went_stale_is_mourned_for_as_long(stale: Stale) -> None:
    """Its owner did all that was asked: there is time to store the new one."""
    since = SINCE + 400 * DAY
    device = mac(stale=stale, stale_since=since)
    assert judged(device=device, versions=(kept(),), now=since) == grace(since + GRACE)
    assert judged(device=device, versions=(kept(),), now=since + GRACE) == denied()
    assert judged(EscrowPolicy.WARN, device, versions=(kept(),), now=since) == grace(None)


# A key on its way


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_who_saved_a_key_in_time_is_not_shut_out_while_it_is_on_its_way(state: State) -> None:
    at = UNTIL - INSTANT
    latest = saved(at, state)
    assert judged(latest=latest, now=UNTIL) == grace(at + TIMEOUT, Remedy.WAIT)
    assert judged(latest=latest, now=at + TIMEOUT) == denied(Remedy.WAIT)


def test_a_key_saved_early_takes_no_time_away() -> None:
    assert judged(latest=saved(SINCE)) == grace(UNTIL, Remedy.WAIT)


def test_the_mac_has_its_time_from_when_the_key_was_sent() -> None:
    latest = saved(UNTIL - DAY, sent_at=UNTIL + DAY)
    assert judged(latest=latest, now=UNTIL + 2 * DAY) == grace(UNTIL + DAY + TIMEOUT, Remedy.WAIT)


def test_one_saved_too_late_opens_nothing() -> None:
    """Else any key, saved again and again while the Mac is kept offline, would keep the door open."""
    for number in range(5):
        at = UNTIL + number * TIMEOUT
        assert judged(latest=saved(at), now=at) == denied(Remedy.WAIT)


@pytest.mark.parametrize("state", sorted(FAILED))
def test_a_key_that_was_not_stored_is_not_on_its_way(state: State) -> None:
    assert judged(latest=saved(UNTIL - DAY, state), now=UNTIL) == denied()
    assert judged(latest=saved(SINCE, state)) == grace(UNTIL)


def test_a_kept_key_needs_no_other_to_come() -> None:
    assert judged(latest=saved(SINCE), versions=(kept(),), now=UNTIL) == ALLOWED
