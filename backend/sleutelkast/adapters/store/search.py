"""How Macs are found among many: their words, those without a key, and lists in pages that cost the same anywhere.

A list is driven by the condition that the fewest Macs meet, in the order of its index; the others are looked up for
each Mac. So a page costs what its rows cost, however many Macs there are.
"""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.sql.util import ClauseAdapter

from sleutelkast.adapters.store.schema import (
    HAS_FAILED,
    IS_NOT_ENCRYPTED,
    IS_QUARANTINED,
    IS_STALE,
    UtcDateTime,
    deposits,
    device_words,
    devices,
    keyless,
    people,
    versions,
)
from sleutelkast.domain.search import DeviceFilter, words_of
from sleutelkast.domain.versions import PROVEN, Provenance
from sleutelkast.usecases.repository import Counted, DeviceQuery, Owned, Page, UnknownPlace

_LAST_SIGN = "\U0010ffff"
_FOUND_BY = (devices.c.serial, devices.c.given_name, devices.c.reported_name, devices.c.owner_id)
_WHAT_IT_IS_FOUND_BY = select(*_FOUND_BY).where(devices.c.id == bindparam("device_id"))
_OWNERS_NAMES = select(people.c.username, people.c.name).where(people.c.id == bindparam("person_id"))
_KEPT = (*PROVEN, Provenance.REPORTED)
_HAS_KEY = select(
    exists().where(
        versions.c.device_id == bindparam("device_id"),
        versions.c.provenance.in_(_KEPT),
        versions.c.escrow_owner_id.is_not_distinct_from(
            select(devices.c.owner_id).where(devices.c.id == bindparam("device_id")).scalar_subquery()
        ),
    )
)
_PROBE = 200
"""So many rows of a condition are counted to tell which is the narrowest."""
_LOOKED_AT = 2000
"""So many Macs are looked at to count those that are found: what many meet each, and few together, has no end."""


class DeviceIndex:
    """Keeps what Macs are found by true, within the transaction that changes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def found_by(self, device_id: str) -> tuple[str | None, ...] | None:
        row = self._connection.execute(_WHAT_IT_IS_FOUND_BY, {"device_id": device_id}).first()
        return None if row is None else tuple(row)

    def added(self, device_id: str) -> None:
        self._write_words(device_id)
        self.keys_changed(device_id)

    def saved(self, device_id: str, before: tuple[str | None, ...] | None) -> None:
        after = self.found_by(device_id)
        if before == after or before is None or after is None:
            return
        self._write_words(device_id)
        if before[-1] != after[-1]:
            self.keys_changed(device_id)

    def removed(self, device_id: str) -> None:
        for table in (device_words, keyless):
            self._connection.execute(delete(table).where(table.c.device_id == device_id))

    def keys_changed(self, device_id: str) -> None:
        """Whether the Mac's owner has a key is written down anew."""
        has_key = self._connection.scalar(_HAS_KEY, {"device_id": device_id})
        self._connection.execute(delete(keyless).where(keyless.c.device_id == device_id))
        if not has_key:
            self._connection.execute(insert(keyless), {"device_id": device_id})

    def _write_words(self, device_id: str) -> None:
        *texts, owner_id = self.found_by(device_id) or (None,)
        owner = self._connection.execute(_OWNERS_NAMES, {"person_id": owner_id}).first() if owner_id else None
        self._connection.execute(delete(device_words).where(device_words.c.device_id == device_id))
        words = [{"word": word, "device_id": device_id} for word in sorted(words_of([*texts, *(owner or ())]))]
        if words:
            self._connection.execute(insert(device_words), words)


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a Mac must meet: a table whose rows meet it, in the order of an index, and the same asked of one Mac."""

    name: str
    source: FromClause
    device_id: ColumnElement[str]
    where: tuple[ColumnElement[bool], ...]
    """What the index holds."""
    order: tuple[ColumnElement[Any], ...]
    also: tuple[ColumnElement[bool], ...] = ()
    """What is looked up for each of its rows."""

    def of(self, device_id: ColumnElement[str]) -> ColumnElement[bool]:
        again = ClauseAdapter(self.source.alias()).traverse
        return _is_there(again(self.device_id) == device_id, *map(again, (*self.where, *self.also)))

    def rows(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of its rows, in the order of the index."""
        return select(*columns).select_from(self.source).where(*self.where).order_by(*self.order)


