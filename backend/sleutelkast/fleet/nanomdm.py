"""The MDM server: what NanoMDM does with its API's calls and with what Macs send it.

Facts from NanoMDM's source (`api`, `http/api`, `service`, `storage/pgsql`): an enqueue is one transaction for all ids;
where it fails, the error stands at the top of the answer, and nothing is pushed. A failed push leaves the command
queued, and yet the answer is 500 where all ids failed, 207 where some did.
"""

from __future__ import annotations

import plistlib
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, Final

from sleutelkast.fleet import mac as macs
from sleutelkast.fleet.faults import Faults, Mode, Part
from sleutelkast.fleet.mac import Mac, Plist
from sleutelkast.fleet.queue_store import QueueStore, StorageError
from sleutelkast.fleet.reactions import Command, read_command
from sleutelkast.fleet.webhook import Event, Webhook, acknowledge_event, check_in_event, on_user_channel

Result = dict[str, Any]

_UNKNOWN: Final = "push data missing for id"
_UNREGISTERED: Final = "push HTTP status: 410: APNs push error: Unregistered"
_REFUSED: Final = "push HTTP status: 503: APNs push error: ServiceUnavailable"
_UNREACHABLE: Final = "retrieving push cert: sql: no rows in result set"


class NanoMdm:
    """`wake` has a Mac connect, as Apple's push service does."""

    def __init__(self, store: QueueStore, webhook: Webhook, faults: Faults, wake: Callable[[str], None]) -> None:
        self._store = store
        self._webhook = webhook
        self._faults = faults
        self._wake = wake

    # The API

    def enqueue(self, ids: list[str], raw: bytes, no_push: bool) -> tuple[int, Result]:
        """PUT /v1/enqueue/: an HTTP status and the answer's JSON."""
        try:
            command = read_command(raw)
        except ValueError as error:
            # NanoMDM repeats the whole command in this text, keys and all.
            return 500, {"command_error": f"decoding command: {error}: content: {raw.decode(errors='replace')}"}
        result = self._queue(ids, command, raw)
        if no_push:
            result["no_push"] = True
        elif "command_error" not in result:
            result |= self._push(ids)
        return _status(result, ids), result

    def _queue(self, ids: list[str], command: Command, raw: bytes) -> Result:
        result: Result = {"command_uuid": command.uuid, "request_type": command.request_type}
        try:
            self._store.enqueue(ids, command, raw)
        except StorageError as error:
            result["command_error"] = str(error)
        return result

    def push(self, ids: list[str]) -> tuple[int, Result]:
        """GET /v1/push/: an HTTP status and the answer's JSON."""
        result = self._push(ids)
        return _status(result, ids), result

    def _push(self, ids: list[str]) -> Result:
        fault = self._faults.take(Part.PUSH, ids[0] if len(ids) == 1 else None)
        if fault is not None and fault.mode is Mode.UNREACHABLE:
            return {"push_error": _UNREACHABLE}
        return {"status": {one: self._push_one(one, refused=fault is not None) for one in ids}}

    def _push_one(self, enrollment_id: str, *, refused: bool) -> Result:
        enabled = self._store.enabled(enrollment_id)
        if enabled is None:
            return {"push_error": _UNKNOWN}
        if refused or not enabled:
            return {"push_error": _REFUSED if refused else _UNREGISTERED, "push_result": str(uuid.uuid4()).upper()}
        self._wake(enrollment_id)
        return {"push_result": str(uuid.uuid4()).upper()}

    # What Macs send

    def enrol(self, mac: Mac) -> Future[bool]:
        """Authenticate, which clears its queue, and TokenUpdate, also of who is logged in.

        The future tells whether the webhook took all of it.
        """
        self._store.disable_and_clear(mac.udid)
        authenticate = _event("mdm.Authenticate", mac, macs.authenticate(mac))
        tally = self._store.enable(mac.udid)
        token_update = _event("mdm.TokenUpdate", mac, macs.token_update(mac), tally)
        events = [authenticate, token_update]
        if mac.token_update_first:
            events.reverse()
        if mac.user_id is not None:
            logged_in = _event("mdm.TokenUpdate", mac, macs.users_token_update(mac), 1)
            events.append(on_user_channel(logged_in, mac.user_id))
        return self._webhook.post(*events)

    def check_out(self, mac: Mac) -> Future[bool]:
        """The Mac leaves; commands can still be queued for it, pushes fail."""
        self._store.disable(mac.udid)
        return self._webhook.post(_event("mdm.CheckOut", mac, macs.check_out(mac)))

    def report(self, udid: str, report: Plist, *, stored: bool = True, heard: bool = True) -> bytes | None:
        """Take a Mac's report and hand out its next command; without `heard` the webhook's call gets lost."""
        if self._store.enabled(udid) is None:
            return None
        raw, status, command_uuid = plistlib.dumps(report), report["Status"], report.get("CommandUUID")
        if stored and command_uuid is not None:
            self._store.store_result(udid, command_uuid, status, raw)
        if heard:
            self._webhook.post(acknowledge_event(udid, raw, status, command_uuid))
        return self._store.next_command(udid, skip_not_now=status == "NotNow")

    def pass_on(self, udid: str, raw: bytes) -> Future[bool]:
        """Tell of a report without a look at it; the future tells whether the webhook took the call."""
        return self._webhook.post(acknowledge_event(udid, raw, "Acknowledged", None))

    def user_connects(self, mac: Mac) -> None:
        """Whoever is logged in asks for work as well; nothing is ever queued for users."""
        if mac.user_id is not None and self._store.enabled(mac.udid) is not None:
            raw = plistlib.dumps(macs.users_idle(mac))
            self._webhook.post(on_user_channel(acknowledge_event(mac.udid, raw, "Idle", None), mac.user_id))


def _event(topic: str, mac: Mac, message: Plist, token_update_tally: int | None = None) -> Event:
    return check_in_event(topic, mac.udid, plistlib.dumps(message), token_update_tally)


def _status(result: Result, ids: Iterable[str]) -> int:
    if "command_error" in result or "push_error" in result:
        return 500
    failed = sum("push_error" in one for one in result.get("status", {}).values())
    if failed == 0:
        return 200
    return 500 if failed == len(list(ids)) else 207
