"""Records for tests of the store: each with what it needs, and nothing else set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from sleutelkast.adapters.store.records import Records
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.deposit import Command, CommandState, Deposit, Kind, State
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person, Session
from sleutelkast.usecases.repository import CommandKind, PendingCommand

NOW = datetime(2026, 11, 2, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOR_ANNA = Escrowing("anna", Ownership.PERSONAL)

_uuids = count(1)


def person(username: str = "anna", **fields: object) -> Person:
    given = {"name": username.title(), "email": None, "roles": frozenset(), "locale": None, "created_at": NOW, **fields}
    return Person(id=username.strip().lower(), username=username, **given)  # type: ignore[arg-type]


def session(session_id: str = "session", person_id: str = "anna", **fields: object) -> Session:
    given = {"created_at": NOW, "last_used_at": NOW, "signed_in_at": NOW, **fields}
    return Session(session_id, person_id, **given)  # type: ignore[arg-type]


def device(device_id: str = "mac", **fields: object) -> Device:
    return Device(id=device_id, created_at=NOW, **fields)  # type: ignore[arg-type]


def deposit(deposit_id: str = "deposit", state: State = State.RECEIVED, **fields: object) -> Deposit:
    return Deposit(deposit_id, Kind.DEPOSIT, state, **{"created_at": NOW, **fields})  # type: ignore[arg-type]


def pending(uuid: str | None = None, kind: CommandKind = CommandKind.ROTATION, **fields: object) -> PendingCommand:
    """A rotation of the deposit `deposit`, or an inquiry."""
    its_deposit = "deposit" if kind is CommandKind.ROTATION else None
    given = {
        "uuid": uuid or f"uuid-{next(_uuids)}",
        "device_id": "mac",
        "deposit_id": its_deposit,
        "state": CommandState.NEW,
        "created_at": NOW,
        **fields,
    }
    return PendingCommand(kind=kind, **given)  # type: ignore[arg-type]


def as_in_line(command: PendingCommand, **fields: object) -> Command:
    return Command(command.uuid, **{"state": command.state, "created_at": command.created_at, **fields})  # type: ignore[arg-type]


def add_deposit(
    tx: Records,
    one: Deposit,
    device_id: str = "mac",
    escrowing: Escrowing = FOR_ANNA,
    typed_key: bytes | None = b"sealed",
    idempotency_key: str | None = None,
) -> None:
    """Saved by anna."""
    tx.deposits.add(one, device_id, "anna", escrowing, typed_key, idempotency_key)
