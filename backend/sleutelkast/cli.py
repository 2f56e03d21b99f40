"""The command line. `--json` commands print JSON alone on standard output; logs and errors go to standard error."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import getpass
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from sleutelkast import __version__, logs
from sleutelkast.adapters.crypt_server.database import CryptServerError, open_crypt_server
from sleutelkast.adapters.mdm.commands import install_profile
from sleutelkast.adapters.sealing.ring import KeyRingError
from sleutelkast.adapters.store import migrate
from sleutelkast.demo import DemoError, fleet_folder, run_demo
from sleutelkast.doctor import examine
from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.audit import Action, Head, Outcome, parse_head
from sleutelkast.domain.audit_inspection import Finding
from sleutelkast.domain.mail import MailState
from sleutelkast.domain.password import LONGEST, Flaw
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.escrow_profile import write_profile
from sleutelkast.factory import Portal, languages
from sleutelkast.fleet.client import FleetClient, FleetError
from sleutelkast.imported import Imported
from sleutelkast.serving import serve, work
from sleutelkast.settings import Settings, SettingsError, format_duration, listed, load, parse_duration, variable
from sleutelkast.setup import certificate_name, initialize
from sleutelkast.usecases import api_tokens, audit_chain, certificates, mail, manage, passwords
from sleutelkast.usecases.audit_export import lines
from sleutelkast.usecases.audit_log import Form, Wanted, export_from_the_command_line, note_policy
from sleutelkast.usecases.errors import NotFound, PasswordRefused, Unknown
from sleutelkast.usecases.import_keys import import_keys
from sleutelkast.usecases.ports import MalformedReport
from sleutelkast.usecases.repository import Conflict
from sleutelkast.usecases.rescue_report import Rescue, rescue_report

_CRYPT_KEY = "FIELD_ENCRYPTION_KEY"
_PASSWORD_FLAWS = {
    Flaw.TOO_SHORT: "has at least {least} characters",
    Flaw.TOO_LONG: f"has at most {LONGEST} bytes",
    Flaw.CONTROL_CHARACTER: "has no control characters",
    Flaw.ABOUT_YOU: "is more than the name of its person or of the organization",
    Flaw.COMMON: "is none of those that are guessed first: take several words",
}
_LONGEST_USERNAME = 190
_LONGEST_SERIAL = 64
_LONGEST_SUBJECT = 255
_COLUMNS = ("serial", "username", "ownership")
_PERSON_COLUMNS = ("username", "name")
_SCOPES = {"access": Scope.ACCESS_READ}
"""What tokens can be made for, by the words of the command."""


class CommandError(Exception):
    """The command can't be carried out; the text says why and the mend."""


