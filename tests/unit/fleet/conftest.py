from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.fleet.harness import Escrow, FleetProcess, Receiver


@pytest.fixture(scope="session")
def escrow(tmp_path_factory: pytest.TempPathFactory) -> Escrow:
    return Escrow.create(tmp_path_factory.mktemp("escrow"))


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[FleetProcess]:
    """One process for a module's tests; each test brings Macs of its own."""
    folder: Path = tmp_path_factory.mktemp("fleet") / "fleet"
    fleet = FleetProcess(folder, receiver.url, LATE_AFTER="0.6", NOT_NOW_AFTER="0.05")
    yield fleet
    assert fleet.stop() == 0


@pytest.fixture
def clear_faults(fleet: FleetProcess) -> Iterator[None]:
    yield
    fleet.client.clear_faults()
