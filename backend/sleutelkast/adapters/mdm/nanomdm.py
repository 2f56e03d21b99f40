"""The client of NanoMDM's HTTP API (v0.9 and newer)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout, parse_url

from sleutelkast.adapters.mdm import commands
from sleutelkast.adapters.mdm.answers import enqueue_report, push_report
from sleutelkast.adapters.mdm.reading import json_object
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.texts import line
from sleutelkast.usecases.ports import Delivery, DeliveryReport

_API_USER: Final = b"nanomdm"
_CONNECTIONS: Final = 8
_ANSWER_LIMIT: Final = 64 * 1024
_VERSION_LIMIT: Final = 64
# Narrower than what NanoMDM takes: a comma would address a second Mac, a slash another call.
_ENROLLMENT_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z:._-]{0,254}")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    date: str | None
    """The header: when it was given, by the clock of the server or of the proxy in front of it."""


@dataclass(frozen=True, slots=True)
class _NoAnswer:
    reason: str


class NanoMdm:
    """The port `MdmServer`. It may be used by many threads; connections are kept and reused.

    Nothing is sent twice: after an unclear outcome the caller sends the same command UUID again. Redirects are not
    followed and proxies of the environment are not used: both would hand on the API key and a typed recovery key.
    """

    def __init__(self, base_url: str, api_key: SecretBytes, timeout: float = 10.0) -> None:
        """`timeout` is in seconds: for connecting, and for each wait for a part of the answer.

        Raise ValueError for a `base_url` that is no http or https address of a server.
        """
        self._base_url = _checked(base_url)
        self._api_key = api_key
        self._pool = urllib3.PoolManager(
            num_pools=1, maxsize=_CONNECTIONS, retries=False, timeout=Timeout(connect=timeout, read=timeout)
        )

    def rotate_filevault_key(
        self, enrollment_id: str, command_uuid: str, present_key: RecoveryKey, reply_certificate: bytes
    ) -> DeliveryReport:
        command = commands.rotate_filevault_key(command_uuid, present_key, reply_certificate)
        return self._enqueue(enrollment_id, command_uuid, command)

    def security_info(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return self._enqueue(enrollment_id, command_uuid, commands.security_info(command_uuid))

    def device_information(self, enrollment_id: str, command_uuid: str) -> DeliveryReport:
        return self._enqueue(enrollment_id, command_uuid, commands.device_information(command_uuid))

    def push(self, enrollment_id: str) -> DeliveryReport:
        if not _ENROLLMENT_ID.fullmatch(enrollment_id):
            return _no_enrollment_id()
        answer = self._call("GET", f"/v1/push/{quote(enrollment_id, safe='')}")
        return _unclear(answer) if isinstance(answer, _NoAnswer) else push_report(answer.status, answer.body)

    def version(self) -> str | None:
        answer = self._call("GET", "/version", authenticated=False)
        if isinstance(answer, _NoAnswer) or answer.status != 200:
            return None
        return line((json_object(answer.body) or {}).get("version"), _VERSION_LIMIT)

    def clock(self) -> datetime | None:
        answer = self._call("GET", "/version", authenticated=False)
        return None if isinstance(answer, _NoAnswer) else _moment(answer.date)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.clear()

    def __repr__(self) -> str:
        return f"NanoMdm({self._base_url!r})"

    def _enqueue(self, enrollment_id: str, command_uuid: str, command: bytes) -> DeliveryReport:
        if not _ENROLLMENT_ID.fullmatch(enrollment_id):
            return _no_enrollment_id()
        answer = self._call("PUT", f"/v1/enqueue/{quote(enrollment_id, safe='')}", command)
        if isinstance(answer, _NoAnswer):
            return _unclear(answer)
        return enqueue_report(answer.status, answer.body, command_uuid)

    def _call(
        self, method: str, path: str, body: bytes | None = None, *, authenticated: bool = True
    ) -> _Answer | _NoAnswer:
        try:
            response = self._pool.request(
                method,
                self._base_url + path,
                body=body,
                headers=self._headers(authenticated),
                redirect=False,
                preload_content=False,
            )
            return _read(response)
        except (HTTPError, OSError) as error:
            # The name alone: the text has the address in it, and tells an operator little more.
            return _NoAnswer(type(error).__name__)

    def _headers(self, authenticated: bool) -> dict[str, str]:
        headers = {"User-Agent": "Sleutelkast", "Content-Type": "application/xml; charset=utf-8"}
        if authenticated:
            credentials = base64.b64encode(_API_USER + b":" + self._api_key.reveal())
            headers["Authorization"] = f"Basic {credentials.decode('ascii')}"
        return headers


def _checked(base_url: str) -> str:
    url = parse_url(base_url)
    if url.scheme not in ("http", "https") or not url.host or url.auth or url.query or url.fragment:
        raise ValueError(
            "the MDM server's address must be like https://mdm.example.org, with no user, query or fragment"
        )
    return base_url.rstrip("/")


def _read(response: urllib3.BaseHTTPResponse) -> _Answer | _NoAnswer:
    body = response.read(_ANSWER_LIMIT + 1, decode_content=False)
    if len(body) > _ANSWER_LIMIT:
        response.close()
        return _NoAnswer("an answer that is too long")
    response.release_conn()
    return _Answer(response.status, body, response.headers.get("Date"))


def _moment(date: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    # "-0000" stands for a time of no zone.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _unclear(answer: _NoAnswer) -> DeliveryReport:
    return DeliveryReport(Delivery.UNCLEAR, detail=answer.reason)


def _no_enrollment_id() -> DeliveryReport:
    return DeliveryReport(Delivery.REFUSED, detail="not an enrolment id; nothing was sent")
