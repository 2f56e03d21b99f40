"""Moments, as the databases keep them: always in UTC, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.adapters.store.schema import UtcDateTime, metadata

AMSTERDAM = timezone(timedelta(hours=1))
KATHMANDU = timezone(timedelta(hours=5, minutes=45))

moments = Table("moments", MetaData(), Column("at", UtcDateTime))


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 2, 9, 30, tzinfo=UTC), id="in UTC"),
        pytest.param(datetime(2026, 11, 2, 9, 30, 15, 123456, tzinfo=UTC), id="to the microsecond"),
        pytest.param(datetime(2026, 11, 2, 9, 30, tzinfo=AMSTERDAM), id="of another zone"),
        pytest.param(datetime(2026, 1, 1, 1, tzinfo=KATHMANDU), id="of the year before, in UTC"),
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), id="the first of all"),
        pytest.param(None, id="none"),
    ],
)
def test_a_moment_comes_back_in_utc(store: SqlStore, table_of_moments: None, moment: datetime | None) -> None:
    with store.write() as tx:
        tx.connection.execute(insert(moments), {"at": moment})
    with store.read() as tx:
        kept = tx.connection.execute(select(moments.c.at)).scalar_one()
    assert kept == moment
    assert kept is None or kept.tzinfo is UTC or kept.utcoffset() == timedelta(0)


def test_moments_of_several_zones_are_in_their_order(store: SqlStore, table_of_moments: None) -> None:
    in_order = [
        datetime(2026, 11, 2, 12, tzinfo=KATHMANDU),
        datetime(2026, 11, 2, 8, tzinfo=AMSTERDAM),
        datetime(2026, 11, 2, 7, 30, tzinfo=UTC),
    ]
    with store.write() as tx:
        tx.connection.execute(insert(moments), [{"at": moment} for moment in reversed(in_order)])
    with store.read() as tx:
        assert list(tx.connection.scalars(select(moments.c.at).order_by(moments.c.at))) == in_order
        after = select(moments.c.at).where(moments.c.at > in_order[1])
        assert list(tx.connection.scalars(after)) == in_order[2:]


def test_every_constraint_has_a_name_for_migrations_to_speak_of() -> None:
    unnamed = [one for table in metadata.tables.values() for one in table.constraints if one.name is None]
    assert unnamed == []


@pytest.fixture
def table_of_moments(store: SqlStore) -> None:
    with store.write() as tx:
        moments.drop(tx.connection, checkfirst=True)
        moments.create(tx.connection)
