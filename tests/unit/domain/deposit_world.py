"""A small world for the deposit machine: a Mac, an MDM server, the way between them and the portal, and a portal.

The server and the Mac behave as mdm.md's facts say: commands are handed out in order on every connect until answered,
NotNow puts one off until the next connect, a re-enrolment clears the queue while the UUIDs stay taken. Keys are
numbers. The portal here does nothing but carry the machine's line on, as `usecases.line` does with the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import count

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import CommandState, Deposit, Kind, Line, State, Verdict

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
TIMEOUT = timedelta(days=3)
_BY_MISTAKE = -1


class Does(StrEnum):
    """What the Mac does with a rotation that is handed out to it."""

    AS_ASKED = "as asked"
    """It rotates where the key is right, and errors otherwise."""
    NOT_NOW = "not now"
    ERROR = "error"
    WITHOUT_KEY = "without key"
    """It rotates where the key is right, and the answer holds no key that can be opened."""
    BREAKS_OFF = "breaks off"
    """It rotates where the key is right and is gone before it answers: it is handed the command again."""
    UNSTORED = "unstored"
    """As asked; the server fails to keep the answer, yet calls its webhook, and hands the command out again."""


class Attempt(StrEnum):
    """What becomes of an attempt to hand a command to the MDM server."""

    TAKEN = "taken"
    TAKEN_UNCLEAR = "taken, no clear answer"
    TAKEN_CRASH = "taken, and the portal crashes"
    LOST = "lost, no clear answer"
    LOST_CRASH = "lost, and the portal crashes"
    UNKNOWN = "unknown device"
    REFUSED = "refused for now"


_TAKEN = {Attempt.TAKEN, Attempt.TAKEN_UNCLEAR, Attempt.TAKEN_CRASH}
_CRASHED = {Attempt.TAKEN_CRASH, Attempt.LOST_CRASH}


class Word(StrEnum):
    """What a webhook call tells."""

    IDLE = "Idle"
    ACKNOWLEDGED = "Acknowledged"
    ERROR = "Error"
    NOT_NOW = "NotNow"
    SECURITY_INFO = "SecurityInfo"
    AUTHENTICATE = "Authenticate"


@dataclass(frozen=True)
class Report:
    word: Word
    at: datetime
    uuid: str = ""
    key: int | None = None


@dataclass
class Queued:
    """A command in the MDM server's queue; no `password` where it is SecurityInfo."""

    uuid: str
    password: int | None
    status: Word | None = None
    cleared: bool = False

    @property
    def pending(self) -> bool:
        return not self.cleared and self.status in {None, Word.NOT_NOW}


class Clock:
    def __init__(self) -> None:
        self.now = START

    def tick(self, duration: timedelta = timedelta(seconds=1)) -> datetime:
        self.now += duration
        return self.now


@dataclass
class MdmServer:
    clock: Clock
    queue: list[Queued] = field(default_factory=list)
    calls: list[Report] = field(default_factory=list)
    """Webhook calls on their way, oldest first."""

    def knows(self, uuid: str) -> bool:
        return any(one.uuid == uuid for one in self.queue)

    def take(self, uuid: str, password: int | None) -> None:
        assert not self.knows(uuid)
        self.queue.append(Queued(uuid, password))

    def next_command(self, *, skip_not_now: bool) -> Queued | None:
        return next((one for one in self.queue if one.pending and not (skip_not_now and one.status)), None)

    def rotations(self) -> list[Queued]:
        """The rotations that may run at the Mac."""
        return [one for one in self.queue if one.pending and one.password is not None]

    def call(self, word: Word, uuid: str = "", key: int | None = None) -> None:
        self.calls.append(Report(word, self.clock.now, uuid, key))

    def clear(self) -> None:
        for one in self.queue:
            one.cleared = one.cleared or one.pending


