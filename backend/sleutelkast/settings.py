"""The settings: each is declared once, and loading, refusing, masking and listing follow from that.

Settings are environment variables, or the same names in a file named by SLEUTELKAST_CONFIG (`NAME=value` lines);
the environment wins. A missing, empty or impossible value is refused with the mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sleutelkast.domain.access import Role
from sleutelkast.domain.compliance import EscrowPolicy
from sleutelkast.domain.mail import mail_address
from sleutelkast.domain.secret import SecretBytes

PREFIX = "SLEUTELKAST_"
CONFIG = f"{PREFIX}CONFIG"
NOT_SETTINGS = {CONFIG, f"{PREFIX}DEMO_PASSWORD", f"{PREFIX}DEMO_READY"}
"""Names with the prefix that mean something elsewhere."""


class SettingsError(ValueError):
    """A setting is missing or impossible; the text says the mend and never repeats a secret."""


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST_DAYS = 36500


def parse_duration(text: str) -> timedelta:
    """`20s`, `30m`, `12h` or `3d`."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text)
    if match is None:
        raise ValueError("write a duration as 20s, 30m, 12h or 3d")
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if duration.days > _LONGEST_DAYS:
        raise ValueError(f"write a duration of at most {_LONGEST_DAYS}d")
    return duration


def format_duration(duration: timedelta) -> str:
    """The shortest of the forms that `parse_duration` reads."""
    seconds = int(duration.total_seconds())
    sizes = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
    size, unit = next((size, unit) for size, unit in sizes if seconds % size == 0)
    return f"{seconds // size}{unit}"


