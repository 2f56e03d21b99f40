"""NanoMDM's webhook: is it signed with our key, and what does it say?

Field names are those of NanoMDM's event schema. Older servers leave out `ids` and `event_id`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sleutelkast.adapters.mdm.reading import json_object, property_list
from sleutelkast.adapters.mdm.reports import command_report, device_facts
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import CheckIn, CheckInKind, CommandReport, MalformedReport, MdmEvent, ReportStatus

BODY_LIMIT: Final = 4 * 1024 * 1024
"""In bytes. Answers to the portal's commands take a few thousand; lists of installed applications pass here as well."""

_NAME_LIMIT: Final = 255
_COMMAND_TOPIC: Final = "mdm.Connect"
_DEVICE_CHANNEL: Final = "Device"
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

_Fields = Mapping[str, object]


class NanoMdmReports:
    """The port `ReportReader`."""

    def __init__(self, webhook_key: SecretBytes) -> None:
        """Raise ValueError for an empty key: anybody could sign with it."""
        if not webhook_key.reveal():
            raise ValueError("the webhook's key is empty")
        self._key = webhook_key

    def signed_by_us(self, raw_body: bytes, signature: str | None) -> bool:
        expected = base64.b64encode(hmac.digest(self._key.reveal(), raw_body, hashlib.sha256))
        return hmac.compare_digest(expected, (signature or "").encode("utf-8", "replace"))

    def read_event(self, raw_body: bytes) -> MdmEvent:
        event = json_object(raw_body) if len(raw_body) <= BODY_LIMIT else None
        if event is None:
            raise MalformedReport("the webhook's body is too large or no JSON object")
        topic = _text(event, "topic")
        told = _object(event, "acknowledge_event" if topic == _COMMAND_TOPIC else "checkin_event")
        raw_payload = _base64(told, "raw_payload")
        payload = property_list(raw_payload)
        if payload is None:
            raise MalformedReport("raw_payload is no property list")
        enrollment = _enrollment(told, payload)
        return MdmEvent(
            event_id=_optional_text(event, "event_id") or hashlib.sha256(raw_body).hexdigest(),
            created_at=_time(event, "created_at"),
            enrollment_id=enrollment.id,
            is_device_channel=enrollment.is_device_channel,
            udid=enrollment.udid,
            body=_command_report(told, payload) if topic == _COMMAND_TOPIC else _check_in(topic, told, payload),
            raw_payload=raw_payload,
        )

    def as_call(self, report: bytes, heard_at: datetime) -> bytes:
        # What copies files may put blanks in front of XML; a binary list must stay as it is.
        report = report.lstrip() if report.lstrip().startswith(b"<") else report
        payload = property_list(report) if len(report) <= BODY_LIMIT else None
        if payload is None:
            raise MalformedReport("it is too large, or no property list and no body of a webhook call")
        device, user = _text(payload, "UDID"), _optional_text(payload, "UserID")
        event = {
            "ids": {"id": f"{device}:{user}" if user else device, "type": "User" if user else _DEVICE_CHANNEL},
            "udid": device,
            "status": _text(payload, "Status"),
            "command_uuid": _optional_text(payload, "CommandUUID") or "",
            "raw_payload": base64.b64encode(report).decode("ascii"),
        }
        told = {"topic": _COMMAND_TOPIC, "event_id": hashlib.sha256(report).hexdigest()}
        return json.dumps({**told, "created_at": heard_at.isoformat(), "acknowledge_event": event}).encode()


@dataclass(frozen=True, slots=True)
class _Enrollment:
    id: str
    is_device_channel: bool
    udid: str


def _enrollment(told: _Fields, payload: _Fields) -> _Enrollment:
    if told.get("ids") is None:
        return _resolved_enrollment(told, payload)
    ids = _object(told, "ids")
    enrollment_id = _text(ids, "id")
    udid = _optional_text(told, "udid") or _optional_text(ids, "parent_id") or enrollment_id
    return _Enrollment(enrollment_id, _text(ids, "type") == _DEVICE_CHANNEL, udid)


def _resolved_enrollment(told: _Fields, payload: _Fields) -> _Enrollment:
    """As NanoMDM makes its ids. An older server gives the Mac's `udid` for a user too: the payload names the user."""
    udid = _optional_text(told, "udid")
    device = udid or _text(told, "enrollment_id")
    user = _optional_text(payload, "UserID" if udid else "EnrollmentUserID")
    return _Enrollment(f"{device}:{user}" if user else device, bool(udid) and not user, device)


def _command_report(told: _Fields, payload: _Fields) -> CommandReport:
    try:
        status = ReportStatus(_text(told, "status"))
    except ValueError:
        raise MalformedReport("status is none of a Mac's") from None
    return command_report(status, _optional_text(told, "command_uuid"), payload)


def _check_in(topic: str, told: _Fields, payload: _Fields) -> CheckIn:
    kind = _CHECK_INS.get(topic, CheckInKind.OTHER)
    facts = device_facts(payload) if kind is CheckInKind.AUTHENTICATE else None
    return CheckIn(kind, facts, _optional_count(told, "token_update_tally"))


_CHECK_INS: Final = {f"mdm.{kind}": kind for kind in CheckInKind if kind is not CheckInKind.OTHER}


def _object(fields: _Fields, name: str) -> _Fields:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise MalformedReport(f"{name} is missing or no object")
    return value


def _text(fields: _Fields, name: str) -> str:
    value = _optional_text(fields, name)
    if value is None:
        raise MalformedReport(f"{name} is missing or empty")
    return value


def _optional_text(fields: _Fields, name: str) -> str | None:
    """None where it is left out, or empty, which is how an Idle report has no command."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _NAME_LIMIT or not value.isprintable():
        raise MalformedReport(f"{name} is no text, too long, or holds control characters")
    return value


def _optional_count(fields: _Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None or (type(value) is int and 0 <= value < 2**31):
        return value
    raise MalformedReport(f"{name} is no count")


def _base64(fields: _Fields, name: str) -> bytes:
    value = fields.get(name)
    if not isinstance(value, str):
        raise MalformedReport(f"{name} is missing or no text")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedReport(f"{name} is no base64") from None


def _time(fields: _Fields, name: str) -> datetime:
    """Go writes local times with nanoseconds; Python keeps the microseconds."""
    text = _text(fields, name)
    try:
        if _RFC3339.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedReport(f"{name} is no time")
