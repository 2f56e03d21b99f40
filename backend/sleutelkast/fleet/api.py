"""NanoMDM's own HTTP paths: `/version`, `/v1/push/` and `/v1/enqueue/`. As there, any method will do."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import threading
from typing import Any, Final

from sleutelkast.fleet.faults import Fault, Faults, Mode, Part
from sleutelkast.fleet.http_messages import Answer, Request
from sleutelkast.fleet.nanomdm import NanoMdm

VERSION: Final = "v0.9.0"
_ENQUEUE: Final = "/v1/enqueue/"
_PUSH: Final = "/v1/push/"


class Api:
    """`closing` ends answers that a fault holds back."""

    def __init__(self, server: NanoMdm, faults: Faults, api_key: str, closing: threading.Event) -> None:
        self._server = server
        self._faults = faults
        self._login = f"nanomdm:{api_key}".encode()
        self._closing = closing

    def answer(self, request: Request) -> Answer | None:
        """None ends the connection without an answer."""
        fault = self._faults.take(Part.API, _whose(request))
        return self._route(request) if fault is None else self._answer_with(fault, request)

    def _answer_with(self, fault: Fault, request: Request) -> Answer | None:
        match fault.mode:
            case Mode.ERROR:
                return _text(500, "Internal Server Error")
            case Mode.SLOW:
                answer = self._route(request)
                self._closing.wait(fault.seconds)
                return answer
            case Mode.HANG:
                self._closing.wait(fault.seconds)
            case Mode.CUT_ANSWER:
                self._route(request)
        return None

    def _route(self, request: Request) -> Answer:
        if request.path == "/version":
            return _json(200, {"version": VERSION})
        if not request.path.startswith((_ENQUEUE, _PUSH)):
            return _text(404, "404 page not found")
        if not self._may(request):
            return _text(401, "Unauthorized", {"WWW-Authenticate": 'Basic realm="nanomdm"'})
        return self._enqueue(request) if request.path.startswith(_ENQUEUE) else self._push(request)

    def _may(self, request: Request) -> bool:
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        try:
            login = base64.b64decode(credentials, validate=True)
        except binascii.Error:
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(login, self._login)

    def _enqueue(self, request: Request) -> Answer:
        ids = request.path.removeprefix(_ENQUEUE)
        if not ids:
            return _json(500, {"command_error": "getting enrollment ids: empty path"})
        if not request.body:  # NanoMDM takes an enqueue of nothing for a push
            return _json(*self._server.push(ids.split(",")))
        return _json(*self._server.enqueue(ids.split(","), request.body, bool(request.query.get("nopush"))))

    def _push(self, request: Request) -> Answer:
        ids = request.path.removeprefix(_PUSH)
        if not ids:
            return _json(500, {"push_error": "getting enrollment ids: empty path"})
        return _json(*self._server.push(ids.split(",")))


def _whose(request: Request) -> str | None:
    """The Mac that a call is about, where it is about one."""
    name = request.path.rpartition("/")[2] if request.path.startswith((_ENQUEUE, _PUSH)) else ""
    return name or None


def _json(status: int, content: dict[str, Any]) -> Answer:
    return Answer(status, (json.dumps(content, indent="\t") + "\n").encode(), "application/json")


def _text(status: int, text: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8", headers or {})
