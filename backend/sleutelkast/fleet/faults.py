"""Faults that a test can have the server show, of one Mac or of all, some times or until they are cleared."""

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
    SLOW = "slow"
    """api: everything is done, and answered `seconds` later."""
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
    OVERTAKEN = "overtaken"
    """webhook: the call is made behind the next one about the same Mac, or `seconds` later where none comes."""


_MODES: Final = {
    Part.PUSH: {Mode.REFUSED, Mode.UNREACHABLE},
    Part.API: {Mode.ERROR, Mode.SLOW, Mode.HANG, Mode.CUT, Mode.CUT_ANSWER},
    Part.WEBHOOK: {Mode.DROP, Mode.DUPLICATE, Mode.DELAY, Mode.OVERTAKEN},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` is how often it still shows (None: always); `seconds` matters to those modes that speak of them."""

    mode: Mode
    times: int | None = None
    seconds: float = 0.0


class Faults:
    """The faults that are switched on; they do not survive a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[tuple[Part, str | None], Fault] = {}

    def switch_on(self, part: Part, fault: Fault, udid: str | None = None) -> None:
        """For what concerns one Mac, or (None) all; raise ValueError for a mode that this part can't have."""
        if fault.mode not in _MODES[part]:
            raise ValueError(f"{part} can't be {fault.mode}")
        with self._lock:
            self._faults[part, udid] = fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, part: Part, udid: str | None) -> Fault | None:
        """The fault that this use of the part for a Mac shows, counted down; its own goes before that of all."""
        with self._lock:
            place = next((one for one in ((part, udid), (part, None)) if one in self._faults), None)
            if place is None:
                return None
            fault = self._faults[place]
            if fault.times is not None:
                self._count_down(place, fault, fault.times - 1)
            return fault

    def _count_down(self, place: tuple[Part, str | None], fault: Fault, remaining: int) -> None:
        if remaining > 0:
            self._faults[place] = Fault(fault.mode, remaining, fault.seconds)
        else:
            del self._faults[place]
