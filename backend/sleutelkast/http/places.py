"""Where a page of the audit log begins, as the answer before told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sleutelkast.http.problems import Problem
from sleutelkast.usecases.repository import AuditPlace

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


def written_place(place: AuditPlace) -> str:
    return f"{(place.at - _EPOCH) // _MICROSECOND}-{place.id}"


def read_place(after: str | None) -> AuditPlace | None:
    """What `written_place` wrote; anything else is answered with `invalid`."""
    if after is None:
        return None
    read = _PLACE.fullmatch(after)
    try:
        if read is not None:
            return AuditPlace(_EPOCH + int(read[1]) * _MICROSECOND, int(read[2]))
    except OverflowError:
        pass
    raise Problem("invalid", {"fields": {"after": "unknown"}})
