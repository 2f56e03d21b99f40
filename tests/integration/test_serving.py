"""The processes of a server."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from tests.integration.processes import environment

_STARTS = """
import os, signal, sys, threading, time
from sleutelkast.serving import fork_in_turns, start_child

fork_in_turns()
forked, is_over = [], threading.Event()

def fork():
    while not is_over.is_set() and len(forked) < 300:
        process = os.fork()
        if process == 0:
            time.sleep(600)
        forked.append(process)

forking = threading.Thread(target=fork)
forking.start()
try:
    print(sum(start_child("-c", "pass").wait() == 0 for _ in range(20)))
finally:
    is_over.set()
    forking.join()
    for process in forked:
        os.kill(process, signal.SIGKILL)
"""


def test_a_child_is_started_though_others_are_forked_at_the_same_time() -> None:
    """Else a worker that dies is not started again: its keeper waits for the start of the first one."""
    starting = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _STARTS],
        env=environment({}),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert starting.communicate(timeout=60)[0] == "20\n"
        assert starting.returncode == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(starting.pid, signal.SIGKILL)
        starting.communicate()
