"""The load client: loops in processes of their own that send ready-made requests, each waiting for its answer.

Requests are made beforehand and answers read from the raw socket, so that the client takes little of the machine that
the server is measured on.
"""

from __future__ import annotations

import multiprocessing
import socket
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

LOOPS = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a burst: answers by status, the seconds it took, and the median answer's milliseconds."""

    answers: Mapping[int, int]
    seconds: float
    median_ms: float

    def per_second(self, status: int) -> float:
        return self.answers.get(status, 0) / self.seconds


def together(loads: Sequence[Load]) -> Load:
    """Bursts one after the other, as one; its median is the mean of theirs."""
    answers: Counter[int] = Counter()
    for load in loads:
        answers.update(load.answers)
    return Load(answers, sum(load.seconds for load in loads), statistics.fmean(load.median_ms for load in loads))


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole HTTP/1.1 request."""
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def burst(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    """Send requests in `LOOPS` loops until the time is over or none are left."""
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(LOOPS)
    pipes, loops = [], []
    for number in range(LOOPS):
        here, there = fork.Pipe(duplex=False)
        share = list(islice(requests, number, None, LOOPS))
        loops.append(fork.Process(target=_loop, args=(port, share, seconds, start, there)))
        pipes.append(here)
    for loop in loops:
        loop.start()
    results = [pipe.recv() for pipe in pipes]
    for loop in loops:
        loop.join()
    return _together(results)


Result = tuple[float, float, list[tuple[int, float]]]
"""When a loop began and ended, and the status and seconds of each answer."""


def _loop(port: int, requests: Sequence[bytes], seconds: float, start: Barrier, result: Connection) -> None:
    answers = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start.wait()
        began = before = time.monotonic()
        for request in requests:
            connection.sendall(request)
            status = _read_answer(connection)
            after = time.monotonic()
            answers.append((status, after - before))
            before = after
            if after - began >= seconds:
                break
    result.send((began, before, answers))


def _read_answer(connection: socket.socket) -> int:
    """The status of one answer, read to its end."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    missing = _content_length(head) - len(body)
    while missing > 0:
        missing -= len(_more(connection))
    return int(head[9:12])


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


def _content_length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")


def _together(results: Sequence[Result]) -> Load:
    seconds = max(ended for _, ended, _ in results) - min(began for began, _, _ in results)
    every = sorted((took, status) for _, _, answers in results for status, took in answers)
    answers = Counter(status for _, status in every)
    return Load(answers, seconds, every[len(every) // 2][0] * 1000)
