"""Several deposits of one Mac: one command at a time, and what one outcome means for the others."""

from __future__ import annotations

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.device import Message, message
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import parse
from tests.integration.usecases.mdm_in_memory import Does, Fault, Mac
from tests.integration.usecases.stage import Stage

WRONG_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"


def test_a_newer_deposit_waits_while_the_older_one_may_run(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    newer = stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    assert stage.states(mac) == ["sent", "received"]
    assert stage.deposit(mac, newer.id).commands == ()
    assert len(stage.mdm.rotations()) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.UNREACHABLE, Fault.REFUSED])
def test_it_waits_also_while_nobody_knows_whether_the_older_one_was_queued(
    stage: Stage, anna: Person, mac: Mac, fault: Fault
) -> None:
    stage.saves(anna, mac)
    stage.mdm.faults.extend([fault] * 2)
    stage.works()
    stage.time_passes(seconds=10)
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    assert stage.states(mac) == ["received", "received"]
    assert len(stage.mdm.rotations()) == 2
    assert len({attempt.uuid for attempt in stage.mdm.rotations()}) == 1


def test_the_older_one_stored_supersedes_the_newer(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    newer = stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "superseded"]
    superseded = stage.deposit(mac, newer.id)
    assert message(superseded) is Message.KEY_UPDATED
    assert stage.told(anna) == []
    assert stage.typed_key(mac, superseded) == parse(WRONG_KEY)
    assert stage.reveals(anna, mac) == mac.key
    assert len(stage.mdm.rotations()) == 1


def test_the_older_one_refused_sends_the_newer(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    stage.saves(anna, mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["refused", "received"]
    assert stage.told(anna) == ["device-not-updated"]
    stage.goes_round(mac)
    assert stage.states(mac) == ["refused", "stored"]
    assert stage.told(anna) == []
    assert stage.reveals(anna, mac) == mac.key


def test_the_newer_one_waits_while_the_error_of_the_older_is_checked(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    stage.connects(mac)
    stage.saves(anna, mac)
    stage.works()
    assert stage.states(mac) == ["sent", "received"]
    assert len(stage.mdm.rotations()) == 1


def test_the_older_one_undeliverable_sends_the_newer(stage: Stage, anna: Person, mac: Mac) -> None:
    queue = stage.mdm.queues.pop(mac.udid)
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    stage.mdm.queues[mac.udid] = queue
    stage.saves(anna, mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["undeliverable", "stored"]
    assert stage.told(anna) == []


def test_an_older_one_that_timed_out_and_is_answered_after_all_supersedes_the_newer(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=4)
    stage.works()
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    assert stage.states(mac) == ["unanswered", "received"]
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "superseded"]
    assert stage.told(anna) == []


def test_stored_settles_older_failures_and_keeps_their_keys(stage: Stage, anna: Person, mac: Mac) -> None:
    wrong = stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    typed = mac.key
    stage.stores(anna, mac)
    assert stage.states(mac) == ["refused", "stored"]
    assert stage.typed_key(mac, wrong) == parse(WRONG_KEY)
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("typed", typed), ("typed", WRONG_KEY)]


def test_each_failure_is_told_once(stage: Stage, anna: Person, mac: Mac) -> None:
    for key in (WRONG_KEY, WRONG_KEY[::-1]):
        stage.saves(anna, mac, key)
        stage.goes_round(mac)
        stage.works()
        assert stage.told(anna) == ["device-not-updated"]
    assert stage.states(mac) == ["refused", "refused"]


def test_every_deposit_of_one_moment_keeps_its_place(stage: Stage, anna: Person, mac: Mac) -> None:
    """The clock of another process is behind: what was saved last is last all the same."""
    first = stage.saves(anna, mac, WRONG_KEY)
    stage.time_passes(minutes=-5)
    last = stage.saves(anna, mac)
    assert [one.id for one in stage.line(mac)] == [first.id, last.id]
    assert stage.deposit(mac).state is State.RECEIVED


def test_a_mac_that_has_the_newer_key_refuses_the_older_deposit_and_takes_the_newer(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    """Somebody mistyped, went on to change the key by hand, and stored that one."""
    stage.saves(anna, mac)
    stage.works()
    mac.changes_key()
    stage.saves(anna, mac)
    stage.goes_round(mac, Does.AS_ASKED)
    stage.goes_round(mac)
    assert stage.states(mac) == ["refused", "stored"]
    assert stage.reveals(anna, mac) == mac.key
