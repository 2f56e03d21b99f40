"""What goes wrong with the installation as a whole, for a while; each ends with everything up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sleutelkast.fleet.faults import Mode, Part
from tests.integration.soak.installation import Installation


def fair(_installation: Installation, _seconds: float) -> None:
    """Nothing goes wrong."""


def server_killed(installation: Installation, seconds: float) -> None:
    installation.server.kill()
    time.sleep(seconds)
    installation.restart_server()


def worker_killed(installation: Installation, seconds: float) -> None:
    installation.worker.kill()
    time.sleep(seconds)
    installation.restart_worker()


def portal_killed(installation: Installation, seconds: float) -> None:
    installation.server.kill()
    installation.worker.kill()
    time.sleep(seconds)
    installation.restart_worker()
    installation.restart_server()


def mdm_server_killed(installation: Installation, seconds: float) -> None:
    """Macs that were connected are cut off in the middle, and webhook calls that it was about to make are lost."""
    installation.kill_fleet()
    time.sleep(seconds)
    installation.start_fleet()


def mdm_server_slow(installation: Installation, seconds: float) -> None:
    installation.fleet.switch_on(Part.API, Mode.SLOW, seconds=seconds)
    time.sleep(seconds)


def mdm_server_failing(installation: Installation, seconds: float) -> None:
    installation.fleet.switch_on(Part.API, Mode.ERROR)
    time.sleep(seconds)


def push_service_down(installation: Installation, seconds: float) -> None:
    installation.fleet.switch_on(Part.PUSH, Mode.UNREACHABLE)
    time.sleep(seconds)


def database_busy(installation: Installation, seconds: float) -> None:
    with installation.database.held():
        time.sleep(seconds)


def database_read_for_long(installation: Installation, seconds: float) -> None:
    """Somebody makes a backup, say."""
    with installation.database.being_read():
        time.sleep(seconds)


def database_cut_off(installation: Installation, seconds: float) -> None:
    """Every connection to it ends, also in the middle of a transaction."""
    installation.database.cut_off()
    time.sleep(seconds)
    installation.database.cut_off()


Kind = Callable[[Installation, float], None]

KINDS: dict[str, tuple[Kind, ...]] = {}
"""By the kind of database."""
KINDS["sqlite"] = (
    fair,
    server_killed,
    worker_killed,
    portal_killed,
    mdm_server_killed,
    mdm_server_slow,
    mdm_server_failing,
    push_service_down,
    database_busy,
    database_read_for_long,
)
KINDS["postgresql"] = (*KINDS["sqlite"], database_cut_off)


@dataclass(frozen=True)
class Weather:
    kind: Kind
    begins_after: float
    """Seconds after the round's first Save can be pressed."""
    lasts: float

    def __str__(self) -> str:
        return f"{self.kind.__name__} after {self.begins_after:.2f} s for {self.lasts:.2f} s"

    def pass_over(self, installation: Installation) -> None:
        time.sleep(self.begins_after)
        self.kind(installation, self.lasts)
