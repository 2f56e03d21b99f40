"""Each setting: its default, what it takes, and that everything else is refused with the mend."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest

from sleutelkast.domain.access import Role
from sleutelkast.domain.compliance import EscrowPolicy
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.settings import (
    PREFIX,
    OidcSettings,
    Settings,
    SettingsError,
    SmtpAddress,
    format_duration,
    is_loopback,
    listed,
    load,
    parse_duration,
    variable,
)

SECRET = "geheim-Zq7"
PATH_SECRET = "geheim-Zq7-0123456789-abcdefghij"

DEFAULTS = {
    "data": Path("var"),
    "bind": "127.0.0.1",
    "port": 8000,
    "public_url": None,
    "database_url": None,
    "jobs_url": None,
    "keyring": None,
    "nanomdm_url": None,
    "nanomdm_api_key": None,
    "nanomdm_webhook_key": None,
    "crypt_secret": None,
    "crypt_new_macs": 500,
    "answer_timeout": timedelta(days=3),
    "inquiry_interval": timedelta(days=1),
    "typed_key_kept": timedelta(days=90),
    "escrow_policy": EscrowPolicy.WARN,
    "escrow_grace": timedelta(days=21),
    "rotate_after_reveal": None,
    "rotate_every": None,
    "organization": None,
    "support_name": None,
    "support_email": None,
    "support_phone": None,
    "support_url": None,
    "support_hours": None,
    "smtp_url": None,
    "mail_from": None,
    "session_idle": timedelta(minutes=30),
    "session_life": timedelta(hours=12),
    "fresh_sign_in": timedelta(minutes=10),
    "password_length": 12,
    "password_link_life": timedelta(days=1),
    "argon2_memory": 65536,
    "argon2_passes": 3,
    "argon2_lanes": 1,
    "silent_after": timedelta(days=14),
    "approval_required": False,
    "approval_wait": timedelta(days=1),
    "approval_valid": timedelta(hours=1),
    "reset_wait": timedelta(days=1),
    "local_accounts": True,
    "default_language": "en",
    "pseudo_languages": False,
    "trusted_proxies": 0,
    "threads": 16,
}


GOES_WITH = {
    "smtp_url": {variable("mail_from"): "keys@example.org"},
    "mail_from": {variable("smtp_url"): "smtp://127.0.0.1"},
}
"""What has to be set beside a setting."""


def test_the_defaults() -> None:
    assert {one.name: getattr(load({}), one.name) for one in fields(Settings)} == {**DEFAULTS, "oidc": {}}


TAKEN = [
    ("data", "/srv/sleutelkast", Path("/srv/sleutelkast")),
    ("bind", "0.0.0.0", "0.0.0.0"),
    ("bind", "::1", "::1"),
    ("port", "1", 1),
    ("port", "65535", 65535),
    ("public_url", "https://keys.example.org", "https://keys.example.org"),
    ("public_url", "https://keys.example.org:8443/", "https://keys.example.org:8443"),
    ("public_url", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("public_url", "http://[::1]:8000", "http://[::1]:8000"),
    ("public_url", "http://localhost", "http://localhost"),
    ("database_url", "sqlite:////srv/keys.db", "sqlite:////srv/keys.db"),
    ("database_url", "sqlite:///keys.db", "sqlite:///keys.db"),
    ("database_url", "postgresql+psycopg://u:p@h:5432/keys", "postgresql+psycopg://u:p@h:5432/keys"),
    ("database_url", "postgresql+psycopg://u@/keys?host=/run/pg", "postgresql+psycopg://u@/keys?host=/run/pg"),
    ("jobs_url", "sqlite:////srv/jobs.db", "sqlite:////srv/jobs.db"),
    ("jobs_url", "redis://:p@h:6379/0", "redis://:p@h:6379/0"),
    ("jobs_url", "rediss://h/1", "rediss://h/1"),
    ("keyring", "file:/etc/keyring.json", "file:/etc/keyring.json"),
    ("nanomdm_url", "https://mdm.example.org/nano/", "https://mdm.example.org/nano"),
    ("nanomdm_api_key", SECRET, SecretBytes(SECRET.encode())),
    ("nanomdm_webhook_key", SECRET, SecretBytes(SECRET.encode())),
    ("crypt_secret", PATH_SECRET, SecretBytes(PATH_SECRET.encode())),
    ("crypt_secret", f"-_.~{PATH_SECRET * 2}"[:64], SecretBytes(f"-_.~{PATH_SECRET * 2}"[:64].encode())),
    ("crypt_new_macs", "0", 0),
    ("answer_timeout", "20s", timedelta(seconds=20)),
    ("inquiry_interval", "12h", timedelta(hours=12)),
    ("typed_key_kept", "36500d", timedelta(days=36500)),
    ("escrow_policy", "off", EscrowPolicy.OFF),
    ("escrow_policy", "warn", EscrowPolicy.WARN),
    ("escrow_policy", "require", EscrowPolicy.REQUIRE),
    ("escrow_grace", "12h", timedelta(hours=12)),
    ("rotate_after_reveal", "1h", timedelta(hours=1)),
    ("rotate_every", "180d", timedelta(days=180)),
    ("organization", "Havenlicht", "Havenlicht"),
    ("support_name", "Servicedesk", "Servicedesk"),
    ("support_email", "help@example.org", "help@example.org"),
    ("support_phone", "+31 85 000 12 34", "+31 85 000 12 34"),
    ("support_url", "https://help.example.org/?topic=mac#keys", "https://help.example.org/?topic=mac#keys"),
    ("support_hours", "09–17 h", "09–17 h"),
    ("smtp_url", "smtp://relay.example.org", SmtpAddress("smtp", "relay.example.org", 25)),
    ("smtp_url", "smtp://[::1]:1025/", SmtpAddress("smtp", "::1", 1025)),
    ("smtp_url", "smtp://keys:pw@127.0.0.1", SmtpAddress("smtp", "127.0.0.1", 25, "keys", SecretBytes(b"pw"))),
    ("smtp_url", "smtps://h:8465", SmtpAddress("smtps", "h", 8465)),
    (
        "smtp_url",
        "smtp+starttls://keys%40example.org:a%2Fb%40c@mail.example.org",
        SmtpAddress("smtp+starttls", "mail.example.org", 587, "keys@example.org", SecretBytes(b"a/b@c")),
    ),
    ("mail_from", "keys@example.org", Address("", "keys", "example.org")),
    ("mail_from", "Havenlicht Sleutels <keys@example.org>", Address("Havenlicht Sleutels", "keys", "example.org")),
    ("mail_from", '"Sleutels, Zoë" <keys@bücher.example>', Address("Sleutels, Zoë", "keys", "xn--bcher-kva.example")),
    ("session_idle", "30m", timedelta(minutes=30)),
    ("session_life", "1d", timedelta(days=1)),
    ("fresh_sign_in", "90s", timedelta(seconds=90)),
    ("password_length", "8", 8),
    ("password_length", "64", 64),
    ("password_link_life", "2h", timedelta(hours=2)),
    ("argon2_memory", "12288", 12288),
    ("argon2_memory", "4194304", 4194304),
    ("argon2_passes", "2", 2),
    ("argon2_lanes", "4", 4),
    ("silent_after", "3d", timedelta(days=3)),
    ("approval_required", "1", True),
    ("approval_required", "0", False),
    ("approval_wait", "12h", timedelta(hours=12)),
    ("approval_valid", "15m", timedelta(minutes=15)),
    ("reset_wait", "3d", timedelta(days=3)),
    ("local_accounts", "1", True),
    ("default_language", "nl", "nl"),
    ("pseudo_languages", "1", True),
    ("pseudo_languages", "0", False),
    ("trusted_proxies", "0", 0),
    ("trusted_proxies", "2", 2),
    ("threads", "1", 1),
    ("threads", "1000", 1000),
]


@pytest.mark.parametrize(("name", "text", "value"), TAKEN, ids=[f"{name} {text}" for name, text, _ in TAKEN])
def test_what_a_setting_takes(name: str, text: str, value: Any) -> None:
    assert getattr(load({**GOES_WITH.get(name, {}), variable(name): text}), name) == value


@pytest.mark.parametrize("name", ["smtp_url", "mail_from"])
def test_mail_needs_a_server_and_a_sender(name: str) -> None:
    text = next(text for one, text, _ in TAKEN if one == name)
    with pytest.raises(SettingsError, match="set both SLEUTELKAST_SMTP_URL and SLEUTELKAST_MAIL_FROM"):
        load({variable(name): text})


def test_every_setting_is_tried() -> None:
    assert {name for name, _, _ in TAKEN} == set(DEFAULTS) == {one.name for one in fields(Settings)} - {"oidc"}
    assert {name for name, _, _ in OIDC_TAKEN} == {one.name for one in fields(OidcSettings)}


OIDC = {"SLEUTELKAST_OIDC_ISSUER": "https://login.example.org", "SLEUTELKAST_OIDC_CLIENT_ID": "keys"}
OIDC_GOES_WITH = {
    "roles": {"SLEUTELKAST_OIDC_ROLES_CLAIM": "groups"},
    "roles_claim": {"SLEUTELKAST_OIDC_ROLES": "support=helpdesk"},
}
OIDC_TAKEN: list[tuple[str, str, Any]] = [
    ("issuer", "https://login.example.org/v2.0/", "https://login.example.org/v2.0/"),
    ("issuer", "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    ("client_id", "keys", "keys"),
    ("client_secret", SECRET, SecretBytes(SECRET.encode())),
    ("name", "Havenlicht", "Havenlicht"),
    ("scopes", " openid  email ", "openid email"),
    ("roles_claim", "realm_access.roles", "realm_access.roles"),
    (
        "roles",
        "support=IT Helpdesk; administrator=a=b;support=second;",
        {Role.SUPPORT: frozenset({"IT Helpdesk", "second"}), Role.ADMINISTRATOR: frozenset({"a=b"})},
    ),
    ("new_people", "0", False),
    ("require", "hd = example.org", ("hd", "example.org")),
]


@pytest.mark.parametrize(("name", "text", "value"), OIDC_TAKEN)
@pytest.mark.parametrize(("provider", "own"), [("work", ""), ("school2", "SCHOOL2_")])
def test_what_a_provider_of_work_accounts_takes(name: str, text: str, value: object, provider: str, own: str) -> None:
    given = OIDC | OIDC_GOES_WITH.get(name, {}) | {f"SLEUTELKAST_OIDC_{name.upper()}": text}
    settings = load({one.replace("_OIDC_", f"_OIDC_{own}"): said for one, said in given.items()})
    assert getattr(settings.oidc[provider], name) == value


@pytest.mark.parametrize(
    ("name", "text", "mend"),
    [
        pytest.param("ISSUER", "http://login.example.org", "use https://", id="an issuer in clear"),
        pytest.param("ISSUER", "login.example.org", "such as https://", id="no address"),
        pytest.param("ISSUER", "https://login.example.org?x=1", "the issuer alone", id="with a query"),
        pytest.param("ISSUER", "https://u:p@login.example.org", "the issuer alone", id="with a password"),
        pytest.param("SCOPES", "profile email", "openid among them", id="scopes of no OpenID"),
        pytest.param("ROLES", "owner=staff", "ROLE=VALUE", id="no role"),
        pytest.param("ROLES", "support", "ROLE=VALUE", id="a role without a value"),
        pytest.param("ROLES", "support=helpdesk", "set both", id="roles without a claim"),
        pytest.param("ROLES_CLAIM", "groups", "set both", id="a claim without roles"),
        pytest.param("REQUIRE", "example.org", "CLAIM=VALUE", id="no claim"),
        pytest.param("NEW_PEOPLE", "yes", "write 1 for on", id="no switch"),
        pytest.param("SECRET", "x", "is no setting", id="no such setting"),
        pytest.param("MY_SCHOOL_ISSUER", "https://a.example", "is no setting", id="an id of two words"),
        pytest.param("WORK_ISSUER", "https://a.example", "is no setting", id="the first one by its id"),
        pytest.param("SCHOOL_ISSUER", "https://a.example", "CLIENT_ID as well", id="half a provider"),
        pytest.param("SCHOOL_NAME", "School", "ISSUER as well", id="a name alone"),
    ],
)
def test_what_a_provider_of_work_accounts_does_not_take(name: str, text: str, mend: str) -> None:
    with pytest.raises(SettingsError, match=mend):
        load({**OIDC, f"SLEUTELKAST_OIDC_{name}": text})


@pytest.mark.parametrize("own", ["", "SCHOOL_"], ids=["the first provider", "a further one"])
def test_not_everybody_in_the_world_is_let_in(own: str) -> None:
    google = {
        f"SLEUTELKAST_OIDC_{own}ISSUER": "https://accounts.google.com",
        f"SLEUTELKAST_OIDC_{own}CLIENT_ID": "keys",
    }
    with pytest.raises(SettingsError, match=f"set SLEUTELKAST_OIDC_{own}REQUIRE=hd=YOUR.DOMAIN"):
        load(google)
    for mend in ({f"SLEUTELKAST_OIDC_{own}REQUIRE": "hd=example.org"}, {f"SLEUTELKAST_OIDC_{own}NEW_PEOPLE": "0"}):
        assert len(load({**google, **mend}).oidc) == 1


def test_two_providers_are_two() -> None:
    second = {name.replace("_OIDC_", "_OIDC_SCHOOL_"): value for name, value in OIDC.items()}
    with pytest.raises(SettingsError, match="the same issuer"):
        load({**OIDC, **second})
    second["SLEUTELKAST_OIDC_SCHOOL_ISSUER"] = "https://school.example.org"
    assert list(load({**second, **OIDC}).oidc) == ["work", "school"]


def test_somebody_can_sign_in() -> None:
    with pytest.raises(SettingsError, match="nobody could sign in"):
        load({"SLEUTELKAST_LOCAL_ACCOUNTS": "0"})
    assert load({**OIDC, "SLEUTELKAST_LOCAL_ACCOUNTS": "0"}).local_accounts is False


def test_a_provider_is_listed_with_its_secret_masked() -> None:
    told = {"SLEUTELKAST_OIDC_CLIENT_SECRET": SECRET, "SLEUTELKAST_OIDC_REQUIRE": "hd=example.org"}
    roles = {"SLEUTELKAST_OIDC_ROLES": "support=b; support=a", "SLEUTELKAST_OIDC_ROLES_CLAIM": "groups"}
    rows = {one.variable: one.value for one in listed(load({**OIDC, **told, **roles}))}
    assert rows["SLEUTELKAST_OIDC_CLIENT_SECRET"] == "(set, not shown)"
    assert rows["SLEUTELKAST_OIDC_REQUIRE"] == "hd=example.org"
    assert rows["SLEUTELKAST_OIDC_ROLES"] == "support=a; support=b"
    assert SECRET not in str(rows)
    assert {one.variable for one in listed(load({}))} == set(rows)


REFUSED = [
    ("bind", "localhost", "write an IP address"),
    ("bind", "127.0.0.1:8000", "write an IP address"),
    ("port", "0", "write a port from 1 to 65535"),
    ("port", "65536", "write a port"),
    ("port", "http", "write a port"),
    ("port", "-1", "write a port"),
    ("public_url", "http://keys.example.org", "use https://HOST instead"),
    ("public_url", "https://keys.example.org/portal", "use https://HOST instead"),
    ("public_url", "keys.example.org", "write an address such as"),
    ("public_url", "ftp://keys.example.org", "write an address such as"),
    ("public_url", "https://", "write an address such as"),
    ("public_url", "https://[::1", "write an address such as"),
    ("public_url", "https://keys.example.org:0", "write an address such as"),
    ("public_url", "https://keys.example.org:many", "write an address such as"),
    ("public_url", f"https://anna:{SECRET}@keys.example.org", "without a user, a password"),
    ("database_url", f"postgresql://u:{SECRET}@h/keys", "use postgresql+psycopg://"),
    ("database_url", f"mysql://u:{SECRET}@h/keys", "write sqlite:///PATH or"),
    ("database_url", f"postgresql+psycopg://u:{SECRET}@h:port/keys", "write sqlite:///PATH or"),
    ("database_url", "sqlite://", "write sqlite:///PATH or"),
    ("database_url", "sqlite:///", "write sqlite:///PATH or"),
    ("database_url", "sqlite:///:memory:", "write sqlite:///PATH or"),
    ("jobs_url", f"amqp://u:{SECRET}@h", "write sqlite:///PATH or redis://"),
    ("jobs_url", f"redis://:{SECRET}@h:99999/0", "write sqlite:///PATH or redis://"),
    ("jobs_url", "sqlite:///", "write sqlite:///PATH or redis://"),
    ("nanomdm_url", f"https://nanomdm:{SECRET}@mdm.example.org", "without a user, a password"),
    ("nanomdm_url", "https://mdm.example.org/?a=b", "write the address alone"),
    ("nanomdm_url", "mdm.example.org", "write an address such as"),
    ("crypt_secret", SECRET, "write 32 to 64 random letters, digits or - _ . ~"),
    ("crypt_secret", PATH_SECRET[:31], "secrets.token_urlsafe(32)"),
    ("crypt_secret", (PATH_SECRET * 3)[:65], "write 32 to 64"),
    ("crypt_secret", "ab" * 20, "write 32 to 64 random"),
    ("crypt_secret", f"{PATH_SECRET}/a", "write 32 to 64"),
    ("crypt_secret", f"{PATH_SECRET}%2F", "write 32 to 64"),
    ("crypt_secret", f"{PATH_SECRET}é", "write 32 to 64"),
    ("crypt_new_macs", "-1", "write a whole number from 0 to 1000"),
    ("answer_timeout", "20", "write a duration as 20s, 30m, 12h or 3d"),
    ("answer_timeout", "0s", "write a duration"),
    ("answer_timeout", "-5m", "write a duration"),
    ("answer_timeout", "1.5h", "write a duration"),
    ("answer_timeout", "3 d", "write a duration"),
    ("inquiry_interval", "daily", "write a duration"),
    ("typed_key_kept", "36501d", "at most 36500d"),
    ("escrow_policy", "always", "write off, warn or require"),
    ("escrow_grace", "3w", "write a duration"),
    ("rotate_after_reveal", "0s", "write a duration"),
    ("rotate_every", "12h", "write a number of days"),
    ("rotate_every", "0d", "write a duration"),
    ("support_url", "javascript:alert(1)", "write an address such as"),
    ("smtp_url", "mail.example.org", "write smtps://USER:PASSWORD@HOST"),
    ("smtp_url", f"https://keys:{SECRET}@mail.example.org", "write smtps://USER:PASSWORD@HOST"),
    ("smtp_url", f"smtps://keys:{SECRET}/x@mail.example.org", "signs such as / or @ in the password as %2F or %40"),
    ("smtp_url", f"smtps://keys:{SECRET}@mail.example.org/?a=b", "write smtps://USER:PASSWORD@HOST"),
    ("smtp_url", f"smtps://keys:{SECRET}@mail.example.org:0", "write smtps://USER:PASSWORD@HOST"),
    ("smtp_url", "smtps://", "write smtps://USER:PASSWORD@HOST"),
    ("smtp_url", f"smtp://keys:{SECRET}@mail.example.org", "a password must not cross a network in clear"),
    ("smtp_url", "smtps://keys@mail.example.org", "write both a user name and a password, or neither"),
    ("smtp_url", f"smtps://:{SECRET}@mail.example.org", "write both a user name and a password, or neither"),
    ("smtp_url", f"smtps://keys:{SECRET}%C3%A9@mail.example.org", "plain ASCII"),
    ("smtp_url", f"smtps://keys:{SECRET}%0D%0A@mail.example.org", "plain ASCII"),
    ("mail_from", "Sleutelkast", "write keys@example.org or Sleutelkast <keys@example.org>"),
    ("mail_from", "a@example.org, b@example.org", "write keys@example.org or"),
    ("mail_from", "Keys <a@example.org> <b@example.org>", "write keys@example.org or"),
    ("mail_from", "Keys\n<a@example.org>", "write keys@example.org or"),
    ("mail_from", "kéys@example.org", "write keys@example.org or"),
    ("session_idle", "forever", "write a duration"),
    ("session_life", "", "is empty"),
    ("fresh_sign_in", "10", "write a duration"),
    ("password_length", "7", "write a whole number from 8 to 64"),
    ("password_length", "65", "write a whole number from 8 to 64"),
    ("password_link_life", "1 day", "write a duration"),
    ("argon2_memory", "12287", "SLEUTELKAST_ARGON2_PASSES=3 and SLEUTELKAST_ARGON2_LANES=1 write at least 12288"),
    ("argon2_memory", "64M", "write a whole number from 1 to 4194304"),
    ("argon2_passes", "0", "write a whole number from 1 to 100"),
    ("argon2_lanes", "65", "write a whole number from 1 to 64"),
    ("pseudo_languages", "yes", "write 1 for on or 0 for off"),
    ("trusted_proxies", "-1", "write a whole number from 0 to 1000"),
    ("trusted_proxies", "1001", "write a whole number from 0 to 1000"),
    ("threads", "0", "write a whole number from 1 to 1000"),
    ("threads", "many", "write a whole number from 1 to 1000"),
]


@pytest.mark.parametrize(("name", "text", "mend"), REFUSED, ids=[f"{name} {text}" for name, text, _ in REFUSED])
def test_what_is_impossible_is_refused_with_the_mend(name: str, text: str, mend: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({variable(name): text})
    assert variable(name) in str(refused.value)
    assert mend in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("passes", "least"), [("1", 47104), ("2", 19456), ("3", 12288), ("4", 9216), ("5", 7168), ("99", 7168)]
)
def test_no_password_is_hashed_for_less_than_owasp_has_as_the_least(passes: str, least: int) -> None:
    given = {"SLEUTELKAST_ARGON2_PASSES": passes, "SLEUTELKAST_ARGON2_LANES": "1"}
    assert load({**given, "SLEUTELKAST_ARGON2_MEMORY": str(least)}).argon2_memory == least
    with pytest.raises(SettingsError, match=f"write at least {least}; with less, hashes that were stolen"):
        load({**given, "SLEUTELKAST_ARGON2_MEMORY": str(least - 1)})


@pytest.mark.parametrize("empty", ["", " ", "\t"])
@pytest.mark.parametrize("name", [*DEFAULTS, "config", "oidc_issuer", "oidc_school_name"])
def test_an_empty_value_is_refused(name: str, empty: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable(name)} is empty: give it a value, or remove it"):
        load({variable(name): empty})


@pytest.mark.parametrize("name", ["SLEUTELKAST_PROT", "SLEUTELKAST_", "SLEUTELKAST_port", "SLEUTELKAST_NANOMDM_KEY"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is no setting: correct its name"):
        load({name: "x"})


def test_names_that_mean_something_elsewhere_are_let_pass() -> None:
    others = {
        "SLEUTELKAST_DEMO_PASSWORD": "x",
        "SLEUTELKAST_DEMO_READY": "x",
        "SLEUTELKAST_FLEET_PORT": "x",
        "HOME": "",
    }
    assert load({**others, "HOME": ""}) == load({})


def test_a_file_has_the_same_names(tmp_path: Path) -> None:
    text = "# the portal's settings\n\nSLEUTELKAST_PORT=8123\n  SLEUTELKAST_ORGANIZATION = Haven=licht \n"
    settings = load(configured(tmp_path, text))
    assert (settings.port, settings.organization) == (8123, "Haven=licht")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = configured(tmp_path, "SLEUTELKAST_PORT=8123\n") | {"SLEUTELKAST_PORT": "8124"}
    assert load(environ).port == 8124


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("SLEUTELKAST_PORT=8000\nSLEUTELKAST_DATA\n", "line 2 of the file named by SLEUTELKAST_CONFIG",
                     id="no value"),
        pytest.param(f"geheim={SECRET}\n", "line 1 of the file", id="a name without the prefix"),
        pytest.param("SLEUTELKAST_PROT=1\n", "SLEUTELKAST_PROT is no setting", id="an unknown name"),
        pytest.param("SLEUTELKAST_PORT=\n", "SLEUTELKAST_PORT is empty", id="an empty value"),
        pytest.param(f"SLEUTELKAST_PORT={SECRET}\n", "SLEUTELKAST_PORT can't be used", id="an impossible value"),
    ],
)  # fmt: skip
def test_a_file_that_is_off_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        load(configured(tmp_path, text))
    assert SECRET not in str(refused.value)


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SLEUTELKAST_CONFIG names a file that can't be read: No such file"):
        load({"SLEUTELKAST_CONFIG": str(tmp_path / "none")})
    (tmp_path / "image").write_bytes(b"\x89PNG\xff")
    with pytest.raises(SettingsError, match="no text: write it in UTF-8"):
        load({"SLEUTELKAST_CONFIG": str(tmp_path / "image")})


SECRETS = {
    "database_url": f"postgresql+psycopg://u:{SECRET}@h/keys",
    "jobs_url": f"redis://:{SECRET}@h/0",
    "nanomdm_api_key": SECRET,
    "nanomdm_webhook_key": SECRET,
    "crypt_secret": PATH_SECRET,
    "smtp_url": f"smtps://keys:{SECRET}@mail.example.org",
}


def test_secrets_are_masked() -> None:
    settings = load({variable(name): value for name, value in SECRETS.items()} | GOES_WITH["smtp_url"])
    rows = {row.variable: row.value for row in listed(settings)}
    assert {rows[variable(name)] for name in SECRETS} == {"(set, not shown)"}
    assert SECRET not in repr(listed(settings))
    assert SECRET not in repr(settings.smtp_url)


def test_secrets_that_are_not_set_are_none() -> None:
    rows = {row.variable: row.value for row in listed(load({}))}
    assert {rows[variable(name)] for name in SECRETS} == {"none"}


def test_every_setting_is_listed_with_its_meaning_default_and_value() -> None:
    rows = listed(load({"SLEUTELKAST_PORT": "8123", "SLEUTELKAST_SESSION_IDLE": "90m"}))
    first_provider = [f"oidc_{one.name}" for one in fields(OidcSettings)]
    assert [row.variable for row in rows] == [PREFIX + name.upper() for name in (*DEFAULTS, *first_provider)]
    assert all(row.meaning and row.default and row.value for row in rows)
    told = {row.variable: (row.default, row.value) for row in rows}
    assert told["SLEUTELKAST_PORT"] == ("8000", "8123")
    assert told["SLEUTELKAST_SESSION_IDLE"] == ("30m", "90m")
    assert told["SLEUTELKAST_PSEUDO_LANGUAGES"] == ("0", "0")
    assert told["SLEUTELKAST_DATABASE_URL"] == ("SQLite in the data folder", "none")


def test_what_follows_from_the_data_folder_and_the_port(tmp_path: Path) -> None:
    settings = load({"SLEUTELKAST_DATA": str(tmp_path), "SLEUTELKAST_PORT": "8123"})
    assert settings.public_address == "http://127.0.0.1:8123"
    assert settings.database == f"sqlite:///{tmp_path}/sleutelkast.db"
    assert settings.jobs == f"sqlite:///{tmp_path}/jobs.db"
    assert settings.key_ring == f"file:{tmp_path}/keyring.json"
    assert not settings.is_https


def test_https_follows_from_the_public_address() -> None:
    assert load({"SLEUTELKAST_PUBLIC_URL": "https://keys.example.org"}).is_https


@pytest.mark.parametrize("text", ["1s", "90s", "1m", "30m", "1h", "36h", "1d", "3d", "36500d"])
def test_durations_are_shown_as_they_are_written(text: str) -> None:
    assert parse_duration(format_duration(parse_duration(text))) == parse_duration(text)


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        pytest.param(timedelta(seconds=86400), "1d", id="a day"),
        pytest.param(timedelta(seconds=3600), "1h", id="an hour"),
        pytest.param(timedelta(minutes=90), "90m", id="no whole hours"),
        pytest.param(timedelta(seconds=61), "61s", id="no whole minutes"),
    ],
)
def test_the_shortest_form_of_a_duration(duration: timedelta, shown: str) -> None:
    assert format_duration(duration) == shown


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("192.0.2.7", False),
        ("0.0.0.0", False),
        ("localhost.example.org", False),
        ("", False),
        ("unix:", False),
    ],
)
def test_what_is_this_machine_alone(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def configured(folder: Path, text: str) -> dict[str, str]:
    path = folder / "settings"
    path.write_text(text, encoding="utf-8")
    return {"SLEUTELKAST_CONFIG": str(path)}
