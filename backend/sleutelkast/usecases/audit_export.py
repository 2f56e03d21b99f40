"""The audit log as text, line by line: CSV that no spreadsheet takes for formulas, and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sleutelkast.usecases.audit_log import Form
from sleutelkast.usecases.repository import Named

COLUMNS = (
    *("number", "at", "action", "outcome", "actor", "actor_name", "actor_id"),
    *("device", "serial", "device_id", "subject", "subject_name", "reason", "link"),
)
_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def lines(entries: Iterable[Named], form: Form) -> Iterator[str]:
    """Each line with its end; CSV begins with the names of the columns."""
    return _csv_lines(entries) if form is Form.CSV else map(_json_line, entries)


def _csv_lines(entries: Iterable[Named]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield str(writer.writerow(COLUMNS))
    for one in entries:
        yield str(writer.writerow(map(_cell, _row(one).values())))


class _Echo:
    """Gives back what is written to it, so that a line is not collected with those before it."""

    def write(self, text: str) -> str:
        return text


def _cell(value: str | int | None) -> str | int | None:
    """A text that a spreadsheet would calculate gets an apostrophe in front, which spreadsheets do not show."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value


def _json_line(one: Named) -> str:
    return json.dumps(_row(one)) + "\n"


def _row(one: Named) -> dict[str, str | int | None]:
    recorded, entry = one.recorded, one.recorded.entry
    values = (
        recorded.number,
        _zulu(entry.at),
        str(entry.action),
        str(entry.outcome),
        one.username,
        one.actor_name,
        entry.actor_id,
        one.device_name,
        one.serial,
        entry.device_id,
        entry.subject,
        one.subject_name,
        entry.reason,
        recorded.link.hex() if recorded.link is not None else None,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
