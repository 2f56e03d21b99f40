"""The one webhook call that carries the new key is lost: with an escrow profile it is found, without one it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes import Browser, wait_for
from tests.integration.soak.databases import Database
from tests.integration.soak.installation import Installation, OwnedMac


def test_with_an_escrow_profile_the_new_key_is_found(installation: Installation, with_profile: OwnedMac) -> None:
    mac, owner = with_profile, with_profile.browser
    first = store_and_wait(mac, mac.entry.recovery_key, "stored")
    installation.fleet.set_scenario(mac.udid, "lost-answer")
    store_and_wait(mac, owner.reveal(mac.device_id), "stored")
    assert len(installation.keys_of(mac)) == 3
    assert [key_of(owner, mac, one) for one in reversed(versions(mac))] == installation.keys_of(mac)
    assert [one["provenance"] for one in versions(mac)] == ["repaired", "rotated", "typed"]
    assert first["message"] == "key-updated"


def test_without_one_nobody_is_told_of_a_success(installation: Installation, without_profile: OwnedMac) -> None:
    mac, owner = without_profile, without_profile.browser
    installation.fleet.set_scenario(mac.udid, "lost-answer")
    told = store_and_wait(mac, mac.entry.recovery_key, "unanswered")
    assert told["message"] == "key-not-accepted"
    # The Mac has another key by now, which nobody knows, and SecurityInfo tells nothing of it.
    assert len(installation.keys_of(mac)) == 2
    wait_for(lambda: has_told_of_its_security(installation, mac), "the Mac's answer to SecurityInfo")
    assert owner.latest_deposit(mac.device_id).json["state"] == "unanswered"
    assert owner.call("POST", f"{mac.path}/reveals", {}).json["code"] == "no-key"
    kept = versions(mac)
    assert [(one["provenance"], one["confirmed"], one["present"]) for one in kept] == [("typed", False, False)]
    assert key_of(owner, mac, kept[0]) == mac.entry.recovery_key


def test_the_way_out_is_a_new_key(installation: Installation, without_profile: OwnedMac) -> None:
    """Made on the Mac while it can be unlocked, and stored: the key that was typed first stays."""
    mac, owner = without_profile, without_profile.browser
    installation.fleet.set_scenario(mac.udid, "lost-answer")
    store_and_wait(mac, mac.entry.recovery_key, "unanswered")
    installation.fleet.set_scenario(mac.udid, "right")
    store_and_wait(mac, installation.keys_of(mac)[-1], "stored")
    assert owner.reveal(mac.device_id) == installation.keys_of(mac)[-1]
    assert mac.entry.recovery_key in {key_of(owner, mac, one) for one in versions(mac)}


def store_and_wait(mac: OwnedMac, key: str, outcome: str) -> dict[str, object]:
    assert mac.browser.save(mac.device_id, key).status == 202
    return mac.browser.wait_until(mac.device_id, outcome)


def has_told_of_its_security(installation: Installation, mac: OwnedMac) -> bool:
    commands = installation.fleet.mac(mac.udid).commands
    return any(one.request_type == "SecurityInfo" and one.status == "Acknowledged" for one in commands)


def versions(mac: OwnedMac) -> list[dict[str, object]]:
    """Newest first."""
    found: list[dict[str, object]] = mac.browser.call("GET", f"{mac.path}/versions").json["items"]
    return found


def key_of(owner: Browser, mac: OwnedMac, version: dict[str, object]) -> str:
    return owner.reveal(mac.device_id, str(version["id"]))


@pytest.fixture
def with_profile(macs: list[OwnedMac]) -> OwnedMac:
    return macs[0]


@pytest.fixture
def without_profile(macs: list[OwnedMac]) -> OwnedMac:
    return macs[1]


@pytest.fixture
def macs(installation: Installation) -> list[OwnedMac]:
    return installation.begin(macs=2, without_profile=1)


@pytest.fixture
def installation(tmp_path: Path, database: Database) -> Iterator[Installation]:
    installation = Installation(tmp_path, database)
    try:
        yield installation
    finally:
        installation.end()
