"""A checkout of one's own: what the workshop's commands read and write, so that they may change it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from locales.project import THIS, Project

Locales = Callable[..., "subprocess.CompletedProcess[str]"]
_READ = ("locales", "web/src", "web/package.json", "backend/sleutelkast", "package-static")
_MADE = shutil.ignore_patterns("__pycache__", "static", "translations", "generated")


@pytest.fixture
def checkout(tmp_path: Path) -> Project:
    """A copy of the portal's sources and catalogs."""
    for name in _READ:
        source, target = THIS.root / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_MADE)
        else:
            shutil.copyfile(source, target)
    (tmp_path / "web" / "node_modules").symlink_to(THIS.root / "web" / "node_modules")
    return Project(tmp_path)


@pytest.fixture
def locales(checkout: Project) -> Locales:
    """`python -m locales` in that copy."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        # Git must not find the repository that a temporary folder may lie in.
        environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(checkout.root.parent)}
        command = [sys.executable, "-m", "locales", *words]
        return subprocess.run(
            command, cwd=checkout.root, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    return run
