"""No recovery key, old, new or mistyped, stands anywhere in clear: neither in a file nor with a process.

People of the demo do everything that works and much that does not, against real processes on either database. Then the
raw bytes are read: databases with their journals, job store, key ring, logs, arguments and environments of processes.
The simulated fleet's own folder is the one place that may hold keys, and proves that the search finds them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import plistlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Connection, text

from sleutelkast.adapters.store.engine import make_engine
from sleutelkast.adapters.store.schema import metadata
from sleutelkast.fleet.client import FleetClient, MacEntry
from sleutelkast.fleet.mac import new_recovery_key
from sleutelkast.settings import variable
from tests.integration.mail_server import MailServer, body
from tests.integration.postgresql import PostgreSql
from tests.integration.processes import Browser, Command, environment, free_port, is_ready, request, wait_for
from tests.integration.searching import Search, Trace, files_below
from tests.unit.http.harness import CRYPT_SECRET

PASSWORD = "kast-kast"


@dataclass
class Demo:
    """A running demo, and every key that was ever typed into it."""

    folder: Path
    port: int
    database_url: str
    server_folder: Path | None
    """Of the database server, where there is one."""
    command: Command
    mail: MailServer
    typed: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def fleet(self) -> FleetClient:
        return FleetClient.from_folder(self.data / "fleet")

    @property
    def macs(self) -> dict[str, MacEntry]:
        return {mac.name: mac for mac in self.fleet.macs()}

    def every_key(self) -> list[str]:
        keys = [key for mac in self.fleet.macs() for key in (mac.recovery_key, *mac.earlier_keys)]
        return [*keys, *self.typed]

    def browser(self, username: str) -> Browser:
        browser = Browser(self.port)
        browser.sign_in(username, PASSWORD)
        return browser

    def a_wrong_key(self) -> str:
        self.typed.append(new_recovery_key())
        return self.typed[-1]


def test_no_key_stands_in_clear_anywhere(demo: Demo) -> None:
    people_store_their_keys(demo)
    people_type_what_can_not_be_stored(demo)
    keys_are_typed_into_what_is_written_down(demo)
    the_mdm_server_tells_what_can_not_be_opened(demo)
    crypt_clients_report_what_can_and_can_not_be_kept(demo)
    people_are_told_by_mail(demo)
    the_database_fails_at_a_save(demo)
    search = Search(demo.every_key())
    assert len(demo.every_key()) >= 20
    assert_nothing_is_found(demo, search)
    processes = demo.command.processes()
    assert len(processes) >= 4
    assert {trace for pid in processes for trace in in_process(search, pid)} == set()
    assert demo.command.stop() == 0
    assert_nothing_is_found(demo, search)


def assert_nothing_is_found(demo: Demo, search: Search) -> None:
    assert search.in_files(files_below(demo.data / "fleet")), "the search can't find what is there"
    portal_files = files_below(demo.data, but=demo.data / "fleet")
    assert {"jobs.db", "keyring.json", "demo.log"} <= {path.name for path in portal_files}
    assert b"request.failed" in (demo.data / "demo.log").read_bytes()
    assert search.in_files([*portal_files, demo.folder / "log"]) == set()
    assert in_database(demo, search) == set()
    assert in_mail(demo, search) == set()


def in_mail(demo: Demo, search: Search) -> set[Trace]:
    read = [f"{one['Subject']} {body(one, 'plain')} {body(one, 'html')}".encode() for one in demo.mail.messages]
    return search.in_bytes("mail", b"\n".join([*demo.mail.raw, *read]))


def in_database(demo: Demo, search: Search) -> set[Trace]:
    if demo.server_folder is None:
        assert (demo.data / "sleutelkast.db").stat().st_size > 0
        return set()
    with at_the_database(demo.database_url) as connection:
        connection.execute(text("CHECKPOINT"))
        # As values too: PostgreSQL compresses long ones in its files.
        rows = [row for table in metadata.sorted_tables for row in connection.execute(table.select())]
    assert rows
    values = [
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for row in rows for value in row
    ]
    files = files_below(demo.server_folder / "data")
    assert any("pg_wal" in str(path) for path in files)
    return search.in_files(files) | search.in_bytes("values", b"\n".join(values))


def in_process(search: Search, pid: int) -> set[Trace]:
    places = (Path(f"/proc/{pid}/{name}") for name in ("cmdline", "environ"))
    return search.in_files(places)


# The stories


def people_store_their_keys(demo: Demo) -> None:
    anna, bram, sanne = (demo.browser(username) for username in ("anna", "bram", "sanne"))
    save_and_wait(demo, anna, "Anna's MacBook Air", "refused", key=demo.a_wrong_key())
    save_and_wait(demo, anna, "Anna's MacBook Air", "stored")
    save_and_wait(demo, anna, "Anna's iMac", "refused")
    save_and_wait(demo, bram, "Bram's MacBook Pro", "stored", "unanswered")
    save_and_wait(demo, bram, "Bram's iMac", "unanswered")
    save_and_wait(demo, bram, "Bram's old MacBook", "undeliverable")
    save_and_wait(demo, bram, "Bram's Mac Studio", "unanswered")
    save_and_wait(demo, anna, "Anna's Mac mini", "sent", "unanswered")
    save_and_wait(demo, sanne, "Sanne's MacBook", "stored")
    bram.wait_until(bram.device_id(demo.macs["Bram's Mac Studio"].serial), "stored")
    reveal_every_version(anna, anna.device_id(demo.macs["Anna's MacBook Air"].serial))
    reveal_every_version(anna, anna.device_id(demo.macs["Anna's iMac"].serial))


def save_and_wait(demo: Demo, owner: Browser, name: str, *outcomes: str, key: str | None = None) -> None:
    mac = demo.macs[name]
    device_id = owner.device_id(mac.serial)
    assert owner.save(device_id, key or mac.recovery_key).status == 202
    owner.wait_until(device_id, *outcomes)


def reveal_every_version(owner: Browser, device_id: str) -> None:
    versions = owner.call("GET", f"/devices/{device_id}/versions").json["items"]
    assert versions
    assert all(owner.reveal(device_id, one["id"]) for one in versions)


def people_type_what_can_not_be_stored(demo: Demo) -> None:
    anna = demo.browser("anna")
    device = anna.device_id(demo.macs["Anna's MacBook Air"].serial)
    deposits, wrong = f"/devices/{device}/deposits", demo.a_wrong_key
    refused = [
        anna.call("POST", deposits, body).status
        for body in (
            {"recovery_key": wrong()[:-1], "confirmation": wrong()},
            {"recovery_key": wrong()[:-1] + "é", "confirmation": ""},
            {"recovery_key": wrong(), "confirmation": wrong()},
            {"recovery_key": wrong(), "confirmation": wrong(), "note": wrong()},
            {"recovery_key": [wrong()], "confirmation": {"again": wrong()}},
            {"recovery_key": wrong() + "\0", "confirmation": wrong()},
            [wrong()],
        )
    ]
    assert refused == [422, 422, 422, 422, 422, 422, 400]
    assert raw(demo, "POST", f"/api/v1{deposits}", wrong().encode()) == 401
    elsewhere = [
        anna.call("GET", f"/devices/{wrong()}").status,
        anna.call("GET", f"/devices?after={wrong()}").status,
        anna.save(wrong(), wrong()).status,
        anna.call("POST", f"/devices/{wrong()}/reveals", {}).status,
        anna.call("POST", f"/devices/{device}/reveals", {"version": wrong()}).status,
    ]
    assert elsewhere == [404, 200, 404, 404, 404]
    assert demo.browser("bram").save(device, wrong()).status == 404
    assert anna.call("PATCH", f"/devices/{device}", {"name": f"Mac {wrong()}"}).status == 422
    key = wrong()
    assert (
        anna.call("POST", deposits, {"recovery_key": key, "confirmation": key}, {"Idempotency-Key": key}).status == 422
    )
    assert anna.call("POST", "/session", {"username": wrong(), "password": wrong()}).status == 401
    assert raw(demo, "POST", "/api/v1/session", json.dumps({"username": wrong(), "password": wrong()}).encode()) == 403


def keys_are_typed_into_what_is_written_down(demo: Demo) -> None:
    """Into the filters of the audit log, by an auditor and by who may not read it, and as reasons of a reveal."""
    wrong = demo.a_wrong_key
    otto, anna, sanne = demo.browser("otto"), demo.browser("anna"), demo.browser("sanne")
    for name in ("actor", "device", "action", "from", "after", "format"):
        for headers in ({}, {"Accept": "text/csv"}):
            assert otto.call("GET", f"/audit?{name}={wrong()}", headers=headers).status == 422
            assert anna.call("GET", f"/audit?{name}={wrong()}", headers=headers).status in {403, 422}
    corporate = demo.browser("bram").device_id(demo.macs["Bram's MacBook Pro"].serial)
    for path in ("reveals", "requests"):
        assert sanne.call("POST", f"/devices/{corporate}/{path}", {"reason": f"as agreed: {wrong()}"}).status == 422
    assert otto.call("GET", "/audit?format=csv").status == 200


def raw(demo: Demo, method: str, path: str, body: bytes) -> int:
    return request(demo.port, method, path, body, {"Content-Type": "application/json"}).status


def the_mdm_server_tells_what_can_not_be_opened(demo: Demo) -> None:
    """Signed as the MDM server signs, with keys where none belong; and once unsigned."""
    mac, wrong = demo.macs["Anna's MacBook Air"], demo.a_wrong_key
    error = {"ErrorCode": 1, "ErrorDomain": "Test", "LocalizedDescription": f"The key {wrong()} is wrong"}
    answers: list[dict[str, object]] = [
        {"Status": "Acknowledged", "RotateResult": {"EncryptedNewRecoveryKey": wrong().encode()}},
        {"Status": "Acknowledged", "RotateResult": {"NewRecoveryKey": wrong()}},
        {"Status": "Error", "ErrorChain": [error]},
        {"Status": "Acknowledged", "SecurityInfo": {"FDE_PersonalRecoveryKeyCMS": wrong().encode()}},
    ]
    commands = [one.command_uuid for one in demo.fleet.mac(mac.udid).commands] + [str(uuid.uuid4())]
    for command in commands:
        for answer in answers:
            assert webhook(demo, report(mac, command, answer)) == 200
    assert webhook(demo, b"not JSON, " + wrong().encode()) == 400
    assert webhook(demo, report(mac, commands[0], answers[0]), signed=False) == 401


def report(mac: MacEntry, command_uuid: str, answer: dict[str, object]) -> bytes:
    payload = plistlib.dumps({"UDID": mac.udid, "CommandUUID": command_uuid, **answer})
    event = {
        "ids": {"id": mac.udid, "type": "Device"},
        "udid": mac.udid,
        "status": answer["Status"],
        "command_uuid": command_uuid,
        "raw_payload": base64.b64encode(payload).decode(),
    }
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    body = {"topic": "mdm.Connect", "event_id": str(uuid.uuid4()), "created_at": now, "acknowledge_event": event}
    return json.dumps(body).encode()


def webhook(demo: Demo, body: bytes, *, signed: bool = True) -> int:
    key = server_variables(demo)[variable("nanomdm_webhook_key")] if signed else "another key"
    signature = base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
    headers = {"Content-Type": "application/json", "X-Hmac-Signature": signature}
    return request(demo.port, "POST", "/mdm/webhook", body, headers).status


def crypt_clients_report_what_can_and_can_not_be_kept(demo: Demo) -> None:
    """Keys where they belong, and in every field in which they do not."""
    serial, wrong = demo.macs["Anna's MacBook Air"].serial, demo.a_wrong_key
    assert check_in(demo, {"serial": serial, "recovery_password": wrong()}) == 200
    assert check_in(demo, {"serial": "C02NEW", "recovery_password": wrong(), "macname": wrong()}) == 200
    refused = [
        {"serial": serial, "recovery_password": wrong()[:-1]},
        {"serial": serial, "recovery_password": wrong() + "é"},
        {"serial": wrong(), "recovery_password": wrong()},
        {"serial": wrong().replace("-", "").lower(), "recovery_password": wrong()},
        {"serial": serial, "recovery_password": wrong(), "secret_type": wrong()},
    ]
    assert [check_in(demo, fields) for fields in refused] == [422] * len(refused)
    assert check_in(demo, {"serial": serial, "recovery_password": wrong(), "username": wrong()}, "another") == 404
    for path in (f"{CRYPT_SECRET}/verify/{wrong()}/{wrong()}", f"{wrong()}/checkin"):
        assert request(demo.port, "GET", f"/crypt/{path}").status == 404


def check_in(demo: Demo, fields: dict[str, str], secret: str = CRYPT_SECRET) -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return request(demo.port, "POST", f"/crypt/{secret}/checkin/", urlencode(fields).encode(), headers).status


def server_variables(demo: Demo) -> dict[str, str]:
    """The environment of the demo's server; the webhook's key is made at each start."""
    server = next(pid for pid, line in demo.command.processes().items() if line.strip().endswith(" serve"))
    pairs = Path(f"/proc/{server}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def people_are_told_by_mail(demo: Demo) -> None:
    """Of keys that are wanted, and of one that was shown to somebody else."""
    sanne = demo.browser("sanne")
    assert sanne.call("POST", "/support/asks", {}).status == 200
    corporate = demo.browser("bram").device_id(demo.macs["Bram's MacBook Pro"].serial)
    assert sanne.call("POST", f"/devices/{corporate}/reveals", {"reason": "Bram is on the phone"}).status == 201
    wait_for(lambda: any("shown" in one for one in demo.mail.subjects), "the mail of the reveal")
    wait_for(lambda: any("Please store" in one for one in demo.mail.subjects), "a mail that asks for a key")


def the_database_fails_at_a_save(demo: Demo) -> None:
    """An error in the middle of a save, with the key at hand."""
    anna = demo.browser("anna")
    device = anna.device_id(demo.macs["Anna's iMac"].serial)
    with at_the_database(demo.database_url) as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO audit_elsewhere"))
    assert anna.save(device, demo.a_wrong_key()).status == 500
    with at_the_database(demo.database_url) as connection:
        connection.execute(text("ALTER TABLE audit_elsewhere RENAME TO audit"))


@contextmanager
def at_the_database(url: str) -> Iterator[Connection]:
    """A transaction beside the portal's own."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("written", "form"),
    [
        pytest.param(lambda key: key, "as it is", id="as typed"),
        pytest.param(lambda key: key.replace("-", ""), "as it is", id="without dashes"),
        pytest.param(lambda key: f"<{key[:15].lower()}>", "as it is", id="one half in small letters"),
        pytest.param(lambda key: key[15:], "as it is", id="the other half"),
        pytest.param(lambda key: base64.b64encode(f"key={key}".encode()).decode(), "base64", id="base64"),
        pytest.param(lambda key: base64.b64encode(f"a key={key}".encode()).decode(), "base64", id="base64, shifted"),
        pytest.param(lambda key: base64.b64encode(f"any key={key}".encode()).decode(), "base64", id="base64, again"),
        pytest.param(lambda key: key.encode().hex(), "hexadecimal", id="hexadecimal"),
        pytest.param(lambda key: json.dumps({"code": key.split("-")}), "as it is", id="groups in JSON"),
        pytest.param(lambda key: f"/x?key={key.replace('-', '%2D')}", "as it is", id="in an address"),
        pytest.param(lambda key: f"Your key is\n{key.lower().replace('-', ' ')}", "as it is", id="with blanks"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_the_search_finds_every_form(written: Callable[[str], str], form: str, encoding: str) -> None:
    key = new_recovery_key()
    content = b"\x00\x01" + written(key).encode(encoding) + b"\xff"
    assert {trace.form.partition(",")[0] for trace in Search([key]).in_bytes("here", content)} == {form}
    assert Search([new_recovery_key()]).in_bytes("here", content) == set()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    port = free_port()
    settings = {"DATA": str(tmp_path / "data"), "PORT": str(port), "DEMO_PASSWORD": PASSWORD, "ANSWER_TIMEOUT": "2s"}
    settings["CRYPT_SECRET"] = CRYPT_SECRET
    mail = MailServer()
    settings |= {"SMTP_URL": f"smtp://127.0.0.1:{mail.port}", "MAIL_FROM": "keys@havenlicht.example"}
    database_url, server_folder = f"sqlite:///{tmp_path}/data/sleutelkast.db", None
    if request.param == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql_server")
        database_url, server_folder = server.create("no_key_in_clear"), server.folder
        settings["DATABASE_URL"] = database_url
    variables = environment({f"SLEUTELKAST_{name}": value for name, value in settings.items()})
    command = Command("demo", variables=variables, log=tmp_path / "log", output=tmp_path / "output")
    try:
        wait_for(lambda: is_ready(port), "the demo")
        with mail.running():
            yield Demo(tmp_path, port, database_url, server_folder, command, mail)
    finally:
        command.end()
