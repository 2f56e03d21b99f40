"""What attackers bring: programs that say to the portal what no browser would, and a web site of their own."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from e2e.portal import Owner, Portal

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> tuple[int, str]:
        """The status, and the code of what the portal calls a problem."""
        return self.status, str(self.json["code"])


class Program:
    """Keeps cookies and knows the CSRF token, as a browser with the portal's page does; the rest is as it likes."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cookies: dict[str, str] = {}

    def signs_in(self, owner: Owner) -> None:
        assert self.tries_to_sign_in(owner.username, owner.password).status == 200

    def tries_to_sign_in(self, username: str, password: str) -> Answer:
        return self.calls("POST", "session", {"username": username, "password": password})

    @property
    def person(self) -> dict[str, Any] | None:
        """Whom the portal takes it for."""
        person: dict[str, Any] | None = self.calls("GET", "session").json["person"]
        return person

    @property
    def macs(self) -> list[dict[str, Any]]:
        """Of the person that it is signed in as."""
        items: list[dict[str, Any]] = self.calls("GET", "devices").json["items"]
        return items

    @property
    def token(self) -> dict[str, str]:
        """The header by which the portal knows its own page."""
        return {"X-CSRF-Token": self.calls("GET", "session").json["csrf"]}

    def calls(self, method: str, path: str, body: object = None) -> Answer:
        """Below the API's address, as the portal's own page does; bytes go as they are."""
        headers = {"Content-Type": "application/json", **({} if method == "GET" else self.token)}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.says(method, f"/api/v1/{path.removeprefix('/api/v1/')}", content, headers)

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def says(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Nothing is added but the cookies."""
        connection = http.client.HTTPConnection(_address(self.portal), timeout=PATIENCE_SECONDS)
        sent = {"Cookie": self.cookie_header, **(headers or {})}
        try:
            connection.request(method, path, body, sent)
            heard = connection.getresponse()
            answer = Answer(heard.status, heard.headers, heard.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def connected(portal: Portal) -> socket.socket:
    host, _, port = _address(portal).rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)


def raw_answer(portal: Portal, request: bytes) -> bytes:
    """All that comes back for these very bytes, until the other side ends the connection: let them ask for that."""
    with connected(portal) as line:
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(65536), b""))


def answer_on_seeing(portal: Portal, method: str, path: str, headers: dict[str, str]) -> bytes:
    """The first line of what a request's head is answered, though nothing of its body ever comes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items())]
    with connected(portal) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return line.recv(1024).partition(b"\r\n")[0]


def _address(portal: Portal) -> str:
    return urlsplit(portal.url).netloc


class WebSite:
    """Shows the same page at each of its addresses. Ports are of one site, as browsers see it, but of two origins."""

    def __init__(self, port: int, portal: Portal) -> None:
        self.page = ""
        host = urlsplit(portal.url).hostname
        self.elsewhere = f"http://{'127.0.0.1' if host == 'localhost' else 'localhost'}:{port}/"
        """Of another site than the portal."""
        self.next_door = f"http://{host}:{port}/"
        """At the portal's own host, so that even its strict cookies come along."""


@contextmanager
def web_site(portal: Portal) -> Iterator[WebSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = site.page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Its visitors are no news."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = WebSite(server.server_port, portal)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield site
        finally:
            server.shutdown()
            serving.join()
