"""A deposit: one attempt to store a key, from Save to its outcome; and the line of deposits of one Mac.

The machine works on a `Line`, all deposits of one Mac that can still change, since its rules speak of several at
once: one command at a time, newer ones wait, a stored one settles the rest. Each function takes a line and what
happened and returns the line as it is afterwards. Any event may come twice, late, out of order or never; the rules
that hold all the same are those of the specification, and `tests/unit/domain/test_deposit_rules.py` states them as
properties.

The states are stable API. A deposit that is `unanswered` is not dead: the Mac's word still counts when it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    DEPOSIT = "deposit"
    """Somebody typed the present key."""
    ROTATION = "rotation"
    """The escrowed key stands for the typed one."""


class State(StrEnum):
    RECEIVED = "received"
    SENT = "sent"
    STORED = "stored"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    SUPERSEDED = "superseded"
    UNDELIVERABLE = "undeliverable"


UNDER_WAY = frozenset({State.RECEIVED, State.SENT})
FAILED = frozenset({State.REFUSED, State.UNANSWERED, State.UNDELIVERABLE})


class Step(StrEnum):
    """What the person sees moving while a deposit is under way."""

    VERIFY = "verify"
    ROTATE = "rotate"
    STORE = "store"


class CommandState(StrEnum):
    """What is known of one rotation command at the MDM server."""

    NEW = "new"
    """Its UUID is committed; nothing is known to have reached the server."""
    UNCLEAR = "unclear"
    """It was sent and the outcome is not known: only the same UUID may be sent again."""
    QUEUED = "queued"
    ANSWERED = "answered"
    REJECTED = "rejected"
    """The server surely holds nothing of it."""
    CLEARED = "cleared"
    """A re-enrolment emptied the Mac's queue."""
    LOST = "lost"
    """The Mac went on to later commands: it was answered, and the answer never came here."""


NOT_SURELY_QUEUED = frozenset({CommandState.NEW, CommandState.UNCLEAR})
AT_THE_SERVER = frozenset({CommandState.NEW, CommandState.UNCLEAR, CommandState.QUEUED})
"""Where a command may run at the Mac, now or later: no second one may join it (none can be withdrawn)."""


class Verdict(StrEnum):
    """What the Mac said so far, where that settles nothing yet."""

    ERROR = "error"
    """It said no. It may have rotated all the same and been asked twice, so SecurityInfo is asked first."""
    UNUSABLE = "unusable"
    """It said yes, with no key or with one that can't be opened. SecurityInfo may hold the new key."""
    UNREPAIRED = "unrepaired"
    """As `UNUSABLE`, and SecurityInfo had no other key either."""


UNCHECKED = frozenset({Verdict.ERROR, Verdict.UNUSABLE})
"""Verdicts that SecurityInfo may still show otherwise."""


CALLS_OVERTAKE = timedelta(seconds=5)
"""How much later than a webhook call that was made after it another may arrive, generously."""


@dataclass(frozen=True, slots=True)
class Command:
    """One rotation command of a deposit."""

    uuid: str
    state: CommandState
    created_at: datetime
    queued_at: datetime | None = None
    """When it was queued, or may have been: none where nothing of it was ever sent."""
    postponed_at: datetime | None = None
    """When, by the MDM server's clock, the Mac answered NotNow; none once it has come again since."""

    @property
    def postponed(self) -> bool:
        """The Mac put it off and has yet to come back for it: still queued, whatever is answered behind it."""
        return self.postponed_at is not None


def _may_run(command: Command) -> bool:
    return command.state in AT_THE_SERVER


def _is_unsent(command: Command) -> bool:
    return command.state is CommandState.NEW and command.queued_at is None


@dataclass(frozen=True, slots=True)
class Deposit:
    id: str
    kind: Kind
    state: State
    created_at: datetime
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    verdict: Verdict | None = None
    verdict_at: datetime | None = None
    answer_in_hand: bool = False
    """An acknowledgement is committed, sealed as it came, and waits to be opened."""
    key_kept: bool = True
    """Whether the key to send is still there; typed keys that settled nothing are erased after the policy's time."""
    commands: tuple[Command, ...] = ()
    version_id: str | None = None
    """Of a rotation: the kept key that stands for the typed one."""

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def at_the_server(self) -> bool:
        """Whether a command of it may still run at the Mac."""
        return any(map(_may_run, self.commands))

    @property
    def is_postponed(self) -> bool:
        """Whether the Mac answered NotNow, and has yet to come back for it."""
        return any(command.postponed and command.state in AT_THE_SERVER for command in self.commands)

    @property
    def never_reached_the_mac(self) -> bool:
        """Whether its key was surely not tried: nothing of it was ever queued or may be."""
        return all(command.state in {CommandState.REJECTED, CommandState.CLEARED} for command in self.commands)

    @property
    def may_have_rotated(self) -> bool:
        """Whether the Mac may have replaced its key for it, now or later, and the portal may never hear the new one."""
        in_doubt = any(_may_run(command) or command.state is CommandState.LOST for command in self.commands)
        return in_doubt or self.answer_in_hand or self.verdict in {Verdict.UNUSABLE, Verdict.UNREPAIRED}

    @property
    def step(self) -> Step | None:
        if not self.under_way:
            return None
        if self.verdict in {Verdict.UNUSABLE, Verdict.UNREPAIRED}:
            return Step.STORE
        return Step.ROTATE if self.answer_in_hand else Step.VERIFY


