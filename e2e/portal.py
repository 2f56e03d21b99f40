"""The portal under test: one that the suite starts for itself, or one that is running somewhere already.

Each test gets a person of its own with a Mac of its own, so no test sees what another one did. They are made in
batches, by the commands that an administrator has.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from e2e.fleet import Fleet, Mac

PROGRAM = str(Path(sys.executable).parent / "sleutelkast")
PASSWORD = "SLEUTELKAST_DEMO_PASSWORD"
CRYPT_SECRET = "e2e-path_secret.of~the-crypt-clients"
"""The portal under test is started with this SLEUTELKAST_CRYPT_SECRET."""
_COMMANDS_NEED = re.compile("_(OIDC|SMTP|MAIL)_")
_START_SECONDS = 180
_STOP_SECONDS = 30
_NAMES = (
    "Noor de Wit",
    "Jip Meijer",
    "Lena Vogel",
    "Omar Haddad",
    "Saskia Blom",
    "Tarik Aziz",
    "Emma Koch",
    "Ravi Patel",
)


@dataclass(frozen=True)
class Owner:
    """A person with their Macs."""

    username: str
    name: str
    password: str = field(repr=False)
    macs: Sequence[Mac]

    @property
    def mac(self) -> Mac:
        """Their only Mac, or the first."""
        return self.macs[0]


class Portal:
    """A running portal. `data` is its data folder; the commands and the fleet are reached by it."""

    def __init__(self, url: str, data: Path, password: str, batch: int) -> None:
        self.url = url
        self.data = data
        self.password = password
        self.fleet = Fleet(data / "fleet")
        self._batch = batch
        self._ready: dict[int, list[Owner]] = defaultdict(list)
        self.run = f"{socket.gethostname()[:4].lower()}{secrets.token_hex(3)}"
        """With which all names begin that are made up here."""
        self._made = 0
        self.settings: Mapping[str, str] = {}
        """Variables that its commands need to know of as well."""
        self.names: set[str] = set()
        """Of all people and Macs that were made; of people their user names, too."""
        self.next_mac_name: Callable[[], str] = lambda: f"Mac {self._name()}"

    @property
    def by_name(self) -> str:
        """The same address by the name that this machine has for itself: passkeys are bound to a name."""
        return self.url.replace("127.0.0.1", "localhost")

    def _name(self) -> str:
        """None is the beginning of another: pages are searched for them."""
        return f"{self.run}-{self._made:04}"

    def newcomer(self, scenario: str = "right", macs: int = 1) -> Owner:
        """Somebody new, whose Macs are enrolled and assigned, and keep no key in the portal."""
        if not self._ready[macs]:
            self._ready[macs] = self.make(self._batch if macs == 1 else 1, macs, self.next_mac_name())
        owner = self._ready[macs].pop()
        if scenario != "right":
            owner.mac.does(scenario)
        return owner

    def auditor(self) -> Owner:
        """Somebody new without a Mac, who may read the audit log."""
        return self._staff("auditor")

    def supporter(self) -> Owner:
        """Somebody new without a Mac, who is of IT support."""
        return self._staff("support")

    def administrator(self, email: str | None = None) -> Owner:
        """Somebody new without a Mac, who decides what others asked for; told of it by mail at an address."""
        return self._staff("administrator", *(("--email", email) if email else ()))

    def _staff(self, role: str, *further: str) -> Owner:
        one = self._person([])
        add = ("person", "add", one.username, "--name", one.name, "--role", role, "--password-stdin", *further)
        self.command(*add, typed=f"{one.password}\n")
        return one

    def link_of(self, owner: Owner) -> str:
        """The page on which they set their password, once, and what stands behind #: wherever the portal is reached."""
        address = self.command("person", "link", owner.username).strip()
        return address[address.index("/set-password") :]

    def makes_corporate(self, mac: Mac, owner: Owner) -> None:
        """From now on the Mac belongs to the organization, and this person uses it."""
        self.command("device", "assign", mac.serial, owner.username, "--ownership", "corporate")

    def gives(self, owner: Owner, macs: Sequence[Mac], ownership: str = "personal") -> None:
        """From now on these Macs are theirs."""
        self._import("device", _assignments(owner, macs, ownership))

    def command(self, *words: str, typed: str = "") -> str:
        """What a command of the portal prints; raise CalledProcessError where it did not work."""
        environment = _without_settings() | self.settings | {"SLEUTELKAST_DATA": str(self.data)}
        done = subprocess.run(
            [PROGRAM, *words], env=environment, input=typed, text=True, capture_output=True, check=True
        )
        return done.stdout

    def hears_from_the_crypt_client_of(self, mac: Mac, key: str) -> None:
        """A program on the Mac reports this key."""
        fields = {"serial": mac.serial, "recovery_password": key, "username": "e2e", "macname": mac.name}
        form = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.url}/crypt/{CRYPT_SECRET}/checkin/", form, timeout=_STOP_SECONDS) as answer:
            assert answer.status == 200

    def make(self, count: int, macs_each: int, mac_name: str) -> list[Owner]:
        """So many new people at once; several Macs of one name are numbered."""
        macs = self.fleet.add(mac_name, count * macs_each) if macs_each else []
        self.names.update(mac.name for mac in macs)
        owners = [self._person(macs[at * macs_each : (at + 1) * macs_each]) for at in range(count)]
        people = [{"username": one.username, "name": one.name} for one in owners]
        assigned = [row for one in owners for row in _assignments(one, one.macs, "personal")]
        self._import("person", people, "--password-stdin", typed=f"{self.password}\n")
        if assigned:
            self._import("device", assigned)
        return owners

    def _person(self, macs: Sequence[Mac]) -> Owner:
        self._made += 1
        one = Owner(self._name(), _NAMES[self._made % len(_NAMES)], self.password, macs)
        self.names |= {one.name, one.username}
        return one

    def _import(self, what: str, rows: Sequence[Mapping[str, str]], *words: str, typed: str = "") -> None:
        table = io.StringIO()
        writer = csv.DictWriter(table, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
            file.write(table.getvalue())
            file.flush()
            self.command(what, "import", file.name, *words, typed=typed)


def _assignments(owner: Owner, macs: Sequence[Mac], ownership: str) -> list[dict[str, str]]:
    return [{"serial": mac.serial, "username": owner.username, "ownership": ownership} for mac in macs]


def given_portal(url: str, batch: int) -> Portal:
    """A portal that runs already, with its simulated fleet on this machine."""
    data = Path(os.environ.get("SLEUTELKAST_DATA", "var"))
    if not (data / "fleet" / "address.json").exists():
        raise LookupError(f"{data.absolute()} is not the data folder of a running demo: set SLEUTELKAST_DATA to it")
    return Portal(url.rstrip("/"), data.absolute(), os.environ.get(PASSWORD) or secrets.token_urlsafe(9), batch)


@contextlib.contextmanager
def own_portal(batch: int, **settings: str) -> Iterator[Portal]:
    """A fresh demo on a free port with a data folder of its own, ended afterwards; `settings` without their prefix."""
    with tempfile.TemporaryDirectory(prefix="sleutelkast-e2e-") as folder:
        data, password = Path(folder) / "data", secrets.token_urlsafe(9)
        port = int(settings.get("port") or _free_port())
        given = {
            "data": str(data),
            "port": str(port),
            "demo_password": password,
            "crypt_secret": CRYPT_SECRET,
            **settings,
        }
        variables = {f"SLEUTELKAST_{name.upper()}": value for name, value in given.items()}
        environment = _without_settings() | variables
        with (Path(folder) / "log").open("w+") as log:
            process = subprocess.Popen([PROGRAM, "demo"], env=environment, stdout=log, stderr=subprocess.STDOUT)
            try:
                portal = Portal(f"http://127.0.0.1:{port}", data, password, batch)
                portal.settings = {name: value for name, value in variables.items() if _COMMANDS_NEED.search(name)}
                _wait_until_ready(portal, process, Path(log.name))
                yield portal
            finally:
                _end(process)


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SLEUTELKAST_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(portal: Portal, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not _is_ready(portal):
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"the portal did not start:\n{log.read_text()}")
        time.sleep(0.1)


def _is_ready(portal: Portal) -> bool:
    try:
        with urllib.request.urlopen(f"{portal.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
