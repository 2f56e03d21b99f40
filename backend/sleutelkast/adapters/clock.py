"""The real time and real chance."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

from sleutelkast.domain.secret import SecretBytes

_ID_BYTES = 12  # 96 bits: ids can't be guessed, and don't collide

_SECRET_BYTES = 32


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def new_id() -> str:
    return secrets.token_hex(_ID_BYTES)


def new_secret() -> SecretBytes:
    return SecretBytes(secrets.token_bytes(_SECRET_BYTES))


def new_uuid() -> str:
    return str(uuid.uuid4()).upper()
