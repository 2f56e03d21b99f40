"""Takes the pictures and makes the site: `python -m e2e.gallery`, which `make gallery` calls."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from e2e.gallery.differences import accept
from e2e.gallery.records import Records, prints_of
from e2e.gallery.run import run
from e2e.gallery.site import NOW, make_site
from e2e.gallery.walks import ROUNDS
from e2e.languages import language, offered_languages

FOLDER = Path("gallery")


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.accept:
        return _accept(arguments.folder)
    languages = [language(tag) for tag in arguments.languages] or list(offered_languages())
    records = Records(arguments.folder / NOW, prints_of(offered_languages()))
    refused = run(records, languages, arguments.walks, arguments.workers)
    compared = make_site(arguments.folder, records, datetime.now().astimezone(), arguments.workers)
    for one in refused:
        print(f"refused: {one.walk} {one.face} {one.language}: {one.why}", file=sys.stderr)
    faces = records.faces.values()
    count = sum(len(face.shots) for face in faces)
    found = sum(len(face.findings) for face in faces)
    print(
        f"{count} pictures, {len(compared.changed)} changed, {len(compared.fresh)} new, {len(compared.gone)} gone,"
        f" {found} findings: {(arguments.folder / 'index.html').absolute().as_uri()}"
    )
    return 1 if refused else 0


def _accept(folder: Path) -> int:
    if not (folder / NOW / "records.jsonl").exists():
        print("e2e.gallery: there are no pictures to accept: make some with  make gallery", file=sys.stderr)
        return 1
    accept(folder, folder / NOW)
    print("The pictures of this run are accepted: the next run is compared with them.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.gallery", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where pictures and site go (%(default)s)")
    parser.add_argument("--accept", action="store_true", help="take nothing, and keep the pictures to compare with")
    parser.add_argument("--languages", nargs="+", default=(), metavar="TAG", help="such as nl; without it, all")
    parser.add_argument("--walks", nargs="+", default=tuple(ROUNDS), choices=tuple(ROUNDS), help="without it, all")
    parser.add_argument("--workers", type=int, default=2, help="how many processes share the languages (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
