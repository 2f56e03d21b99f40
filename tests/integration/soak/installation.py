"""The installation of a run: server, worker and MDM server, each a process that can be killed and started again."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sleutelkast.domain.access import Ownership
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.fleet.client import FleetClient, FleetError, FleetSilent, MacEntry
from sleutelkast.settings import Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases import audit_chain, manage
from tests.integration.processes import Answer, Browser, Command, environment, free_port, is_ready, wait_for
from tests.integration.soak.databases import Database

T = TypeVar("T")
_OUTSIDE = Path(__file__).parent / "outside"
_API_KEY, _WEBHOOK_KEY, _CONTROL_KEY, _PASSWORD = "api key", "webhook key", "control key", "kast-kast"


@dataclass(frozen=True)
class OwnedMac:
    """A simulated Mac, and its owner's browser. Each Mac has an owner of its own: limits count by person."""

    entry: MacEntry
    device_id: str
    browser: Browser
    has_profile: bool

    @property
    def udid(self) -> str:
        return self.entry.udid

    @property
    def path(self) -> str:
        return f"/devices/{self.device_id}"


class Installation:
    """After `begin`, `end` leaves no process behind, also where that failed."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.log = folder / "log"
        self._folder = folder
        self._port, self._fleet_port = free_port(), free_port()
        self._settings = Settings(data=folder / "data", database_url=database.url)
        self._running = contextlib.ExitStack()
        self.fleet = FleetClient(f"http://127.0.0.1:{self._fleet_port}", _CONTROL_KEY)

    def begin(self, macs: int, without_profile: int) -> list[OwnedMac]:
        """Everything started, with so many Macs; the last ones have no escrow profile."""
        initialize(self._settings)
        self.start_fleet()
        self.restart_server()
        self.restart_worker()
        entries = self.fleet.add("Mac", count=macs)
        self._enrol(entries)
        self._install_profiles(entries[: macs - without_profile])
        return [self._owned(entry, has_profile=at < macs - without_profile) for at, entry in enumerate(entries)]

    def end(self) -> None:
        self._running.close()

    # The MDM server

    def start_fleet(self) -> None:
        settings = {
            "FOLDER": str(self._folder / "fleet"),
            "PORT": str(self._fleet_port),
            "WEBHOOK_URL": f"http://127.0.0.1:{self._port}/mdm/webhook",
            "API_KEY": _API_KEY,
            "WEBHOOK_KEY": _WEBHOOK_KEY,
            "CONTROL_KEY": _CONTROL_KEY,
            "LATE_AFTER": "4",
            "NOT_NOW_AFTER": "0.3",
        }
        variables = environment({f"SLEUTELKAST_FLEET_{name}": value for name, value in settings.items()})
        with (self._folder / "fleet.log").open("ab") as log:
            self._fleet = subprocess.Popen([sys.executable, "-m", "sleutelkast.fleet"], env=variables, stderr=log)
        self._running.callback(self._fleet.wait)
        self._running.callback(self._fleet.kill)
        wait_for(self._fleet_answers, "the simulated MDM server")

    def _fleet_answers(self) -> bool:
        with contextlib.suppress(FleetError):
            return bool(self.fleet.macs())
        return False

    def kill_fleet(self) -> None:
        self._fleet.kill()
        self._fleet.wait()

    def ask_fleet(self, ask: Callable[[FleetClient], T]) -> T:
        """What the fleet answers, once it is up."""
        answers: list[T] = []

        def look() -> bool:
            with contextlib.suppress(FleetSilent):
                answers.append(ask(self.fleet))
            return bool(answers)

        wait_for(look, "the simulated MDM server")
        return answers[0]

    def keys_of(self, mac: OwnedMac) -> list[str]:
        """Every key that it ever had, the present one last."""
        details = self.ask_fleet(lambda fleet: fleet.mac(mac.udid))
        return [*reversed(details.earlier_keys), details.recovery_key]

    # The portal

    def restart_server(self) -> None:
        """Where one runs, it is killed."""
        self.server = self._restarted("server", "serve", "--without-worker")
        wait_for(lambda: is_ready(self._port), "the portal")

    def restart_worker(self) -> None:
        self.worker = self._restarted("worker", "worker")

    def _restarted(self, name: str, *words: str) -> Command:
        before: Command | None = getattr(self, name, None)
        if before is not None:
            before.end()
        settings = {
            "DATA": str(self._settings.data),
            "DATABASE_URL": self._settings.database,
            "PORT": str(self._port),
            "NANOMDM_URL": self.fleet.url,
            "NANOMDM_API_KEY": _API_KEY,
            "NANOMDM_WEBHOOK_KEY": _WEBHOOK_KEY,
            "ANSWER_TIMEOUT": "3s",
            "INQUIRY_INTERVAL": "10s",
            "FRESH_SIGN_IN": "12h",
            "SESSION_IDLE": "12h",
        }
        named = {f"SLEUTELKAST_{setting}": value for setting, value in settings.items()}
        command = Command(*words, variables=environment(named, _OUTSIDE), log=self.log)
        self._running.callback(command.end)
        return command

    def insist(self, ask: Callable[[], Answer]) -> Answer:
        """The answer that an owner gets who tries again until the portal answers, and waits where it says so."""

        def look() -> Answer | None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = ask()
                return None if answer.status >= 500 or answer.status == 429 else answer
            return None

        return wait_for(look, "an answer of the portal") or ask()

    def revealed(self, mac: OwnedMac, version: str | None = None) -> str | None:
        """The present key or one version, as the portal shows it; None where it holds none."""
        body = {"version": version} if version else {}
        answer = self.insist(lambda: mac.browser.call("POST", f"{mac.path}/reveals", body))
        return str(answer.json["recovery_key"]) if answer.status == 201 else None

    def audit_findings(self) -> list[str]:
        """What is wrong with the audit log."""
        with self._inside() as portal:
            return [str(finding) for finding in audit_chain.verify(portal.world, {})]

    # What is there before the run

    def _enrol(self, entries: list[MacEntry]) -> None:
        for entry in entries:
            assert self.fleet.enrol(entry.udid)

    def _install_profiles(self, entries: list[MacEntry]) -> None:
        with self._inside() as portal, portal.store.read() as tx:
            certificate = tx.identities.all()[0].certificate
        for entry in entries:
            self.fleet.install_escrow_profile(entry.udid, certificate)

    def _owned(self, entry: MacEntry, *, has_profile: bool) -> OwnedMac:
        username = entry.name.lower().replace(" ", "-")
        with self._inside() as portal:
            manage.add_person(portal.world, username, entry.name, None, frozenset(), SecretBytes(_PASSWORD.encode()))
            device = manage.assign_device(portal.world, entry.serial, username, Ownership.PERSONAL)
        browser = Browser(self._port)
        browser.sign_in(username, _PASSWORD)
        return OwnedMac(entry, device.id, browser, has_profile)

    @contextlib.contextmanager
    def _inside(self) -> Iterator[Portal]:
        with closing(Portal(self._settings)) as portal:
            yield portal
