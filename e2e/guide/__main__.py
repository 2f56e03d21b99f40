"""`python -m e2e.guide check` says whose pictures are out of date, `take` takes them anew."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from e2e.guide.album import Album
from e2e.guide.checking import MEND, check
from e2e.guide.taking import take_all
from e2e.languages import Language, NoSuchMessageError, language, offered_languages


def main() -> int:
    arguments = _parser().parse_args()
    album = Album()
    try:
        if arguments.what == "check":
            return check(album, offered_languages())
        album.forget_all_but(offered_languages())
        return take_all(album, _wanted(arguments, album))
    except NoSuchMessageError as error:
        print(f"e2e/guide/shots.py: {error}: name the text that stands there now, then {MEND}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.guide", description="The pictures of the guide.")
    parser.add_argument("what", choices=("check", "take"))
    parser.add_argument("tags", nargs="*", help="of the languages to take; without, those that lack them or are stale")
    parser.add_argument("--all", action="store_true", help="take every language, as after a change of the look")
    return parser


def _wanted(arguments: argparse.Namespace, album: Album) -> Sequence[Language]:
    offered = offered_languages()
    if arguments.all:
        return offered
    return [language(tag) for tag in arguments.tags or [*album.missing(offered), *album.stale(offered)]]


if __name__ == "__main__":
    sys.exit(main())