class SqlDeviceSearch:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, query: DeviceQuery, after: str | None, limit: int) -> Page:
        """The ids of a page; raise `UnknownPlace` for an `after` that no page ended with."""
        driver, others = self._driven(query, after)
        statement = driver.rows(driver.device_id, *driver.order).where(*_met(driver, others))
        place = _read_place(after, driver)
        if place is not None:
            statement = statement.where(_behind(driver.order, place))
        rows = self._connection.execute(statement.limit(limit + 1)).all()
        shown = rows[:limit]
        following = _write_place(driver, shown[-1][1:]) if len(rows) > limit else None
        return Page([row[0] for row in shown], following)

    def count(self, query: DeviceQuery, most: int) -> Counted:
        """Looks at so many Macs at most, of those that meet the condition which the fewest meet."""
        driver, others = self._driven(query, None)
        met = and_(true(), *_met(driver, others))
        looked_at = driver.rows(met.label("met")).limit(_LOOKED_AT + 1).subquery()
        counted = select(func.count(), func.count().filter(looked_at.c.met)).select_from(looked_at)
        looked, found = self._connection.execute(counted).one()
        return Counted(min(found, most), found > most or looked > _LOOKED_AT)

    def count_owned(self, query: DeviceQuery, most: int) -> Owned:
        """Of the first `most` Macs of the list; looks at no more rows than `count` does."""
        driver, others = self._driven(query, None)
        met = and_(true(), *_met(driver, others))
        looked_at = driver.rows(driver.device_id.label("id"), met.label("met")).limit(_LOOKED_AT + 1).subquery()
        counted = select(func.count(), func.count().filter(looked_at.c.met)).select_from(looked_at)
        looked, found = self._connection.execute(counted).one()
        first = select(looked_at.c.id).where(looked_at.c.met).limit(most).subquery()
        owned = select(func.count(devices.c.owner_id), func.count(devices.c.owner_id.distinct()))
        of_them = owned.select_from(first).join(devices, devices.c.id == first.c.id)
        macs, owners = self._connection.execute(of_them).one()
        return Owned(macs, owners, found > most or looked > _LOOKED_AT)

    def _driven(self, query: DeviceQuery, after: str | None) -> tuple[_Condition, list[_Condition]]:
        conditions = [*map(_word, query.words)]
        if query.filter is not None:
            conditions.append(_filter(query.filter, query.silent_since))
        if not conditions:
            return _everything(), []
        wanted = _driver_of(after)
        named = [one for one in conditions if one.name == wanted]
        driver = named[0] if named else min(conditions, key=self._width)
        return driver, [one for one in conditions if one is not driver]

    def _width(self, condition: _Condition) -> int:
        some = condition.rows(condition.device_id).limit(_PROBE).subquery()
        return self._connection.scalar(select(func.count()).select_from(some)) or 0


def _met(driver: _Condition, others: Sequence[_Condition]) -> list[ColumnElement[bool]]:
    """What is looked up for each row of the driver."""
    return [*driver.also, *(one.of(driver.device_id) for one in others), *_first_word_only(driver)]


def _is_there(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row meets this: looked up in an index, and not, as PostgreSQL likes with EXISTS, all such rows read."""
    return select(literal_column("1")).where(*where).limit(1).scalar_subquery().is_not(None)


def _everything() -> _Condition:
    return _Condition("all", devices, devices.c.id, (), (devices.c.id,))


def _word(start: str) -> _Condition:
    begins = (device_words.c.word >= start, device_words.c.word < start + _LAST_SIGN)
    return _Condition(
        f"word {start}", device_words, device_words.c.device_id, begins, (device_words.c.word, device_words.c.device_id)
    )


def _first_word_only(driver: _Condition) -> tuple[ColumnElement[bool], ...]:
    """A Mac that is found under several words stands in the list once."""
    if driver.source is not device_words:
        return ()
    other = device_words.alias()
    start = driver.name.removeprefix("word ")
    same_mac, earlier = other.c.device_id == device_words.c.device_id, other.c.word < device_words.c.word
    return (~_is_there(same_mac, other.c.word >= start, earlier),)


def _filter(wanted: DeviceFilter, silent_since: datetime) -> _Condition:
    name, by_id = f"filter {wanted}", (devices.c.id,)
    if wanted is DeviceFilter.NO_KEY:
        return _Condition(name, keyless, keyless.c.device_id, (), (keyless.c.device_id,))
    if wanted is DeviceFilter.REFUSED:
        newer = deposits.alias()
        behind = tuple_(newer.c.created_at, newer.c.id) > tuple_(deposits.c.created_at, deposits.c.id)
        latest = ~_is_there(newer.c.device_id == deposits.c.device_id, behind)
        order = (deposits.c.device_id,)
        return _Condition(name, deposits, deposits.c.device_id, (HAS_FAILED,), order, (latest,))
    if wanted is DeviceFilter.NOT_CHECKED_IN:
        silent = (devices.c.last_check_in < silent_since,)
        return _Condition(name, devices, devices.c.id, silent, (devices.c.last_check_in, devices.c.id))
    told = {
        DeviceFilter.STALE: IS_STALE,
        DeviceFilter.NOT_ENCRYPTED: IS_NOT_ENCRYPTED,
        DeviceFilter.QUARANTINED: IS_QUARANTINED,
    }
    return _Condition(name, devices, devices.c.id, (told[wanted],), by_id)


# Places in a list: which condition drives it, and the last row's place in that condition's order


def _write_place(driver: _Condition, values: Sequence[Any]) -> str:
    parts = json.dumps([driver.name, *(_as_text(one) for one in values)])
    return base64.urlsafe_b64encode(parts.encode()).decode()


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _driver_of(after: str | None) -> str | None:
    return None if after is None else str(_parts(after)[0])


def _parts(after: str) -> list[str]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (ValueError, RecursionError):
        raise UnknownPlace from None
    if not isinstance(parts, list) or not parts or not all(map(_is_a_text, parts)):
        raise UnknownPlace
    return parts


def _is_a_text(part: Any) -> bool:
    """One that every database takes; only somebody else than the portal writes another."""
    return isinstance(part, str) and all(unicodedata.category(sign) not in {"Cc", "Cs"} for sign in part)


def _read_place(after: str | None, driver: _Condition) -> list[Any] | None:
    if after is None:
        return None
    name, *values = _parts(after)
    if name != driver.name or len(values) != len(driver.order):
        raise UnknownPlace
    try:
        return [_typed(column, value) for column, value in zip(driver.order, values, strict=True)]
    except (ValueError, OverflowError):
        raise UnknownPlace from None


def _typed(column: ColumnElement[Any], value: str) -> Any:
    if isinstance(column.type, UtcDateTime):
        # Towards UTC here already: the first and the last day of all have moments that are none there.
        return literal(datetime.fromisoformat(value).astimezone(UTC), UtcDateTime)
    return literal(value)


def _behind(order: tuple[ColumnElement[Any], ...], place: Sequence[Any]) -> ColumnElement[bool]:
    behind: ColumnElement[bool] = tuple_(*order) > tuple_(*place)
    return behind
