"""Store recovery key: what is typed is checked, sealed and committed; the same thing again is the same deposit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sleutelkast.domain.deposit import CommandState, State
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import parse
from sleutelkast.usecases.errors import AlreadyUsed, Forbidden, KeyMalformed, KeysDiffer, NotFound, Refusal
from sleutelkast.usecases.store_key import Saved, store_key
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage

KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
OTHER_KEY = "ZYXW-VUTS-9RQP-ONML-KJIH-6789"


def test_a_typed_key_is_sealed_and_committed_with_the_uuid_that_will_carry_it(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    woken: list[str] = []
    stage.world = replace(stage.world, wake_worker=lambda: woken.append("worker"))
    deposit = stage.saves(anna, mac)
    assert stage.deposit(mac) == deposit
    assert deposit.state is State.RECEIVED
    assert [command.state for command in deposit.commands] == [CommandState.NEW]
    assert stage.typed_key(mac, deposit) == parse(mac.key)
    with stage.store.read() as tx:
        envelope = tx.deposits.typed_key(deposit.id)
    assert envelope is not None
    assert mac.key.encode() not in envelope
    assert woken == ["worker"]
    assert not stage.mdm.attempts
    assert stage.audited("deposit") == [(anna.id, "done", None)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "confirmation", "refusal", "params"),
    [
        pytest.param("", "", KeyMalformed, {"length": 0, "character": None}, id="nothing"),
        pytest.param(KEY[:-1], KEY[:-1], KeyMalformed, {"length": 23, "character": None}, id="one short"),
        pytest.param(KEY + "6", KEY + "6", KeyMalformed, {"length": 25, "character": None}, id="one more"),
        pytest.param("Ä" + KEY[1:], KEY, KeyMalformed, {"length": 24, "character": "Ä"}, id="foreign character"),
        pytest.param("A" * 2**20, "A" * 2**20, KeyMalformed, {"length": 2**20, "character": None}, id="a megabyte"),
        pytest.param(KEY[:-1], OTHER_KEY, KeyMalformed, {"length": 23, "character": None}, id="malformed, differing"),
        pytest.param(KEY, OTHER_KEY, KeysDiffer, {}, id="differing"),
        pytest.param(KEY, KEY[:-1], KeysDiffer, {}, id="confirmation one short"),
        pytest.param(KEY, "", KeysDiffer, {}, id="no confirmation"),
        pytest.param(KEY.replace("O", "0"), KEY, KeysDiffer, {}, id="zero is not O"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    stage: Stage,
    anna: Person,
    mac: Mac,
    typed: str,
    confirmation: str,
    refusal: type[Refusal],
    params: dict[str, object],
) -> None:
    with pytest.raises(refusal) as refused:
        store_key(stage.world, anna.actor, stage.device(mac).id, typed, confirmation)
    assert params.items() <= refused.value.params.items()
    assert stage.line(mac) == ()
    assert stage.audited("deposit") == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(KEY.lower(), id="small letters"),
        pytest.param(KEY.replace("-", ""), id="no dashes"),
        pytest.param(KEY.replace("-", "\u2013"), id="other dashes"),
        pytest.param(f"\u200b {KEY}\u00a0\n".replace("-", " "), id="blanks"),
        pytest.param(KEY.replace("A", "\uff21").replace("1", "\uff11"), id="full width"),
    ],
)
def test_the_same_key_in_another_form_is_the_same_deposit(stage: Stage, anna: Person, mac: Mac, spelling: str) -> None:
    first = stage.saved(anna, mac, KEY)
    again = stage.saved(anna, mac, spelling)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.deposit.id == first.deposit.id
    assert len(stage.line(mac)) == 1


def test_the_same_key_on_its_way_is_the_same_deposit(stage: Stage, anna: Person, mac: Mac) -> None:
    first = stage.saves(anna, mac)
    stage.works()
    again = stage.saved(anna, mac)
    assert (again.deposit.id, again.deposit.state, again.is_new) == (first.id, State.SENT, False)


def test_the_same_key_after_an_outcome_is_a_new_attempt(stage: Stage, anna: Person, mac: Mac) -> None:
    first = stage.saves(anna, mac)
    stage.goes_round(mac, Does.ERRORS)
    assert stage.deposit(mac, first.id).state is State.REFUSED
    assert stage.saved(anna, mac).is_new


def test_a_repeated_request_gets_what_became_of_the_first(stage: Stage, anna: Person, mac: Mac) -> None:
    typed = mac.key
    first = stage.saves(anna, mac, idempotency_key="one press of Save")
    stage.works()
    stage.connects(mac)
    again = stage.saved(anna, mac, typed, idempotency_key="one press of Save")
    assert (again.deposit.id, again.deposit.state, again.is_new) == (first.id, State.STORED, False)
    assert stage.saved(anna, mac, typed, idempotency_key="another press").is_new


def test_a_repeated_request_with_another_key_is_refused(stage: Stage, anna: Person, mac: Mac) -> None:
    """To answer with the first deposit would drop the second key without a word."""
    stage.saves(anna, mac, KEY, idempotency_key="one press of Save")
    with pytest.raises(AlreadyUsed):
        stage.saves(anna, mac, OTHER_KEY, idempotency_key="one press of Save")
    assert len(stage.line(mac)) == 1


def test_a_request_is_repeated_for_one_device_only(stage: Stage, anna: Person, mac: Mac) -> None:
    other = stage.enrolled_mac(anna)
    stage.saves(anna, mac, idempotency_key="the same")
    assert stage.saved(anna, other, idempotency_key="the same").is_new


def test_who_has_no_such_device_learns_nothing(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    with pytest.raises(NotFound):
        stage.saves(bram, mac)
    with pytest.raises(NotFound):
        store_key(stage.world, anna.actor, "no such id", mac.key, mac.key)
    assert stage.line(mac) == ()


def test_a_mac_in_quarantine_takes_no_key(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.quarantines(mac)
    with pytest.raises(Forbidden):
        stage.saves(anna, mac)
    assert stage.line(mac) == ()


def test_save_pressed_five_times_at_once_is_one_deposit(stage: Stage, anna: Person, mac: Mac) -> None:
    device_id, start = stage.device(mac).id, threading.Barrier(5)

    def press(_: int) -> Saved:
        start.wait()
        return store_key(stage.world, anna.actor, device_id, mac.key, mac.key)

    with ThreadPoolExecutor(5) as fingers:
        pressed = list(fingers.map(press, range(5)))
    assert len({saved.deposit.id for saved in pressed}) == 1
    assert [saved.is_new for saved in pressed].count(True) == 1
    stage.works()
    assert len(stage.mdm.rotations()) == 1


def test_a_new_owner_who_types_the_same_key_makes_a_deposit_of_their_own(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    """The former owner's deposit will be kept for the former owner, who alone may open it."""
    stage.saves(anna, mac)
    stage.gives(mac, bram)
    assert stage.saved(bram, mac).is_new
