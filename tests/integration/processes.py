"""The portal as real processes, and people who use it over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar

import sleutelkast
from tests.machine import end_with_parent as end_with_parent
from tests.machine import free_port as free_port

T = TypeVar("T")
DEADLINE_SECONDS = 120.0
"""Only for what never comes: machines that run tests are busy."""
BACKEND = Path(sleutelkast.__file__).parents[1]


def wait_for(look: Callable[[], T], what: str) -> T:
    """What `look` finds once it finds something."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.04)
    raise AssertionError(f"{what}: not within {DEADLINE_SECONDS:.0f} seconds")


def environment(variables: Mapping[str, str], *folders: Path) -> dict[str, str]:
    """The environment of a process of the portal; modules are looked for in `folders` first."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLEUTELKAST")}
    # Compiled modules are kept: these processes start often.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**inherited, "PYTHONPATH": os.pathsep.join(map(str, (*folders, BACKEND))), **variables}


class Command:
    """One `sleutelkast …` command that runs on, in a process group of its own.

    Its standard error is kept in `log`, its standard output in `output` or there as well.
    """

    def __init__(self, *words: str, variables: Mapping[str, str], log: Path, output: Path | None = None) -> None:
        with log.open("ab") as errors, (output or log).open("ab") as words_said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sleutelkast.cli", *words],
                env=dict(variables),
                stdout=words_said,
                stderr=errors,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def processes(self) -> dict[int, str]:
        """The process ids of its whole group that are alive, with their command lines."""
        every = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
        return {pid: _command_line(pid) for pid in every if _group(pid) == self.pid}

    def children(self) -> dict[int, str]:
        return {pid: line for pid, line in self.processes().items() if pid != self.pid}

    def kill(self, pid: int | None = None) -> None:
        """SIGKILL for one process, or for all of them at once as when the power goes."""
        if pid is None:
            os.killpg(self.pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)

    def wait_until_gone(self) -> None:
        """Wait until nothing of it is alive."""
        wait_for(lambda: self._process.poll() is not None, "the end of the process")
        wait_for(lambda: not self.processes(), "the end of every process of the group")

    def stop(self, within: float = DEADLINE_SECONDS) -> int:
        """SIGTERM; its exit status, once nothing of it is alive. Raise TimeoutExpired after so many seconds."""
        self._process.terminate()
        status = self._process.wait(within)
        self.wait_until_gone()
        return status

    def end(self) -> None:
        """Leave nothing behind, whatever became of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def _group(pid: int) -> int | None:
    """The process group; None for what is no more, or only waits to be buried."""
    try:
        state, _, group, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(group)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Answer:
    """An HTTP answer, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def request(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request on a connection of its own; raise OSError or HTTPException where there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)
    try:
        connection.request(method, path, body, dict(headers or {}))
        return Answer(connection.getresponse())
    finally:
        connection.close()


def is_ready(port: int) -> bool:
    try:
        return request(port, "GET", "/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False


class Browser:
    """Somebody's browser: keeps the session's cookie and its CSRF token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._headers = {"Content-Type": "application/json"}
        self._cookies: dict[str, str] = {}

    def call(self, method: str, path: str, content: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Raise OSError or HTTPException where the portal gives no answer."""
        body = None if content is None else json.dumps(content).encode()
        answer = request(self._port, method, f"/api/v1{path}", body, {**self._headers, **(headers or {})})
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            self._headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return answer

    def sign_in(self, username: str, password: str) -> None:
        self._headers["X-CSRF-Token"] = self.call("GET", "/session").json["csrf"]
        answer = self.call("POST", "/session", {"username": username, "password": password})
        assert answer.status == 200, answer.body
        self._headers["X-CSRF-Token"] = answer.json["csrf"]

    def device_id(self, serial: str) -> str:
        """The id of the person's Mac with this serial number."""
        devices = self.call("GET", "/devices?limit=100").json["items"]
        return str(next(one["id"] for one in devices if one["serial"] == serial))

    def save(self, device_id: str, key: str) -> Answer:
        return self.call("POST", f"/devices/{device_id}/deposits", {"recovery_key": key, "confirmation": key})

    def latest_deposit(self, device_id: str) -> Answer:
        return self.call("GET", f"/devices/{device_id}/deposits/latest")

    def wait_until(self, device_id: str, *states: str) -> dict[str, Any]:
        """The latest deposit once it is in one of these states."""

        def look() -> dict[str, Any] | None:
            deposit: dict[str, Any] = self.latest_deposit(device_id).json
            return deposit if deposit.get("state") in states else None

        return wait_for(look, f"a deposit that is {' or '.join(states)}") or {}

    def reveal(self, device_id: str, version: str | None = None) -> str:
        answer = self.call("POST", f"/devices/{device_id}/reveals", {"version": version} if version else {})
        assert answer.status == 201, answer.body
        return str(answer.json["recovery_key"])
