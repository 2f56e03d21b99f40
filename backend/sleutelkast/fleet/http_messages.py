"""A request and an answer, as the paths' handlers see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read to its end."""

    method: str
    path: str
    """Percent-decoded."""
    query: Mapping[str, str]
    headers: Message
    """Their names in any case."""
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = field(repr=False)
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
