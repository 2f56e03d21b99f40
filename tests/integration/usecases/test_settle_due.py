"""The sweep: what time makes due, and what is kept no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.settle_due import clean, settle_due
from sleutelkast.usecases.sign_in import sign_in, use_session
from tests.integration.usecases.mdm_in_memory import Does, Fault, Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import PASSWORD

ANSWER_TIMEOUT = timedelta(hours=6)
TYPED_KEY_KEPT = timedelta(days=90)
WRONG_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"


@pytest.fixture(autouse=True)
def policy(stage: Stage) -> None:
    set_here = replace(stage.world.policy, answer_timeout=ANSWER_TIMEOUT, typed_key_kept=TYPED_KEY_KEPT)
    stage.world = replace(stage.world, policy=set_here)


def test_silence_is_called_silence_when_the_time_is_over(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.clock.moment += ANSWER_TIMEOUT - timedelta(seconds=2)
    stage.works()
    assert stage.deposit(mac).state is State.SENT
    stage.works()
    unanswered = stage.deposit(mac)
    assert (unanswered.state, unanswered.settled_at) == (State.UNANSWERED, stage.clock.now())
    assert stage.told(anna) == ["device-not-updated"]


def test_an_error_that_nothing_disproves_stands_when_the_time_is_over(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    stage.clock.moment += ANSWER_TIMEOUT
    stage.works()
    assert stage.deposit(mac).state is State.REFUSED


def test_a_deposit_that_could_never_be_sent_times_out(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.mdm.faults.extend([Fault.UNREACHABLE] * 200)
    stage.saves(anna, mac)
    stage.works()
    stage.clock.moment += ANSWER_TIMEOUT
    stage.works()
    assert stage.deposit(mac).state is State.UNANSWERED
    stage.mdm.faults.clear()
    stage.clock.moment += timedelta(minutes=10)
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.told(anna) == []


def test_the_macs_own_time_starts_when_it_was_asked(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.mdm.faults.append(Fault.UNREACHABLE)
    stage.saves(anna, mac)
    stage.works()
    stage.clock.moment += ANSWER_TIMEOUT - timedelta(minutes=1)
    stage.works()
    assert stage.deposit(mac).state is State.SENT
    stage.clock.moment += ANSWER_TIMEOUT - timedelta(minutes=1)
    stage.works()
    assert stage.deposit(mac).state is State.SENT


def test_a_sweep_that_finds_nothing_does_nothing(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    assert settle_due(stage.world) == 0


@pytest.mark.parametrize(
    ("typed", "does"),
    [
        pytest.param(WRONG_KEY, Does.AS_ASKED, id="refused"),
        pytest.param(None, Does.WITHOUT_KEY, id="unanswered"),
    ],
)
def test_a_typed_key_that_settled_nothing_is_kept_for_the_policys_time(
    stage: Stage, anna: Person, mac: Mac, typed: str | None, does: Does
) -> None:
    deposit = stage.saves(anna, mac, typed)
    stage.goes_round(mac, does)
    stage.clock.moment += ANSWER_TIMEOUT
    stage.works()
    settled_at = stage.deposit(mac).settled_at
    assert settled_at is not None
    stage.clock.moment = settled_at + TYPED_KEY_KEPT - timedelta(seconds=1)
    assert clean(stage.world) == 0
    assert stage.typed_key(mac, deposit) is not None
    stage.clock.moment += timedelta(seconds=1)
    assert clean(stage.world) == 1
    assert stage.typed_key(mac, deposit) is None
    assert stage.kept(anna, mac) == []


def test_a_superseded_key_is_forgotten_as_well_and_a_version_never(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.saves(anna, mac, WRONG_KEY)
    stage.connects(mac)
    kept = [("rotated", mac.key), ("typed", mac.keys[0])]
    assert sorted(stage.kept(anna, mac)) == sorted([*kept, ("typed", WRONG_KEY)])
    stage.time_passes(days=5000)
    clean(stage.world)
    assert stage.kept(anna, mac) == kept


def test_a_key_that_is_under_way_is_not_forgotten(stage: Stage, anna: Person, mac: Mac) -> None:
    deposit = stage.saves(anna, mac)
    stage.time_passes(days=5000)
    assert clean(stage.world) == 0
    assert stage.typed_key(mac, deposit) is not None


def test_sessions_that_are_over_are_forgotten(stage: Stage, anna: Person) -> None:
    _, session = sign_in(stage.world, anna.username, SecretBytes(PASSWORD.encode()))
    assert clean(stage.world) == 0
    assert use_session(stage.world, session.id) is not None
    stage.clock.moment += stage.world.policy.sessions.idle
    assert clean(stage.world) == 1
