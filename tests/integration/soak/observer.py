"""Somebody who looks at every deposit all along, and holds each success that the API tells against the Mac."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.integration.soak.diary import Diary
from tests.integration.soak.installation import Installation, OwnedMac

_PAUSE_SECONDS = 0.15
_SUCCESS = {"stored", "superseded"}
_UNDER_WAY = {"received", "sent"}


class _Watched:
    """What is known of one Mac's deposits."""

    def __init__(self, mac: OwnedMac) -> None:
        self.mac = mac
        self.turn = threading.RLock()
        self.states: dict[str, str] = {}
        """The last state that was read of each deposit."""
        self.latest: str | None = None
        self.updated: str | None = None
        """A deposit that was read as a success, and not yet held against the Mac."""

    @property
    def says_updated(self) -> bool:
        """Whether the owner reads that the key was updated: the page tells of the latest deposit."""
        return self.latest is not None and self.states[self.latest] in _SUCCESS


class Observer:
    """`complaints` are the successes that were none, in words."""

    def __init__(self, installation: Installation, macs: Sequence[OwnedMac], diary: Diary) -> None:
        self._installation = installation
        self._diary = diary
        self._watched = {mac.device_id: _Watched(mac) for mac in macs}
        self._ending = threading.Event()
        self.complaints: list[str] = []
        self.successes = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch, name="observer")
        thread.start()
        try:
            yield
        finally:
            self._ending.set()
            thread.join()

    def _watch(self) -> None:
        while not self._ending.wait(_PAUSE_SECONDS):
            for watched in self._watched.values():
                # The portal may be down just now: it is looked at again soon.
                with contextlib.suppress(OSError, http.client.HTTPException):
                    self._look(watched, patiently=False)

    def look(self, mac: OwnedMac) -> dict[str, str]:
        """Look at all deposits of this Mac now, however long the portal takes to answer; their states."""
        watched = self._watched[mac.device_id]
        with watched.turn:
            self._look(watched, patiently=True)
            return dict(watched.states)

    def outcomes(self) -> Counter[str]:
        return Counter(state for watched in self._watched.values() for state in watched.states.values())

    def _look(self, watched: _Watched, *, patiently: bool) -> None:
        with watched.turn:
            self._read_all(watched, patiently=patiently)
            if watched.updated is not None and watched.says_updated:
                self._hold_against_the_mac(watched, watched.updated)

    def _read_all(self, watched: _Watched, *, patiently: bool) -> None:
        self._read(watched, "latest", patiently=patiently)
        for deposit_id in self._may_still_change(watched, everything=patiently):
            self._read(watched, deposit_id, patiently=patiently)

    def _may_still_change(self, watched: _Watched, *, everything: bool) -> list[str]:
        """A deposit that failed may be stored later; that is looked at now and then only."""
        changing = [one for one, state in watched.states.items() if state not in _SUCCESS]
        return changing if everything else [one for one in changing if watched.states[one] in _UNDER_WAY]

    def _read(self, watched: _Watched, deposit_id: str, *, patiently: bool) -> None:
        mac = watched.mac

        def ask() -> Any:
            return mac.browser.call("GET", f"{mac.path}/deposits/{deposit_id}")

        answer = self._installation.insist(ask) if patiently else ask()
        if answer.status != 200:
            return
        self._note(watched, answer.json)
        if deposit_id == "latest":
            watched.latest = str(answer.json["id"])

    def _note(self, watched: _Watched, deposit: dict[str, Any]) -> None:
        state = str(deposit["state"])
        is_news = watched.states.get(deposit["id"]) != state
        watched.states[deposit["id"]] = state
        if deposit["message"] == "key-updated" and state not in _SUCCESS:
            self._complain(watched.mac, f"deposit {deposit['id']}, {state}, was called updated")
        if is_news:
            self._diary.note(f"{watched.mac.entry.name}: deposit {deposit['id']} is {state}")
        if is_news and state in _SUCCESS:
            self.successes += 1
            watched.updated = str(deposit["id"])

    def _hold_against_the_mac(self, watched: _Watched, deposit_id: str) -> None:
        """The key shown must be one that the Mac has between before and after; unless its key is typed anew by now."""
        before = self._installation.keys_of(watched.mac)
        shown = self._installation.revealed(watched.mac)
        after = self._installation.keys_of(watched.mac)
        if shown not in after[len(before) - 1 :]:
            self._read_all(watched, patiently=True)
            if not watched.says_updated:
                return
            place = f"number {after.index(shown) + 1}" if shown in after else "none"
            self._complain(
                watched.mac, f"with deposit {deposit_id} updated, the key shown is {place} of the Mac's {len(after)}"
            )
        watched.updated = None

    def _complain(self, mac: OwnedMac, words: str) -> None:
        self._diary.note(f"{mac.entry.name}: COMPLAINT: {words}")
        self.complaints.append(f"{mac.entry.name}: {words}")
