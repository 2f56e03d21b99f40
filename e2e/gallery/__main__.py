"""Takes the pictures and makes the site: `python -m e2e.gallery`, which `make gallery` calls."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from e2e.gallery.records import Records, prints_of
from e2e.gallery.run import run
from e2e.gallery.walks import ROUNDS
from e2e.languages import language, offered_languages

FOLDER = Path("gallery")
NOW = "now"


def main() -> int:
    arguments = _parser().parse_args()
    languages = [language(tag) for tag in arguments.languages] or list(offered_languages())
    records = Records(arguments.folder / NOW, prints_of(languages))
    refused = run(records, languages, arguments.walks, arguments.workers)
    for one in refused:
        print(f"refused: {one.walk} {one.face} {one.language}: {one.why}", file=sys.stderr)
    return 1 if refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.gallery", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where pictures and site go (%(default)s)")
    parser.add_argument("--languages", nargs="+", default=(), metavar="TAG", help="such as nl; without it, all")
    parser.add_argument("--walks", nargs="+", default=tuple(ROUNDS), choices=tuple(ROUNDS), help="without it, all")
    parser.add_argument("--workers", type=int, default=2, help="how many processes share the languages (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
