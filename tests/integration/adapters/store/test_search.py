"""How Macs are found among many: by words and filters, in pages that leave none out and repeat none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.deposit import State
from sleutelkast.domain.device import Stale
from sleutelkast.domain.search import DeviceFilter, words_asked
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import Counted, DeviceQuery, Owned, UnknownPlace
from tests.integration.adapters.store.records import HOUR, NOW, add_deposit, deposit, device, person

LONG_AGO = NOW - 1000 * HOUR


def found(store: SqlStore, question: str = "", wanted: DeviceFilter | None = None, limit: int = 2) -> list[str]:
    """The ids of all pages, one behind the other."""
    query, after, ids = DeviceQuery(words_asked(question), wanted, NOW - HOUR), None, []
    with store.read() as tx:
        while True:
            page, after = tx.devices.search(query, after, limit)
            ids += [one.device.id for one in page]
            assert len(page) <= limit
            if after is None:
                return ids
            assert len(page) == limit


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        pytest.param("", ["air", "imac", "mini", "pro"], id="everything"),
        pytest.param("macbook", ["air", "pro"], id="a word of several"),
        pytest.param("anna", ["air", "mini"], id="an owner"),
        pytest.param("anna mac", ["air", "mini"], id="an owner and a word"),
        pytest.param("mac anna mini", ["mini"], id="in any order"),
        pytest.param("c02b", ["imac"], id="the beginning of a serial"),
        pytest.param("de bo", ["air", "mini"], id="two words of a name"),
        pytest.param("山田", ["pro"], id="another script"),
        pytest.param("zoe", ["imac"], id="without its accent"),
        pytest.param("nobody", [], id="nothing"),
        pytest.param("acbook", [], id="the midst of a word"),
        pytest.param("100%", ["imac"], id="a percent sign"),
        pytest.param("ann_", ["air", "mini"], id="an underscore"),
        pytest.param("'; DROP TABLE devices; --", [], id="SQL"),
    ],
)
def test_words(store: SqlStore, macs: None, question: str, ids: list[str]) -> None:
    assert sorted(found(store, question)) == ids
    assert sorted(found(store, question, limit=50)) == ids


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (DeviceFilter.NO_KEY, ["imac", "mini", "pro"]),
        (DeviceFilter.REFUSED, ["imac", "mini"]),
        (DeviceFilter.STALE, ["air"]),
        (DeviceFilter.NOT_ENCRYPTED, ["mini"]),
        (DeviceFilter.NOT_CHECKED_IN, ["air", "pro"]),
        (DeviceFilter.QUARANTINED, ["pro"]),
    ],
    ids=str,
)
def test_filters(store: SqlStore, macs: None, wanted: DeviceFilter, ids: list[str]) -> None:
    assert sorted(found(store, wanted=wanted, limit=1)) == ids
    assert sorted(found(store, "mac", wanted)) == ids
    assert found(store, "nobody", wanted) == []


def test_words_and_a_filter_at_once(store: SqlStore, macs: None) -> None:
    assert found(store, "anna", DeviceFilter.NO_KEY) == ["mini"]
    assert found(store, "anna", DeviceFilter.STALE) == ["air"]
    assert found(store, "anna", DeviceFilter.QUARANTINED) == []


def test_counting_stops_where_it_is_enough(store: SqlStore, macs: None) -> None:
    with store.read() as tx:
        assert tx.devices.count(DeviceQuery((), None, NOW), 2) == Counted(2, more=True)
        assert tx.devices.count(DeviceQuery((), None, NOW), 4) == Counted(4, more=False)
        assert tx.devices.count(DeviceQuery(("anna",), DeviceFilter.NO_KEY, NOW), 4) == Counted(1, more=False)


def test_people_are_counted_once_however_many_macs_they_have(store: SqlStore, macs: None) -> None:
    with store.read() as tx:
        every = tx.devices.count_owned(DeviceQuery((), None, NOW), 10)
        assert every.people < every.macs
        assert not every.more
        assert tx.devices.count_owned(DeviceQuery(("anna",), None, NOW), 10) == Owned(2, 1, more=False)
        assert tx.devices.count_owned(DeviceQuery(("anna",), None, NOW), 1) == Owned(1, 1, more=True)


def test_counting_looks_at_so_many_macs_and_no_more(
    store: SqlStore, macs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those that meet the narrowest condition: two are Anna's, and one of these has no key."""
    monkeypatch.setattr("sleutelkast.adapters.store.search._LOOKED_AT", 1)
    with store.read() as tx:
        assert tx.devices.count(DeviceQuery(("anna",), DeviceFilter.NO_KEY, NOW), 4) in {
            Counted(0, more=True),
            Counted(1, more=True),
        }
        assert tx.devices.count(DeviceQuery((), DeviceFilter.STALE, NOW), 4) == Counted(1, more=False)


