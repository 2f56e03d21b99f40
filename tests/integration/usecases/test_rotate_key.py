"""Rotate recovery key: asked for by its owner or by policy, and in all else a deposit of the kept key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.access import Escrowing, Ownership, Permission, Role
from sleutelkast.domain.deposit import Kind, State
from sleutelkast.domain.device import Stale
from sleutelkast.domain.person import Person
from sleutelkast.domain.recovery_key import parse
from sleutelkast.domain.upkeep import RotationPolicy
from sleutelkast.domain.versions import Provenance
from sleutelkast.usecases import escrow
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.errors import AlreadyUsed, Forbidden, NoKeyToRotate, NotFound
from sleutelkast.usecases.own_devices import see_device
from sleutelkast.usecases.reveal_key import versions
from tests.integration.usecases.mdm_in_memory import Does, Fault, Mac
from tests.integration.usecases.stage import Stage

WRONG_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
HOUR = timedelta(hours=1)


def has_policy(stage: Stage, after_reveal: timedelta | None = None, every: timedelta | None = None) -> None:
    policy = replace(stage.world.policy, rotation=RotationPolicy(after_reveal, every))
    stage.world = replace(stage.world, policy=policy)


def escrows(stage: Stage, owner: Person) -> Mac:
    """A Mac whose key was stored, and of which SecurityInfo told that no key of it can get lost."""
    mac = stage.mac_with_escrow_profile(owner)
    stage.stores(owner, mac)
    stage.learns(mac, filevault_enabled=True, has_recovery_key=True, escrows_to_us=True)
    return mac


def passwords(stage: Stage) -> list[str]:
    """The keys that were handed to the MDM server."""
    return [str(attempt.body["FileVaultUnlock"]["Password"]) for attempt in stage.mdm.rotations()]


# Asked for by the owner


def test_the_kept_key_stands_for_the_typed_one(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    kept_before = stage.kept(anna, mac)
    rotation = stage.rotates(anna, mac)
    stage.works()
    stage.connects(mac)
    assert (stage.deposit(mac).id, stage.deposit(mac).state) == (rotation.id, State.STORED)
    assert passwords(stage)[-1] == mac.keys[-2]
    assert stage.kept(anna, mac) == [("rotated", mac.key), *kept_before]
    assert stage.audited("rotation") == [(anna.id, "done", None)]
    assert stage.told(anna) == []


def test_asked_in_two_tabs_it_is_the_same_rotation(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    first, second = stage.rotates(anna, mac), stage.rotates(anna, mac)
    assert first.id == second.id
    stage.works()
    stage.connects(mac)
    assert len(mac.keys) == 3
    assert stage.rotates(anna, mac).id != first.id


def test_a_repeated_request_is_the_same_rotation_even_once_it_is_settled(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    first = stage.rotates(anna, mac, "tried once")
    stage.works()
    stage.connects(mac)
    assert stage.rotates(anna, mac, "tried once").id == first.id
    assert len(stage.line(mac)) == 2


def test_an_idempotency_key_stands_for_one_thing_only(stage: Stage, anna: Person, mac: Mac) -> None:
    """Else a typed key would be dropped without a word."""
    stage.saves(anna, mac, idempotency_key="deposit")
    stage.works()
    stage.connects(mac)
    stage.rotates(anna, mac, "rotation")
    with pytest.raises(AlreadyUsed):
        stage.rotates(anna, mac, "deposit")
    with pytest.raises(AlreadyUsed):
        stage.saves(anna, mac, idempotency_key="rotation")


def test_without_a_key_there_is_nothing_to_rotate(stage: Stage, anna: Person, mac: Mac) -> None:
    with pytest.raises(NoKeyToRotate):
        stage.rotates(anna, mac)
    stage.saves(anna, mac)
    with pytest.raises(NoKeyToRotate):
        stage.rotates(anna, mac)
    assert stage.audited("rotation") == []


def test_a_mac_of_somebody_else_is_not_found(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    with pytest.raises(NotFound):
        stage.rotates(bram, mac)


def test_no_key_goes_to_a_mac_in_quarantine(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.quarantines(mac)
    with pytest.raises(Forbidden):
        stage.rotates(anna, mac)
    assert len(stage.mdm.rotations()) == 1


def test_a_mac_that_comes_into_quarantine_meanwhile_gets_no_key(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.rotates(anna, mac)
    stage.quarantines(mac)
    stage.works()
    assert len(stage.mdm.rotations()) == 1


def test_a_new_owner_comes_by_no_key_of_the_former_one(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    """Not by having it rotated either: the new key would open the former owner's disk."""
    stage.stores(anna, mac)
    stage.gives(mac, bram)
    with pytest.raises(NoKeyToRotate):
        stage.rotates(bram, mac)
    assert Permission.ROTATE not in see_device(stage.world, bram.actor, stage.device(mac).id).actions