@dataclass
class Mac:
    server: MdmServer
    keys: list[int] = field(default_factory=lambda: [0])
    escrow_profile: bool = False
    in_session: bool = False
    put_off: list[Report] = field(default_factory=list)
    """What it answered NotNow since it last connected."""
    rotated_for: set[str] = field(default_factory=set)
    """The commands for which it replaced its key."""
    _skip_not_now: bool = False

    @property
    def key(self) -> int:
        return self.keys[-1]

    def rotate(self) -> int:
        self.keys.append(len(self.keys))
        return self.key

    def connect(self) -> None:
        self.in_session, self._skip_not_now = True, False
        self.put_off.clear()
        self.server.call(Word.IDLE)

    def re_enrol(self) -> None:
        self.in_session = False
        self.server.clear()
        self.server.call(Word.AUTHENTICATE)

    def work(self, does: Does) -> None:
        """Do the next command of this session, or end it."""
        command = self.server.next_command(skip_not_now=self._skip_not_now)
        if command is None:
            self.in_session = False
        elif command.password is None:
            self._answer(command, Word.SECURITY_INFO, self.key if self.escrow_profile else None)
        elif does is Does.NOT_NOW:
            self._answer(command, Word.NOT_NOW)
            self.put_off.append(self.server.calls[-1])
        elif does is Does.ERROR or command.password != self.key:
            self._answer(command, Word.ERROR, stored=does is not Does.UNSTORED)
        else:
            self._rotate_for(command, does)

    def _rotate_for(self, command: Queued, does: Does) -> None:
        new_key = self.rotate()
        self.rotated_for.add(command.uuid)
        if does is Does.BREAKS_OFF:
            self.in_session = False
            return
        opens = does is not Does.WITHOUT_KEY
        self._answer(command, Word.ACKNOWLEDGED, new_key if opens else None, stored=does is not Does.UNSTORED)

    def _answer(self, command: Queued, word: Word, key: int | None = None, *, stored: bool = True) -> None:
        if stored:
            command.status = word
        else:
            self.in_session = False
        self._skip_not_now = word is Word.NOT_NOW
        self.server.call(word, command.uuid, key)


@dataclass
class Asked:
    """A SecurityInfo command of the portal."""

    at: datetime
    answered: bool = False
    sent: bool = False


@dataclass
class Change:
    """A deposit that came into another state: why, and the line as it was then."""

    cause: str
    was: State | None
    after: Deposit
    line: Line

    def turned_into(self, state: State) -> bool:
        return self.after.state is state and self.was is not state

    @property
    def newer(self) -> Line:
        """The deposits that were saved after it."""
        return self.line[self.line.index(self.after) + 1 :]


@dataclass(frozen=True)
class Fresh:
    """A fresh UUID: what could run at the Mac when it was made, what the portal took for running, and which other
    deposits were not settled."""

    running: list[Queued]
    taken_for_running: list[Deposit]
    unsettled: list[Deposit]


@dataclass(frozen=True)
class HandedOut:
    """A key that was handed out for a rotation, and the newest that a Mac had proven then."""

    key: int
    proven: int


@dataclass(frozen=True)
class InFlight:
    """An attempt to send a rotation whose answer has not come back yet, and what it will say."""

    uuid: str
    outcome: Callable[[Line], Line] = field(repr=False)


