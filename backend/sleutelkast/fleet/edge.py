"""The HTTP server: reads requests to their end, gives them to who answers them, on loopback only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from sleutelkast.fleet.http_messages import Answer, Request

_LARGEST_BODY: Final = 1 << 20
_log = logging.getLogger(__name__)

Answerer = Callable[[Request], Answer | None]
"""None ends the connection without an answer."""


class Edge(ThreadingHTTPServer):
    """Serves `answerer` at 127.0.0.1, on a free port where `port` is 0."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answerer: Answerer) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answerer = answerer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Edge
    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece and at once; otherwise each answer waits 40 ms for the other side's delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60

    def _handle(self) -> None:
        body = self._body()
        if body is None:
            return
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        request = Request(self.command, unquote(address.path), query, self.headers, body)
        self._send(self._answer(request))

    do_GET = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815 - the library's names

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.send_error(411)
        elif int(length) > _LARGEST_BODY:
            self.send_error(413)
        else:
            return self.rfile.read(int(length))
        self.close_connection = True
        return None

    def _answer(self, request: Request) -> Answer | None:
        try:
            return self.server.answerer(request)
        except Exception:
            _log.exception("a request failed")
            return Answer(500, b"", "text/plain")

    def _send(self, answer: Answer | None) -> None:
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged of requests: what matters shows in the portal and in the control interface."""