Line = tuple[Deposit, ...]
"""The deposits of one Mac, oldest first."""


# What the person does


def save(line: Line, deposit_id: str, kind: Kind, now: datetime, version_id: str | None = None) -> Line:
    """A new deposit joins the end of the line; `next_to_send` says when its turn has come."""
    joined = Deposit(id=deposit_id, kind=kind, state=State.RECEIVED, created_at=now, version_id=version_id)
    return (*line, joined)


def next_to_send(line: Line) -> Deposit | None:
    """The deposit that needs a (further) command now, if any: the oldest that waits.

    All wait while any command of the line may still run, while the Mac's no to one is being checked, and while an
    answer waits to be opened, which may settle them all. The newest is sent even where it timed out before its turn
    came: the person was told that it is not settled, and this settles it.
    """
    if any(deposit.at_the_server or _being_checked(deposit) for deposit in line):
        return None
    waiting = (deposit for deposit in line if deposit.under_way or deposit is line[-1])
    return next(filter(_can_be_sent, waiting), None)


def _can_be_sent(deposit: Deposit) -> bool:
    open_to_it = deposit.under_way or deposit.state is State.UNANSWERED
    return open_to_it and deposit.key_kept and deposit.never_reached_the_mac


def _being_checked(deposit: Deposit) -> bool:
    return deposit.answer_in_hand or (deposit.under_way and deposit.verdict in UNCHECKED)


def add_command(line: Line, deposit_id: str, uuid: str, now: datetime) -> Line:
    """A fresh UUID for a deposit; only for the one that `next_to_send` names. Commit it before sending."""
    due = next_to_send(line)
    if due is None or due.id != deposit_id:
        raise ValueError("a second rotation command must not join one that may still run")
    command = Command(uuid=uuid, state=CommandState.NEW, created_at=now)
    return _change(line, deposit_id, lambda one: replace(one, commands=(*one.commands, command)))


def may_be_sent_from(line: Line, command: Command) -> datetime:
    """When a command that was just made may go out at the earliest.

    Where an earlier one was only just taken for lost, its NotNow may still be on its way: each webhook call of
    NanoMDM comes from a thread of its own, and one may overtake another.
    """
    is_behind_a_lost_one = any(it.state is CommandState.LOST for one in line if _is_open(one) for it in one.commands)
    return command.created_at + CALLS_OVERTAKE if is_behind_a_lost_one else command.created_at


# What the MDM server says of a command


def delivered(line: Line, uuid: str, now: datetime) -> Line:
    """The command is queued at the MDM server (or was already)."""

    def queue(command: Command) -> Command:
        if command.state in NOT_SURELY_QUEUED:
            return replace(command, state=CommandState.QUEUED, queued_at=now)
        return command

    line = _change_command(line, uuid, queue)
    return _change(line, _deposit_of(line, uuid), lambda one: _as_sent(one, now))


def _as_sent(deposit: Deposit, now: datetime) -> Deposit:
    if deposit.state is State.RECEIVED:
        return replace(deposit, state=State.SENT, sent_at=now)
    if deposit.state is State.UNANSWERED and deposit.sent_at is None:
        # It timed out before its turn came; the Mac's answer is awaited from now on.
        return replace(deposit, state=State.SENT, sent_at=now, settled_at=None)
    return deposit


def delivery_unclear(line: Line, uuid: str, now: datetime) -> Line:
    """The command may be queued: it is about to be sent, or it was and there is no clear word of the outcome.

    Commit it before sending: should no word ever come, the same UUID is sent again.
    """

    def doubt(command: Command) -> Command:
        if command.state in NOT_SURELY_QUEUED:
            return replace(command, state=CommandState.UNCLEAR, queued_at=now)
        return command

    return _change_command(line, uuid, doubt)


