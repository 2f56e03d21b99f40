"""The browser of the suite: a Chromium of this machine, since Playwright's own download is out of reach in many places.

`python -m e2e.browser` makes sure that there is one: it installs Debian's package where it may, and else says in one
line what to install.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.debian import install

SETTING = "SLEUTELKAST_CHROMIUM"
"""Names the browser to use, where the machine has several or an unusual one."""
_NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")
_PACKAGE = "chromium-headless-shell"
# A closed network refuses what a browser asks its maker for at every start, many times over.
_QUIET = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update")


class NoBrowserError(Exception):
    """There is none; the text says the mend."""


def browser_path() -> str:
    """The program to start; raise `NoBrowserError`."""
    wanted = os.environ.get(SETTING)
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise NoBrowserError(f"{SETTING} names {wanted}, which can't be run: correct it or remove it")
        return found
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoBrowserError(
            f"no Chromium was found: install the package {_PACKAGE} (or set {SETTING} to the path of one)"
        )
    return found


def launch_arguments() -> list[str]:
    """What it is started with; root may only start it without its sandbox."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextmanager
def own_browser() -> Iterator[Browser]:
    """One for whoever is no test, and so gets none from pytest; raise `NoBrowserError`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=launch_arguments())
        yield browser
        browser.close()


def ensure_browser() -> str:
    """The program to start, installed if need be; raise `NoBrowserError`."""
    try:
        return browser_path()
    except NoBrowserError:
        if os.environ.get(SETTING) or not install(_PACKAGE):
            raise
    return browser_path()


def main() -> int:
    try:
        print(ensure_browser())
    except NoBrowserError as reason:
        print(f"e2e.browser: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