class Portal:
    """Carries the line on; keeps what opened, and what changed."""

    def __init__(self, clock: Clock, server: MdmServer) -> None:
        self.clock, self.server = clock, server
        self.line: Line = ()
        self.handed_out: list[HandedOut] = []
        """What was handed to the MDM server for rotations, by the latest event."""
        self.typed: dict[str, int] = {}
        self.kept: list[int] = []
        self.asked: dict[str, Asked] = {}
        self.in_flight: list[InFlight] = []
        self.in_hand: list[Report] = []
        self.opened: set[str] = set()
        """Deposits to which an answer came whose key opened."""
        self.shown: set[str] = set()
        """Deposits that an unknown key in SecurityInfo settled."""
        self.changes: list[Change] = []
        """What the latest event changed, in the order of the moves."""
        self.fresh: list[Fresh] = []
        """The fresh UUIDs of the latest event."""
        self.enrolled_at = START
        """The latest enrolment that was heard of."""
        self._numbers = count(1)

    def move(self, cause: str, happened: Callable[[Line], Line]) -> None:
        before = {one.id: one.state for one in self.line}
        line = happened(self.line)
        if self.kept:
            line = machine.replaced_meanwhile(line, str(self.kept[-1]), self.clock.now)
        due = machine.next_to_send(line)
        if due is not None:
            uuid = f"rotation {next(self._numbers)}"
            line = machine.add_command(line, due.id, uuid, self.clock.now)
            others = [one for one in line if one.id != due.id]
            taken_for_running = [one for one in others if one.at_the_server]
            self.fresh.append(Fresh(self.server.rotations(), taken_for_running, list(filter(_is_unsettled, others))))
        self.line = line
        changed = (one for one in line if before.get(one.id) is not one.state)
        self.changes += [Change(cause, before.get(one.id), one, line) for one in changed]
        self._ask_for_evidence()

    def _ask_for_evidence(self) -> None:
        since = machine.evidence_wanted_since(self.line)
        if since is not None:
            since = max(since, self.clock.now - TIMEOUT)
            if not any(one.at >= since and not one.answered for one in self.asked.values()):
                self.ask()

    def ask(self) -> None:
        self.asked[f"security info {next(self._numbers)}"] = Asked(self.clock.now)

    # What people do

    def save(self, key: int) -> None:
        same = (one for one in self.line if one.under_way and one.kind is Kind.DEPOSIT and self.typed[one.id] == key)
        if next(same, None) is None:
            self._join(Kind.DEPOSIT, key)

    def rotate(self) -> None:
        if not any(one.under_way and one.kind is Kind.ROTATION for one in self.line):
            self._join(Kind.ROTATION, _BY_MISTAKE, str(self.kept[-1]))

    def _join(self, kind: Kind, key: int, version_id: str | None = None) -> None:
        deposit_id = f"deposit {next(self._numbers)}"
        self.typed[deposit_id] = key
        joined = partial(machine.save, deposit_id=deposit_id, kind=kind, now=self.clock.now, version_id=version_id)
        self.move("save", joined)

    # What background work does

    def to_send(self) -> list[str]:
        """The UUIDs of rotations that are due to be sent, and not being sent."""
        under_way = {one.uuid for one in self.in_flight}
        waiting = {CommandState.NEW, CommandState.UNCLEAR}
        commands = (command for one in self.line for command in one.commands)
        return [one.uuid for one in commands if one.state in waiting and one.uuid not in under_way]

    def send(self, uuid: str, attempt: Attempt) -> None:
        first_hand = self.command(uuid).state is CommandState.NEW
        self.move("sending", partial(machine.delivery_unclear, uuid=uuid, now=self.clock.now))
        is_duplicate = self.server.knows(uuid)
        if attempt in _TAKEN and not is_duplicate:
            password = self._password(uuid, first_hand=first_hand)
            self.server.take(uuid, password)
            if self.deposit_of(uuid).kind is Kind.ROTATION:
                self.handed_out.append(HandedOut(password, self.kept[-1]))
        if attempt in _CRASHED:
            return
        outcome = self._outcome(uuid, attempt, is_duplicate=is_duplicate, first_hand=first_hand)
        self.in_flight.append(InFlight(uuid, outcome))

    def _password(self, uuid: str, *, first_hand: bool) -> int:
        """As `usecases.deliver_commands`: a UUID that may be queued goes out again with no key that was replaced."""
        deposit = self.deposit_of(uuid)
        if deposit.kind is Kind.DEPOSIT:
            return self.typed[deposit.id]
        return int(deposit.version_id or _BY_MISTAKE) if first_hand else self.kept[-1]

    def _outcome(self, uuid: str, attempt: Attempt, *, is_duplicate: bool, first_hand: bool) -> Callable[[Line], Line]:
        """As `usecases.deliver_commands` tells the machine what the answer means."""
        unclear = attempt in {Attempt.TAKEN_UNCLEAR, Attempt.LOST}
        if attempt is Attempt.UNKNOWN and not is_duplicate:
            return lambda line: machine.rejected(line, uuid, self.clock.now)
        if attempt is Attempt.REFUSED and first_hand:
            return lambda line: machine.not_queued(line, uuid)
        if unclear or (attempt is Attempt.REFUSED and not is_duplicate):
            return lambda line: machine.delivery_unclear(line, uuid, self.clock.now)
        return lambda line: machine.delivered(line, uuid, self.clock.now)

    def hear_outcome(self, attempt: InFlight) -> None:
        self.in_flight.remove(attempt)
        self.move("outcome", attempt.outcome)

    def asked_to_send(self) -> list[str]:
        return [uuid for uuid, asked in self.asked.items() if not asked.sent]

    def send_asked(self) -> None:
        for uuid in self.asked_to_send():
            self.asked[uuid].sent = True
            self.server.take(uuid, None)

    def time_passes(self) -> None:
        self.move("time", partial(machine.time_passed, now=self.clock.now, timeout=TIMEOUT))

    # What the webhook tells

    def hear(self, report: Report) -> None:
        now = self.clock.now
        match report.word:
            case Word.IDLE:
                self.move("idle", partial(machine.connected, came_at=report.at))
            case Word.AUTHENTICATE:
                for asked in self.asked.values():
                    asked.answered = asked.answered or (asked.sent and asked.at <= report.at)
                self.enrolled_at = max(self.enrolled_at, report.at)
                self.move("enrolled", partial(machine.queue_cleared, enrolled_at=report.at))
                if all(asked.answered for asked in self.asked.values()):
                    # It may have answered what was cleared.
                    self.ask()
            case Word.NOT_NOW:
                put_off = partial(machine.postponed, uuid=report.uuid, said_at=report.at, now=now)
                self.move("not now", partial(put_off, enrolled_at=self.enrolled_at))
            case Word.ERROR:
                self.move("error", partial(machine.refused, uuid=report.uuid, now=now))
            case Word.ACKNOWLEDGED:
                self.move("acknowledged", partial(machine.acknowledged, uuid=report.uuid, now=now))
                self.in_hand.append(report)
            case Word.SECURITY_INFO:
                asked_at = self.asked[report.uuid].at
                self.move("another answer", partial(machine.overtaken, asked_at=asked_at))
                self.asked[report.uuid].answered = True
                self.in_hand.append(report)

    def open(self, report: Report) -> None:
        self.in_hand.remove(report)
        if report.word is Word.SECURITY_INFO:
            self._weigh_evidence(report)
        elif report.key is None:
            self.move("unusable", partial(machine.unusable, uuid=report.uuid, now=self.clock.now))
        else:
            self._keep(report.key)
            self.opened.add(self.deposit_of(report.uuid).id)
            self.move("opened", partial(machine.key_opened, uuid=report.uuid, now=self.clock.now))

    def _weigh_evidence(self, report: Report) -> None:
        unknown = report.key is not None and report.key not in {*self.kept, *self.typed.values()}
        if report.key is not None:
            self._keep(report.key)
        stored = self.in_state(State.STORED)
        weigh = partial(machine.evidence, asked_at=self.asked[report.uuid].at, now=self.clock.now, unknown_key=unknown)
        self.move("evidence", weigh)
        if unknown:
            self.shown |= self.in_state(State.STORED) - stored

    def _keep(self, key: int) -> None:
        if key not in self.kept:
            # Keys are numbered in the order in which the Mac made them, as the MDM server's times tell it.
            self.kept = sorted([*self.kept, key])

    # What can be seen

    def in_state(self, *states: State) -> set[str]:
        return {one.id for one in self.line if one.state in states}

    def deposit_of(self, uuid: str) -> Deposit:
        return next(one for one in self.line if any(command.uuid == uuid for command in one.commands))

    def command(self, uuid: str) -> machine.Command:
        return next(command for command in self.deposit_of(uuid).commands if command.uuid == uuid)

    def is_unsent(self, uuid: str) -> bool:
        return self.command(uuid).queued_at is None

    def waits_for_nothing(self) -> bool:
        """Whether a deposit waits for its turn although nothing is in its way."""
        is_free = not any(_is_unsettled(one) or one.at_the_server for one in self.line)
        return is_free and any(one.under_way and one.never_reached_the_mac for one in self.line)


def _is_unsettled(deposit: Deposit) -> bool:
    """Whether the Mac has answered it, and what that means is not known yet."""
    return deposit.answer_in_hand or (deposit.under_way and deposit.verdict in {Verdict.ERROR, Verdict.UNUSABLE})
