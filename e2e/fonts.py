"""Fonts for every script that the portal is written in: where one lacks, a picture shows boxes instead of signs.

`python -m e2e.fonts` makes sure that there are such: it installs Debian's packages where it may, and else says in one
line what to install. The tests themselves do without.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from tests.debian import install

PACKAGES = ("fonts-noto-core", "fonts-noto-cjk")
_LANGUAGES = ("ar", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "vi", "zh-cn", "zh-tw")
"""One for each script, as fontconfig calls them."""


def without_fonts() -> Sequence[str]:
    """The languages of which no font of this machine has the signs."""
    if shutil.which("fc-list") is None:
        return _LANGUAGES
    return [one for one in _LANGUAGES if not _list(f":lang={one}")]


def _list(pattern: str) -> str:
    return subprocess.run(["fc-list", pattern, "family"], capture_output=True, text=True, check=True).stdout


def main() -> int:
    if without_fonts():
        for package in PACKAGES:
            install(package)
    lacking = without_fonts()
    if lacking:
        words = f"no font was found for {', '.join(lacking)}: install {' and '.join(PACKAGES)}"
        print(f"e2e.fonts: {words}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
