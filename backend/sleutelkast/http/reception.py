"""Where requests come in: a body is there, whole, before a thread is given to its request.

Threads are few, and who sends slowly must not hold one. So bodies are waited for on the event loop, where waiting costs
next to nothing: for so long each, so many at once, and only so many of one address. Granian calls this by its interface
RSGI; the portal behind it is a WSGI application, and knows nothing of that.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from sleutelkast.http.guard import BODY_TROUBLE, LARGEST_BODY, LARGEST_REPORT
from sleutelkast.http.headers import Headers, WsgiApp
from sleutelkast.http.limits import network_of
from sleutelkast.http.webhook import PATH as WEBHOOK

_log = structlog.get_logger()

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_JOINED_BY = {"cookie": "; "}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long bodies are waited for, and how many at once. Behind a proxy that buffers, none is waited for at all."""

    seconds: float = 30
    """For a whole body: 64 KiB take that long at 17 kbit/s."""
    at_once: int = 512
    """Half of the connections that the server takes, so that who sends none is still answered."""
    of_one_address: int = 128
    large_at_once: int = 16
    """Of reports larger than any other body: 64 MiB in all. Who comes later waits, and is not refused."""
    large_of_one_address: int = 4


class Scope(Protocol):
    """What Granian tells of a request."""

    @property
    def http_version(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def client(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> Any: ...


class Stream(Protocol):
    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class Line(Protocol):
    """The way to whoever asked."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Stream: ...


class Reception:
    """A WSGI application as an RSGI application of one process."""

    def __init__(self, app: WsgiApp, threads: int, patience: Patience | None = None) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(threads, "request")
        self._patience = patience or Patience()
        self._waiting: Counter[str] = Counter()
        self._large = _Places(self._patience.large_at_once, self._patience.large_of_one_address)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        environ = _environ(scope)
        try:
            body = await self._body(environ, line)
        except _NotThere as trouble:
            body, environ[BODY_TROUBLE] = b"", trouble.code
        except _HungUp:
            line.response_bytes(400, [("Connection", "close")], b"")
            return
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            await self._answer(environ, line)
        except Exception as error:
            # The portal answers its own mistakes; what comes here is of the server, or somebody hung up.
            _log.warning("request.broken_off", error=type(error).__name__)

    async def _body(self, environ: dict[str, Any], line: Line) -> bytes:
        length = _length_to_read(environ)
        if length == 0:
            return b""
        address = network_of(environ["REMOTE_ADDR"])
        if self._waiting.total() >= self._patience.at_once or self._waiting[address] >= self._patience.of_one_address:
            raise _NotThere("unavailable")
        self._waiting[address] += 1
        try:
            async with asyncio.timeout(self._patience.seconds):
                if length <= LARGEST_BODY:
                    return await _whole(line, length)
                async with self._large.of(address):
                    return await _whole(line, length)
        except TimeoutError:
            raise _NotThere("too-slow") from None
        finally:
            self._waiting -= Counter({address: 1})

    async def _answer(self, environ: dict[str, Any], line: Line) -> None:
        answer = await self._in_a_thread(lambda: _answered(self._app, environ))
        if isinstance(answer.content, bytes):
            line.response_bytes(answer.status, answer.headers, answer.content)
            return
        stream, pieces = line.response_stream(answer.status, answer.headers), answer.content
        try:
            # A thread makes each piece, and none waits for who takes it.
            while (piece := await self._in_a_thread(lambda: next(pieces, None))) is not None:
                await stream.send_bytes(piece)
        finally:
            await self._in_a_thread(answer.close)

    async def _in_a_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _NotThere(Exception):  # noqa: N818 - reads as what happened
    """The body did not come; answer with the problem of this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _HungUp(Exception):  # noqa: N818 - reads as what happened
    """Whoever sent the body did not send all of it."""


def _length_to_read(environ: dict[str, Any]) -> int:
    """How many bytes the portal may want; 0 for a body that it refuses unread, as too large or of unknown length."""
    if environ["REQUEST_METHOD"] in _WITHOUT_BODY or "HTTP_TRANSFER_ENCODING" in environ:
        return 0
    length = environ.get("CONTENT_LENGTH", "")
    largest = LARGEST_REPORT if environ["PATH_INFO"] == WEBHOOK else LARGEST_BODY
    return int(length) if length.isascii() and length.isdecimal() and int(length) <= largest else 0


async def _whole(line: Line, length: int) -> bytes:
    body = bytearray()
    async for piece in line:
        body += piece
        if len(body) >= length:
            break
    if len(body) < length:
        raise _HungUp
    return bytes(body)


class _Places:
    """Of which there are so many, and so many for one address; who finds none waits for one."""

    def __init__(self, every: int, of_one: int) -> None:
        self._every = asyncio.Semaphore(every)
        self._of_one = of_one
        self._taken: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        own, users = self._taken.get(address, (asyncio.Semaphore(self._of_one), 0))
        self._taken[address] = own, users + 1
        try:
            # One's own first: who has none of those left must not stand in the way of others.
            async with own, self._every:
                yield
        finally:
            own, users = self._taken.pop(address)
            if users > 1:
                self._taken[address] = own, users - 1


@dataclass(slots=True)
class _Answer:
    """What the portal answered: all of it where it told a length, else piece by piece."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes | Iterator[bytes] = b""
    source: Iterable[bytes] = ()

    def start(self, status: str, headers: Headers, _error: Any = None) -> None:
        self.status, self.headers = int(status.partition(" ")[0]), list(headers)

    def close(self) -> None:
        close = getattr(self.source, "close", None)
        if close is not None:
            close()


def _answered(app: WsgiApp, environ: dict[str, Any]) -> _Answer:
    answer = _Answer()
    answer.source = app(environ, answer.start)
    pieces = iter(answer.source)
    # A WSGI application may begin its answer no sooner than with its first piece.
    first = next(pieces, b"")
    if _is_streamed(answer):
        answer.content = _again(first, pieces)
        return answer
    try:
        answer.content = b"".join((first, *pieces))
    finally:
        answer.close()
    return answer


def _is_streamed(answer: _Answer) -> bool:
    told = {name.lower() for name, _ in answer.headers}
    return answer.status == 200 and "content-length" not in told


def _again(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _environ(scope: Scope) -> dict[str, Any]:
    """PEP 3333: text is what its bytes would be in Latin-1."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_bytes_in_latin_1(scope.path),
        "QUERY_STRING": _as_bytes_in_latin_1(scope.query_string),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # X_Forwarded_For would read like X-Forwarded-For, past every proxy that writes only the latter anew.
        if "_" not in name:
            _add_header(environ, name, value)
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    written = name.upper().replace("-", "_")
    key = written if written in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{written}"
    before = environ.get(key)
    environ[key] = value if before is None else f"{before}{_JOINED_BY.get(name, ',')}{value}"


def _as_bytes_in_latin_1(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
