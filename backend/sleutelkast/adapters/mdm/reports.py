"""What a Mac says in its own property list: check-ins and answers to commands.

The lists come from Macs by way of NanoMDM, which signs for the way and not for the content. A part of an unexpected
type counts as left out: a Mac that words its error oddly must not make its new key unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sleutelkast.domain.texts import line
from sleutelkast.usecases.ports import CommandReport, DeviceFacts, ReportStatus, SecurityInfo

_SERIAL_LIMIT: Final = 64
_NAME_LIMIT: Final = 255
_ERROR_LIMIT: Final = 500
_ERRORS_SHOWN: Final = 5


def command_report(status: ReportStatus, command_uuid: str | None, answer: Mapping[str, object]) -> CommandReport:
    """A Mac's answer to a command, of whatever kind it was."""
    rotation = answer.get("RotateResult")
    security = answer.get("SecurityInfo")
    facts = answer.get("QueryResponses")
    return CommandReport(
        status=status,
        command_uuid=command_uuid,
        error_text=_error_text(answer.get("ErrorChain")),
        is_rotation=rotation is not None,
        new_key_cms=_data(rotation.get("EncryptedNewRecoveryKey")) if isinstance(rotation, dict) else None,
        security_info=_security_info(security) if isinstance(security, dict) else None,
        device_facts=device_facts(facts) if isinstance(facts, dict) else None,
    )


def device_facts(told: Mapping[str, object]) -> DeviceFacts:
    """What Authenticate and DeviceInformation both call by the same names."""
    names = (line(told.get(name), _NAME_LIMIT) for name in ("ModelName", "ProductName", "Model"))
    return DeviceFacts(
        serial=line(told.get("SerialNumber"), _SERIAL_LIMIT),
        name=line(told.get("DeviceName"), _NAME_LIMIT),
        model=next(filter(None, names), None),
        os_version=line(told.get("OSVersion"), _SERIAL_LIMIT),
    )


def _security_info(told: Mapping[str, object]) -> SecurityInfo:
    return SecurityInfo(
        filevault_enabled=_flag(told.get("FDE_Enabled")),
        has_personal_recovery_key=_flag(told.get("FDE_HasPersonalRecoveryKey")),
        recovery_key_cms=_data(told.get("FDE_PersonalRecoveryKeyCMS")),
    )


def _error_text(chain: object) -> str | None:
    errors = [error for error in chain if isinstance(error, dict)] if isinstance(chain, list) else []
    return line("; ".join(map(_one_error, errors[:_ERRORS_SHOWN])), _ERROR_LIMIT)


def _one_error(error: Mapping[str, object]) -> str:
    """The Mac's words, English where it gives them, and in any case domain and code, which no language changes."""
    words = line(error.get("USEnglishDescription"), _ERROR_LIMIT) or line(
        error.get("LocalizedDescription"), _ERROR_LIMIT
    )
    # Nothing but texts and numbers: the lists of a binary property list may hold each other, and print without end.
    marks = (error.get(name) for name in ("ErrorDomain", "ErrorCode"))
    mark = " ".join(str(mark) for mark in marks if _is_printable(mark))
    return f"{words} ({mark})" if words and mark else words or mark


def _is_printable(mark: object) -> bool:
    # Python refuses to print integers of thousands of digits, which a property list can hold.
    return isinstance(mark, str) or (isinstance(mark, int) and abs(mark) < 2**63)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _data(value: object) -> bytes | None:
    return value if isinstance(value, bytes) and value else None
