"""Two server processes behind one address: words of one Mac come to both at once, and none is lost.

The MDM server calls once, so every call that is answered 200 must be committed, however many arrive together.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sleutelkast.domain.access import Ownership
from sleutelkast.domain.deposit import State
from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import Provenance, present
from sleutelkast.factory import Portal
from sleutelkast.fleet.mac import new_recovery_key
from sleutelkast.settings import Settings
from sleutelkast.usecases import manage
from sleutelkast.usecases.open_answers import KEPT_PER_DEVICE
from sleutelkast.usecases.repository import AnswerState
from tests.integration.http.webhook import deposits, escrow, latest_command
from tests.integration.processes import Browser, Command, environment, free_port, is_ready, request, wait_for
from tests.unit.http.harness import Mac, signature

pytestmark = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

_AT_ONCE = 8
_PASSWORD = "kast-kast"
MAC = Mac("C02TWOSERVERS")


def test_a_mac_that_nobody_knew_is_one_mac(servers: list[int], portal: Portal) -> None:
    """Its first words come together, so both servers meet it for the first time."""
    began = datetime.now(UTC) - timedelta(minutes=1)
    moments = [began + timedelta(seconds=second) for second in range(32)]
    assert deliver(servers, [MAC.authenticates(moments[0]), *(MAC.connects(at) for at in moments[1:])]) == {200}
    device = the_mac(portal)
    assert (device.serial, device.udid) == (MAC.serial, MAC.udid)
    assert device.enrolled_at == moments[0]
    assert device.last_check_in == moments[-1]


def test_every_answer_is_kept(servers: list[int], portal: Portal) -> None:
    """Of commands that the portal knows nothing of: each may hold the only copy of a key."""
    certificate, now = escrow(portal), datetime.now(UTC)
    strangers = [
        MAC.rotated(now, f"nobody's {number}", new_recovery_key(), certificate) for number in range(KEPT_PER_DEVICE)
    ]
    assert deliver(servers, [MAC.authenticates(now)]) == {200}
    assert deliver(servers, strangers) == {200}
    with portal.store.read() as tx:
        kept = tx.answers.of(the_mac(portal).id)
    assert sorted(one.command_uuid or "" for one in kept) == sorted(f"nobody's {number}" for number in range(50))
    assert {one.state for one in kept} == {AnswerState.UNMATCHED}


def test_the_new_key_is_kept_once_among_all_else_that_is_told(servers: list[int], portal: Portal) -> None:
    manage.add_person(portal.world, "anna", "Anna", None, frozenset(), SecretBytes(_PASSWORD.encode()))
    assert deliver(servers, [MAC.authenticates(datetime.now(UTC))]) == {200}
    device = manage.assign_device(portal.world, MAC.serial, "anna", Ownership.PERSONAL)
    browsers = [signed_in(port) for port in servers]
    typed, keys = new_recovery_key(), []
    for browser in itertools.islice(itertools.cycle(browsers), 6):
        assert browser.save(device.id, typed).status == 202
        typed, before = new_recovery_key(), typed
        keys.append(before)
        assert deliver(servers, words_with_the_new_key(portal, device, typed)) == {200}
        assert browser.latest_deposit(device.id).json["state"] == "stored"
        assert {one.reveal(device.id) for one in browsers} == {typed}
    with portal.store.read() as tx:
        versions = tx.versions.of(device.id)
    assert len(versions) == len(keys) + 1
    newest = present(versions)
    assert newest is not None
    assert newest.provenance is Provenance.ROTATED
    assert {one.state for one in deposits(portal, device)} == {State.STORED}


def words_with_the_new_key(portal: Portal, device: Device, new_key: str) -> list[dict[str, Any]]:
    """The answer to the latest rotation four times, and check-ins before, between and behind."""
    now = datetime.now(UTC)
    answer = MAC.rotated(now, latest_command(portal, device), new_key, escrow(portal))
    return [MAC.connects(now), *([answer, MAC.connects(now)] * 4)]


def deliver(servers: list[int], events: list[dict[str, Any]]) -> set[int]:
    """Post the events to the servers in turn, many at once; the statuses of the answers."""
    bodies = [json.dumps(event).encode() for event in events]
    with ThreadPoolExecutor(_AT_ONCE) as hands:
        return set(hands.map(post, itertools.cycle(servers), bodies))


def post(port: int, body: bytes) -> int:
    headers = {"Content-Type": "application/json", "X-Hmac-Signature": signature(body)}
    return request(port, "POST", "/mdm/webhook", body, headers).status


def the_mac(portal: Portal) -> Device:
    with portal.store.read() as tx:
        found = list(tx.devices.all())
    assert len(found) == 1
    return found[0]


def signed_in(port: int) -> Browser:
    browser = Browser(port)
    browser.sign_in("anna", _PASSWORD)
    return browser


@pytest.fixture
def servers(settings: Settings, tmp_path: Path) -> Iterator[list[int]]:
    """The ports of two `sleutelkast serve` on one database, without background work."""
    ports = [free_port(), free_port()]
    commands = [start(settings, port, tmp_path / "log") for port in ports]
    try:
        for port in ports:
            wait_for(lambda port=port: is_ready(port), "a server")  # type: ignore[misc]
        yield ports
    finally:
        for command in commands:
            command.end()


def start(settings: Settings, port: int, log: Path) -> Command:
    assert settings.nanomdm_url is not None
    assert settings.nanomdm_webhook_key is not None
    assert settings.nanomdm_api_key is not None
    given = {
        "DATA": str(settings.data),
        "DATABASE_URL": settings.database,
        "PORT": str(port),
        "NANOMDM_URL": settings.nanomdm_url,
        "NANOMDM_API_KEY": settings.nanomdm_api_key.reveal().decode(),
        "NANOMDM_WEBHOOK_KEY": settings.nanomdm_webhook_key.reveal().decode(),
    }
    variables = environment({f"SLEUTELKAST_{name}": value for name, value in given.items()})
    return Command("serve", "--without-worker", variables=variables, log=log)
