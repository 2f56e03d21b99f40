"""Asks an OpenID provider over HTTP, within bounds: what it answers is data, and what goes wrong is one exception."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from sleutelkast.adapters.mdm.reading import json_object
from sleutelkast.domain.work_account import Cause
from sleutelkast.usecases.ports import NotAccepted

_LONGEST_ANSWER: Final = 512 * 1024
_AT_ONCE: Final = 4
"""A provider that hangs holds so many of the portal's threads, and no more."""
_ALL_OF_IT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    json: Mapping[str, object] | None
    """None where it is no JSON object."""


class ProviderConnection:
    """One provider's server, for many threads. Redirects are not followed: they would hand on codes and secrets."""

    def __init__(self, timeout: float = 5.0) -> None:
        """`timeout` is in seconds: for connecting, for each part of the answer, and for a turn."""
        self._timeout = timeout
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._pool = urllib3.PoolManager(
            maxsize=_AT_ONCE, retries=False, timeout=Timeout(connect=timeout, read=timeout)
        )

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", url, None, headers or {})

    def post(self, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        return self._ask("POST", url, body.encode(), headers)

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        sent = {"User-Agent": "Sleutelkast", "Accept": "application/json", **headers}
        with self._turn():
            try:
                response = self._pool.request(
                    method, url, body=body, headers=sent, redirect=False, preload_content=False
                )
                status, content = response.status, _read(response)
            except (HTTPError, OSError, ValueError):
                raise NotAccepted(Cause.UNAVAILABLE) from None
        if status >= 500:
            raise NotAccepted(Cause.UNAVAILABLE)
        return Answer(status, json_object(content))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._timeout):
            raise NotAccepted(Cause.UNAVAILABLE)
        try:
            yield
        finally:
            self._turns.release()

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.clear()


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """The whole body, in reasonable time: one that drips must not hold a thread for long."""
    give_up, parts, length = time.monotonic() + _ALL_OF_IT_SECONDS, [], 0
    while part := response.read1(16 * 1024):
        parts.append(part)
        length += len(part)
        if length > _LONGEST_ANSWER or time.monotonic() > give_up:
            response.close()
            raise NotAccepted(Cause.UNAVAILABLE)
    response.release_conn()
    return b"".join(parts)


def is_safe(url: object, issuer: str) -> bool:
    """Whether something secret may be sent there: over TLS, or on this machine where the provider is on it as well."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    in_clear = urlsplit(issuer).scheme == "http"
    return (
        bool(parts.hostname)
        and "@" not in parts.netloc
        and parts.scheme in ({"http", "https"} if in_clear else {"https"})
    )
