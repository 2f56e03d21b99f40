"""The deposit machine, case by case: what each word of the Mac, the MDM server and the clock does in each state.

What holds for whatever sequence of them is in `test_deposit_rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from sleutelkast.domain import deposit as machine
from sleutelkast.domain.deposit import Command, CommandState, Deposit, Kind, Line, State, Step, Verdict

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)
LATER = NOW + timedelta(hours=1)
TIMEOUT = timedelta(days=3)
UUID = "rotation"

RECEIVED, SENT, STORED, REFUSED = State.RECEIVED, State.SENT, State.STORED, State.REFUSED
UNANSWERED, SUPERSEDED, UNDELIVERABLE = State.UNANSWERED, State.SUPERSEDED, State.UNDELIVERABLE
NEW, UNCLEAR, QUEUED, ANSWERED = CommandState.NEW, CommandState.UNCLEAR, CommandState.QUEUED, CommandState.ANSWERED
REJECTED, CLEARED, LOST = CommandState.REJECTED, CommandState.CLEARED, CommandState.LOST

Happened = Callable[[Line], Line]


# What the person sees


@pytest.mark.parametrize(
    ("deposit", "step"),
    [
        pytest.param({"state": RECEIVED}, Step.VERIFY, id="received"),
        pytest.param({"state": SENT}, Step.VERIFY, id="sent"),
        pytest.param({"state": SENT, "verdict": Verdict.ERROR}, Step.VERIFY, id="a no that is being checked"),
        pytest.param({"state": SENT, "answer_in_hand": True}, Step.ROTATE, id="an answer is in hand"),
        pytest.param({"state": SENT, "verdict": Verdict.UNUSABLE}, Step.STORE, id="a yes that is being repaired"),
        pytest.param({"state": SENT, "verdict": Verdict.UNREPAIRED}, Step.STORE, id="a yes that was not repaired"),
        *(pytest.param({"state": state}, None, id=state) for state in sorted(set(State) - machine.UNDER_WAY)),
    ],
)
def test_the_step_that_the_progress_shows(deposit: dict[str, Any], step: Step | None) -> None:
    assert one(**deposit).step == step


# Whose turn it is


def test_a_saved_deposit_is_received_and_its_turn_comes_at_once() -> None:
    line = machine.save((), "first", Kind.DEPOSIT, NOW)
    assert [(it.id, it.state) for it in line] == [("first", RECEIVED)]
    assert machine.next_to_send(line) == line[0]


def test_a_rotation_is_bound_to_the_key_that_stands_for_the_typed_one() -> None:
    (rotation,) = machine.save((), "first", Kind.ROTATION, NOW, "present key")
    assert (rotation.kind, rotation.version_id) == (Kind.ROTATION, "present key")


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        pytest.param({}, SUPERSEDED, id="its turn has not come"),
        pytest.param({"command": NEW}, SUPERSEDED, id="about to be sent"),
        pytest.param({"command": CLEARED, "state": SENT}, SUPERSEDED, id="to be sent again after an enrolment"),
        pytest.param({"state": UNANSWERED}, SUPERSEDED, id="timed out before its turn came"),
        pytest.param({"command": UNCLEAR}, RECEIVED, id="it may be queued: the Mac's word counts"),
        pytest.param({"command": QUEUED, "state": SENT}, SENT, id="it is queued"),
        pytest.param({"command": REJECTED, "state": UNDELIVERABLE}, UNDELIVERABLE, id="it was told of already"),
        pytest.param({"command": ANSWERED, "state": STORED}, STORED, id="it made the new key itself"),
        pytest.param({"command": CLEARED, "state": SENT, "answer_in_hand": True}, SENT, id="an answer is in hand"),
    ],
)
def test_a_rotation_of_a_key_that_was_replaced_meanwhile_is_not_sent(waiting: dict[str, Any], expected: State) -> None:
    rotation = replace(one(**waiting), kind=Kind.ROTATION, version_id="old")
    (after,) = machine.replaced_meanwhile((rotation,), "new", NOW)
    assert after.state is expected
    assert not any(it.state is NEW for it in after.commands)
    assert machine.replaced_meanwhile((rotation,), "old", NOW) == (rotation,)


def test_a_typed_key_is_sent_whatever_was_proven_meanwhile() -> None:
    line = (one(command=NEW),)
    assert machine.replaced_meanwhile(line, "new", NOW) == line


def test_an_empty_line_has_nothing_to_send() -> None:
    assert machine.next_to_send(()) is None


@pytest.mark.parametrize(
    "older",
    [
        pytest.param({"state": RECEIVED, "command": NEW}, id="its command is about to be sent"),
        pytest.param({"state": RECEIVED, "command": UNCLEAR}, id="its command may be queued"),
        pytest.param({"state": SENT, "command": QUEUED}, id="its command is queued"),
        pytest.param({"state": UNANSWERED, "command": QUEUED}, id="it timed out, yet its command may still run"),
        pytest.param({"state": STORED, "command": QUEUED}, id="it is stored, yet its command may still run"),
        pytest.param({"state": SENT, "command": ANSWERED, "answer_in_hand": True}, id="its answer is in hand"),
        pytest.param(
            {"state": UNANSWERED, "command": ANSWERED, "answer_in_hand": True}, id="it came late, and is in hand"
        ),
        pytest.param({"state": SENT, "command": ANSWERED, "verdict": Verdict.ERROR}, id="a no is being checked"),
        pytest.param({"state": SENT, "command": ANSWERED, "verdict": Verdict.UNUSABLE}, id="a yes is being repaired"),
    ],
)
def test_a_newer_deposit_waits_while(older: dict[str, Any]) -> None:
    assert machine.next_to_send((one("older", **older), one("newer"))) is None


@pytest.mark.parametrize(
    "older",
    [
        pytest.param({"state": REFUSED, "command": ANSWERED}, id="refused"),
        pytest.param({"state": UNDELIVERABLE, "command": REJECTED}, id="undeliverable"),
        pytest.param({"state": STORED, "command": ANSWERED}, id="stored before"),
        pytest.param({"state": UNANSWERED, "command": LOST}, id="answered into the void"),
        pytest.param(
            {"state": SENT, "command": ANSWERED, "verdict": Verdict.UNREPAIRED}, id="a yes that can't be repaired"
        ),
        pytest.param({"state": UNANSWERED, "command": CLEARED}, id="timed out, and cleared by a re-enrolment"),
    ],
)
def test_the_newer_one_is_sent_once_the_older_is(older: dict[str, Any]) -> None:
    due = machine.next_to_send((one("older", **older), one("newer")))
    assert due is not None
    assert due.id == "newer"


@pytest.mark.parametrize(
    ("newest", "is_due"),
    [
        pytest.param({"state": UNANSWERED}, True, id="timed out before its turn came"),
        pytest.param({"state": UNANSWERED, "command": CLEARED}, True, id="timed out, and cleared by a re-enrolment"),
        pytest.param({"state": UNANSWERED, "key_kept": False}, False, id="its key was erased"),
        pytest.param({"state": UNANSWERED, "command": ANSWERED}, False, id="the Mac has tried it"),
        pytest.param({"state": UNANSWERED, "command": LOST}, False, id="the Mac may have tried it"),
        pytest.param({"state": REFUSED}, False, id="refused"),
        pytest.param({"state": UNDELIVERABLE, "command": REJECTED}, False, id="undeliverable"),
        pytest.param({"state": SUPERSEDED}, False, id="superseded"),
        pytest.param({"state": SENT, "command": CLEARED}, True, id="cleared by a re-enrolment"),
        pytest.param({"state": SENT, "command": REJECTED}, True, id="the server surely holds nothing"),
    ],
)
def test_the_newest_deposit_is_sent_again_where(newest: dict[str, Any], is_due: bool) -> None:
    line = (one(**newest),)
    assert machine.next_to_send(line) == (line[0] if is_due else None)


def test_of_those_that_timed_out_waiting_only_the_newest_is_sent() -> None:
    line = (one("older", state=UNANSWERED), one("newer", state=UNANSWERED))
    assert machine.next_to_send(line) == line[1]


def test_a_fresh_uuid_is_refused_where_a_command_may_still_run() -> None:
    with pytest.raises(ValueError, match="must not join"):
        machine.add_command((one("older", state=SENT, command=QUEUED), one("newer")), "newer", "fresh", NOW)


def test_a_fresh_uuid_is_for_the_one_whose_turn_it_is() -> None:
    with pytest.raises(ValueError, match="must not join"):
        machine.add_command((one("older"), one("newer")), "newer", "fresh", NOW)


# What the MDM server says


@pytest.mark.parametrize(
    ("happened", "before", "after"),
    [
        pytest.param("delivered", (RECEIVED, NEW), (SENT, QUEUED), id="queued"),
        pytest.param("delivered", (RECEIVED, UNCLEAR), (SENT, QUEUED), id="a duplicate: it was queued before"),
        pytest.param("delivered", (SENT, QUEUED), (SENT, QUEUED), id="queued, said twice"),
        pytest.param("delivered", (SENT, ANSWERED), (SENT, ANSWERED), id="said after the Mac's answer"),
        pytest.param("delivered", (STORED, ANSWERED), (STORED, ANSWERED), id="said after it is stored"),
        pytest.param("delivered", (UNANSWERED, UNCLEAR), (SENT, QUEUED), id="at last, after it timed out unsent"),
        pytest.param("delivered", (SENT, CLEARED), (SENT, CLEARED), id="said after a re-enrolment cleared it"),
        pytest.param("delivery_unclear", (RECEIVED, NEW), (RECEIVED, UNCLEAR), id="no clear word"),
        pytest.param("delivery_unclear", (SENT, QUEUED), (SENT, QUEUED), id="no clear word after a clear one"),
        pytest.param("not_queued", (RECEIVED, UNCLEAR), (RECEIVED, NEW), id="nothing was queued by the only attempt"),
        pytest.param("not_queued", (SENT, ANSWERED), (SENT, ANSWERED), id="not queued, yet answered"),
        pytest.param("rejected", (RECEIVED, NEW), (UNDELIVERABLE, REJECTED), id="the Mac is not known"),
        pytest.param("rejected", (RECEIVED, UNCLEAR), (UNDELIVERABLE, REJECTED), id="not known any more"),
        pytest.param("rejected", (UNANSWERED, UNCLEAR), (UNDELIVERABLE, REJECTED), id="not known, after it timed out"),
        pytest.param("rejected", (SENT, QUEUED), (SENT, QUEUED), id="rejected late: an earlier attempt queued it"),
        pytest.param("rejected", (SENT, ANSWERED), (SENT, ANSWERED), id="rejected, yet answered"),
        pytest.param("rejected", (STORED, ANSWERED), (STORED, ANSWERED), id="rejected, yet stored"),
    ],
)
def test_the_mdm_servers_word(
    happened: str, before: tuple[State, CommandState], after: tuple[State, CommandState]
) -> None:
    words: dict[str, Happened] = {
        "delivered": lambda line: machine.delivered(line, UUID, NOW),
        "delivery_unclear": lambda line: machine.delivery_unclear(line, UUID, NOW),
        "not_queued": lambda line: machine.not_queued(line, UUID),
        "rejected": lambda line: machine.rejected(line, UUID, NOW),
    }
    assert shown(words[happened](line_of(*before))) == after


def test_from_the_moment_that_a_command_is_sent_it_may_be_queued() -> None:
    line = machine.delivery_unclear(line_of(RECEIVED, NEW), UUID, NOW)
    assert line[0].commands[0].queued_at == NOW
    assert machine.not_queued(line, UUID)[0].commands[0].queued_at is None


def test_a_deposit_that_was_tried_before_is_not_undeliverable() -> None:
    tried = one(state=SENT, commands=(command(ANSWERED, uuid="first"), command(NEW)))
    assert machine.rejected((tried,), UUID, NOW)[0].state is SENT


@pytest.mark.parametrize(
    ("state", "queued_at", "after"),
    [
        pytest.param(QUEUED, EARLIER, CLEARED, id="queued before"),
        pytest.param(QUEUED, NOW, CLEARED, id="queued at that moment"),
        pytest.param(QUEUED, LATER, QUEUED, id="queued since"),
        pytest.param(UNCLEAR, EARLIER, CLEARED, id="perhaps queued before"),
        pytest.param(UNCLEAR, LATER, UNCLEAR, id="perhaps queued since"),
        pytest.param(NEW, None, NEW, id="never sent"),
        pytest.param(ANSWERED, EARLIER, ANSWERED, id="answered"),
        pytest.param(REJECTED, None, REJECTED, id="never queued"),
    ],
)
def test_a_re_enrolment_clears_what_was_queued_before_it(
    state: CommandState, queued_at: datetime | None, after: CommandState
) -> None:
    line = (one(state=SENT, commands=(command(state, queued_at=queued_at),)),)
    assert shown(machine.queue_cleared(line, enrolled_at=NOW)) == (SENT, after)


def test_a_pending_command_is_sent_again_under_a_fresh_uuid_after_a_re_enrolment() -> None:
    line = machine.queue_cleared(line_of(SENT, QUEUED), enrolled_at=NOW)
    line = machine.add_command(line, "deposit", "fresh", NOW)
    assert [it.state for it in line[0].commands] == [CLEARED, NEW]


# What the Mac says


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("known", [NEW, UNCLEAR, QUEUED, ANSWERED, REJECTED, CLEARED, LOST])
def test_a_key_that_opens_is_stored_in_whatever_state(state: State, known: CommandState) -> None:
    line = machine.key_opened(line_of(state, known), UUID, NOW)
    assert shown(line) == (STORED, ANSWERED)
    assert (line[0].verdict, line[0].answer_in_hand) == (None, False)


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        pytest.param(RECEIVED, None, (SENT, Verdict.ERROR), id="faster than the MDM server's own word"),
        pytest.param(SENT, None, (SENT, Verdict.ERROR), id="sent: it is no verdict yet"),
        pytest.param(SENT, Verdict.ERROR, (SENT, Verdict.ERROR), id="said twice"),
        pytest.param(SENT, Verdict.UNUSABLE, (SENT, Verdict.UNUSABLE), id="behind a yes: it was asked twice"),
        pytest.param(SENT, Verdict.UNREPAIRED, (SENT, Verdict.UNREPAIRED), id="behind a yes that was checked"),
        pytest.param(UNANSWERED, None, (UNANSWERED, Verdict.ERROR), id="unanswered: late"),
        pytest.param(UNDELIVERABLE, None, (UNDELIVERABLE, Verdict.ERROR), id="undeliverable, yet delivered"),
        pytest.param(REFUSED, None, (REFUSED, None), id="refused: nothing new"),
        pytest.param(STORED, None, (STORED, None), id="stored absorbs it"),
        pytest.param(SUPERSEDED, None, (SUPERSEDED, None), id="behind a stored one it is never refused"),
    ],
)
def test_an_error(state: State, verdict: Verdict | None, after: tuple[State, Verdict | None]) -> None:
    line = (one(state=state, verdict=verdict, verdict_at=EARLIER if verdict else None, command=QUEUED),)
    refused = machine.refused(line, UUID, NOW)[0]
    assert (refused.state, refused.verdict) == after


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        pytest.param(SENT, None, (SENT, Verdict.UNUSABLE), id="sent"),
        pytest.param(SENT, Verdict.ERROR, (SENT, Verdict.UNUSABLE), id="behind a no: the yes counts"),
        pytest.param(SENT, Verdict.UNREPAIRED, (SENT, Verdict.UNREPAIRED), id="said again after it was checked"),
        pytest.param(UNANSWERED, None, (UNANSWERED, Verdict.UNUSABLE), id="unanswered: late"),
        pytest.param(REFUSED, None, (UNANSWERED, Verdict.UNUSABLE), id="it disproves a refusal"),
        pytest.param(UNDELIVERABLE, None, (UNANSWERED, Verdict.UNUSABLE), id="undeliverable, yet done"),
        pytest.param(STORED, None, (STORED, None), id="stored absorbs it"),
        pytest.param(SUPERSEDED, None, (SUPERSEDED, Verdict.UNUSABLE), id="superseded: its key is worth finding"),
    ],
)
def test_a_yes_without_a_key_that_opens(
    state: State, verdict: Verdict | None, after: tuple[State, Verdict | None]
) -> None:
    line = (one(state=state, verdict=verdict, verdict_at=EARLIER if verdict else None, command=QUEUED),)
    in_hand = machine.acknowledged(line, UUID, NOW)
    assert in_hand[0].answer_in_hand
    unusable = machine.unusable(in_hand, UUID, NOW)[0]
    assert (unusable.state, unusable.verdict, unusable.answer_in_hand) == (*after, False)


@pytest.mark.parametrize(
    ("known", "after"),
    [
        pytest.param(NEW, (QUEUED, True), id="faster than the MDM server's own word"),
        pytest.param(QUEUED, (QUEUED, True), id="queued"),
        pytest.param(LOST, (QUEUED, True), id="thought lost: it is not"),
        pytest.param(ANSWERED, (ANSWERED, False), id="answered since"),
        pytest.param(CLEARED, (CLEARED, False), id="cleared since"),
    ],
)
def test_not_now_leaves_the_command_queued(known: CommandState, after: tuple[CommandState, bool]) -> None:
    put_off = machine.postponed(line_of(SENT, known), UUID, EARLIER, NOW)[0].commands[0]
    assert (put_off.state, put_off.postponed) == after


def test_not_now_of_one_that_was_thought_lost_holds_back_what_was_to_follow_it() -> None:
    older, newer = (
        one("older", state=SENT, command=LOST),
        one("newer", commands=(command(NEW, uuid="next", queued_at=None),)),
    )
    line = machine.postponed((older, newer), UUID, EARLIER, NOW)
    assert [shown((deposit,)) for deposit in line] == [(SENT, QUEUED), (RECEIVED, REJECTED)]
    assert machine.next_to_send(line) is None
    answered = machine.evidence(machine.refused(line, UUID, NOW), asked_at=LATER, now=LATER, unknown_key=False)
    assert machine.next_to_send(answered) == answered[1]


def test_not_now_of_one_that_was_thought_lost_leaves_alone_what_went_out_meanwhile() -> None:
    older, newer = (
        one("older", state=SENT, command=LOST),
        one("newer", state=SENT, commands=(command(QUEUED, uuid="next"),)),
    )
    line = machine.postponed((older, newer), UUID, EARLIER, NOW)
    assert [shown((deposit,)) for deposit in line] == [(SENT, QUEUED), (SENT, QUEUED)]


@pytest.mark.parametrize("said_at", [EARLIER, NOW], ids=["before", "at once"])
@pytest.mark.parametrize("known", [QUEUED, LOST])
def test_not_now_from_before_a_re_enrolment_tells_nothing(known: CommandState, said_at: datetime) -> None:
    line = line_of(SENT, known)
    assert machine.postponed(line, UUID, said_at, LATER, enrolled_at=NOW) == line


@pytest.mark.parametrize(
    ("older", "pause"),
    [
        pytest.param({"state": SENT, "command": LOST}, machine.CALLS_OVERTAKE, id="just taken for lost"),
        pytest.param({"state": STORED, "command": LOST}, timedelta(0), id="settled since"),
        pytest.param({"state": SENT, "command": CLEARED}, timedelta(0), id="surely not queued"),
    ],
)
def test_what_follows_a_command_that_was_taken_for_lost_leaves_its_not_now_time_to_come(
    older: dict[str, Any], pause: timedelta
) -> None:
    fresh = command(NEW, uuid="next", queued_at=None)
    line = (one("older", **older), one("newer", commands=(fresh,)))
    assert machine.may_be_sent_from(line, fresh) == fresh.created_at + pause


def test_what_was_postponed_is_handed_out_again_when_the_mac_comes() -> None:
    line = machine.connected(machine.postponed(line_of(SENT, QUEUED), UUID, NOW, LATER), came_at=LATER)
    assert line[0].commands[0] == command(QUEUED)


def test_what_was_postponed_in_a_session_stays_so_when_its_beginning_is_heard_of_late() -> None:
    put_off = machine.postponed(line_of(SENT, QUEUED), UUID, NOW, LATER)
    assert machine.connected(put_off, came_at=EARLIER) == put_off


def test_of_two_times_that_it_was_postponed_the_later_one_counts() -> None:
    twice = machine.postponed(machine.postponed(line_of(SENT, QUEUED), UUID, LATER, LATER), UUID, EARLIER, LATER)
    assert machine.connected(twice, came_at=NOW)[0].is_postponed


@pytest.mark.parametrize(
    ("known", "queued_at", "after"),
    [
        pytest.param({"state": QUEUED}, EARLIER, LOST, id="queued before it, and not answered"),
        pytest.param({"state": QUEUED}, LATER, QUEUED, id="queued behind it"),
        pytest.param({"state": QUEUED, "postponed_at": EARLIER}, EARLIER, QUEUED, id="postponed in this session"),
        pytest.param({"state": UNCLEAR}, EARLIER, UNCLEAR, id="perhaps not queued at all"),
        pytest.param({"state": ANSWERED}, EARLIER, ANSWERED, id="answered"),
    ],
)
def test_an_answer_to_a_later_command_shows_that_an_earlier_ones_was_lost(
    known: dict[str, Any], queued_at: datetime, after: CommandState
) -> None:
    line = (one(state=SENT, commands=(replace(command(QUEUED, queued_at=queued_at), **known),)),)
    assert shown(machine.overtaken(line, asked_at=NOW)) == (SENT, after)


# What SecurityInfo shows


@pytest.mark.parametrize(
    ("deposit", "after"),
    [
        pytest.param({"state": SENT, "verdict": Verdict.ERROR}, (REFUSED, None), id="a no stands"),
        pytest.param({"state": UNANSWERED, "verdict": Verdict.ERROR}, (REFUSED, None), id="a late no stands"),
        pytest.param({"state": UNDELIVERABLE, "verdict": Verdict.ERROR}, (REFUSED, None), id="delivered after all"),
        pytest.param({"state": REFUSED, "verdict": Verdict.ERROR}, (REFUSED, None), id="refused by time, now checked"),
        pytest.param(
            {"state": SENT, "verdict": Verdict.UNUSABLE}, (SENT, Verdict.UNREPAIRED), id="a yes is not repaired"
        ),
        pytest.param({"state": SENT}, (SENT, None), id="nothing was said yet"),
        pytest.param({"state": STORED}, (STORED, None), id="stored"),
    ],
)
def test_no_unknown_key(deposit: dict[str, Any], after: tuple[State, Verdict | None]) -> None:
    line = (one(**deposit, verdict_at=EARLIER, command=ANSWERED),)
    checked = machine.evidence(line, asked_at=NOW, now=LATER, unknown_key=False)[0]
    assert (checked.state, checked.verdict) == after


def test_what_was_asked_before_the_mac_said_no_settles_nothing() -> None:
    line = (one(state=SENT, verdict=Verdict.ERROR, verdict_at=NOW, command=ANSWERED),)
    assert machine.evidence(line, asked_at=EARLIER, now=LATER, unknown_key=False) == line


@pytest.mark.parametrize(
    ("deposit", "after"),
    [
        pytest.param({"state": SENT, "verdict": Verdict.ERROR}, STORED, id="it rotated, and was asked twice"),
        pytest.param({"state": SENT, "verdict": Verdict.UNUSABLE}, STORED, id="a yes is repaired"),
        pytest.param({"state": SENT}, STORED, id="the answer was lost"),
        pytest.param({"state": UNANSWERED}, STORED, id="unanswered"),
        pytest.param({"state": REFUSED, "verdict": Verdict.ERROR}, STORED, id="refused by time"),
        pytest.param({"state": SUPERSEDED, "verdict": Verdict.UNUSABLE}, STORED, id="superseded, with a yes"),
        pytest.param({"state": REFUSED}, REFUSED, id="refused and checked before: a key made by hand since"),
        pytest.param({"state": SUPERSEDED}, SUPERSEDED, id="superseded, with nothing open"),
        pytest.param({"state": STORED}, STORED, id="stored"),
    ],
)
def test_an_unknown_key_means_that_the_mac_rotated(deposit: dict[str, Any], after: State) -> None:
    line = (one(**deposit, verdict_at=EARLIER, command=ANSWERED),)
    assert machine.evidence(line, asked_at=NOW, now=LATER, unknown_key=True)[0].state is after


def test_an_unknown_key_says_nothing_of_a_command_that_was_queued_later() -> None:
    line = (one(state=SENT, commands=(command(QUEUED, queued_at=LATER),)),)
    assert machine.evidence(line, asked_at=NOW, now=LATER, unknown_key=True) == line


def test_of_several_open_deposits_the_newest_that_was_sent_is_stored() -> None:
    line = (
        one("oldest", state=UNANSWERED, command=LOST),
        one("newer", state=SENT, commands=(command(QUEUED, uuid="second"),)),
        one("waiting"),
    )
    stored = machine.evidence(line, asked_at=NOW, now=LATER, unknown_key=True)
    assert [it.state for it in stored] == [SUPERSEDED, STORED, SUPERSEDED]


@pytest.mark.parametrize(
    ("line", "since"),
    [
        pytest.param([{"state": SENT, "command": QUEUED}], None, id="the Mac has time"),
        pytest.param([{"state": SENT, "verdict": Verdict.ERROR, "command": ANSWERED}], EARLIER, id="a no to check"),
        pytest.param(
            [{"state": SENT, "verdict": Verdict.UNUSABLE, "command": ANSWERED}], EARLIER, id="a yes to repair"
        ),
        pytest.param(
            [{"state": SENT, "verdict": Verdict.UNREPAIRED, "command": ANSWERED}], None, id="never asked twice for it"
        ),
        pytest.param([{"state": UNANSWERED, "command": QUEUED}], EARLIER, id="silence"),
        pytest.param([{"state": UNANSWERED, "command": LOST}], None, id="silence that is explained"),
        pytest.param([{"state": UNANSWERED}], None, id="silence where nothing was sent"),
        pytest.param([{"state": STORED, "command": QUEUED}, {"state": RECEIVED}], EARLIER, id="in another's way"),
        pytest.param([{"state": STORED, "command": ANSWERED}], None, id="stored"),
        pytest.param([{"state": REFUSED, "command": ANSWERED}], None, id="refused and checked"),
    ],
)
def test_when_security_info_is_wanted(line: list[dict[str, Any]], since: datetime | None) -> None:
    deposits = tuple(one(str(at), **it, verdict_at=EARLIER) for at, it in enumerate(line))
    assert machine.evidence_wanted_since(deposits) == since


def test_it_is_not_wanted_for_what_the_mac_postponed() -> None:
    line = machine.postponed(line_of(UNANSWERED, QUEUED), UUID, NOW, NOW)
    assert machine.evidence_wanted_since(line) is None
    assert machine.evidence_wanted_since(machine.connected(line, came_at=LATER)) == EARLIER


# What becomes of the others once one is stored


@pytest.mark.parametrize(
    ("state", "older", "newer"),
    [
        pytest.param(RECEIVED, SUPERSEDED, SUPERSEDED, id="received"),
        pytest.param(SENT, SUPERSEDED, SUPERSEDED, id="sent"),
        pytest.param(UNANSWERED, SUPERSEDED, SUPERSEDED, id="unanswered"),
        pytest.param(REFUSED, REFUSED, SUPERSEDED, id="refused"),
        pytest.param(UNDELIVERABLE, UNDELIVERABLE, SUPERSEDED, id="undeliverable"),
        pytest.param(SUPERSEDED, SUPERSEDED, SUPERSEDED, id="superseded"),
        pytest.param(STORED, STORED, STORED, id="stored"),
    ],
)
def test_a_stored_deposit_settles_the_others(state: State, older: State, newer: State) -> None:
    stored = one("stored", state=SENT, command=QUEUED)
    line = machine.key_opened((one("older", state=state), stored, one("newer", state=state)), UUID, NOW)
    assert [it.state for it in line] == [older, STORED, newer]


MAY_HAVE_ROTATED: list[Any] = [
    pytest.param({"state": RECEIVED, "command": NEW}, id="about to be sent"),
    pytest.param({"state": SENT, "command": QUEUED}, id="at the Mac"),
    pytest.param({"state": RECEIVED, "command": UNCLEAR}, id="perhaps at the Mac"),
    pytest.param({"state": UNANSWERED, "command": LOST}, id="answered into the void"),
    pytest.param({"state": SENT, "command": ANSWERED, "answer_in_hand": True}, id="its answer not opened yet"),
    pytest.param({"state": SENT, "command": ANSWERED, "verdict": Verdict.UNUSABLE}, id="a yes, no key"),
    pytest.param({"state": UNANSWERED, "command": ANSWERED, "verdict": Verdict.UNREPAIRED}, id="a yes, not repaired"),
]


@pytest.mark.parametrize("newer", MAY_HAVE_ROTATED)
def test_nobody_reads_updated_while_the_mac_may_have_replaced_its_key_once_more(newer: dict[str, Any]) -> None:
    """The answer to the older one came late: what the newer one has done to the Mac, it does not tell."""
    line = behind_a_late_answer(one("newer", **newer))
    assert [it.state for it in line] == [STORED, newer["state"]]


@pytest.mark.parametrize("state", [CLEARED, REJECTED])
def test_a_newer_one_that_never_reached_the_mac_is_settled_by_a_late_answer(state: CommandState) -> None:
    line = behind_a_late_answer(one("newer", state=SENT, command=state))
    assert [it.state for it in line] == [STORED, SUPERSEDED]


def test_a_no_behind_a_late_answer_is_no_failure() -> None:
    """The Mac has the key that is kept: the newer one changed nothing."""
    newer = one("newer", state=SENT, commands=(command(QUEUED, uuid="second"),))
    line = machine.refused(behind_a_late_answer(newer), "second", NOW)
    checked = machine.evidence(line, asked_at=LATER, now=LATER, unknown_key=False)
    timed_out = machine.time_passed(line, LATER + TIMEOUT, TIMEOUT)
    assert [[it.state for it in after] for after in (checked, timed_out)] == [[STORED, SUPERSEDED]] * 2


def test_a_rejection_behind_a_late_answer_is_no_failure() -> None:
    newer = one("newer", commands=(command(UNCLEAR, uuid="second"),))
    line = machine.rejected(behind_a_late_answer(newer), "second", NOW)
    assert [it.state for it in line] == [STORED, SUPERSEDED]


def test_silence_behind_a_late_answer_is_called_silence() -> None:
    newer = one("newer", state=SENT, sent_at=NOW, commands=(command(QUEUED, uuid="second"),))
    line = machine.time_passed(behind_a_late_answer(newer), NOW + TIMEOUT, TIMEOUT)
    assert [it.state for it in line] == [STORED, UNANSWERED]


def test_a_no_behind_one_that_was_stored_before_is_a_failure() -> None:
    stored = one("older", state=STORED, settled_at=EARLIER)
    newer = one("newer", state=SENT, verdict=Verdict.ERROR, verdict_at=EARLIER, commands=(command(ANSWERED),))
    line = machine.evidence((stored, newer), asked_at=NOW, now=LATER, unknown_key=False)
    assert [it.state for it in line] == [STORED, REFUSED]


def behind_a_late_answer(newer: Deposit) -> Line:
    """The line once the answer to an older deposit has come, which was taken for lost."""
    older = one("older", state=UNANSWERED, commands=(command(LOST, uuid="late"),))
    return machine.key_opened((older, newer), "late", NOW)


def test_the_same_answer_once_more_touches_nothing_that_was_saved_since() -> None:
    line = machine.key_opened(line_of(SENT, QUEUED), UUID, NOW)
    line = (*line, one("refused since", state=REFUSED), one("saved since"))
    assert machine.key_opened(machine.acknowledged(line, UUID, LATER), UUID, LATER) == line


def test_what_is_superseded_waits_for_no_check_of_its_error() -> None:
    other = one("other", state=SENT, verdict=Verdict.ERROR, verdict_at=NOW)
    line = machine.key_opened((*line_of(SENT, QUEUED), other), UUID, NOW)
    assert machine.evidence_wanted_since(line) is None


def test_a_report_on_a_command_of_no_deposit_changes_nothing() -> None:
    line = line_of(SENT, QUEUED)
    not_now = partial(machine.postponed, said_at=NOW)
    for say in (machine.acknowledged, machine.key_opened, machine.unusable, machine.refused, not_now):
        assert say(line, "of nobody", now=NOW) == line


# What time does


@pytest.mark.parametrize(
    ("deposit", "after"),
    [
        pytest.param({"state": RECEIVED}, UNANSWERED, id="its turn never came"),
        pytest.param({"state": SENT, "sent_at": NOW, "command": QUEUED}, UNANSWERED, id="silence"),
        pytest.param({"state": SENT, "verdict": Verdict.ERROR, "verdict_at": NOW}, REFUSED, id="a no stands"),
        pytest.param({"state": SENT, "verdict": Verdict.UNUSABLE, "verdict_at": NOW}, UNANSWERED, id="a yes, no key"),
        pytest.param(
            {"state": SENT, "verdict": Verdict.UNREPAIRED, "verdict_at": NOW}, UNANSWERED, id="a yes, not repaired"
        ),
        pytest.param({"state": SENT, "answer_in_hand": True}, SENT, id="an answer is in hand, and will be opened"),
        pytest.param({"state": STORED}, STORED, id="stored"),
        pytest.param({"state": SUPERSEDED}, SUPERSEDED, id="superseded"),
        pytest.param({"state": UNDELIVERABLE}, UNDELIVERABLE, id="undeliverable"),
    ],
)
def test_after_the_policys_time(deposit: dict[str, Any], after: State) -> None:
    line = (one(**deposit),)
    assert machine.time_passed(line, NOW + TIMEOUT, TIMEOUT)[0].state is after
    assert machine.time_passed(line, NOW + TIMEOUT - timedelta(microseconds=1), TIMEOUT) == line


@pytest.mark.parametrize(
    ("deposit", "counted_from"),
    [
        pytest.param({"state": RECEIVED}, NOW, id="from when it was saved"),
        pytest.param({"state": SENT, "sent_at": LATER}, LATER, id="from when it was sent"),
        pytest.param(
            {"state": SENT, "sent_at": NOW, "verdict": Verdict.ERROR, "verdict_at": LATER}, LATER, id="from the verdict"
        ),
    ],
)
def test_the_time_counts(deposit: dict[str, Any], counted_from: datetime) -> None:
    assert machine.deadline(one(**deposit), TIMEOUT) == counted_from + TIMEOUT


def test_what_changed_between_two_lines() -> None:
    before = (one("same"), one("changed"))
    after = (*machine.time_passed(before, NOW, TIMEOUT)[:1], replace(before[1], state=SENT), one("new"))
    assert [it.id for it in machine.changed(before, after)] == ["changed", "new"]


def one(deposit_id: str = "deposit", *, command: CommandState | None = None, **fields: Any) -> Deposit:
    """A deposit, with one rotation in this state where `command` is given."""
    if command is not None:
        fields["commands"] = (_rotation(command),)
        fields.setdefault("sent_at", None if command in _NEVER_SURELY_SENT else EARLIER)
    return Deposit(deposit_id, Kind.DEPOSIT, created_at=NOW, **{"state": RECEIVED, **fields})


_NEVER_SURELY_SENT = {NEW, UNCLEAR, REJECTED}


def _rotation(state: CommandState, uuid: str = UUID, queued_at: datetime | None = None) -> Command:
    """Queued an hour ago, unless nothing of it was ever sent."""
    never_sent = state in {NEW, REJECTED}
    return Command(uuid, state, EARLIER, queued_at or (None if never_sent else EARLIER))


command = _rotation


def line_of(state: State, known: CommandState) -> Line:
    return (one(state=state, command=known),)


def shown(line: Line) -> tuple[State, CommandState]:
    """The state of the only deposit, and of its latest command."""
    return line[0].state, line[0].commands[-1].state
