"""What was taken, in a file to which each face of each language adds a line: an interrupted run goes on from there.

A line counts as long as everything is as it was that the pictures were made of: the sources of portal and gallery, the
browser, and the catalog of the language. So a changed catalog has its own language taken anew, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from e2e.browser import browser_path
from e2e.languages import CATALOGS, SOURCE, Language

_ROOT = Path(__file__).parents[2]
_SOURCES = {
    "web/src": ("*.ts", "*.tsx", "*.css"),
    "web/public": ("*",),
    "backend/sleutelkast": ("*.py",),
    "e2e": ("*.py", "*.js"),
}
_MADE_BY_THE_BUILD = "generated"


@dataclass(frozen=True)
class Shot:
    """One picture; `file` is its place in the folder of the run."""

    screen: str
    theme: str
    file: str
    width: int
    height: int
    content: str
    """The digest of the file."""


@dataclass(frozen=True)
class Face:
    """One face of a page in one language."""

    walk: str
    name: str
    language: str
    title: str
    text: str
    """What can be read in it."""
    shots: Sequence[Shot]
    findings: Sequence[str] = field(default_factory=tuple)


class Records:
    """Of one run; `prints` says for each language what its pictures are made of."""

    def __init__(self, folder: Path, prints: Mapping[str, str]) -> None:
        self.folder = folder
        self._file = folder / "records.jsonl"
        self._prints = prints
        self.faces: dict[tuple[str, str], Face] = {}
        """By name and language."""
        self.finished: dict[tuple[str, str], Sequence[str]] = {}
        """The faces of each walk that was walked to its end in a language."""
        for line in self._lines():
            self._take(line)
        folder.mkdir(parents=True, exist_ok=True)
        self._write_anew()

    def add(self, face: Face) -> None:
        known = self.faces.get((face.name, face.language))
        if known is not None and known.walk != face.walk:
            raise ValueError(f"two walks, {known.walk} and {face.walk}, have a face called {face.name}")
        self._append({"print": self._prints[face.language], "face": asdict(face)})

    def finish(self, walk: str, language: str, faces: Sequence[str]) -> None:
        """All faces of a walk are there in this language; one that a walk no longer has is forgotten."""
        self._append({"print": self._prints[language], "walk": walk, "language": language, "faces": list(faces)})
        for key, face in list(self.faces.items()):
            if face.walk == walk and face.language == language and face.name not in faces:
                del self.faces[key]

    def lacks(self, name: str, language: str) -> bool:
        return (name, language) not in self.faces

    def _append(self, line: dict[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        if "face" in line:
            face = _face(line["face"])
            if self._prints.get(face.language) == line["print"] and self._has_files(face):
                self.faces[face.name, face.language] = face
        elif self._prints.get(line["language"]) == line["print"]:
            self.finished[line["walk"], line["language"]] = tuple(line["faces"])

    def _has_files(self, face: Face) -> bool:
        return all((self.folder / shot.file).is_file() for shot in face.shots)

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self._file.exists():
            return
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:  # the last one, of a run that was ended while it wrote
                continue

    def _write_anew(self) -> None:
        """Without what counts no longer; a walk counts as finished only while all its faces are there."""
        self.finished = {
            (walk, language): faces
            for (walk, language), faces in self.finished.items()
            if all((name, language) in self.faces for name in faces)
        }
        lines: list[dict[str, Any]] = [
            {"print": self._prints[face.language], "face": asdict(face)} for face in self.faces.values()
        ]
        lines += [
            {"print": self._prints[language], "walk": walk, "language": language, "faces": list(faces)}
            for (walk, language), faces in self.finished.items()
        ]
        fresh = self._file.with_suffix(".new")
        fresh.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        fresh.replace(self._file)


def read_faces(folder: Path) -> list[Face]:
    """All faces that a folder of pictures has, whatever they were made of."""
    file = folder / "records.jsonl"
    if not file.exists():
        return []
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [_face(line["face"]) for line in lines if "face" in line]


def prints_of(languages: Sequence[Language]) -> Mapping[str, str]:
    """What the pictures of each language are made of, as a digest."""
    common = hashlib.sha256()
    for folder, names in _SOURCES.items():
        files = {file for name in names for file in (_ROOT / folder).rglob(name)}
        for file in sorted(one for one in files if one.is_file() and _MADE_BY_THE_BUILD not in one.parts):
            common.update(str(file.relative_to(_ROOT)).encode())
            common.update(file.read_bytes())
    common.update(subprocess.run([browser_path(), "--version"], capture_output=True, check=True).stdout)
    common.update(_catalog(SOURCE))
    return {one.tag: _with(common, _catalog(one.folder)) for one in languages}


def _with(common: Any, catalog: bytes) -> str:
    digest = common.copy()
    digest.update(catalog)
    return str(digest.hexdigest())


def _catalog(folder: str) -> bytes:
    return (CATALOGS / folder / "LC_MESSAGES" / "portal.mo").read_bytes()


def _face(told: dict[str, Any]) -> Face:
    return Face(**{**told, "shots": [Shot(**shot) for shot in told["shots"]]})
