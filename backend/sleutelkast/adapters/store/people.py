"""People and their sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, or_, select, update

from sleutelkast.adapters.store.schema import columns, people, sessions, work_accounts
from sleutelkast.domain.access import Role
from sleutelkast.domain.person import Person, Session, SignInWay, sign_in_name


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person: Person, password_hash: str | None) -> None:
        columns = _columns(person) | {"sign_in_name": sign_in_name(person.username), "password_hash": password_hash}
        self._connection.execute(insert(people).values(columns))

    def get(self, person_id: str) -> Person | None:
        return self._one(people.c.id == person_id)

    def by_username(self, username: str) -> Person | None:
        # Databases fold letters beyond ASCII each in their own way: they compare what was folded before.
        return self._one(people.c.sign_in_name == sign_in_name(username))

    def lock(self, person_id: str) -> Person | None:
        return self._first(select(people).where(people.c.id == person_id).with_for_update())

    def _one(self, condition: Any) -> Person | None:
        return self._first(select(people).where(condition))

    def _first(self, statement: Any) -> Person | None:
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else _person(row)

    def all(self) -> Sequence[Person]:
        rows = self._connection.execute(select(people).order_by(people.c.username)).mappings()
        return [_person(row) for row in rows]

    def with_any_role(self, roles: Iterable[Role]) -> Sequence[Person]:
        has_one = or_(*(people.c.roles.contains(role.value) for role in roles))
        rows = self._connection.execute(select(people).where(has_one, people.c.disabled_at.is_(None))).mappings()
        return [one for one in map(_person, rows) if not one.roles.isdisjoint(roles)]

    def set_locale(self, person_id: str, locale: str | None) -> None:
        self._set(person_id, locale=locale)

    def note_language(self, person_id: str, tag: str) -> None:
        self._set(person_id, reads=tag)

    def disable(self, person_id: str, moment: datetime) -> None:
        self._set(person_id, disabled_at=moment)

    def note_reset(self, person_id: str, moment: datetime) -> None:
        self._set(person_id, reset_at=moment)

    def set_roles(self, person_id: str, roles: frozenset[Role]) -> None:
        self._set(person_id, roles=_written(roles))

    def _set(self, person_id: str, **columns: object) -> None:
        self._connection.execute(update(people).where(people.c.id == person_id).values(**columns))

    def password_hash(self, person_id: str) -> str | None:
        return self._connection.scalar(select(people.c.password_hash).where(people.c.id == person_id))

    def set_password_hash(self, person_id: str, password_hash: str) -> None:
        self._set(person_id, password_hash=password_hash)


def _written(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))


def _columns(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "username": person.username,
        "name": person.name,
        "email": person.email,
        "roles": _written(person.roles),
        "locale": person.locale,
        "created_at": person.created_at,
        "disabled_at": person.disabled_at,
        "reset_at": person.reset_at,
        "reads": person.reads,
    }


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        email=row["email"],
        roles=frozenset(Role(role) for role in row["roles"].split()),
        locale=row["locale"],
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        reset_at=row["reset_at"],
        reads=row["reads"],
    )


# Made once: every request asks this.
_SESSION_WITH_PERSON = (
    select(people, *(column.label(f"session_{column.name}") for column in sessions.c))
    .join(sessions, sessions.c.person_id == people.c.id)
    .where(sessions.c.id == bindparam("session_id"))
)


def _session(row: RowMapping, prefix: str = "") -> Session:
    kept = {column.name: row[f"{prefix}{column.name}"] for column in sessions.c}
    return Session(**kept | {"way": SignInWay(kept["way"])})


class SqlSessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        self._connection.execute(insert(sessions).values(columns(session)))

    def get(self, session_id: str) -> tuple[Person, Session] | None:
        row = self._connection.execute(_SESSION_WITH_PERSON, {"session_id": session_id}).mappings().first()
        return None if row is None else (_person(row), _session(row, "session_"))

    def of(self, person_id: str) -> Sequence[Session]:
        rows = self._connection.execute(select(sessions).where(sessions.c.person_id == person_id)).mappings()
        return [_session(row) for row in rows]

    def note_use(self, session_id: str, moment: datetime) -> None:
        self._connection.execute(update(sessions).where(sessions.c.id == session_id).values(last_used_at=moment))

    def renew(self, session_id: str, renewed: Session) -> bool:
        changed = update(sessions).where(sessions.c.id == session_id)
        now = {"id": renewed.id, "signed_in_at": renewed.signed_in_at, "provider_session": renewed.provider_session}
        return self._connection.execute(changed.values(**now)).rowcount == 1

    def end(self, session_id: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def end_all(self, person_id: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    def end_others(self, person_id: str, but: str) -> None:
        others = (sessions.c.person_id == person_id) & (sessions.c.id != but)
        self._connection.execute(delete(sessions).where(others))

    def end_at_provider(self, issuer: str, subject: str | None, provider_session: str | None) -> Sequence[str]:
        accounts = select(work_accounts.c.id).where(work_accounts.c.issuer == issuer)
        these = []
        if subject is not None:
            accounts = accounts.where(work_accounts.c.subject == subject)
        if provider_session is not None:
            told = sessions.c.provider_session == provider_session
            these.append(told if subject is None else or_(told, sessions.c.provider_session.is_(None)))
        ended = delete(sessions).where(sessions.c.identity_id.in_(accounts), *these).returning(sessions.c.person_id)
        return sorted(self._connection.scalars(ended))

    def end_unused(self, unused_since: datetime, older_than: datetime) -> int:
        over = or_(sessions.c.last_used_at <= unused_since, sessions.c.created_at <= older_than)
        return self._connection.execute(delete(sessions).where(over)).rowcount
