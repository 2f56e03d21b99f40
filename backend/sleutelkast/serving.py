"""Runs the portal's processes: the HTTP server, and its background work in a child of its own.

Exactly one consumer belongs to a server, however many worker processes answer requests; so the server's parent
process starts it, and restarts it should it ever end.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from sleutelkast import logs
from sleutelkast.factory import Portal
from sleutelkast.settings import Settings, variable

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 10
_RESTART_SECONDS = 0.5
_LONGEST_RESTART_SECONDS = 30.0
_forking = threading.RLock()


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send `number` when the parent ends (Linux): a killed parent must not leave workers serving."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def fork_in_turns() -> None:
    """From now on no thread forks while `start_child` is at it.

    A start ends when its pipe is closed. A process that is forked in between has that pipe as well, and the start
    would last until that one ends: so it went where server and background work were started side by side.
    """
    os.register_at_fork(before=_forking.acquire, after_in_parent=_forking.release, after_in_child=_forking.release)


def start_child(*words: str) -> subprocess.Popen[bytes]:
    """A Python with these words, which ends with the thread that called this."""
    with _forking:
        return subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *words],
            # Before anything else: a parent that is killed during the child's start must not leave it behind.
            preexec_fn=partial(die_with_parent, signal.SIGINT),
        )


class EmbeddedWorker:
    """The background work of one server, kept running in a child process."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        # To the kernel the parent is the thread that started a child: this one lives as long as the server.
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        self._ending.set()
        if self._child is not None:
            self._child.terminate()
        self._keeper.join(_STOP_SECONDS)

    def _keep(self) -> None:
        pause = _RESTART_SECONDS
        while not self._ending.is_set():
            started = time.monotonic()
            self._child = start_child("-m", "sleutelkast.cli", "worker")
            self._child.wait()
            # One that ends again and again (its database is gone, say) must not take the machine with it.
            lived = time.monotonic() - started > _LONGEST_RESTART_SECONDS
            pause = _RESTART_SECONDS if lived else min(pause * 2, _LONGEST_RESTART_SECONDS)
            self._ending.wait(pause)


def serve(settings: Settings, *, with_worker: bool = True) -> None:
    """Serve until SIGTERM or SIGINT."""
    # The worker processes read the same environment; what was given by other means goes there.
    os.environ[variable("port")] = str(settings.port)
    server = Granian(
        "sleutelkast.serving:reception",
        factory=True,
        address=settings.bind,
        port=settings.port,
        interface=Interfaces.RSGI,
        # Ends connections that send nothing; the portal gains nothing from HTTP/2 behind a proxy.
        http=HTTPModes.http1,
        log_access=False,
        websockets=False,
    )
    if with_worker:
        fork_in_turns()
        worker = EmbeddedWorker()
        server.on_startup(worker.start)
        server.on_shutdown(worker.stop)
    server.serve()


def reception() -> object:
    """The application of one worker process of the server."""
    from sleutelkast.factory import reception as made

    die_with_parent(signal.SIGTERM)
    return made()


def work(settings: Settings) -> None:
    """Do background work until SIGTERM or SIGINT."""
    logs.configure()
    portal = Portal(settings)
    try:
        portal.jobs.work()
    finally:
        portal.close()