@pytest.mark.parametrize("does", [Does.AS_ASKED, Does.WITHOUT_KEY], ids=["rotated", "repaired"])
def test_who_is_given_the_mac_meanwhile_is_not_given_its_new_key(
    stage: Stage, anna: Person, bram: Person, does: Does
) -> None:
    """Whoever may assign Macs has one given to himself while a rotation is on its way."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.rotates(anna, mac)
    stage.works()
    stage.gives(mac, bram)
    stage.goes_round(mac, does)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.kept(bram, mac) == []
    stage.gives(mac, anna)
    assert stage.reveals(anna, mac) == mac.key


def test_a_rotation_behind_a_deposit_waits_and_is_superseded_by_it(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.saves(anna, mac)
    stage.rotates(anna, mac)
    stage.works()
    assert len(stage.mdm.rotations()) == 2
    stage.connects(mac)
    stage.works()
    assert stage.states(mac) == ["stored", "stored", "superseded"]
    assert len(stage.mdm.rotations()) == 2


def test_a_rotation_behind_a_refused_deposit_is_sent_with_the_kept_key(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.saves(anna, mac, WRONG_KEY)
    stage.rotates(anna, mac)
    stage.goes_round(mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "refused", "stored"]
    assert passwords(stage)[-1] == mac.keys[-2]


def test_a_rotation_whose_key_is_replaced_before_it_is_sent_sends_no_wrong_key(stage: Stage, anna: Person) -> None:
    """The key was changed by hand, and SecurityInfo tells so first."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.mdm.faults.extend([Fault.REFUSED] * 2)
    stage.rotates(anna, mac)
    mac.changes_key()
    with stage.store.write() as tx:
        device = tx.devices.lock(stage.device(mac).id)
        assert device is not None
        bound = Escrowing(anna.id, Ownership.PERSONAL)
        now = stage.clock.now()
        escrow.keep(stage.world, tx, device.id, parse(mac.key), Provenance.REPAIRED, now, bound)
    stage.hears(mac.idles())
    stage.mdm.faults.clear()
    stage.works()
    assert len(stage.mdm.rotations()) == 1
    assert stage.states(mac) == ["stored", "superseded"]
    assert stage.reveals(anna, mac) == mac.key
    assert stage.told(anna) == []


def test_a_command_that_may_be_queued_goes_out_again_without_a_key_that_was_replaced(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.stores(anna, mac)
    stage.mdm.faults.append(Fault.UNREACHABLE)
    rotation = stage.rotates(anna, mac)
    stage.works()
    mac.changes_key()
    with stage.store.write() as tx:
        bound = Escrowing(anna.id, Ownership.PERSONAL)
        now = stage.clock.now()
        escrow.keep(stage.world, tx, stage.device(mac).id, parse(mac.key), Provenance.REPAIRED, now, bound)
    by_hand = mac.key
    stage.time_passes(minutes=10)
    stage.works()
    assert passwords(stage)[-1] == by_hand
    stage.connects(mac)
    assert stage.deposit(mac, rotation.id).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


# When it comes to nothing


def test_a_refused_rotation_is_told_of_and_the_kept_key_is_stale(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    mac.changes_key()
    stage.rotates(anna, mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "refused"]
    assert stage.told(anna) == ["rotation-failed"]
    seen = see_device(stage.world, anna.actor, stage.device(mac).id)
    assert seen.stale is Stale.ROTATION_FAILED
    assert seen.escrowed is not None
    stage.stores(anna, mac)
    healed = see_device(stage.world, anna.actor, stage.device(mac).id)
    assert (healed.stale, stage.told(anna)) == (None, [])
    assert stage.reveals(anna, mac) == mac.key


def test_an_answer_without_a_key_makes_the_kept_key_stale(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.rotates(anna, mac)
    stage.goes_round(mac, Does.WITHOUT_KEY)
    stage.time_passes(days=4)
    stage.works()
    assert stage.states(mac) == ["stored", "unanswered"]
    assert stage.device(mac).stale is Stale.ROTATION_FAILED


def test_silence_makes_nothing_stale(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.rotates(anna, mac)
    stage.works()
    stage.time_passes(days=4)
    stage.works()
    assert stage.states(mac) == ["stored", "unanswered"]
    assert stage.device(mac).stale is None
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.told(anna) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"filevault_enabled": False}, Stale.FILEVAULT_OFF, id="FileVault was switched off"),
        pytest.param({"has_recovery_key": False}, Stale.NO_RECOVERY_KEY, id="the recovery key was removed"),
    ],
)
def test_what_the_mac_tells_makes_the_kept_key_stale(
    stage: Stage, anna: Person, bram: Person, mac: Mac, facts: dict[str, bool], expected: Stale
) -> None:
    stage.stores(anna, mac)
    stage.learns(mac, **facts)
    assert see_device(stage.world, anna.actor, stage.device(mac).id).stale is expected
    stage.hears(mac.idles(), mac.updates_token())
    assert stage.device(mac).stale is expected
    stage.gives(mac, bram)
    assert see_device(stage.world, bram.actor, stage.device(mac).id).stale is None


