"""The demo: a whole portal with people and a simulated fleet on this machine, for newcomers, tests and load.

It differs from production in settings only. The parent process starts the fleet and the server, sets up what an
administrator would, and ends all of it.
"""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import present
from sleutelkast.factory import DEMO_READY, Portal
from sleutelkast.fleet.client import FleetClient, FleetError, MacEntry
from sleutelkast.fleet.settings import PREFIX as FLEET
from sleutelkast.serving import die_with_parent
from sleutelkast.settings import PREFIX, Settings, SettingsError, format_duration, is_loopback, load, variable
from sleutelkast.setup import initialize
from sleutelkast.usecases import manage
from sleutelkast.usecases.store_key import store_key

PASSWORD = f"{PREFIX}DEMO_PASSWORD"
PEOPLE = (
    ("anna", "Anna de Boer", frozenset[Role]()),
    ("bram", "Bram Visser", frozenset[Role]()),
    ("sanne", "Sanne Bakker", frozenset({Role.SUPPORT})),
    ("ada", "Ada Jansen", frozenset({Role.ADMINISTRATOR})),
    ("otto", "Otto Smit", frozenset({Role.AUDITOR})),
)
T = TypeVar("T")
_STARTS_ESCROWED = "Sanne's MacBook"
_ANSWER_TIMEOUT = timedelta(seconds=20)
_PATIENCE_SECONDS = 60
_FILES = ("sleutelkast.db", "jobs.db", "keyring.json", "audit-head", "demo.log")

_SHOWN = {
    "organization": "Havenlicht",
    "support_email": "servicedesk@havenlicht.example",
    "support_phone": "+31 85 000 12 34",
}
"""What the demo sets where nothing else is set, so that every page shows what it can show."""


class DemoError(Exception):
    """The demo can't start; the text says why and the mend."""


def fleet_folder(data: Path) -> Path:
    """Where all that the simulated fleet writes lies."""
    return data / "fleet"


def run_demo(environ: Mapping[str, str], *, reset: bool) -> None:
    """Run until SIGTERM or SIGINT; raise `DemoError` or `SettingsError`."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    settings = _settings(environ)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_one(settings.data):
        if reset:
            _start_over(settings.data)
        _require_free(settings)
        _ready_file(settings).unlink(missing_ok=True)
        initialize(settings)
        with _running(settings, environ) as (server, settings):
            _set_up(settings, environ.get(PASSWORD) or secrets.token_urlsafe(9))
            server.wait()
            raise DemoError(f"the server ended; its words are in {_log_file(settings.data)}")


def _end(*_: object) -> None:
    raise SystemExit(0)


def _settings(environ: Mapping[str, str]) -> Settings:
    settings = load(environ)
    if not is_loopback(settings.bind):
        raise SettingsError(f"{variable('bind')} must be this machine's own address: the demo shows its keys")
    if not settings.local_accounts:
        raise SettingsError(f"leave out {variable('local_accounts')}=0: people of the demo have passwords")
    if variable("answer_timeout") not in environ:
        settings = replace(settings, answer_timeout=_ANSWER_TIMEOUT)
    shown = {name: value for name, value in _SHOWN.items() if getattr(settings, name) is None}
    return replace(settings, **shown)  # type: ignore[arg-type]


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with (data / "demo.lock").open("w") as lock:
        _take(lock)
        yield


def _take(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise DemoError("a demo is running in this folder: end it, or set SLEUTELKAST_DATA to another") from None


def _start_over(data: Path) -> None:
    shutil.rmtree(fleet_folder(data), ignore_errors=True)
    for name in _FILES:
        for ending in ("", "-wal", "-shm"):
            (data / f"{name}{ending}").unlink(missing_ok=True)


def _require_free(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError:
            raise DemoError(f"port {settings.port} is taken: set {variable('port')} to another") from None


def _log_file(data: Path) -> Path:
    """Where the fleet and the server log, so that what a newcomer has to read stays in sight."""
    return data / "demo.log"


def _ready_file(settings: Settings) -> Path:
    return settings.data / "demo.ready"


@contextlib.contextmanager
def _running(settings: Settings, environ: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Settings]]:
    """The fleet and the server, each in a process of its own, ended in the reverse order."""
    api_key, webhook_key = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    with _process(settings.data, "sleutelkast.fleet", _fleet_environment(settings, environ, api_key, webhook_key)):
        fleet = _wait_for(lambda: FleetClient.from_folder(fleet_folder(settings.data)), "the simulated fleet")
        settings = replace(
            settings,
            nanomdm_url=fleet.url,
            nanomdm_api_key=SecretBytes(api_key.encode()),
            nanomdm_webhook_key=SecretBytes(webhook_key.encode()),
        )
        environment = _server_environment(settings, environ, api_key, webhook_key)
        with _process(settings.data, "sleutelkast.cli", environment, "serve") as server:
            yield server, settings


@contextlib.contextmanager
def _process(data: Path, module: str, environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    with _log_file(data).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *words],
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS / 4)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fleet_environment(
    settings: Settings, environ: Mapping[str, str], api_key: str, webhook_key: str
) -> dict[str, str]:
    fleet_folder(settings.data).mkdir(exist_ok=True, mode=0o700)
    (fleet_folder(settings.data) / "address.json").unlink(missing_ok=True)
    late = settings.answer_timeout.total_seconds() * 1.5
    return {
        f"{FLEET}LATE_AFTER": str(late),
        **environ,
        f"{FLEET}FOLDER": str(fleet_folder(settings.data)),
        f"{FLEET}WEBHOOK_URL": f"http://{_host(settings)}:{settings.port}/mdm/webhook",
        f"{FLEET}API_KEY": api_key,
        f"{FLEET}WEBHOOK_KEY": webhook_key,
    }


def _host(settings: Settings) -> str:
    return f"[{settings.bind}]" if ":" in settings.bind else settings.bind


def _server_environment(
    settings: Settings, environ: Mapping[str, str], api_key: str, webhook_key: str
) -> dict[str, str]:
    return {
        **environ,
        **{variable(name): str(getattr(settings, name)) for name in _SHOWN},
        variable("answer_timeout"): format_duration(settings.answer_timeout),
        variable("nanomdm_url"): settings.nanomdm_url or "",
        variable("nanomdm_api_key"): api_key,
        variable("nanomdm_webhook_key"): webhook_key,
        DEMO_READY: str(_ready_file(settings).absolute()),
    }


def _wait_for(look: Callable[[], T], what: str) -> T:
    """What `look` finds once it finds something; it may raise until then."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(FleetError, OSError):
            found = look()
            if found:
                return found
        time.sleep(0.05)
    raise DemoError(f"{what} did not come up within {_PATIENCE_SECONDS} seconds")


