"""Passkeys: what is kept of one, what a ceremony is for, and when a counter tells of a copy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 10
"""How many passkeys a person has at most."""
CEREMONY_LIFE = timedelta(minutes=5)
"""How long a person may take, from the options to the answer of their device."""


class Ceremony(StrEnum):
    """What a challenge is for; it answers for nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a person, of which the portal has the public part."""

    id: str
    person_id: str
    credential_id: bytes
    public_key: bytes
    """COSE."""
    counter: int
    """How often its device says that it was used; stays 0 for those that don't count."""
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


def tells_of_a_copy(kept: int, told: int) -> bool:
    """Whether a counter went back, or stood still: somebody else may have a copy that counts on its own."""
    return (kept > 0 or told > 0) and told <= kept


def digest(challenge: bytes) -> bytes:
    """Under what it is kept that a challenge was used."""
    return hashlib.sha256(challenge).digest()
