"""The devices of a person, as their owner sees them: list, name, deposits and toasts."""

from __future__ import annotations

import pytest

from sleutelkast.domain.access import Permission
from sleutelkast.domain.device import NAME_LENGTH
from sleutelkast.domain.person import Person
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.own_devices import (
    SeenDeposit,
    dismiss_notice,
    notices,
    own_devices,
    rename_device,
    see_deposit,
    see_device,
    waits_for_the_mac,
)
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage

WRONG_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"


def test_a_person_sees_their_own_in_pages(stage: Stage, anna: Person, bram: Person) -> None:
    macs = [stage.enrolled_mac(anna) for _ in range(3)]
    stage.enrolled_mac(bram)
    first = own_devices(stage.world, anna.actor, None, 2)
    rest = own_devices(stage.world, anna.actor, first[-1].device.id, 2)
    assert [len(first), len(rest)] == [2, 1]
    assert {seen.device.udid for seen in [*first, *rest]} == {mac.udid for mac in macs}


def test_what_is_offered_follows_what_can_be_done(stage: Stage, anna: Person, mac: Mac) -> None:
    always = {Permission.DEPOSIT, Permission.CHECK, Permission.RENAME}
    before = see_device(stage.world, anna.actor, stage.device(mac).id)
    assert (set(before.actions), before.deposit, before.escrowed) == (always, None, None)
    stage.stores(anna, mac)
    after = see_device(stage.world, anna.actor, stage.device(mac).id)
    assert set(after.actions) == {*always, Permission.REVEAL, Permission.ROTATE}
    assert after.deposit == stage.deposit(mac)
    assert after.escrowed is not None
    stage.quarantines(mac)
    in_quarantine = see_device(stage.world, anna.actor, stage.device(mac).id)
    assert set(in_quarantine.actions) == {Permission.REVEAL, Permission.RENAME}


def test_the_latest_deposit_is_shown_in_the_list(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    latest = stage.saves(anna, mac)
    (seen,) = own_devices(stage.world, anna.actor, None, 10)
    assert seen.deposit is not None
    assert seen.deposit.id == latest.id


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "name"),
    [
        pytest.param("Laptop on the boat", "Laptop on the boat", id="a name"),
        pytest.param("  two \n\t words ", "two words", id="blanks"),
        pytest.param("x" * (NAME_LENGTH + 9), "x" * NAME_LENGTH, id="too long"),
        pytest.param(" \u3000", "Anna's MacBook", id="none: its own comes back"),
    ],
)
def test_a_device_has_the_name_that_its_owner_gives(
    stage: Stage, anna: Person, mac: Mac, given: str, name: str
) -> None:
    rename_device(stage.world, anna.actor, stage.device(mac).id, "Before")
    assert rename_device(stage.world, anna.actor, stage.device(mac).id, given).device.name == name
    stage.connects(mac)
    assert stage.device(mac).name == name


def test_what_is_somebody_elses_is_not_found(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    device_id, deposit = stage.device(mac).id, stage.saves(anna, mac)
    with pytest.raises(NotFound):
        see_device(stage.world, bram.actor, device_id)
    with pytest.raises(NotFound):
        rename_device(stage.world, bram.actor, device_id, "Mine")
    with pytest.raises(NotFound):
        see_deposit(stage.world, bram.actor, device_id, deposit.id)
    assert stage.device(mac).given_name is None


def test_a_deposit_is_found_under_its_own_mac_only(stage: Stage, anna: Person, mac: Mac) -> None:
    other = stage.enrolled_mac(anna)
    with pytest.raises(NotFound):
        see_deposit(stage.world, anna.actor, stage.device(mac).id, None)
    deposit = stage.saves(anna, mac)
    latest = see_deposit(stage.world, anna.actor, stage.device(mac).id, None)
    assert latest == SeenDeposit(deposit, stage.device(mac), key_kept=False)
    assert see_deposit(stage.world, anna.actor, stage.device(mac).id, deposit.id).deposit == deposit
    with pytest.raises(NotFound):
        see_deposit(stage.world, anna.actor, stage.device(other).id, deposit.id)


def test_it_is_said_when_only_the_mac_can_move_on(stage: Stage, anna: Person, mac: Mac) -> None:
    older = stage.saves(anna, mac)
    assert not waits_for_the_mac(older, stage.device(mac))
    stage.works()
    assert waits_for_the_mac(stage.deposit(mac), stage.device(mac))
    newer = stage.saves(anna, mac, WRONG_KEY)
    assert waits_for_the_mac(newer, stage.device(mac))
    stage.hears(mac.idles())
    assert not waits_for_the_mac(stage.deposit(mac, older.id), stage.device(mac))


def test_a_toast_stays_until_it_is_dismissed(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    (told,) = notices(stage.world, anna.actor)
    notice, device = told.notice, told.device
    assert device == stage.device(mac)
    with pytest.raises(NotFound):
        dismiss_notice(stage.world, bram.actor, notice.id)
    assert stage.told(anna) == ["device-not-updated"]
    dismiss_notice(stage.world, anna.actor, notice.id)
    assert stage.told(anna) == []
    with pytest.raises(NotFound):
        dismiss_notice(stage.world, anna.actor, notice.id)


def test_a_toast_names_no_device_that_is_somebody_elses_by_now(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    stage.gives(mac, bram)
    assert stage.told(anna) == ["device-reassigned"]
    assert stage.told(bram) == []