Arguments = argparse.Namespace
Command = Callable[[Settings, Arguments], None]


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command: 0, or 1 with the reason on standard error, or 2 for words that are off."""
    arguments = _parser().parse_args(words)
    logs.configure()
    try:
        if arguments.run is _demo:
            run_demo(os.environ, reset=arguments.reset)
        else:
            arguments.run(load(os.environ), arguments)
    except (CommandError, CryptServerError, DemoError, FleetError, KeyRingError, OSError, SettingsError) as error:
        print(f"sleutelkast: {error}", file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        # The type alone: the text may repeat the address with its password, and the values of a statement.
        mend = f"check {variable('database_url')}, and whether the database runs"
        print(f"sleutelkast: the database can't be used ({type(error).__name__}): {mend}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sleutelkast", description="A portal for FileVault recovery keys.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "init", _init, "create the database, key ring and escrow certificate; never overwrites")
    only_web = _add(commands, "serve", _serve, "run the portal, background work included")
    only_web.add_argument("--without-worker", action="store_true", help="background work runs elsewhere (`worker`)")
    _add(commands, "worker", _worker, "run background work in a process of its own")
    demo = _add(commands, "demo", _demo, "a whole portal with people and a simulated fleet, on this machine only")
    demo.add_argument("--reset", action="store_true", help="start over: forget people, Macs and keys of the demo")
    _add_json(_add(commands, "settings", _settings, "every setting with its meaning, default and present value"))
    _add_json(_add(commands, "doctor", _doctor, "check every part and say the mend"))
    _add_people(commands)
    _add_devices(commands)
    _add_escrow(commands)
    _add_audit(commands)
    _add_tokens(commands)
    _add_mail(commands)
    _add_mdm(commands)
    _add_import(commands)
    _add_fleet(commands)
    return parser


def _add(commands: Any, name: str, run: Command, meaning: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=meaning)
    parser.set_defaults(run=run)
    return parser


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _group(commands: Any, name: str, meaning: str) -> Any:
    return commands.add_parser(name, help=meaning, description=meaning).add_subparsers(required=True, metavar="COMMAND")


def _add_people(commands: Any) -> None:
    group = _group(commands, "person", "people")
    add = _add(group, "add", _person_add, "add a person; asks for the password, where there are local accounts")
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--email")
    add.add_argument("--role", action="append", default=[], choices=[role.value for role in Role])
    first = add.add_mutually_exclusive_group()
    first.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    first.add_argument("--link", action="store_true", help="print a link with which they set it themselves, once")
    imported = _add(group, "import", _person_import, "add people from a CSV file: username,name,email,roles")
    imported.add_argument("file", type=Path)
    imported.add_argument("--password-stdin", action="store_true", help="read their first password from standard input")
    _add_json(_add(group, "list", _person_list, "list people"))
    reset = _add(group, "password", _person_password, "give a person another password; they are told of it")
    reset.add_argument("username")
    reset.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    link = _add(group, "link", _person_link, "print a link with which a person sets their password themselves, once")
    link.add_argument("username")
    connect = _add(group, "connect", _person_connect, "have a work account sign in as this person; they are told of it")
    connect.add_argument("username")
    connect.add_argument("provider", help="the provider's id, as in its settings")
    connect.add_argument("subject", help="what the provider calls the account (sub), as the audit log has it")
    roles = _add(
        group, "roles", _person_roles, "give a person these roles and take all others; none where none is named"
    )
    roles.add_argument("username")
    roles.add_argument("--role", action="append", default=[], choices=[role.value for role in Role])
    _add(group, "disable", _person_disable, "end all sessions and sign-ins of a person").add_argument("username")


def _add_devices(commands: Any) -> None:
    group = _group(commands, "device", "Macs")
    assign = _add(group, "assign", _device_assign, "give a Mac to a person; it may enrol later")
    assign.add_argument("serial")
    assign.add_argument("username")
    assign.add_argument("--ownership", required=True, choices=[one.value for one in Ownership])
    confirm = _add(group, "confirm", _device_confirm, "end the quarantine of a Mac that claims a known serial")
    confirm.add_argument("udid")
    imported = _add(group, "import", _device_import, "assign Macs from a CSV file: serial,username,ownership")
    imported.add_argument("file", type=Path)
    _add_json(_add(group, "list", _device_list, "list Macs"))
    deposits = _add(
        group, "deposits", _device_deposits, "what became of each key of a Mac, and what the Mac said to it"
    )
    deposits.add_argument("serial")
    _add_json(deposits)


def _add_escrow(commands: Any) -> None:
    group = _group(commands, "certificate", "the certificate that Macs encrypt their keys to")
    _add_json(_add(group, "list", _certificate_list, "list the certificates; the older ones open late answers"))
    _add(group, "renew", _certificate_renew, "make a new one, which commands and the profile name from now on")
    profile = _add(commands, "profile", _profile, "write the escrow profile (.mobileconfig) for the Macs")
    profile.add_argument("--language", metavar="TAG", help="the language of its texts, such as nl")
    profile.add_argument("--output", metavar="FILE", type=Path, help="write here instead of to standard output")
    profile.add_argument(
        "--command", action="store_true", help="write the InstallProfile command that hands it out through NanoMDM"
    )


def _add_audit(commands: Any) -> None:
    group = _group(commands, "audit", "the audit log")
    proof = _add(group, "verify", _audit_verify, "prove that nobody changed the audit log; 1 where somebody did")
    proof.add_argument(
        "--head", action="append", default=[], type=_head, metavar="COUNT:LINK", help="a head that was kept elsewhere"
    )
    _add_json(proof)
    _add(group, "head", _audit_head, "print the head of the audit log, to be kept elsewhere")
    exported = _add(group, "export", _audit_export, "write the audit log to standard output, newest first")
    exported.add_argument("--format", required=True, type=Form, choices=list(Form), metavar="csv|jsonl")
    exported.add_argument(
        "--since", type=_day_or_moment, metavar="MOMENT", help="from then on: a day or an RFC 3339 time"
    )
    exported.add_argument("--until", type=_day_or_moment, metavar="MOMENT", help="what was before then")
    exported.add_argument("--actor", metavar="WHO", help="a user name or a person's id")
    exported.add_argument("--device", metavar="DEVICE", help="a serial number or a device's id")
    exported.add_argument("--action", type=Action, choices=list(Action), metavar="ACTION")
    exported.add_argument("--outcome", type=Outcome, choices=list(Outcome), metavar="done|denied")


def _day_or_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a day as 2026-11-02, or a moment as 2026-11-02T09:30:00Z") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _head(text: str) -> Head:
    try:
        return parse_head(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_tokens(commands: Any) -> None:
    group = _group(commands, "token", "API tokens of other systems")
    add = _add(group, "add", _token_add, "make a token and print it, this once")
    add.add_argument("name", help="where it is used, for people")
    add.add_argument(
        "--scope", action="append", required=True, choices=list(_SCOPES), help="access: ask whether a Mac may access"
    )
    add.add_argument("--expires", help="after how long it opens nothing any more, such as 90d; never if left out")
    _add_json(_add(group, "list", _token_list, "list tokens and when each was last used, without their secrets"))
    _add(group, "revoke", _token_revoke, "end a token at once").add_argument("id")


def _add_mail(commands: Any) -> None:
    group = _group(commands, "mail", "mail that is not sent yet")
    _add_json(_add(group, "list", _mail_list, "what could not be sent and what waits: to whom, about what, and why"))
    retry = _add(group, "retry", _mail_retry, "have mail that could not be sent tried again now")
    retry.add_argument("id", nargs="?", help="this one alone, as `mail list` names it; all if left out")
    _add(group, "drop", _mail_drop, "give up on a mail for good").add_argument("id")


def _add_mdm(commands: Any) -> None:
    group = _group(commands, "mdm", "what came by the MDM server")
    report = _add(group, "report", _mdm_report, "take in a report rescued from the MDM server's own storage")
    report.add_argument("file", type=Path, help="the Mac's property list, or the body of the webhook call")
    report.add_argument("--at", metavar="TIME", help="when the MDM server heard it, as 2026-11-02T09:30:00Z")


def _add_import(commands: Any) -> None:
    group = _group(commands, "import", "take over the keys of another escrow server")
    crypt = _add(group, "crypt-server", _import_crypt_server, "take over computers and keys of a Crypt-Server (3.x)")
    crypt.add_argument("source", metavar="DATABASE_URL|FILE", help="postgresql://USER@HOST/NAME, or its SQLite file")
    crypt.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help=f"where its {_CRYPT_KEY} stands, if not in the environment variable of this name",
    )
    crypt.add_argument("--dry-run", action="store_true", help="say what would be taken, and take nothing")
    _add_json(crypt)


def _add_fleet(commands: Any) -> None:
    group = _group(commands, "fleet", "the simulated Macs of a running demo")
    _add_json(_add(group, "list", _fleet_list, "the Macs and their present keys"))
    scenario = _add(group, "scenario", _fleet_scenario, "change what a Mac does")
    scenario.add_argument("name")
    scenario.add_argument("scenario")
    _add(group, "connect", _fleet_connect, "have a Mac check in now").add_argument("name")
    _add(group, "change-key", _fleet_change_key, "have a Mac make a new key by itself").add_argument("name")
    profile = _add(group, "profile", _fleet_profile, "put the portal's escrow profile on a Mac, or take it off")
    profile.add_argument("name")
    profile.add_argument("switch", choices=["on", "off"])


def _init(settings: Settings, _arguments: Arguments) -> None:
    created = initialize(settings)
    print("\n".join(f"created {one}" for one in created) or "everything was there already")


def _serve(settings: Settings, arguments: Arguments) -> None:
    _require_mdm(settings)
    _require_languages(settings)
    with _portal(settings) as portal:
        note_policy(portal.world)
    serve(settings, with_worker=not arguments.without_worker)


def _worker(settings: Settings, _arguments: Arguments) -> None:
    _require_mdm(settings)
    with _portal(settings) as portal:
        note_policy(portal.world)
    work(settings)


def _require_mdm(settings: Settings) -> None:
    names = ("nanomdm_url", "nanomdm_api_key", "nanomdm_webhook_key")
    missing = [variable(name) for name in names if getattr(settings, name) is None]
    if missing:
        raise CommandError(f"set {', '.join(missing)}, or try `sleutelkast demo`, which brings a simulated fleet")


def _require_languages(settings: Settings) -> None:
    try:
        languages(settings)
    except ValueError as error:
        raise CommandError(f"{variable('default_language')} can't be used: {error}") from None
    except FileNotFoundError:
        raise CommandError("the languages are not compiled: run `make build`") from None


@contextmanager
def _portal(settings: Settings) -> Iterator[Portal]:
    """The portal of an initialized installation."""
    if not settings.data.is_dir():
        raise CommandError(f"{settings.data} is no folder: run `sleutelkast init`")
    with closing(Portal(settings)) as portal:
        if not migrate.is_current(portal.store.engine):
            raise CommandError("the database is not at this release's schema: run `sleutelkast init`")
        yield portal


def _demo(_settings: Settings, _arguments: Arguments) -> None:
    """Carried out by `main`: the demo makes its own settings."""


def _settings(settings: Settings, arguments: Arguments) -> None:
    every = listed(settings)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(one) for one in every], indent=1))
        return
    for one in every:
        print(f"{one.variable}\n    {one.meaning}\n    default: {one.default}\n    now: {one.value}")


def _doctor(settings: Settings, arguments: Arguments) -> None:
    findings = list(examine(settings))
    if arguments.json:
        print(json.dumps([dataclasses.asdict(one) for one in findings], indent=1))
    else:
        print(
            "\n".join(f"{'ok  ' if one.mend is None else 'MEND'} {one.part}: {one.mend or 'works'}" for one in findings)
        )
    if any(one.mend is not None for one in findings):
        raise CommandError("something has to be mended")


def _person_add(settings: Settings, arguments: Arguments) -> None:
    if arguments.link:
        _require_local_accounts(settings)
    password = None if arguments.link else _first_password(settings, arguments)
    roles = frozenset(Role(role) for role in arguments.role)
    with _portal(settings) as portal:
        _add_person(portal, arguments.username, arguments.name, arguments.email, roles, password)
        print(f"added {arguments.username}", file=sys.stderr if arguments.link else sys.stdout)
        if arguments.link:
            _print_link(portal, arguments.username)


def _add_person(
    portal: Portal, username: str, name: str, email: str | None, roles: frozenset[Role], password: SecretBytes | None
) -> None:
    username = _line("a user name", username, _LONGEST_USERNAME)
    if password is not None:
        password = _accepted(portal, password, username, name)
    try:
        manage.add_person(portal.world, username, name, email, roles, password)
    except (manage.NameTaken, Conflict):
        raise CommandError(f"there is somebody with the user name {username}") from None


def _person_import(settings: Settings, arguments: Arguments) -> None:
    rows = _csv_rows(arguments.file)
    password = _first_password(settings, arguments)
    with _portal(settings) as portal:
        for number, row in rows:
            _import_person(portal, number, row, password)
    print(f"added {len(rows)} people")


def _import_person(portal: Portal, number: int, row: dict[str, str | None], password: SecretBytes | None) -> None:
    username, name = (row.get(column) for column in _PERSON_COLUMNS)
    if not username or not name:
        raise CommandError(
            f"line {number}: at least {' and '.join(_PERSON_COLUMNS)} are needed; the lines before were taken"
        )
    try:
        roles = frozenset(Role(role) for role in (row.get("roles") or "").split())
        _add_person(portal, username.strip(), name.strip(), row.get("email") or None, roles, password)
    except (CommandError, ValueError) as error:
        raise CommandError(f"line {number}: {error}; the lines before were taken") from None


def _first_password(settings: Settings, arguments: Arguments) -> SecretBytes | None:
    """Of somebody new; None, and not asked for, where people have none."""
    if not settings.local_accounts and not arguments.password_stdin:
        return None
    _require_local_accounts(settings)
    return _password(from_stdin=arguments.password_stdin)


def _require_local_accounts(settings: Settings) -> None:
    if not settings.local_accounts:
        raise CommandError(
            f"{variable('local_accounts')}=0: nobody has a password here; `person add` without one and `person connect`"
            " have somebody sign in with their work account"
        )


def _password(*, from_stdin: bool) -> SecretBytes:
    typed = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass("Password: ")
    try:
        return SecretBytes(typed.encode())
    except UnicodeEncodeError:
        raise CommandError("a password is text in UTF-8") from None


def _accepted(portal: Portal, password: SecretBytes, *names: str) -> SecretBytes:
    try:
        return passwords.accepted(portal.world, password, *names)
    except PasswordRefused as refused:
        raise CommandError(f"a password {_PASSWORD_FLAWS[refused.flaw].format(least=refused.least)}") from None


def _line(what: str, text: str, longest: int) -> str:
    """The text without blanks around it, where people can type it and every database keeps it."""
    line = text.strip()
    if not line.isprintable() or not 0 < len(line) <= longest:
        raise CommandError(f"{what} has 1 to {longest} characters, none of them a control character")
    return line


def _person_list(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        people = manage.people(portal.world)
    rows = [
        {
            "username": person.username,
            "name": person.name,
            "email": person.email,
            "roles": sorted(role.value for role in person.roles),
            "disabled": person.disabled_at is not None,
        }
        for person in people
    ]
    _print_rows(rows, as_json=arguments.json)


def _person_password(settings: Settings, arguments: Arguments) -> None:
    _require_local_accounts(settings)
    password = _password(from_stdin=arguments.password_stdin)
    try:
        with _portal(settings) as portal:
            name = manage.person_named(portal.world, arguments.username).name
            accepted = _accepted(portal, password, arguments.username, name)
            manage.reset_password(portal.world, arguments.username, accepted)
    except NotFound:
        raise CommandError(f"there is nobody with the user name {arguments.username}") from None
    wait = format_duration(settings.reset_wait)
    print(f"{arguments.username} has another password; keys of their personal Macs are shown again in {wait}")


def _person_link(settings: Settings, arguments: Arguments) -> None:
    _require_local_accounts(settings)
    with _portal(settings) as portal:
        _print_link(portal, arguments.username)


def _print_link(portal: Portal, username: str) -> None:
    """The address alone on standard output. What stands behind # is sent to no server, and so is in no log."""
    try:
        token = passwords.make_link(portal.world, username)
    except NotFound:
        raise CommandError(f"there is nobody who may sign in with the user name {username}") from None
    life = format_duration(portal.settings.password_link_life)
    print(f"this link works once, for {life}, and ends those of before; give it to the person alone:", file=sys.stderr)
    print(f"{portal.settings.public_address}/set-password#{token.reveal().decode()}")