def test_a_mac_is_found_by_what_it_is_called_now(store: SqlStore, macs: None) -> None:
    with store.write() as tx:
        mac = tx.devices.get("air")
        assert mac is not None
        tx.devices.save(replace(mac, given_name="Vlinder", owner_id="bram"))
    assert found(store, "vlinder") == ["air"]
    assert found(store, "bram vlinder") == ["air"]
    assert found(store, "anna") == ["mini"]


def test_a_key_that_is_bound_to_somebody_before_is_none_for_the_owner(store: SqlStore, macs: None) -> None:
    with store.write() as tx:
        mac = tx.devices.get("air")
        assert mac is not None
        tx.devices.save(replace(mac, owner_id="bram"))
    assert "air" in found(store, wanted=DeviceFilter.NO_KEY)
    with store.write() as tx:
        tx.devices.save(mac)
    assert "air" not in found(store, wanted=DeviceFilter.NO_KEY)


def test_a_mac_that_is_gone_is_found_no_more(store: SqlStore, macs: None) -> None:
    with store.write() as tx:
        tx.devices.add(device("twin", serial="C02TWIN"))
        tx.devices.remove("twin")
    assert found(store, "c02twin") == []
    assert "twin" not in found(store, wanted=DeviceFilter.NO_KEY)


@pytest.mark.parametrize("after", ["", "x", "W10=", "WyJhbGwiXQ==", "WyJhbGwiLDFd", "bnVsbA==", "////"])
def test_a_place_that_no_page_ended_with(store: SqlStore, macs: None, after: str) -> None:
    with store.read() as tx, pytest.raises(UnknownPlace):
        tx.devices.search(DeviceQuery((), None, NOW), after, 2)


def test_a_place_of_another_list(store: SqlStore, macs: None) -> None:
    with store.read() as tx:
        _, after = tx.devices.search(DeviceQuery(("mac",), None, NOW), None, 1)
        with pytest.raises(UnknownPlace):
            tx.devices.search(DeviceQuery((), DeviceFilter.NO_KEY, NOW), after, 1)


@pytest.fixture
def macs(store: SqlStore) -> None:
    with store.write() as tx:
        tx.people.add(person("anna", name="Anna de Boer"), None)
        tx.people.add(person("bram", name="Bram 100% Zoë"), None)
        air = device("air", serial="C02AIR", owner_id="anna", reported_name="MacBook Air")
        tx.devices.add(replace(air, stale=Stale.FILEVAULT_OFF))
        mini = device("mini", serial="C02MINI", owner_id="anna", given_name="Mac mini")
        tx.devices.add(replace(mini, filevault_enabled=False))
        tx.devices.add(device("imac", serial="C02BRAM", owner_id="bram", reported_name="Macbrams iMac"))
        tx.devices.add(device("pro", serial="C02PRO", reported_name="山田のMacBook", quarantined=True))
        for device_id, moment in (("air", LONG_AGO), ("mini", NOW), ("imac", NOW), ("pro", LONG_AGO)):
            mac = tx.devices.get(device_id)
            assert mac is not None
            tx.devices.save(replace(mac, last_check_in=moment))
        bound = Escrowing("anna", Ownership.PERSONAL)
        tx.versions.add(Version("v", "air", Provenance.ROTATED, NOW, bound), b"sealed", NOW)
        tx.versions.add(Version("t", "mini", Provenance.TYPED, NOW, bound), b"sealed", NOW)
        add_deposit(tx, deposit("old", State.REFUSED), "air")
        add_deposit(tx, deposit("new", State.STORED, created_at=NOW + HOUR), "air")
        add_deposit(tx, deposit("refused", State.REFUSED), "mini")
        add_deposit(tx, deposit("lost", State.UNANSWERED), "imac")
