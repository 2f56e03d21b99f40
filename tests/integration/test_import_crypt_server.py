"""`sleutelkast import crypt-server`: a fleet's keys are taken over once, and nothing else is touched."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sleutelkast.adapters.crypt_server.database import open_crypt_server
from sleutelkast.domain.access import Ownership
from sleutelkast.domain.audit import Action
from sleutelkast.domain.device import Device
from sleutelkast.domain.versions import Provenance, Version
from sleutelkast.factory import Portal
from sleutelkast.fleet.mac import new_recovery_key
from sleutelkast.settings import PREFIX, Settings
from sleutelkast.usecases import import_keys as usecase
from sleutelkast.usecases import manage
from sleutelkast.usecases.crypt_check_in import Report, check_in
from sleutelkast.usecases.escrow import open_version
from tests.integration.crypt_server import NOW, CryptServerData
from tests.integration.postgresql import PostgreSql
from tests.integration.test_cli import Ended, Terminal
from tests.unit.http.harness import add_person

DAY = timedelta(days=1)


def test_computers_and_keys_are_taken_with_their_names_and_dates(taking: Taking, theirs: CryptServerData) -> None:
    old, new = new_recovery_key(), new_recovery_key()
    computer = theirs.computer("C02AAA", "Anna’s Mac\n", "anna")
    theirs.secret(computer, new, since=NOW)
    theirs.secret(computer, old + "\n", since=NOW - 30 * DAY)
    ended = taking.run()
    assert ended.code == 0
    device = taking.device("C02AAA")
    assert (device.name, device.owner_id, device.udid, device.announced_at) == ("Anna’s Mac", None, None, None)
    assert taking.kept("C02AAA") == [(old, NOW - 30 * DAY), (new, NOW)]
    assert "taken: 2 keys; 1 Macs were not known here" in ended.out
    assert "1 of these Macs are nobody's" in ended.out


def test_its_owner_opens_them_once_it_has_one(taking: Taking, theirs: CryptServerData) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    taking.run()
    anna = add_person(taking.portal.world, "anna")
    manage.assign_device(taking.portal.world, "C02AAA", "anna", Ownership.PERSONAL)
    assert {one.bound.owner_id for one in taking.versions("C02AAA")} == {anna.id}


def test_done_again_it_takes_what_is_new_and_nothing_twice(taking: Taking, theirs: CryptServerData) -> None:
    first, second = new_recovery_key(), new_recovery_key()
    computer = theirs.computer("C02AAA")
    theirs.secret(computer, first)
    taking.run()
    before = taking.versions("C02AAA")
    assert taking.told()["taken"] == 0
    assert taking.versions("C02AAA") == before
    theirs.secret(computer, second, since=NOW + DAY)
    told = taking.told()
    assert (told["taken"], told["known"], told["new_macs"]) == (1, 1, 0)
    assert [key for key, _ in taking.kept("C02AAA")] == [first, second]


def test_a_dry_run_says_the_same_and_takes_nothing(taking: Taking, theirs: CryptServerData) -> None:
    computer = theirs.computer("C02AAA", username="anna")
    theirs.secret(computer, new_recovery_key())
    theirs.secret(computer, "a password", secret_type="password")
    dry = taking.told("--dry-run")
    assert dry.pop("dry_run") is True
    with taking.portal.store.read() as tx:
        assert tx.devices.all() == []
    told = taking.told()
    assert told.pop("dry_run") is False
    assert dry == told
    assert told["without_owner"] == [{"serial": "C02AAA", "username": "anna", "name": ""}]


def test_what_is_not_taken_is_told_with_its_reason(taking: Taking, theirs: CryptServerData) -> None:
    key = new_recovery_key()
    computer = theirs.computer("C02AAA")
    other_key = Fernet(Fernet.generate_key()).encrypt(new_recovery_key().encode()).decode()
    refused = {
        theirs.secret(computer, "hunter2", secret_type="password"): "another type than recovery_key",
        theirs.secret(computer, "1234", secret_type="unlock_pin"): "another type than recovery_key",
        theirs.secret(computer, new_recovery_key(), secret_type="future"): "another type than recovery_key",
        theirs.secret(computer, "not a key"): "not the form of a recovery key",
        theirs.secret(computer, ""): "not the form of a recovery key",
        theirs.secret(computer, "", raw=other_key): "can't be opened with this key",
        theirs.secret(computer, "", raw=theirs.sealed(key)[:-9]): "can't be opened with this key",
        theirs.secret(computer, "", raw="gAAAAé\u202e"): "can't be opened with this key",
        theirs.secret(computer, "", raw=""): "can't be opened with this key",
    }
    theirs.secret(computer, key)
    theirs.secret(theirs.computer("Ç02"), new_recovery_key())
    told = taking.told()
    assert {int(one["secret"]): one["reason"] for one in told["not_taken"] if one["serial"] == "C02AAA"} == refused
    assert told["not_taken"][-1]["reason"] == "its computer has no usable serial number"
    assert (told["macs"], told["secrets"], told["taken"], told["new_macs"]) == (2, 11, 1, 1)
    assert [kept for kept, _ in taking.kept("C02AAA")] == [key]
    assert "    3: another type than recovery_key" in taking.run().out


def test_the_same_key_twice_is_one_version_that_was_reported_again(taking: Taking, theirs: CryptServerData) -> None:
    """Crypt-Server keeps a key once more after somebody has seen it."""
    key, other = new_recovery_key(), new_recovery_key()
    computer = theirs.computer("C02AAA")
    theirs.secret(computer, key, since=NOW - 2 * DAY)
    theirs.secret(computer, other, since=NOW - DAY)
    theirs.secret(computer, key, since=NOW)
    told = taking.told()
    assert (told["taken"], told["known"]) == (2, 1)
    taking.run()
    first, second = taking.versions("C02AAA")
    assert (first.as_of, first.reported_at) == (NOW - 2 * DAY, NOW)
    assert (second.as_of, second.reported_at) == (NOW - DAY, None)


def test_keys_that_were_never_sealed_are_taken_as_they_stand(taking: Taking, theirs: CryptServerData) -> None:
    key = new_recovery_key()
    theirs.secret(theirs.computer("C02AAA"), "", raw=key)
    taking.run()
    assert [kept for kept, _ in taking.kept("C02AAA")] == [key]


def test_a_known_mac_keeps_its_owner_and_its_name(taking: Taking, theirs: CryptServerData) -> None:
    world = taking.portal.world
    anna = add_person(world, "anna")
    manage.assign_device(world, "C02AAA", "anna", Ownership.PERSONAL)
    before = taking.device("C02AAA")
    theirs.secret(theirs.computer("C02AAA", "Another name", "somebody"), new_recovery_key())
    told = taking.told()
    assert taking.device("C02AAA") == before
    assert [one.bound.owner_id for one in taking.versions("C02AAA")] == [anna.id]
    assert told["without_owner"] == []


def test_what_a_client_reported_meanwhile_stays_in_front(taking: Taking, theirs: CryptServerData) -> None:
    key, newer = new_recovery_key(), new_recovery_key()
    theirs.secret(theirs.computer("C02AAA"), key)
    check_in(taking.portal.world, Report("C02AAA", newer))
    taking.run()
    assert [kept for kept, _ in taking.kept("C02AAA")] == [key, newer]


def test_a_date_to_come_counts_as_now(taking: Taking, theirs: CryptServerData) -> None:
    """Else no report would come before it until then."""
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key(), since=datetime.now(UTC) + 3000 * DAY)
    taking.run()
    (version,) = taking.versions("C02AAA")
    assert version.as_of <= datetime.now(UTC)


def test_a_key_that_somebody_saw_there_is_to_be_rotated_here(taking: Taking, theirs: CryptServerData) -> None:
    seen, unseen, older = new_recovery_key(), new_recovery_key(), new_recovery_key()
    theirs.secret(theirs.computer("C02SEEN"), seen, was_seen=True)
    theirs.secret(theirs.computer("C02UNSEEN"), unseen)
    replaced = theirs.computer("C02REPLACED")
    theirs.secret(replaced, older, was_seen=True, since=NOW - DAY)
    theirs.secret(replaced, new_recovery_key())
    taking.run()
    assert check_in(taking.portal.world, Report("C02SEEN", seen)) is True
    assert check_in(taking.portal.world, Report("C02UNSEEN", unseen)) is False
    assert check_in(taking.portal.world, Report("C02REPLACED", older)) is False
    taking.run()
    assert check_in(taking.portal.world, Report("C02SEEN", new_recovery_key())) is False
    taking.run()
    assert check_in(taking.portal.world, Report("C02UNSEEN", unseen)) is False


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rows_that_sqlite_let_somebody_damage(taking: Taking, theirs: CryptServerData) -> None:
    computer, key = theirs.computer("C02AAA"), new_recovery_key()
    theirs.secret(computer, key, since="once upon a time")
    theirs.secret(9999, new_recovery_key())
    theirs.secret(computer, "", raw=b"\xff\xfe\x00")
    with theirs.connection() as connection:
        connection.execute(text("UPDATE server_computer SET computername = x'fffe'"))
    told = taking.told()
    assert (told["taken"], told["undated"], told["of_no_mac"], len(told["not_taken"])) == (1, 1, 1, 1)
    assert taking.kept("C02AAA") == [(key, datetime(1970, 1, 1, tzinfo=UTC))]


def test_only_the_newest_of_very_many_keys_of_one_mac_are_read(
    taking: Taking, theirs: CryptServerData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sleutelkast.adapters.crypt_server.database._MOST_KEYS", 2)
    computer, keys = theirs.computer("C02AAA"), [new_recovery_key() for _ in range(5)]
    for age, key in enumerate(keys):
        theirs.secret(computer, key, since=NOW - age * DAY)
    theirs.secret(theirs.computer("C02BBB"), new_recovery_key())
    told = taking.told()
    assert [key for key, _ in taking.kept("C02AAA")] == [keys[1], keys[0]]
    assert told["not_taken"] == [
        {"serial": "C02AAA", "secret": None, "reason": "behind too many newer ones of one computer", "count": 3}
    ]
    assert (told["secrets"], told["taken"]) == (6, 3)


# What must not happen


def test_another_key_is_refused_before_anything_is_written(taking: Taking, theirs: CryptServerData) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    taking.field_key = Fernet.generate_key().decode()
    ended = taking.run()
    assert ended.code == 1
    assert "FIELD_ENCRYPTION_KEY opens none of the secrets: take the one that" in ended.err
    with taking.portal.store.read() as tx:
        assert tx.devices.all() == []


@pytest.mark.parametrize(
    ("field_key", "mend"),
    [
        pytest.param(None, "set FIELD_ENCRYPTION_KEY to the key that Crypt-Server seals with", id="none"),
        pytest.param(" ", "set FIELD_ENCRYPTION_KEY", id="an empty one"),
        pytest.param("geheim-Zq7", "FIELD_ENCRYPTION_KEY is no Fernet key", id="no key"),
        pytest.param("geheim-Zq7é", "FIELD_ENCRYPTION_KEY is no Fernet key", id="not ASCII"),
    ],
)
def test_a_field_key_that_is_none(taking: Taking, field_key: str | None, mend: str) -> None:
    taking.field_key = field_key
    ended = taking.run()
    assert ended.code == 1
    assert mend in ended.err
    assert "geheim" not in ended.err


def test_several_field_keys_and_a_file_of_them(taking: Taking, theirs: CryptServerData, tmp_path: Path) -> None:
    key = new_recovery_key()
    theirs.secret(theirs.computer("C02AAA"), key)
    file = tmp_path / "field key"
    file.write_text(f"{Fernet.generate_key().decode()}\n{taking.field_key}\n")
    taking.field_key = None
    assert taking.run("--key-file", str(file)).code == 0
    assert [kept for kept, _ in taking.kept("C02AAA")] == [key]


def test_no_key_is_printed(taking: Taking, theirs: CryptServerData) -> None:
    key, password = new_recovery_key(), "hunter2-is-a-password"
    computer = theirs.computer("C02AAA", f"Mac with {key}", key)
    theirs.secret(computer, key)
    theirs.secret(computer, password)
    theirs.secret(theirs.computer(key), new_recovery_key())
    for words in (["--dry-run"], ["--json"], [], ["--json", "--dry-run"]):
        ended = taking.run(*words)
        printed = ended.out + ended.err
        assert key not in printed
        assert password not in printed
        assert theirs.field_key not in printed
    assert theirs.url.rpartition("/")[2] not in ended.err


def test_crypt_servers_own_database_stays_as_it_is(taking: Taking, theirs: CryptServerData) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    before = theirs.rows()
    taking.run()
    assert theirs.rows() == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_nobody_may_write_is_enough(taking: Taking, theirs: CryptServerData, tmp_path: Path) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    path = Path(theirs.source)
    before = path.read_bytes()
    path.chmod(0o400)
    assert taking.told()["taken"] == 1
    assert path.read_bytes() == before
    assert not list(path.parent.glob("crypt.db-*"))


def test_all_that_is_read_is_of_one_moment(theirs: CryptServerData) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    with open_crypt_server(theirs.source, [theirs.field_key]) as server:
        server.require_the_right_key()
        if theirs.is_sqlite:
            # Held while it is read; Crypt-Server waits.
            with pytest.raises((OperationalError, sqlite3.OperationalError)):
                _write_at_once(theirs)
        else:
            theirs.secret(theirs.computer("C02BBB"), new_recovery_key())
        assert [mac.serial for mac in server.macs()] == ["C02AAA"]


def _write_at_once(theirs: CryptServerData) -> None:
    with sqlite3.connect(theirs.source, timeout=0) as connection:
        connection.execute("UPDATE server_computer SET username = 'x'")


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nothing_can_be_written_through_what_reads(theirs: CryptServerData) -> None:
    with open_crypt_server(theirs.source, [theirs.field_key]) as server:
        assert server._connection.scalar(text("SHOW transaction_read_only")) == "on"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("source", "mend"),
    [
        pytest.param("no/such/file.db", "there is no such file", id="no file"),
        pytest.param(".", "there is no such file", id="a folder"),
        pytest.param("postgresql://u:geheim-Zq7@127.0.0.1:9/crypt", "can't be read (OperationalError)", id="nowhere"),
        pytest.param("postgresql://u:geheim-Zq7@127.0.0.1:many/crypt", "write the address as", id="no address"),
        pytest.param("mysql://u:geheim-Zq7@h/crypt", "there is no such file", id="another kind"),
    ],
)
def test_a_source_that_is_none(taking: Taking, source: str, mend: str) -> None:
    ended = taking.run(source=source)
    assert ended.code == 1
    assert mend in ended.err
    assert "geheim" not in ended.err


@pytest.mark.parametrize(
    ("statements", "mend"),
    [
        pytest.param(["DROP TABLE server_secret"], "these are no tables of a Crypt-Server", id="another database"),
        pytest.param(
            ["ALTER TABLE server_secret DROP COLUMN rotation_required"],
            "these are the tables of an older Crypt-Server: bring it up to release 3 first",
            id="an older one",
        ),
    ],
)
def test_tables_that_are_others(taking: Taking, theirs: CryptServerData, statements: list[str], mend: str) -> None:
    with theirs.connection() as connection:
        for statement in statements:
            connection.execute(text(statement))
    ended = taking.run()
    assert ended.code == 1
    assert mend in ended.err


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_is_no_database(taking: Taking, tmp_path: Path) -> None:
    (tmp_path / "image.db").write_bytes(b"\x89PNG" * 1000)
    ended = taking.run(source=str(tmp_path / "image.db"))
    assert ended.code == 1
    assert "Crypt-Server's database can't be read (DatabaseError)" in ended.err


def test_an_import_that_was_cut_off_goes_on_where_it_ended(
    taking: Taking, theirs: CryptServerData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two transactions: what was committed is there, and nothing of the one that was under way."""
    monkeypatch.setattr(usecase, "_MACS_AT_ONCE", 2)
    for number in range(5):
        theirs.secret(theirs.computer(f"C02{number}"), new_recovery_key())
    with open_crypt_server(theirs.source, [theirs.field_key]) as server:
        next(iter(usecase.import_keys(taking.portal.world, server.macs())))
    with taking.portal.store.read() as tx:
        assert [one.serial for one in tx.devices.all()] == ["C020", "C021"]
    told = taking.told()
    assert (told["taken"], told["known"], told["new_macs"]) == (3, 2, 3)


