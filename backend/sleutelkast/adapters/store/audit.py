"""The audit log: appended to by everybody, linked by one at a time, read newest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    update,
)

from sleutelkast.adapters.store.journal import Page
from sleutelkast.adapters.store.schema import (
    AUDIT_ASSIGNMENTS,
    AUDIT_DENIED,
    AUDIT_REVEALS,
    UtcDateTime,
    audit,
    audit_head,
    columns,
    devices,
    people,
)
from sleutelkast.domain.audit import (
    NO_HEAD,
    Action,
    Assignment,
    AuditEntry,
    Head,
    Link,
    Origin,
    Outcome,
    Recorded,
    Span,
    read_serials,
    written_serials,
)
from sleutelkast.domain.device import called
from sleutelkast.domain.recovery_key import blotted
from sleutelkast.usecases.repository import AuditFilter, AuditPlace, Named

_ROWS_AT_ONCE = 500
_THE_HEAD = 1
_ADOPTED = ""
"""The writer of entries of a release that had no chain; their serials are their ids."""
_NEW_ENTRY = insert(audit)
_WAITING = audit.c.number.is_(None)
_LINKED = audit.c.number.is_not(None)
_REVEALS: Any = text(AUDIT_REVEALS)
_ASSIGNMENTS: Any = text(AUDIT_ASSIGNMENTS)
_IS_DONE = audit.c.outcome == Outcome.DONE
_OLDEST_WAITING = select(audit.c.at).where(_WAITING).order_by(audit.c.id).limit(1)
_SET_LINK = (
    update(audit)
    .where(audit.c.id == bindparam("entry_id"))
    .values(number=bindparam("its_number"), link=bindparam("its_link"))
)

_subjects = people.alias("subjects")
_NAMES = (
    *(people.c.username, people.c.name),
    *(devices.c.given_name, devices.c.reported_name, devices.c.model, devices.c.serial, devices.c.udid),
    _subjects.c.name,
)
_NAMED = (
    select(*audit.c, *(column.label(f"name_{at}") for at, column in enumerate(_NAMES)))
    .outerjoin(people, people.c.id == audit.c.actor_id)
    .outerjoin(devices, devices.c.id == audit.c.device_id)
    .outerjoin(_subjects, _subjects.c.id == audit.c.subject)
)
_COLUMNS = len(audit.c)


class SqlAudit:
    def __init__(self, connection: Connection, page: Page) -> None:
        self._connection = connection
        self._page = page

    def append(self, entry: AuditEntry) -> None:
        if entry.reason is not None:
            # Whatever people may write a reason into, and whoever forgets to look: a key is struck out.
            entry = replace(entry, reason=blotted(entry.reason))
        origin, authenticator = self._page.sign(entry)
        told = {"dropped": written_serials(origin.dropped), "authenticator": authenticator}
        self._connection.execute(_NEW_ENTRY, {**columns(entry), **columns(origin), **told})

    # Reading

    def has(self, like: AuditEntry, since: datetime) -> bool:
        same = [audit.c.action == like.action, audit.c.outcome == like.outcome, audit.c.at > since]
        same += [audit.c.reason.is_not_distinct_from(like.reason), audit.c.actor_id.is_not_distinct_from(like.actor_id)]
        same += [audit.c.device_id.is_(None) if like.device_id is None else audit.c.device_id == like.device_id]
        return any(self._connection.scalar(select(exists().where(state, *same))) for state in (_WAITING, _LINKED))

    def page(self, wanted: AuditFilter, before: AuditPlace | None, limit: int) -> Sequence[Named]:
        # Two reads, since what waits is in none of the indexes that a filter needs.
        waiting, linked = (self._newest_first(state, wanted, before, limit) for state in (_WAITING, _LINKED))
        if not waiting:
            return linked
        merged = heapq.merge(waiting, linked, key=lambda one: (one.place.at, one.place.id), reverse=True)
        return list(islice(merged, limit))

    def _newest_first(
        self, state: ColumnElement[bool], wanted: AuditFilter, before: AuditPlace | None, limit: int
    ) -> list[Named]:
        found = _NAMED.where(state, *_conditions(wanted))
        if before is not None:
            place = tuple_(literal(before.at, UtcDateTime), literal(before.id))
            found = found.where(tuple_(audit.c.at, audit.c.id) < place)
        newest = found.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        return [_named(row) for row in self._connection.execute(newest)]

    def assignments(self, person_id: str) -> Sequence[Assignment]:
        theirs = {
            device_id
            for state in (_WAITING, _LINKED)
            for device_id in self._connection.scalars(
                select(audit.c.device_id).where(state, _ASSIGNMENTS, audit.c.subject == person_id)
            )
        }
        rows = [
            row
            for state in (_WAITING, _LINKED)
            for row in self._connection.execute(
                select(audit.c.device_id, audit.c.id, audit.c.subject).where(
                    state, _ASSIGNMENTS, _IS_DONE, audit.c.device_id.in_(theirs)
                )
            )
        ]
        return [Assignment(*row) for row in sorted(rows, key=lambda row: row.id)]

    def reveals(self, span: Span, before: AuditPlace | None, limit: int) -> Sequence[Named]:
        within = [_REVEALS, audit.c.device_id == span.device_id, audit.c.id > span.after]
        if span.before is not None:
            within.append(audit.c.id < span.before)
        if before is not None:
            place = tuple_(literal(before.at, UtcDateTime), literal(before.id))
            within.append(tuple_(audit.c.at, audit.c.id) < place)
        found = [
            _named(row)
            for state in (_WAITING, _LINKED)
            for row in self._connection.execute(
                _NAMED.where(state, *within).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
            )
        ]
        return sorted(found, key=lambda one: (one.place.at, one.place.id), reverse=True)[:limit]

    def newest(self, action: Action) -> AuditEntry | None:
        found = self.page(AuditFilter(action=action), None, 1)
        return found[0].recorded.entry if found else None

    # The chain

    def waiting_since(self) -> datetime | None:
        try:
            return self._connection.scalar(_OLDEST_WAITING)
        except (TypeError, ValueError):
            # SQLite takes any type in any column: what is no moment must not stop the linking.
            return datetime.min.replace(tzinfo=UTC)

    def to_link(self, limit: int) -> Sequence[tuple[int, bytes]]:
        # As it stands there, whatever type SQLite lets somebody put there: nothing of it may stop the linking.
        raw = select(audit.c.id, literal_column("authenticator")).where(_WAITING).order_by(audit.c.id).limit(limit)
        rows = self._connection.execute(raw)
        return [(row[0], row[1] if isinstance(row[1], bytes) else b"") for row in rows]

    def waiting(self) -> Iterable[Recorded]:
        return self._streamed(select(audit).where(_WAITING).order_by(audit.c.id))

    def linked(self) -> Iterable[Recorded]:
        return self._streamed(select(audit).where(_LINKED).order_by(audit.c.number, audit.c.id))

    def _streamed(self, statement: Select[Any]) -> Iterator[Recorded]:
        rows = self._connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE})
        return (_recorded(row) for row in rows)

    def link_of(self, number: int) -> bytes | None:
        return self._connection.scalar(select(audit.c.link).where(audit.c.number == number, _LINKED))

    def head(self) -> Head | None:
        return self._head(select(audit_head))

    def take_head(self) -> Head | None:
        if self.head() is None:
            self._connection.execute(insert(audit_head), {"id": _THE_HEAD, "count": 0, "link": NO_HEAD.link})
        kept = self._head(select(audit_head).with_for_update(skip_locked=True))
        return None if kept is None else self._or_last_linked(kept)

    def _head(self, statement: Select[Any]) -> Head | None:
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else Head(row["count"], row["link"])

    def _or_last_linked(self, kept: Head) -> Head:
        """Whichever is further: a head that somebody set back must not have numbers given twice."""
        last = select(audit.c.number, audit.c.link).where(_LINKED).order_by(audit.c.number.desc()).limit(1)
        row = self._connection.execute(last).first()
        return Head(row.number, row.link) if row is not None and row.number > kept.count else kept

    def link(self, links: Sequence[Link]) -> None:
        self._connection.execute(
            _SET_LINK,
            [{"entry_id": one.entry_id, "its_number": one.number, "its_link": one.link} for one in links],
        )
        head = {"count": links[-1].number, "link": links[-1].link}
        self._connection.execute(update(audit_head).values(**head))

    def adopt(self) -> int:
        if self.head() is not None or self._connection.scalar(select(func.count()).where(audit.c.writer != _ADOPTED)):
            return 0
        adopted = [one for one in self.waiting() if not one.authenticator]
        for one in adopted:
            origin = Origin(_ADOPTED, one.id, 0)
            authenticator = self._page.adopt(one.entry, origin)
            told = {"serial": origin.serial, "settled": origin.settled, "authenticator": authenticator}
            self._connection.execute(update(audit).where(audit.c.id == one.id).values(**told))
        return len(adopted)


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield audit.c.at >= wanted.since
    if wanted.until is not None:
        yield audit.c.at < wanted.until
    if wanted.actor_id is not None:
        yield audit.c.actor_id == wanted.actor_id
    if wanted.device_id is not None:
        yield audit.c.device_id == wanted.device_id
    if wanted.action is not None:
        yield audit.c.action == wanted.action
    if wanted.outcome is Outcome.DENIED:
        yield text(AUDIT_DENIED)  # type: ignore[misc]
    elif wanted.outcome is not None:
        yield audit.c.outcome == wanted.outcome


def _recorded(row: Sequence[Any]) -> Recorded:
    entry_id, *entry, writer, serial, settled, dropped, authenticator, number, link = row
    origin = Origin(writer, serial, settled, read_serials(dropped))
    return Recorded(entry_id, AuditEntry(*entry), origin, authenticator, number, link)


def _named(row: Sequence[Any]) -> Named:
    username, actor_name, given, reported, model, serial, udid, subject_name = row[_COLUMNS:]
    device_name = called(given, reported, model, serial, udid)
    return Named(_recorded(row[:_COLUMNS]), username, actor_name, device_name, serial, subject_name)
