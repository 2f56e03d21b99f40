"""Faults that a test can have the server show, for a number of times or until they are cleared."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """What fails."""

    PUSH = "push"
    API = "api"
    WEBHOOK = "webhook"


class Mode(StrEnum):
    """How it fails."""

    REFUSED = "refused"
    """push: Apple's push service refuses this Mac (`push_error` under the id). The command is queued."""
    UNREACHABLE = "unreachable"
    """push: Apple's push service is out of reach (`push_error` of the whole answer). The command is queued."""
    ERROR = "error"
    """api: 500 and nothing is done."""
    HANG = "hang"
    """api: no answer for `seconds`, then the connection ends; nothing is done."""
    CUT = "cut"
    """api: the connection ends without an answer; nothing is done."""
    CUT_ANSWER = "cut-answer"
    """api: everything is done, then the connection ends without an answer."""
    DROP = "drop"
    """webhook: the call is not made."""
    DUPLICATE = "duplicate"
    """webhook: the call is made twice."""
    DELAY = "delay"
    """webhook: the call is made `seconds` later."""


_MODES: Final = {
    Part.PUSH: {Mode.REFUSED, Mode.UNREACHABLE},
    Part.API: {Mode.ERROR, Mode.HANG, Mode.CUT, Mode.CUT_ANSWER},
    Part.WEBHOOK: {Mode.DROP, Mode.DUPLICATE, Mode.DELAY},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` is how often it still shows (None: always); `seconds` matters to `hang` and `delay`."""

    mode: Mode
    times: int | None = None
    seconds: float = 0.0


class Faults:
    """The faults that are switched on; they do not survive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[Part, Fault] = {}

    def switch_on(self, part: Part, fault: Fault) -> None:
        """Raise ValueError for a mode that this part can't have."""
        if fault.mode not in _MODES[part]:
            raise ValueError(f"{part} can't be {fault.mode}")
        with self._lock:
            self._faults[part] = fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, part: Part) -> Fault | None:
        """The fault that this use of the part shows, counted down."""
        with self._lock:
            fault = self._faults.get(part)
            if fault is not None and fault.times is not None:
                self._count_down(part, fault, fault.times - 1)
            return fault

    def _count_down(self, part: Part, fault: Fault, remaining: int) -> None:
        if remaining > 0:
            self._faults[part] = Fault(fault.mode, remaining, fault.seconds)
        else:
            del self._faults[part]
