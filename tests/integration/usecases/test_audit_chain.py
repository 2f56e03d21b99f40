"""The audit log is linked, kept hold of outside, and proven; whoever tampers with the database is found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, delete, insert, select, text, update

from sleutelkast.adapters.store.schema import audit, audit_head
from sleutelkast.domain.audit import NO_HEAD, Action, AuditEntry, Head, Outcome
from sleutelkast.domain.audit_inspection import Tampering
from sleutelkast.usecases.audit_chain import adopt_entries, link_entries, present_head, verify
from tests.integration.usecases.stage import Stage

Tamper = Callable[[Connection], Any]


@pytest.fixture(autouse=True)
def _nothing_written_down_yet(stage: Stage) -> None:
    """`init` wrote down that it made a certificate."""
    with stage.store.write() as tx:
        tx.connection.execute(delete(audit))


def test_what_is_written_down_is_linked_a_while_later(stage: Stage) -> None:
    writes(stage, 3)
    assert link_entries(stage.world) == 0
    stage.time_passes(seconds=1)
    assert link_entries(stage.world) == 3
    assert rows(stage, "number") == [1, 2, 3]
    writes(stage, 2)
    stage.works()
    assert rows(stage, "number") == [1, 2, 3, 4, 5]
    assert findings(stage) == []


def test_more_than_a_batch_is_linked_at_once(stage: Stage) -> None:
    writes(stage, 1203)
    stage.time_passes(seconds=1)
    assert link_entries(stage.world) == 1203
    assert present_head(stage.world).count == 1203
    assert findings(stage) == []


def test_the_head_is_kept_outside_of_the_database(stage: Stage) -> None:
    assert present_head(stage.world) == NO_HEAD
    writes(stage, 3)
    stage.works()
    assert stage.world.audit_heads.kept() == present_head(stage.world) == Head(3, rows(stage, "link")[-1])


def test_linking_by_many_at_once_makes_one_chain(stage: Stage) -> None:
    writes(stage, 1500)
    stage.time_passes(seconds=1)
    with ThreadPoolExecutor(4) as threads:
        linked = list(threads.map(lambda _: link_entries(stage.world), range(8)))
    assert sum(linked) == 1500
    assert findings(stage) == []


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_whoever_writes_something_down_waits_for_nobody(stage: Stage) -> None:
    """Neither for others who have written and not committed yet, nor for who links entries."""
    writes(stage, 1)
    stage.works()
    with ExitStack() as others:
        linking, *writing = (others.enter_context(stage.store.write()) for _ in range(4))
        assert linking.audit.take_head() == present_head(stage.world)
        for tx in writing:
            tx.audit.append(entry(stage))
        with stage.store.write() as tx:
            # Who would wait for ever is told so.
            tx.connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            tx.audit.append(entry(stage))
    stage.works()
    assert sorted(rows(stage, "number")) == [1, 2, 3, 4, 5]
    assert findings(stage) == []


def test_a_transaction_that_came_to_nothing_leaves_no_doubt(stage: Stage) -> None:
    writes(stage, 2)
    with pytest.raises(ZeroDivisionError), stage.store.write() as tx:
        tx.audit.append(entry(stage))
        raise ZeroDivisionError
    writes(stage, 2)
    stage.works()
    assert rows(stage, "dropped") == [None, None, "3", None]
    assert findings(stage) == []


FIFTH = audit.c.number == 5
FROM_SIXTH = audit.c.number >= 6


@pytest.mark.parametrize(
    ("tamper", "kind", "first", "last"),
    [
        pytest.param(
            lambda db: db.execute(update(audit).where(FIFTH).values(actor_id="bram")),
            *(Tampering.CHANGED, 5, 5),
            id="another actor",
        ),
        pytest.param(
            lambda db: db.execute(update(audit).where(FIFTH).values(reason="it was agreed")),
            *(Tampering.CHANGED, 5, 5),
            id="another reason",
        ),
        pytest.param(
            lambda db: db.execute(text("UPDATE audit SET at = (SELECT at FROM audit WHERE number = 1) WHERE number=5")),
            *(Tampering.CHANGED, 5, 5),
            id="another moment",
        ),
        pytest.param(lambda db: db.execute(delete(audit).where(FIFTH)), *(Tampering.MISSING, 5, 5), id="one deleted"),
        pytest.param(lambda db: close_the_gap(db), *(Tampering.MISPLACED, 5, 5), id="one deleted, the rest renumbered"),
        pytest.param(lambda db: swap(db), *(Tampering.MISPLACED, 5, 5), id="two in each other's place"),
        pytest.param(
            lambda db: db.execute(delete(audit).where(FROM_SIXTH)), *(Tampering.TAIL_CUT, 6, 10), id="tail cut"
        ),
        pytest.param(lambda db: cut_with_head(db), *(Tampering.ROLLED_BACK, 6, 10), id="tail cut, head set back"),
        pytest.param(lambda db: db.execute(delete(audit_head)), *(Tampering.HEAD_CHANGED, 10, 10), id="head deleted"),
        pytest.param(lambda db: wipe(db), *(Tampering.ROLLED_BACK, 1, 10), id="all deleted, head as well"),
        pytest.param(lambda db: forge(db), *(Tampering.CHANGED, None, None), id="one made up"),
        pytest.param(lambda db: repeat(db), *(Tampering.REPEATED, None, None), id="one said again"),
    ],
)
def test_who_tampers_with_the_database_is_found(
    stage: Stage, tamper: Tamper, kind: Tampering, first: int | None, last: int | None
) -> None:
    writes(stage, 10)
    stage.works()
    assert findings(stage) == []
    with stage.store.write() as tx:
        tamper(tx.connection)
    assert (kind, first, last) in findings(stage)
    # And it stays so, while the portal goes on writing and linking.
    writes(stage, 3)
    stage.works()
    lasting = {found for found, *_ in findings(stage)}
    assert lasting or kind is Tampering.HEAD_CHANGED


def close_the_gap(db: Connection) -> None:
    db.execute(delete(audit).where(FIFTH))
    for number in range(6, 11):
        db.execute(update(audit).where(audit.c.number == number).values(number=number - 1))
    db.execute(update(audit_head).values(count=9))


def swap(db: Connection) -> None:
    for before, after in ((5, 0), (6, 5), (0, 6)):
        db.execute(update(audit).where(audit.c.number == before).values(number=after))


def cut_with_head(db: Connection) -> None:
    db.execute(delete(audit).where(FROM_SIXTH))
    db.execute(update(audit_head).values(count=5, link=select(audit.c.link).where(FIFTH).scalar_subquery()))


def wipe(db: Connection) -> None:
    db.execute(delete(audit))
    db.execute(delete(audit_head))


def copied(db: Connection, **changed: object) -> None:
    row = db.execute(select(audit).where(FIFTH)).mappings().one()
    db.execute(insert(audit), {**row, "id": row["id"] + 1000, "number": None, "link": None, **changed})


def forge(db: Connection) -> None:
    copied(db, serial=900, actor_id="bram")


def repeat(db: Connection) -> None:
    copied(db)


def test_a_tail_that_was_cut_is_found_though_the_chain_grew_over_it(stage: Stage) -> None:
    """The portal goes on from what it finds, and leaves the head that was kept outside as the evidence."""
    writes(stage, 10)
    stage.works()
    kept = stage.world.audit_heads.kept()
    with stage.store.write() as tx:
        cut_with_head(tx.connection)
    writes(stage, 20)
    with structlog.testing.capture_logs() as said:
        stage.works()
    assert "audit.head_differs" in [one["event"] for one in said]
    assert stage.world.audit_heads.kept() == kept
    assert (Tampering.ROLLED_BACK, 10, 10) in findings(stage)


def test_an_entry_that_is_deleted_before_it_is_linked_is_found(stage: Stage) -> None:
    writes(stage, 5)
    with stage.store.write() as tx:
        tx.connection.execute(delete(audit).where(audit.c.serial == 3))
    stage.works()
    assert findings(stage) == [(Tampering.UNACCOUNTED, 3, 3)]


def test_an_older_copy_of_the_whole_log_is_found(stage: Stage) -> None:
    writes(stage, 5)
    stage.works()
    with stage.store.read() as tx:
        log = [dict(row) for row in tx.connection.execute(select(audit)).mappings()]
        head = [dict(row) for row in tx.connection.execute(select(audit_head)).mappings()]
    writes(stage, 5)
    stage.works()
    with stage.store.write() as tx:
        wipe(tx.connection)
        tx.connection.execute(insert(audit), log)
        tx.connection.execute(insert(audit_head), head)
    assert findings(stage) == [(Tampering.ROLLED_BACK, 6, 10)]


def test_a_head_from_paper_finds_what_was_done_to_database_and_file_alike(stage: Stage) -> None:
    writes(stage, 10)
    stage.works()
    paper = present_head(stage.world)
    with stage.store.write() as tx:
        cut_with_head(tx.connection)
    stage.world.audit_heads.keep(present_head(stage.world))
    assert findings(stage) == []
    assert findings(stage, paper=paper) == [(Tampering.ROLLED_BACK, 6, 10)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param("at = 'yesterday'", id="no moment"),
        pytest.param("authenticator = 'text'", id="no bytes"),
        pytest.param("serial = 'three'", id="no number"),
        pytest.param("at = 'yesterday', number = NULL", id="no moment, to be linked again"),
        pytest.param("authenticator = 12, number = NULL", id="no bytes, to be linked again"),
    ],
)
def test_rubbish_neither_hides_anything_nor_stops_the_chain(stage: Stage, garbage: str) -> None:
    """SQLite takes any type in any column."""
    writes(stage, 10)
    stage.works()
    with stage.store.write() as tx:
        tx.connection.execute(text(f"UPDATE audit SET {garbage} WHERE number = 5"))
    writes(stage, 3)
    stage.works()
    assert present_head(stage.world).count >= 13
    assert {kind for kind, *_ in findings(stage)} & {Tampering.UNREADABLE, Tampering.CHANGED}


def test_a_head_that_was_set_back_has_no_number_given_twice(stage: Stage) -> None:
    writes(stage, 10)
    stage.works()
    with stage.store.write() as tx:
        tx.connection.execute(update(audit_head).values(count=5, link=bytes(32)))
    writes(stage, 3)
    stage.works()
    assert rows(stage, "number") == list(range(1, 14))
    assert findings(stage) == []


def test_older_keys_of_the_ring_do_not_matter(stage: Stage) -> None:
    """A rotation of the key ring changes nothing of what was authenticated before."""
    writes(stage, 3)
    stage.works()
    stage.world.sealer._ring.rotate()  # type: ignore[attr-defined]
    writes(stage, 3)
    stage.works()
    assert findings(stage) == []


def test_entries_of_a_release_without_a_chain_are_taken_in_once(stage: Stage) -> None:
    with stage.store.write() as tx:
        tx.connection.execute(insert(audit), [unsigned(stage), unsigned(stage)])
    assert adopt_entries(stage.world) == 2
    assert adopt_entries(stage.world) == 0
    writes(stage, 1)
    stage.works()
    assert rows(stage, "number") == [1, 2, 3]
    assert findings(stage) == []


@pytest.mark.parametrize("linked", [True, False])
def test_nothing_is_taken_in_where_there_is_a_chain(stage: Stage, linked: bool) -> None:
    """Else whoever writes to the database would only have to wait for the next `init`."""
    writes(stage, 1)
    if linked:
        stage.works()
    with stage.store.write() as tx:
        tx.connection.execute(insert(audit), [unsigned(stage)])
    assert adopt_entries(stage.world) == 0
    stage.works()
    assert Tampering.CHANGED in {kind for kind, *_ in findings(stage)}


def unsigned(stage: Stage) -> dict[str, object]:
    nothing = {"writer": "", "serial": 0, "settled": 0, "authenticator": b""}
    return {"at": stage.clock.now(), "action": "sign-in", "outcome": "done", **nothing}


def entry(stage: Stage) -> AuditEntry:
    return AuditEntry(stage.clock.now(), "anna", Action.REVEAL, Outcome.DONE, "mac", "version")


def writes(stage: Stage, count: int) -> None:
    """Each entry in a transaction of its own, up to ten; the rest in one."""
    for _ in range(min(count, 10)):
        stage.time_passes(milliseconds=1)
        with stage.store.write() as tx:
            tx.audit.append(entry(stage))
    with stage.store.write() as tx:
        for _ in range(count - 10):
            tx.audit.append(entry(stage))


def rows(stage: Stage, column: str) -> list[Any]:
    with stage.store.read() as tx:
        return list(tx.connection.scalars(select(audit.c[column]).order_by(audit.c.id)))


def findings(stage: Stage, **others: Head) -> list[tuple[Tampering, int | None, int | None]]:
    return [(one.kind, one.first, one.last) for one in verify(stage.world, others)]
