"""The tables. All constraints are named, so that migrations can speak of them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    literal_column,
    text,
)
from sqlalchemy.engine import Dialect

from sleutelkast.domain.deposit import FAILED, State


def columns(record: Any) -> dict[str, object]:
    """The columns of a dataclass whose fields are named as they are; its values as they are, not copied."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(32)
_LINKED = "number IS NOT NULL"
AUDIT_DENIED = "outcome = 'denied'"
AUDIT_REVEALS = "action = 'reveal'"
AUDIT_ASSIGNMENTS = "action = 'device-assigned'"
"""Word for word what the indexes are on: a database does not see it in a parameter."""


def _where(condition: str) -> Any:
    """An index on these rows only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


people = Table(
    "people",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("username", String(190), nullable=False),
    Column("sign_in_name", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("roles", Text, nullable=False),
    Column("locale", String(35)),
    Column("password_hash", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("reset_at", UtcDateTime),
    Column("reads", String(35)),
    # What a person's devices keep as the name of their account; random, and the same for all their passkeys.
    Column("passkey_handle", LargeBinary),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime, nullable=False),
    Column("way", String(16), nullable=False, server_default="password"),
    Column("browser", Text),
    Column("identity_id", _ID, index=True),
    Column("provider_session", Text),
)

# One a person: a newer link ends the one before it. What is kept of its token opens nothing.
password_links = Table(
    "password_links",
    metadata,
    Column("person_id", _ID, ForeignKey("people.id"), primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

work_accounts = Table(
    "work_accounts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("provider", String(32), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("leads_to", Text, nullable=False),
    # No foreign key: where that session has ended, so has the attempt, and says so.
    Column("session_id", _ID),
    Column("started_at", UtcDateTime, nullable=False, index=True),
    Column("used_at", UtcDateTime),
)

logout_tokens = Table(
    "logout_tokens",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("heard_at", UtcDateTime, nullable=False, index=True),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
)

# Challenges that were answered, until none of their age is taken any more.
used_challenges = Table(
    "used_challenges",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("until", UtcDateTime, nullable=False, index=True),
)

devices = Table(
    "devices",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    # Not unique: a Mac that claims the serial of another stands beside it, in quarantine.
    Column("serial", String(64)),
    Column("udid", String(255), unique=True),
    Column("owner_id", _ID, ForeignKey("people.id")),
    Column("ownership", String(16), nullable=False),
    Column("given_name", Text),
    Column("reported_name", Text),
    Column("model", Text),
    Column("os_version", Text),
    Column("told_at", UtcDateTime),
    Column("filevault_enabled", Boolean),
    Column("last_check_in", UtcDateTime),
    Column("enrolled_at", UtcDateTime),
    Column("checked_out_at", UtcDateTime),
    Column("quarantined", Boolean, nullable=False),
    Column("has_recovery_key", Boolean),
    Column("escrows_to_us", Boolean),
    Column("escrowed_to_us_until", UtcDateTime),
    Column("security_as_of", UtcDateTime),
    Column("next_inquiry_at", UtcDateTime),
    Column("stale", String(24)),
    Column("stale_since", UtcDateTime),
    Column("grace_since", UtcDateTime),
    Column("revealed_at", UtcDateTime),
    Column("rotate_at", UtcDateTime, index=True),
    Column("announced_at", UtcDateTime, index=True),
    Index("ix_devices_owner_id_id", "owner_id", "id"),
    Index("ix_devices_last_check_in_id", "last_check_in", "id"),
    # One Mac is known by a serial; those that claim it stand beside it.
    Index(
        "uq_devices_serial_known",
        "serial",
        unique=True,
        sqlite_where=text("NOT quarantined"),
        postgresql_where=text("NOT quarantined"),
    ),
)

deposits = Table(
    "deposits",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False),
    Column("person_id", _ID, ForeignKey("people.id")),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("verdict", String(16)),
    Column("verdict_at", UtcDateTime),
    Column("answer_in_hand", Boolean, nullable=False),
    Column("typed_key", LargeBinary),
    Column("escrow_owner_id", _ID),
    Column("escrow_ownership", String(16), nullable=False),
    Column("idempotency_key", String(255)),
    # The words of the MDM server or the Mac, for support; never shown to the owner, never parsed.
    Column("mac_said", Text),
    # Of a rotation: the version whose key stands for the typed one.
    Column("version_id", _ID),
    Index("ix_deposits_device_id_created_at_id", "device_id", "created_at", "id"),
    Index("ix_deposits_state_settled_at", "state", "settled_at"),
    UniqueConstraint("device_id", "person_id", "idempotency_key"),
)

# Each is asked in these very words, so that the databases know which index to take.
IS_STALE = devices.c.stale.is_not(None)
IS_NOT_ENCRYPTED = devices.c.filevault_enabled.is_(False)
IS_QUARANTINED = devices.c.quarantined.is_(True)
CAN_BE_ASKED = and_(
    devices.c.udid.is_not(None),
    devices.c.serial.is_not(None),
    devices.c.checked_out_at.is_(None),
    devices.c.quarantined.is_(False),
)
# By what it is not: SQLite would find what it is in the index of all states, which has another order.
HAS_FAILED = deposits.c.state.not_in([literal_column(f"'{state}'") for state in sorted(set(State) - FAILED)])
for _name, _rows, _key, _condition in (
    ("ix_devices_stale", devices, devices.c.id, IS_STALE),
    ("ix_devices_not_encrypted", devices, devices.c.id, IS_NOT_ENCRYPTED),
    ("ix_devices_quarantined", devices, devices.c.id, IS_QUARANTINED),
    ("ix_devices_next_inquiry_at", devices, devices.c.next_inquiry_at, CAN_BE_ASKED),
    ("ix_deposits_failed", deposits, deposits.c.device_id, HAS_FAILED),
):
    Index(_name, _key, sqlite_where=_condition, postgresql_where=_condition)

# The beginnings of words by which support finds a Mac, in the order of their code points on every database.
device_words = Table(
    "device_words",
    metadata,
    Column("word", String(32).with_variant(String(32, collation="C"), "postgresql"), primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), primary_key=True),
    Index("ix_device_words_device_id_word", "device_id", "word"),
)

# The Macs for whose owner no key is kept: few, so that a list of them costs little.
keyless = Table("keyless", metadata, Column("device_id", _ID, ForeignKey("devices.id"), primary_key=True))

commands = Table(
    "commands",
    metadata,
    Column("uuid", String(255), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False),
    Column("deposit_id", _ID, ForeignKey("deposits.id"), index=True),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime),
    Column("postponed_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Index("ix_commands_device_id_kind_state", "device_id", "kind", "state"),
    Index("ix_commands_state_next_try_at", "state", "next_try_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id")),
    Column("command_uuid", String(255)),
    Column("state", String(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    # Ids of the private keys and key-encryption keys that did not open it, a blank around each.
    Column("tried_with", Text),
    Index("ix_answers_state_received_at", "state", "received_at"),
    Index("ix_answers_device_id_state", "device_id", "state"),
)

versions = Table(
    "versions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False, index=True),
    Column("provenance", String(16), nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("escrow_owner_id", _ID),
    Column("escrow_ownership", String(16), nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("reported_at", UtcDateTime),
    Column("proves", _ID),
)

key_marks = Table(
    "key_marks",
    metadata,
    # An HMAC of a key under a key of the ring: it tells which Mac it belongs to, and nothing of the key.
    Column("mark", String(64), primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False, index=True),
)

notices = Table(
    "notices",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("device_id", _ID, ForeignKey("devices.id"), index=True),
    Column("code", String(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Who did what it tells of; it outlives them.
    Column("actor_id", _ID),
)

# Mail that is not sent yet. No text: that is made when it is sent.
mails = Table(
    "mails",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("person_id", _ID, ForeignKey("people.id"), nullable=False),
    Column("device_id", _ID, ForeignKey("devices.id"), index=True),
    Column("actor_id", _ID),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tried_since", UtcDateTime),
    Column("tries", Integer, nullable=False),
    # The words of the mail server, for those who run the portal; never parsed.
    Column("said", Text),
    Index("ix_mails_state_due_at", "state", "due_at"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False),
    Column("requested_by", _ID, ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("approved", Boolean),
    Column("decided_by", _ID, ForeignKey("people.id")),
    Column("decided_at", UtcDateTime),
    Column("lapsed_at", UtcDateTime),
    Index("ix_requests_device_id_requested_by_created_at", "device_id", "requested_by", "created_at"),
)

checks = Table(
    "checks",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("device_id", _ID, ForeignKey("devices.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("pushed_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
    Index("ix_checks_device_id_created_at_id", "device_id", "created_at", "id"),
    Index("ix_checks_state_created_at", "state", "created_at"),
)

identities = Table(
    "identities",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("certificate", LargeBinary, nullable=False),
    Column("private_key", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_after", UtcDateTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    # No foreign keys: an entry outlives what it speaks of, and may speak of what never was.
    Column("actor_id", _ID),
    Column("action", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("device_id", String(190)),
    Column("subject", String(190)),
    Column("reason", Text),
    Column("writer", String(16), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("dropped", Text),
    Column("authenticator", LargeBinary, nullable=False),
    Column("number", Integer),
    Column("link", LargeBinary),
    # Appending writes at the end of the first one alone; the others are filled when the entry is linked.
    Index("ix_audit_waiting", "id", **_where("number IS NULL")),
    Index("uq_audit_number", "number", unique=True, **_where(_LINKED)),
    Index("ix_audit_at_id", "at", "id", **_where(_LINKED)),
    Index("ix_audit_actor_id_at_id", "actor_id", "at", "id", **_where(_LINKED)),
    Index("ix_audit_actor_id_action_at_id", "actor_id", "action", "at", "id", **_where(_LINKED)),
    Index("ix_audit_device_id_at_id", "device_id", "at", "id", **_where(_LINKED)),
    Index("ix_audit_action_at_id", "action", "at", "id", **_where(_LINKED)),
    Index("ix_audit_reveals", "device_id", "at", "id", **_where(f"{_LINKED} AND {AUDIT_REVEALS}")),
    Index("ix_audit_assignments", "device_id", "id", **_where(f"{_LINKED} AND {AUDIT_ASSIGNMENTS}")),
    Index("ix_audit_assigned", "subject", **_where(f"{_LINKED} AND {AUDIT_ASSIGNMENTS}")),
    Index("ix_audit_denied", "at", "id", **_where(f"{_LINKED} AND {AUDIT_DENIED}")),
)

audit_head = Table(
    "audit_head",
    metadata,
    # One row; whoever links entries holds it.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("link", LargeBinary, nullable=False),
)
