"""The pictures that the web app holds, and its list of them: of each language the sizes, and what they show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.guide.shots import SHOTS, Shot
from e2e.languages import Language

FOLDER = Path(__file__).parents[2] / "web" / "src" / "pages" / "help" / "pictures"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Picture:
    """One shot in one language: its size in CSS pixels, and the bytes for each theme."""

    width: int
    height: int
    bytes: Mapping[str, bytes]


class Album:
    """The folder with the pictures; tests have their own."""

    def __init__(self, folder: Path = FOLDER, shots: Sequence[Shot] = SHOTS) -> None:
        self._folder = folder
        self._shots = shots

    def stale(self, languages: Iterable[Language]) -> list[str]:
        """The tags of those whose pictures show other texts than the portal has now."""
        held = self._list()
        return [one.tag for one in languages if one.tag in held and held[one.tag]["texts"] != self._fingerprint(one)]

    def missing(self, languages: Iterable[Language]) -> list[str]:
        """The tags of those that have no pictures: the guide does without."""
        held = self._list()
        return [one.tag for one in languages if one.tag not in held]

    def put(self, language: Language, pictures: Mapping[str, Picture]) -> None:
        """The pictures of one language, in the place of what it had."""
        folder = self._folder / language.tag
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, picture in pictures.items():
            for theme, content in picture.bytes.items():
                (folder / f"{name}-{theme}.webp").write_bytes(content)
        sizes = {name: [picture.width, picture.height] for name, picture in pictures.items()}
        self._write({**self._list(), language.tag: {"texts": self._fingerprint(language), "sizes": sizes}})

    def forget_all_but(self, languages: Iterable[Language]) -> None:
        """Pictures of languages that are no longer offered go."""
        kept = {one.tag for one in languages}
        for tag in self._list().keys() - kept:
            for path in (self._folder / tag).iterdir():
                path.unlink()
            (self._folder / tag).rmdir()
        self._write({tag: entry for tag, entry in self._list().items() if tag in kept})

    def _fingerprint(self, language: Language) -> str:
        shown = [(shot.name, words.text, words.translated(language)) for shot in self._shots for words in shot.texts]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]

    @property
    def _list_file(self) -> Path:
        return self._folder / "pictures.json"

    def _list(self) -> dict[str, Any]:
        held: dict[str, Any] = json.loads(self._list_file.read_text()) if self._list_file.exists() else {}
        return held

    def _write(self, entries: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._list_file.write_text(_lines(entries))


def _lines(entries: Mapping[str, Any]) -> str:
    """A line for each language, so that two who take pictures of different ones change different lines."""
    return "{\n" + ",\n".join(_entries(entries)) + "\n}\n"


def _entries(entries: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"  {json.dumps(tag)}: {json.dumps(entries[tag])}" for tag in sorted(entries))
