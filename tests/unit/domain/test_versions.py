"""Which of the kept keys is the present one: by the MDM server's time, and by how the key came to be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.versions import (
    Provenance,
    Version,
    awaits_proof,
    each_once,
    has_newer_key,
    may_be_newer,
    present,
    proven,
    to_rotate,
)

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FOR_ANNA = Escrowing("anna", Ownership.PERSONAL)


def version(provenance: Provenance, day: int, *, confirmed: bool = True, again: int | None = None) -> Version:
    """Known since that day; and reported again on another, where one is given."""
    reported_at = NOW + timedelta(days=again) if again is not None else None
    as_of = NOW + timedelta(days=day)
    return Version(f"{provenance}-{day}", "mac", provenance, as_of, FOR_ANNA, confirmed, reported_at)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([], None, id="nothing kept"),
        pytest.param([version(Provenance.ROTATED, 1)], "rotated-1", id="the only one"),
        pytest.param([version(Provenance.ROTATED, 1), version(Provenance.ROTATED, 2)], "rotated-2", id="the newest"),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPAIRED, 2)],
            "repaired-2",
            id="a repaired one is as good as a rotated one",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPORTED, 2)],
            "rotated-1",
            id="a report displaces no proven one",
        ),
        pytest.param(
            [version(Provenance.REPORTED, 1), version(Provenance.REPORTED, 2)],
            "reported-2",
            id="reports where nothing is proven",
        ),
        pytest.param(
            [version(Provenance.REPORTED, 1, again=3), version(Provenance.REPORTED, 2)],
            "reported-1",
            id="a key that the Mac goes on reporting comes before one that was slipped in",
        ),
        pytest.param(
            [version(Provenance.REPORTED, 3, again=1), version(Provenance.REPORTED, 2)],
            "reported-3",
            id="a clock that ran back makes no key older",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPORTED, 0, again=2)],
            "rotated-1",
            id="however often it is repeated",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.TYPED, 2)],
            "rotated-1",
            id="a typed one is an earlier key",
        ),
        pytest.param([version(Provenance.TYPED, 1)], None, id="a typed one alone is no present key"),
        pytest.param(
            [version(Provenance.TYPED, 1, confirmed=False)], None, id="least of all one that no Mac has confirmed"
        ),
    ],
)
def test_the_present_key_in_whatever_order_the_news_came(versions: list[Version], expected: str | None) -> None:
    for arrived in permutations(versions):
        found = present(arrived)
        assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([], None, id="nothing kept"),
        pytest.param([version(Provenance.REPORTED, 1)], None, id="a report alone disagrees with nobody"),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPORTED, 2)], "reported-2", id="one behind a rotation"
        ),
        pytest.param(
            [version(Provenance.REPAIRED, 1), version(Provenance.REPORTED, 2)], "reported-2", id="one behind a repair"
        ),
        pytest.param(
            [version(Provenance.ROTATED, 2), version(Provenance.REPORTED, 1)], None, id="one that was replaced"
        ),
        pytest.param(
            [version(Provenance.ROTATED, 2), version(Provenance.REPORTED, 1, again=3)],
            None,
            id="one that was replaced and that a client goes on reporting",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPORTED, 2), version(Provenance.REPORTED, 3)],
            "reported-3",
            id="the newest of several",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.REPORTED, 2, again=4), version(Provenance.REPORTED, 3)],
            "reported-2",
            id="the one that was reported last",
        ),
        pytest.param(
            [version(Provenance.ROTATED, 1), version(Provenance.TYPED, 2)], None, id="what is typed is no report"
        ),
    ],
)
def test_a_report_that_may_be_newer_than_what_is_proven(versions: list[Version], expected: str | None) -> None:
    for arrived in permutations(versions):
        found = may_be_newer(arrived)
        assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([version(Provenance.ROTATED, -1)], False, id="older"),
        pytest.param([version(Provenance.REPORTED, 0)], False, id="of that moment"),
        pytest.param([version(Provenance.REPORTED, -1, again=1)], False, id="reported again"),
        pytest.param([version(Provenance.TYPED, 1)], False, id="typed"),
        pytest.param([version(Provenance.REPORTED, 1)], True, id="reported"),
        pytest.param([version(Provenance.ROTATED, 1)], True, id="rotated"),
    ],
)
def test_whether_the_mac_has_made_a_key_since(versions: list[Version], expected: bool) -> None:
    assert has_newer_key(versions, NOW) is expected


@pytest.mark.parametrize(
    ("versions", "owner_id", "expected"),
    [
        pytest.param([version(Provenance.ROTATED, 1)], "anna", "rotated-1", id="the present key"),
        pytest.param([version(Provenance.REPORTED, 1)], "anna", "reported-1", id="a reported one: it will be proven"),
        pytest.param([version(Provenance.ROTATED, 1)], "bram", None, id="never a former owner's"),
        pytest.param([version(Provenance.ROTATED, 1)], None, None, id="nor where nobody owns the Mac"),
        pytest.param([version(Provenance.TYPED, 1)], "anna", None, id="none that was typed"),
        pytest.param([], "anna", None, id="nothing kept"),
    ],
)
def test_the_key_that_a_rotation_sends(versions: list[Version], owner_id: str | None, expected: str | None) -> None:
    found = to_rotate(versions, owner_id)
    assert (found.id if found else None) == expected


def test_an_older_key_of_the_owners_is_not_sent_where_another_was_proven_since() -> None:
    former, of_another = (
        version(Provenance.ROTATED, 1),
        replace(version(Provenance.ROTATED, 2), bound=Escrowing("bram", Ownership.PERSONAL)),
    )
    assert to_rotate([former, of_another], "anna") is None


def test_what_is_reported_or_typed_is_not_proven() -> None:
    versions = [version(Provenance.REPAIRED, 1), version(Provenance.REPORTED, 2), version(Provenance.TYPED, 3)]
    assert proven(versions) == versions[0]
    assert proven(versions[1:]) is None


REPORT = version(Provenance.REPORTED, 2)


@pytest.mark.parametrize(
    ("others", "same", "expected"),
    [
        pytest.param([], [REPORT], "reported-2", id="a report alone"),
        pytest.param([version(Provenance.ROTATED, 1)], [REPORT], "reported-2", id="one that came after a proven key"),
        pytest.param([version(Provenance.ROTATED, 3)], [REPORT], None, id="one that a proven key has replaced"),
        pytest.param([], [REPORT, version(Provenance.REPAIRED, 3)], None, id="one that is proven already"),
        pytest.param([], [REPORT, version(Provenance.TYPED, 1)], None, id="one that somebody typed"),
        pytest.param([], [], None, id="a key that nobody reported"),
    ],
)
def test_which_report_becomes_proven_when_the_mac_shows_its_key(
    others: list[Version], same: list[Version], expected: str | None
) -> None:
    found = awaits_proof([*others, *same], same)
    assert (found.id if found else None) == expected


def test_a_report_that_was_proven_stands_there_once() -> None:
    other, report = version(Provenance.REPORTED, 1), version(Provenance.REPORTED, 2)
    proof = replace(version(Provenance.REPAIRED, 3), proves=report.id)
    assert each_once([other, report, proof]) == [other, proof]
    assert each_once([other, report]) == [other, report]
