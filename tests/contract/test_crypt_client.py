"""The portal's real processes and a Crypt client as version 6 of it works, over real HTTP.

The client here does what the real one does: it hands curl its options, the address and the form by standard input,
follows redirects, takes whatever fails for "try again later", reads `rotation_required` of the answer, and erases
its own copy of the key once it was taken.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sleutelkast.fleet.mac import new_recovery_key
from tests.integration.processes import Command, environment, free_port, is_ready, request, wait_for

SECRET = "bJx7-contract_secret.of~the-tests-42"
_CURL = ("curl", "--fail", "--silent", "--show-error", "--location")


@dataclass
class CryptClient:
    """The client on one Mac."""

    server_url: str
    serial: str
    key: str | None
    removes_its_copy: bool = True
    """RemovePlist, which is set where nothing else is."""
    options: tuple[str, ...] = ()
    """AdditionalCurlOpts."""
    last_error: str = field(default="", init=False)

    def runs(self) -> bool:
        """What its launch daemon does every two minutes; whether the key was taken."""
        if self.key is None:
            return False
        answer = self._curl()
        if answer is None:
            return False
        wants_rotation = bool(json.loads(answer)["rotation_required"])
        if self.removes_its_copy or wants_rotation:
            self.key = None
        return True

    def logs_in(self) -> None:
        """At the next login a Mac whose copy is gone makes a new key."""
        self.key = self.key or new_recovery_key()

    def _curl(self) -> str | None:
        server_url = self.server_url if self.server_url.endswith("/") else f"{self.server_url}/"
        fields = {"serial": self.serial, "recovery_password": self.key, "username": "anna", "macname": "Anna’s Mac\n"}
        config = f'url = "{server_url}checkin/"\ndata = "{urlencode(fields)}"'
        done = subprocess.run(
            [*_CURL, *self.options, "--config", "-"], input=config, text=True, capture_output=True, check=False
        )
        self.last_error = done.stderr
        return done.stdout if done.returncode == 0 else None


@dataclass
class Installation:
    folder: Path
    port: int
    command: Command

    @property
    def server_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/crypt/{SECRET}"

    @property
    def said(self) -> str:
        """All that its processes wrote."""
        logs = (self.folder / "log", self.folder / "output", self.folder / "data" / "demo.log")
        return "".join(log.read_text() for log in logs if log.exists())

    def devices(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.runs("device", "list", "--json"))
        return found

    def runs(self, *words: str) -> str:
        variables = environment({"SLEUTELKAST_DATA": str(self.folder / "data")})
        done = subprocess.run(
            [sys.executable, "-m", "sleutelkast.cli", *words], env=variables, capture_output=True, text=True, check=True
        )
        return done.stdout


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_a_key_is_taken_and_the_copy_erased(installation: Installation, ending: str) -> None:
    client = CryptClient(f"{installation.server_url}{ending}", f"C02END{len(ending)}", new_recovery_key())
    assert client.runs(), client.last_error
    assert client.key is None
    assert verified(installation, client.serial)["escrowed"] is True


def test_what_is_not_taken_is_kept_by_the_client_and_tried_again(installation: Installation) -> None:
    client = CryptClient(installation.server_url, "C02LATER", "not a key yet")
    for _ in range(3):
        assert not client.runs()
    assert client.key == "not a key yet"
    assert "422" in client.last_error
    client.key = new_recovery_key()
    assert client.runs()
    assert client.key is None


def test_a_client_with_another_secret_keeps_its_key(installation: Installation) -> None:
    key = new_recovery_key()
    client = CryptClient(installation.server_url[:-1], "C02WRONG", key)
    assert not client.runs()
    assert client.key == key
    assert "404" in client.last_error
    assert "C02WRONG" not in [one["serial"] for one in installation.devices()]


def test_a_client_that_keeps_its_copy_reports_it_again_and_again(installation: Installation) -> None:
    client = CryptClient(installation.server_url, "C02KEEPS", new_recovery_key(), removes_its_copy=False)
    assert [client.runs() for _ in range(3)] == [True, True, True]
    assert client.key is not None


def test_options_of_curl_make_no_difference(installation: Installation) -> None:
    options = ("--header", "X-Client: crypt", "--user", "crypt:secret", "--http1.1")
    client = CryptClient(installation.server_url, "C02OPTIONS", new_recovery_key(), options=options)
    assert client.runs(), client.last_error


def test_a_portal_that_is_down_loses_no_key(installation: Installation) -> None:
    nowhere = CryptClient(f"http://127.0.0.1:{free_port()}/crypt/{SECRET}", "C02DOWN", new_recovery_key())
    assert not nowhere.runs()
    assert nowhere.key is not None


def test_neither_keys_nor_the_secret_are_in_what_the_processes_write(installation: Installation) -> None:
    key = new_recovery_key()
    client = CryptClient(installation.server_url, "C02QUIET", key, removes_its_copy=False)
    client.runs()
    CryptClient(f"{installation.server_url}/unknown", "C02QUIET", key).runs()
    CryptClient(installation.server_url[:-1], "C02QUIET", key).runs()
    request(installation.port, "GET", f"/crypt/{SECRET}/checkin/", headers={"Referer": installation.server_url})
    request(installation.port, "POST", f"/crypt/{SECRET}/checkin/", b"a" * 100_000)
    wait_for(lambda: "crypt.post_checkin" in installation.said, "a line of the log")
    assert SECRET[:-1] not in installation.said
    assert key not in installation.said
    assert key[:14] not in installation.said


def verified(installation: Installation, serial: str) -> dict[str, object]:
    answer = request(installation.port, "GET", f"/crypt/{SECRET}/verify/{serial}/recovery_key/")
    assert answer.status == 200
    found: dict[str, object] = answer.json
    return found


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder, port = tmp_path_factory.mktemp("crypt"), free_port()
    settings = {"DATA": str(folder / "data"), "PORT": str(port), "CRYPT_SECRET": SECRET}
    variables = environment({f"SLEUTELKAST_{name}": value for name, value in settings.items()})
    command = Command("demo", variables=variables, log=folder / "log", output=folder / "output")
    try:
        wait_for(lambda: is_ready(port), "the demo")
        yield Installation(folder, port, command)
    finally:
        command.end()
