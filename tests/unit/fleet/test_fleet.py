"""What survives: SIGKILL at any time loses no key and no command, and Macs go on after a restart."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.fleet.harness import Escrow, FleetProcess, Receiver, command, rotation

StartFleet = Callable[..., FleetProcess]


def test_macs_keep_their_keys_and_their_enrolment(start_fleet: StartFleet, receiver: Receiver, escrow: Escrow) -> None:
    fleet = start_fleet()
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    told = escrow.open(receiver.wait_for_answers(mac.udid)[0].plist["RotateResult"]["EncryptedNewRecoveryKey"])
    before = fleet.client.macs()
    fleet.kill()
    fleet.start()
    assert fleet.client.macs() == before
    now = fleet.client.mac(mac.udid)
    assert (now.recovery_key, now.earlier_keys, now.enrolled) == (told, [mac.recovery_key], True)


@pytest.mark.parametrize("wait", [0.0, 0.002, 0.005, 0.01, 0.02, 0.05])
def test_a_key_that_was_told_is_the_macs_key_whenever_the_power_goes(
    start_fleet: StartFleet, receiver: Receiver, escrow: Escrow, wait: float
) -> None:
    fleet = start_fleet()
    mac = fleet.newcomer()
    threading.Thread(target=_kill_after, args=(fleet, wait)).start()
    with contextlib.suppress(OSError, http.client.HTTPException):
        fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    fleet.process.wait()
    fleet.start()
    assert fleet.client.wait_until_settled()
    now = fleet.client.mac(mac.udid)
    assert [*now.earlier_keys[-1:], now.recovery_key][0] == mac.recovery_key
    for report in receiver.answers_of(mac.udid):
        if "RotateResult" in report.plist:
            key = escrow.open(report.plist["RotateResult"]["EncryptedNewRecoveryKey"])
            assert key == now.recovery_key


def test_a_queued_command_outlives_the_process_and_is_done_after_it(
    start_fleet: StartFleet, receiver: Receiver, escrow: Escrow
) -> None:
    fleet = start_fleet()
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate), "?nopush=1")
    fleet.kill()
    assert receiver.answers_of(mac.udid) == []
    fleet.start()
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_a_late_mac_is_not_late_again_after_a_restart(
    start_fleet: StartFleet, receiver: Receiver, escrow: Escrow
) -> None:
    fleet = start_fleet(LATE_AFTER="3600")
    mac = fleet.newcomer("late")
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate))
    assert fleet.client.wait_until_settled()
    fleet.kill()
    fleet.start()
    assert fleet.client.wait_until_settled()
    assert receiver.answers_of(mac.udid) == []
    assert fleet.client.answer_now(mac.udid).pending == 0
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_macs_wait_with_their_work_until_somebody_listens(
    start_fleet: StartFleet, receiver: Receiver, escrow: Escrow
) -> None:
    fleet = start_fleet()
    mac = fleet.newcomer()
    fleet.enqueue(mac.udid, rotation(mac.recovery_key, escrow.certificate), "?nopush=1")
    fleet.kill()
    port = receiver.server_port
    receiver.close()
    fleet.start()
    time.sleep(0.5)
    assert fleet.client.mac(mac.udid).pending == 1
    later = Receiver(port)
    try:
        assert later.wait_for_answers(mac.udid)[0].status == "Acknowledged"
    finally:
        later.close()


def test_an_offline_mac_stays_away_after_a_restart(start_fleet: StartFleet, receiver: Receiver) -> None:
    fleet = start_fleet()
    mac = fleet.newcomer("offline")
    fleet.enqueue(mac.udid, command("SecurityInfo"))
    fleet.kill()
    fleet.start()
    assert fleet.client.wait_until_settled()
    assert fleet.client.mac(mac.udid).pending == 1


def test_a_right_mac_answers_at_once(start_fleet: StartFleet, receiver: Receiver, escrow: Escrow) -> None:
    fleet = start_fleet()
    fleet.client.add("Fast", count=20)
    fleet.client.enrol_all()
    macs = [mac for mac in fleet.client.macs() if mac.name.startswith("Fast")]
    seconds = [_seconds_of_a_rotation(fleet, receiver, mac.udid, mac.recovery_key, escrow) for mac in macs]
    # The quickest, since other work on this machine slows single ones down. A step that waits for a clock, or for a
    # delayed ACK (40 ms), would show in each of them.
    assert min(seconds) < 0.035


def _seconds_of_a_rotation(fleet: FleetProcess, receiver: Receiver, udid: str, key: str, escrow: Escrow) -> float:
    wanted = rotation(key, escrow.certificate)
    begun = time.perf_counter()
    fleet.enqueue(udid, wanted)
    receiver.wait_for_answers(udid)
    return time.perf_counter() - begun


def _kill_after(fleet: FleetProcess, seconds: float) -> None:
    time.sleep(seconds)
    fleet.process.kill()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def start_fleet(tmp_path: Path, receiver: Receiver) -> Iterator[StartFleet]:
    """A process of the test's own, for it to kill."""
    started: list[FleetProcess] = []

    def start(**settings: str) -> FleetProcess:
        started.append(FleetProcess(tmp_path / "fleet", receiver.url, **settings))
        return started[0]

    yield start
    for fleet in started:
        fleet.kill()
