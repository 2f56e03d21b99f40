"""How far a run is: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

_BAR = 30
_LINE_EVERY = 15.0
"""Seconds."""


class Progress:
    """`total` may change while it runs: how many faces a walk has is known once it was walked."""

    def __init__(self, total: int, out: TextIO) -> None:
        self.total = total
        self.done = 0
        self._out = out
        self._in_terminal = out.isatty()
        self._began = time.monotonic()
        self._said_at = self._began

    def advance(self, doing: str) -> None:
        self.done += 1
        if self._in_terminal:
            self._out.write(f"\r\x1b[K{self._bar()} {self._figures()}  {doing}")
            self._out.flush()
        elif time.monotonic() - self._said_at >= _LINE_EVERY:
            self._said_at = time.monotonic()
            self._out.write(f"{self._figures()}  {doing}\n")
            self._out.flush()

    def says(self, line: str) -> None:
        """Something that is to stay readable."""
        self._out.write(f"\r\x1b[K{line}\n" if self._in_terminal else f"{line}\n")
        self._out.flush()

    def ends(self) -> None:
        self.says(f"{self._figures()}  done")

    def _bar(self) -> str:
        filled = _BAR * self.done // max(1, self.total, self.done)
        return "█" * filled + "░" * (_BAR - filled)

    def _figures(self) -> str:
        seconds = int(time.monotonic() - self._began)
        total = max(1, self.total, self.done)
        return f"{100 * self.done // total:3} %  {self.done} of {total}  {seconds // 60}:{seconds % 60:02}"
