"""Devices, and what stands beside them: notices to their owners, and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)

from sleutelkast.adapters.store import deposits as deposit_records
from sleutelkast.adapters.store import escrow as escrow_records
from sleutelkast.adapters.store.schema import (
    CAN_BE_ASKED,
    UtcDateTime,
    checks,
    columns,
    devices,
    notices,
    requests,
)
from sleutelkast.adapters.store.search import DeviceIndex, SqlDeviceSearch
from sleutelkast.domain.access import Ownership
from sleutelkast.domain.approval import RevealRequest
from sleutelkast.domain.device import Device, Stale
from sleutelkast.usecases.repository import (
    Check,
    CheckState,
    Counted,
    DeviceQuery,
    KeyState,
    Notice,
    NoticeCode,
    Overview,
    Owned,
    UnknownPlace,
)

# Made once: nearly every request asks one of these.
_BY_ID = select(devices).where(devices.c.id == bindparam("device_id"))
_LOCKED_BY_ID = _BY_ID.with_for_update()
# Letter for letter the condition of the index: SQLite uses it for no other way of saying the same.
_BY_SERIAL = select(devices).where(devices.c.serial == bindparam("serial"), text("NOT quarantined"))
_KEY_STATE = frozenset(field.name for field in fields(KeyState))


class SqlDevices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = DeviceIndex(connection)

    def add(self, device: Device) -> None:
        self._connection.execute(insert(devices).values(**columns(device)))
        self._index.added(device.id)

    def save(self, device: Device) -> None:
        before = self._index.found_by(device.id)
        told = {name: value for name, value in columns(device).items() if name not in _KEY_STATE}
        self._set(device.id, told)
        self._index.saved(device.id, before)

    def save_key_state(self, device_id: str, state: KeyState) -> None:
        self._set(device_id, columns(state))

    def _set(self, device_id: str, values: dict[str, object]) -> None:
        self._connection.execute(update(devices).where(devices.c.id == device_id).values(**values))

    def remove(self, device_id: str) -> None:
        self._index.removed(device_id)
        self._connection.execute(delete(devices).where(devices.c.id == device_id))

    def get(self, device_id: str) -> Device | None:
        return self._one(_BY_ID, {"device_id": device_id})

    def lock(self, device_id: str) -> Device | None:
        # On SQLite the transaction itself is the lock, and FOR UPDATE is left out of the statement.
        return self._one(_LOCKED_BY_ID, {"device_id": device_id})

    def by_udid(self, udid: str) -> Device | None:
        return self._one(select(devices).where(devices.c.udid == udid))

    def by_serial(self, serial: str) -> Device | None:
        return self._one(_BY_SERIAL, {"serial": serial})

    def _one(self, statement: Any, values: dict[str, str] | None = None) -> Device | None:
        row = self._connection.execute(statement, values).mappings().first()
        return None if row is None else _device(row)

    def all(self) -> Sequence[Device]:
        rows = self._connection.execute(select(devices).order_by(devices.c.serial, devices.c.id)).mappings()
        return [_device(row) for row in rows]

    def announced_since(self, moment: datetime) -> int:
        return self._count(devices.c.announced_at > moment)

    def announced_and_unclaimed(self) -> int:
        unclaimed = devices.c.owner_id.is_(None) & devices.c.udid.is_(None)
        return self._count(devices.c.announced_at.is_not(None) & unclaimed)

    def _count(self, condition: Any) -> int:
        return self._connection.scalar(select(func.count()).select_from(devices).where(condition)) or 0

    def to_inquire(self, now: datetime, limit: int) -> Sequence[str]:
        # Two looks, each at one end of a range: with OR between them, SQLite goes through all that are not due.
        found: list[str] = []
        for is_due in (devices.c.next_inquiry_at.is_(None), devices.c.next_inquiry_at <= now):
            due = select(devices.c.id).where(CAN_BE_ASKED, is_due).order_by(devices.c.next_inquiry_at)
            found += self._connection.scalars(due.limit(limit - len(found)))
        return found

    def to_rotate(self, now: datetime, limit: int) -> Sequence[str]:
        due = select(devices.c.id).where(devices.c.rotate_at <= now).order_by(devices.c.rotate_at).limit(limit)
        return list(self._connection.scalars(due))

    def overview(self, device_id: str) -> Overview | None:
        return next(iter(self._overviews(select(devices).where(devices.c.id == device_id))), None)

    def search(self, query: DeviceQuery, after: str | None, limit: int) -> tuple[Sequence[Overview], str | None]:
        page = SqlDeviceSearch(self._connection).page(query, after, limit)
        found = {one.device.id: one for one in self._overviews(select(devices).where(devices.c.id.in_(page.ids)))}
        return [found[one] for one in page.ids], page.following

    def count(self, query: DeviceQuery, most: int) -> Counted:
        return SqlDeviceSearch(self._connection).count(query, most)

    def count_owned(self, query: DeviceQuery, most: int) -> Owned:
        return SqlDeviceSearch(self._connection).count_owned(query, most)

    def overviews_of(self, owner_id: str, after: str | None, limit: int) -> Sequence[Overview]:
        own = select(devices).where(devices.c.owner_id == owner_id)
        if after is not None:
            own = own.where(devices.c.id > after)
        return self._overviews(own.order_by(devices.c.id).limit(limit))

    def _overviews(self, statement: Any) -> Sequence[Overview]:
        found = [_device(row) for row in self._connection.execute(statement).mappings()]
        ids = [device.id for device in found]
        latest = deposit_records.latest_of(self._connection, ids)
        versions = escrow_records.versions_of(self._connection, ids)
        return [Overview(one, latest.get(one.id), versions.get(one.id, [])) for one in found]


def _device(row: RowMapping) -> Device:
    stale = Stale(row["stale"]) if row["stale"] is not None else None
    return Device(**{**row, "ownership": Ownership(row["ownership"]), "stale": stale})


class SqlNotices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notice: Notice) -> None:
        self._connection.execute(insert(notices).values(**columns(notice)))

    def of(self, person_id: str) -> Sequence[Notice]:
        own = select(notices).where(notices.c.person_id == person_id).order_by(notices.c.created_at, notices.c.id)
        rows = self._connection.execute(own).mappings()
        return [Notice(**{**row, "code": NoticeCode(row["code"])}) for row in rows]

    def dismiss(self, notice_id: str, person_id: str) -> bool:
        own = (notices.c.id == notice_id) & (notices.c.person_id == person_id)
        return self._connection.execute(delete(notices).where(own)).rowcount > 0

    def withdraw(self, device_id: str, code: NoticeCode, person_id: str | None = None) -> None:
        told = (notices.c.device_id == device_id) & (notices.c.code == code)
        if person_id is not None:
            told &= notices.c.person_id == person_id
        self._connection.execute(delete(notices).where(told))


class SqlChecks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, check: Check) -> None:
        self._connection.execute(insert(checks).values(**columns(check)))

    def latest(self, device_id: str) -> Check | None:
        own = select(checks).where(checks.c.device_id == device_id)
        newest = own.order_by(checks.c.created_at.desc(), checks.c.id.desc()).limit(1)
        return next(iter(self._all(newest)), None)

    def settle(self, check_id: str, state: CheckState, moment: datetime) -> None:
        self._connection.execute(update(checks).where(checks.c.id == check_id).values(state=state, settled_at=moment))

    def note_push(self, check_id: str, moment: datetime) -> None:
        self._connection.execute(update(checks).where(checks.c.id == check_id).values(pushed_at=moment))

    def note_heard(self, check_id: str, moment: datetime) -> None:
        self._connection.execute(update(checks).where(checks.c.id == check_id).values(heard_at=moment))

    def time_out(self, asked_before: datetime, heard_before: datetime, now: datetime) -> int:
        # Decided in the statement: a Mac may answer between a look and a write.
        is_asked, is_heard = checks.c.state == CheckState.ASKED, checks.c.heard_at.is_not(None)
        is_overdue = (is_heard & (checks.c.heard_at <= heard_before)) | (checks.c.created_at <= asked_before)
        outcome = case((is_heard, CheckState.ANSWERED), else_=CheckState.UNANSWERED)
        over = update(checks).where(is_asked & is_overdue).values(state=outcome, settled_at=now)
        return self._connection.execute(over).rowcount

    def not_pushed(self, limit: int) -> Sequence[Check]:
        waiting = (checks.c.state == CheckState.ASKED) & checks.c.pushed_at.is_(None)
        return self._all(select(checks).where(waiting).limit(limit))

    def _all(self, statement: Any) -> Sequence[Check]:
        rows = self._connection.execute(statement).mappings()
        return [Check(**{**row, "state": CheckState(row["state"])}) for row in rows]


_MOVED_AT = func.coalesce(requests.c.lapsed_at, requests.c.decided_at, requests.c.created_at, type_=UtcDateTime())


def _waiting(created_since: datetime) -> Any:
    return requests.c.decided_at.is_(None) & requests.c.lapsed_at.is_(None) & (requests.c.created_at > created_since)


class SqlRequests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: RevealRequest) -> None:
        self._connection.execute(insert(requests).values(**columns(request)))

    def save(self, request: RevealRequest) -> None:
        self._connection.execute(update(requests).where(requests.c.id == request.id).values(**columns(request)))

    def lock(self, request_id: str) -> RevealRequest | None:
        return self._first(select(requests).where(requests.c.id == request_id).with_for_update())

    def latest(self, device_id: str, requested_by: str) -> RevealRequest | None:
        own = (requests.c.device_id == device_id) & (requests.c.requested_by == requested_by)
        newest_first = requests.c.created_at.desc(), requests.c.id.desc()
        return self._first(select(requests).where(own).order_by(*newest_first).limit(1))

    def waits(self, device_id: str, created_since: datetime) -> bool:
        waiting = _waiting(created_since) & (requests.c.device_id == device_id)
        return self._first(select(requests).where(waiting).limit(1)) is not None

    def lapse(self, device_id: str, moment: datetime) -> None:
        stands = requests.c.lapsed_at.is_(None) & or_(requests.c.approved.is_(None), requests.c.approved.is_(True))
        lapsing = update(requests).where(requests.c.device_id == device_id, stands)
        self._connection.execute(lapsing.values(lapsed_at=moment))

    def _first(self, statement: Any) -> RevealRequest | None:
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else RevealRequest(**row)

    def undecided(self, created_since: datetime) -> Sequence[RevealRequest]:
        oldest_first = select(requests).where(_waiting(created_since)).order_by(requests.c.created_at, requests.c.id)
        return self._all(oldest_first)

    def closed(
        self, created_since: datetime, waited_since: datetime, after: str | None, limit: int
    ) -> Sequence[RevealRequest]:
        is_settled = requests.c.decided_at.is_not(None) | requests.c.lapsed_at.is_not(None)
        is_closed = is_settled | (requests.c.created_at <= waited_since)
        recent = select(requests).where(requests.c.created_at > created_since, is_closed)
        if after is not None:
            recent = recent.where(tuple_(_MOVED_AT, requests.c.id) < self._place(after))
        return self._all(recent.order_by(_MOVED_AT.desc(), requests.c.id.desc()).limit(limit))

    def _place(self, request_id: str) -> Any:
        last = self._first(select(requests).where(requests.c.id == request_id))
        if last is None:
            raise UnknownPlace
        return tuple_(literal(last.lapsed_at or last.decided_at or last.created_at, UtcDateTime), literal(last.id))

    def _all(self, statement: Any) -> Sequence[RevealRequest]:
        return [RevealRequest(**row) for row in self._connection.execute(statement).mappings()]
