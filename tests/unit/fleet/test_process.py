"""How the process begins and ends."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.fleet.harness import (
    CONTROL_KEY,
    DEADLINE_SECONDS,
    FleetProcess,
    Receiver,
    fleet_environment,
    wait_for_address,
)

NEEDED = {"WEBHOOK_URL": "http://127.0.0.1:9/mdm/webhook", "API_KEY": "a", "WEBHOOK_KEY": "w"}


def test_the_address_is_for_its_owner_only(tmp_path: Path, receiver: Receiver) -> None:
    fleet = FleetProcess(tmp_path / "fleet", receiver.url)
    file = tmp_path / "fleet" / "address.json"
    address = json.loads(file.read_text())
    assert address == {
        "url": f"http://127.0.0.1:{fleet.port}",
        "pid": fleet.process.pid,
        "control_key": CONTROL_KEY,
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "fleet").stat().st_mode) == 0o700
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in (tmp_path / "fleet").iterdir())
    assert fleet.stop() == 0
    assert not file.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_also_with_an_open_connection_and_a_late_mac(
    tmp_path: Path, receiver: Receiver, number: signal.Signals
) -> None:
    fleet = FleetProcess(tmp_path / "fleet", receiver.url)
    mac = fleet.newcomer("late")
    fleet.client.connect(mac.udid)
    fleet.process.send_signal(number)
    assert fleet.process.wait(DEADLINE_SECONDS) == 0


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _A_PARENT, sys.executable], env=fleet_environment(FOLDER=str(tmp_path), **NEEDED),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_for_address(tmp_path, child)
    parent.kill()
    # The child holds the other end of this pipe too: reading to its end is waiting for the child.
    assert parent.stdout.read() == ""
    parent.stdout.close()
    parent.wait()
    assert not (tmp_path / "address.json").exists()


_A_PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.argv[1], "-m", "sleutelkast.fleet"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"FOLDER": ""}, "FOLDER", id="empty"),
        pytest.param({"WEBHOOK_URL": "https://portal.example/mdm/webhook"}, "WEBHOOK_URL", id="somewhere else"),
        pytest.param({"API_KEY": ""}, "API_KEY", id="no API key"),
        pytest.param({"PORT": "-1"}, "PORT", id="no port"),
        pytest.param({"LATE_AFTER": "soon"}, "LATE_AFTER", id="no number"),
        pytest.param({"NOT_NOW_AFTER": "nan"}, "NOT_NOW_AFTER", id="not a number"),
    ],
)
def test_a_setting_that_is_missing_or_impossible_is_named(tmp_path: Path, changed: dict[str, str], named: str) -> None:
    environment = fleet_environment(**{"FOLDER": str(tmp_path), **NEEDED, **changed})
    ended = subprocess.run(
        [sys.executable, "-m", "sleutelkast.fleet"], env=environment, capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"SLEUTELKAST_FLEET_{named} ")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()
