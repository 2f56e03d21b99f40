"""`python -m locales gallery`."""

import subprocess  # nosec B404
from argparse import ArgumentParser, Namespace

from locales.workshop import Workshop


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("tags", metavar="TAG", nargs="*", help="the languages to take; without one, all")


def run(workshop: Workshop, chosen: Namespace) -> int:
    """take a picture of every page in every language, or in those named, and make a site of them"""
    workshop.require(*chosen.tags)
    # The browser suite is a house of its own; make sees to the browser, the fonts and the build.
    command = ["make", "gallery", *([f"LANGUAGES={' '.join(chosen.tags)}"] if chosen.tags else [])]
    return subprocess.run(command, cwd=workshop.project.root, check=False).returncode  # noqa: S603  # nosec B603
