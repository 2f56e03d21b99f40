"""The inventory: Macs that were expected, came by themselves, came back, left, or claim to be another."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sleutelkast.domain.deposit import CommandState, State
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.line import ASK_AGAIN_AFTER
from sleutelkast.usecases.manage import confirm_device
from tests.integration.usecases.mdm_in_memory import USER, Call, Does, Mac
from tests.integration.usecases.stage import Stage


def test_an_expected_mac_enrols(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    expected = stage.device(mac)
    assert expected.udid is None
    stage.hears(mac.authenticates(), mac.updates_token())
    (device,) = stage.devices()
    assert (device.id, device.udid, device.owner_id) == (expected.id, mac.udid, anna.id)
    assert (device.name, device.model, device.os_version) == ("Anna's MacBook", "MacBook Air", "15.1")
    assert device.enrolled_at is not None
    assert device.last_check_in is not None
    assert device.enrolled_at < device.last_check_in
    assert not device.quarantined


def test_a_mac_that_nobody_expected_is_known_and_nobodys(stage: Stage, anna: Person) -> None:
    mac = stage.new_mac()
    stage.hears(mac.authenticates())
    (device,) = stage.devices()
    assert (device.serial, device.owner_id, device.quarantined) == (mac.serial, None, False)
    with pytest.raises(NotFound):
        stage.saves(anna, mac)
    stage.gives(mac, anna)
    stage.stores(anna, mac)
    assert stage.reveals(anna, mac) == mac.key


def test_a_mac_known_by_its_udid_alone_tells_its_serial_and_is_the_expected_one(stage: Stage, anna: Person) -> None:
    """It enrolled before the portal was there: the inventory was imported, and no Authenticate will ever come."""
    mac = stage.expected_mac(anna)
    expected = stage.device(mac)
    stage.mdm.queues[mac.udid] = []
    stage.connects(mac)
    assert stage.device(mac).id != expected.id
    stage.goes_round(mac)
    (device,) = stage.devices()
    assert (device.id, device.udid, device.owner_id) == (expected.id, mac.udid, anna.id)
    stage.stores(anna, mac)
    assert stage.reveals(anna, mac) == mac.key


def test_what_was_kept_of_it_before_moves_with_it_and_still_opens(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    stage.mdm.queues[mac.udid] = []
    stage.hears(mac.claims_to_have_rotated("nobody asked", stage.escrow_certificate()))
    (before,) = stage.answers(mac)
    stage.goes_round(mac)
    (after,) = stage.answers(mac)
    assert (after.id, after.state) == (before.id, before.state)
    assert after.device_id == stage.device(mac).id != before.device_id
    assert json.loads(stage.opens(after))["acknowledge_event"]["udid"] == mac.udid


def test_a_mac_that_does_not_tell_its_serial_is_asked_now_and_then(stage: Stage) -> None:
    mac = stage.new_mac()
    stage.mdm.queues[mac.udid] = []
    for _ in range(3):
        stage.hears(mac.idles())
        stage.works()
    assert stage.mdm.asked("DeviceInformation") == 1
    stage.time_passes(seconds=ASK_AGAIN_AFTER.total_seconds())
    stage.hears(mac.idles())
    stage.works()
    assert stage.mdm.asked("DeviceInformation") == 2


def test_token_update_before_authenticate(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    expected = stage.device(mac)
    authenticate, token_update = mac.authenticates(), mac.updates_token()
    stage.hears(token_update, authenticate)
    (device,) = stage.devices()
    assert (device.id, device.udid, device.owner_id) == (expected.id, mac.udid, anna.id)
    assert not device.quarantined
    stage.stores(anna, mac)
    assert stage.reveals(anna, mac) == mac.key


def test_first_words_that_come_at_once_make_one_device(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    calls = [mac.authenticates(), mac.updates_token(), *mac.connects()]
    start = threading.Barrier(len(calls))

    def hear(position: int) -> None:
        start.wait()
        stage.hears(calls[position])

    with ThreadPoolExecutor(len(calls)) as senders:
        list(senders.map(hear, range(len(calls))))
    (device,) = stage.devices()
    assert (device.udid, device.owner_id, device.quarantined) == (mac.udid, anna.id, False)


@pytest.mark.parametrize("tells_late", [False, True], ids=["in Authenticate", "in DeviceInformation"])
def test_a_mac_that_claims_to_be_another_is_quarantined(stage: Stage, anna: Person, mac: Mac, tells_late: bool) -> None:
    known, imposter = stage.device(mac), stage.new_mac(serial=mac.serial)
    first = imposter.authenticates()
    stage.hears(imposter.idles() if tells_late else first)
    stage.goes_round(imposter)
    claimed = stage.device(imposter)
    assert (claimed.serial, claimed.quarantined, claimed.owner_id) == (mac.serial, True, None)
    assert _without_check_in(stage.device(mac)) == _without_check_in(known)
    with pytest.raises(NotFound):
        stage.saves(anna, imposter)
    stage.saves(anna, mac)
    stage.goes_round(imposter)
    assert {attempt.enrollment_id for attempt in stage.mdm.rotations()} == {mac.udid}
    stage.connects(mac)
    assert stage.reveals(anna, mac) == mac.key


def test_an_erased_mac_comes_back_once_an_administrator_confirms_it(stage: Stage, anna: Person, mac: Mac) -> None:
    """Its UDID is a new one. What waited for the former one is sent again, under a fresh UUID."""
    stage.stores(anna, mac)
    earlier = mac.key
    waiting = stage.saves(anna, mac)
    stage.works()
    back = stage.new_mac(serial=mac.serial, keys=[mac.key])
    stage.hears(back.authenticates())
    assert stage.device(back).quarantined
    confirm_device(stage.world, back.udid)
    (device,) = stage.devices()
    assert (device.udid, device.owner_id, device.quarantined) == (back.udid, anna.id, False)
    stage.works()
    stage.connects(back)
    assert stage.deposit(back, waiting.id).state is State.STORED
    assert len({attempt.uuid for attempt in stage.mdm.rotations()}) == 3
    assert stage.kept(anna, back)[:2] == [("rotated", back.key), ("rotated", earlier)]


def test_only_a_mac_in_quarantine_can_be_confirmed(stage: Stage, mac: Mac) -> None:
    for udid in (mac.udid, "nobody"):
        with pytest.raises(NotFound):
            confirm_device(stage.world, udid)


def test_a_mac_that_enrols_again_is_sent_the_command_again_under_a_fresh_uuid(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.hears(mac.authenticates(), mac.updates_token())
    cleared, fresh = stage.deposit(mac).commands
    assert (cleared.state, fresh.state) == (CommandState.CLEARED, CommandState.NEW)
    assert fresh.uuid != cleared.uuid
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_a_mac_that_enrols_again_is_asked_for_its_key_soon(stage: Stage, anna: Person) -> None:
    """It was erased and set up anew, or answered into the void before: the kept key may open it no more."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.works()
    mac.changes_key()
    stage.hears(mac.authenticates(), mac.updates_token())
    stage.time_passes(minutes=1)
    stage.works()
    stage.connects(mac)
    stage.works()
    assert stage.kept(anna, mac)[0] == ("repaired", mac.key)


