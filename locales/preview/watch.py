"""Catalogs that were saved, told to every page that is open."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from locales.errors import MendableError
from locales.preview.words import Words
from locales.project import Project
from locales.registry import Language

_LOOK_SECONDS = 0.2
_QUIET_SECONDS = 10.0


@dataclass(frozen=True)
class Change:
    """A catalog that was saved. `problem` says why it can't be read; the words before it are still shown then."""

    tag: str
    problem: str = ""


class Changes:
    """What was saved since the preview began."""

    def __init__(self) -> None:
        self._all: list[Change] = []
        self._more = threading.Condition()
        self._ended = False

    @property
    def problems(self) -> list[Change]:
        """Those that stand: of catalogs that still can't be read."""
        with self._more:
            latest = {change.tag: change for change in self._all}
        return [change for change in latest.values() if change.problem]

    def add(self, change: Change) -> None:
        with self._more:
            self._all.append(change)
            self._more.notify_all()

    def end(self) -> None:
        """Whoever waits goes on."""
        with self._more:
            self._ended = True
            self._more.notify_all()

    @property
    def count(self) -> int:
        """How many there were so far."""
        return len(self._all)

    def after(self, seen: int) -> Iterator[Change | None]:
        """Each change behind the first `seen` as it comes; None now and then, so that whoever left is noticed."""
        while not self._ended:
            fresh = self._wait_for_more_than(seen)
            seen += len(fresh)
            yield from fresh
            if not fresh:
                yield None

    def _wait_for_more_than(self, seen: int) -> list[Change]:
        with self._more:
            self._more.wait_for(lambda: len(self._all) > seen or self._ended, _QUIET_SECONDS)
            return self._all[seen:]


class Watcher:
    """Looks at the catalogs' files, by a thread of its own."""

    def __init__(self, project: Project, words: Words, changes: Changes) -> None:
        self._files = {project.catalog(one): one for one in words.languages if one.translated}
        self._words = words
        self._changes = changes
        self._ending = threading.Event()
        self._seen = self._stamps()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Compiles what was saved since the last look."""
        now = self._stamps()
        saved = [language for language, stamp in now.items() if stamp is not None and stamp != self._seen[language]]
        self._seen = now
        for language in saved:
            self._changes.add(self._compiled(language))

    def _compiled(self, language: Language) -> Change:
        try:
            self._words.compile(language)
        except MendableError as error:
            return Change(language.tag, str(error))
        return Change(language.tag)

    def _stamps(self) -> dict[Language, tuple[int, int] | None]:
        """Time and size of each file; None for one that is away or empty at this moment, as while it is being saved."""
        stamps: dict[Language, tuple[int, int] | None] = {}
        for path, language in self._files.items():
            try:
                found = path.stat()
            except FileNotFoundError:
                stamps[language] = None
            else:
                stamps[language] = (found.st_mtime_ns, found.st_size) if found.st_size else None
        return stamps
