"""What the process owes its surroundings: an end when its parent ends, and an address to be found at."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

ADDRESS_FILE: Final = "address.json"
_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Have the kernel send SIGTERM when the parent ends; only Linux can.

    To the kernel, the parent is the thread that started this process: start it from one that lives as long.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit("the parent ended during the start")


def write_address(folder: Path, url: str, control_key: str) -> None:
    """Say where the fleet is, for its owner's eyes only; a reader sees the old file or the new one, nothing between."""
    address = {"url": url, "pid": os.getpid(), "control_key": control_key}
    fresh = folder / f".{ADDRESS_FILE}.{os.getpid()}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(address, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / ADDRESS_FILE)


def read_address(folder: Path) -> dict[str, Any]:
    """What `write_address` wrote; raise FileNotFoundError where no fleet was started."""
    address: dict[str, Any] = json.loads((folder / ADDRESS_FILE).read_text())
    return address


def forget_address(folder: Path) -> None:
    (folder / ADDRESS_FILE).unlink(missing_ok=True)