def test_an_enrolment_that_is_told_of_late_cleared_nothing_that_was_queued_since(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    late = mac.authenticates()
    stage.saves(anna, mac)
    stage.works()
    stage.hears(late)
    (command,) = stage.deposit(mac).commands
    assert command.state is CommandState.QUEUED


def test_the_answer_from_before_the_enrolment_still_counts(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    *_, late = mac.connects()
    stage.hears(mac.authenticates())
    stage.works()
    stage.hears(late)
    assert stage.deposit(mac).state is State.STORED
    stage.connects(mac)
    assert stage.states(mac) == ["stored"]
    assert stage.reveals(anna, mac) == mac.key
    assert stage.told(anna) == []


def test_security_info_that_the_enrolment_cleared_is_asked_again(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.ERRORS)
    stage.works()
    stage.hears(mac.authenticates())
    stage.works()
    stage.connects(mac)
    assert stage.deposit(mac).state is State.REFUSED
    assert stage.mdm.asked("SecurityInfo") == 2


def test_a_mac_that_left_keeps_its_keys(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.hears(mac.checks_out())
    assert stage.device(mac).checked_out_at is not None
    assert stage.reveals(anna, mac) == mac.key
    stage.hears(mac.authenticates())
    assert stage.device(mac).checked_out_at is None


def test_a_check_out_from_before_the_enrolment_is_old_news(stage: Stage, mac: Mac) -> None:
    left = mac.checks_out()
    stage.hears(mac.authenticates(), left)
    assert stage.device(mac).checked_out_at is None


def test_the_last_check_in_never_runs_back_nor_ahead(stage: Stage, mac: Mac) -> None:
    older, newer = mac.idles(), mac.idles()
    stage.hears(newer)
    last = stage.device(mac).last_check_in
    stage.hears(older)
    assert stage.device(mac).last_check_in == last
    stage.clock.moment += timedelta(hours=1)
    from_the_future = mac.idles()
    stage.clock.moment -= timedelta(hours=1)
    stage.hears(from_the_future)
    assert stage.device(mac).last_check_in == stage.clock.now()


@pytest.mark.parametrize("leaves", [False, True], ids=["stays", "leaves"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_any_order_of_a_macs_words_ends_in_the_same_device(
    stage: Stage, anna: Person, leaves: bool, chance: Random
) -> None:
    """From its first enrolment to its last word: shuffled, and some of it more than once."""
    mac = stage.expected_mac(anna, name="Mac of Anna")
    life = [mac.authenticates(), mac.updates_token(), mac.users_token_updates(), mac.idles(), mac.users_check_out()]
    life += [mac.checks_out()]
    mac.name, mac.os_version = "Werk-Mac", "15.2"
    life += [enrolment := mac.authenticates(), mac.updates_token(), last := mac.idles()]
    life += [mac.reports(None, "Idle", user=USER), *([departure := mac.checks_out()] if leaves else [])]
    stage.hears(*_shuffled(life, chance))
    device = stage.device(mac)
    assert (device.serial, device.owner_id, device.quarantined) == (mac.serial, anna.id, False)
    assert (device.reported_name, device.model, device.os_version) == ("Werk-Mac", "MacBook Air", "15.2")
    assert (device.enrolled_at, device.last_check_in) == (enrolment.at, last.at)
    assert device.checked_out_at == (departure.at if leaves else None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_any_order_of_what_it_was_asked_ends_in_the_same_device(stage: Stage, anna: Person, chance: Random) -> None:
    mac = stage.enrolled_mac(anna, name="Mac of Anna")
    heard = [mac.authenticates(), mac.updates_token()]
    stage.hears(*heard)
    for name, os_version, filevault in (("Werk-Mac", "15.1", True), ("Werk-Mac 2", "15.2", False)):
        mac.name, mac.os_version, mac.filevault_enabled = name, os_version, filevault
        check_status(stage.world, anna.actor, stage.device(mac).id)
        stage.works()
        heard += mac.connects()
        stage.time_passes(days=4)
        stage.works()
    stage.hears(*_shuffled(heard, chance))
    device = stage.device(mac)
    assert (device.reported_name, device.os_version) == ("Werk-Mac 2", "15.2")
    assert (device.filevault_enabled, device.has_recovery_key, device.escrows_to_us) == (False, False, False)
    assert device.security_as_of in {call.at for call in heard}
    assert device.last_check_in == heard[-1].at


def test_a_user_is_not_the_mac(stage: Stage, mac: Mac) -> None:
    """What happens on a user's channel is no check-in of the Mac, and no departure either."""
    before = stage.device(mac)
    stage.hears(mac.users_token_updates(), mac.reports(None, "Idle", user=USER), mac.users_check_out())
    assert stage.device(mac) == before
    assert len(stage.devices()) == 1


def _shuffled(calls: list[Call], chance: Random) -> list[Call]:
    heard = [*calls, *chance.choices(calls, k=chance.randrange(6))]
    chance.shuffle(heard)
    return heard


def _without_check_in(device: Device) -> tuple[object, ...]:
    return device.id, device.udid, device.serial, device.owner_id, device.quarantined
