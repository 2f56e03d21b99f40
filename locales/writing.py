"""Writes what tools make, so that a second run changes nothing: not a byte, not a time."""

from collections.abc import Mapping
from pathlib import Path


def write(path: Path, content: bytes | str) -> bool:
    """Gives a file its content and says whether that changed it."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def write_folder(folder: Path, files: Mapping[str, bytes | str]) -> None:
    """Makes a folder hold these files and no others."""
    for name, content in files.items():
        write(folder / name, content)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            _remove_if_empty(path)
        elif path.relative_to(folder).as_posix() not in files:
            path.unlink()


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
