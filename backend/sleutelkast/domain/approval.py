"""A request to reveal somebody else's key, which a second person approves or denies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class RequestState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    """Nobody decided in time, the time in which the key could be shown is over, or the Mac changed hands."""


@dataclass(frozen=True, slots=True)
class RevealRequest:
    id: str
    device_id: str
    requested_by: str
    reason: str
    created_at: datetime
    approved: bool | None = None
    """None until somebody decided."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    lapsed_at: datetime | None = None
    """When the Mac was given to somebody else, or to them in another way: what was asked for is another's key now."""


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    required: bool = False
    """Whether a reveal by somebody else than the owner needs the approval of a second person."""
    wait: timedelta = timedelta(days=1)
    """How long a request waits for a decision."""
    valid: timedelta = timedelta(hours=1)
    """How long after its approval the key can be shown."""

    def state(self, request: RevealRequest, now: datetime) -> RequestState:
        until = self.until(request)
        if until is None:
            return RequestState.DENIED
        if request.lapsed_at is not None or now >= until:
            return RequestState.EXPIRED
        return RequestState.ASKED if request.decided_at is None else RequestState.APPROVED

    def until(self, request: RevealRequest) -> datetime | None:
        """When it expires or did: while it waits the wait, once approved the approval. What was denied never does."""
        if request.approved is False:
            return None
        if request.lapsed_at is not None:
            return request.lapsed_at
        if request.decided_at is None:
            return request.created_at + self.wait
        return request.decided_at + self.valid
