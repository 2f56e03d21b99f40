"""A Crypt client reports a key: what it adds, and all that it must not displace, reach or fill."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import update

from sleutelkast.adapters.store.schema import versions as version_rows
from sleutelkast.domain.access import Ownership
from sleutelkast.domain.audit import Action
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person
from sleutelkast.fleet.mac import new_recovery_key
from sleutelkast.usecases import crypt_check_in, manage
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.crypt_check_in import KEYS_A_DAY, Report, check_in, kept_since
from sleutelkast.usecases.errors import NoKey, NotFound, NotTaken, TooMany
from sleutelkast.usecases.own_devices import see_device
from sleutelkast.usecases.reveal_key import versions
from sleutelkast.usecases.upkeep import note_reveal
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage

KEY, OTHER_KEY = "CRPT-CRPT-CRPT-CRPT-CRPT-0001", "CRPT-CRPT-CRPT-CRPT-CRPT-0002"


def test_the_key_of_a_mac_is_kept_for_its_owner(stage: Stage, anna: Person, mac: Mac) -> None:
    assert reports(stage, mac) is False
    assert stage.kept(anna, mac) == [("reported", KEY)]
    assert stage.reveals(anna, mac) == KEY
    assert stage.audited(Action.KEY_REPORTED) == [(None, "done", None)]


@pytest.mark.parametrize("typed", [KEY + "\n", KEY.replace("-", ""), f"  {KEY.lower()}\r\n"])
def test_a_line_break_and_other_spellings_make_no_difference(stage: Stage, anna: Person, mac: Mac, typed: str) -> None:
    reports(stage, mac)
    reports(stage, mac, typed)
    assert stage.kept(anna, mac) == [("reported", KEY)]


def test_every_key_is_kept_and_a_repeated_one_is_no_new_version(stage: Stage, anna: Person, mac: Mac) -> None:
    for key in (KEY, KEY, OTHER_KEY, OTHER_KEY, OTHER_KEY):
        reports(stage, mac, key)
    assert stage.kept(anna, mac) == [("reported", OTHER_KEY), ("reported", KEY)]
    assert len(stage.audited(Action.KEY_REPORTED)) == 2


def test_a_report_displaces_no_proven_key_and_both_are_offered(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.stores(anna, mac)
    reports(stage, mac)
    assert stage.reveals(anna, mac) == mac.key
    first, second, *earlier = versions(stage.world, anna.actor, stage.device(mac).id)
    assert (first.is_present, first.may_be_newer) == (True, False)
    assert (second.is_present, second.may_be_newer) == (False, True)
    assert stage.reveals(anna, mac, second.version.id) == KEY
    assert not any(one.is_present or one.may_be_newer for one in earlier)
    escrowed = see_device(stage.world, anna.actor, stage.device(mac).id).escrowed
    assert escrowed is not None
    assert escrowed.provenance == "rotated"


def test_a_key_that_the_portal_had_replaced_is_an_earlier_one_however_often_it_is_reported(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    """The client does not know of a rotation over MDM, and goes on reporting what it has on disk."""
    on_disk = mac.key
    reports(stage, mac, on_disk)
    stage.stores(anna, mac)
    assert mac.key != on_disk
    reports(stage, mac, on_disk)
    listed = versions(stage.world, anna.actor, stage.device(mac).id)
    assert [(one.is_present, one.may_be_newer) for one in listed] == [(True, False), (False, False)]
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("reported", on_disk)]


def test_a_report_that_the_mac_itself_confirms_is_proven_from_then_on(stage: Stage, anna: Person) -> None:
    """Its client made a new key and reported it first; then the escrow profile has the Mac tell it too."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    mac.changes_key()
    reports(stage, mac, mac.key)
    assert stage.kept(anna, mac)[:2] == [("rotated", mac.keys[-2]), ("reported", mac.key)]
    is_asked(stage, anna, mac)
    assert stage.kept(anna, mac)[0] == ("repaired", mac.key)
    assert stage.reveals(anna, mac) == mac.key
    is_asked(stage, anna, mac)
    kept = stage.kept(anna, mac)
    assert [source for source, _ in kept].count("repaired") == 1
    assert [key for _, key in kept].count(mac.key) == 1, "it stands in the list once, as what is proven"