def _set_up(settings: Settings, password: str) -> None:
    """What an administrator does: people, enrolled Macs and whose they are."""
    fleet = FleetClient.from_folder(fleet_folder(settings.data))
    portal = Portal(settings)
    try:
        _wait_for(lambda: _answers(settings), "the server")
        _add_people(portal, password)
        macs = [mac for mac in fleet.macs() if mac.owner is not None]
        _enrol(portal, fleet, macs)
        _escrow_first_key(portal, next(mac for mac in macs if mac.name == _STARTS_ESCROWED))
    finally:
        portal.close()
    _ready_file(settings).touch()
    _print(settings, password, fleet.macs())


def _answers(settings: Settings) -> bool:
    with urllib.request.urlopen(f"{_address(settings)}/healthz", timeout=5) as answer:  # noqa: S310  # nosec B310
        return bool(answer.status == 200)


def _address(settings: Settings) -> str:
    return f"http://{_host(settings)}:{settings.port}"


def _add_people(portal: Portal, password: str) -> None:
    known = {person.username for person in manage.people(portal.world)}
    secret = SecretBytes(password.encode())
    for username, name, roles in PEOPLE:
        if username in known:
            manage.set_password(portal.world, username, secret)
        else:
            manage.add_person(portal.world, username, name, f"{username}@havenlicht.example", roles, secret)


def _enrol(portal: Portal, fleet: FleetClient, macs: Sequence[MacEntry]) -> None:
    for mac in macs:
        if not fleet.mac(mac.serial).enrolled:
            fleet.enrol(mac.serial)
    serials = {mac.serial for mac in macs}
    _wait_for(lambda: serials <= _enrolled_serials(portal), "the simulated Macs")
    for mac in macs:
        manage.assign_device(portal.world, mac.serial, str(mac.owner), Ownership(str(mac.ownership)))


def _enrolled_serials(portal: Portal) -> set[str]:
    return {str(device.serial) for device, _ in manage.devices(portal.world) if device.enrolled_at is not None}


def _escrow_first_key(portal: Portal, mac: MacEntry) -> None:
    """One Mac starts with a kept key: stored as its owner would, and rotated by the Mac."""
    if _is_escrowed(portal, mac):
        return
    owner = next(person for person in manage.people(portal.world) if person.username == mac.owner)
    device = next(device for device, _ in manage.devices(portal.world) if device.serial == mac.serial)
    store_key(portal.world, owner.actor, device.id, mac.recovery_key, mac.recovery_key)
    _wait_for(lambda: _is_escrowed(portal, mac), "the first kept key")


def _is_escrowed(portal: Portal, mac: MacEntry) -> bool:
    with portal.store.read() as tx:
        device = tx.devices.by_serial(mac.serial)
        return device is not None and present(tx.versions.of(device.id)) is not None


def _about_mail(settings: Settings) -> list[str]:
    if settings.smtp_url is not None:
        return []
    return [f"No mail is sent: to see it, set {variable('smtp_url')} and {variable('mail_from')} (docs/mail.md)."]


def _about_passkeys(settings: Settings) -> list[str]:
    """They are bound to a name, and the address above is a number."""
    if settings.public_url is not None:
        return []
    return [f"To try passkeys, open http://localhost:{settings.port} instead (docs/local-accounts.md)."]


def _print(settings: Settings, password: str, macs: Sequence[MacEntry]) -> None:
    people = ", ".join(username for username, _, _ in PEOPLE)
    rows = [f"  {mac.name:<22} {mac.owner or '':<6} {mac.scenario:<14} {mac.recovery_key}" for mac in macs]
    lines = [
        "",
        f"Sleutelkast is at {_address(settings)}",
        f"Sign in as {people}; the password of each is  {password}",
        "",
        "  Mac                    owner  scenario       present recovery key",
        *rows,
        "",
        "The keys change as the Macs rotate them: `.venv/bin/sleutelkast fleet list` shows the present ones.",
        *_about_passkeys(settings),
        *_about_mail(settings),
        f"The server's log is {_log_file(settings.data)}. Ctrl-C ends everything.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
