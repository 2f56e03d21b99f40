"""What NanoMDM's answers say became of a command or a push.

Two facts decide. A 500 with only a push error still means that the command is queued, so `command_error` alone
counts. And a command UUID may be given up only where surely nothing was queued: an error in words that are not known
here (a lost database connection at the commit, say) is `UNCLEAR`, and sending the same UUID again tells the truth.

Storages answer in their own words. Only parts that no language setting of a database translates are matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sleutelkast.adapters.mdm.reading import json_object
from sleutelkast.domain.texts import line
from sleutelkast.usecases.ports import Delivery, DeliveryReport

_DETAIL_LIMIT: Final = 200
_ANSWERED: Final = frozenset({200, 207, 500})
_NOT_YET: Final = frozenset({408, 425, 429, 499})
"""Client errors by which a proxy says "later": they are no refusal."""

_COMMAND_ERRORS: Final = (
    # PostgreSQL's primary key · MySQL and MariaDB, duplicate key · NanoMDM's own words (file and in-memory storage)
    (Delivery.DUPLICATE, re.compile(r"\bcommands_pkey\b|\bError 1062\b|\bcommand already exists\b")),
    # The queue's foreign key to the enrolments, in PostgreSQL · in MySQL and MariaDB
    (Delivery.UNKNOWN_DEVICE, re.compile(r"\benrollment_queue_id_fkey\b|\bError 1452\b")),
    # NanoMDM can't read the property list · a check of the table fails, or a field is too long for it
    (
        Delivery.REFUSED,
        re.compile(r"\bdecoding command\b|\binvalid command\b|\bcommands_\w*check\b|\bError (?:3819|4025|1406)\b"),
    ),
)
_PUSH_UNKNOWN: Final = "push data missing for id"


def enqueue_report(status: int, body: bytes, command_uuid: str) -> DeliveryReport:
    """The outcome of `PUT /v1/enqueue/…` for one enrolment; `status` is HTTP's."""
    answer = json_object(body) if status in _ANSWERED else None
    if answer is None:
        return _by_status(status)
    errors = list(_errors(answer, "command_error"))
    if errors:
        return DeliveryReport(_delivery(errors), detail=_detail(errors))
    if answer.get("command_uuid") != command_uuid:
        return _by_status(status)
    return DeliveryReport(Delivery.QUEUED, _pushed(answer), _detail(_errors(answer, "push_error")))


def push_report(status: int, body: bytes) -> DeliveryReport:
    """The outcome of `GET /v1/push/…` for one enrolment."""
    answer = json_object(body) if status in _ANSWERED else None
    if answer is None:
        return _by_status(status)
    errors = list(_errors(answer, "push_error"))
    if not errors:
        return DeliveryReport(Delivery.QUEUED, pushed=True) if _pushed(answer) else _by_status(status)
    unknown = any(_PUSH_UNKNOWN in error for error in errors)
    return DeliveryReport(Delivery.UNKNOWN_DEVICE if unknown else Delivery.REFUSED, detail=_detail(errors))


def _by_status(status: int) -> DeliveryReport:
    """Without NanoMDM's own answer: redirects and client errors come from before its queue (401: a wrong API key)."""
    refused = 300 <= status < 500 and status not in _NOT_YET
    return DeliveryReport(Delivery.REFUSED if refused else Delivery.UNCLEAR, detail=f"HTTP {status}")


def _delivery(errors: list[str]) -> Delivery:
    words = " ".join(errors)
    return next((delivery for delivery, known in _COMMAND_ERRORS if known.search(words)), Delivery.UNCLEAR)


def _errors(answer: dict[str, object], name: str) -> Iterator[str]:
    """All errors of that name: at the top, and for whatever id. (File storage files them under the command's UUID.)"""
    for part in (answer, *_results(answer)):
        if part.get(name):
            yield str(part[name])


def _results(answer: dict[str, object]) -> list[dict[str, object]]:
    status = answer.get("status")
    return [result for result in status.values() if isinstance(result, dict)] if isinstance(status, dict) else []


def _pushed(answer: dict[str, object]) -> bool:
    """Apple's push service gives each wake-up that it takes an id."""
    return any(result.get("push_result") and not result.get("push_error") for result in _results(answer))


def _detail(errors: Iterator[str] | list[str]) -> str:
    """Cut off where markup begins: NanoMDM repeats a property list that it can't read, typed key included."""
    return line("; ".join(errors).partition("<")[0], _DETAIL_LIMIT) or ""