def test_a_report_that_was_replaced_is_not_proven_by_what_a_mac_shows_late(stage: Stage, anna: Person) -> None:
    """Whether a rotation brings what SecurityInfo shows up to date is not known."""
    mac = stage.mac_with_escrow_profile(anna)
    mac.changes_key()
    reports(stage, mac, mac.key)
    shown = mac.escrowed
    stage.stores(anna, mac)
    mac.escrowed = shown
    is_asked(stage, anna, mac)
    assert stage.kept(anna, mac)[0] == ("rotated", mac.key)


def is_asked(stage: Stage, person: Person, mac: Mac) -> None:
    """Somebody checks the status, and the Mac answers what it is asked."""
    stage.time_passes(hours=1)
    check_status(stage.world, person.actor, stage.device(mac).id)
    stage.works()
    stage.connects(mac)
    stage.works()


def test_a_forged_key_stays_in_front_no_longer_than_until_the_mac_reports_again(
    stage: Stage, anna: Person, mac: Mac
) -> None:
    reports(stage, mac)
    forged = OTHER_KEY
    reports(stage, mac, forged)
    assert stage.kept(anna, mac) == [("reported", forged), ("reported", KEY)]
    reports(stage, mac)
    assert stage.kept(anna, mac) == [("reported", KEY), ("reported", forged)]


def test_nothing_else_that_is_known_of_a_mac_is_touched(stage: Stage, mac: Mac) -> None:
    before = stage.device(mac)
    reports(stage, mac, name="Somebody else’s Mac")
    assert stage.device(mac) == before


def test_a_mac_in_quarantine_gets_nothing_of_the_report(stage: Stage, anna: Person, mac: Mac) -> None:
    """The serial is that of the known Mac, so the key goes there."""
    imposter = stage.new_mac(serial=mac.serial)
    stage.hears(imposter.authenticates())
    reports(stage, mac)
    assert stage.kept(anna, mac) == [("reported", KEY)]
    with stage.store.read() as tx:
        quarantined = tx.devices.by_udid(imposter.udid)
        assert quarantined is not None
        assert quarantined.quarantined
        assert tx.versions.of(quarantined.id) == []


# Macs of nobody


def test_an_unknown_mac_is_expected_and_nobodys(stage: Stage) -> None:
    report(stage, "C02NEW", name="Anna’s Mac\n")
    device = known(stage, "C02NEW")
    assert (device.owner_id, device.udid, device.ownership) == (None, None, Ownership.CORPORATE)
    assert device.name == "Anna’s Mac"
    assert device.announced_at == stage.clock.now()


def test_its_first_owner_opens_what_was_reported_before_and_no_later_one_does(
    stage: Stage, anna: Person, bram: Person
) -> None:
    mac = stage.new_mac()
    reports(stage, mac)
    stage.gives(mac, anna)
    assert stage.kept(anna, mac) == [("reported", KEY)]
    stage.gives(mac, bram)
    reports(stage, mac)
    assert stage.kept(bram, mac) == []
    with pytest.raises(NoKey):
        stage.reveals(bram, mac)
    reports(stage, mac, OTHER_KEY)
    assert stage.kept(bram, mac) == [("reported", OTHER_KEY)]


