"""Get recovery key: who may open which key, and the trace that each time leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from sleutelkast.adapters.store.schema import versions as version_rows
from sleutelkast.domain.person import Person
from sleutelkast.usecases.errors import NoKey, NotFound, SignInAgain, Unavailable
from sleutelkast.usecases.own_devices import see_device
from sleutelkast.usecases.reveal_key import reveal_key, versions
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage

WRONG_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"


def test_the_owner_gets_the_key_that_opens_the_disk_today(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    revealed = reveal_key(stage.world, anna.actor, stage.session(anna), stage.device(mac).id)
    assert revealed.key.reveal() == mac.key
    assert revealed.listed.is_present
    assert revealed.visible_until == stage.clock.now() + timedelta(minutes=5)


def test_a_key_needs_a_fresh_sign_in(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    session, fresh = stage.session(anna), stage.world.policy.sessions.fresh_sign_in
    stage.clock.moment += fresh - timedelta(seconds=1)
    reveal_key(stage.world, anna.actor, session, stage.device(mac).id)
    stage.clock.moment += timedelta(seconds=1)
    with pytest.raises(SignInAgain):
        reveal_key(stage.world, anna.actor, session, stage.device(mac).id)
    again = replace(session, signed_in_at=stage.clock.now())
    assert reveal_key(stage.world, anna.actor, again, stage.device(mac).id).key.reveal() == mac.key
    assert stage.audited("reveal") == [
        (anna.id, "done", None),
        (anna.id, "denied", "sign-in-again"),
        (anna.id, "done", None),
    ]


def test_each_denial_is_audited(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    with pytest.raises(NoKey):
        stage.reveals(anna, mac)
    stage.stores(anna, mac)
    with pytest.raises(NotFound):
        stage.reveals(bram, mac)
    with pytest.raises(NotFound):
        stage.reveals(anna, mac, "no such version")
    assert stage.audited("reveal") == [
        (anna.id, "denied", "no-key"),
        (bram.id, "denied", "not-found"),
        (anna.id, "denied", "not-found"),
    ]


def test_listing_needs_the_right_as_well(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    with pytest.raises(NotFound):
        versions(stage.world, bram.actor, stage.device(mac).id)


def test_earlier_keys_stay(stage: Stage, anna: Person, mac: Mac) -> None:
    """A disk that is restored from a backup opens with the key that it had then."""
    for _ in range(3):
        stage.stores(anna, mac)
        stage.time_passes(days=30)
    newest, older, oldest, typed = reversed(mac.keys)
    assert stage.kept(anna, mac) == [("rotated", newest), ("rotated", older), ("rotated", oldest), ("typed", typed)]
    listed = versions(stage.world, anna.actor, stage.device(mac).id)
    assert [one.is_present for one in listed] == [True, False, False, False]
    assert all(one.version.confirmed for one in listed)


def test_a_typed_key_that_the_mac_did_not_confirm_is_its_owners_to_see(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac, WRONG_KEY)
    stage.works()
    assert stage.kept(anna, mac) == []
    stage.connects(mac)
    stage.works()
    stage.connects(mac)
    (listed,) = versions(stage.world, anna.actor, stage.device(mac).id)
    assert (listed.version.confirmed, listed.is_present) == (False, False)
    assert stage.reveals(anna, mac, listed.version.id) == WRONG_KEY
    with pytest.raises(NoKey):
        stage.reveals(anna, mac)


def test_a_failed_deposit_leaves_the_kept_key_as_it_was(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    assert stage.states(mac) == ["stored", "refused"]
    assert stage.reveals(anna, mac) == mac.key


def test_a_new_owner_opens_and_sees_nothing_of_the_former_one(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    stage.stores(anna, mac)
    stage.saves(anna, mac, WRONG_KEY)
    stage.goes_round(mac)
    of_anna = [one.version.id for one in versions(stage.world, anna.actor, stage.device(mac).id)]
    assert len(of_anna) == 3
    stage.gives(mac, bram)
    assert stage.kept(bram, mac) == []
    assert see_device(stage.world, bram.actor, stage.device(mac).id).escrowed is None
    with pytest.raises(NoKey):
        stage.reveals(bram, mac)
    for version_id in of_anna:
        with pytest.raises(NotFound):
            stage.reveals(bram, mac, version_id)
        with pytest.raises(NotFound):
            stage.reveals(anna, mac, version_id)


def test_a_new_owner_keeps_a_key_of_their_own(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    typed_by_anna = mac.keys[0]
    stage.gives(mac, bram)
    handed_over = mac.key
    stage.stores(bram, mac)
    assert stage.kept(bram, mac)[0] == ("rotated", mac.key)
    assert typed_by_anna not in [key for _, key in stage.kept(bram, mac)]
    assert handed_over != mac.key


@pytest.mark.parametrize("does", [Does.AS_ASKED, Does.WITHOUT_KEY], ids=["rotated", "repaired"])
def test_a_mac_that_is_given_away_meanwhile_gives_its_new_key_to_whoever_proved_the_old_one(
    stage: Stage, anna: Person, bram: Person, does: Does
) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    typed = mac.key
    stage.saves(anna, mac)
    stage.works()
    stage.gives(mac, bram)
    stage.connects(mac, does)
    stage.works()
    stage.connects(mac)
    assert typed != mac.key
    assert stage.kept(bram, mac) == []
    stage.gives(mac, anna)
    assert mac.key in [key for _, key in stage.kept(anna, mac)]


@pytest.mark.parametrize("does", [Does.AS_ASKED, Does.WITHOUT_KEY], ids=["rotated", "repaired"])
def test_a_damaged_database_is_said_so(stage: Stage, anna: Person, does: Does) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.saves(anna, mac)
    stage.goes_round(mac, does)
    with stage.store.write() as tx:
        tx.connection.execute(update(version_rows).values(envelope=b"damaged"))
    with pytest.raises(Unavailable):
        stage.reveals(anna, mac)
    assert stage.audited("reveal") == [(anna.id, "denied", "unavailable")]


def test_a_seal_that_was_moved_to_another_mac_does_not_open(stage: Stage, anna: Person, bram: Person, mac: Mac) -> None:
    """Who can write to the database makes no key of somebody else's their own."""
    other = stage.enrolled_mac(bram)
    stage.stores(anna, mac)
    stage.stores(bram, other)
    with stage.store.write() as tx:
        (of_anna, *_) = [one for one in tx.versions.of(stage.device(mac).id) if one.provenance == "rotated"]
        (of_bram, *_) = [one for one in tx.versions.of(stage.device(other).id) if one.provenance == "rotated"]
        moved = update(version_rows).where(version_rows.c.id == of_bram.id)
        tx.connection.execute(moved.values(envelope=tx.versions.envelope(of_anna.id)))
    with pytest.raises(Unavailable):
        stage.reveals(bram, other)