def not_queued(line: Line, uuid: str) -> Line:
    """The only attempt so far to send the command came to nothing, and surely nothing of it is queued."""

    def undo(command: Command) -> Command:
        in_doubt = command.state is CommandState.UNCLEAR
        return replace(command, state=CommandState.NEW, queued_at=None) if in_doubt else command

    return _change_command(line, uuid, undo)


def rejected(line: Line, uuid: str, now: datetime) -> Line:
    """The MDM server does not know the Mac or refuses the command, and surely holds nothing of it."""

    def reject(command: Command) -> Command:
        if command.state in NOT_SURELY_QUEUED:
            return replace(command, state=CommandState.REJECTED)
        return command

    line = _change_command(line, uuid, reject)

    def give_up(deposit: Deposit) -> Deposit:
        undelivered = deposit.state in {State.RECEIVED, State.SENT, State.UNANSWERED}
        if undelivered and deposit.never_reached_the_mac and deposit.commands:
            return _settle(deposit, _failure(line, deposit, State.UNDELIVERABLE), now)
        return deposit

    return _change(line, _deposit_of(line, uuid), give_up)


def queue_cleared(line: Line, enrolled_at: datetime) -> Line:
    """A re-enrolment at `enrolled_at` emptied the Mac's queue: what was queued before will never run."""

    def clear(command: Command) -> Command:
        queued_before = command.queued_at is not None and command.queued_at <= enrolled_at
        return replace(command, state=CommandState.CLEARED) if _may_run(command) and queued_before else command

    return tuple(replace(one, commands=tuple(map(clear, one.commands))) for one in line)


# What the Mac says


def connected(line: Line, came_at: datetime) -> Line:
    """The Mac came: what it had postponed is handed out to it again, before any other command.

    `came_at` is the MDM server's time, since what the Mac answers in a session may be told before the session is.
    """

    def hand_out(command: Command) -> Command:
        put_off_before = command.postponed_at is not None and command.postponed_at < came_at
        return replace(command, postponed_at=None) if put_off_before else command

    return tuple(replace(one, commands=tuple(map(hand_out, one.commands))) for one in line)


def postponed(line: Line, uuid: str, said_at: datetime, now: datetime, enrolled_at: datetime | None = None) -> Line:
    """The Mac answered NotNow: it has the command and is asked again at its next connect.

    `said_at` is the MDM server's time, as in `connected`. What was said before the latest enrolment, at
    `enrolled_at`, tells nothing of the queue that there is now.
    """
    if enrolled_at is not None and said_at <= enrolled_at:
        return line
    if _state_of(line, uuid) is CommandState.LOST:
        line = _not_lost(line, uuid)

    def put_off(command: Command) -> Command:
        if command.state is not CommandState.QUEUED:
            return command
        return replace(command, postponed_at=max(command.postponed_at or said_at, said_at))

    return _change_command(delivered(line, uuid, now), uuid, put_off)


def _not_lost(line: Line, uuid: str) -> Line:
    """Its NotNow was overtaken by a later answer: it is queued, and what was to follow it waits again.

    What was sent meanwhile can't be withdrawn. Nothing joins the two of them.
    """
    line = tuple(replace(one, commands=tuple(map(_withdrawn, one.commands))) for one in line)
    return _change_command(line, uuid, lambda one: replace(one, state=CommandState.QUEUED))


def _withdrawn(command: Command) -> Command:
    return replace(command, state=CommandState.REJECTED) if _is_unsent(command) else command


def acknowledged(line: Line, uuid: str, now: datetime) -> Line:
    """The Mac has taken the command: an answer is in hand, not opened yet."""
    line = _answered(line, uuid, now)
    return _change(line, _deposit_of(line, uuid), lambda one: replace(one, answer_in_hand=True))


def key_opened(line: Line, uuid: str, now: datetime) -> Line:
    """The answer to this command carried a key, and it is sealed as a version. This settles the whole line."""
    line = _answered(line, uuid, now)
    return _stored(line, _deposit_of(line, uuid), now)


def unusable(line: Line, uuid: str, now: datetime) -> Line:
    """The answer to this command had no key, or none that can be opened; it is kept sealed as it came."""
    line = _answered(line, uuid, now)
    return _change(line, _deposit_of(line, uuid), lambda one: _with_verdict(one, Verdict.UNUSABLE, now))


def refused(line: Line, uuid: str, now: datetime) -> Line:
    """The Mac answered this command with an error. That is no verdict yet: `evidence` decides."""
    line = _answered(line, uuid, now)
    return _change(line, _deposit_of(line, uuid), lambda one: _with_verdict(one, Verdict.ERROR, now))


