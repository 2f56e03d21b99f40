"""The regular inquiry: it finds what nobody asked about, spread over time, and never piles up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.deposit import State
from sleutelkast.domain.person import Person
from sleutelkast.usecases.inquire import inquire
from sleutelkast.usecases.settle_due import settle_due
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage

INTERVAL = timedelta(days=1)
A_WHILE = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def policy(stage: Stage) -> None:
    stage.world = replace(
        stage.world, policy=replace(stage.world.policy, inquiry_interval=INTERVAL), chance=lambda: 0.5
    )


def test_a_key_that_nobody_asked_about_is_found(stage: Stage, anna: Person) -> None:
    """It was made by hand, and nobody ever typed it."""
    mac = stage.mac_with_escrow_profile(anna)
    mac.changes_key()
    _a_day_with(stage, mac)
    assert stage.line(mac) == ()
    assert stage.kept(anna, mac) == [("repaired", mac.key)]
    _a_day_with(stage, mac)
    assert stage.kept(anna, mac) == [("repaired", mac.key)]


def test_a_key_that_was_changed_by_hand_becomes_the_present_one(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    rotated = mac.key
    mac.changes_key()
    _a_day_with(stage, mac)
    assert stage.kept(anna, mac)[:2] == [("repaired", mac.key), ("rotated", rotated)]


def test_a_deposit_that_was_given_up_long_ago_is_stored_after_all(stage: Stage, anna: Person, mac: Mac) -> None:
    """Its answer was lost, and the escrow profile came later; the next key by hand is found and settles it."""
    stage.saves(anna, mac)
    stage.works()
    mac.connects()
    stage.time_passes(days=4)
    stage.works()
    stage.connects(mac)
    assert stage.states(mac) == ["unanswered"]
    mac.escrow_certificate = stage.escrow_certificate()
    mac.changes_key()
    _a_day_with(stage, mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key
    assert stage.told(anna) == []


def test_it_learns_of_the_disk_the_name_and_the_system(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    mac.changes_key()
    mac.name, mac.os_version = "Werk-Mac", "15.2"
    _a_day_with(stage, mac)
    device = stage.device(mac)
    assert (device.filevault_enabled, device.has_recovery_key, device.escrows_to_us) == (True, True, True)
    assert (device.reported_name, device.os_version) == ("Werk-Mac", "15.2")
    mac.filevault_enabled, mac.escrowed = False, None
    _a_day_with(stage, mac)
    device = stage.device(mac)
    assert (device.filevault_enabled, device.has_recovery_key, device.escrows_to_us) == (False, False, False)


def test_a_key_for_another_certificate_is_not_escrowed_to_us(stage: Stage, anna: Person) -> None:
    mac = stage.enrolled_mac(anna, escrow_certificate=stage.stranger)
    mac.changes_key()
    _a_day_with(stage, mac)
    assert stage.device(mac).escrows_to_us is False
    assert stage.kept(anna, mac) == []


def test_old_security_info_that_comes_late_is_old_news(stage: Stage, anna: Person, mac: Mac) -> None:
    _ask(stage)
    idle, off, _ = _answers(mac, filevault_enabled=False)
    stage.hears(idle)
    stage.time_passes(days=4)
    _ask(stage)
    stage.hears(*_answers(mac, filevault_enabled=True))
    known = stage.device(mac)
    assert known.filevault_enabled is True
    stage.hears(off)
    assert stage.device(mac) == known


def test_a_mac_that_is_away_has_one_question_of_each_kind_in_its_queue(stage: Stage, mac: Mac) -> None:
    for _ in range(200):
        stage.time_passes(hours=12)
        stage.works()
    assert _waiting(stage, mac) == {"SecurityInfo": 1, "DeviceInformation": 1}
    assert mac.udid in stage.mdm.pushed
    stage.connects(mac)
    stage.time_passes(days=2)
    stage.works()
    assert _waiting(stage, mac) == {"SecurityInfo": 1, "DeviceInformation": 1}


def test_a_mac_whose_every_word_was_lost_is_woken_and_asked_again(stage: Stage, mac: Mac) -> None:
    _ask(stage)
    mac.connects()
    _ask(stage)
    assert (stage.mdm.pushed, _waiting(stage, mac)) == ([mac.udid], {})
    stage.hears(mac.idles())
    _ask(stage)
    _ask(stage)
    assert _waiting(stage, mac) == {"SecurityInfo": 1, "DeviceInformation": 1}


def test_a_question_whose_answer_was_lost_is_asked_again(stage: Stage, mac: Mac) -> None:
    _ask(stage)
    mac.connects()
    for _ in range(5):
        stage.hears(mac.idles())
        _ask(stage)
    assert _waiting(stage, mac) == {"SecurityInfo": 1, "DeviceInformation": 1}
    assert stage.mdm.asked("SecurityInfo") == 2


def test_what_somebody_asked_just_now_is_not_asked_twice(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    stage.works()
    _ask(stage)
    assert _waiting(stage, mac) == {"SecurityInfo": 1, "DeviceInformation": 1}


def test_macs_that_nobody_can_ask_are_left_alone(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.expected_mac(anna)
    imposter, gone, unnamed = stage.new_mac(serial=mac.serial), stage.enrolled_mac(anna), stage.new_mac()
    stage.hears(imposter.authenticates(), gone.checks_out(), unnamed.idles())
    stage.mdm.queues[unnamed.udid] = []
    _ask(stage)
    asked = {one.enrollment_id for one in stage.mdm.attempts if one.request_type == "SecurityInfo"}
    assert asked == {mac.udid}


def test_a_whole_fleet_is_spread_over_the_interval(stage: Stage, anna: Person) -> None:
    shares = iter(range(1, 9))
    stage.world = replace(stage.world, chance=lambda: next(shares) / 8)
    for _ in range(8):
        stage.enrolled_mac(anna)
    assert inquire(stage.world, limit=5) == 5
    assert inquire(stage.world, limit=5) == 3
    assert inquire(stage.world, limit=5) == 0
    now = stage.clock.now()
    assert sorted(one.next_inquiry_at for one in stage.devices()) == [now + INTERVAL * at / 8 for at in range(1, 9)]


@pytest.mark.parametrize(("chance", "share"), [(0.0, 0.75), (1.0, 1.25)], ids=["soonest", "latest"])
def test_the_next_one_comes_after_about_the_interval(stage: Stage, mac: Mac, chance: float, share: float) -> None:
    _ask(stage)
    asked_at = stage.clock.now()
    stage.world = replace(stage.world, chance=lambda: chance)
    stage.time_passes(days=1.25)
    stage.works()
    asked_at = stage.clock.now()
    assert stage.device(mac).next_inquiry_at == asked_at + INTERVAL * share


def test_a_sweep_asks_a_bounded_number(stage: Stage, anna: Person) -> None:
    for _ in range(12):
        stage.enrolled_mac(anna)
    while any(one.next_inquiry_at is None for one in stage.devices()):
        settle_due(stage.world)
    stage.time_passes(days=1)
    settle_due(stage.world)
    assert len({one.enrollment_id for one in stage.mdm.attempts}) == 10


def _a_day_with(stage: Stage, mac: Mac) -> None:
    _ask(stage)
    stage.connects(mac)


def _ask(stage: Stage) -> None:
    """The time comes for each Mac, and its questions are sent."""
    stage.works()
    stage.clock.moment += INTERVAL * 1.25
    stage.works()


def _answers(mac: Mac, **told: object) -> list[object]:
    for name, value in told.items():
        setattr(mac, name, value)
    return mac.connects()


def _waiting(stage: Stage, mac: Mac) -> Counter[str]:
    return Counter(one.request_type for one in stage.mdm.queues[mac.udid])
