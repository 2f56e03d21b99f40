"""What happened in a run and when, for whoever has to find out why it went wrong."""

from __future__ import annotations

import time


class Diary:
    """Lines without a single key."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lines: list[str] = []

    def note(self, words: str) -> None:
        self._lines.append(f"{time.monotonic() - self._began:7.2f} s  {words}")

    def __str__(self) -> str:
        return "\n".join(self._lines)
