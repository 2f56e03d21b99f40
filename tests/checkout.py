"""A copy of the portal's sources and catalogs, for tests that change what lies in a checkout."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
_READ = ("locales", "backend/sleutelkast", "package-static", "web/src", "web/public")
_READ_FILES = ("web/package.json", "web/index.html", "web/tsconfig.json", "web/vite.config.ts")
_MADE = shutil.ignore_patterns("__pycache__", "static", "translations", "generated")


def copy_checkout(folder: Path) -> None:
    """Fills a folder. What npm installed is there by a link; nothing is there that the build makes."""
    for name in _READ:
        shutil.copytree(ROOT / name, folder / name, ignore=_MADE)
    for name in _READ_FILES:
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
