"""Remembers what each step read and what it made, so that a step runs only when one of the two is different."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def run_if_changed(
    stamp: Path, inputs: Callable[[], Iterable[Path]], outputs: Callable[[], Iterable[Path]], step: Callable[[], None]
) -> bool:
    """Runs a step unless its inputs and outputs are as it left them, and says whether it ran."""
    if stamp.is_file() and stamp.read_text(encoding="ascii") == _state(inputs, outputs):
        return False
    step()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_state(inputs, outputs), encoding="ascii")
    return True


def files_below(*folders: Path, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """All files in some folders (a path that is a file counts as itself), of some suffixes only if any are given."""
    for folder in folders:
        paths = (folder,) if folder.is_file() else folder.rglob("*")
        yield from (path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def _state(inputs: Callable[[], Iterable[Path]], outputs: Callable[[], Iterable[Path]]) -> str:
    return f"{_digest(inputs())} {_digest(outputs())}\n"


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(f"{path.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