def _person_connect(settings: Settings, arguments: Arguments) -> None:
    subject = _line("a subject", arguments.subject, _LONGEST_SUBJECT)
    if arguments.provider not in settings.oidc:
        known = ", ".join(settings.oidc) or "none"
        raise CommandError(f"there is no provider {arguments.provider}: there are {known}")
    try:
        with _portal(settings) as portal:
            manage.connect_account(portal.world, arguments.username, arguments.provider, subject)
    except NotFound:
        raise CommandError(f"there is nobody with the user name {arguments.username}") from None
    except (manage.AccountTaken, Conflict):
        raise CommandError(f"the account {subject} belongs to somebody else") from None
    wait = format_duration(settings.reset_wait)
    print(f"{subject} signs in as {arguments.username}; keys of their personal Macs are shown again in {wait}")


def _person_roles(settings: Settings, arguments: Arguments) -> None:
    roles = frozenset(Role(role) for role in arguments.role)
    try:
        with _portal(settings) as portal:
            manage.set_roles(portal.world, arguments.username, roles)
    except NotFound:
        raise CommandError(f"there is nobody with the user name {arguments.username}") from None
    print(f"{arguments.username} has the roles: {' '.join(sorted(roles)) or 'none'}")


def _person_disable(settings: Settings, arguments: Arguments) -> None:
    try:
        with _portal(settings) as portal:
            manage.disable_person(portal.world, arguments.username)
    except NotFound:
        raise CommandError(f"there is nobody with the user name {arguments.username}") from None
    print(f"disabled {arguments.username}")


