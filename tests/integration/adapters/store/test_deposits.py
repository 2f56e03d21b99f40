"""Deposits with their commands, and the answers of Macs, kept and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.domain.access import Escrowing, Ownership
from sleutelkast.domain.deposit import CommandState, Deposit, Kind, State, Verdict
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.usecases.repository import Answer, AnswerState, CommandKind, Conflict, PendingCommand
from tests.integration.adapters.store.records import (
    FOR_ANNA,
    HOUR,
    NOW,
    add_deposit,
    as_in_line,
    deposit,
    device,
    pending,
    person,
)

TIMEOUT = timedelta(days=3)
INSTANT = timedelta(microseconds=1)
FOR_BRAM = Escrowing("bram", Ownership.CORPORATE)


@pytest.mark.parametrize("state", State)
def test_a_deposit_comes_back_in_whatever_state(store: SqlStore, mac: str, state: State) -> None:
    known = deposit(state=state, sent_at=NOW, settled_at=NOW + HOUR)
    with store.write() as tx:
        add_deposit(tx, known)
    with store.read() as tx:
        assert tx.deposits.get("deposit") == known


@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_what_changes_of_a_deposit_is_saved(store: SqlStore, mac: str, verdict: Verdict | None) -> None:
    changed = deposit(
        state=State.SENT, sent_at=NOW, verdict=verdict, verdict_at=NOW if verdict else None, answer_in_hand=True
    )
    with store.write() as tx:
        add_deposit(tx, deposit())
        add_deposit(tx, deposit("other"))
        tx.deposits.save(changed)
    with store.read() as tx:
        assert tx.deposits.get("deposit") == changed
        assert tx.deposits.get("other") == deposit("other")
        assert tx.deposits.get("unknown") is None


@pytest.mark.parametrize("state", CommandState)
def test_a_deposit_comes_back_with_its_commands_in_whatever_state(
    store: SqlStore, mac: str, state: CommandState
) -> None:
    first, second = pending(created_at=NOW), pending(created_at=NOW + HOUR)
    with store.write() as tx:
        add_deposit(tx, deposit())
        tx.commands.add(second)
        tx.commands.add(first)
        tx.commands.save_rotation(as_in_line(first, state=state, queued_at=NOW + HOUR, postponed_at=NOW))
    with store.read() as tx:
        kept = tx.deposits.get("deposit")
        assert kept is not None
        changed = as_in_line(first, state=state, queued_at=NOW + HOUR, postponed_at=NOW)
        assert kept.commands == (changed, as_in_line(second))


def test_a_line_holds_the_deposits_of_one_mac_oldest_first(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        for deposit_id, device_id, created_at in (
            ("c", mac, NOW + HOUR),
            ("b", mac, NOW),
            ("a", mac, NOW),
            ("of another", "other", NOW),
        ):
            add_deposit(tx, deposit(deposit_id, created_at=created_at), device_id)
    with store.read() as tx:
        assert [one.id for one in tx.deposits.line(mac)] == ["a", "b", "c"]
        assert tx.deposits.line("of nobody") == ()


@pytest.mark.parametrize(
    ("kind", "typed_key", "is_kept"),
    [
        pytest.param(Kind.DEPOSIT, b"sealed", True, id="a typed key is there"),
        pytest.param(Kind.DEPOSIT, None, False, id="a typed key was erased"),
        pytest.param(Kind.ROTATION, None, True, id="the escrowed key stands for it"),
    ],
)
def test_whether_there_is_a_key_to_send(
    store: SqlStore, mac: str, kind: Kind, typed_key: bytes | None, is_kept: bool
) -> None:
    with store.write() as tx:
        add_deposit(tx, replace(deposit(), kind=kind), typed_key=typed_key)
    with store.read() as tx:
        assert [one.key_kept for one in tx.deposits.line(mac)] == [is_kept]


def test_what_belongs_to_a_deposit(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit(), escrowing=FOR_ANNA, typed_key=b"\x00\xffsealed")
        tx.deposits.note_mac_said("deposit", "Dat ging niet. 🤷")
    with store.read() as tx:
        assert tx.deposits.person_id("deposit") == "anna"
        assert tx.deposits.escrowing("deposit") == FOR_ANNA
        assert tx.deposits.typed_key("deposit") == b"\x00\xffsealed"
        assert tx.deposits.typed_key("unknown") is None
        assert tx.deposits.mac_said(mac) == {"deposit": "Dat ging niet. 🤷"}
        assert tx.deposits.mac_said("unknown") == {}


# The same Save once more


def test_a_save_is_known_by_its_mac_its_person_and_its_key(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        add_deposit(tx, deposit(), idempotency_key="k")
    with store.read() as tx:
        assert tx.deposits.by_idempotency_key(mac, "anna", "k") == deposit()
        others = [(mac, "anna", "K"), (mac, "bram", "k"), ("other", "anna", "k")]
        assert [tx.deposits.by_idempotency_key(*one) for one in others] == [None, None, None]


def test_two_deposits_never_have_the_same_one(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit("first"), idempotency_key="k")
    with pytest.raises(Conflict), store.write() as tx:
        add_deposit(tx, deposit("second"), idempotency_key="k")


def test_any_number_of_deposits_have_none(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit("first"))
        add_deposit(tx, deposit("second"))
        assert len(tx.deposits.line(mac)) == 2


# Typed keys


@pytest.mark.parametrize(
    ("state", "is_unconfirmed"),
    [
        pytest.param(State.RECEIVED, False, id="received"),
        pytest.param(State.SENT, False, id="sent"),
        pytest.param(State.STORED, False, id="stored"),
        pytest.param(State.REFUSED, True, id="refused"),
        pytest.param(State.UNANSWERED, True, id="unanswered"),
        pytest.param(State.UNDELIVERABLE, True, id="undeliverable"),
        pytest.param(State.SUPERSEDED, True, id="superseded"),
    ],
)
def test_a_typed_key_is_unconfirmed_where_its_deposit_is(
    store: SqlStore, mac: str, state: State, is_unconfirmed: bool
) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit(state=state))
        add_deposit(tx, deposit("erased", state=state), typed_key=None)
    with store.read() as tx:
        unconfirmed = Version("deposit", mac, Provenance.TYPED, NOW, FOR_ANNA, confirmed=False)
        assert list(tx.deposits.unconfirmed_keys(mac)) == ([unconfirmed] if is_unconfirmed else [])
        assert list(tx.deposits.unconfirmed_keys("other")) == []


@pytest.mark.parametrize(
    ("state", "settled_at", "is_forgotten"),
    [
        pytest.param(State.REFUSED, NOW, True, id="refused, and kept long enough"),
        pytest.param(State.REFUSED, NOW + INSTANT, False, id="refused, an instant too early"),
        pytest.param(State.UNANSWERED, NOW, True, id="unanswered"),
        pytest.param(State.SUPERSEDED, NOW, True, id="superseded"),
        pytest.param(State.UNDELIVERABLE, NOW, True, id="undeliverable"),
        pytest.param(State.SENT, None, False, id="under way"),
    ],
)
def test_typed_keys_that_settled_nothing_are_erased(
    store: SqlStore, mac: str, state: State, settled_at: datetime | None, is_forgotten: bool
) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit(state=state, settled_at=settled_at))
        assert tx.deposits.forget_typed_keys_settled_before(NOW) == int(is_forgotten)
        assert tx.deposits.forget_typed_keys_settled_before(NOW) == 0
    with store.read() as tx:
        assert tx.deposits.typed_key("deposit") == (None if is_forgotten else b"sealed")


def test_one_typed_key_is_erased_by_itself(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        add_deposit(tx, deposit())
        add_deposit(tx, deposit("other"))
        tx.deposits.forget_typed_key("deposit")
    with store.read() as tx:
        assert [tx.deposits.typed_key(one) for one in ("deposit", "other")] == [None, b"sealed"]


# What times out


@pytest.mark.parametrize(
    ("known", "passed", "is_due"),
    [
        pytest.param(deposit(), TIMEOUT, True, id="received, and its turn never came"),
        pytest.param(deposit(), TIMEOUT - INSTANT, False, id="received, an instant before"),
        pytest.param(deposit(state=State.SENT, sent_at=NOW + HOUR), TIMEOUT, False, id="sent later"),
        pytest.param(deposit(state=State.SENT, sent_at=NOW + HOUR), TIMEOUT + HOUR, True, id="sent, and silence"),
        pytest.param(
            deposit(state=State.SENT, sent_at=NOW, verdict=Verdict.ERROR, verdict_at=NOW + HOUR),
            TIMEOUT,
            False,
            id="a no that is still being checked",
        ),
        pytest.param(
            deposit(state=State.SENT, sent_at=NOW, answer_in_hand=True), TIMEOUT, False, id="an answer in hand"
        ),
        pytest.param(deposit(state=State.STORED, sent_at=NOW), TIMEOUT, False, id="stored"),
        pytest.param(deposit(state=State.UNANSWERED, sent_at=NOW), TIMEOUT, False, id="unanswered already"),
    ],
)
def test_macs_whose_deposits_time_out(
    store: SqlStore, mac: str, known: Deposit, passed: timedelta, is_due: bool
) -> None:
    with store.write() as tx:
        add_deposit(tx, known)
    with store.read() as tx:
        assert tx.deposits.devices_with_timeouts(NOW + passed, TIMEOUT, 10) == ([mac] if is_due else [])


def test_a_mac_is_named_once_and_no_more_macs_than_wanted(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        for deposit_id, device_id in (("a", mac), ("b", mac), ("c", "other")):
            add_deposit(tx, deposit(deposit_id), device_id)
    with store.read() as tx:
        assert sorted(tx.deposits.devices_with_timeouts(NOW + TIMEOUT, TIMEOUT, 10)) == [mac, "other"]
        assert len(tx.deposits.devices_with_timeouts(NOW + TIMEOUT, TIMEOUT, 1)) == 1


# Commands


@pytest.mark.parametrize("kind", CommandKind)
def test_a_command_comes_back_as_it_was(store: SqlStore, mac: str, kind: CommandKind) -> None:
    known = pending("5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11", kind, state=CommandState.UNCLEAR, tries=3)
    with store.write() as tx:
        add_deposit(tx, deposit())
        tx.commands.add(known)
    with store.read() as tx:
        assert tx.commands.get(known.uuid) == known
        assert tx.commands.get("unknown") is None


def test_a_uuid_is_one_commands(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.commands.add(inquiry("U"))
    with pytest.raises(Conflict), store.write() as tx:
        tx.commands.add(inquiry("U"))


@pytest.mark.parametrize(
    ("state", "is_under_way"),
    [
        pytest.param(CommandState.NEW, True, id="not sent yet"),
        pytest.param(CommandState.UNCLEAR, True, id="perhaps queued"),
        pytest.param(CommandState.QUEUED, True, id="queued"),
        pytest.param(CommandState.ANSWERED, False, id="answered"),
        pytest.param(CommandState.REJECTED, False, id="rejected"),
        pytest.param(CommandState.CLEARED, False, id="cleared"),
        pytest.param(CommandState.LOST, False, id="lost"),
    ],
)
def test_commands_that_the_mac_may_still_answer(
    store: SqlStore, mac: str, state: CommandState, is_under_way: bool
) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        tx.commands.add(inquiry("it"))
        tx.commands.set_state("it", state)
        tx.commands.add(inquiry("of another", device_id="other"))
        tx.commands.add(pending("another kind", CommandKind.DEVICE_INFORMATION))
    with store.read() as tx:
        found = [one.uuid for one in tx.commands.under_way(mac, CommandKind.SECURITY_INFO)]
        assert found == (["it"] if is_under_way else [])


def test_the_newest_command_of_a_kind(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        assert tx.commands.newest(mac, CommandKind.SECURITY_INFO) is None
        tx.commands.add(inquiry("newer", created_at=NOW + HOUR))
        tx.commands.add(inquiry("older"))
        tx.commands.add(pending("another kind", CommandKind.DEVICE_INFORMATION, created_at=NOW + 2 * HOUR))
    with store.read() as tx:
        assert tx.commands.newest(mac, CommandKind.SECURITY_INFO) == inquiry("newer", created_at=NOW + HOUR)


@pytest.mark.parametrize(
    ("state", "created_at", "is_cleared"),
    [
        pytest.param(CommandState.QUEUED, NOW, True, id="queued before"),
        pytest.param(CommandState.UNCLEAR, NOW, True, id="perhaps queued before"),
        pytest.param(CommandState.QUEUED, NOW + INSTANT, False, id="queued since"),
        pytest.param(CommandState.NEW, NOW, False, id="not sent yet"),
        pytest.param(CommandState.ANSWERED, NOW, False, id="answered"),
    ],
)
def test_a_re_enrolment_clears_inquiries(
    store: SqlStore, mac: str, state: CommandState, created_at: datetime, is_cleared: bool
) -> None:
    with store.write() as tx:
        tx.commands.add(inquiry("it", state=state, created_at=created_at))
        tx.commands.clear(mac, queued_before=NOW)
        left = tx.commands.get("it")
    assert left is not None
    assert left.state is (CommandState.CLEARED if is_cleared else state)


def test_it_leaves_rotations_to_the_line_and_other_macs_alone(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("other"))
        add_deposit(tx, deposit())
        tx.commands.add(pending("rotation", state=CommandState.QUEUED))
        tx.commands.add(inquiry("of another", device_id="other", state=CommandState.QUEUED))
        tx.commands.clear(mac, queued_before=NOW)
        left = [tx.commands.get(one) for one in ("rotation", "of another")]
    assert [one.state for one in left if one] == [CommandState.QUEUED, CommandState.QUEUED]


def test_the_commands_of_a_mac_are_handed_over_to_the_one_it_turned_out_to_be(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.devices.add(device("same"))
        tx.devices.add(device("other"))
        tx.commands.add(inquiry("it"))
        tx.commands.add(inquiry("of another", device_id="other"))
        tx.commands.hand_over(mac, "same")
        assert [one.uuid for one in tx.commands.under_way("same", CommandKind.SECURITY_INFO)] == ["it"]
        assert [one.uuid for one in tx.commands.under_way("other", CommandKind.SECURITY_INFO)] == ["of another"]


# What is due to be sent


@pytest.mark.parametrize("state", CommandState)
def test_only_what_is_not_surely_queued_is_due_and_claimed(store: SqlStore, mac: str, state: CommandState) -> None:
    is_due = state in {CommandState.NEW, CommandState.UNCLEAR}
    with store.write() as tx:
        tx.commands.add(inquiry("it", state=state))
        assert tx.commands.due(NOW, 10) == (["it"] if is_due else [])
        claimed = tx.commands.claim("it", NOW, until=NOW + HOUR)
    assert claimed == (inquiry("it", state=state, tries=1) if is_due else None)


def test_a_claim_holds_until_its_end(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.commands.add(inquiry("it"))
        assert tx.commands.claim("it", NOW - INSTANT, until=NOW) is None
        assert tx.commands.claim("it", NOW, until=NOW + HOUR) == inquiry("it", tries=1)
        assert tx.commands.claim("it", NOW + HOUR - INSTANT, until=NOW + 2 * HOUR) is None
        assert tx.commands.due(NOW + HOUR - INSTANT, 10) == []
        assert tx.commands.due(NOW + HOUR, 10) == ["it"]
        assert tx.commands.claim("it", NOW + HOUR, until=NOW + 2 * HOUR) == inquiry("it", tries=2)


def test_a_pause_is_kept(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.commands.add(inquiry("it"))
        tx.commands.try_again_at("it", NOW + HOUR)
        assert tx.commands.due(NOW + HOUR - INSTANT, 10) == []
        assert tx.commands.due(NOW + HOUR, 10) == ["it"]


def test_what_waits_longest_is_sent_first_behind_keys(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for number in (2, 0, 1):
            tx.commands.add(inquiry(f"{number}", created_at=NOW + number * HOUR))
        assert tx.commands.due(NOW + 5 * HOUR, 2) == ["0", "1"]
        add_deposit(tx, deposit())
        tx.commands.add(pending("key", CommandKind.ROTATION, deposit_id="deposit", created_at=NOW + 4 * HOUR))
        assert tx.commands.due(NOW + 5 * HOUR, 2) == ["key", "0"]


def inquiry(uuid: str, **fields: object) -> PendingCommand:
    return pending(uuid, CommandKind.SECURITY_INFO, **fields)


# Answers


@pytest.mark.parametrize("state", AnswerState)
def test_an_answer_comes_back_as_it_came(store: SqlStore, mac: str, state: AnswerState) -> None:
    known = answer("one", state=state)
    with store.write() as tx:
        tx.answers.add(known, b"\x00\xffsealed")
    with store.read() as tx:
        assert tx.answers.get("one") == known
        assert tx.answers.envelope("one") == b"\x00\xffsealed"
        assert tx.answers.get("unknown") is None


def test_an_answer_of_nobody_is_kept_as_well(store: SqlStore) -> None:
    unreadable = Answer("one", None, None, AnswerState.UNMATCHED, NOW)
    with store.write() as tx:
        tx.answers.add(unreadable, b"sealed")
        assert tx.answers.get("one") == unreadable
        assert (tx.answers.count_kept(None), tx.answers.count_kept("mac")) == (1, 0)


def test_answers_left_in_hand_are_found_oldest_first(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for answer_id, state, hours in (
            ("newer", AnswerState.IN_HAND, 1),
            ("older", AnswerState.IN_HAND, 0),
            ("too new", AnswerState.IN_HAND, 3),
            ("unopened", AnswerState.UNOPENED, 0),
        ):
            tx.answers.add(answer(answer_id, state=state, received_at=NOW + hours * HOUR), b"sealed")
        assert [one.id for one in tx.answers.in_hand(NOW + HOUR, 10)] == ["older", "newer"]
        assert [one.id for one in tx.answers.in_hand(NOW + HOUR, 1)] == ["older"]


def test_what_becomes_of_an_answer(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for answer_id in ("opened", "unopened", "left"):
            tx.answers.add(answer(answer_id), b"sealed")
        tx.answers.remove("opened")
        tx.answers.keep_unopened("unopened", " one ")
    with store.read() as tx:
        assert {one.id: one.state for one in tx.answers.of(mac)} == {
            "unopened": AnswerState.UNOPENED,
            "left": AnswerState.IN_HAND,
        }


def test_unopened_answers_are_found_by_what_they_were_not_tried_with(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        assert not tx.answers.any_unopened()
        tx.answers.add(answer("in hand"), b"sealed")
        tx.answers.add(answer("unmatched", state=AnswerState.UNMATCHED), b"sealed")
        assert not tx.answers.any_unopened()
        tx.answers.add(answer("never", state=AnswerState.UNOPENED), b"sealed")
        for answer_id, tried_with, hours in (("newer", " 1  a%_b  ring:2 ", 2), ("older", " 11  ring:2 ", 1)):
            tx.answers.add(answer(answer_id, received_at=NOW + hours * HOUR), b"sealed")
            tx.answers.keep_unopened(answer_id, tried_with)
        assert tx.answers.any_unopened()

        def again(*openers: str) -> list[str]:
            return [one.id for one in tx.answers.to_try_again(openers, 10)]

        assert again() == again("ring:2") == ["never"]
        assert again("1") == ["never", "older"]
        assert again("11") == ["never", "newer"]
        assert again("a%_b") == ["never", "older"]
        assert again("axxb") == again("ring:2", "3") == ["never", "older", "newer"]
        assert [one.id for one in tx.answers.to_try_again(["3"], 2)] == ["never", "older"]


def test_only_what_is_kept_for_good_counts(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        for state in AnswerState:
            tx.answers.add(answer(f"{state}", state=state), b"sealed")
        assert tx.answers.count_kept(mac) == 2


def answer(answer_id: str, **fields: object) -> Answer:
    given = {
        "device_id": "mac",
        "command_uuid": "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11",
        "state": AnswerState.IN_HAND,
        "received_at": NOW,
        **fields,
    }
    return Answer(id=answer_id, **given)  # type: ignore[arg-type]


def test_a_deposit_of_a_new_owner_is_bound_to_them(store: SqlStore, mac: str) -> None:
    with store.write() as tx:
        tx.people.add(person("bram"), None)
        add_deposit(tx, deposit("of anna", state=State.REFUSED))
        add_deposit(tx, deposit("of bram", state=State.REFUSED, created_at=NOW + HOUR), escrowing=FOR_BRAM)
        assert {one.id: one.bound for one in tx.deposits.unconfirmed_keys(mac)} == {
            "of anna": FOR_ANNA,
            "of bram": FOR_BRAM,
        }
