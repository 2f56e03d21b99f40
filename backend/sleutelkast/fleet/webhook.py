"""The webhook calls, as NanoMDM makes them: each event once, in a thread of its own, signed, without a retry.

Like NanoMDM's, a call waits as long as the other side takes: a portal that is slow just now loses no answer by it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import logging
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from sleutelkast.fleet.activity import Activity
from sleutelkast.fleet.faults import Fault, Faults, Mode, Part

_log = logging.getLogger(__name__)

Event = dict[str, Any]


def check_in_event(topic: str, enrollment_id: str, raw: bytes, token_update_tally: int | None = None) -> Event:
    """mdm.Authenticate, mdm.TokenUpdate, mdm.CheckOut."""
    event = _common(enrollment_id, raw)
    if token_update_tally is not None:
        event["token_update_tally"] = token_update_tally
    return {**_envelope(topic), "checkin_event": event}


def acknowledge_event(enrollment_id: str, raw: bytes, status: str, command_uuid: str | None) -> Event:
    """mdm.Connect; an Idle report has no command."""
    event = _common(enrollment_id, raw) | {"status": status}
    if command_uuid is not None:
        event["command_uuid"] = command_uuid
    return {**_envelope("mdm.Connect"), "acknowledge_event": event}


def on_user_channel(event: Event, user_id: str) -> Event:
    """The same event on the channel of a user of that Mac."""
    kind = "checkin_event" if "checkin_event" in event else "acknowledge_event"
    udid = event[kind]["udid"]
    ids = {"id": f"{udid}:{user_id}", "type": "User", "parent_id": udid}
    return {**event, kind: {**event[kind], "ids": ids}}


def _envelope(topic: str) -> Event:
    return {"topic": topic, "event_id": str(uuid.uuid4()), "created_at": _now()}


def _now() -> str:
    """As Go writes a time: RFC 3339 with nanoseconds."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanoseconds:09d}Z"


def _common(enrollment_id: str, raw: bytes) -> Event:
    return {
        "ids": {"id": enrollment_id, "type": "Device"},
        "udid": enrollment_id,
        "raw_payload": base64.b64encode(raw).decode(),
    }


def _whose(event: Event) -> str:
    details = event.get("checkin_event") or event["acknowledge_event"]
    return str(details["ids"]["id"])


class Webhook:
    """Calls one address."""

    def __init__(self, url: str, key: str, faults: Faults, activity: Activity) -> None:
        self._address = urlsplit(url)
        self._key = key.encode()
        self._faults = faults
        self._activity = activity
        self._made = threading.Condition()
        self._calls_about: Counter[str] = Counter()
        """How many calls were made about each Mac."""

    def post(self, *events: Event) -> Future[bool]:
        """Post these events one after the other, without blocking; the future tells whether all got a 200."""
        delivered: Future[bool] = Future()
        self._activity.begin()
        threading.Thread(target=self._deliver_all, args=(events, delivered), daemon=True).start()
        return delivered

    def _deliver_all(self, events: tuple[Event, ...], delivered: Future[bool]) -> None:
        try:
            outcomes = [self._deliver(event) for event in events]
            delivered.set_result(all(outcomes))
        finally:
            self._activity.end()

    def _deliver(self, event: Event) -> bool:
        body, udid = json.dumps(event).encode(), _whose(event)
        fault = self._faults.take(Part.WEBHOOK, udid)
        if fault is not None and fault.mode is Mode.DROP:
            return False
        if fault is not None:
            self._hold_back(fault, udid)
        outcomes = [self._call(body) for _ in range(2 if fault is not None and fault.mode is Mode.DUPLICATE else 1)]
        with self._made:
            self._calls_about[udid] += 1
            self._made.notify_all()
        return all(outcomes)

    def _hold_back(self, fault: Fault, udid: str) -> None:
        if fault.mode is not Mode.OVERTAKEN:
            time.sleep(fault.seconds)
            return
        with self._made:
            before = self._calls_about[udid]
            self._made.wait_for(lambda: self._calls_about[udid] > before, fault.seconds)

    def _call(self, body: bytes) -> bool:
        # A fresh connection each time: one kept open may be closed by the other side just now, and nothing is retried.
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port)
        try:
            connection.request("POST", self._address.path or "/", body, self._headers(body))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            _log.info("webhook call failed: %s", type(error).__name__)
            return False
        finally:
            connection.close()
        if status != 200:
            _log.info("webhook call answered %d", status)
        return status == 200

    def _headers(self, body: bytes) -> dict[str, str]:
        signature = base64.b64encode(hmac.digest(self._key, body, hashlib.sha256)).decode()
        return {"Content-Type": "application/json; charset=utf-8", "X-Hmac-Signature": signature}
