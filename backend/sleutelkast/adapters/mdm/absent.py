"""Stands where no MDM server is set: commands that people and key management need run without one."""

from __future__ import annotations

from datetime import datetime

from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.usecases.ports import Delivery, DeliveryReport, MalformedReport, MdmEvent

_NONE = DeliveryReport(Delivery.UNCLEAR, detail="no MDM server is set")


class NoMdmServer:
    """Everything waits until there is one."""

    def rotate_filevault_key(
        self, enrollment_id: str, command_uuid: str, present_key: RecoveryKey, reply_certificate: bytes
    ) -> DeliveryReport:
        return _NONE

    def security_info(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return _NONE

    def device_information(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return _NONE

    def push(self, enrollment_id: str) -> DeliveryReport:
        return _NONE

    def version(self) -> str | None:
        return None

    def clock(self) -> datetime | None:
        return None


class NoReports:
    """Nobody can have signed anything."""

    def signed_by_us(self, raw_body: bytes, signature: str | None) -> bool:
        return False

    def read_event(self, raw_body: bytes) -> MdmEvent:
        raise MalformedReport("no MDM server is set")

    def as_call(self, report: bytes, heard_at: datetime) -> bytes:
        raise MalformedReport("no MDM server is set")
