"""Ports and processes of servers that tests start."""

from __future__ import annotations

import contextlib
import ctypes
import random
import signal
import socket
import sys

_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """Below the ports that the kernel gives to connections, so that it stays free while its server is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def end_with_parent(how: int = signal.SIGKILL) -> None:
    """For the child, before it becomes another program: a test process that is killed leaves no server behind."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how, 0, 0, 0)
