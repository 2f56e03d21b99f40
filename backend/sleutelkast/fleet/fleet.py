"""The whole: Macs, their server, who is connected, and what the control interface may ask of them."""

from __future__ import annotations

import functools
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Final
from urllib.parse import urlsplit

from sleutelkast.fleet import cms, roster
from sleutelkast.fleet.activity import Activity
from sleutelkast.fleet.database import Database
from sleutelkast.fleet.faults import Faults
from sleutelkast.fleet.mac import Mac, Scenario, idle, new_recovery_key
from sleutelkast.fleet.mac_store import MacStore
from sleutelkast.fleet.nanomdm import NanoMdm
from sleutelkast.fleet.queue_store import QueuedCommand, QueueStore
from sleutelkast.fleet.reactions import Reaction, escrowed_for, react, read_command
from sleutelkast.fleet.sessions import Sessions
from sleutelkast.fleet.settings import FleetSettings
from sleutelkast.fleet.webhook import Webhook

_CONNECT_SECONDS: Final = 30.0
_CLOSING_SECONDS: Final = 3.0


class NotEnrolled(Exception):  # noqa: N818 - reads as what happened
    """The Mac has no server to talk to."""


class Fleet:
    """Everything of one folder. The Macs of the demo are there from the first start on; `enrol_all` brings them in."""

    def __init__(self, settings: FleetSettings) -> None:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._settings = settings
        self._database = Database(settings.folder / "fleet.sqlite3")
        self._macs = MacStore(self._database)
        self._queue = QueueStore(self._database)
        self._activity = Activity()
        self._closing = threading.Event()
        self._sessions = Sessions(self._converse, self._activity)
        self.faults = Faults()
        webhook = Webhook(settings.webhook_url, settings.webhook_key, self.faults, self._activity)
        self.server = NanoMdm(self._queue, webhook, self.faults, self._pushed)
        if not self._macs.all():
            self._macs.add(roster.demo_macs())

    # What Macs do

    def _pushed(self, udid: str) -> None:
        if self._macs.get(udid).comes_when_pushed:
            self._sessions.wake(udid)

    def _converse(self, udid: str) -> None:
        self._work_through(udid)
        self.server.user_connects(self._macs.get(udid))

    def _work_through(self, udid: str) -> None:
        reaction = Reaction(report=idle(self._macs.get(udid)))
        while reaction.report is not None:
            command = self.server.report(
                udid, reaction.report, stored=not reaction.unstored, heard=not reaction.unheard
            )
            if command is None:
                return
            reaction = self._obey(udid, command)

    def _obey(self, udid: str, raw: bytes) -> Reaction:
        command = read_command(raw)
        meet = functools.partial(self._macs.meet, udid, command.uuid)
        reaction = react(self._macs.get(udid), command, meet, self._settings.patience)
        if reaction.new_key is not None:
            self._macs.rotate(udid, reaction.new_key, reaction.escrowed_key)
        if reaction.escrow_certificate is not None:
            self._macs.set_escrow_certificate(udid, reaction.escrow_certificate)
        if reaction.re_enrols:
            # Once is enough: the command that is sent again must find a Mac that answers.
            self._macs.set_scenario(udid, Scenario.RIGHT)
            self.server.enrol(self._macs.get(udid))
        if reaction.comes_back_in is not None:
            self._sessions.wake_in(udid, reaction.comes_back_in)
        return reaction

    def resume(self) -> None:
        """After a restart: once somebody listens at the webhook's address, Macs with work left connect."""
        threading.Thread(target=self._resume, daemon=True).start()

    def _resume(self) -> None:
        while not self._closing.is_set() and not self._somebody_listens():
            self._closing.wait(0.1)
        for mac in self._macs.all():
            self._go_on(mac.udid)

    def _somebody_listens(self) -> bool:
        address = urlsplit(self._settings.webhook_url)
        try:
            socket.create_connection((address.hostname, address.port or 80), timeout=1).close()
        except OSError:
            return False
        return True

    def _go_on(self, udid: str) -> None:
        if self._macs.get(udid).comes_when_pushed and any(one.pending for one in self._queue.commands(udid)):
            self._sessions.wake(udid)

    # What control may ask

    def macs(self) -> list[Mac]:
        return self._macs.all()

    def find(self, name: str) -> Mac:
        """By name, UDID or serial number; raise `UnknownMac`."""
        return self._macs.find(name)

    def commands(self, mac: Mac) -> list[QueuedCommand]:
        return self._queue.commands(mac.udid)

    def add(self, macs: Iterable[Mac]) -> None:
        """Raise ValueError where a name is taken."""
        self._macs.add(macs)

    def enrol(self, mac: Mac) -> bool:
        """Enrol or re-enrol it; tell whether the webhook took both calls."""
        return self._enrol(mac).result()

    def enrol_all(self) -> dict[str, bool]:
        """Enrol those that are not yet; by name, whether the webhook took both calls."""
        calls = {mac.name: self._enrol(mac) for mac in self._macs.all() if not mac.enrolled}
        return {name: call.result() for name, call in calls.items()}

    def _enrol(self, mac: Mac) -> Future[bool]:
        self._macs.set_enrolled(mac.udid, True)
        call = self.server.enrol(mac)
        if mac.scenario is Scenario.UNENROLLED:
            self._queue.forget(mac.udid)
        return call

    def check_out(self, mac: Mac) -> bool:
        """Have it leave its server; tell whether the webhook took the call."""
        self._macs.set_enrolled(mac.udid, False)
        return self.server.check_out(mac).result()

    def say(self, mac: Mac, report: bytes) -> bool:
        """Have it say these very bytes, as no Mac would; tell whether the webhook took the call."""
        return self.server.pass_on(mac.udid, report).result()

    def connect(self, mac: Mac) -> None:
        """Have it connect, whatever its scenario, and wait for the end. Raise `NotEnrolled`."""
        if not mac.enrolled:
            raise NotEnrolled("the Mac is not enrolled")
        self._sessions.wake(mac.udid)
        self._sessions.wait_for_end(mac.udid, _CONNECT_SECONDS)

    def answer_now(self, mac: Mac) -> None:
        """Have a late Mac answer what it was handed already, and wait for the end."""
        self._macs.hurry(mac.udid)
        self.connect(mac)

    def set_scenario(self, mac: Mac, scenario: Scenario) -> None:
        """Change what it does from now on, commands that wait included."""
        self._macs.set_scenario(mac.udid, scenario)
        if scenario is Scenario.UNENROLLED:
            self._queue.forget(mac.udid)
        elif mac.scenario is Scenario.UNENROLLED and mac.enrolled:
            self.enrol(self._macs.get(mac.udid))
        if scenario is Scenario.IMPOSTER:
            self._send_an_imposter(mac)
        self._go_on(mac.udid)

    def _send_an_imposter(self, mac: Mac) -> None:
        imposter = roster.imposter_of(mac)
        try:
            self._macs.add([imposter])
        except ValueError:
            imposter = self._macs.find(imposter.name)
        self.enrol(imposter)

    def install_escrow_profile(self, mac: Mac, certificate: bytes | None) -> None:
        """Put an FDERecoveryKeyEscrow profile with this DER certificate on it, or take it off. Raise ValueError."""
        if certificate is not None:
            cms.read_certificate(certificate)
        self._macs.set_escrow_certificate(mac.udid, certificate)

    def change_key(self, mac: Mac) -> None:
        """Have it make a new key by itself, as `fdesetup changerecovery -personal` on it does."""
        new_key = new_recovery_key()
        self._macs.rotate(mac.udid, new_key, escrowed_for(mac, new_key))

    def wait_for_quiet(self, within: float) -> bool:
        """Wait until no Mac is connected and no webhook call is under way; tell whether it came to that in time."""
        return self._activity.wait_for_quiet(within)

    def reset(self) -> None:
        """Start over with eight fresh Macs that are not enrolled."""
        self._sessions.cancel_alarms()
        self.wait_for_quiet(_CONNECT_SECONDS)
        self.faults.clear()
        self._queue.clear()
        self._macs.clear()
        self._macs.add(roster.demo_macs())

    def close(self) -> None:
        """Let what is under way come to its end, and let go of the folder."""
        self._closing.set()
        self._sessions.close()
        self.wait_for_quiet(_CLOSING_SECONDS)
        self._database.close()
