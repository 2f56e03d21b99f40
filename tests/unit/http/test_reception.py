"""What comes in: bodies are waited for without a thread, so long and so many, and the rest is as WSGI has it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from sleutelkast.http.guard import BODY_TROUBLE, LARGEST_BODY, LARGEST_REPORT
from sleutelkast.http.headers import StartResponse
from sleutelkast.http.reception import Patience, Reception

QUICK = Patience(seconds=0.05, at_once=4, of_one_address=2, large_at_once=2, large_of_one_address=1)
ENDLESS = Patience(seconds=600, at_once=4, of_one_address=2, large_at_once=2, large_of_one_address=1)


def test_a_body_is_there_whole_before_the_portal_is_asked() -> None:
    portal = Echo()
    line = visit(portal, Asked(pieces=(b"all ", b"of ", b"it")))
    assert (line.status, line.body) == (200, b"all of it")


def test_a_body_that_does_not_come_in_time_is_told_as_a_problem() -> None:
    portal = Echo()
    visit(portal, Asked(pieces=(b"{",), length="100", stalls=True), QUICK)
    assert portal.last[BODY_TROUBLE] == "too-slow"
    assert portal.last["wsgi.input"].read() == b""


def test_one_that_comes_byte_by_byte_is_not_waited_for_any_longer() -> None:
    portal = Echo()
    visit(portal, Asked(length="60000", drips=True), QUICK)
    assert portal.last[BODY_TROUBLE] == "too-slow"


def test_who_hangs_up_half_way_gets_to_no_thread() -> None:
    portal = Echo()
    line = visit(portal, Asked(pieces=(b"half",), length="8"))
    assert line.status == 400
    assert portal.asked == []


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        pytest.param({"length": str(LARGEST_BODY)}, True, id="the largest body"),
        pytest.param({"length": str(LARGEST_BODY + 1)}, False, id="a larger one"),
        pytest.param({"length": str(LARGEST_REPORT), "path": "/mdm/webhook"}, True, id="the largest report"),
        pytest.param({"length": str(LARGEST_REPORT + 1), "path": "/mdm/webhook"}, False, id="a larger one still"),
        pytest.param({"length": "5", "method": "GET"}, False, id="of what has none"),
        pytest.param({"length": "5", "more": (("transfer-encoding", "chunked"),)}, False, id="in chunks"),
        pytest.param({"length": None}, False, id="none"),
        pytest.param({"length": "-5"}, False, id="less than none"),
        pytest.param({"length": "٥"}, False, id="a strange digit"),
    ],
)
def test_what_the_portal_refuses_by_its_head_is_not_waited_for(asked: dict[str, Any], read: bool) -> None:
    """None of these ever sends its body."""
    portal = Echo()
    visit(portal, Asked(stalls=True, **asked), QUICK)
    assert (portal.last.get(BODY_TROUBLE) == "too-slow") is read


def test_bodies_hold_no_thread_however_many_there_are() -> None:
    """One thread, and as many slow bodies as are waited for: who sends none is answered at once."""

    async def scene() -> None:
        portal = Echo()
        reception = Reception(portal, 1, ENDLESS)
        slow = [begun(reception, Asked(length="9", stalls=True, client=f"192.0.2.{one}:1")) for one in range(4)]
        await asyncio.sleep(0)
        line = await asyncio.wait_for(answered(reception, Asked(method="GET", length=None)), 10)
        assert line.status == 200
        await ended(slow)

    asyncio.run(scene())


def test_one_address_uses_up_only_its_share() -> None:
    async def scene() -> None:
        portal = Echo()
        reception = Reception(portal, 1, ENDLESS)
        slow = [begun(reception, Asked(length="9", stalls=True)) for _ in range(2)]
        await asyncio.sleep(0)
        await answered(reception, Asked(pieces=(b"more",)))
        assert portal.last[BODY_TROUBLE] == "unavailable"
        line = await answered(reception, Asked(pieces=(b"from elsewhere",), client="192.0.2.7:1"))
        assert line.body == b"from elsewhere"
        await ended(slow)
        assert (await answered(reception, Asked(pieces=(b"again",)))).body == b"again"

    asyncio.run(scene())


def test_large_reports_wait_for_their_turn_and_none_is_refused() -> None:
    """Of one address one at a time, and of another beside it."""

    async def scene() -> None:
        reception = Reception(Echo(), 1, ENDLESS)
        large = {"length": str(LARGEST_BODY + 1), "path": "/mdm/webhook"}
        (slow,) = [begun(reception, Asked(stalls=True, **large))]
        await asyncio.sleep(0)
        behind = begun(reception, Asked(pieces=(b"x" * (LARGEST_BODY + 1),), **large))
        beside = Asked(pieces=(b"y" * (LARGEST_BODY + 1),), client="192.0.2.7:1", **large)
        assert (await answered(reception, beside)).body == b"y" * (LARGEST_BODY + 1)
        assert not behind.done()
        await ended([slow])
        assert (await behind).body == b"x" * (LARGEST_BODY + 1)

    asyncio.run(scene())


def test_what_a_request_says_reaches_the_portal_as_wsgi_has_it() -> None:
    portal = Echo()
    more = (("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2"))
    visit(portal, Asked(path="/é", query="q=ü", client="[2001:db8::1]:4242", more=more, pieces=(b"1",)))
    told = portal.last
    assert told["PATH_INFO"].encode("latin-1").decode() == "/é"
    assert told["QUERY_STRING"].encode("latin-1").decode() == "q=ü"
    assert (told["REMOTE_ADDR"], told["SERVER_NAME"], told["SERVER_PORT"]) == ("2001:db8::1", "127.0.0.1", "8000")
    assert (told["HTTP_COOKIE"], told["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "192.0.2.1,192.0.2.2")
    assert (told["CONTENT_LENGTH"], told["REQUEST_METHOD"], told["SERVER_PROTOCOL"]) == ("1", "POST", "HTTP/1.1")


def test_a_header_with_an_underscore_passes_for_no_other() -> None:
    """A proxy writes X-Forwarded-For anew and lets X_Forwarded_For through; both would be one name in WSGI."""
    portal = Echo()
    forged = (("x-forwarded-for", "192.0.2.1"), ("x_forwarded_for", "198.51.100.1"), ("x_csrf_token", "guess"))
    visit(portal, Asked(method="GET", length=None, more=forged))
    assert portal.last["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert "HTTP_X_CSRF_TOKEN" not in portal.last


def test_an_answer_without_a_length_comes_piece_by_piece_and_is_closed() -> None:
    portal = Pieces([b"one ", b"two ", b"three"])
    line = visit(portal, Asked(method="GET", length=None))
    assert line.sent == [b"one ", b"two ", b"three"]
    assert portal.is_closed


def test_who_leaves_in_the_middle_of_it_ends_it() -> None:
    portal = Pieces([b"one ", b"two ", b"three"])
    line = visit(portal, Asked(method="GET", length=None, leaves_after=1))
    assert line.sent == [b"one "]
    assert portal.is_closed


class Echo:
    """A WSGI application that answers with the body that it was given."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    @property
    def last(self) -> dict[str, Any]:
        return self.asked[-1]

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert threading.current_thread() is not threading.main_thread()
        body = b"" if BODY_TROUBLE in environ else environ["wsgi.input"].read()
        self.asked.append(environ)
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


