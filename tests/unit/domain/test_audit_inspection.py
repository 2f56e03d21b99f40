"""Every way to tamper with the log without its key is found, and nothing is found where nobody did."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleutelkast.domain.audit import (
    NO_HEAD,
    Action,
    AuditEntry,
    Head,
    Origin,
    Outcome,
    Recorded,
    chained,
    entry_message,
)
from sleutelkast.domain.audit_inspection import Finding, Keys, Tampering, inspect

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def authenticate(message: bytes, key: bytes = b"entries") -> bytes:
    return hmac.digest(key, message, "sha256")


KEYS = Keys(authenticate, partial(authenticate, key=b"links"))


def written(row: int, serial: int, settled: int | None = None, writer: str = "a", **fields: object) -> Recorded:
    """An entry of a process in which one transaction follows the other, unless `settled` says otherwise."""
    entry = AuditEntry(NOW + timedelta(seconds=row), "anna", Action.REVEAL, Outcome.DONE, "mac", f"version {row}")
    origin = Origin(writer, serial, serial - 1 if settled is None else settled, **fields)  # type: ignore[arg-type]
    return Recorded(row, entry, origin, authenticate(entry_message(entry, origin)))


def linked(entries: Sequence[Recorded], head: Head = NO_HEAD) -> list[Recorded]:
    links = chained(head, [(one.id, one.authenticator) for one in entries], KEYS.link)
    return [replace(one, number=at.number, link=at.link) for one, at in zip(entries, links, strict=True)]


def head_of(chain: Sequence[Recorded]) -> Head:
    return Head(chain[-1].number or 0, chain[-1].link or b"")


def found(
    chain: Sequence[Recorded], waiting: Sequence[Recorded] = (), head: Head | None = None, **elsewhere: Head
) -> list[tuple[Tampering, int | None, int | None]]:
    every = inspect(chain, waiting, head, elsewhere, KEYS)
    return [(one.kind, one.first, one.last) for one in every]


LOG = linked([written(row, row) for row in range(1, 11)])
WAITING = [written(11, 11), written(12, 12)]


def test_a_log_that_nobody_touched_is_whole() -> None:
    assert found(LOG, WAITING, head_of(LOG), file=head_of(LOG), paper=head_of(LOG[:4]), nothing=NO_HEAD) == []
    assert found([], [], None) == []


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda one: replace(one, entry=replace(one.entry, actor_id="bram")), id="another person"),
        pytest.param(lambda one: replace(one, entry=replace(one.entry, at=NOW)), id="another moment"),
        pytest.param(lambda one: replace(one, entry=replace(one.entry, outcome=Outcome.DENIED)), id="another outcome"),
        pytest.param(lambda one: replace(one, entry=replace(one.entry, reason="")), id="an empty text for none"),
        pytest.param(lambda one: replace(one, origin=replace(one.origin, settled=0)), id="another count"),
        pytest.param(lambda one: replace(one, authenticator=LOG[0].authenticator), id="the authenticator of another"),
        pytest.param(lambda one: replace(one, authenticator=b""), id="no authenticator"),
    ],
)
def test_a_changed_entry_is_found(forged: Callable[[Recorded], Recorded]) -> None:
    chain = [*LOG[:4], forged(LOG[4]), *LOG[5:]]
    kinds = {kind for kind, first, _ in found(chain, WAITING, head_of(LOG)) if first == 5}
    assert Tampering.CHANGED in kinds
    assert (Tampering.CHANGED, None, None) in found(LOG, [forged(WAITING[0]), WAITING[1]], head_of(LOG))


def test_missing_entries_are_found() -> None:
    chain = [*LOG[:4], *LOG[7:]]
    assert (Tampering.MISSING, 5, 7) in found(chain, WAITING, head_of(LOG))


def test_a_gap_that_was_closed_by_new_numbers_is_found() -> None:
    chain = [*LOG[:4], *(replace(one, number=(one.number or 0) - 1) for one in LOG[5:])]
    assert (Tampering.MISPLACED, 5, 5) in found(chain, WAITING, Head(9, LOG[-1].link or b""))


def test_entries_that_changed_places_are_found() -> None:
    chain = [*LOG[:4], replace(LOG[5], number=5), replace(LOG[4], number=6), *LOG[6:]]
    assert {(Tampering.MISPLACED, 5, 5), (Tampering.MISPLACED, 6, 6)} <= set(found(chain, WAITING, head_of(LOG)))


def test_a_cut_tail_is_found() -> None:
    assert (Tampering.TAIL_CUT, 8, 10) in found(LOG[:7], WAITING, head_of(LOG))
    assert (Tampering.TAIL_CUT, 1, 10) in found([], WAITING, head_of(LOG))


def test_a_tail_that_was_cut_with_its_head_is_found_by_a_head_elsewhere() -> None:
    assert found(LOG[:7], [], head_of(LOG[:7]), file=head_of(LOG)) == [(Tampering.ROLLED_BACK, 8, 10)]


def test_a_chain_that_grew_anew_behind_a_cut_is_found_by_a_head_elsewhere() -> None:
    regrown = [*LOG[:7], *linked([written(row, row) for row in range(21, 26)], head_of(LOG[:7]))]
    assert (Tampering.ROLLED_BACK, 10, 10) in found(regrown, [], head_of(regrown), file=head_of(LOG))


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(None, id="gone"),
        pytest.param(Head(10, bytes(32)), id="of another link"),
        pytest.param(head_of(LOG[:7]), id="set back"),
    ],
)
def test_a_head_that_is_not_that_of_the_chain_is_found(head: Head | None) -> None:
    assert found(LOG, WAITING, head) == [(Tampering.HEAD_CHANGED, 10, 10)]


def test_an_entry_that_was_copied_is_found() -> None:
    copy = replace(LOG[4], id=99, number=None, link=None)
    assert found(LOG, [*WAITING, copy], head_of(LOG)) == [(Tampering.REPEATED, None, None)]
    longer = [*LOG, *linked([copy], head_of(LOG))]
    assert found(longer, WAITING, head_of(longer)) == [(Tampering.REPEATED, 11, 11)]


def test_an_entry_that_was_deleted_before_it_was_linked_is_found() -> None:
    assert found(LOG, [written(12, 12)], head_of(LOG)) == [(Tampering.UNACCOUNTED, 11, 11)]
    later = [*LOG, *linked([written(20, 20)], head_of(LOG))]
    assert found(later, [], head_of(later)) == [(Tampering.UNACCOUNTED, 11, 19)]


def test_what_a_process_may_not_have_committed_yet_is_not_missed() -> None:
    """The transaction of serial 11 is still open."""
    assert found(LOG, [written(12, 12, settled=10), written(13, 13, settled=10)], head_of(LOG)) == []


def test_a_transaction_that_came_to_nothing_is_no_tampering() -> None:
    told = written(13, 13, dropped=(11, 12))
    assert found(LOG, [told], head_of(LOG)) == []
    unclear = [told, written(14, 14), written(11, 11)]
    assert found(LOG, unclear, head_of(LOG)) == []
    assert found(LOG, [*unclear, written(11, 11)], head_of(LOG)) == [(Tampering.REPEATED, None, None)]


def test_each_process_has_a_count_of_its_own() -> None:
    chain = linked([written(1, 1), written(2, 1, writer="b"), written(3, 2, writer="b"), written(4, 2)])
    assert found(chain, [written(5, 4, writer="b")], head_of(chain)) == [(Tampering.UNACCOUNTED, 3, 3)]


def test_the_finding_names_the_row_and_the_place() -> None:
    changed = replace(LOG[4], entry=replace(LOG[4].entry, actor_id="bram"))
    every = list(inspect([*LOG[:4], changed, *LOG[5:]], [], head_of(LOG), {}, KEYS))
    assert every == [Finding(Tampering.CHANGED, 5, 5, entry_id=5)]
    lost = list(inspect(LOG[:7], [], head_of(LOG[:7]), {"the file": head_of(LOG)}, KEYS))
    assert lost == [Finding(Tampering.ROLLED_BACK, 8, 10, detail="the file")]


@given(st.data())
def test_whatever_is_taken_out_is_found(data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(LOG), min_size=1))
    chain = [one for one in LOG if one not in gone]
    assert found(chain, WAITING, head_of(LOG)) != []


@given(st.permutations(LOG))
def test_whatever_order_other_than_the_first_is_found(order: list[Recorded]) -> None:
    chain = [replace(one, number=number) for number, one in enumerate(order, 1)]
    assert (found(chain, WAITING, Head(10, chain[-1].link or b"")) == []) == (order == LOG)
