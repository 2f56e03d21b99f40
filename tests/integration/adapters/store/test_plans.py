"""What is asked again and again costs the same however many Macs and entries there are: no statement reads them all.

SQLite says how it goes about a statement; PostgreSQL decides by its statistics, which a test's few rows do not give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.adapters.store.schema import metadata
from sleutelkast.domain.audit import Action, Outcome, Span
from sleutelkast.domain.search import DeviceFilter
from sleutelkast.usecases.repository import AuditFilter, AuditPlace, DeviceQuery, Transaction
from tests.integration.adapters.store.records import NOW

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PLACE = AuditPlace(NOW, 7)


def search(words: tuple[str, ...], wanted: DeviceFilter | None = None) -> Callable[[Transaction], object]:
    return lambda tx: tx.devices.search(DeviceQuery(words, wanted, NOW), None, 20)


def audit_page(wanted: AuditFilter, before: AuditPlace | None = None) -> Callable[[Transaction], object]:
    return lambda tx: tx.audit.page(wanted, before, 20)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(search(()), id="every Mac"),
        pytest.param(search(("anna",)), id="a word"),
        pytest.param(search(("anna", "mac")), id="two words"),
        *(pytest.param(search((), one), id=f"the filter {one}") for one in DeviceFilter),
        *(pytest.param(search(("anna",), one), id=f"a word and the filter {one}") for one in DeviceFilter),
        pytest.param(lambda tx: tx.devices.count(DeviceQuery(("anna",), None, NOW), 9), id="how many a word finds"),
        pytest.param(lambda tx: tx.devices.overview("air"), id="one Mac"),
        pytest.param(lambda tx: tx.devices.overviews_of("anna", None, 20), id="one's own Macs"),
        pytest.param(audit_page(AuditFilter()), id="the audit log"),
        pytest.param(audit_page(AuditFilter(), PLACE), id="the audit log from a place on"),
        pytest.param(audit_page(AuditFilter(device_id="air")), id="of a device"),
        pytest.param(audit_page(AuditFilter(actor_id="anna")), id="by a person"),
        pytest.param(audit_page(AuditFilter(action=Action.REVEAL)), id="an action"),
        pytest.param(audit_page(AuditFilter(outcome=Outcome.DENIED)), id="denials"),
        pytest.param(lambda tx: tx.audit.assignments("anna"), id="whose a Mac was"),
        pytest.param(lambda tx: tx.audit.reveals(Span("air", 1, 9), PLACE, 20), id="who saw its key"),
        pytest.param(audit_page(AuditFilter(since=NOW, until=NOW)), id="a span of time"),
    ],
)
def test_no_table_is_read_as_a_whole(store: SqlStore, plans: list[str], ask: Callable[[Transaction], object]) -> None:
    with store.read() as tx:
        ask(tx)
    assert plans
    assert [step for step in plans if reads_all(step)] == []


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda tx: tx.devices.to_inquire(NOW, 20), id="the Macs to ask"),
        pytest.param(lambda tx: tx.devices.to_rotate(NOW, 20), id="the Macs to rotate"),
    ],
)
def test_what_is_not_due_is_not_even_looked_at(
    store: SqlStore, plans: list[str], ask: Callable[[Transaction], object]
) -> None:
    """Each second it is asked what is due."""
    with store.read() as tx:
        ask(tx)
    assert plans
    assert [step for step in plans if not step.startswith("SEARCH ")] == []


def test_what_somebody_did_of_one_kind_is_found_by_both(store: SqlStore, plans: list[str]) -> None:
    with store.read() as tx:
        tx.audit.page(AuditFilter(actor_id="anna", action=Action.REVEAL), None, 20)
    assert any("(actor_id=? AND action=?)" in step for step in plans)


def reads_all(step: str) -> bool:
    """An index that has the order of the list is left as soon as a page is full; what is sorted is read before."""
    scanned = step.removeprefix("SCAN ") if step.startswith("SCAN ") else ""
    return scanned in metadata.tables or step.endswith("FOR ORDER BY")


@pytest.fixture
def plans(store: SqlStore) -> Iterator[list[str]]:
    """Each step of what SQLite does, but for what sorts the rows of one page, or the entries of the last second."""
    steps: list[str] = []

    def look(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "_id IN (" not in statement and "audit.number IS NULL" not in statement:
            found = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(row[3] for row in found)

    event.listen(store.engine, "before_cursor_execute", look)
    yield steps
    event.remove(store.engine, "before_cursor_execute", look)