def _days(text: str) -> timedelta:
    if not text.endswith("d"):
        raise ValueError("write a number of days, such as 180d")
    return parse_duration(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError("write a port from 1 to 65535")
    return int(text)


def _number(least: int, most: int = 1000) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return int(text)

    return parse


def _listening_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("write an IP address of this machine, such as 127.0.0.1 (itself only) or 0.0.0.0") from None


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("write 1 for on or 0 for off")
    return text == "1"


def _secret(text: str) -> SecretBytes:
    return SecretBytes(text.encode())


_PATH_SECRET_LENGTHS = 32, 64
_LEAST_DIFFERENT_SIGNS = 12


def _path_secret(text: str) -> SecretBytes:
    """It stands in addresses as it is, and nothing but its length keeps strangers from reporting keys."""
    least, most = _PATH_SECRET_LENGTHS
    is_plain = re.fullmatch(r"[A-Za-z0-9._~-]+", text) is not None
    if not is_plain or not least <= len(text) <= most or len(set(text)) < _LEAST_DIFFERENT_SIGNS:
        raise ValueError(
            f"write {least} to {most} random letters, digits or - _ . ~, such as"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` makes"
        )
    return _secret(text)


def _web_address(text: str) -> str:
    parts = urlsplit(_web_page(text))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("write the address alone, without a user, a password, ? or #")
    return text.rstrip("/")


def _web_page(text: str) -> str:
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write an address such as https://keys.example.org")
    return text


def _parts(text: str) -> SplitResult | None:
    """The parts of an address, None where it has no readable host and port."""
    try:
        parts = urlsplit(text)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _public_address(text: str) -> str:
    address = _web_address(text)
    parts = urlsplit(address)
    if parts.path or (parts.scheme == "http" and not is_loopback(parts.hostname or "")):
        raise ValueError("use https://HOST instead: recovery keys must not cross a network in clear")
    return address


def _database(text: str) -> str:
    if text.startswith("postgresql://"):
        raise ValueError("use postgresql+psycopg://… instead of postgresql://…")
    is_file = text.startswith("sqlite:///") and text.removeprefix("sqlite:///") not in {"", ":memory:"}
    is_server = text.startswith("postgresql+psycopg://") and _parts(text) is not None
    if not is_file and not is_server:
        raise ValueError("write sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    return text


def _jobs(text: str) -> str:
    is_file = text.startswith("sqlite:///") and text != "sqlite:///"
    if not is_file and not (text.startswith(("redis://", "rediss://")) and _parts(text) is not None):
        raise ValueError("write sqlite:///PATH or redis://HOST:PORT/NUMBER")
    return text


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server, and how to get in."""

    scheme: str
    """`smtp` (in clear), `smtp+starttls` or `smtps`."""
    host: str
    port: int
    username: str | None = None
    password: SecretBytes | None = None


_SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def _mail_server(text: str) -> SmtpAddress:
    parts = _parts(text)
    if parts is None or parts.scheme not in _SMTP_PORTS or not parts.hostname or _has_more_than_a_host(parts):
        raise ValueError(
            "write smtps://USER:PASSWORD@HOST, smtp+starttls://USER:PASSWORD@HOST or smtp://HOST, each with :PORT where"
            " it is another; signs such as / or @ in the password as %2F or %40"
        )
    username, password = (None if one is None else unquote(one) for one in (parts.username, parts.password))
    if (not username) != (not password):
        raise ValueError("write both a user name and a password, or neither")
    if password is None or username is None:
        return SmtpAddress(parts.scheme, parts.hostname, parts.port or _SMTP_PORTS[parts.scheme])
    if parts.scheme == "smtp" and not is_loopback(parts.hostname):
        raise ValueError("use smtp+starttls:// or smtps:// instead: a password must not cross a network in clear")
    if not (username + password).isascii() or not (username + password).isprintable():
        raise ValueError("user name and password of a mail server are plain ASCII")
    port = parts.port or _SMTP_PORTS[parts.scheme]
    return SmtpAddress(parts.scheme, parts.hostname, port, username, _secret(password))


def _has_more_than_a_host(parts: SplitResult) -> bool:
    return parts.path not in {"", "/"} or bool(parts.query) or bool(parts.fragment)


_MAILBOX = re.compile(r'"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^<>]+)>|(?P<alone>[^<>]+)')


def _mailbox(text: str) -> Address:
    """One mail address, with or without a name."""
    match = _MAILBOX.fullmatch(text.strip())
    parts = mail_address(match["address"] or match["alone"]) if match is not None and text.isprintable() else None
    if match is None or parts is None:
        raise ValueError("write keys@example.org or Sleutelkast <keys@example.org>")
    return Address((match["name"] or "").strip(), *parts)


def _setting(
    parse: Callable[[str], Any], meaning: str, default: Any = None, *, shown: str = "", secret: bool = False
) -> Any:
    told = {"parse": parse, "meaning": meaning, "shown": shown, "secret": secret}
    return field(default=default, metadata=told)


def _issuer(text: str) -> str:
    """Letter for letter: the provider has to call itself exactly that."""
    parts = urlsplit(_web_page(text))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("write the issuer alone, as the provider's discovery document has it")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("use https://… instead: whoever listens on the way could sign in as anybody")
    return text


def _scopes(text: str) -> str:
    if "openid" not in text.split():
        raise ValueError("write scopes with a space between them, openid among them")
    return " ".join(text.split())


def _role_values(text: str) -> Mapping[Role, frozenset[str]]:
    values: dict[Role, frozenset[str]] = {}
    for part in filter(str.strip, text.split(";")):
        role, equals, value = (one.strip() for one in part.partition("="))
        if role not in set(Role) or not equals or not value:
            raise ValueError("write ROLE=VALUE; ROLE=VALUE with the roles support, administrator and auditor")
        values[Role(role)] = values.get(Role(role), frozenset()) | {value}
    return values


def _claim_value(text: str) -> tuple[str, str]:
    name, equals, value = (one.strip() for one in text.partition("="))
    if not name or not equals or not value:
        raise ValueError("write CLAIM=VALUE, such as hd=example.org")
    return name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """What is set of one provider of work accounts; its variables are SLEUTELKAST_OIDC_NAME or _OIDC_ID_NAME."""

    issuer: str | None = _setting(
        _issuer, "the provider of work accounts: its issuer, as its discovery document has it"
    )
    client_id: str | None = _setting(str, "the portal's client id at the provider")
    client_secret: SecretBytes | None = _setting(
        _secret, "the portal's client secret at the provider; none for a public client", secret=True
    )
    name: str | None = _setting(
        str, "what people call the account, as on the button “Sign in with …”", shown="your work account"
    )
    scopes: str = _setting(_scopes, "what is asked of the provider", "openid profile email")
    roles_claim: str | None = _setting(
        str, "the claim that names roles, such as groups or realm_access.roles; none leaves roles to the portal"
    )
    roles: Mapping[Role, frozenset[str]] | None = _setting(
        _role_values, "which value of that claim gives which role: ROLE=VALUE; ROLE=VALUE"
    )
    new_people: bool = _setting(_switch, "0 refuses people who are not connected with a person of the portal", True)
    require: tuple[str, str] | None = _setting(
        _claim_value, "CLAIM=VALUE that every account must have, such as hd=example.org"
    )


_OIDC = f"{PREFIX}OIDC_"
FIRST_PROVIDER = "work"
"""The id of the provider whose settings name none."""
_PROVIDER_ID = re.compile(r"[A-Z][A-Z0-9]{0,31}")


def _oidc_variable(provider_id: str, name: str) -> str:
    own = "" if provider_id == FIRST_PROVIDER else f"{provider_id.upper()}_"
    return f"{_OIDC}{own}{name.upper()}"


def _oidc_setting(variable_name: str) -> tuple[str, str] | None:
    """The provider and the setting that such a variable is about; None for any other variable."""
    if not variable_name.startswith(_OIDC):
        return None
    rest = variable_name.removeprefix(_OIDC)
    names = {one.name.upper(): one.name for one in fields(OidcSettings)}
    if rest in names:
        return FIRST_PROVIDER, names[rest]
    provider, _, name = rest.partition("_")
    is_ours = _PROVIDER_ID.fullmatch(provider) is not None and provider != FIRST_PROVIDER.upper()
    return (provider.lower(), names[name]) if is_ours and name in names else None


def _oidc_providers(given: Mapping[str, str]) -> dict[str, OidcSettings]:
    """The providers that these variables set up, in the order of their ids, the one without an id first."""
    parses = {one.name: one for one in fields(OidcSettings)}
    found: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        about = _oidc_setting(name)
        if about is not None:
            found.setdefault(about[0], {})[about[1]] = _parsed(name, value, parses[about[1]])
    in_order = sorted(found, key=lambda one: (one != FIRST_PROVIDER, one))
    return {one: _whole(one, OidcSettings(**found[one])) for one in in_order}


_EVERYBODYS = frozenset({"https://accounts.google.com"})
"""Issuers at which anybody in the world has an account."""


def _whole(provider_id: str, settings: OidcSettings) -> OidcSettings:
    for name in ("issuer", "client_id"):
        if getattr(settings, name) is None:
            raise SettingsError(f"set {_oidc_variable(provider_id, name)} as well: without it nobody can sign in there")
    if (settings.roles_claim is None) != (settings.roles is None):
        both = " and ".join(_oidc_variable(provider_id, name) for name in ("roles_claim", "roles"))
        raise SettingsError(f"set both {both} to have roles given by the provider, or neither")
    if settings.issuer in _EVERYBODYS and settings.require is None and settings.new_people:
        require, new_people = (_oidc_variable(provider_id, name) for name in ("require", "new_people"))
        raise SettingsError(
            f"set {require}=hd=YOUR.DOMAIN, or {new_people}=0: anybody in the world has an account at this issuer"
        )
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, parsed; the name of each is its variable's without the prefix, in lower case."""

    data: Path = _setting(Path, "the folder in which files are kept", Path("var"))
    bind: str = _setting(_listening_address, "the address that `serve` listens on", "127.0.0.1")
    port: int = _setting(_port, "the port that `serve` listens on", 8000)
    public_url: str | None = _setting(
        _public_address, "the address as people and Macs reach it; https is required off loopback",
        shown="http://127.0.0.1:PORT",
    )  # fmt: skip
    database_url: str | None = _setting(
        _database, "SQLAlchemy URL of the database; postgresql+psycopg://… in production",
        shown="SQLite in the data folder", secret=True,
    )  # fmt: skip
    jobs_url: str | None = _setting(
        _jobs, "where background work is queued; redis://… where several machines share it",
        shown="SQLite in the data folder", secret=True,
    )  # fmt: skip
    keyring: str | None = _setting(
        str, "the key-encryption keys: file:PATH (readable by its owner only)", shown="a file in the data folder"
    )
    nanomdm_url: str | None = _setting(_web_address, "the MDM server's address")
    nanomdm_api_key: SecretBytes | None = _setting(_secret, "the key of the MDM server's API", secret=True)
    nanomdm_webhook_key: SecretBytes | None = _setting(
        _secret, "the HMAC key of the MDM server's webhook; unsigned webhooks are refused", secret=True
    )
    crypt_secret: SecretBytes | None = _setting(
        _path_secret, "the secret in the path of the Crypt clients' address PUBLIC_URL/crypt/SECRET/; none = off",
        secret=True,
    )  # fmt: skip
    crypt_new_macs: int = _setting(
        _number(0), "how many Macs that nobody knew yet Crypt clients may make known in an hour", 500
    )
    answer_timeout: timedelta = _setting(
        parse_duration, "how long a Mac may take before its deposit is called unanswered", timedelta(days=3)
    )
    inquiry_interval: timedelta = _setting(
        parse_duration, "how often each Mac is asked about its disk and its key though nobody waits", timedelta(days=1)
    )
    typed_key_kept: timedelta = _setting(
        parse_duration, "how long a typed key that the Mac did not confirm is kept", timedelta(days=90)
    )
    escrow_policy: EscrowPolicy = _setting(
        EscrowPolicy, "what a Mac without a kept key may reach: off, warn or require", EscrowPolicy.WARN
    )
    escrow_grace: timedelta = _setting(
        parse_duration, "how long after its enrolment a Mac may be without a kept key", timedelta(days=21)
    )
    rotate_after_reveal: timedelta | None = _setting(
        parse_duration, "how long after a key was shown its Mac makes a new one; only where an escrow profile works"
    )
    rotate_every: timedelta | None = _setting(
        _days, "after how many days a Mac makes a new key, such as 180d; only where an escrow profile works"
    )
    organization: str | None = _setting(str, "the organization's name, as people know it")
    support_name: str | None = _setting(
        str, "support contact: its name as it stands in a sentence; without one the texts say “your IT department”"
    )
    support_email: str | None = _setting(str, "support contact: mail address")
    support_phone: str | None = _setting(str, "support contact: phone number")
    support_url: str | None = _setting(_web_page, "support contact: web page")
    support_hours: str | None = _setting(str, "support contact: opening hours, in words")
    smtp_url: SmtpAddress | None = _setting(
        _mail_server, "outgoing mail: smtps://USER:PASSWORD@HOST, smtp+starttls://… or smtp://HOST; none = no mail",
        secret=True,
    )  # fmt: skip
    mail_from: Address | None = _setting(_mailbox, "whom mail comes from: an address, or NAME <ADDRESS>")
    session_idle: timedelta = _setting(
        parse_duration, "a session ends after this time without use", timedelta(minutes=30)
    )
    session_life: timedelta = _setting(parse_duration, "a session ends after this time", timedelta(hours=12))
    fresh_sign_in: timedelta = _setting(parse_duration, "how old a sign-in may be for a reveal", timedelta(minutes=10))
    password_length: int = _setting(_number(8, 64), "how many characters a new local password has at least", 12)
    password_link_life: timedelta = _setting(
        parse_duration, "how long a link of `sleutelkast person link` can be used", timedelta(days=1)
    )
    argon2_memory: int = _setting(_number(1, 4194304), "what hashing a local password takes: memory, in KiB", 65536)
    argon2_passes: int = _setting(_number(1, 100), "what hashing a local password takes: passes over the memory", 3)
    argon2_lanes: int = _setting(_number(1, 64), "what hashing a local password takes: how many threads share it", 1)
    silent_after: timedelta = _setting(
        parse_duration, "after how long without a word support sees a Mac as not checked in", timedelta(days=14)
    )
    approval_required: bool = _setting(
        _switch, "1 has a second person approve each reveal by somebody else than the owner", False
    )
    approval_wait: timedelta = _setting(
        parse_duration, "how long a request to reveal waits for a decision", timedelta(days=1)
    )
    approval_valid: timedelta = _setting(
        parse_duration, "how long after its approval a key can be shown", timedelta(hours=1)
    )
    reset_wait: timedelta = _setting(
        parse_duration, "how long an account that somebody else reset shows no key of a personal Mac",
        timedelta(days=1),
    )  # fmt: skip
    local_accounts: bool = _setting(
        _switch, "0 has nobody sign in with a password of the portal's own, but with work accounts alone", True
    )
    oidc: Mapping[str, OidcSettings] = field(default_factory=dict)
    """The providers of work accounts by their ids, each with settings of its own."""
    default_language: str = _setting(str, "the language for those whose browser asks for none that is there", "en")
    pseudo_languages: bool = _setting(_switch, "1 offers the pseudo-languages, for those who work on texts", False)
    trusted_proxies: int = _setting(
        _number(0), "how many proxies in front set X-Forwarded-For and X-Forwarded-Proto", 0
    )
    threads: int = _setting(_number(1), "how many requests are answered at once", 16)

    @property
    def public_address(self) -> str:
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def is_https(self) -> bool:
        return self.public_address.startswith("https://")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.absolute() / 'sleutelkast.db'}"

    @property
    def jobs(self) -> str:
        return self.jobs_url or f"sqlite:///{self.data.absolute() / 'jobs.db'}"

    @property
    def key_ring(self) -> str:
        return self.keyring or f"file:{self.data.absolute() / 'keyring.json'}"

    @property
    def audit_head(self) -> Path:
        """The file that keeps the head of the audit log."""
        return self.data.absolute() / "audit-head"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def load(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment; raise `SettingsError` with the mend."""
    given = {**_config_file(environ), **environ}
    known = {variable(one.name): one for one in _single(Settings)}
    ours = {name: value for name, value in given.items() if _is_ours(name)}
    unknown = next((name for name in sorted(ours) if name not in known and _oidc_setting(name) is None), None)
    if unknown is not None:
        raise SettingsError(
            f"{unknown} is no setting: correct its name (`sleutelkast settings` lists all) or remove it"
        )
    parsed = {known[name].name: _parsed(name, value, known[name]) for name, value in ours.items() if name in known}
    settings = Settings(**parsed, oidc=_oidc_providers(ours))
    if (settings.smtp_url is None) != (settings.mail_from is None):
        raise SettingsError(
            f"set both {variable('smtp_url')} and {variable('mail_from')} to have mail sent, or neither"
        )
    if not settings.local_accounts and not settings.oidc:
        raise SettingsError(
            f"set {_oidc_variable(FIRST_PROVIDER, 'issuer')} and its neighbours, or leave out"
            f" {variable('local_accounts')}: nobody could sign in"
        )
    issuers = [one.issuer for one in settings.oidc.values()]
    if len(set(issuers)) < len(issuers):
        raise SettingsError("two providers have the same issuer: remove the settings of one")
    _require_dear_passwords(settings)
    return settings


_LEAST_MEMORY = {1: 47104, 2: 19456, 3: 12288, 4: 9216, 5: 7168}
"""KiB for so many passes: what OWASP's Password Storage Cheat Sheet has as the least for argon2id."""


def _require_dear_passwords(settings: Settings) -> None:
    least = _LEAST_MEMORY[min(settings.argon2_passes, max(_LEAST_MEMORY))]
    # argon2 itself wants eight blocks of 1 KiB a lane.
    least = max(least, 8 * settings.argon2_lanes)
    if settings.argon2_memory < least:
        raise SettingsError(
            f"{variable('argon2_memory')} can't be used: with {variable('argon2_passes')}={settings.argon2_passes} and"
            f" {variable('argon2_lanes')}={settings.argon2_lanes} write at least {least}; with less, hashes that were"
            " stolen could be guessed too cheaply"
        )


def _single(declared: Any) -> list[Any]:
    """The settings of which there is one each; those of providers are declared apart."""
    return [one for one in fields(declared) if "parse" in one.metadata]


def _is_ours(name: str) -> bool:
    # The simulated fleet has settings of its own.
    return name.startswith(PREFIX) and name not in NOT_SETTINGS and not name.startswith(f"{PREFIX}FLEET_")


def _config_file(environ: Mapping[str, str]) -> dict[str, str]:
    path = environ.get(CONFIG)
    if path is None:
        return {}
    _require_value(CONFIG, path)
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"{CONFIG} names a file that can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{CONFIG} names a file that is no text: write it in UTF-8") from None
    return dict(_assignment(line, number) for number, line in enumerate(lines, 1) if _has_assignment(line))


def _has_assignment(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _assignment(line: str, number: int) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or not name.strip().startswith(PREFIX):
        raise SettingsError(f"line {number} of the file named by {CONFIG} is not {PREFIX}NAME=value")
    return name.strip(), value.strip()


def _parsed(name: str, value: str, one: Any) -> Any:
    _require_value(name, value)
    try:
        return one.metadata["parse"](value)
    except ValueError as error:
        mend = str(error) if one.metadata["parse"] is not EscrowPolicy else "write off, warn or require"
        raise SettingsError(f"{name} can't be used: {mend}") from None


def _require_value(name: str, value: str) -> None:
    if not value.strip():
        raise SettingsError(f"{name} is empty: give it a value, or remove it")


@dataclass(frozen=True, slots=True)
class Listed:
    """A setting for `sleutelkast settings`: its secret, if it is one, is masked."""

    variable: str
    meaning: str
    default: str
    value: str


def listed(settings: Settings) -> list[Listed]:
    """Every setting, those of each provider too; where there is no provider, those of a first one."""
    providers = settings.oidc or {FIRST_PROVIDER: OidcSettings()}
    return [
        *(_listed(variable(one.name), one, settings) for one in _single(settings)),
        *(
            _listed(_oidc_variable(provider_id, one.name), one, provider)
            for provider_id, provider in providers.items()
            for one in fields(provider)
        ),
    ]


def _listed(name: str, one: Any, settings: Settings | OidcSettings) -> Listed:
    return Listed(
        name,
        one.metadata["meaning"],
        one.metadata["shown"] or _shown(one.default),
        _masked(getattr(settings, one.name), secret=one.metadata["secret"]),
    )


def _masked(value: object, *, secret: bool) -> str:
    return "(set, not shown)" if secret and value is not None else _shown(value)


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, tuple):
        return "=".join(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{role}={one}" for role, values in value.items() for one in sorted(values))
    return str(int(value)) if isinstance(value, bool) else str(value)
