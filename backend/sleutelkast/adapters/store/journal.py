"""Authenticates the audit entries of one process, and counts them.

Each entry tells how far this process's count is settled. So one that is deleted before it is linked leaves a hole that
nobody but the portal could have left, while one whose transaction came to nothing is named as such.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sleutelkast.domain.audit import AuditEntry, Authenticate, Origin, entry_message

_WRITER_BYTES = 8
_MOST_UNTOLD = 50
"""More dropped serials than this are not carried along: the process goes on under a new name."""


class Page:
    """The entries of one transaction."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.origins: list[Origin] = []

    def sign(self, entry: AuditEntry) -> tuple[Origin, bytes]:
        """Where the entry comes from, and its authenticator."""
        origin, authenticator = self._journal.sign(entry)
        self.origins.append(origin)
        return origin, authenticator

    def adopt(self, entry: AuditEntry, origin: Origin) -> bytes:
        """The authenticator of an entry that is there already."""
        return self._journal.authenticator(entry, origin)


class Journal:
    """May be used by many threads. Without `authenticate` nothing can be written down."""

    def __init__(self, authenticate: Authenticate | None) -> None:
        self._authenticate = authenticate
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._writer = secrets.token_hex(_WRITER_BYTES)
        self._last = 0
        self._open: set[int] = set()
        self._untold: set[int] = set()

    @contextmanager
    def page(self) -> Iterator[Page]:
        """What is signed within is settled as committed when this ends, as dropped where it ends with an error.

        A commit whose outcome is not known counts as dropped: an entry that is named so may be there all the same.
        """
        page = Page(self)
        try:
            yield page
        except BaseException:
            self._settle(page.origins, committed=False)
            raise
        self._settle(page.origins, committed=True)

    def sign(self, entry: AuditEntry) -> tuple[Origin, bytes]:
        origin = self._next()
        return origin, self.authenticator(entry, origin)

    def authenticator(self, entry: AuditEntry, origin: Origin) -> bytes:
        if self._authenticate is None:
            raise RuntimeError("this store was made without the key of the audit log")
        return self._authenticate(entry_message(entry, origin))

    def _next(self) -> Origin:
        with self._lock:
            settled = min(self._open, default=self._last + 1) - 1
            self._last += 1
            self._open.add(self._last)
            return Origin(self._writer, self._last, settled, tuple(sorted(self._untold)))

    def _settle(self, origins: list[Origin], *, committed: bool) -> None:
        if not origins:
            return
        with self._lock:
            for origin in origins:
                if origin.writer == self._writer:
                    self._settle_one(origin, committed=committed)
            if len(self._untold) > _MOST_UNTOLD:
                self._begin()

    def _settle_one(self, origin: Origin, *, committed: bool) -> None:
        self._open.discard(origin.serial)
        if committed:
            self._untold.difference_update(origin.dropped)
        else:
            self._untold.add(origin.serial)


NO_PAGE = Page(Journal(None))
"""That of a transaction which only reads."""
