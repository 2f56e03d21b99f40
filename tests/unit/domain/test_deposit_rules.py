"""The rules of portal.md for deposits, as invariants: whatever repeats, gets lost, comes late or out of order.

Hypothesis plays the people, the portal's background work, the network, the MDM server and the Mac of `deposit_world`.
In an orderly world answers may be slow, commands may fail to arrive and the portal may crash, but webhook calls come
once and in order; in a disorderly one they also get lost, repeat and overtake each other, and the MDM server may fail
to keep an answer that it told the portal of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sleutelkast.domain.deposit import AT_THE_SERVER, FAILED, UNDER_WAY, CommandState, Deposit, Kind, State
from tests.unit.domain.deposit_world import TIMEOUT, Attempt, Clock, Does, Mac, MdmServer, Portal, Report, Word

_ROUNDS = 40
_MOSTLY = 4
"""How much rather what began goes on than something new begins."""
_WRONG = 1000
"""Keys from here on were never a Mac's."""


class World(RuleBasedStateMachine):
    """Everything that can happen, and what holds all the same."""

    @initialize(orderly=st.booleans(), escrow_profile=st.booleans())
    def begin(self, orderly: bool, escrow_profile: bool) -> None:
        self.orderly = orderly
        self.clock = Clock()
        self.server = MdmServer(self.clock)
        self.mac = Mac(self.server, escrow_profile=escrow_profile)
        self.portal = Portal(self.clock, self.server)
        self.heard: list[Report] = []
        self.kept_so_far: set[int] = set()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        # One rule draws what is possible now: Hypothesis leaves whole rules out of a run, and a deposit needs many.
        self.portal.changes.clear()
        self.portal.fresh.clear()
        self.portal.handed_out.clear()
        self.clock.tick()
        getattr(self, _one_of(data, self._possible_events()))(data)

    def _possible_events(self) -> list[str]:
        portal, calls = self.portal, self.server.calls
        events = ["somebody_saves_a_key", "somebody_checks_the_status", "the_key_is_changed_by_hand", "time_passes"]
        events += ["the_mac_connects", "the_mac_connects", "the_mac_enrols_again"]
        events += ["somebody_rotates"] if portal.kept else []
        going_on = {
            "a_rotation_is_sent": portal.to_send(),
            "security_info_is_sent": portal.asked_to_send(),
            "the_mdm_server_answers": portal.in_flight,
            "the_mac_works": self.mac.in_session,
            "the_webhook_is_called": calls,
            "an_answer_is_opened": portal.in_hand,
        }
        events += [event for event, possible in going_on.items() if possible] * _MOSTLY
        if not self.orderly:
            events += ["a_call_overtakes_others", "a_call_gets_lost"] if calls else []
            events += ["a_call_is_repeated"] if self.heard else []
        return events

    # People

    def somebody_saves_a_key(self, data: st.DataObject) -> None:
        wrong = _WRONG + len(self.portal.line)
        self.portal.save(_one_of(data, [self.mac.key, self.mac.key, self.mac.keys[0], wrong]))

    def somebody_rotates(self, _data: st.DataObject) -> None:
        self.portal.rotate()

    def somebody_checks_the_status(self, _data: st.DataObject) -> None:
        self.portal.ask()

    def the_key_is_changed_by_hand(self, _data: st.DataObject) -> None:
        self.mac.rotate()

    # The portal's background work

    def a_rotation_is_sent(self, data: st.DataObject) -> None:
        self.portal.send(_one_of(data, self.portal.to_send()), _one_of(data, [*Attempt, *[Attempt.TAKEN] * _MOSTLY]))

    def the_mdm_server_answers(self, data: st.DataObject) -> None:
        self.portal.hear_outcome(_one_of(data, self.portal.in_flight))

    def security_info_is_sent(self, _data: st.DataObject) -> None:
        self.portal.send_asked()

    def an_answer_is_opened(self, data: st.DataObject) -> None:
        self.portal.open(_one_of(data, self.portal.in_hand))

    def time_passes(self, data: st.DataObject) -> None:
        self.clock.tick(_one_of(data, [TIMEOUT / 3, TIMEOUT]))
        self.portal.time_passes()

    # The Mac

    def the_mac_connects(self, _data: st.DataObject) -> None:
        self.mac.connect()

    def the_mac_works(self, data: st.DataObject) -> None:
        reactions = [does for does in Does if not (self.orderly and does is Does.UNSTORED)]
        self.mac.work(_one_of(data, [*reactions, *reactions, *[Does.AS_ASKED] * _MOSTLY]))

    def the_mac_enrols_again(self, _data: st.DataObject) -> None:
        self.mac.re_enrol()

    # The way to the webhook

    def the_webhook_is_called(self, _data: st.DataObject) -> None:
        self._call(self.server.calls[0])

    def a_call_overtakes_others(self, data: st.DataObject) -> None:
        self._call(_one_of(data, self.server.calls))

    def a_call_gets_lost(self, data: st.DataObject) -> None:
        self.server.calls.remove(_one_of(data, self.server.calls))

    def a_call_is_repeated(self, data: st.DataObject) -> None:
        self.portal.hear(_one_of(data, self.heard))

    # What holds, by the number of the rule

    @invariant()
    def rule_1_a_fresh_uuid_only_when_surely_nothing_is_queued(self) -> None:
        for fresh in self.portal.fresh:
            assert not self.orderly or not fresh.running

    @invariant()
    def rule_1_reports_match_any_attempt_of_a_deposit(self) -> None:
        for one in self.server.queue:
            assert one.password is None or self.portal.deposit_of(one.uuid)

    @invariant()
    def rule_2_a_key_that_opened_is_kept_and_its_deposit_stored_for_good(self) -> None:
        assert self.portal.opened | self.portal.shown == self.portal.in_state(State.STORED)
        assert all(change.after.state is State.STORED for change in self.portal.changes if change.was is State.STORED)

    @invariant()
    def rule_2_a_superseded_deposit_turns_into_nothing_but_a_stored_one(self) -> None:
        turned = [change.after.state for change in self.portal.changes if change.was is State.SUPERSEDED]
        assert set(turned) <= {State.SUPERSEDED, State.STORED}

    @invariant()
    def rule_3_an_error_alone_refuses_nothing(self) -> None:
        causes = {change.cause for change in self.portal.changes if change.turned_into(State.REFUSED)}
        assert causes <= {"evidence", "time"}

    @invariant()
    def rule_4_at_most_one_rotation_is_at_the_mdm_server(self) -> None:
        assert not self.orderly or len(self.server.rotations()) <= 1

    @invariant()
    def rule_4_nothing_joins_a_rotation_that_is_taken_for_running(self) -> None:
        assert not any(fresh.taken_for_running for fresh in self.portal.fresh)
        taken_for_running = [one for one in self.portal.line if one.at_the_server]
        # Two only where one was taken for lost, the next one went out, and the late word of the first came then.
        assert len(taken_for_running) <= 1 or (not self.orderly and all(map(_went_out, taken_for_running)))

    @invariant()
    def rule_4_a_stored_deposit_settles_all_but_newer_ones_for_which_the_mac_may_have_rotated(self) -> None:
        for change in self.portal.changes:
            if change.turned_into(State.STORED):
                still_open = [one for one in change.line if one.under_way or one.state is State.UNANSWERED]
                assert all(one in change.newer and one.may_have_rotated for one in still_open)

    @invariant()
    def rule_4_nothing_is_superseded_but_by_one_stored_since_it_was_saved_or_a_key_that_was_proven(self) -> None:
        for change in self.portal.changes:
            if change.turned_into(State.SUPERSEDED):
                stored = [one for one in change.line if one.state is State.STORED]
                by_a_deposit = any(one.settled_at and one.settled_at >= change.after.created_at for one in stored)
                assert by_a_deposit or self._is_rotation_of_a_replaced_key(change.after)

    def _is_rotation_of_a_replaced_key(self, deposit: Deposit) -> bool:
        return deposit.kind is Kind.ROTATION and deposit.version_id != str(self.portal.kept[-1])

    @invariant()
    def rule_5_a_rotation_sends_the_newest_key_that_a_mac_has_proven(self) -> None:
        assert all(one.key == one.proven for one in self.portal.handed_out)

    @invariant()
    def rule_5_a_rotation_waits_for_no_key_but_the_newest(self) -> None:
        due = {self.portal.deposit_of(uuid) for uuid in self.portal.to_send() if self.portal.is_unsent(uuid)}
        waiting = {one for one in self.portal.line if one.under_way and not one.commands}
        assert not any(self._is_rotation_of_a_replaced_key(one) for one in due | waiting)

    @invariant()
    def rule_6_no_version_is_ever_dropped(self) -> None:
        assert self.kept_so_far <= set(self.portal.kept)
        self.kept_so_far = set(self.portal.kept)

    @invariant()
    def rule_4_nobody_reads_updated_while_the_mac_has_replaced_its_key_once_more(self) -> None:
        said_no = {report.uuid for report in self.heard if report.word is Word.ERROR}
        for change in self.portal.changes:
            if change.turned_into(State.SUPERSEDED) and not any(one.state is State.STORED for one in change.newer):
                assert not _may_tell_of_a_key(change.after) & (self.mac.rotated_for - said_no)

    @invariant()
    def rule_4_a_newer_deposit_waits_until_the_older_ones_answer_is_settled(self) -> None:
        assert not any(fresh.unsettled for fresh in self.portal.fresh)

    @invariant()
    def rule_4_nothing_waits_where_nothing_is_in_the_way(self) -> None:
        assert not self.portal.waits_for_nothing()

    @invariant()
    def rule_4_what_the_mac_put_off_in_its_last_session_is_known_to_be_put_off(self) -> None:
        told = [self.portal.command(one.uuid) for one in self.mac.put_off if one in self.heard]
        assert all(one.postponed for one in told if one.state in AT_THE_SERVER)

    @invariant()
    def rule_6_a_failure_erases_nothing(self) -> None:
        failed = self.portal.in_state(*FAILED)
        assert failed <= self.portal.typed.keys()
        assert all(one.key_kept for one in self.portal.line)

    @invariant()
    def rule_7_what_was_queued_before_a_re_enrolment_is_given_up(self) -> None:
        commands = [command for one in self.portal.line for command in one.commands if command.state in AT_THE_SERVER]
        assert not any(one.queued_at and one.queued_at <= self.portal.enrolled_at for one in commands)

    # Once everything is answered and time has passed

    def teardown(self) -> None:
        if not hasattr(self, "portal"):
            return
        self._settle_everything()
        assert not self.portal.in_state(*UNDER_WAY)
        assert not any(one.at_the_server for one in self.portal.line)
        self._a_right_key_is_stored()
        for rule_of_portal in (name for name in dir(self) if name.startswith("rule_")):
            getattr(self, rule_of_portal)()

    def _settle_everything(self) -> None:
        """No more trouble: every call arrives, the Mac does as asked, and time passes."""
        asked_before = len(self.portal.asked)
        for _ in range(_ROUNDS):
            if self._is_quiet():
                break
            self._settle_once()
        assert self._is_quiet()
        assert len(self.portal.asked) - asked_before <= len(self.portal.line) + 4, "SecurityInfo is asked in a circle"

    def _settle_once(self) -> None:
        for _ in range(5):
            self._answer_all()
        self.clock.tick(TIMEOUT)
        self.portal.time_passes()

    def _answer_all(self) -> None:
        for uuid in self.portal.to_send():
            self.clock.tick()
            self.portal.send(uuid, Attempt.TAKEN)
        self.portal.send_asked()
        while self.portal.in_flight:
            self.clock.tick()
            self.portal.hear_outcome(self.portal.in_flight[0])
        self.mac.connect()
        while self.mac.in_session:
            self.clock.tick()
            self.mac.work(Does.AS_ASKED)
        while self.server.calls:
            self._call(self.server.calls[0])
            while self.portal.in_hand:
                self.portal.open(self.portal.in_hand[0])

    def _is_quiet(self) -> bool:
        still = [self.portal.in_state(*UNDER_WAY), self.portal.in_flight, self.portal.in_hand, self.server.calls]
        unanswered = any(not one.answered for one in self.portal.asked.values() if not one.sent)
        return not any(still) and not unanswered and not any(one.at_the_server for one in self.portal.line)

    def _a_right_key_is_stored(self) -> None:
        self.clock.tick()
        self.portal.save(self.mac.key)
        self._answer_all()
        assert self.portal.line[-1].state is State.STORED
        assert self.portal.kept[-1] == self.mac.key

    def _call(self, call: Report) -> None:
        self.clock.tick()
        self.server.calls.remove(call)
        self.portal.hear(call)
        self.heard.append(call)


def _may_tell_of_a_key(deposit: Deposit) -> set[str]:
    """Not a rotation whose queue was cleared: the Mac is asked for its key then, and nobody typed one for it."""
    is_rotation = deposit.kind is Kind.ROTATION
    return {one.uuid for one in deposit.commands if not (is_rotation and one.state is CommandState.CLEARED)}


def _went_out(deposit: Deposit) -> bool:
    return any(one.queued_at is not None for one in deposit.commands if one.state in AT_THE_SERVER)


_Thing = TypeVar("_Thing")
_CHOICE = st.integers(0, 2**16)


def _one_of(data: st.DataObject, things: Sequence[_Thing]) -> _Thing:
    # Cheaper by far than a strategy of its own for each list.
    chosen = things[data.draw(_CHOICE) % len(things)]
    note(str(chosen))
    return chosen


TestTheRulesOfDeposits = World.TestCase
TestTheRulesOfDeposits.settings = settings(
    max_examples=100,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
