"""What tests need of the machine and no wheel brings: Debian's package, where this may install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


def install(package: str) -> bool:
    """Install a package, as root or with a sudo that asks nothing; tell whether that was done."""
    become_root = _ways_to_root()
    if shutil.which("apt-get") is None or become_root is None:
        return False
    steps = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package])
    return all(_run([*become_root, "env", "DEBIAN_FRONTEND=noninteractive", *step]) for step in steps)


def _ways_to_root() -> Sequence[str] | None:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]):
        return ("sudo", "-n")
    return None


def _run(words: Sequence[str]) -> bool:
    # Standard output is for the path of what was installed alone.
    return subprocess.run(words, stdout=sys.stderr, stderr=subprocess.DEVNULL, check=False).returncode == 0
