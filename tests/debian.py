"""What tests need of the machine and no wheel brings: Debian's package, where this may install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory


def install(package: str) -> bool:
    """Install a package, as root or with a sudo that asks nothing; tell whether that was done."""
    become_root = _ways_to_root()
    if shutil.which("apt-get") is None or become_root is None:
        return False
    steps = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package])
    return all(_run([*become_root, "env", "DEBIAN_FRONTEND=noninteractive", *step]) for step in steps)


def unpack(package: str, folder: Path) -> bool:
    """Unpack a package into a folder and leave the machine as it is; tell whether that was done.

    For a package whose installation would start a service. What it depends on has to be there already.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return False
    with TemporaryDirectory() as download:
        if not _download(package, download) and not (_update() and _download(package, download)):
            return False
        (archive,) = Path(download).glob("*.deb")
        return _run(["dpkg-deb", "--extract", str(archive), str(folder)])


def _download(package: str, folder: str) -> bool:
    return _run(["apt-get", "download", "-qq", package], folder)


def _update() -> bool:
    become_root = _ways_to_root()
    return become_root is not None and _run([*become_root, "apt-get", "update", "-qq"])


def _ways_to_root() -> Sequence[str] | None:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]):
        return ("sudo", "-n")
    return None


def _run(words: Sequence[str], folder: str | None = None) -> bool:
    # Standard output is for the path of what was installed alone.
    ended = subprocess.run(words, cwd=folder, stdout=sys.stderr, stderr=subprocess.DEVNULL, check=False)
    return ended.returncode == 0
