"""Starts and ends the real processes that are measured."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_PATIENCE_SECONDS = 30.0
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(*words: str, log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of this checkout with these variables; what it says goes to `log`. Ended at the end."""
    with log.open("ab") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *words], cwd=ROOT, env=_environment(variables), stdout=sink, stderr=sink
        )
        try:
            yield process
        finally:
            _end(process)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLEUTELKAST")}
    path = os.pathsep.join((str(ROOT / "backend"), str(ROOT)))
    return {**inherited, "PYTHONPATH": path, **variables}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """What `look` finds; raise TimeoutError where it finds nothing in good time."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"{what} did not come within {_PATIENCE_SECONDS:.0f} seconds")


@contextlib.contextmanager
def memory_peak(process_id: int) -> Iterator[Callable[[], int]]:
    """Afterwards the function tells by how many bytes the process and its children grew at most within the block."""
    family = [process_id, *_children(process_id)]
    before = sum(_bytes(one, "VmRSS") for one in family)
    for one in family:
        Path(f"/proc/{one}/clear_refs").write_text("5")  # the peak counts anew
    peak: list[int] = []
    yield lambda: peak[0] - before
    peak.append(sum(_bytes(one, "VmHWM") for one in family))


def _children(process_id: int) -> list[int]:
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [one for child in map(int, listed) for one in (child, *_children(child))]


def _bytes(process_id: int, name: str) -> int:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def answers(port: int, path: str) -> bool:
    """Whether a GET of `path` is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
