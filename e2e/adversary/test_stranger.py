"""Somebody on the network, with no account: a program that says to the portal whatever it likes.

Every form of strange input is tried below, without a server: ids, bodies and lengths in tests/unit/http/test_guard.py,
paths in test_static.py, limits in test_limits.py. Here the whole portal stands it, with its real server in front.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from e2e.adversary.attacker import Program, answer_on_seeing, connected, raw_answer
from e2e.adversary.interface import routes
from e2e.portal import Owner, Portal

ROUNDS = 5
PATHS_TO_OUTSIDE = (
    "/../../../../../../etc/passwd",
    "/assets/../../../../../../../../etc/passwd",
    "/assets/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/assets/%252e%252e/%252e%252e/%252e%252e/etc/passwd",
    "/assets/..%5c..%5c..%5cetc%5cpasswd",
    "//etc/passwd",
    "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/assets/..%c0%af..%c0%af..%c0%afetc/passwd",
    "/assets/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/assets/..%ef%bc%8f..%ef%bc%8f..%ef%bc%8fetc/passwd",
    "/assets/%25252e%25252e%25252fetc/passwd",
    "/assets/%u002e%u002e/%u002e%u002e/etc/passwd",
    "/assets/....//....//....//etc/passwd",
    "/assets/..;/..;/..;/etc/passwd",
    "/assets/.%00./.%00./etc/passwd",
    "/%2fetc%2fpasswd",
    "/assets//etc/passwd",
    "http://x/../../../../etc/passwd",
    "file:///etc/passwd",
    "/etc/passwd%00.js",
    "/../keyring.json",
)
_MORE_THAN_ARE_ANSWERED_AT_ONCE = 48
SignsIn = Callable[[Owner], Program]


def test_neither_time_nor_words_of_a_refused_sign_in_tell_who_has_an_account(
    portal: Portal, stranger: Program, owner: Owner
) -> None:
    """In turns, so that whatever else the machine does falls on all alike. Without its hash one would be tenfold."""
    gone = portal.newcomer()
    portal.command("person", "disable", gone.username)
    times: dict[str, list[float]] = {"known": [], "disabled": [], "unknown": []}
    words = set()
    for _ in range(ROUNDS):
        names = {"known": owner.username, "disabled": gone.username, "unknown": secrets.token_hex(5)}
        for kind, name in names.items():
            began = time.perf_counter()
            answer = stranger.tries_to_sign_in(name, "a guess")
            times[kind].append(time.perf_counter() - began)
            words.add(answer.body)
    words.add(stranger.tries_to_sign_in(gone.username, gone.password).body)
    assert len(words) == 1
    medians = [statistics.median(kind) for kind in times.values()]
    assert max(medians) < 4 * min(medians), times


def test_no_answer_repeats_the_host_that_a_request_names(portal: Portal) -> None:
    """Else a cache in between would hand the attacker's address to everybody."""
    for path in ("/", "/api//v1/session", "/api/v1/session", "/nothing"):
        for host in ("evil.example", "127.0.0.1@evil.example", "evil.example:80", "[::1", "evil example"):
            names = f"Host: {host}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example"
            answer = raw_answer(portal, f"GET {path} HTTP/1.1\r\n{names}\r\nConnection: close\r\n\r\n".encode())
            assert answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4")), (path, host)
            assert b"evil" not in answer, (path, host)


def test_no_address_puts_a_header_into_an_answer(stranger: Program) -> None:
    line_break, letters_that_end_in_its_bytes = "%0d%0a", "%E5%98%8A%E5%98%8D"
    for place in ("/api//v1/session?a=", "/api//v1/", "/api/v1/devices/", "/", "/assets/"):
        for broken in (line_break, letters_that_end_in_its_bytes):
            stranger.says("GET", f"{place}{broken}Set-Cookie:%20planted=1")
            assert "planted" not in stranger.cookies, place


def test_a_request_with_two_lengths_smuggles_no_other_past_a_proxy(portal: Portal) -> None:
    """A proxy that goes by the length takes for a body what a server that goes by the chunks takes for a request."""
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    head = (
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(smuggled)}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answers = raw_answer(portal, head.encode() + smuggled)
    assert answers.startswith(b"HTTP/1.1 4")
    assert answers.count(b"HTTP/1.1 ") == 1


def test_no_path_leads_to_a_file_outside(stranger: Program) -> None:
    for path in PATHS_TO_OUTSIDE:
        answer = stranger.says("GET", path)
        assert b"root:" not in answer.body, path
        kind = answer.headers.get_content_type()
        assert not answer.body or kind in {"text/html", "application/problem+json"}, path


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"Content-Length": str(8 << 30)}, id="gigabytes"),
        pytest.param({"Transfer-Encoding": "chunked"}, id="of no known length"),
    ],
)
def test_a_body_that_is_too_long_is_refused_before_it_is_sent(
    portal: Portal, stranger: Program, header: dict[str, str]
) -> None:
    """On every route, also on those that the portal does not describe."""
    described = [(route.method, route.at({})) for route in routes(stranger) if route.method != "GET"]
    for method, path in (*described, ("POST", "/mdm/webhook"), ("POST", "/crypt/guessed/checkin/")):
        answer = answer_on_seeing(portal, method, path, {"Content-Type": "application/json", **header})
        assert answer.startswith(b"HTTP/1.1 4"), (method, path)


def test_headers_without_an_end_are_not_collected(portal: Portal) -> None:
    with connected(portal) as line, contextlib.suppress(OSError):
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(256):
            line.sendall(b"X-More: " + b"x" * 8192 + b"\r\n")
        assert not line.recv(1024).startswith(b"HTTP/1.1 200")


def test_requests_that_never_end_their_headers_keep_nobody_waiting(portal: Portal, bystander: Program) -> None:
    with _all_saying(portal, b"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nX-Slow: "):
        assert bystander.macs


def test_bodies_that_never_end_keep_nobody_waiting(portal: Portal, stranger: Program, signed_in: SignsIn) -> None:
    """Three times as many as there are threads, from somebody who fetched a token first: the door is open to all."""
    token = stranger.calls("GET", "session").json["csrf"]
    cookies = "; ".join(f"{name}={value}" for name, value in stranger.cookies.items())
    head = (
        f"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nX-CSRF-Token: {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    somebody = portal.newcomer()
    with _all_saying(portal, head.encode()) as lines:
        at_work = signed_in(somebody)
        device = at_work.macs[0]["id"]
        for line in lines:
            line.sendall(b"x")
        key = {"recovery_key": somebody.mac.recovery_key, "confirmation": somebody.mac.recovery_key}
        assert at_work.calls("POST", f"devices/{device}/deposits", key).status == 202
        assert stranger.says("GET", "/").status == 200


@contextlib.contextmanager
def _all_saying(portal: Portal, beginning: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as every:
        lines = [every.enter_context(connected(portal)) for _ in range(_MORE_THAN_ARE_ANSWERED_AT_ONCE)]
        for line in lines:
            line.sendall(beginning)
        yield lines
