"""The proxy before the demo portal, for this machine only: pages get the overlay, catalogs the words of this moment."""

import http.client
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from locales.preview.mails import mail_page
from locales.preview.site import Site
from locales.preview.watch import Changes
from locales.preview.words import Words, as_json, dumped
from locales.registry import Language

OWN = "/__preview/"
LANGUAGE_COOKIE = "sleutelkast_language"
"""The portal's own, by which it remembers a choice."""
_OVERLAY = Path(__file__).with_name("overlay.js")
_SCRIPT = f"{OWN}overlay.js"
_NAMES = {"127.0.0.1", "localhost"}
"""What this machine is called in a request from its own browser: a name of somebody else's leads here by a trick."""
_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
_ABOUT_COPIES = {"if-none-match", "if-modified-since", "accept-encoding"}
"""Nothing is to be kept: what the preview puts in is newer."""
_SECONDS = 60


class Preview(ThreadingHTTPServer):
    """The server of the preview."""

    daemon_threads = True

    def __init__(
        self,
        port: int,
        portal: tuple[str, int],
        site: Site,
        words: Words,
        changes: Changes,
        root: Path,
        catalogs: Path,
        editor: str = "",
    ) -> None:
        """`editor` is an address that opens one at `{path}` and `{line}`; empty for none."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.portal, self.site, self.words, self.changes = portal, site, words, changes
        self.root, self.catalogs, self.editor = root, catalogs, editor


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Preview

    def do_GET(self) -> None:
        if (self.headers.get("Host") or "").rpartition(":")[0] not in _NAMES:
            self._answer(403, "text/plain", b"This is for the machine itself: open it at 127.0.0.1")
            return
        address = urlsplit(self.path)
        if address.path.startswith(OWN):
            self._own(address.path.removeprefix(OWN), parse_qs(address.query))
            return
        asset = self.server.site.asset(address.path) if self.command in {"GET", "HEAD"} else None
        if asset is not None:
            kind = "text/javascript" if address.path.endswith(".js") else "application/json"
            self._answer(200, "text/css" if address.path.endswith(".css") else kind, asset)
            return
        self._pass_on()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

    def _own(self, name: str, query: dict[str, list[str]]) -> None:
        """What the preview itself has to say."""
        if self.command != "GET":
            self._answer(405, "text/plain", b"There is nothing to send here.")
        elif name == "overlay.js":
            self._answer(200, "text/javascript", _OVERLAY.read_bytes())
        elif name == "texts":
            self._texts(query)
        elif name == "mails":
            self._mails(query)
        elif name == "changes":
            self._changes()
        elif name.startswith("in/"):
            self._begin_in(name.removeprefix("in/"))
        else:
            self._answer(404, "text/plain", b"There is nothing here.")

    def _begin_in(self, tag: str) -> None:
        """Chooses a language for this browser, as its menu does, and goes to the first page."""
        if self._language(tag) is None:
            self._answer(404, "text/plain", b"There is no such language.")
            return
        self.send_response(303)
        self.send_header("Set-Cookie", f"{LANGUAGE_COOKIE}={tag}; Path=/; SameSite=Lax")
        self.send_header("Location", "/")
        self._end(b"")

    def _language(self, tag: str) -> Language | None:
        return next((one for one in self.server.words.languages if one.tag == tag), None)

    def _texts(self, query: dict[str, list[str]]) -> None:
        tag = query.get("language", [""])[0]
        numbers = [int(number) for number in query.get("number", []) if number.isdecimal()]
        places = [self.server.words.place(number, tag) for number in numbers]
        rows = [as_json(place, self.server.root, self.server.editor) for place in places if place is not None]
        self._answer(200, "application/json", dumped(rows))

    def _mails(self, query: dict[str, list[str]]) -> None:
        tag = query.get("language", [""])[0]
        language = self._language(tag)
        if language is None:
            self._answer(404, "text/plain", b"There is no such language.")
            return
        seen = self.server.changes.count
        self._answer(200, "text/html", mail_page(self.server.catalogs, language, _SCRIPT, seen).encode())

    def _changes(self) -> None:
        """Told as they come, as long as the page is open."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        seen = self.server.changes.count
        try:
            self._tell(f"event: count\ndata: {seen}\n\n")
            for change in chain(self.server.changes.problems, self.server.changes.after(seen)):
                self._tell(": still here\n\n" if change is None else f"data: {json.dumps(vars(change))}\n\n")
        except OSError:
            return  # the page was closed

    def _tell(self, words: str) -> None:
        self.wfile.write(words.encode())
        self.wfile.flush()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        left_out = _OF_ONE_CONNECTION | _ABOUT_COPIES
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
        portal = http.client.HTTPConnection(*self.server.portal, timeout=_SECONDS)
        try:
            portal.request(self.command, self.path, body or None, headers)
            answer = portal.getresponse()
            content = answer.read()
        except OSError:
            self._answer(502, "text/plain", b"The demo portal does not answer.")
            return
        finally:
            portal.close()
        self._give(answer, content)

    def _give(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        if answer.headers.get_content_type() == "text/html" and self.command != "HEAD":
            content = self.server.site.page(content.decode(), _SCRIPT).encode()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {*_OF_ONE_CONNECTION, "etag", "last-modified", "cache-control", "date", "server"}:
                self.send_header(name, value)
        self._end(content)

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self._end(content)

    def _end(self, content: bytes) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: addresses of a preview interest nobody."""
