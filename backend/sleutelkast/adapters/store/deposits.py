"""Deposits with their commands, and the answers of Macs that are in hand or kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, or_, select, update

from sleutelkast.adapters.store.schema import answers, columns, commands, deposits
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.deposit import (
    UNDER_WAY,
    Command,
    CommandState,
    Deposit,
    Kind,
    Line,
    State,
    Verdict,
)
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import Answer, AnswerState, CommandKind, PendingCommand

_UNCONFIRMED = (State.REFUSED, State.UNANSWERED, State.UNDELIVERABLE, State.SUPERSEDED)
_MAY_BE_ANSWERED = (CommandState.NEW, CommandState.UNCLEAR, CommandState.QUEUED)
_TO_SEND = (CommandState.NEW, CommandState.UNCLEAR)

_KEY_KEPT = ((deposits.c.kind == Kind.ROTATION) | deposits.c.typed_key.is_not(None)).label("key_kept")
_STATE_COLUMNS = (
    deposits.c.id,
    deposits.c.device_id,
    deposits.c.kind,
    deposits.c.state,
    deposits.c.created_at,
    deposits.c.sent_at,
    deposits.c.settled_at,
    deposits.c.verdict,
    deposits.c.verdict_at,
    deposits.c.answer_in_hand,
    deposits.c.version_id,
    _KEY_KEPT,
)


# Made once: to build and to recognize a statement takes longer than SQLite needs for it.
_LINE = (
    select(*_STATE_COLUMNS)
    .where(deposits.c.device_id == bindparam("device_id"))
    .order_by(deposits.c.created_at, deposits.c.id)
)
_NEW_DEPOSIT = insert(deposits)
_CHANGED_DEPOSIT = update(deposits).where(deposits.c.id == bindparam("its_id"))
_NEW_COMMAND = insert(commands)
_CHANGED_ROTATION = update(commands).where(commands.c.uuid == bindparam("its_uuid"))
_ONE_COMMAND = select(commands).where(commands.c.uuid == bindparam("its_uuid"))
_COMMANDS_OF = (
    select(commands)
    .where(commands.c.deposit_id.in_(bindparam("deposit_ids", expanding=True)))
    .order_by(commands.c.created_at, commands.c.uuid)
)
_ONE_DEPOSIT = select(*_STATE_COLUMNS).where(deposits.c.id == bindparam("its_id"))
_LATEST = (
    select(*_STATE_COLUMNS)
    .where(deposits.c.device_id == bindparam("device_id"))
    .order_by(deposits.c.created_at.desc(), deposits.c.id.desc())
    .limit(1)
)
_TYPED_KEY = select(deposits.c.typed_key).where(deposits.c.id == bindparam("its_id"))
_CLAIM = (
    update(commands)
    .where(
        (commands.c.uuid == bindparam("its_uuid"))
        & commands.c.state.in_(_TO_SEND)
        & (commands.c.next_try_at <= bindparam("now"))
    )
    .values(next_try_at=bindparam("until"), tries=commands.c.tries + 1)
)


class SqlDeposits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def line(self, device_id: str) -> Line:
        return tuple(_with_commands(self._connection, _LINE, {"device_id": device_id}))

    def add(
        self,
        deposit: Deposit,
        device_id: str,
        person_id: str | None,
        escrowing: Escrowing,
        typed_key: bytes | None,
        idempotency_key: str | None,
    ) -> None:
        row = {
            "id": deposit.id,
            "device_id": device_id,
            "person_id": person_id,
            "kind": deposit.kind,
            "created_at": deposit.created_at,
            "typed_key": typed_key,
            "escrow_owner_id": escrowing.owner_id,
            "escrow_ownership": escrowing.ownership,
            "idempotency_key": idempotency_key,
            "version_id": deposit.version_id,
            **_changing_columns(deposit),
        }
        self._connection.execute(_NEW_DEPOSIT, row)

    def save(self, deposit: Deposit) -> None:
        self._connection.execute(_CHANGED_DEPOSIT, {"its_id": deposit.id, **_changing_columns(deposit)})

    def _set(self, deposit_id: str, **columns: object) -> None:
        self._connection.execute(update(deposits).where(deposits.c.id == deposit_id).values(**columns))

    def get(self, deposit_id: str) -> Deposit | None:
        return next(iter(_with_commands(self._connection, _ONE_DEPOSIT, {"its_id": deposit_id})), None)

    def latest(self, device_id: str) -> Deposit | None:
        row = self._connection.execute(_LATEST, {"device_id": device_id}).mappings().first()
        return None if row is None else _deposit(row, ())

    def by_idempotency_key(self, device_id: str, person_id: str, key: str) -> Deposit | None:
        repeated = (
            (deposits.c.device_id == device_id)
            & (deposits.c.person_id == person_id)
            & (deposits.c.idempotency_key == key)
        )
        return next(iter(_with_commands(self._connection, select(*_STATE_COLUMNS).where(repeated))), None)

    def person_id(self, deposit_id: str) -> str | None:
        return self._connection.scalar(select(deposits.c.person_id).where(deposits.c.id == deposit_id))

    def escrowing(self, deposit_id: str) -> Escrowing:
        bound = select(deposits.c.escrow_owner_id, deposits.c.escrow_ownership).where(deposits.c.id == deposit_id)
        owner_id, ownership = self._connection.execute(bound).one()
        return Escrowing(owner_id, Ownership(ownership))

    def typed_key(self, deposit_id: str) -> bytes | None:
        return self._connection.scalar(_TYPED_KEY, {"its_id": deposit_id})

    def unconfirmed_keys(self, device_id: str) -> Sequence[Version]:
        unconfirmed = (
            (deposits.c.device_id == device_id) & deposits.c.state.in_(_UNCONFIRMED) & deposits.c.typed_key.is_not(None)
        )
        wanted = (deposits.c.id, deposits.c.created_at, deposits.c.escrow_owner_id, deposits.c.escrow_ownership)
        return [
            Version(row_id, device_id, Provenance.TYPED, at, Escrowing(owner_id, Ownership(ownership)), confirmed=False)
            for row_id, at, owner_id, ownership in self._connection.execute(select(*wanted).where(unconfirmed))
        ]

    def forget_typed_key(self, deposit_id: str) -> None:
        self._set(deposit_id, typed_key=None)

    def forget_typed_keys_settled_before(self, moment: datetime) -> int:
        old = deposits.c.state.in_(_UNCONFIRMED) & deposits.c.typed_key.is_not(None) & (deposits.c.settled_at <= moment)
        return self._connection.execute(update(deposits).where(old).values(typed_key=None)).rowcount

    def note_mac_said(self, deposit_id: str, text: str) -> None:
        self._set(deposit_id, mac_said=text)

    def mac_said(self, device_id: str) -> Mapping[str, str]:
        said = (deposits.c.device_id == device_id) & deposits.c.mac_said.is_not(None)
        rows = self._connection.execute(select(deposits.c.id, deposits.c.mac_said).where(said))
        return {row.id: row.mac_said for row in rows}

    def devices_with_timeouts(self, now: datetime, timeout: timedelta, limit: int) -> Sequence[str]:
        last_known = func.coalesce(deposits.c.verdict_at, deposits.c.sent_at, deposits.c.created_at)
        overdue = (
            deposits.c.state.in_(sorted(UNDER_WAY))
            & deposits.c.answer_in_hand.is_(False)
            & (last_known <= now - timeout)
        )
        return list(self._connection.scalars(select(deposits.c.device_id).where(overdue).distinct().limit(limit)))


def _changing_columns(deposit: Deposit) -> dict[str, object]:
    return {
        "state": deposit.state,
        "sent_at": deposit.sent_at,
        "settled_at": deposit.settled_at,
        "verdict": deposit.verdict,
        "verdict_at": deposit.verdict_at,
        "answer_in_hand": deposit.answer_in_hand,
    }


def latest_of(connection: Connection, device_ids: Sequence[str]) -> Mapping[str, Deposit]:
    """The newest deposit of each of several Macs at once."""
    if not device_ids:
        return {}
    newest_first = (deposits.c.created_at.desc(), deposits.c.id.desc())
    rank = func.row_number().over(partition_by=deposits.c.device_id, order_by=newest_first)
    ranked = select(deposits.c.id, rank.label("rank")).where(deposits.c.device_id.in_(device_ids)).subquery()
    newest = select(*_STATE_COLUMNS).join(ranked, ranked.c.id == deposits.c.id).where(ranked.c.rank == 1)
    rows = list(connection.execute(newest).mappings())
    by_deposit = _commands_of(connection, [row["id"] for row in rows])
    return {row["device_id"]: _deposit(row, by_deposit.get(row["id"], ())) for row in rows}


def _with_commands(connection: Connection, statement: Any, values: Mapping[str, str] | None = None) -> list[Deposit]:
    rows = list(connection.execute(statement, values).mappings())
    by_deposit = _commands_of(connection, [row["id"] for row in rows])
    return [_deposit(row, by_deposit.get(row["id"], ())) for row in rows]


def _commands_of(connection: Connection, deposit_ids: Sequence[str]) -> Mapping[str, tuple[Command, ...]]:
    if not deposit_ids:
        return {}
    found: dict[str, tuple[Command, ...]] = defaultdict(tuple)
    for row in connection.execute(_COMMANDS_OF, {"deposit_ids": deposit_ids}).mappings():
        found[row["deposit_id"]] += (_command(row),)
    return found


def _command(row: RowMapping) -> Command:
    return Command(
        uuid=row["uuid"],
        state=CommandState(row["state"]),
        created_at=row["created_at"],
        queued_at=row["queued_at"],
        postponed_at=row["postponed_at"],
    )


def _deposit(row: RowMapping, its_commands: tuple[Command, ...]) -> Deposit:
    return Deposit(
        id=row["id"],
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        settled_at=row["settled_at"],
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        verdict_at=row["verdict_at"],
        answer_in_hand=row["answer_in_hand"],
        key_kept=bool(row["key_kept"]),
        version_id=row["version_id"],
        commands=its_commands,
    )


class SqlCommands:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, command: PendingCommand, not_before: datetime | None = None) -> None:
        row = {**columns(command), "next_try_at": not_before or command.created_at}
        self._connection.execute(_NEW_COMMAND, row)

    def get(self, uuid: str) -> PendingCommand | None:
        row = self._connection.execute(_ONE_COMMAND, {"its_uuid": uuid}).mappings().first()
        return None if row is None else _pending(row)

    def _all(self, condition: Any) -> list[PendingCommand]:
        found = select(commands).where(condition).order_by(commands.c.created_at, commands.c.uuid)
        return [_pending(row) for row in self._connection.execute(found).mappings()]

    def save_rotation(self, command: Command) -> None:
        row = {"its_uuid": command.uuid, "state": command.state, "queued_at": command.queued_at}
        self._connection.execute(_CHANGED_ROTATION, {**row, "postponed_at": command.postponed_at})

    def set_state(self, uuid: str, state: CommandState) -> None:
        self._connection.execute(update(commands).where(commands.c.uuid == uuid).values(state=state))

    def newest(self, device_id: str, kind: CommandKind) -> PendingCommand | None:
        asked = self._all((commands.c.device_id == device_id) & (commands.c.kind == kind))
        return asked[-1] if asked else None

    def under_way(self, device_id: str, kind: CommandKind) -> Sequence[PendingCommand]:
        open_ones = commands.c.state.in_(_MAY_BE_ANSWERED)
        return self._all((commands.c.device_id == device_id) & (commands.c.kind == kind) & open_ones)

    def hand_over(self, device_id: str, to_device_id: str) -> None:
        own = commands.c.device_id == device_id
        self._connection.execute(update(commands).where(own).values(device_id=to_device_id))

    def clear(self, device_id: str, queued_before: datetime) -> None:
        emptied = (
            (commands.c.device_id == device_id)
            & (commands.c.kind != CommandKind.ROTATION)
            & commands.c.state.in_((CommandState.QUEUED, CommandState.UNCLEAR))
            & (commands.c.created_at <= queued_before)
        )
        self._connection.execute(update(commands).where(emptied).values(state=CommandState.CLEARED))

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        waiting = commands.c.state.in_(_TO_SEND) & (commands.c.next_try_at <= now)
        carries_no_key = commands.c.kind != CommandKind.ROTATION
        in_turn = (carries_no_key, commands.c.next_try_at)
        statement = select(commands.c.uuid).where(waiting).order_by(*in_turn).limit(limit)
        return list(self._connection.scalars(statement))

    def claim(self, uuid: str, now: datetime, until: datetime) -> PendingCommand | None:
        taken = self._connection.execute(_CLAIM, {"its_uuid": uuid, "now": now, "until": until})
        return self.get(uuid) if taken.rowcount else None

    def try_again_at(self, uuid: str, moment: datetime) -> None:
        self._connection.execute(update(commands).where(commands.c.uuid == uuid).values(next_try_at=moment))


def _pending(row: RowMapping) -> PendingCommand:
    return PendingCommand(
        uuid=row["uuid"],
        kind=CommandKind(row["kind"]),
        device_id=row["device_id"],
        deposit_id=row["deposit_id"],
        state=CommandState(row["state"]),
        created_at=row["created_at"],
        tries=row["tries"],
    )


class SqlAnswers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, answer: Answer, envelope: bytes) -> None:
        self._connection.execute(insert(answers), {**columns(answer), "envelope": envelope})

    def get(self, answer_id: str) -> Answer | None:
        return next(iter(self._all(_WITHOUT_ENVELOPE.where(answers.c.id == answer_id))), None)

    def envelope(self, answer_id: str) -> bytes:
        return bytes(self._connection.execute(select(answers.c.envelope).where(answers.c.id == answer_id)).scalar_one())

    def in_hand(self, received_before: datetime, limit: int) -> Sequence[Answer]:
        left = (answers.c.state == AnswerState.IN_HAND) & (answers.c.received_at <= received_before)
        return self._all(_WITHOUT_ENVELOPE.where(left).order_by(answers.c.received_at).limit(limit))

    def of(self, device_id: str) -> Sequence[Answer]:
        return self._all(_WITHOUT_ENVELOPE.where(answers.c.device_id == device_id).order_by(answers.c.received_at))

    def _all(self, statement: Any) -> Sequence[Answer]:
        rows = self._connection.execute(statement).mappings()
        return [Answer(**{**row, "state": AnswerState(row["state"])}) for row in rows]

    def keep_unopened(self, answer_id: str, tried_with: str) -> None:
        kept = {"state": AnswerState.UNOPENED, "tried_with": tried_with}
        self._connection.execute(update(answers).where(answers.c.id == answer_id).values(kept))

    def any_unopened(self) -> bool:
        one = select(answers.c.id).where(answers.c.state == AnswerState.UNOPENED).limit(1)
        return self._connection.scalar(one) is not None

    def to_try_again(self, openers: Sequence[str], limit: int) -> Sequence[Answer]:
        untried = [~answers.c.tried_with.contains(f" {one} ", autoescape=True) for one in openers]
        again = (answers.c.state == AnswerState.UNOPENED) & or_(answers.c.tried_with.is_(None), *untried)
        return self._all(_WITHOUT_ENVELOPE.where(again).order_by(answers.c.received_at).limit(limit))

    def remove(self, answer_id: str) -> None:
        self._connection.execute(delete(answers).where(answers.c.id == answer_id))

    def count_kept(self, device_id: str | None) -> int:
        same = answers.c.device_id.is_(None) if device_id is None else answers.c.device_id == device_id
        kept = select(func.count()).select_from(answers).where(same & (answers.c.state != AnswerState.IN_HAND))
        return self._connection.scalar(kept) or 0


_WITHOUT_ENVELOPE = select(*(column for column in answers.c if column is not answers.c.envelope))
