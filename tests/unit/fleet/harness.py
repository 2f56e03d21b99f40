"""What tests of the fleet stand on: its real process, a real receiver of webhook calls, `openssl` as another reader."""

from __future__ import annotations

import base64
import http.client
import json
import os
import plistlib
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sleutelkast
from sleutelkast.fleet.client import FleetClient, MacEntry

API_KEY = "api key of the tests"
WEBHOOK_KEY = "webhook key of the tests"
CONTROL_KEY = "control-key-of-the-tests"
DEADLINE_SECONDS = 15.0


@dataclass
class Call:
    """One webhook call as it arrived."""

    headers: dict[str, str]
    body: bytes
    event: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.event = json.loads(self.body)

    @property
    def topic(self) -> str:
        return str(self.event["topic"])

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = self.event.get("acknowledge_event") or self.event["checkin_event"]
        return found

    @property
    def udid(self) -> str:
        return str(self.details["ids"]["id"])

    @property
    def status(self) -> str | None:
        return self.details.get("status")

    @property
    def command_uuid(self) -> str | None:
        return self.details.get("command_uuid")

    @property
    def plist(self) -> dict[str, Any]:
        found: dict[str, Any] = plistlib.loads(base64.b64decode(self.details["raw_payload"]))
        return found


class Receiver(ThreadingHTTPServer):
    """Stands where the portal's webhook stands."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _ReceiverHandler)
        self.calls: list[Call] = []
        self.answers_with = 200
        self.arrived = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/mdm/webhook"

    def of(self, udid: str, topic: str | None = None) -> list[Call]:
        return [call for call in list(self.calls) if call.udid == udid and topic in {None, call.topic}]

    def answers_of(self, udid: str) -> list[Call]:
        """Reports on commands, in the order in which they were made."""
        reports = [call for call in self.of(udid, "mdm.Connect") if call.command_uuid is not None]
        return sorted(reports, key=lambda call: call.event["created_at"])

    def wait_for_answers(self, udid: str, count: int = 1) -> list[Call]:
        with self.arrived:
            came = self.arrived.wait_for(lambda: len(self.answers_of(udid)) >= count, DEADLINE_SECONDS)
        assert came, f"{len(self.answers_of(udid))} of {count} answers came"
        return self.answers_of(udid)

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.arrived:
            self.server.calls.append(Call(dict(self.headers), body))
            self.server.arrived.notify_all()
        self.send_response(self.server.answers_with)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class ApiAnswer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


class FleetProcess:
    """The fleet's real process, with the portal's and the operator's way to it."""

    def __init__(self, folder: Path, webhook_url: str, **settings: str) -> None:
        self.folder = folder
        self._environment = fleet_environment(
            FOLDER=str(folder),
            WEBHOOK_URL=webhook_url,
            API_KEY=API_KEY,
            WEBHOOK_KEY=WEBHOOK_KEY,
            CONTROL_KEY=CONTROL_KEY,
            **settings,
        )
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "sleutelkast.fleet"], env=self._environment)
        address = wait_for_address(self.folder, self.process.pid)
        self.client = FleetClient.from_folder(self.folder)
        self.port = urlsplit(address["url"]).port

    def kill(self) -> None:
        """As if the power went: SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(DEADLINE_SECONDS)

    def call(
        self, method: str, path: str, body: bytes = b"", authorization: str | None = None, timeout: float = 10
    ) -> ApiAnswer:
        """As the portal calls NanoMDM; raise what http.client raises where there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        login = authorization or basic(f"nanomdm:{API_KEY}")
        try:
            connection.request(method, path, body, {"Authorization": login})
            response = connection.getresponse()
            return ApiAnswer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def enqueue(self, ids: str, command: bytes, query: str = "") -> ApiAnswer:
        return self.call("PUT", f"/v1/enqueue/{ids}{query}", command)

    def newcomer(self, scenario: str = "right") -> MacEntry:
        """A fresh Mac of this scenario, enrolled."""
        mac = self.client.add(f"Mac {uuid.uuid4()}")[0]
        assert self.client.enrol(mac.udid)
        self.client.set_scenario(mac.udid, scenario)
        return mac


def fleet_environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLEUTELKAST")}
    package = Path(sleutelkast.__file__).parents[1]
    named = {f"SLEUTELKAST_FLEET_{name}": value for name, value in settings.items()}
    return {**inherited, "PYTHONPATH": str(package), **named}


def wait_for_address(folder: Path, pid: int) -> dict[str, Any]:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if (folder / "address.json").exists():
            address: dict[str, Any] = json.loads((folder / "address.json").read_text())
            if address["pid"] == pid:
                return address
        time.sleep(0.01)
    raise AssertionError("the fleet did not start")


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def command(request_type: str, command_uuid: str | None = None, **content: object) -> bytes:
    body = {"RequestType": request_type, **content}
    return plistlib.dumps({"CommandUUID": command_uuid or str(uuid.uuid4()), "Command": body})


def rotation(present_key: str, certificate: bytes, command_uuid: str | None = None) -> bytes:
    return command(
        "RotateFileVaultKey",
        command_uuid,
        KeyType="personal",
        FileVaultUnlock={"Password": present_key},
        ReplyEncryptionCertificate=certificate,
    )


@dataclass(frozen=True)
class Escrow:
    """A certificate made by `openssl req`, and its private key."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> Escrow:
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/O=Escrow/CN=Escrow"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        )
        return cls(folder)

    @property
    def certificate(self) -> bytes:
        return openssl("x509", "-in", str(self.folder / "certificate.pem"), "-outform", "DER").stdout

    def open(self, cms: bytes) -> str:
        return self._decrypt(cms, check=True).stdout.decode()

    def can_open(self, cms: bytes) -> bool:
        return self._decrypt(cms, check=False).returncode == 0

    def _decrypt(self, cms: bytes, *, check: bool) -> subprocess.CompletedProcess[bytes]:
        recipient = ("-inkey", str(self.folder / "key.pem"), "-recip", str(self.folder / "certificate.pem"))
        return openssl("cms", "-decrypt", "-binary", "-inform", "DER", *recipient, content=cms, check=check)


def openssl(*arguments: str, content: bytes = b"", check: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], input=content, capture_output=True, check=check)
