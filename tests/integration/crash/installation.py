"""An installation whose portal can be killed at a chosen moment and started again."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sleutelkast.domain.access import Ownership
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import present
from sleutelkast.factory import Portal
from sleutelkast.fleet.client import FleetClient, FleetError, MacEntry
from sleutelkast.settings import Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases import manage
from tests.integration.processes import Answer, Browser, Command, environment, free_port, is_ready, wait_for

_OUTSIDE = Path(__file__).parent / "outside"
_API_KEY, _WEBHOOK_KEY, _PASSWORD = "api key of the tests", "webhook key of the tests", "kast-kast"


@dataclass(frozen=True)
class OwnMac:
    """A simulated Mac, as its owner sees it at the portal."""

    entry: MacEntry
    device_id: str

    @property
    def first_key(self) -> str:
        return self.entry.recovery_key


class Installation:
    """Anna owns all Macs and stays signed in. After `begin`, `end` leaves no process behind, also where that failed."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.port = free_port()
        self.log = folder / "log"
        self._folder = folder
        self._die_at = folder / "die-at"
        self._settings = Settings(data=folder / "data", database_url=database_url)
        self._running = contextlib.ExitStack()

    def begin(self) -> None:
        initialize(self._settings)
        self._start_fleet()
        self.fleet = wait_for(self._find_fleet, "the simulated fleet")
        self._add_anna()
        self.start_portal()
        self.anna = Browser(self.port)
        self.anna.sign_in("anna", _PASSWORD)

    def end(self) -> None:
        self._running.close()

    def _start_fleet(self) -> None:
        settings = {
            "FOLDER": str(self._folder / "fleet"),
            "WEBHOOK_URL": f"http://127.0.0.1:{self.port}/mdm/webhook",
            "API_KEY": _API_KEY,
            "WEBHOOK_KEY": _WEBHOOK_KEY,
        }
        variables = environment({f"SLEUTELKAST_FLEET_{name}": value for name, value in settings.items()})
        with (self._folder / "fleet.log").open("ab") as log:
            fleet = subprocess.Popen([sys.executable, "-m", "sleutelkast.fleet"], env=variables, stderr=log)
        self._running.callback(fleet.wait)
        self._running.callback(fleet.kill)

    def _find_fleet(self) -> FleetClient | None:
        with contextlib.suppress(FleetError):
            return FleetClient.from_folder(self._folder / "fleet")
        return None

    def _add_anna(self) -> None:
        with closing(Portal(self._settings)) as portal:
            password = SecretBytes(_PASSWORD.encode())
            manage.add_person(portal.world, "anna", "Anna de Boer", None, frozenset(), password)

    def start_portal(self) -> None:
        """`sleutelkast serve`, ready."""
        self.portal = self._start("serve")
        wait_for(lambda: is_ready(self.port), "the portal")

    def _start(self, *words: str) -> Command:
        settings = {
            "DATA": str(self._settings.data),
            "DATABASE_URL": self._settings.database,
            "PORT": str(self.port),
            "NANOMDM_URL": self.fleet.url,
            "NANOMDM_API_KEY": _API_KEY,
            "NANOMDM_WEBHOOK_KEY": _WEBHOOK_KEY,
        }
        named = {f"SLEUTELKAST_{name}": value for name, value in settings.items()}
        variables = environment({**named, "DIE_AT": str(self._die_at)}, _OUTSIDE)
        command = Command(*words, variables=variables, log=self.log)
        self._running.callback(command.end)
        return command

    @contextlib.contextmanager
    def another_worker(self) -> Iterator[None]:
        """`sleutelkast worker` beside the portal, in a process group of its own."""
        worker = self._start("worker")
        try:
            yield
        finally:
            worker.end()

    def mend(self) -> None:
        """Start the portal where it does not run."""
        if not is_ready(self.port):
            self.portal.end()
            self.start_portal()

    def newcomer(self, scenario: str = "right") -> OwnMac:
        """A fresh Mac of Anna's, enrolled."""
        entry = self.fleet.add(f"Mac {uuid.uuid4()}")[0]
        assert self.fleet.enrol(entry.udid)
        self.fleet.set_scenario(entry.udid, scenario)
        with closing(Portal(self._settings)) as portal:
            device = manage.assign_device(portal.world, entry.serial, "anna", Ownership.PERSONAL)
        return OwnMac(entry, device.id)

    def save(self, mac: OwnMac) -> Answer | None:
        """What Anna is answered; None where the portal died before it answered."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.anna.save(mac.device_id, mac.first_key)
        return None

    @contextlib.contextmanager
    def dying_at(self, moment: str) -> Iterator[None]:
        """The portal dies at this moment within the block; see `outside/sitecustomize.py` for how it is written."""
        self._die_at.write_text(moment)
        try:
            yield
            wait_for(lambda: not self._die_at.exists(), f"the moment “{moment}”")
        finally:
            self._die_at.unlink(missing_ok=True)

    def wait_until_escrowed(self, mac: OwnMac) -> None:
        """Wait for a kept key in the database itself, as while nobody serves."""
        with closing(Portal(self._settings)) as portal:
            wait_for(lambda: self._is_escrowed(portal, mac), "a kept key")

    def _is_escrowed(self, portal: Portal, mac: OwnMac) -> bool:
        with portal.store.read() as tx:
            return present(tx.versions.of(mac.device_id)) is not None

    def present_key(self, mac: OwnMac) -> str:
        return self.fleet.mac(mac.entry.udid).recovery_key

    def rotations(self, mac: OwnMac) -> int:
        """How many rotation commands ever came to the MDM server for this Mac."""
        commands = self.fleet.mac(mac.entry.udid).commands
        return sum(one.request_type == "RotateFileVaultKey" for one in commands)
