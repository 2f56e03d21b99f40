"""Compressed copies beside the files, so that no server compresses anything while somebody waits."""

import gzip
from pathlib import Path

import brotli

_COMPRESSIBLE = {".html", ".js", ".css", ".json", ".svg", ".webmanifest", ".txt", ".xml"}


def compressed_copies(path: Path, content: bytes) -> dict[str, bytes]:
    """The compressed copies of a file's content by what is added to its name; none where they would save nothing."""
    if path.suffix not in _COMPRESSIBLE:
        return {}
    copies = {".br": brotli.compress(content, quality=11), ".gz": gzip.compress(content, compresslevel=9, mtime=0)}
    return {suffix: copy for suffix, copy in copies.items() if len(copy) < len(content)}
