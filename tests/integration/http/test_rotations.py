"""Rotate recovery key, over HTTP: who may ask, what is answered, and how it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.usecases.settle_due import settle_until_done
from tests.integration.http.marks import sqlite_alone
from tests.integration.http.webhook import deposits, refuses, rotates
from tests.unit.http.harness import KEY, OTHER_KEY, HandClock, Visitor, problem

SAME = {"recovery_key": KEY, "confirmation": KEY}
NEWEST_KEY = "1111-2222-3333-4444-5555-6666"


@pytest.fixture
def kept(portal: Portal, anna: Visitor, mac: Device, at: str, clock: HandClock) -> None:
    """The key of Anna's Mac was stored a while ago."""
    anna.post(f"{at}/deposits", SAME)
    rotates(portal, anna, mac, OTHER_KEY)
    clock.pass_time(minutes=1)


@pytest.mark.usefixtures("kept")
def test_a_key_is_rotated(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    answer = anna.post(f"{at}/rotations")
    assert answer.status_code == 202
    assert (answer.json["kind"], answer.json["state"], answer.json["message"]) == ("rotation", "received", None)
    assert anna.get(at).json["deposit"]["id"] == answer.json["id"]
    rotates(portal, anna, mac, NEWEST_KEY)
    told = anna.get(f"{at}/deposits/{answer.json['id']}").json
    assert (told["state"], told["message"]) == ("stored", "key-updated")
    assert anna.post(f"{at}/reveals", {}).json["recovery_key"] == NEWEST_KEY
    kept = anna.get(f"{at}/versions").json["items"]
    assert kept[0]["present"]
    assert sorted(one["provenance"] for one in kept) == ["rotated", "rotated", "typed"]
    assert all(secret not in answer.get_data(as_text=True) for secret in (KEY, OTHER_KEY))


@pytest.mark.usefixtures("kept")
def test_the_mac_does_not_accept_the_kept_key(
    portal: Portal, anna: Visitor, mac: Device, at: str, clock: HandClock
) -> None:
    anna.post(f"{at}/rotations")
    refuses(portal, anna, mac)
    clock.pass_time(days=3)
    settle_until_done(portal.world)
    anna.csrf = None
    anna.signed_in("anna")
    shown = anna.get(at).json
    assert (shown["deposit"]["state"], shown["deposit"]["message"]) == ("refused", "rotation-failed")
    assert shown["stale"] == "rotation-failed"
    assert shown["escrowed"] is not None
    assert "rotate" in shown["actions"]
    (notice,) = anna.get("/api/v1/notices").json["items"]
    assert notice["code"] == "rotation-failed"


def test_no_key_is_kept(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    answer = anna.post(f"{at}/rotations")
    assert problem(answer) == (409, "no-key")
    assert answer.json["title"] == "No key is kept yet"
    assert "rotate" not in anna.get(at).json["actions"]
    assert deposits(portal, mac) == ()


@pytest.mark.usefixtures("kept")
def test_asked_again_it_is_the_same_rotation(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    first = anna.post(f"{at}/rotations")
    again = anna.post(f"{at}/rotations")
    assert [first.status_code, again.status_code] == [202, 200]
    assert first.json["id"] == again.json["id"]
    assert len(deposits(portal, mac)) == 2


@pytest.mark.usefixtures("kept")
def test_a_replay_rotates_nothing_once_more(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    first = anna.post(f"{at}/rotations", Idempotency_Key="a tab")
    rotates(portal, anna, mac, NEWEST_KEY)
    again = anna.post(f"{at}/rotations", Idempotency_Key="a tab")
    assert (again.status_code, again.json["id"], again.json["state"]) == (200, first.json["id"], "stored")
    assert problem(anna.post(f"{at}/deposits", SAME, Idempotency_Key="a tab")) == (422, "invalid")
    assert len(deposits(portal, mac)) == 2


@sqlite_alone
@pytest.mark.parametrize("key", ["", "x" * 256, "é"], ids=["empty", "too long", "not ASCII"])
def test_an_idempotency_key_that_is_none(anna: Visitor, at: str, key: str) -> None:
    assert problem(anna.post(f"{at}/rotations", Idempotency_Key=key)) == (422, "invalid")


@pytest.mark.usefixtures("kept")
def test_somebody_elses_mac_is_not_found(portal: Portal, bram: Visitor, mac: Device, at: str) -> None:
    assert problem(bram.post(f"{at}/rotations")) == (404, "not-found")
    assert len(deposits(portal, mac)) == 1


@pytest.mark.usefixtures("kept")
def test_a_mac_in_quarantine(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    with portal.store.write() as tx:
        tx.devices.save(replace(mac, quarantined=True))
    assert problem(anna.post(f"{at}/rotations")) == (403, "forbidden")
    assert "rotate" not in anna.get(at).json["actions"]


@pytest.mark.usefixtures("kept")
def test_it_takes_the_portals_own_page(anna: Visitor, mac: Device, at: str) -> None:
    assert problem(anna.post(f"{at}/rotations", X_CSRF_Token="a guess")) == (403, "csrf-failed")


@sqlite_alone
@pytest.mark.usefixtures("kept")
def test_rotations_are_limited(anna: Visitor, at: str) -> None:
    answers = [anna.post(f"{at}/rotations") for _ in range(31)]
    assert problem(answers[-1]) == (429, "too-many-attempts")
    assert answers[-1].headers["Retry-After"]
