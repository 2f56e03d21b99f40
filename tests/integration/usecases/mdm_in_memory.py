"""NanoMDM and Macs in memory: the test decides what fails, when a Mac comes, and when its words arrive.

The server behaves as mdm.md's facts say (queue, duplicates, unknown enrolments, one webhook call per event), and its
answers are NanoMDM's JSON in PostgreSQL's words, so that the portal's own reader reads them. Macs read the portal's
real property lists and answer with real ones.
"""

from __future__ import annotations

import json
import plistlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sleutelkast.adapters.clock import new_uuid
from sleutelkast.adapters.mdm import commands
from sleutelkast.adapters.mdm.answers import enqueue_report, push_report
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.fleet.cms import encrypt
from sleutelkast.fleet.mac import Cipher, new_recovery_key, new_serial
from sleutelkast.fleet.webhook import acknowledge_event, check_in_event, on_user_channel
from sleutelkast.usecases.ports import Delivery, DeliveryReport
from tests.unit.http.harness import HandClock, signature

_DUPLICATE = 'ERROR: duplicate key value violates unique constraint "commands_pkey" (SQLSTATE 23505)'
_UNKNOWN = 'ERROR: insert or update on table "enrollment_queue" violates constraint "enrollment_queue_id_fkey"'
_EXPIRED = "BadDeviceToken"
USER = "9A6F1D04-0F5C-4F0E-8A1D-1C2B3A4D5E6F"
"""The GUID of an account on a Mac."""


class Fault(StrEnum):
    """What goes wrong with one call of the server's API."""

    NOTHING = "nothing"
    UNREACHABLE = "unreachable"
    """It never arrives."""
    ANSWER_LOST = "answer lost"
    """It is done, and nobody hears so."""
    REFUSED = "refused"
    """The API key is wrong."""
    NOT_PUSHED = "not pushed"
    """It is queued, and Apple's push service does not take the wake-up: NanoMDM calls that 500."""


@dataclass
class Queued:
    """A command in a Mac's queue."""

    uuid: str
    request_type: str
    body: dict[str, Any] = field(repr=False)
    not_now: bool = False


@dataclass(frozen=True)
class Attempt:
    """One call of the portal to queue a command."""

    enrollment_id: str
    uuid: str
    request_type: str
    body: dict[str, Any] = field(repr=False)


