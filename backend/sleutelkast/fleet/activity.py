"""How much is going on just now, so that a test can wait for quiet instead of sleeping."""

from __future__ import annotations

import threading


class Activity:
    """Counts what has begun and not ended: connects of Macs and webhook calls."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0

    def begin(self) -> None:
        with self._changed:
            self._under_way += 1

    def end(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def wait_for_quiet(self, within: float) -> bool:
        """Wait until nothing is under way, for so many seconds at most; tell whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, within)
