"""A TCP relay that notes when certain bytes pass: so the MDM server's and the Mac's time is told from the portal's."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

_CHUNK = 65536


class Relay:
    """Passes connections on to `target()` on this machine; `passed` is when `sign` last went towards it."""

    def __init__(self, sign: bytes, target: Callable[[], int]) -> None:
        self._sign = sign
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.passed = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._target())) as far:
            for side in (near, far):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            back.start()
            self._pass_towards_target(near, far)
            back.join()

    def _pass_towards_target(self, near: socket.socket, far: socket.socket) -> None:
        tail = b""
        while chunk := near.recv(_CHUNK):
            if self._sign in tail + chunk:
                self.passed = time.monotonic()
            tail = (tail + chunk)[-len(self._sign) + 1 :]
            far.sendall(chunk)
        far.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._listener.close()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
