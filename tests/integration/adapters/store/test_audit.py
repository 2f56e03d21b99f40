"""The audit log in the database: kept as it was written, found by every filter, read page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.audit import Action, AuditEntry, Link, Outcome
from sleutelkast.usecases.repository import AuditFilter, AuditPlace
from tests.integration.adapters.store.records import HOUR, NOW, device, person

SECOND = timedelta(seconds=1)
ALL = AuditFilter()
ENTRIES = [
    AuditEntry(NOW, "anna", Action.SIGN_IN, Outcome.DONE),
    AuditEntry(NOW + SECOND, None, Action.SIGN_IN, Outcome.DENIED),
    AuditEntry(NOW + SECOND, "anna", Action.REVEAL, Outcome.DONE, "mac", "version"),
    AuditEntry(NOW + HOUR, "bram", Action.REVEAL, Outcome.DENIED, "mac", "no such version", "not-found"),
    AuditEntry(NOW + HOUR, None, Action.PERSON_ADDED, Outcome.DONE, None, "bram"),
    AuditEntry(NOW + 2 * HOUR, "bram", Action.DEPOSIT, Outcome.DONE, "x" * 190, "deposit", "é\n\t'"),
]
linked = pytest.mark.parametrize("linked", [0, 3, 6], ids=["none linked", "half of them linked", "all linked"])


def test_entries_come_back_as_they_were_newest_first(store: SqlStore) -> None:
    writes(store)
    assert page(store) == list(reversed(ENTRIES))


@linked
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(ALL, [5, 4, 3, 2, 1, 0], id="all"),
        pytest.param(AuditFilter(actor_id="anna"), [2, 0], id="of a person"),
        pytest.param(AuditFilter(device_id="mac"), [3, 2], id="of a device"),
        pytest.param(AuditFilter(action=Action.SIGN_IN), [1, 0], id="of an action"),
        pytest.param(AuditFilter(outcome=Outcome.DENIED), [3, 1], id="denials"),
        pytest.param(AuditFilter(outcome=Outcome.DONE), [5, 4, 2, 0], id="what was done"),
        pytest.param(AuditFilter(since=NOW + SECOND, until=NOW + HOUR), [2, 1], id="from then, not until then"),
        pytest.param(AuditFilter(actor_id="bram", outcome=Outcome.DENIED, device_id="mac"), [3], id="all at once"),
        pytest.param(AuditFilter(actor_id="carla"), [], id="of nobody known"),
    ],
)
def test_filters(store: SqlStore, linked: int, wanted: AuditFilter, found: list[int]) -> None:
    writes(store, linked)
    assert page(store, wanted) == [ENTRIES[at] for at in found]


@linked
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_page_by_page_nothing_is_left_out_or_read_twice(store: SqlStore, linked: int, limit: int) -> None:
    writes(store, linked)
    read: list[AuditEntry] = []
    before: AuditPlace | None = None
    while True:
        with store.read() as tx:
            found = tx.audit.page(ALL, before, limit)
        if not found:
            break
        read += [one.recorded.entry for one in found]
        before = found[-1].place
    assert read == list(reversed(ENTRIES))


def test_an_entry_comes_with_the_names_of_today(store: SqlStore) -> None:
    anna, bram, mac = (
        person("anna"),
        person("bram"),
        device("mac", given_name="Anna's Mac", serial="C02ANNA", owner_id="anna"),
    )
    with store.write() as tx:
        tx.people.add(anna, None)
        tx.people.add(bram, None)
        tx.devices.add(mac)
    writes(store)
    with store.read() as tx:
        found = tx.audit.page(ALL, None, 6)
    named = [(one.username, one.actor_name, one.device_name, one.serial, one.subject_name) for one in found]
    assert named == [
        ("bram", "Bram", None, None, None),
        (None, None, None, None, "Bram"),
        ("bram", "Bram", "Anna's Mac", "C02ANNA", None),
        ("anna", "Anna", "Anna's Mac", "C02ANNA", None),
        (None, None, None, None, None),
        ("anna", "Anna", None, None, None),
    ]


def test_a_key_in_a_reason_is_struck_out(store: SqlStore) -> None:
    with store.write() as tx:
        tx.audit.append(replace(ENTRIES[2], reason="as agreed: ABCD-EFGH-1JKL-MNOP-QRST-2345, thanks"))
    [kept] = [one.reason for one in page(store) if one.action == Action.REVEAL]
    assert kept is not None
    assert "MNOP" not in kept
    assert kept.startswith("as agreed: ")


def test_the_newest_of_an_action(store: SqlStore) -> None:
    writes(store, 2)
    with store.read() as tx:
        assert tx.audit.newest(Action.REVEAL) == ENTRIES[3]
        assert tx.audit.newest(Action.SIGN_IN) == ENTRIES[1]
        assert tx.audit.newest(Action.SIGN_OUT) is None


@linked
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"at": NOW + HOUR, "subject": "another"}, True, id="whenever, and of whatever"),
        pytest.param({"device_id": None}, False, id="of no device"),
        pytest.param({"device_id": "other"}, False, id="of another device"),
        pytest.param({"reason": None}, False, id="without a reason"),
        pytest.param({"outcome": Outcome.DONE}, False, id="with another outcome"),
        pytest.param({"action": Action.DEPOSIT}, False, id="something else"),
    ],
)
def test_whether_the_same_was_audited_already(
    store: SqlStore, linked: int, changed: dict[str, object], expected: bool
) -> None:
    writes(store, linked)
    like = replace(ENTRIES[3], **changed)  # type: ignore[arg-type]
    with store.read() as tx:
        assert tx.audit.has(like, since=NOW) is expected
        assert not tx.audit.has(like, since=NOW + HOUR)


def test_what_was_audited_of_nothing_at_all_is_found_as_well(store: SqlStore) -> None:
    writes(store)
    with store.read() as tx:
        assert tx.audit.has(ENTRIES[1], since=NOW)


def writes(store: SqlStore, linked: int = 0) -> None:
    """All of them, the first so many of them linked."""
    with store.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM audit")
        for entry in ENTRIES:
            tx.audit.append(entry)
    with store.write() as tx:
        tx.audit.take_head()
        ids = [entry_id for entry_id, _ in tx.audit.to_link(linked)]
        links = [Link(entry_id, number, bytes(32)) for number, entry_id in enumerate(ids, 1)]
        if links:
            tx.audit.link(links)


def page(store: SqlStore, wanted: AuditFilter = ALL) -> list[AuditEntry]:
    with store.read() as tx:
        return [one.recorded.entry for one in tx.audit.page(wanted, None, 100)]
