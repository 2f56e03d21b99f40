"""The access of a Mac through what happens to it: under `require`, with three weeks of grace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.compliance import Access, AccessState, EscrowPolicy, Remedy
from sleutelkast.domain.device import Stale
from sleutelkast.domain.person import Person
from sleutelkast.usecases.check_access import access_by_serial
from sleutelkast.usecases.manage import confirm_device
from sleutelkast.usecases.own_devices import see_device
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage

GRACE = timedelta(days=21)
WRONG = "WRNG-WRNG-WRNG-WRNG-WRNG-WRNG"


def test_from_enrolled_to_kept(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    assert seen(stage, mac) == denied(Remedy.ENROL)
    stage.hears(mac.authenticates(), mac.updates_token())
    begun = stage.device(mac).grace_since
    assert begun is not None
    assert seen(stage, mac) == grace(begun)
    stage.time_passes(days=22)
    assert seen(stage, mac) == denied()
    stage.stores(anna, mac)
    assert seen(stage, mac) == Access(AccessState.ALLOWED)


def test_a_mac_whose_key_is_on_its_way_when_its_grace_ends(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.time_passes(days=20)
    deposit = stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=2)
    sent_at = stage.deposit(mac, deposit.id).sent_at
    assert sent_at is not None
    assert seen(stage, mac) == Access(AccessState.GRACE, sent_at + stage.world.policy.answer_timeout, Remedy.WAIT)
    stage.time_passes(days=2)
    stage.works()
    assert seen(stage, mac) == denied()
    stage.connects(mac)
    assert seen(stage, mac) == Access(AccessState.ALLOWED)


def test_wrong_keys_keep_no_door_open(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.time_passes(days=22)
    for _ in range(3):
        stage.saves(anna, mac, WRONG)
        assert seen(stage, mac) == denied(Remedy.WAIT)
        stage.goes_round(mac)
        assert seen(stage, mac) == denied()


@pytest.mark.parametrize("policy", [EscrowPolicy.WARN], ids=["warn"])
def test_where_it_is_only_warned_of(stage: Stage, mac: Mac, policy: EscrowPolicy) -> None:
    stage.world = replace(stage.world, policy=replace(stage.world.policy, escrow=policy))
    stage.time_passes(days=999)
    assert seen(stage, mac) == Access(AccessState.GRACE, None, Remedy.STORE_KEY)


def test_enrolling_again_and_again_buys_no_time(stage: Stage, mac: Mac) -> None:
    begun = stage.device(mac).grace_since
    for _ in range(4):
        stage.time_passes(days=7)
        stage.hears(mac.authenticates(), mac.updates_token())
    assert stage.device(mac).grace_since == begun
    assert seen(stage, mac) == denied()


def test_nor_does_a_new_udid_that_is_confirmed(stage: Stage, anna: Person, mac: Mac) -> None:
    begun = stage.device(mac).grace_since
    stage.time_passes(days=22)
    again = stage.new_mac(serial=mac.serial)
    stage.hears(again.authenticates(), again.updates_token())
    confirm_device(stage.world, again.udid)
    assert stage.device(again).grace_since == begun
    assert seen(stage, again) == denied()


def test_a_mac_whose_enrolment_was_lost_has_its_time_from_its_first_word(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna)
    stage.mdm.queues[mac.udid] = []
    stage.time_passes(days=300)
    stage.connects(mac)
    stage.works()
    stage.connects(mac)
    begun = stage.device(mac).grace_since
    assert begun is not None
    assert stage.clock.now() - begun < timedelta(hours=1)
    assert seen(stage, mac) == grace(begun)


def test_a_mac_that_leaves_and_comes_back(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.hears(mac.checks_out())
    assert seen(stage, mac) == denied(Remedy.ENROL)
    stage.hears(mac.authenticates(), mac.updates_token())
    assert seen(stage, mac) == Access(AccessState.ALLOWED)


def test_a_new_owner_has_time_to_store_a_key_of_their_own(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.time_passes(days=100)
    stage.gives(mac, bram)
    assert seen(stage, mac) == grace(stage.clock.now())
    stage.time_passes(days=22)
    assert seen(stage, mac) == denied()


def test_given_to_the_same_person_again_it_has_no_new_time(stage: Stage, anna: Person, mac: Mac) -> None:
    begun = stage.device(mac).grace_since
    stage.time_passes(days=10)
    stage.gives(mac, anna)
    assert stage.device(mac).grace_since == begun


def test_filevault_that_is_off_is_told_of(stage: Stage, anna: Person, mac: Mac) -> None:
    mac.filevault_enabled = False
    stage.saves(anna, mac)
    stage.goes_round(mac, Does.ERRORS)
    assert seen(stage, mac).remedy is Remedy.TURN_ON_FILEVAULT


def test_a_kept_key_that_goes_stale_leaves_time_for_another(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.time_passes(days=400)
    mac.changes_key()
    stage.rotates(anna, mac)
    stage.goes_round(mac)
    since = stage.device(mac).stale_since
    assert since is not None
    assert stage.clock.now() - since < timedelta(minutes=1)
    assert seen(stage, mac) == grace(since)
    stage.time_passes(days=22)
    assert seen(stage, mac) == denied()
    stage.stores(anna, mac)
    assert stage.device(mac).stale_since is None
    assert seen(stage, mac) == Access(AccessState.ALLOWED)


def test_another_reason_is_no_other_beginning(stage: Stage, anna: Person, mac: Mac) -> None:
    """Else each new reason would buy three weeks."""
    stage.stores(anna, mac)
    stage.learns(mac, has_recovery_key=False)
    since = stage.device(mac).stale_since
    stage.time_passes(days=10)
    stage.learns(mac, filevault_enabled=False)
    device = stage.device(mac)
    assert (device.stale, device.stale_since) == (Stale.FILEVAULT_OFF, since)


def seen(stage: Stage, mac: Mac) -> Access:
    """What its owner is told, and what other systems are: the same."""
    device, by_serial = stage.device(mac), access_by_serial(stage.world, mac.serial)
    with stage.store.read() as tx:
        owner = tx.people.get(device.owner_id or "")
    assert owner is not None
    assert see_device(stage.world, owner.actor, device.id).access == by_serial
    return by_serial


def grace(begun: object) -> Access:
    return Access(AccessState.GRACE, begun + GRACE, Remedy.STORE_KEY)  # type: ignore[operator]


def denied(remedy: Remedy = Remedy.STORE_KEY) -> Access:
    return Access(AccessState.DENIED, None, remedy)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    policy = replace(stage.world.policy, escrow=EscrowPolicy.REQUIRE, escrow_grace=GRACE)
    stage.world = replace(stage.world, policy=policy)
    return stage