def _answered(line: Line, uuid: str, now: datetime) -> Line:
    """An answer proves that the command was queued, even where the MDM server's own word on it was lost."""
    line = delivered(line, uuid, now)
    return _change_command(line, uuid, lambda one: replace(one, state=CommandState.ANSWERED))


def _with_verdict(deposit: Deposit, verdict: Verdict, now: datetime) -> Deposit:
    is_news = _is_news(deposit, verdict)
    deposit = replace(deposit, answer_in_hand=False)
    if not is_news:
        return deposit
    if verdict is Verdict.UNUSABLE and deposit.state in {State.REFUSED, State.UNDELIVERABLE}:
        # A yes disproves a no, even where the new key can't be had.
        deposit = _settle(deposit, State.UNANSWERED, now)
    return replace(deposit, verdict=verdict, verdict_at=now)


def _is_news(deposit: Deposit, verdict: Verdict) -> bool:
    if verdict is Verdict.ERROR:
        # Behind an acknowledgement it is the same command handed out twice.
        return deposit.verdict is None and deposit.state not in {State.STORED, State.SUPERSEDED, State.REFUSED}
    return deposit.verdict in {None, Verdict.ERROR} and deposit.state is not State.STORED


def overtaken(line: Line, asked_at: datetime) -> Line:
    """The Mac answered another command, made at `asked_at`, so before that was queued.

    The MDM server hands commands out in order: a rotation queued before it and not answered by now was answered into
    the void.
    """

    def lose(command: Command) -> Command:
        queued_before = command.queued_at is not None and command.queued_at <= asked_at
        return replace(command, state=CommandState.LOST) if _may_be_lost(command) and queued_before else command

    return tuple(replace(one, commands=tuple(map(lose, one.commands))) for one in line)


def _may_be_lost(command: Command) -> bool:
    return command.state is CommandState.QUEUED and not command.postponed


def evidence(line: Line, asked_at: datetime, now: datetime, *, unknown_key: bool) -> Line:
    """SecurityInfo was answered; `unknown_key`: it held a key that was not escrowed yet.

    `asked_at` is when its command was made, so before it was queued. An unknown key means that the Mac rotated: the
    newest open deposit that the Mac can have acted on is stored. Without one, what the Mac said before stands.
    """
    if unknown_key:
        acted_on = [one for one in line if _is_open(one) and _may_have_rotated(one, asked_at)]
        if acted_on:
            return _stored(line, acted_on[-1].id, now)
    return tuple(_checked(line, one, asked_at, now) for one in line)


def _is_open(deposit: Deposit) -> bool:
    return deposit.under_way or deposit.state is State.UNANSWERED or deposit.verdict in UNCHECKED


def _may_have_rotated(deposit: Deposit, asked_at: datetime) -> bool:
    return any(one.queued_at is not None and one.queued_at <= asked_at for one in deposit.commands)


def _checked(line: Line, deposit: Deposit, asked_at: datetime, now: datetime) -> Deposit:
    """SecurityInfo was asked after the Mac's verdict, and showed nothing else."""
    if deposit.verdict not in UNCHECKED or deposit.verdict_at is None or deposit.verdict_at > asked_at:
        return deposit
    if deposit.verdict is Verdict.UNUSABLE:
        return replace(deposit, verdict=Verdict.UNREPAIRED)
    checked = replace(deposit, verdict=None, verdict_at=None)
    return checked if deposit.state is State.REFUSED else _settle(checked, _failure(line, deposit, State.REFUSED), now)


def _failure(line: Line, deposit: Deposit, failure: State) -> State:
    """What a deposit that changed nothing at the Mac ends as: behind one that was stored meanwhile, nothing failed."""
    older = line[: next(at for at, one in enumerate(line) if one.id == deposit.id)]
    stored_at = (one.settled_at for one in older if one.state is State.STORED)
    stored_meanwhile = any(moment is not None and moment >= deposit.created_at for moment in stored_at)
    return State.SUPERSEDED if stored_meanwhile else failure


# What time does


def time_passed(line: Line, now: datetime, timeout: timedelta) -> Line:
    """After the policy's time an error stands unless shown otherwise, and silence is called silence."""
    return tuple(_timed_out(line, one, now, timeout) for one in line)


def _timed_out(line: Line, deposit: Deposit, now: datetime, timeout: timedelta) -> Deposit:
    if not deposit.under_way or deposit.answer_in_hand or now < deadline(deposit, timeout):
        return deposit
    outcome = _failure(line, deposit, State.REFUSED) if deposit.verdict is Verdict.ERROR else State.UNANSWERED
    return _settle(deposit, outcome, now)


