"""Which Macs are connected just now: one connect at a time for each, and another one where it was woken meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sleutelkast.fleet.activity import Activity

_AT_ONCE: Final = 16
_log = logging.getLogger(__name__)


class Sessions:
    """`converse` is one connect of a Mac, from its Idle report until the server has nothing more for it."""

    def __init__(self, converse: Callable[[str], None], activity: Activity) -> None:
        self._converse = converse
        self._activity = activity
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mac")
        self._changed = threading.Condition()
        self._connected: dict[str, bool] = {}
        """For each Mac that is connected, whether it was woken since."""
        self._alarms: dict[str, threading.Timer] = {}
        self._closed = False

    def wake(self, udid: str) -> None:
        """Have a Mac connect now, without waiting for it."""
        with self._changed:
            if self._closed:
                return
            if udid in self._connected:
                self._connected[udid] = True
                return
            self._connected[udid] = False
            self._activity.begin()
            self._pool.submit(self._run, udid)

    def wait_for_end(self, udid: str, within: float) -> bool:
        """Wait until a Mac is not connected, for so many seconds at most; tell whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: udid not in self._connected, within)

    def wake_in(self, udid: str, seconds: float) -> None:
        """Have a Mac connect later; this replaces what was set for it before."""
        alarm = threading.Timer(max(0.0, seconds), self.wake, [udid])
        alarm.daemon = True
        with self._changed:
            before = self._alarms.pop(udid, None)
            self._alarms[udid] = alarm
        if before is not None:
            before.cancel()
        alarm.start()

    def _run(self, udid: str) -> None:
        try:
            self._converse(udid)
            while self._woken_meanwhile(udid):
                self._converse(udid)
        except Exception:
            _log.exception("a connect failed")
            self._disconnect(udid)
        finally:
            self._activity.end()

    def _woken_meanwhile(self, udid: str) -> bool:
        with self._changed:
            if self._connected[udid]:
                self._connected[udid] = False
                return True
            self._disconnect(udid)
            return False

    def _disconnect(self, udid: str) -> None:
        with self._changed:
            del self._connected[udid]
            self._changed.notify_all()

    def cancel_alarms(self) -> None:
        with self._changed:
            alarms, self._alarms = list(self._alarms.values()), {}
        for alarm in alarms:
            alarm.cancel()

    def close(self) -> None:
        """Let the connects that run come to their end, and start none."""
        with self._changed:
            self._closed = True
        self.cancel_alarms()
        self._pool.shutdown(wait=True)
