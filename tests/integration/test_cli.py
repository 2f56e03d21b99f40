"""The commands: what they do, what they print, and that they refuse with the mend and exit with 1."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import plistlib
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
import structlog
from sqlalchemy import delete, select, text, update

from sleutelkast.adapters.sealing.ring import FileKeyRing
from sleutelkast.adapters.store.schema import audit
from sleutelkast.adapters.store.schema import identities as escrow_identities
from sleutelkast.cli import main
from sleutelkast.domain.recovery_key import parse
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.versions import present
from sleutelkast.factory import Portal
from sleutelkast.settings import PREFIX, load
from sleutelkast.usecases.api_tokens import use_token
from sleutelkast.usecases.audit_chain import link_entries
from sleutelkast.usecases.audit_log import note_policy
from sleutelkast.usecases.errors import LinkOver
from sleutelkast.usecases.escrow import make_identity, open_version, present_identity
from sleutelkast.usecases.mail import send_next_mail
from sleutelkast.usecases.passwords import use_link
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.sign_in import sign_in
from sleutelkast.usecases.store_key import store_key
from tests.integration.conftest import Initialized
from tests.integration.mail_server import MailServer
from tests.openid.hostile import HostileProvider
from tests.unit.fleet.harness import API_KEY, FleetProcess, Receiver
from tests.unit.http.harness import KEY, OTHER_KEY, HandClock, Mac, add_mac, add_person

PASSWORD = "zeilboot-haven-7"
SECRET = "geheim-Zq7"


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Terminal:
    """Where commands are typed: an environment with a data folder of its own."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._monkeypatch = monkeypatch
        self._capture = capture
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            monkeypatch.delenv(name)
        self.set(DATA=str(data))

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(f"{PREFIX}{name}", value)

    def run(self, *words: str, typed: str = "") -> Ended:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(words)
        return Ended(code, *self._capture.readouterr())

    def refuses(self, *words: str, typed: str = "") -> str:
        """The reason, on standard error alone."""
        ended = self.run(*words, typed=typed)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("sleutelkast: ")
        assert "Traceback" not in ended.err
        return ended.err.removeprefix("sleutelkast: ").rstrip("\n")

    def json(self, *words: str) -> Any:
        ended = self.run(*words, "--json")
        assert (ended.code, ended.err) == (0, "")
        return json.loads(ended.out)

    def sends_mail(self) -> str:
        """One mail is sent, as the worker does it; what it logs."""
        with closing(Portal(load(os.environ))) as portal:
            assert send_next_mail(portal.world)
        return self._capture.readouterr().err

    def add(self, username: str, *words: str) -> Ended:
        command = ("person", "add", username, "--name", username.capitalize(), "--password-stdin", *words)
        return self.run(*command, typed=f"{PASSWORD}\n")


# init


