"""Who may wait for what takes long: a password to be hashed, a provider to answer.

Each of them holds a thread of the server, and a flood of wrong passwords or made-up codes would hold all. So the
threads are shared out: whoever finds no place left is told at once to come back, and those who are more likely to be
people at work find one when others don't.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, g

from sleutelkast.http.limits import failed_lately, in_a_strange_browser, too_many_attempts

View = TypeVar("View", bound=Callable[..., Any])

_COME_BACK_AFTER_SECONDS = 2


class Standing(Enum):
    """What is known of whoever signs in; its value is the share of the threads up to which they find a place.

    There is always a quarter of the threads that nobody can have who signs in.
    """

    GUESSES = 4 / 8
    """Others at this address, or they themselves, were wrong several times in the last minute."""
    STRANGER = 5 / 8
    KNOWN = 6 / 8
    """Signed in, or in a browser in which they were before."""


class Places:
    """As many as the server has threads, of which those who wait may have some."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._taken = 0
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, standing: Standing) -> Iterator[bool]:
        """Whether there is one left for somebody of this standing; within the block it is theirs."""
        with self._lock:
            # The only thread of a server has nobody to be kept for.
            is_theirs = self._taken < max(1, int(self._threads * standing.value))
            self._taken += is_theirs
        try:
            yield is_theirs
        finally:
            with self._lock:
                self._taken -= is_theirs


def keep_places(app: Flask, threads: int) -> None:
    """Share out the server's `threads` among the routes of this app that wait."""
    app.extensions["sleutelkast_places"] = Places(threads)


def waits(view: View) -> View:
    """Mark a route that hashes a password or asks a provider: it answers 429 at once where all places are taken."""

    @wraps(view)
    def in_a_place(*args: Any, **kwargs: Any) -> Any:
        places: Places = current_app.extensions["sleutelkast_places"]
        with places.taken(_standing()) as is_theirs:
            if not is_theirs:
                raise too_many_attempts(_COME_BACK_AFTER_SECONDS)
            return view(*args, **kwargs)

    in_a_place.waits = True  # type: ignore[attr-defined]
    return in_a_place  # type: ignore[return-value]


def _standing() -> Standing:
    if "person" in g or not in_a_strange_browser():
        return Standing.KNOWN
    return Standing.GUESSES if failed_lately() else Standing.STRANGER