def test_a_mac_that_escrows_to_somebody_else_has_another_key(stage: Stage, anna: Person) -> None:
    """Its escrow profile was replaced, and that takes effect for keys made after it."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    tells_its_security(stage, anna, mac)
    assert (stage.device(mac).escrows_to_us, stage.device(mac).stale) == (True, None)
    mac.escrow_certificate = stage.stranger
    tells_its_security(stage, anna, mac)
    assert stage.device(mac).stale is None
    mac.changes_key()
    tells_its_security(stage, anna, mac)
    assert stage.device(mac).stale is Stale.ROTATED_ELSEWHERE
    stage.stores(anna, mac)
    tells_its_security(stage, anna, mac)
    assert stage.device(mac).stale is None


def test_a_key_that_the_portal_had_made_is_known_wherever_it_is_escrowed(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    tells_its_security(stage, anna, mac)
    mac.escrow_certificate = stage.stranger
    stage.rotates(anna, mac)
    stage.goes_round(mac)
    tells_its_security(stage, anna, mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.device(mac).stale is None


def test_a_key_that_a_mac_made_by_itself_is_found_and_is_not_stale(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    mac.changes_key()
    tells_its_security(stage, anna, mac)
    assert stage.device(mac).stale is None
    assert stage.reveals(anna, mac) == mac.key


def tells_its_security(stage: Stage, owner: Person, mac: Mac) -> None:
    check_status(stage.world, owner.actor, stage.device(mac).id)
    stage.works()
    stage.connects(mac)


# Asked for by policy


def test_who_had_it_rotated_for_somebody_is_told_as_well_that_it_came_to_nothing(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    stage.stores(anna, mac)
    sanne = stage.person("sanne", Role.SUPPORT)
    mac.changes_key()
    stage.rotates(sanne, mac)
    stage.goes_round(mac)
    assert (stage.told(anna), stage.told(sanne)) == (["rotation-failed"], ["others-rotation-failed"])
    stage.stores(anna, mac)
    assert (stage.told(anna), stage.told(sanne)) == ([], [])


def test_a_mac_is_rotated_by_policy_once_it_told_its_security(stage: Stage, anna: Person) -> None:
    has_policy(stage, every=timedelta(days=90))
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.time_passes(days=91)
    stage.works()
    assert len(stage.line(mac)) == 1
    stage.connects(mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.reveals(anna, mac) == mac.key


def test_a_key_that_was_shown_is_rotated_a_while_after(stage: Stage, anna: Person) -> None:
    has_policy(stage, after_reveal=HOUR)
    mac = escrows(stage, anna)
    stage.reveals(anna, mac)
    stage.time_passes(minutes=59)
    stage.works()
    assert len(stage.line(mac)) == 1
    stage.time_passes(minutes=1)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert stage.deposit(mac).kind is Kind.ROTATION
    assert stage.reveals(anna, mac) == mac.key == mac.keys[2]
    assert stage.audited("rotation") == [(None, "done", "policy")]


def test_a_new_key_was_seen_by_nobody(stage: Stage, anna: Person) -> None:
    has_policy(stage, after_reveal=HOUR)
    mac = escrows(stage, anna)
    stage.reveals(anna, mac)
    stage.time_passes(hours=1)
    stage.goes_round(mac)
    stage.time_passes(days=30)
    stage.goes_round(mac)
    assert len(mac.keys) == 3


def test_to_see_an_earlier_key_rotates_nothing(stage: Stage, anna: Person) -> None:
    has_policy(stage, after_reveal=HOUR)
    mac = escrows(stage, anna)
    _, earlier = versions(stage.world, anna.actor, stage.device(mac).id)
    stage.reveals(anna, mac, earlier.version.id)
    stage.time_passes(hours=2)
    stage.goes_round(mac)
    assert len(mac.keys) == 2


def test_a_key_is_rotated_when_it_is_so_old(stage: Stage, anna: Person) -> None:
    has_policy(stage, every=timedelta(days=90))
    mac = escrows(stage, anna)
    for _ in range(2):
        stage.time_passes(days=89)
        stage.goes_round(mac)
        before = len(mac.keys)
        stage.time_passes(days=1)
        stage.goes_round(mac)
        assert len(mac.keys) == before + 1
    assert stage.reveals(anna, mac) == mac.key


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"escrows_to_us": False}, id="no key of it opened with our certificate"),
        pytest.param({"filevault_enabled": False}, id="FileVault is off"),
        pytest.param({"quarantined": True}, id="it is in quarantine"),
        pytest.param({"checked_out_at": timedelta(0)}, id="it left"),
    ],
)
def test_policy_rotates_nothing_where_the_key_could_get_lost(
    stage: Stage, anna: Person, facts: dict[str, object]
) -> None:
    """Not even where it became so after the rotation was planned, and nobody looked at it since."""
    has_policy(stage, every=timedelta(days=90))
    mac = escrows(stage, anna)
    assert stage.device(mac).rotate_at is not None
    changed = {name: stage.clock.now() if value == timedelta(0) else value for name, value in facts.items()}
    with stage.store.write() as tx:
        tx.devices.save(replace(stage.device(mac), **changed))  # type: ignore[arg-type]
    stage.time_passes(days=90)
    assert stage.works() > 0
    assert stage.works() == 0
    assert len(stage.line(mac)) == 1
    assert stage.device(mac).rotate_at is None


def test_a_policy_that_was_taken_back_rotates_nothing(stage: Stage, anna: Person) -> None:
    has_policy(stage, every=timedelta(days=90))
    mac = escrows(stage, anna)
    has_policy(stage)
    stage.time_passes(days=90)
    stage.works()
    assert len(stage.line(mac)) == 1


def test_policy_waits_for_a_deposit_that_is_under_way(stage: Stage, anna: Person) -> None:
    has_policy(stage, after_reveal=HOUR)
    mac = escrows(stage, anna)
    stage.reveals(anna, mac)
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(hours=2)
    stage.works()
    assert len(stage.line(mac)) == 2
    stage.connects(mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "stored"]


def test_a_policy_rotation_behind_a_refused_deposit(stage: Stage, anna: Person) -> None:
    has_policy(stage, after_reveal=HOUR)
    mac = escrows(stage, anna)
    stage.reveals(anna, mac)
    stage.saves(anna, mac, WRONG_KEY)
    stage.time_passes(hours=2)
    stage.goes_round(mac)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "refused", "stored"]


def test_a_policy_rotation_that_is_refused_is_told_of_once_and_not_repeated_for_ever(
    stage: Stage, anna: Person
) -> None:
    has_policy(stage, every=timedelta(days=90))
    mac = escrows(stage, anna)
    stage.time_passes(days=90)
    told = []
    for _ in range(60):
        stage.goes_round(mac, Does.ERRORS)
        told += stage.told(anna)
        for notice_id in _notices(stage, anna):
            dismiss(stage, anna, notice_id)
        stage.time_passes(days=1)
    assert stage.states(mac) == ["stored", *["refused"] * 4]
    assert told == ["rotation-failed"]
    days = [(one.created_at - stage.line(mac)[1].created_at).days for one in stage.line(mac)[1:]]
    assert days == sorted(days)
    assert stage.device(mac).stale is Stale.ROTATION_FAILED
    assert stage.reveals(anna, mac) == mac.key


def test_many_macs_are_rotated_batch_by_batch(stage: Stage, anna: Person) -> None:
    has_policy(stage, every=timedelta(days=90))
    macs = [escrows(stage, anna) for _ in range(3)]
    stage.time_passes(days=91)
    stage.works()
    assert [len(stage.line(mac)) for mac in macs] == [2, 2, 2]


def _notices(stage: Stage, person: Person) -> list[str]:
    with stage.store.read() as tx:
        return [one.id for one in tx.notices.of(person.id)]


def dismiss(stage: Stage, person: Person, notice_id: str) -> None:
    with stage.store.write() as tx:
        assert tx.notices.dismiss(notice_id, person.id)
