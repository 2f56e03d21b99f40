"""Mail beside everything else, with real processes and a real mail server: nothing waits for it, and none gets lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sleutelkast.fleet.client import FleetClient, MacDetails
from tests.integration.mail_server import MailServer
from tests.integration.postgresql import PostgreSql
from tests.integration.processes import Browser, Command, environment, free_port, is_ready, wait_for

PASSWORD = "kast-kast"
_SECONDS = 20.0
"""Far more than ending takes; whatever has to be killed shows in the exit status."""


@dataclass
class Demo:
    data: Path
    port: int
    variables: Mapping[str, str]
    command: Command
    mail: MailServer

    def browser(self, username: str) -> Browser:
        browser = Browser(self.port)
        browser.sign_in(username, PASSWORD)
        return browser

    def mac(self, name: str) -> MacDetails:
        return FleetClient.from_folder(self.data / "fleet").mac(name)

    def asks_anna(self) -> None:
        """Support asks Anna to store the key of her iMac."""
        device_id = self.browser("anna").device_id(self.mac("Anna's iMac").serial)
        assert self.browser("sanne").call("POST", f"/devices/{device_id}/asks").status == 204

    def command_line(self, *words: str) -> str:
        command = [sys.executable, "-m", "sleutelkast.cli", *words]
        return subprocess.run(command, env=dict(self.variables), capture_output=True, text=True, check=True).stdout

    def worker(self) -> int:
        return next(pid for pid, line in self.command.processes().items() if line.strip().endswith(" worker"))


def test_while_the_mail_server_hangs_keys_are_stored_and_shown(demo: Demo) -> None:
    demo.mail.hangs_at = "RCPT"
    demo.asks_anna()
    wait_for(lambda: demo.mail.tries == 1, "the mail on its way")
    anna, mac = demo.browser("anna"), demo.mac("Anna's MacBook Air")
    device_id = anna.device_id(mac.serial)
    assert anna.save(device_id, mac.recovery_key).status == 202
    anna.wait_until(device_id, "stored")
    assert anna.reveal(device_id) == demo.mac("Anna's MacBook Air").recovery_key
    wait_for(lambda: "it does not answer in time" in demo.command_line("mail", "list"), "the end of the try")
    demo.mail.hangs_at = None
    assert demo.command_line("mail", "retry") == "the worker tries 1 again now\n"
    wait_for(lambda: len(demo.mail.raw) == 1, "the mail")
    wait_for(lambda: "store-asked" not in demo.command_line("mail", "list"), "an end of it")


def test_a_worker_that_dies_before_it_hears_that_a_mail_was_taken_sends_it_once_more(demo: Demo) -> None:
    demo.mail.hangs_at = "TAKEN"
    demo.asks_anna()
    wait_for(lambda: len(demo.mail.raw) == 1, "the mail")
    dead = demo.worker()
    demo.command.kill(dead)
    demo.mail.hangs_at = None
    # It would be tried again by itself, when nobody can be at it any more.
    assert "store-asked" in demo.command_line("mail", "list")
    demo.command_line("mail", "retry")
    wait_for(lambda: len(demo.mail.raw) == 2, "the mail, once more")
    assert len({str(one["Message-ID"]) for one in demo.mail.messages}) == 1
    wait_for(lambda: "store-asked" not in demo.command_line("mail", "list"), "an end of it")
    assert demo.worker() != dead


def test_it_ends_in_time_while_the_mail_server_hangs(demo: Demo) -> None:
    demo.mail.hangs_at = "DATA"
    demo.asks_anna()
    wait_for(lambda: demo.mail.tries == 1, "the mail on its way")
    assert demo.command.stop(_SECONDS) == 0
    assert b"Traceback" not in (demo.data / "demo.log").read_bytes()
    assert "store-asked" in demo.command_line("mail", "list")
    demo.mail.hangs_at = None


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    port, mail = free_port(), MailServer()
    settings = {
        "DATA": str(tmp_path / "data"),
        "PORT": str(port),
        "DEMO_PASSWORD": PASSWORD,
        "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "MAIL_FROM": "Sleutels <keys@havenlicht.example>",
    }
    if request.param == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql_server")
        settings["DATABASE_URL"] = server.create(f"mail_{port}")
    variables = environment({f"SLEUTELKAST_{name}": value for name, value in settings.items()})
    command = Command("demo", variables=variables, log=tmp_path / "log")
    try:
        with mail.running():
            wait_for(lambda: is_ready(port), "the demo")
            yield Demo(tmp_path / "data", port, variables, command, mail)
    finally:
        command.end()
