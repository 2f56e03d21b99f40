"""A checkout of one's own: what the workshop's commands read and write, so that they may change it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from locales.project import Project
from tests.checkout import copy_checkout

Locales = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def checkout(tmp_path: Path) -> Project:
    """A copy of the portal's sources and catalogs."""
    copy_checkout(tmp_path)
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
