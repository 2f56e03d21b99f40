"""The audit log over HTTP: for auditors alone, by every filter, and as a stream of any length."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.access import Role
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from tests.unit.http.harness import KEY, Visitor, add_person, problem

AUDIT = "/api/v1/audit"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def otto(portal: Portal, open_browser: Callable[[], Visitor]) -> Visitor:
    """The auditor."""
    add_person(portal.world, "otto", Role.AUDITOR)
    return open_browser().signed_in("otto")


def test_an_auditor_reads_who_did_what_newest_first(otto: Visitor, anna: Visitor, mac: Device, at: str) -> None:
    anna.post(f"{at}/deposits", {"recovery_key": KEY, "confirmation": KEY})
    answer = otto.get(AUDIT)
    assert answer.status_code == 200
    newest = answer.json["items"][0]
    assert newest["action"] == "deposit"
    assert newest["outcome"] == "done"
    assert (newest["actor"]["username"], newest["actor"]["name"]) == ("anna", "Anna")
    assert newest["device"] == {"id": mac.id, "name": mac.name, "serial": "C02ANNA"}
    assert newest["at"].endswith("Z")
    times = [one["at"] for one in answer.json["items"]]
    assert times == sorted(times, reverse=True)
    assert KEY not in answer.get_data(as_text=True)


def test_people_are_named_also_as_what_an_entry_is_about(otto: Visitor) -> None:
    added = otto.get(f"{AUDIT}?action=person-added").json["items"]
    assert [one["subject"]["name"] for one in added] == ["Otto", "Bram", "Anna"]
    assert {one["actor"] for one in added} == {None}


@pytest.mark.parametrize("role", [None, Role.SUPPORT, Role.ADMINISTRATOR])
@pytest.mark.parametrize(
    ("asked", "headers", "action"),
    [
        pytest.param("limit=20", {}, "audit-read", id="read"),
        pytest.param("limit=20", {"Accept": "text/csv"}, "audit-exported", id="export by header"),
        pytest.param("format=csv", {}, "audit-exported", id="export by link"),
        pytest.param("format=jsonl", {}, "audit-exported", id="export as JSON Lines"),
    ],
)
def test_nobody_else_reads_it_and_who_tries_is_written_down(
    portal: Portal,
    open_browser: Callable[[], Visitor],
    role: Role | None,
    asked: str,
    headers: dict[str, str],
    action: str,
) -> None:
    person = add_person(portal.world, "carla", *([role] if role is not None else []))
    carla = open_browser().signed_in("carla")
    # A name that is unknown tells nothing to who may not ask.
    told = [carla.get(f"{AUDIT}?{asked}{filters}", **headers) for filters in ("", "&actor=anna", "&actor=nobody")]
    assert {problem(answer) for answer in told} == {(403, "forbidden")}
    assert len({answer.data for answer in told}) == 1
    assert written(portal, action) == [(person.id, "denied")] * 3


def test_without_a_sign_in_there_is_nothing_to_read(open_browser: Callable[[], Visitor]) -> None:
    assert problem(open_browser().get(AUDIT)) == (401, "sign-in-required")
    assert problem(open_browser().get(AUDIT, Accept="text/csv")) == (401, "sign-in-required")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        pytest.param("actor=anna", 2, id="a user name"),
        pytest.param("actor=ANNA", 2, id="a user name in capitals"),
        pytest.param("actor=anna&outcome=denied", 1, id="of hers what was denied"),
        pytest.param("device=C02ANNA", 2, id="a serial"),
        pytest.param("device=C02ANNA&action=device-assigned", 1, id="a serial and an action"),
        pytest.param("from=2999-01-01T00:00:00Z", 0, id="from the far future on"),
        pytest.param("to=1999-01-01T00:00:00%2B01:00", 0, id="until the past"),
    ],
)
def test_filters(otto: Visitor, anna: Visitor, at: str, filters: str, count: int) -> None:
    problem(anna.post(f"{at}/reveals", {}))
    assert len(otto.get(f"{AUDIT}?{filters}").json["items"]) == count


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        pytest.param("actor=nobody", "actor", id="a person that there is not"),
        pytest.param(f"actor={KEY}", "actor", id="a recovery key for a person"),
        pytest.param("actor=%D8%B3%D8%A7%D8%B1%D8%A9", "actor", id="a person in another script"),
        pytest.param("actor=", "actor", id="an empty name"),
        pytest.param("actor=a%00b", "actor", id="a null character"),
        pytest.param("device=C02NOBODY", "device", id="a device that there is not"),
        pytest.param("device=%25", "device", id="a wildcard"),
        pytest.param("action=dance", "action", id="an unknown action"),
        pytest.param("outcome=maybe", "outcome", id="an unknown outcome"),
        pytest.param("format=xls", "format", id="an unknown form"),
        pytest.param("from=yesterday", "from", id="no moment"),
        pytest.param("from=2026-11-02T00:00:00", "from", id="a moment without its zone"),
        pytest.param("to=0001-01-01T00:00:00%2B14:00", "to", id="a moment before the calendar"),
        pytest.param("to=9999-12-31T23:59:59-14:00", "to", id="a moment behind the calendar"),
        pytest.param("after=1", "after", id="half a place"),
        pytest.param("after=999999999999999999-1", "after", id="a place behind the calendar"),
        pytest.param("limit=0", "limit", id="no entries"),
        pytest.param("limit=101", "limit", id="too many"),
        pytest.param("colour=red", "colour", id="an unknown filter"),
    ],
)
def test_what_is_no_filter_is_said_so(portal: Portal, otto: Visitor, filters: str, field: str) -> None:
    answer = otto.get(f"{AUDIT}?{filters}")
    assert problem(answer) == (422, "invalid")
    assert field in answer.json["params"]["fields"]
    assert problem(otto.get(f"{AUDIT}?{filters}", Accept="text/csv")) == (422, "invalid")
    assert KEY not in repr(every_row(portal))


def test_page_by_page(otto: Visitor) -> None:
    whole = otto.get(f"{AUDIT}?limit=100").json["items"]
    read: list[Any] = []
    following: str | None = ""
    while following is not None:
        answer = otto.get(f"{AUDIT}?limit=2" + (f"&after={following}" if following else "")).json
        assert len(answer["items"]) <= 2
        read += answer["items"]
        following = answer["next"]
    assert read == whole


@pytest.mark.parametrize("asked", [{"Accept": "text/csv"}, None], ids=["by header", "by link"])
def test_an_export_as_csv(portal: Portal, otto: Visitor, asked: dict[str, str] | None) -> None:
    answer = otto.get(AUDIT, **asked) if asked is not None else otto.get(f"{AUDIT}?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == len(every_row(portal))
    assert (rows[0]["action"], rows[0]["actor"], rows[0]["subject"]) == ("audit-exported", "otto", "csv")


def test_an_export_as_json_lines_with_its_filters_written_down(portal: Portal, otto: Visitor, anna: Visitor) -> None:
    answer = otto.get(f"{AUDIT}?actor=anna&action=sign-in", Accept="application/x-ndjson")
    assert answer.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    rows = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [(row["actor"], row["action"], row["outcome"]) for row in rows] == [("anna", "sign-in", "done")]
    [exported] = [row for row in every_row(portal) if row["action"] == "audit-exported"]
    assert exported["reason"] == "actor=anna action=sign-in"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", '=HYPERLINK("http://x","y")'])
def test_no_spreadsheet_takes_a_cell_for_a_formula(portal: Portal, otto: Visitor, text: str) -> None:
    with portal.store.write() as tx:
        now = portal.world.clock.now()
        tx.audit.append(AuditEntry(now, None, Action.REVEAL, Outcome.DENIED, None, None, text))
    rows = list(csv.DictReader(io.StringIO(otto.get(f"{AUDIT}?action=reveal", Accept="text/csv").text, newline="")))
    assert rows[0]["reason"] == f"'{text}"


def test_exports_are_limited(otto: Visitor) -> None:
    statuses = [otto.get(AUDIT, Accept="text/csv").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert otto.get(AUDIT).status_code == 200


def test_the_longest_log_is_exported_with_flat_memory_and_its_first_line_at_once(portal: Portal, otto: Visitor) -> None:
    fill(portal, 200_000)
    with counted_reads(portal) as reads:
        pieces = otto.client.get(f"{AUDIT}?format=csv", base_url=otto.at, buffered=False).iter_encoded()
        # The names of the columns, before a single entry is read; then the first batch alone.
        assert next(pieces).count(b"\n") == 1
        assert reads == []
        assert next(pieces).count(b"\n") > 100
        assert len(reads) == 2
    before = memory()
    lines = peak = 0
    for piece in pieces:
        lines += piece.count(b"\n")
        peak = max(peak, memory() - before)
    assert lines >= 199_000
    # The text alone is six times as much.
    assert peak < 4 * MEBIBYTE


def memory() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def counted_reads(portal: Portal) -> Iterator[list[str]]:
    """The statements that read the log."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM audit" in statement:
            seen.append(statement)

    event.listen(portal.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(portal.store.engine, "before_cursor_execute", note)


def fill(portal: Portal, count: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    same = {"action": "deposit", "outcome": "done", "writer": "w", "settled": 0, "authenticator": bytes(32)}
    for first in range(1, count, 10_000):
        rows = [
            {**same, "at": start + timedelta(seconds=serial), "serial": serial, "number": serial, "link": bytes(32)}
            for serial in range(first, first + 10_000)
        ]
        with portal.store.write() as tx:
            tx.connection.execute(insert(audit), rows)


def every_row(portal: Portal) -> list[Any]:
    with portal.store.read() as tx:
        return list(tx.connection.execute(select(audit).order_by(audit.c.id)).mappings())


def written(portal: Portal, action: str) -> list[tuple[str | None, str]]:
    return [(row["actor_id"], row["outcome"]) for row in every_row(portal) if row["action"] == action]
