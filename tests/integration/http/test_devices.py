"""A person's devices: their own and no others, with what is known of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from tests.integration.http.webhook import connects, deliver, mac_of
from tests.unit.http.harness import KEY, HandClock, Visitor, add_mac, add_person, problem


def test_what_a_device_tells(anna: Visitor, mac: Device, clock: HandClock) -> None:
    told = anna.get(f"/api/v1/devices/{mac.id}").json
    moment = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert told == {
        "id": mac.id,
        "name": "Mac C02ANNA",
        "model": "MacBook Air",
        "os_version": "15.1",
        "serial": "C02ANNA",
        "ownership": "personal",
        "owner": {key: anna.get("/api/v1/session").json["person"][key] for key in ("id", "username", "name")},
        "quarantined": False,
        "encrypted": None,
        "has_recovery_key": None,
        "escrows_by_itself": None,
        "last_check_in": moment,
        "deposit": None,
        "escrowed": None,
        "stale": None,
        "access": {"state": "grace", "until": None},
        "remedy": "store-key",
        "actions": ["deposit", "check", "rename"],
    }
    assert anna.get("/api/v1/devices").json == {"items": [told], "next": None}


def test_everybody_sees_their_own(portal: Portal, anna: Visitor, bram: Visitor, mac: Device) -> None:
    other = add_mac(portal.world, "bram", "C02BRAM", Ownership.CORPORATE)
    assert [one["id"] for one in anna.get("/api/v1/devices").json["items"]] == [mac.id]
    assert [one["id"] for one in bram.get("/api/v1/devices").json["items"]] == [other.id]


@pytest.mark.parametrize("role", list(Role))
def test_no_role_makes_somebody_elses_mac_ones_own(
    portal: Portal, open_browser: Callable[[], Visitor], mac: Device, role: Role
) -> None:
    add_person(portal.world, "sanne", role)
    visitor = open_browser().signed_in("sanne")
    assert visitor.get("/api/v1/session").json["person"]["roles"] == [role.value]
    assert visitor.get("/api/v1/devices").json["items"] == []
    refused = (404, "not-found") if role is Role.AUDITOR else (403, "personal-device")
    assert problem(visitor.post(f"/api/v1/devices/{mac.id}/reveals", {"reason": "curious"})) == refused
    assert problem(visitor.get(f"/api/v1/devices/{mac.id}/versions")) == refused
    typed = {"recovery_key": KEY, "confirmation": KEY}
    refused = (404, "not-found") if role is Role.AUDITOR else (403, "forbidden")
    assert problem(visitor.post(f"/api/v1/devices/{mac.id}/deposits", typed)) == refused
    assert problem(visitor.patch(f"/api/v1/devices/{mac.id}", {"name": "mine"})) == refused


def test_many_devices_come_in_pages(portal: Portal, anna: Visitor) -> None:
    added = {add_mac(portal.world, "anna", f"C02MANY{number}").id for number in range(5)}
    pages, path = [], "/api/v1/devices?limit=2"
    while True:
        answer = anna.get(path).json
        pages.append([one["id"] for one in answer["items"]])
        if answer["next"] is None:
            break
        path = f"/api/v1/devices?limit=2&after={answer['next']}"
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == sorted(added)


CALLS = [
    ("GET", "", None),
    ("PATCH", "", {"name": "mine"}),
    ("POST", "/deposits", {"recovery_key": KEY, "confirmation": KEY}),
    ("GET", "/deposits/latest", None),
    ("POST", "/reveals", {}),
    ("GET", "/versions", None),
    ("POST", "/checks", None),
    ("GET", "/checks/latest", None),
]


@pytest.mark.parametrize(("method", "what", "body"), CALLS, ids=[f"{method} {what}" for method, what, _ in CALLS])
def test_a_foreign_device_is_answered_as_an_unknown_one(
    portal: Portal, bram: Visitor, mac: Device, method: str, what: str, body: object
) -> None:
    """Nobody learns which ids there are; and nothing happens to the device."""
    foreign = bram.call(method, f"/api/v1/devices/{mac.id}{what}", body)
    unknown = bram.call(method, f"/api/v1/devices/{'0' * 24}{what}", body)
    assert problem(foreign) == problem(unknown) == (404, "not-found")
    assert foreign.data == unknown.data
    assert told_of(foreign.headers) == told_of(unknown.headers)
    with portal.store.read() as tx:
        assert tx.devices.get(mac.id) == mac
        assert tx.deposits.line(mac.id) == ()
        assert tx.checks.latest(mac.id) is None


def test_a_device_that_was_given_away_is_no_longer_ones_own(portal: Portal, anna: Visitor, mac: Device) -> None:
    add_mac(portal.world, "bram", "C02ANNA")
    assert problem(anna.get(f"/api/v1/devices/{mac.id}")) == (404, "not-found")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Reservemac", "Reservemac", id="a name"),
        pytest.param("  Anna’s\n\tMac  ", "Anna’s Mac", id="blanks"),
        pytest.param("", "Mac C02ANNA", id="empty: its own name"),
        pytest.param(" \n ", "Mac C02ANNA", id="blank: its own name"),
        pytest.param("x" * 81, "x" * 80, id="too long to show"),
        pytest.param("👩‍💻 ماك", "👩‍💻 ماك", id="an emoji, and Arabic"),
        pytest.param("<b>{name}</b>", "<b>{name}</b>", id="what looks like markup"),
    ],
)
def test_a_device_is_renamed(anna: Visitor, at: str, name: str, shown: str) -> None:
    assert anna.patch(at, {"name": name}).json["name"] == shown
    assert anna.get(at).json["name"] == shown


@pytest.mark.parametrize("name", [KEY, KEY.lower().replace("-", " "), f"Mac {KEY}"], ids=["alone", "spaced", "within"])
def test_a_recovery_key_is_no_name(anna: Visitor, mac: Device, at: str, name: str) -> None:
    answer = anna.patch(at, {"name": name})
    assert problem(answer) == (422, "key-out-of-place")
    assert name not in answer.text
    assert anna.get(at).json["name"] == mac.name


def test_what_a_mac_tells_is_seen(portal: Portal, anna: Visitor, mac: Device, at: str, clock: HandClock) -> None:
    clock.pass_time(minutes=20)
    connects(portal, anna, mac)
    moment = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert anna.get(at).json["last_check_in"] == moment


def test_a_mac_that_claims_anothers_serial_gets_no_key(portal: Portal, anna: Visitor, mac: Device) -> None:
    """It stands beside the real one, in quarantine, and belongs to nobody."""
    imposter = mac_of(mac).authenticates(portal.world.clock.now())
    event = imposter["checkin_event"]
    event["udid"] = event["ids"]["id"] = "00000000-AAAA-4BBB-8CCC-000000000000"
    assert deliver(anna, imposter).status_code == 200
    assert [one["id"] for one in anna.get("/api/v1/devices").json["items"]] == [mac.id]


def told_of(headers: object) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name != "Set-Cookie"]  # type: ignore[attr-defined]
