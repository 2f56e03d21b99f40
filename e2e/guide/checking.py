"""Says whose pictures are out of date. Needs no browser."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from e2e.guide.album import Album
from e2e.languages import Language

MEND = "make guide-pictures"


def check(album: Album, languages: Sequence[Language]) -> int:
    """1 where pictures show texts that the portal no longer says. Pictures that are not there show nothing wrong."""
    missing, stale = album.missing(languages), album.stale(languages)
    if missing:
        print(f"guide without pictures: {', '.join(missing)} ({MEND})")
    if stale:
        print(f"the guide's pictures show former texts: {', '.join(stale)}\n    mend: {MEND}", file=sys.stderr)
    return int(bool(stale))