def test_each_key_leaves_a_trace(taking: Taking, theirs: CryptServerData) -> None:
    theirs.secret(theirs.computer("C02AAA"), new_recovery_key())
    taking.run()
    (version,) = taking.versions("C02AAA")
    with taking.portal.store.read() as tx:
        entry = tx.audit.newest(Action.KEY_IMPORTED)
    assert entry is not None
    assert (entry.device_id, entry.subject) == (taking.device("C02AAA").id, version.id)


def test_ten_thousand_are_read_a_few_at_a_time(theirs: CryptServerData) -> None:
    """What is held in memory does not grow with the number of rows."""
    theirs.many(10_000, bulk_key)
    with open_crypt_server(theirs.source, [theirs.field_key]) as server:
        server.require_the_right_key()
        tracemalloc.start()
        try:
            read = sum(len(mac.keys) for mac in server.macs())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert read == 10_000
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_ten_thousand_are_taken(taking: Taking, theirs: CryptServerData) -> None:
    theirs.many(10_000, bulk_key)
    assert "taken: 10000 keys; 10000 Macs were not known here" in taking.run().out
    assert taking.kept("C02BULK010000")[0][0] == bulk_key(9_999)


def bulk_key(number: int) -> str:
    return f"BULK-BULK-BULK-BULK-{number // 1000:04}-{number % 1000:04}"


