"""Devices, notices and checks, kept and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.access import Ownership
from sleutelkast.domain.device import Device, Stale
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import Check, CheckState, Conflict, KeyState, Notice, NoticeCode
from tests.integration.adapters.store.records import FOR_ANNA, HOUR, NOW, add_deposit, deposit, device, person

EVERYTHING = Device(
    id="everything",
    created_at=NOW,
    serial="C02XK1WJGTFM",
    udid="66ADE930-5FDF-5EC4-8429-15640684C489",
    owner_id="anna",
    ownership=Ownership.PERSONAL,
    given_name="Zoë's 🖥️",
    reported_name="Anna's MacBook Air",
    model="MacBook Air",
    os_version="15.1",
    filevault_enabled=False,
    last_check_in=NOW + HOUR,
    enrolled_at=NOW,
    checked_out_at=NOW + 2 * HOUR,
    quarantined=True,
)


@pytest.mark.parametrize("known", [device("bare"), EVERYTHING], ids=["with nothing known", "with everything known"])
def test_a_device_comes_back_as_it_was(store: SqlStore, mac: str, known: Device) -> None:
    with store.write() as tx:
        tx.devices.add(known)
    with store.write() as tx:
        assert tx.devices.get(known.id) == tx.devices.lock(known.id) == known


def test_what_is_saved_replaces_all_that_was_known(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("everything"))
        tx.devices.save(EVERYTHING)
    with store.read() as tx:
        assert tx.devices.get("everything") == EVERYTHING
        assert tx.devices.get(mac) == device(mac, owner_id="anna")


def test_whoever_read_a_device_earlier_undoes_nothing_of_its_key_state(store: SqlStore, mac: str) -> None:
    state = KeyState(Stale.FILEVAULT_OFF, NOW - HOUR, NOW, NOW + HOUR)
    with store.write() as tx:
        read_earlier = tx.devices.get(mac)
        assert read_earlier is not None
        tx.devices.save_key_state(mac, state)
        tx.devices.save(replace(read_earlier, model="iMac"))
    with store.read() as tx:
        found = tx.devices.get(mac)
    assert found is not None
    assert (found.model, KeyState(found.stale, found.stale_since, found.revealed_at, found.rotate_at)) == (
        "iMac",
        state,
    )


def test_macs_whose_key_policy_wants_rotated(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for number, moment in enumerate([NOW + HOUR, NOW, NOW - HOUR, None]):
            tx.devices.add(device(f"mac {number}"))
            tx.devices.save_key_state(f"mac {number}", KeyState(None, None, None, moment))
    with store.read() as tx:
        assert tx.devices.to_rotate(NOW, 10) == ["mac 2", "mac 1"]
        assert tx.devices.to_rotate(NOW, 1) == ["mac 2"]


def test_nothing_is_found_where_nothing_is(store: SqlStore) -> None:
    with store.write() as tx:
        found = [tx.devices.get("mac"), tx.devices.lock("mac"), tx.devices.by_udid("U"), tx.devices.by_serial("C02")]
        assert found == [None, None, None, None]
        assert tx.devices.overview("mac") is None


def test_a_device_can_be_removed(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.remove(mac)
    with store.read() as tx:
        assert tx.devices.all() == []


def test_a_mac_is_found_by_what_it_is_known_by(store: SqlStore) -> None:
    with store.write() as tx:
        tx.devices.add(device("one", serial="C02-1", udid="U-1"))
        tx.devices.add(device("two", serial="C02-2", udid="U-2"))
    with store.read() as tx:
        assert tx.devices.by_udid("U-2") == tx.devices.by_serial("C02-2") == tx.devices.get("two")


def test_a_mac_in_quarantine_is_never_the_one_known_by_its_serial(store: SqlStore) -> None:
    with store.write() as tx:
        tx.devices.add(device("imposter", serial="C02", udid="U-1", quarantined=True))
        assert tx.devices.by_serial("C02") is None
        tx.devices.add(device("known", serial="C02", udid="U-2"))
        tx.devices.add(device("another imposter", serial="C02", udid="U-3", quarantined=True))
    with store.read() as tx:
        known = tx.devices.by_serial("C02")
    assert known is not None
    assert known.id == "known"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"serial": "C02"}, {"serial": "C02"}, id="one serial"),
        pytest.param({"udid": "U"}, {"udid": "U"}, id="one UDID"),
        pytest.param({"udid": "U"}, {"udid": "U", "quarantined": True}, id="one UDID, even in quarantine"),
    ],
)
def test_two_macs_are_never_known_by(store: SqlStore, first: dict[str, object], second: dict[str, object]) -> None:
    with store.write() as tx:
        tx.devices.add(device("first", **first))
    with pytest.raises(Conflict), store.write() as tx:
        tx.devices.add(device("second", **second))


def test_any_number_of_macs_may_have_told_nothing_yet(store: SqlStore) -> None:
    with store.write() as tx:
        for device_id in ("first", "second", "third"):
            tx.devices.add(device(device_id))
    with store.read() as tx:
        assert len(tx.devices.all()) == 3


def test_devices_are_listed_by_serial(store: SqlStore) -> None:
    with store.write() as tx:
        for device_id, serial in (("a", "C03"), ("b", "C01"), ("c", "C02")):
            tx.devices.add(device(device_id, serial=serial))
    with store.read() as tx:
        assert [one.id for one in tx.devices.all()] == ["b", "c", "a"]


# Overviews


def test_an_overview_shows_the_latest_deposit_and_all_versions(store: SqlStore, mac: str) -> None:
    rotated = Version("v", mac, Provenance.ROTATED, NOW, FOR_ANNA)
    with store.write() as tx:
        add_deposit(tx, deposit("newer", created_at=NOW + HOUR))
        add_deposit(tx, deposit("older"))
        tx.versions.add(rotated, b"sealed", NOW)
    with store.read() as tx:
        overview = tx.devices.overview(mac)
        assert overview is not None
        assert overview.device == tx.devices.get(mac)
        assert overview.latest == tx.deposits.get("newer")
        assert list(overview.versions) == [rotated]


def test_of_two_deposits_of_one_moment_the_one_that_is_last_in_line_is_the_latest(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit("b"))
        add_deposit(tx, deposit("a"))
    with store.read() as tx:
        overview = tx.devices.overview(mac)
        assert overview is not None
        assert overview.latest == tx.deposits.line(mac)[-1]


def test_an_owner_pages_through_their_own_devices_and_no_others(store: SqlStore) -> None:
    with store.write() as tx:
        for username in ("anna", "bram"):
            tx.people.add(person(username), None)
        for number in range(10):
            tx.devices.add(device(f"{number:x}", owner_id=("anna", "bram")[number % 2]))
        tx.devices.add(device("nobody's"))
        add_deposit(tx, deposit("d"), device_id="4")
    assert _pages(store, "anna", size=2) == [["0", "2"], ["4", "6"], ["8"]]
    assert _pages(store, "bram", size=5) == [["1", "3", "5", "7", "9"]]
    assert _pages(store, "otto", size=5) == []


def test_a_page_tells_each_devices_own_deposit(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other", owner_id="anna"))
        add_deposit(tx, deposit("d"), device_id=mac)
    with store.read() as tx:
        latest = {one.device.id: one.latest for one in tx.devices.overviews_of("anna", None, 10)}
        assert latest == {mac: tx.deposits.get("d"), "other": None}


def _pages(store: SqlStore, owner_id: str, size: int) -> list[list[str]]:
    pages: list[list[str]] = []
    with store.read() as tx:
        while page := tx.devices.overviews_of(owner_id, pages[-1][-1] if pages else None, size):
            pages.append([one.device.id for one in page])
    return pages


# Notices


def test_notices_are_told_oldest_first_to_whom_they_are_for(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.people.add(person("bram"), None)
        tx.notices.add(notice("newer", created_at=NOW + HOUR))
        tx.notices.add(notice("older"))
        tx.notices.add(notice("for bram", person_id="bram"))
    with store.read() as tx:
        assert tx.notices.of("anna") == [notice("older"), notice("newer", created_at=NOW + HOUR)]


def test_only_the_person_dismisses_a_notice(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.notices.add(notice("one"))
        assert not tx.notices.dismiss("one", "bram")
        assert not tx.notices.dismiss("another", "anna")
        assert tx.notices.dismiss("one", "anna")
        assert not tx.notices.dismiss("one", "anna")
        assert tx.notices.of("anna") == []


def test_the_notices_about_one_mac_are_withdrawn(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        tx.notices.add(notice("one"))
        tx.notices.add(notice("about another", device_id="other"))
        tx.notices.withdraw(mac, NoticeCode.DEVICE_NOT_UPDATED)
        assert [left.id for left in tx.notices.of("anna")] == ["about another"]


def notice(notice_id: str, **fields: object) -> Notice:
    given = {"person_id": "anna", "device_id": "mac", "created_at": NOW, **fields}
    return Notice(id=notice_id, code=NoticeCode.DEVICE_NOT_UPDATED, **given)  # type: ignore[arg-type]


# Checks


def test_the_latest_check_of_a_mac(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        assert tx.checks.latest(mac) is None
        tx.devices.add(device("other"))
        tx.checks.add(check("newer", created_at=NOW + HOUR))
        tx.checks.add(check("older"))
        tx.checks.add(check("of another", device_id="other", created_at=NOW + 2 * HOUR))
    with store.read() as tx:
        assert tx.checks.latest(mac) == check("newer", created_at=NOW + HOUR)


def test_what_becomes_of_a_check(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.checks.add(check("one"))
        tx.checks.note_push("one", NOW + HOUR)
        tx.checks.settle("one", CheckState.ANSWERED, NOW + 2 * HOUR)
    with store.read() as tx:
        answered = replace(check("one"), state=CheckState.ANSWERED, pushed_at=NOW + HOUR, settled_at=NOW + 2 * HOUR)
        assert tx.checks.latest(mac) == answered


def test_only_checks_that_wait_and_were_not_pushed_are_pushed(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for check_id in ("waiting", "pushed", "answered"):
            tx.checks.add(check(check_id))
        tx.checks.note_push("pushed", NOW)
        tx.checks.settle("answered", CheckState.ANSWERED, NOW)
    with store.read() as tx:
        assert [one.id for one in tx.checks.not_pushed(10)] == ["waiting"]
        assert tx.checks.not_pushed(0) == []


def test_only_checks_that_waited_long_enough_time_out(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        tx.checks.add(check("overdue"))
        tx.checks.add(check("answered"))
        tx.checks.settle("answered", CheckState.ANSWERED, NOW)
        tx.checks.add(check("recent", device_id="other", created_at=NOW + HOUR))
        assert tx.checks.time_out(asked_before=NOW, heard_before=NOW, now=NOW + 2 * HOUR) == 1
        assert tx.checks.time_out(asked_before=NOW, heard_before=NOW, now=NOW + 2 * HOUR) == 0
    with store.read() as tx:
        overdue = replace(check("overdue"), state=CheckState.UNANSWERED, settled_at=NOW + 2 * HOUR)
        assert tx.checks.latest(mac) == overdue
        assert tx.checks.latest("other") == check("recent", device_id="other", created_at=NOW + HOUR)


@pytest.mark.parametrize(("asked_before", "heard_before"), [(NOW, NOW), (NOW - HOUR, NOW + HOUR)])
def test_a_mac_that_was_heard_has_answered(
    store: SqlStore, mac: str, asked_before: datetime, heard_before: datetime
) -> None:
    with store.write() as tx:
        tx.checks.add(check("heard"))
        tx.checks.note_heard("heard", NOW + HOUR)
        assert tx.checks.time_out(asked_before=NOW - HOUR, heard_before=NOW, now=NOW + 2 * HOUR) == 0
        assert tx.checks.time_out(asked_before, heard_before, now=NOW + 2 * HOUR) == 1
    with store.read() as tx:
        latest = tx.checks.latest(mac)
    assert latest is not None
    assert (latest.state, latest.heard_at) == (CheckState.ANSWERED, NOW + HOUR)


def check(check_id: str, **fields: object) -> Check:
    given = {"device_id": "mac", "state": CheckState.ASKED, "created_at": NOW, **fields}
    return Check(id=check_id, **given)  # type: ignore[arg-type]


def test_how_many_macs_crypt_clients_made_known(store: SqlStore) -> None:
    with store.write() as tx:
        tx.people.add(person("anna"), None)
        tx.devices.add(device("known", serial="1"))
        tx.devices.add(device("earlier", serial="2", announced_at=NOW - HOUR))
        tx.devices.add(device("now", serial="3", announced_at=NOW))
        tx.devices.add(device("given", serial="4", announced_at=NOW, owner_id="anna"))
        tx.devices.add(device("enrolled", serial="5", announced_at=NOW, udid="U"))
        assert tx.devices.announced_since(NOW - HOUR) == 3
        assert tx.devices.announced_since(NOW) == 0
        assert tx.devices.announced_and_unclaimed() == 2