class Pieces:
    """One whose answer has no length."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __call__(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Asked:
    """A request as Granian hands it over, and how its body comes."""

    method: str = "POST"
    path: str = "/api/v1/session"
    query: str = ""
    client: str = "127.0.0.1:4242"
    length: str | None = "all"
    pieces: tuple[bytes, ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    stalls: bool = False
    """Nothing comes after the pieces, and nobody hangs up."""
    drips: bool = False
    """A byte now and then, for ever."""
    leaves_after: int | None = None
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    http_version: str = "1.1"
    status: int | None = None
    body: bytes = b""
    sent: list[bytes] = field(default_factory=list)

    @property
    def query_string(self) -> str:
        return self.query

    @property
    def headers(self) -> dict[str, str]:
        return _Headers([*self._length(), *self.more])

    def _length(self) -> list[tuple[str, str]]:
        if self.length is None:
            return []
        told = str(sum(map(len, self.pieces))) if self.length == "all" else self.length
        return [("content-length", told)]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        while self.stalls or self.drips:
            await asyncio.sleep(0.001 if self.drips else 600)
            yield b"x"

    def response_bytes(self, status: int, _headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.body = status, body

    def response_stream(self, status: int, _headers: list[tuple[str, str]]) -> Asked:
        self.status = status
        return self

    async def send_bytes(self, data: bytes) -> None:
        if self.leaves_after is not None and len(self.sent) >= self.leaves_after:
            raise ConnectionResetError
        self.sent.append(data)


class _Headers(dict[str, str]):
    """Names may come more than once."""

    def __init__(self, every: list[tuple[str, str]]) -> None:
        super().__init__(every)
        self._every = every

    def items(self) -> Any:
        return self._every


def visit(portal: Callable[..., Iterable[bytes]], asked: Asked, patience: Patience = ENDLESS) -> Asked:
    return asyncio.run(answered(Reception(portal, 1, patience), asked))


async def answered(reception: Reception, asked: Asked) -> Asked:
    await reception.__rsgi__(asked, asked)
    return asked


def begun(reception: Reception, asked: Asked) -> asyncio.Task[Asked]:
    return asyncio.ensure_future(answered(reception, asked))


async def ended(tasks: Iterable[Awaitable[Asked] | asyncio.Task[Asked]]) -> None:
    for task in tasks:
        assert isinstance(task, asyncio.Task)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