class Taking:
    """An administrator with both databases."""

    def __init__(
        self, terminal: Terminal, portal: Portal, theirs: CryptServerData, environ: pytest.MonkeyPatch
    ) -> None:
        self.terminal = terminal
        self.portal = portal
        self.field_key: str | None = theirs.field_key
        self._source = theirs.source
        self._environ = environ

    def run(self, *words: str, source: str | None = None) -> Ended:
        if self.field_key is None:
            self._environ.delenv("FIELD_ENCRYPTION_KEY", raising=False)
        else:
            self._environ.setenv("FIELD_ENCRYPTION_KEY", self.field_key)
        return self.terminal.run("import", "crypt-server", source or self._source, *words)

    def told(self, *words: str) -> dict[str, Any]:
        ended = self.run("--json", *words)
        assert ended.code == 0, ended.err
        found: dict[str, Any] = json.loads(ended.out)
        return found

    def device(self, serial: str) -> Device:
        with self.portal.store.read() as tx:
            found = tx.devices.by_serial(serial)
        assert found is not None
        return found

    def versions(self, serial: str) -> list[Version]:
        with self.portal.store.read() as tx:
            return list(tx.versions.of(self.device(serial).id))

    def kept(self, serial: str) -> list[tuple[str, datetime]]:
        """Each key with its date, oldest first; all of them are reported."""
        versions = self.versions(serial)
        assert {one.provenance for one in versions} == {Provenance.REPORTED}
        with self.portal.store.read() as tx:
            return [(open_version(self.portal.world, tx, one).reveal(), one.as_of) for one in versions]


@pytest.fixture
def taking(
    settings: Settings,
    portal: Portal,
    theirs: CryptServerData,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Taking:
    terminal = Terminal(settings.data, monkeypatch, capsys)
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", settings.database)
    return Taking(terminal, portal, theirs, monkeypatch)


@pytest.fixture
def theirs(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[CryptServerData]:
    if database == "sqlite":
        (tmp_path / "crypt-server").mkdir()
        data = CryptServerData(f"sqlite:///{tmp_path / 'crypt-server' / 'crypt.db'}")
        data.create()
        yield data
        return
    server: PostgreSql = request.getfixturevalue("postgresql_server")
    data = CryptServerData(server.create("crypt_server"))
    data.create()
    yield data
    server.drop("crypt_server")
