"""The simulated Macs of the portal under test, by the control interface that they offer to tests."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

_SECONDS = 60


def wait_until(it_is_so: Callable[[], bool], otherwise: str, every: float = 0.05) -> None:
    """Wait for something that no page shows, looking `every` so many seconds; raise AssertionError if it won't come."""
    give_up = time.monotonic() + _SECONDS
    while not it_is_so():
        assert time.monotonic() < give_up, otherwise
        time.sleep(every)


class Fleet:
    """All Macs; `folder` is where the fleet says how it can be reached."""

    def __init__(self, folder: Path) -> None:
        self._address = folder / "address.json"

    def add(self, name: str, count: int) -> list[Mac]:
        """Fresh, enrolled Macs, numbered if there are several; each does what is right until told otherwise."""
        entries = self.call("POST", "macs", {"name": name, "count": count})
        told = self.call("POST", "enrol")["delivered"]
        assert all(told.values()), f"the portal did not hear of {[name for name, heard in told.items() if not heard]}"
        return [Mac(self, entry["name"], entry["serial"]) for entry in entries]

    def has_told_everything(self) -> None:
        """Wait until no Mac is connected, and the portal has taken in what they said."""
        assert self.call("POST", "settled", {"within": _SECONDS})["settled"], "the Macs never come to rest"

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        address = json.loads(self._address.read_text())
        request = urllib.request.Request(
            f"{address['url']}/control/{path}", json.dumps(body or {}).encode(), method=method
        )
        request.add_header("Authorization", f"Bearer {address['control_key']}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return json.load(answer)


@dataclass(frozen=True)
class Mac:
    """One simulated Mac."""

    fleet: Fleet = field(repr=False)
    name: str
    serial: str

    @property
    def recovery_key(self) -> str:
        """The key that opens its disk at this moment."""
        return str(self._call("GET")["recovery_key"])

    @property
    def wrong_key(self) -> str:
        """A key of the right form that opens nothing: its own, read backwards in its groups."""
        return "-".join(reversed(self.recovery_key.split("-")))

    @property
    def rotations(self) -> int:
        """How many commands to replace its key it ever got."""
        return sum(one["request_type"] == "RotateFileVaultKey" for one in self._call("GET")["commands"])

    def does(self, scenario: str) -> Mac:
        """Behave like this from now on."""
        self._call("PUT", "/scenario", {"scenario": scenario})
        return self

    def changes_key(self) -> None:
        """Make a new key by itself, as somebody does in Terminal."""
        self._call("POST", "/change-key")

    def connects(self) -> None:
        """Check in now, and do what is asked of it; a command is waiting for it, or soon will be.

        Afterwards the portal has heard all of it.
        """
        wait_until(lambda: self._call("GET")["pending"] > 0, f"{self.name} is asked for nothing")
        self._call("POST", "/connect")
        self.fleet.has_told_everything()

    def comes_back(self) -> None:
        """Check in, and from now on whenever it is asked to."""
        self.connects()
        self.does("right")

    def leaves(self) -> None:
        """Its management is removed: it checks out of the organization."""
        self._call("POST", "/check-out")
        self.fleet.has_told_everything()

    def says(self, report: bytes) -> bool:
        """Tell the MDM server these very bytes, which passes them on; whether the portal took them."""
        return bool(self._call("POST", "/say", {"report": base64.b64encode(report).decode()})["delivered"])

    def _call(self, method: str, what: str = "", body: dict[str, Any] | None = None) -> Any:
        return self.fleet.call(method, f"macs/{quote(self.serial)}{what}", body)