def test_giving_a_mac_away_opens_nothing_when_its_client_repeats_the_key(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    """Whoever may assign Macs has one given to himself for an hour, and waits for its next report."""
    reports(stage, mac)
    stage.gives(mac, bram)
    reports(stage, mac)
    assert stage.kept(bram, mac) == []
    stage.gives(mac, anna)
    assert stage.kept(anna, mac) == [("reported", KEY)]


def test_it_is_the_same_mac_once_it_enrols(stage: Stage, anna: Person) -> None:
    mac = stage.new_mac()
    reports(stage, mac)
    before = stage.device(mac).id
    stage.hears(mac.authenticates(), mac.updates_token())
    stage.gives(mac, anna)
    assert stage.device(mac).id == before
    assert stage.device(mac).udid == mac.udid
    assert stage.reveals(anna, mac) == KEY


# Rotation


def test_the_client_is_told_to_rotate_once_the_key_was_seen(stage: Stage, mac: Mac) -> None:
    assert reports(stage, mac) is False
    is_revealed(stage, mac)
    assert reports(stage, mac) is True
    assert reports(stage, mac) is True
    assert reports(stage, mac, OTHER_KEY) is False
    assert reports(stage, mac, OTHER_KEY) is False


def test_a_rotation_over_mdm_is_a_newer_key_as_well(stage: Stage, anna: Person, mac: Mac) -> None:
    on_disk = mac.key
    reports(stage, mac, on_disk)
    is_revealed(stage, mac)
    stage.stores(anna, mac)
    assert reports(stage, mac, on_disk) is False


def test_a_mac_that_changed_hands_is_not_made_to_hand_over_a_new_key(stage: Stage, anna: Person, bram: Person) -> None:
    """Anna saw her key; whoever may assign Macs has hers given to himself, and waits for the key that she has made."""
    mac = stage.expected_mac(anna)
    reports(stage, mac)
    is_revealed(stage, mac)
    assert reports(stage, mac) is True
    stage.gives(mac, bram)
    assert reports(stage, mac) is False
    stage.gives(mac, anna)
    assert reports(stage, mac) is True


def test_a_new_key_of_an_enrolled_mac_is_kept_for_whom_the_kept_one_is_until_it_is_set_up_anew(
    stage: Stage, anna: Person, bram: Person, mac: Mac
) -> None:
    reports(stage, mac)
    stage.gives(mac, bram)
    reports(stage, mac, OTHER_KEY)
    assert stage.kept(bram, mac) == []
    stage.hears(mac.authenticates(), mac.updates_token())
    newest = new_recovery_key()
    reports(stage, mac, newest)
    assert stage.kept(bram, mac) == [("reported", newest)]
    stage.gives(mac, anna)
    assert stage.kept(anna, mac) == [("reported", OTHER_KEY), ("reported", KEY)]


def is_revealed(stage: Stage, mac: Mac) -> None:
    stage.time_passes(seconds=1)
    with stage.store.write() as tx:
        note_reveal(tx, stage.device(mac).id, stage.clock.now())


# What is refused


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="nothing"),
        pytest.param(KEY[:-1], id="too short"),
        pytest.param(KEY + "X", id="too long"),
        pytest.param(KEY[:-1] + "é", id="a foreign letter"),
        pytest.param(KEY[:-1] + "\x00", id="a null character"),
        pytest.param("A" * 8000, id="very long"),
    ],
)
def test_what_is_no_key_is_not_taken(stage: Stage, anna: Person, mac: Mac, key: str) -> None:
    with pytest.raises(NotTaken) as refused:
        reports(stage, mac, key)
    assert refused.value.params == {"fields": {"recovery_password": "malformed"}}
    assert stage.kept(anna, mac) == []
    assert stage.audited(Action.KEY_REPORTED) == [(None, "denied", "malformed recovery_password")]


def test_a_client_that_repeats_what_is_refused_fills_no_log(stage: Stage, mac: Mac) -> None:
    """One entry a day for each Mac, and one an hour for all that are unknown."""
    for _ in range(30):
        for serial in (mac.serial, "C02UNKNOWN", ""):
            with pytest.raises(NotTaken):
                report(stage, serial, "no key")
        stage.time_passes(minutes=1)
    assert len(stage.audited(Action.KEY_REPORTED)) == 3
    stage.time_passes(hours=24)
    with pytest.raises(NotTaken):
        report(stage, mac.serial, "no key")
    assert len(stage.audited(Action.KEY_REPORTED)) == 4
    with stage.store.read() as tx:
        assert tx.devices.by_serial("C02UNKNOWN") is None


@pytest.mark.parametrize("serial", ["", "C02\x00", "C02\u202e", "x" * 65, KEY])
def test_what_is_no_serial_number_makes_no_mac(stage: Stage, serial: str) -> None:
    with pytest.raises(NotTaken) as refused:
        report(stage, serial)
    assert refused.value.params == {"fields": {"serial": "malformed"}}
    with stage.store.read() as tx:
        assert tx.devices.all() == []


def test_other_types_of_secrets_are_not_taken(stage: Stage, anna: Person, mac: Mac) -> None:
    with pytest.raises(NotTaken):
        check_in(stage.world, Report(mac.serial, KEY, key_type="password"))
    assert stage.kept(anna, mac) == []


def test_a_key_shows_in_no_refusal(stage: Stage) -> None:
    with pytest.raises(NotTaken) as refused:
        report(stage, KEY, KEY)
    assert KEY not in f"{refused.value!r} {refused.value.params} {Report('C02', KEY)!r}"


# What an attacker who knows the path secret can't do


