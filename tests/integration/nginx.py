"""A real nginx for the time of a test, on loopback.

`python -m tests.integration.nginx` makes sure that there is one: it takes that of the machine, else unpacks Debian's
package into the project's cache (installed, it would start a web server), and else says in one line what to install.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.debian import unpack
from tests.integration.processes import end_with_parent, wait_for

SETTING = "SLEUTELKAST_NGINX"
"""Names the program to use, where the machine has an unusual one."""
_PACKAGE = "nginx"
_CACHE = Path(__file__).parents[2] / ".cache" / "nginx"
_UNPACKED = _CACHE / "usr" / "sbin" / "nginx"
_PROGRAMS = ("nginx", "/usr/sbin/nginx", str(_UNPACKED))

# Nothing is written outside of the folder that it is started in.
_AROUND = """
daemon off;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    access_log access.log;
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    include {file};
}}
"""


class NoNginxError(Exception):
    """There is none; the text says the mend."""


class Nginx:
    """One server with this configuration of its http block; it listens at `port` once this is made."""

    def __init__(self, folder: Path, configuration: str, port: int) -> None:
        self._folder = folder
        (folder / "temp").mkdir()
        (folder / "http.conf").write_text(configuration)
        (folder / "nginx.conf").write_text(_AROUND.format(file="http.conf"))
        words = [nginx_path(), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
        self._process = subprocess.Popen(words, stderr=subprocess.DEVNULL, preexec_fn=_end_with_parent)
        try:
            wait_for(lambda: self._has_ended() or _listens(port), "nginx")
        except BaseException:
            self.stop()
            raise

    def _has_ended(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"nginx did not start: {self.errors}")
        return False

    @property
    def errors(self) -> str:
        return (self._folder / "error.log").read_text()

    def stop(self) -> None:
        # Its workers end with it: SIGKILL would leave them behind.
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def _end_with_parent() -> None:
    # Asked to end, it ends its workers as well.
    end_with_parent(signal.SIGTERM)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def nginx_path() -> str:
    """The program to start; raise `NoNginxError`."""
    wanted = os.environ.get(SETTING)
    found = shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is not None:
        return found
    if wanted:
        raise NoNginxError(f"{SETTING} names {wanted}, which can't be run: correct it or remove it")
    raise NoNginxError(f"no nginx was found: install the package {_PACKAGE} (or set {SETTING} to the path of one)")


def ensure_nginx() -> str:
    """The program to start, unpacked if need be; raise `NoNginxError`."""
    try:
        return nginx_path()
    except NoNginxError:
        if os.environ.get(SETTING) or not unpack(_PACKAGE, _CACHE):
            raise
    return nginx_path()


def main() -> int:
    try:
        print(ensure_nginx())
    except NoNginxError as reason:
        print(f"tests.integration.nginx: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