def deadline(deposit: Deposit, timeout: timedelta) -> datetime:
    """When a deposit that is under way times out: counted from the last thing known of it."""
    return (deposit.verdict_at or deposit.sent_at or deposit.created_at) + timeout


# What follows


def evidence_wanted_since(line: Line) -> datetime | None:
    """When SecurityInfo must have been asked at the earliest; None where nothing of this line needs it.

    It checks a no, repairs a yes without a key, and tells whether a command that nobody waits for any longer was
    answered into the void, so that it stands in no other's way.
    """
    unchecked = (one.verdict_at for one in line if one.verdict in UNCHECKED)
    forgotten = (it.queued_at for one in line if not one.under_way for it in one.commands if _may_be_lost(it))
    return max((moment for moment in (*unchecked, *forgotten) if moment is not None), default=None)


def replaced_meanwhile(line: Line, proven_id: str, now: datetime) -> Line:
    """The Mac has proven the key `proven_id`: what would rotate another one, and is not sent yet, is not sent.

    What such a rotation was for has been done: the key that it was to replace is replaced.
    """
    return tuple(_unsent(one, now) if _is_of_another_key(one, proven_id) else one for one in line)


def _is_of_another_key(deposit: Deposit, proven_id: str) -> bool:
    return deposit.kind is Kind.ROTATION and deposit.version_id != proven_id


def _unsent(rotation: Deposit, now: datetime) -> Deposit:
    rotation = replace(rotation, commands=tuple(map(_withdrawn, rotation.commands)))
    waits = rotation.under_way or rotation.state is State.UNANSWERED
    is_undecided = rotation.never_reached_the_mac and not _being_checked(rotation)
    return _settle(rotation, State.SUPERSEDED, now) if waits and is_undecided else rotation


def _stored(line: Line, deposit_id: str | None, now: datetime) -> Line:
    stored_at = next((at for at, one in enumerate(line) if one.id == deposit_id), None)
    if stored_at is None or line[stored_at].state is State.STORED:
        # Its answer came once more: what was saved since has nothing to do with it.
        return _change(line, deposit_id, lambda one: replace(one, answer_in_hand=False))
    return tuple(
        _settled_as_stored(one, now) if at == stored_at else _overtaken(one, newer=at > stored_at, now=now)
        for at, one in enumerate(line)
    )


def _settled_as_stored(deposit: Deposit, now: datetime) -> Deposit:
    return replace(_settle(deposit, State.STORED, now), verdict=None, verdict_at=None, answer_in_hand=False)


def _overtaken(deposit: Deposit, *, newer: bool, now: datetime) -> Deposit:
    """Another deposit was stored: one that the Mac has not confirmed has nothing left to tell the person.

    A newer one for which the Mac may have replaced its key once more has: until that is known, nobody reads "updated".
    """
    if newer and deposit.may_have_rotated:
        return deposit
    settled_by_it = deposit.under_way or deposit.state is State.UNANSWERED or (newer and deposit.state in FAILED)
    if not settled_by_it:
        return deposit
    superseded = _settle(deposit, State.SUPERSEDED, now)
    # An error has nothing left to show; the key behind a yes that could not be opened is still worth finding.
    return replace(superseded, verdict=None, verdict_at=None) if deposit.verdict is Verdict.ERROR else superseded


def _settle(deposit: Deposit, state: State, now: datetime) -> Deposit:
    return replace(deposit, state=state, settled_at=now)


def _change(line: Line, deposit_id: str | None, change: Callable[[Deposit], Deposit]) -> Line:
    return tuple(change(one) if one.id == deposit_id else one for one in line)


def _change_command(line: Line, uuid: str, change: Callable[[Command], Command]) -> Line:
    def in_deposit(deposit: Deposit) -> Deposit:
        commands = tuple(change(one) if one.uuid == uuid else one for one in deposit.commands)
        return replace(deposit, commands=commands)

    return tuple(map(in_deposit, line))


def _state_of(line: Line, uuid: str) -> CommandState | None:
    return next((command.state for one in line for command in one.commands if command.uuid == uuid), None)


def _deposit_of(line: Line, uuid: str) -> str | None:
    return next((one.id for one in line if any(command.uuid == uuid for command in one.commands)), None)


def changed(before: Line, after: Line) -> Iterable[Deposit]:
    """The deposits of `after` that `before` did not have in this form."""
    known = {one.id: one for one in before}
    return (one for one in after if known.get(one.id) != one)
