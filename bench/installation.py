"""A real installation in a temporary folder: people, simulated Macs behind the simulated MDM server, and the portal."""

from __future__ import annotations

import contextlib
import json
import plistlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.load import post
from bench.processes import answers, free_port, running, wait_for
from bench.relay import Relay
from bench.sessions import signed_in
from sleutelkast.domain.access import Ownership
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.fleet.client import FleetClient, FleetError, MacEntry
from sleutelkast.fleet.mac import Scenario
from sleutelkast.settings import load, variable
from sleutelkast.setup import initialize
from sleutelkast.usecases import enrol_device
from sleutelkast.usecases.ports import CheckIn, CheckInKind, DeviceFacts, MdmEvent

THREADS = 16
WEBHOOK_KEY = "bench webhook key"
_API_KEY, _PASSWORD = "bench api key", "bench password"
_PEOPLE = 48
"""The limit on deposits counts per person; with so many it is never met."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A Mac, its id at the portal, and the headers of its owner's session."""

    mac: MacEntry
    device_id: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return f"/api/v1/devices/{self.device_id}/deposits"

    def save(self) -> bytes:
        """The request that stores its present key."""
        key = self.mac.recovery_key
        return post(self.path, json.dumps({"recovery_key": key, "confirmation": key}).encode(), self.headers)


class Installation:
    """Both relays stand between the portal and the MDM server, one for each way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.port = free_port()
        self._fleet_folder = folder / "fleet"
        self.to_portal = Relay(b'"Acknowledged"', lambda: self.port)
        self.to_server = Relay(b"RotateFileVaultKey", lambda: self.fleet_port)
        self.fleet_port = 0
        self._headers: dict[str, Mapping[str, str]] = {}

    @contextlib.contextmanager
    def fleet(self) -> Iterator[FleetClient]:
        """The simulated MDM server with its Macs."""
        self.fleet_port = free_port()
        fleet = {
            "FOLDER": str(self._fleet_folder),
            "PORT": str(self.fleet_port),
            "WEBHOOK_URL": f"http://127.0.0.1:{self.to_portal.port}/mdm/webhook",
            "API_KEY": _API_KEY,
            "WEBHOOK_KEY": WEBHOOK_KEY,
        }
        named = {f"SLEUTELKAST_FLEET_{name}": value for name, value in fleet.items()}
        with running("-m", "sleutelkast.fleet", log=self.log, **named):
            yield wait_for(self._find_fleet, "the simulated fleet")

    def _find_fleet(self) -> FleetClient | None:
        with contextlib.suppress(FleetError):
            client = FleetClient.from_folder(self._fleet_folder)
            client.macs()
            return client
        return None

    @contextlib.contextmanager
    def portal(self, *, relayed: bool, program: str = "sleutelkast.cli", **settings: str) -> Iterator[None]:
        """`sleutelkast serve`, its calls to the MDM server through a relay or not; `program` may stand for it."""
        named = {variable(name): value for name, value in settings.items()}
        with running("-m", program, "serve", log=self.log, **self._variables(relayed=relayed), **named):
            wait_for(lambda: answers(self.port, "/readyz"), "the portal")
            yield

    def _variables(self, *, relayed: bool) -> dict[str, str]:
        server = self.to_server.port if relayed else self.fleet_port
        settings = {
            "data": str(self.folder / "data"),
            "port": str(self.port),
            "threads": str(THREADS),
            "nanomdm_url": f"http://127.0.0.1:{server}",
            "nanomdm_api_key": _API_KEY,
            "nanomdm_webhook_key": WEBHOOK_KEY,
        }
        return {variable(name): value for name, value in settings.items()}

    def own(self, macs: Sequence[MacEntry]) -> list[tuple[MacEntry, str, str]]:
        """Enrol these Macs and give them to people in turn: each with its id and its owner's user name.

        This goes past HTTP, in one transaction: thousands of Macs would take minutes otherwise.
        """
        with self.opened() as portal:
            people = _add_people(portal)
            with portal.store.write() as tx:
                return [_enrol(portal, tx, mac, people[at % len(people)]) for at, mac in enumerate(macs)]

    @contextlib.contextmanager
    def opened(self) -> Iterator[Portal]:
        """The portal's world in this process, past HTTP; made where there is none yet."""
        settings = load(self._variables(relayed=False))
        initialize(settings)
        with contextlib.closing(Portal(settings)) as portal:
            yield portal

    def sign_in(self, owned: Sequence[tuple[MacEntry, str, str]]) -> list[Owned]:
        """The same, with each owner signed in."""
        for username in {username for _, _, username in owned} - self._headers.keys():
            self._headers[username] = signed_in(self.port, username, _PASSWORD)
        return [Owned(mac, device_id, self._headers[username]) for mac, device_id, username in owned]


def _add_people(portal: Portal) -> list[Person]:
    hashed = portal.world.passwords.hash(SecretBytes(_PASSWORD.encode()))
    now = datetime.now(UTC)
    people = [
        Person(portal.world.new_id(), f"person-{number}", f"Person {number}", None, frozenset(), None, now)
        for number in range(_PEOPLE)
    ]
    with portal.store.write() as tx:
        for person in people:
            tx.people.add(person, hashed)
    return people


def _enrol(portal: Portal, tx: Any, mac: MacEntry, owner: Person) -> tuple[MacEntry, str, str]:
    now = datetime.now(UTC)
    facts = DeviceFacts(serial=mac.serial, name=mac.name)
    message = CheckIn(CheckInKind.AUTHENTICATE, device_facts=facts)
    event = MdmEvent("", now, mac.udid, True, mac.udid, message, plistlib.dumps({}))
    enrol_device.check_in(portal.world, tx, event, message)
    device = tx.devices.by_udid(mac.udid)
    tx.devices.save(replace(device, owner_id=owner.id, ownership=Ownership.PERSONAL))
    return mac, device.id, owner.username


def newcomers(fleet: FleetClient, name: str, scenario: Scenario, count: int) -> list[MacEntry]:
    """Fresh Macs, known to the MDM server."""
    macs = fleet.add(name, scenario=scenario, count=count)
    fleet.enrol_all()
    return macs
