"""The other end of the control interface, for the `fleet` commands and for tests."""

from __future__ import annotations

import base64
import http.client
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

from sleutelkast.fleet.faults import Mode, Part
from sleutelkast.fleet.mac import Scenario
from sleutelkast.fleet.process import read_address
from sleutelkast.fleet.queue_store import QueuedCommand

_TIMEOUT_SECONDS: Final = 90.0


class FleetError(Exception):
    """The fleet can't be reached, or refused; the text says why."""


class FleetSilent(FleetError):  # noqa: N818 - reads as what happened
    """The fleet was started and does not answer now."""


@dataclass(frozen=True, slots=True)
class MacEntry:
    """A simulated Mac, as `fleet list --json` shows it."""

    name: str
    serial: str
    udid: str
    owner: str | None
    """Whom it should be assigned to; None for a Mac that came by itself (an imposter, one for load)."""
    ownership: str | None
    scenario: str
    recovery_key: str = field(repr=False)
    earlier_keys: list[str] = field(repr=False)
    """Newest first."""


@dataclass(frozen=True, slots=True)
class MacDetails(MacEntry):
    """One Mac with what is queued for it."""

    enrolled: bool
    escrow_profile: bool
    pending: int
    """Commands without a final answer."""
    commands: list[QueuedCommand]


class FleetClient:
    """A Mac is named by its name, serial number or UDID. Every method raises `FleetError`."""

    def __init__(self, url: str, control_key: str) -> None:
        self.url = url
        self._address = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {control_key}", "Content-Type": "application/json"}

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """The fleet that was started with this folder."""
        try:
            address = read_address(folder)
        except (OSError, ValueError) as error:
            raise FleetError("no simulated fleet is running here") from error
        return cls(address["url"], address["control_key"])

    def macs(self) -> list[MacEntry]:
        return [MacEntry(**entry) for entry in self._call("GET", "macs")]

    def mac(self, name: str) -> MacDetails:
        return _details(self._call("GET", _of(name)))

    def add(
        self,
        name: str,
        owner: str | None = None,
        ownership: str | None = None,
        scenario: Scenario = Scenario.RIGHT,
        count: int = 1,
    ) -> list[MacEntry]:
        """Take in a fresh Mac, or `count` of them, numbered; they are not enrolled."""
        body = {"name": name, "owner": owner, "ownership": ownership, "scenario": scenario, "count": count}
        return [MacEntry(**entry) for entry in self._call("POST", "macs", body)]

    def set_scenario(self, name: str, scenario: str) -> MacDetails:
        """Change what it does from now on, also on what is queued already."""
        return _details(self._call("PUT", _of(name, "scenario"), {"scenario": scenario}))

    def connect(self, name: str) -> MacDetails:
        """Have it check in now, whatever its scenario; answers once it has done all it was handed."""
        return _details(self._call("POST", _of(name, "connect")))

    def answer_now(self, name: str) -> MacDetails:
        """Have a late Mac answer at once what it was handed already."""
        return _details(self._call("POST", _of(name, "answer-now")))

    def change_key(self, name: str) -> MacDetails:
        """Have it make a new key by itself, of which nobody hears until it tells its SecurityInfo."""
        return _details(self._call("POST", _of(name, "change-key")))

    def enrol(self, name: str) -> bool:
        """Enrol or re-enrol it; tell whether the webhook took the calls."""
        return bool(self._call("POST", _of(name, "enrol"))["delivered"])

    def enrol_all(self) -> dict[str, bool]:
        """Enrol all that are not yet; by name, whether the webhook took the calls."""
        return dict(self._call("POST", "enrol")["delivered"])

    def check_out(self, name: str) -> bool:
        """Have it leave its server; tell whether the webhook took the call."""
        return bool(self._call("POST", _of(name, "check-out"))["delivered"])

    def install_escrow_profile(self, name: str, certificate: bytes) -> MacDetails:
        """Have SecurityInfo tell keys made from now on, encrypted to this DER certificate."""
        body = {"certificate": base64.b64encode(certificate).decode()}
        return _details(self._call("PUT", _of(name, "escrow-profile"), body))

    def install_profile(self, name: str, profile: bytes) -> MacDetails:
        """As `install_escrow_profile`, from a whole .mobileconfig."""
        body = {"profile": base64.b64encode(profile).decode()}
        return _details(self._call("PUT", _of(name, "escrow-profile"), body))

    def remove_escrow_profile(self, name: str) -> MacDetails:
        return _details(self._call("DELETE", _of(name, "escrow-profile")))

    def switch_on(
        self, part: Part, mode: Mode, times: int | None = None, seconds: float = 0.0, mac: str | None = None
    ) -> None:
        """Have a part fail so many times, or (None) until `clear_faults`, for one Mac or all; see `faults.Mode`."""
        self._call("PUT", f"faults/{part}", {"mode": mode, "times": times, "seconds": seconds, "mac": mac})

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def wait_until_settled(self, within: float = 10.0) -> bool:
        """Wait until no Mac is connected and no webhook call is under way; tell whether it came to that in time.
        What a Mac will do by itself later (`late`, `not-now`) is not waited for."""
        return bool(self._call("POST", "settled", {"within": within})["settled"])

    def reset(self) -> list[MacEntry]:
        """Start over with fresh Macs that are not enrolled."""
        return [MacEntry(**entry) for entry in self._call("POST", "reset")]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=_TIMEOUT_SECONDS
        )
        try:
            connection.request(method, f"/control/{path}", json.dumps(body or {}), self._headers)
            response = connection.getresponse()
            content = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FleetSilent("the simulated fleet does not answer") from error
        finally:
            connection.close()
        if response.status != 200:
            raise FleetError(content["error"])
        return content


def _of(name: str, what: str | None = None) -> str:
    return f"macs/{quote(name, safe='')}" + (f"/{what}" if what else "")


def _details(content: dict[str, Any]) -> MacDetails:
    commands = [QueuedCommand(**command) for command in content.pop("commands")]
    return MacDetails(**content, commands=commands)