def _device_assign(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        _assign(portal, arguments.serial, arguments.username, arguments.ownership)
    print(f"{arguments.serial} belongs to {arguments.username}")


def _assign(portal: Portal, serial: str, username: str, ownership: str) -> None:
    serial = _line("a serial number", serial, _LONGEST_SERIAL)
    try:
        manage.assign_device(portal.world, serial, username, Ownership(ownership.strip()))
    except NotFound:
        raise CommandError(f"there is nobody with the user name {username}") from None
    except ValueError:
        raise CommandError(f"ownership is personal or corporate, not {ownership}") from None


def _device_confirm(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        try:
            device = manage.confirm_device(portal.world, arguments.udid)
        except NotFound:
            raise CommandError(f"there is no Mac in quarantine with the UDID {arguments.udid}") from None
    print(f"{device.serial} is confirmed")


def _device_import(settings: Settings, arguments: Arguments) -> None:
    rows = _csv_rows(arguments.file)
    with _portal(settings) as portal:
        for number, row in rows:
            _import_row(portal, number, row)
    print(f"assigned {len(rows)} Macs")


def _csv_rows(file: Path) -> list[tuple[int, dict[str, str | None]]]:
    """The rows of a CSV file with a header, each with the number of its (last) line."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} can't be read: {type(error).__name__}") from None


def _import_row(portal: Portal, number: int, row: dict[str, str | None]) -> None:
    serial, username, ownership = (row.get(column) for column in _COLUMNS)
    if not serial or not username or not ownership:
        raise CommandError(f"line {number}: the columns are {', '.join(_COLUMNS)}; the lines before were taken")
    try:
        _assign(portal, serial, username.strip(), ownership)
    except CommandError as error:
        raise CommandError(f"line {number}: {error}; the lines before were taken") from None


def _device_list(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        devices = manage.devices(portal.world)
    rows = [
        {
            "serial": device.serial,
            "name": device.name,
            "udid": device.udid,
            "owner": owner.username if owner is not None else None,
            "ownership": device.ownership.value,
            "quarantined": device.quarantined,
            "last_check_in": _moment(device.last_check_in),
        }
        for device, owner in devices
    ]
    _print_rows(rows, as_json=arguments.json)


def _device_deposits(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        try:
            deposits = manage.deposits(portal.world, arguments.serial)
        except NotFound:
            raise CommandError(f"there is no Mac with the serial number {arguments.serial}") from None
    rows = [
        {
            "saved": _moment(one.created_at),
            "kind": one.kind.value,
            "state": one.state.value,
            "settled": _moment(one.settled_at),
            "said": said,
        }
        for one, said in deposits
    ]
    _print_rows(rows, as_json=arguments.json)


def _token_add(settings: Settings, arguments: Arguments) -> None:
    name = _line("a name", arguments.name, _LONGEST_USERNAME)
    scopes = frozenset(_SCOPES[scope] for scope in arguments.scope)
    try:
        life = None if arguments.expires is None else parse_duration(arguments.expires)
    except ValueError as mend:
        raise CommandError(f"--expires {arguments.expires} can't be read: {mend}") from None
    with _portal(settings) as portal:
        token, written = api_tokens.add_token(portal.world, name, scopes, life)
    ends = "" if token.expires_at is None else f" until {token.expires_at.isoformat(timespec='seconds')}"
    print(f"token {token.id} holds{ends}; it is shown this once:", file=sys.stderr)
    print(written.reveal().decode())


def _token_list(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        found = api_tokens.tokens(portal.world)
    rows = [
        {
            "id": token.id,
            "name": token.name,
            "scopes": sorted(scope.value for scope in token.scopes),
            "created_at": token.created_at.isoformat(),
            "expires_at": _moment(token.expires_at),
            "revoked_at": _moment(token.revoked_at),
            "last_used_at": _moment(token.last_used_at),
        }
        for token in found
    ]
    _print_rows(rows, as_json=arguments.json)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _token_revoke(settings: Settings, arguments: Arguments) -> None:
    try:
        with _portal(settings) as portal:
            token = api_tokens.revoke_token(portal.world, arguments.id)
    except NotFound:
        raise CommandError(f"there is no token with the id {arguments.id}") from None
    print(f"revoked {token.id} ({token.name})")


def _mail_list(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        unsent = mail.unsent_mail(portal.world)
    rows = [
        {
            "id": one.mail.id,
            "state": one.mail.state.value,
            "about": one.mail.kind.value,
            "username": one.person.username if one.person is not None else None,
            "address": one.person.email if one.person is not None else None,
            "device": one.device.serial or one.device.name if one.device is not None else None,
            "happened_at": one.mail.happened_at.isoformat(),
            "tries": one.mail.tries,
            "why": one.mail.said,
            "next_try_at": _moment(one.mail.due_at) if one.mail.state is MailState.WAITING else None,
        }
        for one in unsent
    ]
    _print_rows(rows, as_json=arguments.json)


def _mail_retry(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        if portal.world.mailer is None:
            raise CommandError(f"set {variable('smtp_url')} and {variable('mail_from')}: without them no mail is sent")
        try:
            count = mail.retry_mail(portal.world, arguments.id)
        except NotFound:
            raise CommandError(f"there is no unsent mail with the id {arguments.id}") from None
    print(f"the worker tries {count} again now")


def _mail_drop(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        try:
            mail.drop_mail(portal.world, arguments.id)
        except NotFound:
            raise CommandError(f"there is no unsent mail with the id {arguments.id}") from None
    print(f"dropped {arguments.id}")


def _print_rows(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print("  ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, [], False)))


def _certificate_list(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        every = certificates.certificates(portal.world)
    rows = [
        {
            "fingerprint": hashlib.sha256(one.certificate).hexdigest(),
            "made": one.created_at.isoformat(),
            "expires": one.not_after.isoformat(),
            "present": one.is_present,
            "private_key": "opens" if one.opens else "can't be opened",
        }
        for one in every
    ]
    _print_rows(rows, as_json=arguments.json)


def _certificate_renew(settings: Settings, _arguments: Arguments) -> None:
    with _portal(settings) as portal:
        made = certificates.renew_certificate(portal.world, certificate_name(settings))
    print(
        f"made certificate {hashlib.sha256(made.certificate).hexdigest()}, which expires on {made.not_after:%Y-%m-%d}"
    )
    print("now install the new profile on the Macs: `sleutelkast profile` writes it")


def _profile(settings: Settings, arguments: Arguments) -> None:
    _require_languages(settings)
    with _portal(settings) as portal:
        profile = _written_profile(portal, arguments.language)
        content = install_profile(portal.world.new_uuid(), profile) if arguments.command else profile
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        arguments.output.write_bytes(content)


def _written_profile(portal: Portal, language: str | None) -> bytes:
    present = certificates.present_certificate(portal.world)
    if present is None:
        raise CommandError("no escrow certificate can be used: `sleutelkast doctor` says the mend")
    try:
        return write_profile(portal.settings, present.certificate, language)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _audit_verify(settings: Settings, arguments: Arguments) -> None:
    with _portal(settings) as portal:
        kept = portal.world.audit_heads.kept()
        places = {f"--head {head}": head for head in arguments.head}
        findings = list(audit_chain.verify(portal.world, places))
        head = audit_chain.present_head(portal.world)
    if arguments.json:
        told = {"entries": head.count, "head": str(head), "findings": [dataclasses.asdict(one) for one in findings]}
        print(json.dumps({**told, "kept_outside": str(kept) if kept is not None else None}, indent=1))
    else:
        print("\n".join(map(_finding_words, findings)) or f"the audit log is whole: {head.count} entries are linked")
    if kept is None and not arguments.head:
        print("sleutelkast: no head is kept outside of the database, so a cut tail can go unseen", file=sys.stderr)
    if findings:
        raise CommandError("the audit log was tampered with, or put back from a backup: SECURITY.md says what to do")


def _finding_words(finding: Finding) -> str:
    where = f"{finding.first}" if finding.first == finding.last else f"{finding.first} to {finding.last}"
    place = [f"entry {where}"] if finding.first is not None else []
    row = [f"row {finding.entry_id}"] if finding.entry_id is not None else []
    detail = [finding.detail] if finding.detail is not None else []
    return f"{finding.kind.value}: {', '.join([*place, *row, *detail])}"


def _audit_head(settings: Settings, _arguments: Arguments) -> None:
    with _portal(settings) as portal:
        print(audit_chain.present_head(portal.world))


_RESCUED = {
    Rescue.KEY_KEPT: "the key in it is kept now",
    Rescue.KEY_KNOWN: "the key in it was known already; nothing has changed",
    Rescue.UNOPENED: "what is in it can't be opened: it is kept sealed, and the Mac is asked for its key",
    Rescue.UNMATCHED: "it answers nothing that the portal asked this Mac; a key in it stays sealed",
    Rescue.NO_KEY: "it was taken in; there is no key in it",
}


def _mdm_report(settings: Settings, arguments: Arguments) -> None:
    _require_mdm(settings)
    heard_at = _heard_at(arguments.at) if arguments.at is not None else None
    report = arguments.file.read_bytes()
    with _portal(settings) as portal:
        try:
            rescued = rescue_report(portal.world, report, heard_at)
        except MalformedReport as error:
            raise CommandError(f"{arguments.file} is no report that can be taken in: {error}") from None
        except NotFound:
            raise CommandError("the portal knows no Mac with the UDID in it: check which portal it is for") from None
    print(f"{rescued.device.serial or rescued.device.udid}: {_RESCUED[rescued.outcome]}")


def _heard_at(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError("write a time with its zone, as 2026-11-02T09:30:00Z or 2026-11-02T10:30:00+01:00")
    return moment


def _audit_export(settings: Settings, arguments: Arguments) -> None:
    told = (arguments.since, arguments.until, arguments.actor, arguments.device, arguments.action, arguments.outcome)
    with _portal(settings) as portal:
        try:
            entries = export_from_the_command_line(portal.world, Wanted(*told), arguments.format)
        except Unknown as unknown:
            raise CommandError(f"there is no such {unknown}: leave --{unknown} away, or correct it") from None
        sys.stdout.writelines(lines(entries, arguments.format))


def _import_crypt_server(settings: Settings, arguments: Arguments) -> None:
    keys = _crypt_keys(arguments.key_file)
    with _portal(settings) as portal, open_crypt_server(arguments.source, keys) as server:
        server.require_the_right_key()
        done = Imported(dry_run=arguments.dry_run)
        for mac in import_keys(portal.world, server.macs(), dry_run=arguments.dry_run):
            done.add(mac)
        done.lost = server.secrets_of_no_mac()
    print(json.dumps(done.as_json(), indent=1) if arguments.json else done.in_words())


def _crypt_keys(file: Path | None) -> list[str]:
    """One key, or several with commas or line breaks between them, as after a change of keys."""
    given = os.environ.get(_CRYPT_KEY, "") if file is None else file.read_text(encoding="utf-8", errors="replace")
    keys = [key.strip() for key in given.replace(",", "\n").splitlines() if key.strip()]
    if not keys:
        raise CommandError(f"set {_CRYPT_KEY} to the key that Crypt-Server seals with, or name a file with --key-file")
    return keys


def _fleet(settings: Settings) -> FleetClient:
    return FleetClient.from_folder(fleet_folder(settings.data))


def _fleet_list(settings: Settings, arguments: Arguments) -> None:
    macs = _fleet(settings).macs()
    if arguments.json:
        print(json.dumps([dataclasses.asdict(mac) for mac in macs], indent=1))
        return
    for mac in macs:
        print(f"{mac.name:<22} {mac.serial:<14} {mac.owner or '':<6} {mac.scenario:<14} {mac.recovery_key}")


def _fleet_scenario(settings: Settings, arguments: Arguments) -> None:
    _fleet(settings).set_scenario(arguments.name, arguments.scenario)
    print(f"{arguments.name}: {arguments.scenario}")


def _fleet_connect(settings: Settings, arguments: Arguments) -> None:
    _fleet(settings).connect(arguments.name)
    print(f"{arguments.name} checked in")


def _fleet_change_key(settings: Settings, arguments: Arguments) -> None:
    print(f"{arguments.name}: {_fleet(settings).change_key(arguments.name).recovery_key}")


def _fleet_profile(settings: Settings, arguments: Arguments) -> None:
    fleet = _fleet(settings)
    if arguments.switch == "off":
        fleet.remove_escrow_profile(arguments.name)
        print(f"{arguments.name} has no escrow profile: SecurityInfo tells no key that it makes from now on")
        return
    with _portal(settings) as portal:
        fleet.install_profile(arguments.name, _written_profile(portal, None))
    print(f"{arguments.name} has the escrow profile: SecurityInfo tells each key that it makes from now on")


if __name__ == "__main__":
    sys.exit(main())