def test_init_makes_what_is_missing(empty: Terminal) -> None:
    ended = empty.run("init")
    assert ended.code == 0
    made = [line.split(" ", 1)[1] for line in ended.out.splitlines()]
    assert made[0].startswith(f"key ring {empty.data / 'keyring.json'}: back it up")
    assert made[1:] == ["database tables", "escrow certificate"]
    assert stat.S_IMODE((empty.data / "keyring.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(empty.data.stat().st_mode) == 0o700


def test_init_never_overwrites(empty: Terminal) -> None:
    empty.run("init")
    before = {path.name: path.read_bytes() for path in (empty.data / "keyring.json",)}, identities(empty)
    again = empty.run("init")
    assert (again.code, again.out) == (0, "everything was there already\n")
    assert ({path.name: path.read_bytes() for path in (empty.data / "keyring.json",)}, identities(empty)) == before
    assert len(identities(empty)) == 1


def test_init_makes_only_what_is_gone(empty: Terminal) -> None:
    empty.run("init")
    ring = (empty.data / "keyring.json").read_bytes()
    (empty.data / "sleutelkast.db").unlink()
    ended = empty.run("init")
    assert ended.out == "created database tables\ncreated escrow certificate\n"
    assert (empty.data / "keyring.json").read_bytes() == ring


def test_init_where_no_folder_can_be_made(empty: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    empty.set(DATA=str(tmp_path / "file" / "data"))
    assert "Not a directory" in empty.refuses("init")


# people


def test_a_person_is_added_and_can_sign_in(terminal: Terminal) -> None:
    ended = terminal.add("sanne", "--email", "sanne@example.org", "--role", "support", "--role", "auditor")
    assert (ended.code, ended.out, ended.err) == (0, "added sanne\n", "")
    assert terminal.json("person", "list") == [
        {
            "username": "sanne",
            "name": "Sanne",
            "email": "sanne@example.org",
            "roles": ["auditor", "support"],
            "disabled": False,
        }
    ]
    with closing(Portal(load(os.environ))) as portal:
        person, _ = sign_in(portal.world, "sanne", SecretBytes(PASSWORD.encode()))
    assert person.username == "sanne"


def test_people_for_people(terminal: Terminal) -> None:
    terminal.add("anna")
    ended = terminal.run("person", "list")
    assert ended.out == "username: anna  name: Anna\n"


def test_the_password_is_asked_for_without_showing_it(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or PASSWORD)
    ended = terminal.run("person", "add", "anna", "--name", "Anna")
    assert (ended.out, asked) == ("added anna\n", ["Password: "])


@pytest.mark.parametrize(
    ("username", "typed", "reason"),
    [
        pytest.param("anna", PASSWORD, "there is somebody with the user name anna", id="taken"),
        pytest.param("ANNA", PASSWORD, "there is somebody with the user name ANNA", id="taken, in capitals"),
        pytest.param("bram", "short", "a password has at least 12 characters", id="a short password"),
        pytest.param("bram", "", "a password has at least 12 characters", id="no password"),
        pytest.param("bram", "x" * 1025, "a password has at most 1024 bytes", id="a password nobody could type"),
        pytest.param("bram", "password1234", "a password is none of those that are guessed first", id="a common one"),
        pytest.param("bram", "bram-bram-2026", "a password is more than the name of its person", id="the user name"),
        pytest.param("bram", "zeil\tboot\thaven", "a password has no control characters", id="tabs"),
        pytest.param(" ", PASSWORD, "a user name has 1 to 190 characters", id="no name"),
        pytest.param("x" * 191, PASSWORD, "a user name has 1 to 190 characters", id="a long name"),
        pytest.param("br\x07am", PASSWORD, "none of them a control character", id="a bell"),
    ],
)
def test_a_person_that_can_not_be_added(terminal: Terminal, username: str, typed: str, reason: str) -> None:
    terminal.add("anna")
    told = terminal.refuses("person", "add", username, "--name", "X", "--password-stdin", typed=f"{typed}\n")
    assert reason in told
    assert PASSWORD not in told
    assert [one["username"] for one in terminal.json("person", "list")] == ["anna"]


def test_a_person_is_disabled(terminal: Terminal) -> None:
    terminal.add("anna")
    assert terminal.run("person", "disable", "anna").out == "disabled anna\n"
    assert terminal.json("person", "list")[0]["disabled"] is True
    assert terminal.refuses("person", "disable", "nobody") == "there is nobody with the user name nobody"


def test_a_person_gets_another_password(terminal: Terminal) -> None:
    terminal.add("anna")
    ended = terminal.run("person", "password", "anna", "--password-stdin", typed="another one for her\n")
    told = "anna has another password; keys of their personal Macs are shown again in 1d\n"
    assert (ended.code, ended.out) == (0, told)
    refused = terminal.refuses("person", "password", "nobody", "--password-stdin", typed="another one\n")
    assert refused == "there is nobody with the user name nobody"


def test_a_weak_password_is_refused_for_somebody_who_is_there(terminal: Terminal) -> None:
    terminal.add("anna")
    told = terminal.refuses("person", "password", "anna", "--password-stdin", typed="anna-2026-anna\n")
    assert told == "a password is more than the name of its person or of the organization"


def test_a_person_sets_their_password_by_a_link(terminal: Terminal) -> None:
    terminal.set(PUBLIC_URL="https://keys.example.org")
    added = terminal.run("person", "add", "anna", "--name", "Anna", "--link")
    first, second = added.out, terminal.run("person", "link", "anna").out
    assert added.err == (
        "added anna\nthis link works once, for 1d, and ends those of before; give it to the person alone:\n"
    )
    addresses = [one.removesuffix("\n").split("#") for one in (first, second)]
    assert [address for address, _ in addresses] == ["https://keys.example.org/set-password"] * 2
    with closing(Portal(load(os.environ))) as portal:
        with pytest.raises(LinkOver):
            use_link(portal.world, addresses[0][1], SecretBytes(PASSWORD.encode()))
        use_link(portal.world, addresses[1][1], SecretBytes(PASSWORD.encode()))
        assert sign_in(portal.world, "anna", SecretBytes(PASSWORD.encode()))[0].username == "anna"


def test_a_person_has_the_roles_that_are_named_and_no_others(terminal: Terminal) -> None:
    terminal.run("person", "add", "anna", "--name", "Anna", "--role", "support", "--password-stdin", typed=PASSWORD)
    told = terminal.run("person", "roles", "anna", "--role", "auditor", "--role", "administrator").out
    assert told == "anna has the roles: administrator auditor\n"
    assert terminal.json("person", "list")[0]["roles"] == ["administrator", "auditor"]
    assert terminal.run("person", "roles", "anna").out == "anna has the roles: none\n"
    assert terminal.json("person", "list")[0]["roles"] == []
    assert terminal.refuses("person", "roles", "nobody") == "there is nobody with the user name nobody"


def test_a_person_is_connected_with_a_work_account(terminal: Terminal) -> None:
    terminal.set(OIDC_ISSUER="https://login.example.org", OIDC_CLIENT_ID="keys")
    terminal.add("anna")
    terminal.add("bram")
    ended = terminal.run("person", "connect", "anna", "work", "sub-of-anna")
    told = "sub-of-anna signs in as anna; keys of their personal Macs are shown again in 1d\n"
    assert (ended.code, ended.out) == (0, told)
    assert terminal.run("person", "connect", "anna", "work", "sub-of-anna").code == 0
    refused = terminal.refuses("person", "connect", "bram", "work", "sub-of-anna")
    assert refused == "the account sub-of-anna belongs to somebody else"
    refused = terminal.refuses("person", "connect", "nobody", "work", "sub-of-nobody")
    assert refused == "there is nobody with the user name nobody"
    refused = terminal.refuses("person", "connect", "anna", "school", "sub-of-anna")
    assert refused == "there is no provider school: there are work"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("add", "eva", "--name", "Eva", "--password-stdin"), id="somebody new, with a password"),
        pytest.param(("add", "eva", "--name", "Eva", "--link"), id="somebody new, with a link"),
        pytest.param(("import", "people.csv", "--password-stdin"), id="people from a file, with a password"),
        pytest.param(("password", "anna", "--password-stdin"), id="another password"),
        pytest.param(("link", "anna"), id="a link"),
    ],
)
def test_without_local_accounts_nobody_gets_a_password(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    terminal.add("anna")
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("username,name\neva,Eva\n")
    terminal.set(OIDC_ISSUER="https://login.example.org", OIDC_CLIENT_ID="keys", LOCAL_ACCOUNTS="0")
    told = terminal.refuses("person", *words, typed=f"{PASSWORD}\n")
    assert told.startswith("SLEUTELKAST_LOCAL_ACCOUNTS=0: nobody has a password here; ")
    assert [one["username"] for one in terminal.json("person", "list")] == ["anna"]


def test_without_local_accounts_people_are_added_without_a_password_and_connected(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.set(OIDC_ISSUER="https://login.example.org", OIDC_CLIENT_ID="keys", LOCAL_ACCOUNTS="0")
    assert terminal.run("person", "add", "anna", "--name", "Anna").out == "added anna\n"
    assert terminal.run("person", "import", written(tmp_path, "username,name\neva,Eva\n")).out == "added 1 people\n"
    assert terminal.run("person", "connect", "eva", "work", "sub-of-eva").code == 0


@pytest.mark.parametrize("username", ["nobody", "bram"], ids=["nobody", "disabled"])
def test_a_link_for_nobody(terminal: Terminal, username: str) -> None:
    terminal.add("bram")
    terminal.run("person", "disable", "bram")
    told = terminal.refuses("person", "link", username)
    assert told == f"there is nobody who may sign in with the user name {username}"


def test_people_are_imported(terminal: Terminal, tmp_path: Path) -> None:
    rows = "username,name,email,roles\nanna,Anna de Boer,anna@example.org,\nsanne,Sanne,,support auditor\n"
    file = written(tmp_path, rows)
    ended = terminal.run("person", "import", file, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (ended.code, ended.out) == (0, "added 2 people\n")
    listed = {one["username"]: (one["email"], one["roles"]) for one in terminal.json("person", "list")}
    assert listed == {"anna": ("anna@example.org", []), "sanne": (None, ["auditor", "support"])}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param("username,name\nanna,\n", "line 2: at least username and name are needed", id="no name"),
        pytest.param("username,name\n\nanna,A\n\nanna,B\n", "line 5: there is somebody", id="twice, past blank lines"),
        pytest.param("username,name,roles\nanna,A,king\n", "line 2: 'king' is not a valid Role", id="no role"),
    ],
)
def test_people_that_can_not_be_imported(terminal: Terminal, tmp_path: Path, rows: str, reason: str) -> None:
    told = terminal.refuses("person", "import", written(tmp_path, rows), "--password-stdin", typed=f"{PASSWORD}\n")
    assert told.startswith(reason)
    assert told.endswith("the lines before were taken")


# Macs


def test_a_mac_is_assigned_before_it_enrols(terminal: Terminal) -> None:
    terminal.add("anna")
    ended = terminal.run("device", "assign", "C02ANNA", "anna", "--ownership", "personal")
    assert (ended.code, ended.out) == (0, "C02ANNA belongs to anna\n")
    assert terminal.json("device", "list") == [
        {
            "serial": "C02ANNA",
            "name": "C02ANNA",
            "udid": None,
            "owner": "anna",
            "ownership": "personal",
            "quarantined": False,
            "last_check_in": None,
        }
    ]
    assert terminal.run("device", "list").out == "serial: C02ANNA  name: C02ANNA  owner: anna  ownership: personal\n"


def test_what_a_mac_said_to_a_key_can_be_read(terminal: Terminal) -> None:
    terminal.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
    with closing(Portal(load(os.environ))) as portal:
        world = replace(portal.world, wake_worker=lambda: None)
        anna = add_person(world, "anna")
        saved = store_key(world, anna.actor, add_mac(world, "anna", "C02ANNA").id, KEY, KEY).deposit
        error = {"ErrorCode": -69594, "ErrorDomain": "com.apple.diskmanagement", "LocalizedDescription": f"Nee: {KEY}"}
        call = Mac("C02ANNA").connects(world.clock.now(), saved.commands[0].uuid, Status="Error", ErrorChain=[error])
        receive_report(world, json.dumps(call).encode())
    said = "Nee: … (com.apple.diskmanagement -69594)"
    saved_at = saved.created_at.isoformat()
    assert terminal.json("device", "deposits", "C02ANNA") == [
        {"saved": saved_at, "kind": "deposit", "state": "sent", "settled": None, "said": said}
    ]
    told = terminal.run("device", "deposits", "C02ANNA").out
    assert told == f"saved: {saved_at}  kind: deposit  state: sent  said: {said}\n"
    assert terminal.refuses("device", "deposits", "C02BRAM") == "there is no Mac with the serial number C02BRAM"


def test_a_mac_that_can_not_be_assigned(terminal: Terminal) -> None:
    reason = terminal.refuses("device", "assign", "C02ANNA", "nobody", "--ownership", "personal")
    assert reason == "there is nobody with the user name nobody"
    terminal.add("anna")
    for serial in (" ", "x" * 65, "C02\x00"):
        reason = terminal.refuses("device", "assign", serial, "anna", "--ownership", "personal")
        assert reason.startswith("a serial number has 1 to 64 characters")
    assert terminal.json("device", "list") == []


def test_macs_are_imported(terminal: Terminal, tmp_path: Path) -> None:
    terminal.add("anna")
    terminal.add("bram")
    file = written(tmp_path, "\ufeffserial,username,ownership\nC02A,anna,personal\n C02B , bram , corporate \n")
    ended = terminal.run("device", "import", file)
    assert (ended.code, ended.out) == (0, "assigned 2 Macs\n")
    listed = {one["serial"]: (one["owner"], one["ownership"]) for one in terminal.json("device", "list")}
    assert listed == {"C02A": ("anna", "personal"), "C02B": ("bram", "corporate")}


@pytest.mark.parametrize(
    ("rows", "reason", "taken"),
    [
        pytest.param(
            "C02A,anna,personal\nC02B,nobody,personal\n",
            "line 3: there is nobody with the user name",
            1,
            id="a stranger",
        ),
        pytest.param("C02A,anna,mine\n", "line 2: ownership is personal or corporate, not mine", 0, id="no ownership"),
        pytest.param("C02A,anna\n", "line 2: the columns are serial, username, ownership", 0, id="a column missing"),
        pytest.param("C02A,anna,personal\n\n\n,anna,personal\n", "line 5: the columns are", 1, id="past blank lines"),
        pytest.param(f"{'x' * 65},anna,personal\n", "line 2: a serial number has 1 to 64", 0, id="a long serial"),
    ],
)
def test_errors_of_an_import_are_told_by_line(
    terminal: Terminal, tmp_path: Path, rows: str, reason: str, taken: int
) -> None:
    terminal.add("anna")
    told = terminal.refuses("device", "import", written(tmp_path, f"serial,username,ownership\n{rows}"))
    assert told.startswith(reason)
    assert told.endswith("the lines before were taken")
    assert len(terminal.json("device", "list")) == taken


def test_a_file_that_can_not_be_read(terminal: Terminal, tmp_path: Path) -> None:
    assert "can't be read: FileNotFoundError" in terminal.refuses("device", "import", str(tmp_path / "none.csv"))
    (tmp_path / "image").write_bytes(b"\x89PNG\xff")
    assert "can't be read: UnicodeDecodeError" in terminal.refuses("device", "import", str(tmp_path / "image"))
    long = written(tmp_path, "serial,username,ownership\n" + "x" * 200_000)
    assert "can't be read: Error" in terminal.refuses("device", "import", long)


# the escrow certificate and its profile


def test_a_renewed_certificate_is_the_one_that_is_named(terminal: Terminal, tmp_path: Path) -> None:
    (first,) = identities(terminal)
    ended = terminal.run("certificate", "renew")
    assert (ended.code, ended.err) == (0, "")
    second, kept = identities(terminal)
    assert kept == first
    assert ended.out.startswith(f"made certificate {sha256(second).hexdigest()}, which expires on ")
    assert "`sleutelkast profile` writes it" in ended.out
    listed = terminal.json("certificate", "list")
    assert [(one["fingerprint"], one["present"]) for one in listed] == [
        (sha256(second).hexdigest(), True),
        (sha256(first).hexdigest(), False),
    ]
    assert {one["private_key"] for one in listed} == {"opens"}
    assert profile_in(terminal, tmp_path)["PayloadContent"][1]["PayloadContent"] == second


def test_making_and_renewing_are_in_the_audit_log(terminal: Terminal) -> None:
    terminal.run("certificate", "renew")
    with closing(Portal(load(os.environ))) as portal, portal.store.read() as tx:
        entries = tx.connection.execute(select(audit.c.action, audit.c.outcome, audit.c.subject)).all()
        renewed, made_by_init = tx.identities.all()
    told = [("certificate-made", "done", one.id) for one in (made_by_init, renewed)]
    assert [tuple(one) for one in entries] == told


def test_the_profile_goes_to_standard_output_or_a_file(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set(PUBLIC_URL="https://keys.example.org", ORGANIZATION="Havenlicht")
    ended = terminal.run("profile", "--language", "nl")
    assert (ended.code, ended.err) == (0, "")
    assert plistlib.loads(ended.out.encode()) == profile_in(terminal, tmp_path, "--language", "nl")
    assert "Havenlicht, op https://keys.example.org" in ended.out


def test_the_profile_as_the_command_that_installs_it(terminal: Terminal, tmp_path: Path) -> None:
    once, again = (plistlib.loads(terminal.run("profile", "--command").out.encode()) for _ in range(2))
    assert once["Command"]["RequestType"] == "InstallProfile"
    assert plistlib.loads(once["Command"]["Payload"]) == profile_in(terminal, tmp_path)
    assert once["CommandUUID"] != again["CommandUUID"]


def test_a_profile_that_can_not_be_written(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.refuses("profile", "--language", "xx").startswith("there is no language xx; there are en, nl")
    assert terminal.refuses("profile", "--output", str(tmp_path / "none" / "x")).startswith("[Errno 2] No such file")
    (terminal.data / "keyring.json").unlink()
    FileKeyRing.create(terminal.data / "keyring.json")
    assert terminal.refuses("profile") == "no escrow certificate can be used: `sleutelkast doctor` says the mend"


def test_doctor_tells_in_time_that_the_certificate_ends(terminal: Terminal) -> None:
    assert "ok   escrow certificate: works" in terminal.run("doctor").out
    ends_in(terminal, days=170)
    mend = next(line for line in terminal.run("doctor").out.splitlines() if "escrow certificate" in line)
    assert mend.startswith("MEND escrow certificate: Macs may refuse it after ")
    assert "run `sleutelkast certificate renew`, and install the profile" in mend
    terminal.run("certificate", "renew")
    assert "ok   escrow certificate: works" in terminal.run("doctor").out


def test_doctor_finds_a_private_key_that_can_not_be_opened(terminal: Terminal) -> None:
    with closing(Portal(load(os.environ))) as portal, portal.store.write() as tx:
        tx.connection.execute(update(escrow_identities).values(private_key=b"damaged"))
    terminal.run("certificate", "renew")
    assert "MEND escrow certificate: the private key of one can't be opened" in terminal.run("doctor").out
    assert [one["private_key"] for one in terminal.json("certificate", "list")] == ["opens", "can't be opened"]


# tokens


def test_a_token_is_printed_once(terminal: Terminal) -> None:
    """Alone on standard output, so that it can go straight into a file."""
    ended = terminal.run("token", "add", "proxy", "--scope", "access", "--expires", "90d")
    assert ended.code == 0
    token = ended.out.rstrip("\n")
    with closing(Portal(load(os.environ))) as portal:
        used = use_token(portal.world, token)
    assert used is not None
    assert f"token {used.id} holds until " in ended.err
    assert token not in ended.err
    assert token.rsplit("_", 1)[1] not in terminal.run("token", "list").out + json.dumps(terminal.json("token", "list"))


def test_tokens_are_listed_with_their_last_use(terminal: Terminal) -> None:
    token = terminal.run("token", "add", "  proxy  ", "--scope", "access").out.rstrip("\n")
    listed = terminal.json("token", "list")
    assert [
        (one["name"], one["scopes"], one["expires_at"], one["revoked_at"], one["last_used_at"]) for one in listed
    ] == [("proxy", ["access:read"], None, None, None)]
    with closing(Portal(load(os.environ))) as portal:
        use_token(portal.world, token)
    assert terminal.json("token", "list")[0]["last_used_at"] is not None


def test_a_token_is_revoked(terminal: Terminal) -> None:
    token = terminal.run("token", "add", "proxy", "--scope", "access").out.rstrip("\n")
    token_id = token.split("_")[1]
    ended = terminal.run("token", "revoke", token_id)
    assert (ended.code, ended.out) == (0, f"revoked {token_id} (proxy)\n")
    assert terminal.json("token", "list")[0]["revoked_at"] is not None
    with closing(Portal(load(os.environ))) as portal:
        assert use_token(portal.world, token) is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(["add", " ", "--scope", "access"], "a name has 1 to 190 characters", id="no name"),
        pytest.param(
            ["add", "x", "--scope", "access", "--expires", "soon"], "--expires soon can't be read: write", id="no time"
        ),
        pytest.param(["revoke", "unknown"], "there is no token with the id unknown", id="an unknown token"),
    ],
)
def test_what_is_no_token(terminal: Terminal, words: list[str], reason: str) -> None:
    assert terminal.refuses("token", *words).startswith(reason)
    assert terminal.json("token", "list") == []


# reports from the MDM server's storage


def test_a_rescued_report_is_taken_in(terminal: Terminal, tmp_path: Path) -> None:
    file, mac, key = a_lost_answer(terminal, tmp_path)
    ended = terminal.run("mdm", "report", str(file))
    assert (ended.code, ended.out, ended.err) == (0, f"{mac.serial}: the key in it is kept now\n", "")
    again = terminal.run("mdm", "report", str(file), "--at", "2026-11-02T10:30:00+01:00")
    assert again.out == f"{mac.serial}: the key in it was known already; nothing has changed\n"
    assert key not in ended.out + again.out
    with closing(Portal(load(os.environ))) as portal, portal.store.read() as tx:
        device = tx.devices.by_serial(mac.serial)
        assert device is not None
        newest = present(tx.versions.of(device.id))
        assert newest is not None
        kept = open_version(portal.world, tx, newest)
    assert kept == parse(key)


def test_a_report_that_can_not_be_taken_in(terminal: Terminal, tmp_path: Path) -> None:
    file, mac, _ = a_lost_answer(terminal, tmp_path)
    assert terminal.refuses("mdm", "report", str(file), "--at", "yesterday").startswith("write a time with its zone")
    assert terminal.refuses("mdm", "report", str(file), "--at", "2026-11-02T10:30").startswith("write a time with")
    assert "No such file" in terminal.refuses("mdm", "report", str(tmp_path / "none"))
    file.write_bytes(file.read_bytes().replace(mac.udid.encode(), b"00000000-0000-0000-0000-000000000000"))
    assert terminal.refuses("mdm", "report", str(file)).startswith("the portal knows no Mac with the UDID in it")
    file.write_text(SECRET)
    reason = terminal.refuses("mdm", "report", str(file))
    assert reason.startswith(f"{file} is no report that can be taken in: ")
    assert SECRET not in reason


# mail


def test_mail_that_could_not_be_sent_is_listed_tried_again_and_dropped(terminal: Terminal) -> None:
    with MailServer().running() as server:
        terminal.set(SMTP_URL=f"smtp://127.0.0.1:{server.port}", MAIL_FROM="keys@havenlicht.example")
        tell_anna(terminal)
        server.answers["RCPT"] = "550 \x1b[31mno such person"
        terminal.sends_mail()
        (listed,) = terminal.json("mail", "list")
        assert {name: listed[name] for name in ("state", "about", "username", "address", "tries", "why")} == {
            "state": "failed",
            "about": "credential-reset",
            "username": "anna",
            "address": "anna@havenlicht.example",
            "tries": 1,
            "why": "550 [31mno such person",
        }
        assert listed["next_try_at"] is None
        assert f"id: {listed['id']}" in terminal.run("mail", "list").out
        assert "MEND mail: 1 could not be sent, 0 wait for long" in terminal.run("doctor").out
        server.answers.clear()
        assert terminal.run("mail", "retry").out == "the worker tries 1 again now\n"
        terminal.sends_mail()
        assert len(server.raw) == 1
    assert terminal.json("mail", "list") == []
    tell_anna(terminal)
    terminal.sends_mail()
    (waiting,) = terminal.json("mail", "list")
    assert (waiting["state"], waiting["why"]) == ("waiting", "nothing listens there")
    assert waiting["next_try_at"] is not None
    assert terminal.run("mail", "retry", waiting["id"]).code == 0
    assert terminal.run("mail", "drop", waiting["id"]).out == f"dropped {waiting['id']}\n"
    assert terminal.run("mail", "list").out == ""


def test_an_unknown_mail_is_neither_tried_nor_dropped(terminal: Terminal) -> None:
    assert terminal.refuses("mail", "drop", "none") == "there is no unsent mail with the id none"
    assert terminal.refuses("mail", "retry").startswith("set SLEUTELKAST_SMTP_URL and SLEUTELKAST_MAIL_FROM")
    terminal.set(SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="keys@havenlicht.example")
    assert terminal.refuses("mail", "retry", "none") == "there is no unsent mail with the id none"


def test_doctor_looks_at_the_mail_server(terminal: Terminal) -> None:
    assert "mail" not in terminal.run("doctor").out
    with MailServer().running() as server:
        terminal.set(SMTP_URL=f"smtp://127.0.0.1:{server.port}", MAIL_FROM="keys@havenlicht.example")
        told = terminal.run("doctor").out
        assert "ok   mail server: works\nok   mail: works" in told
        assert server.raw == []
    assert "MEND mail server: nothing listens there: check SLEUTELKAST_SMTP_URL" in terminal.run("doctor").out


def test_the_mail_servers_password_is_shown_nowhere(terminal: Terminal) -> None:
    server = MailServer()
    with server.running(**server.lets_in("keys", "another")):
        terminal.set(SMTP_URL=f"smtp://keys:{SECRET}@127.0.0.1:{server.port}", MAIL_FROM="keys@havenlicht.example")
        tell_anna(terminal)
        logged = terminal.sends_mail()
        ended = [terminal.run(*words) for words in (["doctor"], ["settings"], ["mail", "list"])]
    assert "it does not accept the user name and password (535)" in ended[0].out + ended[2].out
    assert server.logins
    assert SECRET not in repr((ended, logged))


def tell_anna(terminal: Terminal) -> None:
    terminal.add("anna", "--email", "anna@havenlicht.example")
    terminal.run("person", "password", "anna", "--password-stdin", typed=f"{PASSWORD}-2\n")


# settings and doctor


def test_settings_are_listed_with_secrets_masked(terminal: Terminal) -> None:
    terminal.set(NANOMDM_API_KEY=SECRET, PORT="8123", DATABASE_URL=f"postgresql+psycopg://u:{SECRET}@h/keys")
    rows = {row["variable"]: row for row in terminal.json("settings")}
    assert rows["SLEUTELKAST_PORT"]["value"] == "8123"
    assert rows["SLEUTELKAST_PORT"]["default"] == "8000"
    assert rows["SLEUTELKAST_NANOMDM_API_KEY"]["value"] == "(set, not shown)"
    told = terminal.run("settings")
    assert "SLEUTELKAST_PORT\n    the port that `serve` listens on\n    default: 8000\n    now: 8123\n" in told.out
    assert SECRET not in told.out + json.dumps(rows)


def test_an_impossible_setting_stops_every_command(terminal: Terminal) -> None:
    terminal.set(PORT=SECRET)
    for words in (["settings"], ["doctor"], ["serve"], ["person", "list"], ["init"]):
        assert terminal.refuses(*words) == "SLEUTELKAST_PORT can't be used: write a port from 1 to 65535"


def test_doctor_says_the_mend(empty: Terminal) -> None:
    ended = empty.run("doctor", "--json")
    found = {one["part"]: one["mend"] for one in json.loads(ended.out)}
    assert (ended.code, ended.err) == (1, "sleutelkast: something has to be mended\n")
    assert found["data folder"].endswith("is no folder: run `sleutelkast init`")
    assert "sleutelkast init" in found["key ring"]
    assert found["languages"] is None


def test_doctor_looks_at_every_part(terminal: Terminal) -> None:
    ended = terminal.run("doctor", "--json")
    found = {one["part"]: one["mend"] for one in json.loads(ended.out)}
    assert {"data folder", "key ring", "database", "sealing", "escrow certificate", "MDM server"} <= set(found)
    works = {part for part, mend in found.items() if mend is None}
    assert {"data folder", "key ring", "database", "sealing", "escrow certificate"} <= works
    assert found["MDM server"].startswith("set SLEUTELKAST_NANOMDM_URL")
    lines = terminal.run("doctor").out.splitlines()
    assert "ok   sealing: works" in lines
    assert f"MEND MDM server: {found['MDM server']}" in lines


def test_doctor_finds_an_mdm_server_that_does_not_answer(terminal: Terminal) -> None:
    terminal.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
    ended = terminal.run("doctor")
    reason = "it does not answer (NewConnectionError): check SLEUTELKAST_NANOMDM_URL"
    assert f"MEND MDM server: {reason}" in ended.out
    assert SECRET not in ended.out + ended.err


def test_doctor_finds_an_mdm_server_that_does_not_take_the_api_key(
    terminal: Terminal, mdm_server: FleetProcess
) -> None:
    url = f"http://127.0.0.1:{mdm_server.port}"
    terminal.set(NANOMDM_URL=url, NANOMDM_API_KEY=API_KEY, NANOMDM_WEBHOOK_KEY=SECRET)
    assert "ok   MDM server: works" in terminal.run("doctor").out
    terminal.set(NANOMDM_API_KEY=SECRET)
    ended = terminal.run("doctor")
    reason = "it does not take our calls (HTTP 401): check SLEUTELKAST_NANOMDM_API_KEY, and its log"
    assert (ended.code, f"MEND MDM server: {reason}" in ended.out) == (1, True)
    assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize(
    ("offset", "found"),
    [
        pytest.param(timedelta(), "ok   MDM server: works", id="right"),
        pytest.param(timedelta(minutes=-10), r"MEND MDM server: its clock is (59\d|60\d) s behind ours", id="behind"),
        pytest.param(timedelta(hours=1), r"MEND MDM server: its clock is (359\d|360\d) s ahead of ours", id="ahead"),
    ],
)
def test_doctor_holds_the_mdm_servers_clock_against_its_own(terminal: Terminal, offset: timedelta, found: str) -> None:
    with mdm_server_whose_clock_differs(offset) as url:
        terminal.set(NANOMDM_URL=url, NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
        assert re.search(f"^{found}", terminal.run("doctor").out, re.MULTILINE)


def test_doctor_looks_at_each_provider_of_work_accounts(terminal: Terminal) -> None:
    with closing(HostileProvider()) as provider:
        terminal.set(OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID="keys", OIDC_CLIENT_SECRET=SECRET)
        assert "ok   work accounts (work): works" in terminal.run("doctor").out
        provider.keys = []
        assert "it publishes no key that can sign: check SLEUTELKAST_OIDC_ISSUER" in terminal.run("doctor").out
    terminal.set(OIDC_SCHOOL_ISSUER="http://127.0.0.1:9", OIDC_SCHOOL_CLIENT_ID="keys")
    ended = terminal.run("doctor")
    assert "MEND work accounts (school): it does not answer" in ended.out
    assert "check SLEUTELKAST_OIDC_SCHOOL_ISSUER" in ended.out
    assert SECRET not in ended.out + ended.err


def test_doctor_finds_a_key_ring_that_others_may_read(terminal: Terminal) -> None:
    (terminal.data / "keyring.json").chmod(0o644)
    ended = terminal.run("doctor")
    assert "MEND key ring: Others than its owner may use" in ended.out
    assert "chmod 600" in ended.out


# serve, worker, and what stops them


def test_serve_without_an_mdm_server_says_the_mend(terminal: Terminal) -> None:
    for command in ("serve", "worker"):
        reason = terminal.refuses(command)
        assert reason.startswith(
            "set SLEUTELKAST_NANOMDM_URL, SLEUTELKAST_NANOMDM_API_KEY, SLEUTELKAST_NANOMDM_WEBHOOK_KEY"
        )
        assert "sleutelkast demo" in reason
    terminal.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET)
    assert terminal.refuses("serve").startswith("set SLEUTELKAST_NANOMDM_WEBHOOK_KEY, or")


def test_serve_before_init_says_the_mend(empty: Terminal) -> None:
    empty.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
    for words in (["serve"], ["worker"], ["person", "list"], ["device", "list"]):
        assert empty.refuses(*words) == f"{empty.data} is no folder: run `sleutelkast init`"


def test_serve_with_an_unknown_language_says_the_mend(terminal: Terminal) -> None:
    terminal.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
    terminal.set(DEFAULT_LANGUAGE="xx")
    reason = terminal.refuses("serve")
    assert reason.startswith("SLEUTELKAST_DEFAULT_LANGUAGE can't be used: there is no language xx; there are en, nl")


def test_a_database_without_tables_says_the_mend(terminal: Terminal) -> None:
    (terminal.data / "sleutelkast.db").unlink()
    assert terminal.refuses("person", "list").endswith("run `sleutelkast init`")


def test_a_database_out_of_reach_says_the_mend(terminal: Terminal) -> None:
    terminal.set(DATABASE_URL=f"postgresql+psycopg://u:{SECRET}@127.0.0.1:9/keys")
    for words in (["person", "list"], ["init"]):
        reason = terminal.refuses(*words)
        assert reason.startswith("the database can't be used (OperationalError): check SLEUTELKAST_DATABASE_URL")
        assert SECRET not in reason


def test_a_key_ring_that_is_gone_or_damaged_says_the_mend(terminal: Terminal) -> None:
    (terminal.data / "keyring.json").unlink()
    assert terminal.refuses("person", "list").endswith("Make one (sleutelkast init), or put back its backup.")
    (terminal.data / "keyring.json").write_text("{}")
    (terminal.data / "keyring.json").chmod(0o600)
    assert terminal.refuses("person", "list").endswith("is damaged, or no key ring. Put back the key ring's backup.")


def test_the_fleet_without_a_demo_says_so(terminal: Terminal) -> None:
    for words in (
        ["fleet", "list"],
        ["fleet", "connect", "X"],
        ["fleet", "change-key", "X"],
        ["fleet", "scenario", "X", "right"],
    ):
        assert terminal.refuses(*words)
    for switch in ("on", "off"):
        assert terminal.refuses("fleet", "profile", "X", switch) == "no simulated fleet is running here"


def test_the_escrow_profile_is_put_on_a_simulated_mac(terminal: Terminal, mdm_server: FleetProcess) -> None:
    fleet = mdm_server.client
    mac = fleet.macs()[0]
    ended = terminal.run("fleet", "profile", mac.name, "on")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{mac.name} has the escrow profile")
    assert fleet.mac(mac.udid).escrow_profile
    terminal.run("fleet", "profile", mac.name, "off")
    assert not fleet.mac(mac.udid).escrow_profile
    assert terminal.refuses("fleet", "profile", "nobody's", "on") == "no such Mac"


# the audit log


def test_a_log_that_nobody_touched_is_whole(terminal: Terminal) -> None:
    terminal.add("anna")
    links_the_audit_log(terminal)
    ended = terminal.run("audit", "verify")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "the audit log is whole: 2 entries are linked\n"
    head = terminal.run("audit", "head").out.strip()
    assert terminal.run("audit", "verify", "--head", head).code == 0
    assert terminal.json("audit", "verify") == {"entries": 2, "head": head, "findings": [], "kept_outside": head}


def test_without_a_head_outside_of_the_database_this_is_said(terminal: Terminal) -> None:
    ended = terminal.run("audit", "verify")
    assert (ended.code, ended.out) == (0, "the audit log is whole: 0 entries are linked\n")
    assert "no head is kept outside of the database" in ended.err


def test_a_log_that_was_tampered_with_ends_with_1_and_says_where(terminal: Terminal) -> None:
    terminal.add("anna")
    links_the_audit_log(terminal)
    with closing(Portal(load(os.environ))) as portal, portal.store.write() as tx:
        tx.connection.execute(text("UPDATE audit SET actor_id = 'bram' WHERE number = 2"))
    ended = terminal.run("audit", "verify")
    assert (ended.code, ended.out) == (1, "changed: entry 2, row 2\n")
    assert "was tampered with" in ended.err
    as_json = terminal.run("audit", "verify", "--json")
    assert as_json.code == 1
    [finding] = json.loads(as_json.out)["findings"]
    assert finding == {"kind": "changed", "first": 2, "last": 2, "entry_id": 2, "detail": None}


def test_a_database_that_was_made_anew_is_not_the_one_before(terminal: Terminal) -> None:
    terminal.add("anna")
    links_the_audit_log(terminal)
    (terminal.data / "sleutelkast.db").unlink()
    terminal.run("init")
    ended = terminal.run("audit", "verify")
    assert (ended.code, ended.out) == (1, f"rolled-back: entry 1 to 2, {terminal.data / 'audit-head'}\n")


def test_the_log_is_exported_to_standard_output(terminal: Terminal) -> None:
    terminal.add("anna")
    rows = list(csv.DictReader(io.StringIO(terminal.run("audit", "export", "--format", "csv").out)))
    assert [row["action"] for row in rows] == ["audit-exported", "person-added", "certificate-made"]
    assert rows[1]["subject_name"] == "Anna"
    words = ("audit", "export", "--format", "jsonl", "--action", "audit-exported", "--since", "2026-01-01")
    lines = [json.loads(line) for line in terminal.run(*words).out.splitlines()]
    assert [line["reason"] for line in lines] == ["since=2026-01-01T00:00:00+00:00 action=audit-exported", None]
    nothing = ("--until", "2026-01-01T00:00:00+01:00", "--actor", "anna", "--outcome", "done")
    assert terminal.run("audit", "export", "--format", "jsonl", *nothing).out == ""


def test_an_export_of_what_there_is_not_is_refused(terminal: Terminal) -> None:
    assert "no such actor" in terminal.refuses("audit", "export", "--format", "csv", "--actor", "nobody")
    assert "no such device" in terminal.refuses("audit", "export", "--format", "csv", "--device", "C02NOBODY")


def test_the_policy_is_written_down_when_it_changes(terminal: Terminal) -> None:
    def starts(**settings: str) -> bool:
        terminal.set(**settings)
        with closing(Portal(load(os.environ))) as portal:
            return note_policy(portal.world)

    assert [starts(), starts(), starts(ESCROW_POLICY="require", FRESH_SIGN_IN="5m"), starts()] == [1, 0, 1, 0]
    words = ("audit", "export", "--format", "jsonl", "--action", "policy-changed")
    changed, first = (json.loads(line) for line in terminal.run(*words).out.splitlines())
    assert (first["subject"], changed["subject"]) == (None, "escrow sessions.fresh_sign_in")
    assert json.loads(changed["reason"])["escrow"] == "require"


def test_doctor_finds_a_log_that_lost_what_it_had_or_is_not_linked(terminal: Terminal) -> None:
    def mend() -> str | None:
        found = {one["part"]: one["mend"] for one in json.loads(terminal.run("doctor", "--json").out)}
        said: str | None = found["audit log"]
        return said

    terminal.add("anna")
    assert mend() is None
    links_the_audit_log(terminal)
    terminal.add("bram")
    with closing(Portal(load(os.environ))) as portal, portal.store.write() as tx:
        tx.connection.execute(text("UPDATE audit SET at = '2026-01-01 00:00:00' WHERE number IS NULL"))
    assert "are not linked" in str(mend())
    with closing(Portal(load(os.environ))) as portal, portal.store.write() as tx:
        tx.connection.execute(text("DELETE FROM audit WHERE number = 2"))
    assert "audit verify" in str(mend())


def links_the_audit_log(terminal: Terminal) -> None:
    """The background work does, a while later."""
    with closing(Portal(load(os.environ))) as portal:
        later = HandClock()
        later.pass_time(seconds=5)
        with structlog.testing.capture_logs() as said:
            assert link_entries(replace(portal.world, clock=later)) > 0
    assert [one["event"] for one in said] == ["audit.head"]
    assert stat.S_IMODE((terminal.data / "audit-head").stat().st_mode) == 0o600


# words that are off


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="none"),
        pytest.param(["sevre"], id="an unknown command"),
        pytest.param(["person"], id="half a command"),
        pytest.param(["person", "add"], id="without what it needs"),
        pytest.param(["person", "add", "x", "--name", "X", "--role", "king"], id="an unknown role"),
        pytest.param(["token", "add", "x"], id="a token for nothing"),
        pytest.param(["token", "add", "x", "--scope", "reveal"], id="a token for keys"),
        pytest.param(["device", "assign", "C02", "anna"], id="without the ownership"),
        pytest.param(["device", "assign", "C02", "anna", "--ownership", "mine"], id="an unknown ownership"),
        pytest.param(["audit", "verify", "--head", "12"], id="half a head"),
        pytest.param(["audit", "export"], id="an export without its form"),
        pytest.param(["audit", "export", "--format", "csv", "--since", "yesterday"], id="an export since no moment"),
        pytest.param(["audit", "export", "--format", "csv", "--action", "dance"], id="an export of no action"),
    ],
)
def test_words_that_are_off_end_with_2(terminal: Terminal, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


# as a process


def test_the_command_is_installed(data: Path) -> None:
    """Standard output and the exit code as a shell sees them."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = [str(Path(sys.executable).parent / "sleutelkast")]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *words], env=environ | {f"{PREFIX}DATA": str(data)}, capture_output=True, text=True, timeout=60
        )

    listed = run("person", "list", "--json")
    assert (listed.returncode, json.loads(listed.stdout), listed.stderr) == (0, [], "")
    refused = run("serve")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("sleutelkast: set SLEUTELKAST_NANOMDM_URL")


def written(folder: Path, rows: str) -> str:
    path = folder / "rows.csv"
    path.write_text(rows, encoding="utf-8")
    return str(path)


def a_lost_answer(terminal: Terminal, folder: Path) -> tuple[Path, Mac, str]:
    """Anna's Mac rotated, and nobody heard of it: its answer as a file, the Mac and its new key."""
    terminal.set(NANOMDM_URL="http://127.0.0.1:9", NANOMDM_API_KEY=SECRET, NANOMDM_WEBHOOK_KEY=SECRET)
    with closing(Portal(load(os.environ))) as portal:
        world = replace(portal.world, wake_worker=lambda: None)
        anna = add_person(world, "anna")
        device = add_mac(world, "anna", "C02ANNA")
        uuid = store_key(world, anna.actor, device.id, KEY, KEY).deposit.commands[0].uuid
        with portal.store.read() as tx:
            certificate = present_identity(world, tx).certificate
        call = Mac("C02ANNA").rotated(world.clock.now(), uuid, OTHER_KEY, certificate)
    file = folder / "result.plist"
    file.write_bytes(base64.b64decode(call["acknowledge_event"]["raw_payload"]))
    return file, Mac("C02ANNA"), OTHER_KEY


def profile_in(terminal: Terminal, folder: Path, *words: str) -> Any:
    """The profile that the command writes into a file."""
    file = folder / "sleutelkast.mobileconfig"
    ended = terminal.run("profile", "--output", str(file), *words)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    return plistlib.loads(file.read_bytes())


def ends_in(terminal: Terminal, days: int) -> None:
    """The only certificate was made so long ago that it ends in so many days."""
    clock = HandClock()
    clock.pass_time(days=days - 20 * 365)
    with closing(Portal(load(os.environ))) as portal, portal.store.write() as tx:
        tx.connection.execute(delete(escrow_identities))
        make_identity(replace(portal.world, clock=clock), tx, "Havenlicht")


def identities(terminal: Terminal) -> list[bytes]:
    with closing(Portal(load(os.environ))) as portal, portal.store.read() as tx:
        return [one.certificate for one in tx.identities.all()]


@pytest.fixture
def data(tmp_path: Path, initialized: Initialized) -> Path:
    """A data folder as `sleutelkast init` leaves it."""
    return Path(shutil.copytree(initialized.folder, tmp_path / "data"))


@pytest.fixture
def terminal(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(data, monkeypatch, capsys)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Before `sleutelkast init`."""
    return Terminal(tmp_path / "new", monkeypatch, capsys)


@pytest.fixture
def mdm_server(terminal: Terminal) -> Iterator[FleetProcess]:
    """The simulated fleet of the data folder, at work; nobody takes in its webhook calls."""
    receiver = Receiver()
    fleet = FleetProcess(terminal.data / "fleet", receiver.url)
    yield fleet
    fleet.stop()
    receiver.close()


@contextmanager
def mdm_server_whose_clock_differs(offset: timedelta) -> Iterator[str]:
    """What `doctor` asks of NanoMDM, answered as NanoMDM does; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_push = self.path.startswith("/v1/push/")
            nobody = {"status": {self.path.rpartition("/")[2]: {"push_error": "push data missing for id"}}}
            answer = json.dumps(nobody if is_push else {"version": "v0.9.0"}).encode()
            self.send_response(500 if is_push else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((datetime.now(UTC) + offset).timestamp())

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
