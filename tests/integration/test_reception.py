"""The real server in front: a body that does not come in time is given up, and its connection with it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.integration.processes import end_with_parent, environment, free_port, is_ready, request, wait_for

PATIENCE_SECONDS = 1
_SERVES = """
import sys
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from sleutelkast.http.guard import BODY_TROUBLE
from sleutelkast.http.reception import Patience, Reception

def app(environ, start_response):
    body = environ.get(BODY_TROUBLE, "").encode() or environ["wsgi.input"].read()
    start_response("408 Request Timeout" if BODY_TROUBLE in environ else "200 OK", [
        ("Content-Length", str(len(body))), ("Connection", "close")])
    return [body]

def reception():
    return Reception(app, 1, Patience(seconds=float(sys.argv[2])))

if __name__ == "__main__":
    Granian(f"{sys.argv[3]}:reception", factory=True, port=int(sys.argv[1]), interface=Interfaces.RSGI,
            http=HTTPModes.http1, websockets=False).serve()
"""


@pytest.mark.parametrize("drips", [False, True], ids=["nothing comes", "a byte now and then"])
def test_a_slow_body_is_answered_and_its_line_closed(port: int, drips: bool) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        line.setblocking(False)
        heard = b""

        def is_given_up() -> bool:
            nonlocal heard
            try:
                if drips and not heard:
                    line.sendall(b"x")
                piece = line.recv(4096)
            except BlockingIOError:
                return False
            except OSError:
                return heard != b""
            heard += piece
            return piece == b""

        began = time.monotonic()
        wait_for(is_given_up, "the end of the connection")
        assert heard.startswith(b"HTTP/1.1 408")
        assert heard.endswith(b"too-slow")
        assert time.monotonic() - began >= PATIENCE_SECONDS * 0.9


def test_meanwhile_its_one_thread_answers_others(port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(20)]
    for line in lines:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    answer = request(port, "POST", "/", b"there whole")
    assert (answer.status, answer.body) == (200, b"there whole")
    for line in lines:
        line.close()


def test_an_upload_that_ends_half_way_is_no_request(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        line.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in line.recv(4096)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("reception")
    (folder / "served.py").write_text(_SERVES)
    port = free_port()
    words = [sys.executable, str(folder / "served.py"), str(port), str(PATIENCE_SECONDS), "served"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            words, cwd=folder, env=environment({}, folder), stdout=log, stderr=log, preexec_fn=end_with_parent
        )
    try:
        wait_for(lambda: is_ready(port), "the server")
        yield port
    finally:
        server.terminate()
        server.wait(60)