def test_only_so_many_keys_of_one_mac_are_taken_in_a_day(stage: Stage, anna: Person, mac: Mac) -> None:
    """The Mac's own key is refused then as well: its client keeps it, and reports it again."""
    reports(stage, mac)
    for _ in range(KEYS_A_DAY - 1):
        reports(stage, mac, new_recovery_key())
    with pytest.raises(TooMany):
        reports(stage, mac, OTHER_KEY)
    assert reports(stage, mac) is False
    assert len(stage.kept(anna, mac)) == KEYS_A_DAY
    assert stage.kept(anna, mac)[0] == ("reported", KEY)
    assert stage.audited(Action.KEY_REPORTED)[-1] == (None, "denied", "keys of one mac")
    stage.time_passes(days=1)
    reports(stage, mac, OTHER_KEY)
    assert stage.reveals(anna, mac) == OTHER_KEY


def test_only_so_many_in_a_year(stage: Stage, mac: Mac, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypt_check_in, "KEYS_A_YEAR", 4)
    for _ in range(4):
        reports(stage, mac, new_recovery_key())
        stage.time_passes(days=20)
    with pytest.raises(TooMany):
        reports(stage, mac, new_recovery_key())
    stage.time_passes(days=300)
    reports(stage, mac, new_recovery_key())


def test_only_so_many_new_macs_are_taken_in_an_hour(stage: Stage, mac: Mac) -> None:
    stage.world = replace(stage.world, policy=replace(stage.world.policy, new_macs_an_hour=3))
    for number in range(3):
        report(stage, f"C02NEW{number}", new_recovery_key())
    with pytest.raises(TooMany):
        report(stage, "C02ONEMORE")
    reports(stage, mac)
    report(stage, "C02NEW1", new_recovery_key())
    assert stage.audited(Action.KEY_REPORTED)[3] == (None, "denied", "macs in an hour")
    stage.time_passes(hours=1)
    report(stage, "C02ONEMORE")


def test_only_so_many_macs_are_nobodys(stage: Stage, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypt_check_in, "MOST_UNCLAIMED", 2)
    for serial in ("C02A", "C02B"):
        report(stage, serial, new_recovery_key())
    with pytest.raises(TooMany):
        report(stage, "C02C")
    manage.assign_device(stage.world, "C02A", anna.username, Ownership.CORPORATE)
    report(stage, "C02C")


def test_two_first_reports_of_one_mac_at_once_make_one_mac(stage: Stage) -> None:
    together, refused = Barrier(2), []

    def reports_at_once(key: str) -> None:
        together.wait()
        try:
            check_in(stage.world, Report("C02NEW", key))
        except Exception as error:
            refused.append(error)

    clients = [Thread(target=reports_at_once, args=(key,)) for key in (KEY, OTHER_KEY)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert refused == []
    with stage.store.read() as tx:
        (device,) = tx.devices.all()
        assert len(tx.versions.of(device.id)) == 2


# What is asked


def test_since_when_a_key_is_kept(stage: Stage, anna: Person, mac: Mac) -> None:
    assert kept_since(stage.world, mac.serial, "recovery_key") is None
    reports(stage, mac)
    reported = stage.clock.now()
    assert kept_since(stage.world, mac.serial, "recovery_key") == reported
    assert kept_since(stage.world, mac.serial, "password") is None
    stage.time_passes(hours=1)
    stage.stores(anna, mac)
    since = kept_since(stage.world, mac.serial, "recovery_key")
    assert since is not None
    assert since > reported + timedelta(hours=1)


def test_an_unknown_mac_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        kept_since(stage.world, "C02UNKNOWN", "recovery_key")


def test_a_damaged_seal_stands_in_no_keys_way(stage: Stage, anna: Person, mac: Mac) -> None:
    reports(stage, mac)
    with stage.store.write() as tx:
        tx.connection.execute(update(version_rows).values(envelope=b"damaged"))
    reports(stage, mac)
    assert stage.reveals(anna, mac) == KEY


def reports(stage: Stage, mac: Mac, key: str = KEY, name: str = "") -> bool:
    return report(stage, mac.serial, key, name)


def report(stage: Stage, serial: str, key: str = KEY, name: str = "") -> bool:
    stage.time_passes(seconds=1)
    return check_in(stage.world, Report(serial, key, name))


def known(stage: Stage, serial: str) -> Device:
    with stage.store.read() as tx:
        found = tx.devices.by_serial(serial)
    assert found is not None
    return found
