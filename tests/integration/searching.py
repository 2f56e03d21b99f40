"""Looks for recovery keys in bytes, in any form in which a program might have left them there."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# All forms but groups consist of these signs alone, each in one byte or, in UTF-16, beside a zero byte.
_RUN = re.compile(rb"[A-Za-z0-9+/=_-]{10,}")
_WIDE_RUN = re.compile(rb"(?:[A-Za-z0-9+/=_-]\0){9,}[A-Za-z0-9+/=_-]")
_GROUPS = re.compile(rb"(?:[A-Za-z0-9]{4}(?:%2[0Dd]|[^A-Za-z0-9]{1,4}))+[A-Za-z0-9]{4}")
"""As a list in JSON has them, a page shows them or an address encodes their dashes."""
_BETWEEN = re.compile(rb"%2[0Dd]|[^A-Za-z0-9]")


@dataclass(frozen=True)
class Trace:
    """Where a key stands: never the key itself, since test reports are kept."""

    place: str
    form: str


class Search:
    """For these keys, whole or one half of each."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._needles = {needle: form for key in keys for half in _halves(key) for needle, form in _forms(half)}

    def in_bytes(self, place: str, content: bytes) -> set[Trace]:
        readable = b"\n".join(_RUN.findall(content))
        wide = b"\n".join(_WIDE_RUN.findall(content)).replace(b"\0", b"")
        grouped = b"\n".join(_BETWEEN.sub(b"", run) for run in _GROUPS.findall(content.replace(b"\0", b"")))
        return {
            Trace(place, f"{form}, {width}")
            for width, runs in (("one byte a sign", readable), ("UTF-16", wide), ("in groups", grouped))
            for needle, form in self._needles.items()
            if needle in runs
        }

    def in_files(self, files: Iterable[Path]) -> set[Trace]:
        return {trace for file in files for trace in self.in_bytes(str(file), _content(file))}


def _content(file: Path) -> bytes:
    """Nothing for a file that is gone by now: a database server at work makes and drops files all the time."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _halves(key: str) -> tuple[str, str]:
    """Each half of what was typed for a key: as telling as the whole to somebody who can try the rest."""
    middle = (len(key) + 1) // 2
    return key[:middle].strip("-"), key[middle:].strip("-")


def _forms(half: str) -> Iterator[tuple[bytes, str]]:
    for spelling in {half, half.replace("-", ""), half.lower(), half.replace("-", "").lower()}:
        plain = spelling.encode()
        yield plain, "as it is"
        yield plain.hex().encode(), "hexadecimal"
        yield plain.hex().upper().encode(), "hexadecimal"
        yield from ((encoded, "base64") for encoded in _base64(plain))
        yield from ((encoded, "base64 of UTF-16") for encoded in _base64(spelling.encode("utf-16-le")))


def _base64(plain: bytes) -> Iterator[bytes]:
    """In each of the three positions in which it can stand in something longer, without the signs that it shares."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        whole_signs = (before + len(plain)) * 8 // 6
        yield encoded[(before * 8 + 5) // 6 : whole_signs]


def files_below(folder: Path, but: Path | None = None) -> list[Path]:
    """Every file in a folder and below, without those below `but`."""
    every = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in every if but is None or but not in path.parents]
