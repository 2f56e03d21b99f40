"""Which of the kept keys is the present one: by the MDM server's time, and by how the key came to be known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from sleutelkast.domain.versions import Provenance, Version, present

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def version(provenance: Provenance, day: int, *, confirmed: bool = True) -> Version:
    return Version(f"{provenance}-{day}", "mac", provenance, NOW + timedelta(days=day), "anna", confirmed)


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