class MdmInMemory:
    """The port `MdmServer`, and the queues behind it."""

    def __init__(self) -> None:
        self.queues: dict[str, list[Queued]] = {}
        """By enrolment id; one that has none is not known."""
        self.faults: deque[Fault] = deque()
        """Of the next calls, in this order."""
        self.attempts: list[Attempt] = []
        self.pushed: list[str] = []
        self.before_answering: Callable[[], object] | None = None
        """Done once, when a command is queued, or a push sent, and the server has not answered yet."""
        self._taken: set[str] = set()

    def rotate_filevault_key(
        self, enrollment_id: str, command_uuid: str, present_key: RecoveryKey, reply_certificate: bytes
    ) -> DeliveryReport:
        command = commands.rotate_filevault_key(command_uuid, present_key, reply_certificate)
        return self._enqueue(enrollment_id, command)

    def security_info(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return self._enqueue(enrollment_id, commands.security_info(command_uuid))

    def device_information(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return self._enqueue(enrollment_id, commands.device_information(command_uuid))

    def push(self, enrollment_id: str) -> DeliveryReport:
        self.pushed.append(enrollment_id)
        self._let_others_go_first()
        result = {"push_result": "an id of Apple's"}
        return push_report(200, json.dumps({"status": {enrollment_id: result}}).encode())

    def version(self) -> str | None:
        return "v0.9.0"

    def clock(self) -> datetime | None:
        return None

    def rotations(self) -> list[Attempt]:
        """The attempts to queue a command that carries a key."""
        return [one for one in self.attempts if one.request_type == "RotateFileVaultKey"]

    def asked(self, request_type: str) -> int:
        """How many commands of this kind were ever queued."""
        return len({one.uuid for one in self.attempts if one.request_type == request_type})

    def _enqueue(self, enrollment_id: str, plist: bytes) -> DeliveryReport:
        told = plistlib.loads(plist)
        uuid, body = told["CommandUUID"], told["Command"]
        self.attempts.append(Attempt(enrollment_id, uuid, body["RequestType"], body))
        fault = self.faults.popleft() if self.faults else Fault.NOTHING
        if fault is Fault.UNREACHABLE:
            return DeliveryReport(Delivery.UNCLEAR, detail="ConnectTimeoutError")
        if fault is Fault.REFUSED:
            return enqueue_report(401, b"Unauthorized\n", uuid)
        status, answer = self._queue(enrollment_id, Queued(uuid, body["RequestType"], body), fault)
        self._let_others_go_first()
        if fault is Fault.ANSWER_LOST:
            return DeliveryReport(Delivery.UNCLEAR, detail="ReadTimeoutError")
        return enqueue_report(status, json.dumps(answer).encode(), uuid)

    def _queue(self, enrollment_id: str, command: Queued, fault: Fault) -> tuple[int, dict[str, object]]:
        if command.uuid in self._taken:
            return 500, {"command_error": _DUPLICATE}
        if enrollment_id not in self.queues:
            return 500, {"command_error": _UNKNOWN}
        self._taken.add(command.uuid)
        self.queues[enrollment_id].append(command)
        told = {"command_uuid": command.uuid, "request_type": command.request_type}
        if fault is Fault.NOT_PUSHED:
            return 500, {"status": {enrollment_id: {"push_error": _EXPIRED}}, **told}
        return 200, {"status": {enrollment_id: {"push_result": "an id of Apple's"}}, **told}

    def _let_others_go_first(self) -> None:
        first, self.before_answering = self.before_answering, None
        if first is not None:
            first()


class Does(StrEnum):
    """What a Mac does with a rotation that is handed out to it."""

    AS_ASKED = "as asked"
    """It rotates where the key is right, and errors otherwise."""
    NOT_NOW = "not now"
    ERRORS = "errors"
    """Whatever the key is."""
    BREAKS_OFF = "breaks off"
    """It rotates, and is gone before it answers: it is handed the command again."""
    UNSTORED = "unstored"
    """As asked; the server fails to keep the answer, yet calls its webhook, and hands the command out again."""
    WITHOUT_KEY = "without key"
    """It rotates, and its answer leaves the new key out."""
    DAMAGED = "damaged"
    """Half of the envelope is missing."""
    FOR_ANOTHER = "for another certificate"
    OF_ANOTHER_FORM = "of another form"
    """The envelope opens, and what it holds is no recovery key."""


@dataclass(frozen=True)
class Call:
    """A webhook call, on its way."""

    body: bytes = field(repr=False)
    signature: str

    @property
    def at(self) -> datetime:
        """The server's time of it."""
        return datetime.fromisoformat(json.loads(self.body)["created_at"])


@dataclass(eq=False)
class Mac:
    """A Mac that holds a key. What it says comes back as webhook calls, for the test to deliver."""

    mdm: MdmInMemory
    clock: HandClock
    stranger: bytes = field(repr=False)
    """A certificate that is not the portal's."""
    serial: str = field(default_factory=new_serial)
    udid: str = field(default_factory=new_uuid)
    keys: list[str] = field(default_factory=lambda: [new_recovery_key()], repr=False)
    """Every key it ever had, the present one last."""
    name: str = "Anna's MacBook"
    os_version: str = "15.1"
    filevault_enabled: bool = True
    cipher: Cipher = Cipher.TRIPLE_DES
    escrowed: bytes | None = field(default=None, repr=False)
    """What SecurityInfo tells of its key."""
    escrow_certificate: bytes | None = field(default=None, repr=False)
    """Of an installed escrow profile."""

    @property
    def key(self) -> str:
        return self.keys[-1]

    # Check-ins

    def authenticates(self) -> Call:
        """It enrols: its queue is empty from now on."""
        self.mdm.queues[self.udid] = []
        return self._checks_in("mdm.Authenticate", MessageType="Authenticate", **self._facts())

    def updates_token(self, tally: int = 1) -> Call:
        return self._checks_in("mdm.TokenUpdate", tally, MessageType="TokenUpdate")

    def checks_out(self) -> Call:
        return self._checks_in("mdm.CheckOut", MessageType="CheckOut")

    def users_token_updates(self, user: str = USER) -> Call:
        """Somebody logged in: their channel has a token of its own."""
        return self._checks_in("mdm.TokenUpdate", 1, user, MessageType="TokenUpdate")

    def users_check_out(self, user: str = USER) -> Call:
        return self._checks_in("mdm.CheckOut", None, user, MessageType="CheckOut")

    def _checks_in(self, topic: str, tally: int | None = None, user: str | None = None, **plist: object) -> Call:
        who = {"UDID": self.udid} if user is None else {"UDID": self.udid, "UserID": user}
        event = check_in_event(topic, self.udid, plistlib.dumps({**who, **plist}), tally)
        return self._call(event, user)

    def _facts(self) -> dict[str, str]:
        facts = {"SerialNumber": self.serial, "DeviceName": self.name, "ModelName": "MacBook Air"}
        return {**facts, "OSVersion": self.os_version}

    # Connects

    def connects(self, does: Does = Does.AS_ASKED) -> list[Call]:
        """One session with the server: Idle, then an answer to each command until none is left."""
        return [self.idles(), *self._works_through(does)]

    def idles(self) -> Call:
        return self.reports(None, "Idle")

    def _works_through(self, does: Does) -> Iterator[Call]:
        queue = self.mdm.queues.get(self.udid, [])
        for command in list(queue):
            call = self._answer(command, does)
            if call is None:
                return
            yield call
            if does is Does.UNSTORED:
                return
            if not command.not_now:
                queue.remove(command)

    def _answer(self, command: Queued, does: Does) -> Call | None:
        command.not_now = False
        if command.request_type == "SecurityInfo":
            return self.reports(command.uuid, "Acknowledged", SecurityInfo=self._security_info())
        if command.request_type == "DeviceInformation":
            return self.reports(command.uuid, "Acknowledged", QueryResponses=self._facts())
        return self._rotate(command, does)

    def _security_info(self) -> dict[str, object]:
        info: dict[str, object] = {
            "FDE_Enabled": self.filevault_enabled,
            "FDE_HasPersonalRecoveryKey": self.filevault_enabled,
        }
        return info if self.escrowed is None else {**info, "FDE_PersonalRecoveryKeyCMS": self.escrowed}

    def _rotate(self, command: Queued, does: Does) -> Call | None:
        if does is Does.NOT_NOW:
            command.not_now = True
            return self.reports(command.uuid, "NotNow")
        if does is Does.ERRORS or command.body["FileVaultUnlock"]["Password"] != self.key:
            return self.says_no(command.uuid)
        self.changes_key()
        if does is Does.BREAKS_OFF:
            return None
        certificate = bytes(command.body["ReplyEncryptionCertificate"])
        return self.reports(command.uuid, "Acknowledged", **self._result(does, certificate))

    def changes_key(self) -> None:
        """A new key, by `fdesetup` or by a rotation; an escrow profile takes effect for it."""
        self.keys.append(new_recovery_key())
        if self.escrow_certificate is not None:
            self.escrowed = encrypt(self.key.encode(), self.escrow_certificate, self.cipher)

    def _result(self, does: Does, certificate: bytes) -> dict[str, object]:
        if does is Does.WITHOUT_KEY:
            return {}
        plaintext = b"correct horse battery" if does is Does.OF_ANOTHER_FORM else self.key.encode()
        envelope = encrypt(plaintext, self.stranger if does is Does.FOR_ANOTHER else certificate, self.cipher)
        kept = len(envelope) // 2 if does is Does.DAMAGED else len(envelope)
        return {"RotateResult": {"EncryptedNewRecoveryKey": envelope[:kept]}}

    # Its words, also those that nobody asked for

    def says_no(self, command_uuid: str) -> Call:
        error = {"ErrorCode": -69593, "ErrorDomain": "MCFDEErrorDomain", "LocalizedDescription": "Dat ging niet."}
        return self.reports(command_uuid, "Error", ErrorChain=[error])

    def claims_to_have_rotated(self, command_uuid: str, certificate: bytes) -> Call:
        return self.reports(command_uuid, "Acknowledged", **self._result(Does.AS_ASKED, certificate))

    def reports(self, command_uuid: str | None, status: str, *, user: str | None = None, **content: object) -> Call:
        """An answer to a command on the device channel, or on that of a `user`."""
        plist = {"UDID": self.udid, "Status": status, **content}
        if command_uuid is not None:
            plist["CommandUUID"] = command_uuid
        event = acknowledge_event(self.udid, plistlib.dumps(plist), status, command_uuid)
        return self._call(event, user)

    def _call(self, event: dict[str, Any], user: str | None) -> Call:
        """At the server's time; what a Mac says next is said later."""
        if user is not None:
            event = on_user_channel(event, user)
        self.clock.moment += timedelta(milliseconds=1)
        body = json.dumps({**event, "created_at": self.clock.now().isoformat()}).encode()
        return Call(body, signature(body))
