"""Two who act at once on one row, where only PostgreSQL lets them: SQLite has one writer at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.adapters.store.deposits import SqlAnswers
from sleutelkast.adapters.store.devices import SqlChecks, SqlDevices
from sleutelkast.domain.person import Person
from sleutelkast.domain.upkeep import RotationPolicy
from sleutelkast.usecases import receive_report
from sleutelkast.usecases.check_status import check_status, latest_check, time_out_checks
from sleutelkast.usecases.errors import NotFound
from sleutelkast.usecases.manage import confirm_device
from sleutelkast.usecases.open_answers import open_answer
from sleutelkast.usecases.repository import CheckState
from sleutelkast.usecases.rotate_key import rotate_as_policy_has_it
from tests.integration.attacks.moments import overtaken, waiting
from tests.integration.usecases.mdm_in_memory import Call, Mac
from tests.integration.usecases.stage import Stage

pytestmark = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

in_both_orders = pytest.mark.parametrize("swapped", [False, True], ids=["one order", "other order"])
of_both_kinds = pytest.mark.parametrize("is_expected", [True, False], ids=["expected", "unknown"])


@of_both_kinds
@in_both_orders
def test_of_two_macs_that_claim_one_serial_at_once_the_quicker_is_known(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch, is_expected: bool, swapped: bool
) -> None:
    slow, quick = _namesakes(stage, anna, is_expected, swapped)
    overtaken(monkeypatch, SqlDevices, "by_serial", lambda: stage.hears(quick.authenticates()))
    stage.hears(slow.authenticates())
    _only_one_gets_keys(stage, anna, known=quick, quarantined=slow)


@of_both_kinds
@in_both_orders
def test_of_two_macs_that_claim_one_serial_at_once_the_one_that_waits_is_quarantined(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch, is_expected: bool, swapped: bool
) -> None:
    first, late = _namesakes(stage, anna, is_expected, swapped)
    held_by = "lock" if is_expected else "add"
    with waiting(monkeypatch, stage.store, SqlDevices, held_by, lambda: stage.hears(late.authenticates())):
        stage.hears(first.authenticates())
    _only_one_gets_keys(stage, anna, known=first, quarantined=late)


@of_both_kinds
@in_both_orders
def test_a_mac_that_enrols_while_it_is_given_away_is_the_new_owners(
    stage: Stage, anna: Person, bram: Person, monkeypatch: pytest.MonkeyPatch, is_expected: bool, swapped: bool
) -> None:
    mac = stage.expected_mac(anna) if is_expected else stage.new_mac()
    acts = [lambda: stage.gives(mac, bram), lambda: stage.hears(mac.authenticates())]
    slow, quick = reversed(acts) if swapped else acts
    overtaken(monkeypatch, SqlDevices, "by_serial", quick)
    slow()
    (device,) = stage.devices()
    assert (device.serial, device.udid, device.owner_id) == (mac.serial, mac.udid, bram.id)
    assert not device.quarantined


@pytest.mark.parametrize("slow_one_finds_it_by", ["by_udid", "by_serial"], ids=["check-out is slow", "giving is slow"])
def test_a_mac_that_leaves_while_it_is_given_away(
    stage: Stage, bram: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch, slow_one_finds_it_by: str
) -> None:
    leave, give = lambda: stage.hears(mac.checks_out()), lambda: stage.gives(mac, bram)
    slow, quick = (leave, give) if slow_one_finds_it_by == "by_udid" else (give, leave)
    overtaken(monkeypatch, SqlDevices, slow_one_finds_it_by, quick)
    slow()
    device = stage.device(mac)
    assert device.owner_id == bram.id
    assert device.checked_out_at is not None


@in_both_orders
def test_a_report_that_comes_while_its_mac_is_merged_is_kept(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch, swapped: bool
) -> None:
    mac, facts, claim = _mac_about_to_be_merged(stage, anna)
    slow, quick = (claim, facts) if swapped else (facts, claim)
    overtaken(monkeypatch, SqlDevices, "by_udid", lambda: stage.hears(quick))
    stage.hears(slow)
    _is_merged_and_kept(stage, anna, mac)


def test_a_report_that_waits_while_its_mac_is_merged_is_kept(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac, facts, claim = _mac_about_to_be_merged(stage, anna)
    with waiting(monkeypatch, stage.store, SqlAnswers, "of", lambda: stage.hears(claim)):
        stage.hears(facts)
    _is_merged_and_kept(stage, anna, mac)


def test_two_workers_open_one_answer_once(
    stage: Stage, anna: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as process_dies:
        process_dies.setattr(receive_report, "open_answer", lambda *_: None)
        stage.stores(anna, mac)
    (answer,) = stage.answers(mac)
    overtaken(monkeypatch, SqlAnswers, "get", lambda: open_answer(stage.world, answer.id))
    open_answer(stage.world, answer.id)
    assert stage.states(mac) == ["stored"]
    assert [provenance for provenance, _ in stage.kept(anna, mac)] == ["rotated", "typed"]
    assert stage.answers(mac) == []
    assert stage.reveals(anna, mac) == mac.key


def test_a_key_that_is_rotated_in_two_tabs_at_once_is_rotated_once(
    stage: Stage, anna: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.stores(anna, mac)
    with waiting(monkeypatch, stage.store, SqlDevices, "lock", lambda: stage.rotates(anna, mac)):
        stage.rotates(anna, mac)
    stage.works()
    stage.connects(mac)
    assert stage.states(mac) == ["stored", "stored"]
    assert len(mac.keys) == 3


@in_both_orders
def test_a_key_that_is_rotated_while_one_is_stored_is_sent_once(
    stage: Stage, anna: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch, swapped: bool
) -> None:
    stage.stores(anna, mac)
    acts = [lambda: stage.rotates(anna, mac), lambda: stage.saves(anna, mac)]
    first, second = reversed(acts) if swapped else acts
    with waiting(monkeypatch, stage.store, SqlDevices, "lock", second):
        first()
    stage.works()
    stage.connects(mac)
    stage.works()
    assert stage.states(mac) == ["stored", "stored", "superseded"]
    assert len(stage.mdm.rotations()) == 2
    assert stage.reveals(anna, mac) == mac.key


def test_two_workers_rotate_a_key_once_as_policy_has_it(
    stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = replace(stage.world.policy, rotation=RotationPolicy(every=timedelta(days=90)))
    stage.world = replace(stage.world, policy=policy)
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.learns(mac, filevault_enabled=True, escrows_to_us=True)
    stage.time_passes(days=90)
    overtaken(monkeypatch, SqlDevices, "to_rotate", lambda: rotate_as_policy_has_it(stage.world, 10))
    rotate_as_policy_has_it(stage.world, 10)
    assert len(stage.line(mac)) == 2


def test_a_time_out_does_not_override_an_answer(
    stage: Stage, anna: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    device_id = stage.device(mac).id
    check_status(stage.world, anna.actor, device_id)
    stage.time_passes(minutes=3)
    with waiting(monkeypatch, stage.store, SqlChecks, "note_heard", lambda: time_out_checks(stage.world)):
        stage.hears(mac.idles())
    assert latest_check(stage.world, anna.actor, device_id).state is CheckState.ANSWERED


def test_a_mac_that_is_given_away_while_its_quarantine_ends_is_the_new_owners(
    stage: Stage, bram: Person, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = stage.new_mac(serial=mac.serial)
    stage.hears(back.authenticates())
    overtaken(monkeypatch, SqlDevices, "by_serial", lambda: stage.gives(mac, bram))
    confirm_device(stage.world, back.udid)
    (device,) = stage.devices()
    assert (device.udid, device.owner_id, device.quarantined) == (back.udid, bram.id, False)


def _namesakes(stage: Stage, owner: Person, is_expected: bool, swapped: bool) -> tuple[Mac, Mac]:
    mac = stage.expected_mac(owner) if is_expected else stage.new_mac()
    imposter = stage.new_mac(serial=mac.serial)
    return (imposter, mac) if swapped else (mac, imposter)


def _only_one_gets_keys(stage: Stage, owner: Person, known: Mac, quarantined: Mac) -> None:
    assert {one.udid: one.quarantined for one in stage.devices()} == {known.udid: False, quarantined.udid: True}
    stage.gives(known, owner)
    with pytest.raises(NotFound):
        stage.saves(owner, quarantined)
    stage.saves(owner, known)
    stage.works()
    assert [attempt.enrollment_id for attempt in stage.mdm.rotations()] == [known.udid]


def _mac_about_to_be_merged(stage: Stage, owner: Person) -> tuple[Mac, Call, Call]:
    """Known by its UDID alone; it tells its serial, which is an expected one, and a key that nobody asked for."""
    mac = stage.expected_mac(owner)
    stage.mdm.queues[mac.udid] = []
    stage.hears(mac.idles())
    stage.works()
    _, facts = mac.connects()
    return mac, facts, mac.claims_to_have_rotated("nobody asked", stage.escrow_certificate())


def _is_merged_and_kept(stage: Stage, owner: Person, mac: Mac) -> None:
    (device,) = stage.devices()
    assert (device.serial, device.udid, device.owner_id) == (mac.serial, mac.udid, owner.id)
    (kept,) = stage.answers(mac)
    assert json.loads(stage.opens(kept))["acknowledge_event"]["udid"] == mac.udid
