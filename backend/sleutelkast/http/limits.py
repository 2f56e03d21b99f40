"""How often things may be tried, per person and per address; shared between processes where Redis is set.

The windows slide: of what was counted in the window before, so much still counts as that window reaches into the last
minute.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, Protocol, TypeVar

import structlog
from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from sleutelkast.domain.person import sign_in_name
from sleutelkast.http.known_browsers import known, known_for
from sleutelkast.http.problems import Problem

_log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")

SIGN_IN_FAILURES = "10 per minute"
"""Per user name and address: somebody elsewhere can't lock a person out."""
SIGN_IN_FAILURES_OF_ADDRESS = "60 per minute"
SIGN_IN_FAILURES_IN_ALL = "600 per minute"
"""Of strangers, from however many addresses. In a browser in which somebody signed in before, they are none.

Only those are refused from whose address more came lately than somebody mistypes: else a dozen addresses could shut out
whoever has a new phone.
"""
MISTYPED = "3 per minute"
"""Wrong passwords of an address; with more it waits behind others, and is not refused."""
LINK_FAILURES = "30 per minute"
"""Of links to set a password that are none, per address: nobody guesses one, but each try costs a write."""
CREDENTIAL_CHANGES = "30 per minute"
DEPOSITS = "120 per minute"
ROTATIONS = "30 per minute"
REVEALS = "30 per minute"
CHECKS = "60 per minute"
SEARCHES = "240 per minute"
ASKS = "60 per minute"
EXPORTS = "10 per minute"
CHECK_INS = "1200 per minute"
CHECK_INS_OF_ADDRESS = "600 per minute"
"""Of Crypt clients: each reports hourly, every two minutes after a failure, and an office stands behind one address."""
WORK_ACCOUNT_VISITS = "120 per minute"
"""Per address, to the provider and back: an office stands behind one address."""
WRONG_FAREWELLS = "60 per minute"
"""Of logout tokens, per address. A right one is always heard: a provider sends it once, and may share an address."""
WRONG_TOKENS = "30 per minute"
"""Per address. A right token is taken all the same: who guesses beside a proxy must not shut that out."""
WRONG_SIGNATURES = "30 per minute"
"""Of the webhook, per address. A right one is always taken: the MDM server calls once, and what is refused is lost."""
WRONG_SECRETS = "30 per minute"
"""Of Crypt clients, per address. A right one is taken all the same."""
LISTS = "240 per minute"
"""Of what is the person's own and costs more than a look at a row."""
_REDIS_WAIT_SECONDS = 0.5
"""Redis answers in a thousandth of that; a person must not wait longer for what is a help alone."""
_REDIS_REST_SECONDS = 5
"""So long nothing is asked of a Redis that did not answer."""


class Counts(Protocol):
    """What was counted of whom."""

    def hit(self, limit: RateLimitItem, of: str) -> bool:
        """Count one more; False, and not counted, where that would pass the limit."""

    def allows(self, limit: RateLimitItem, of: str) -> bool:
        """Whether one more would be counted."""

    def seconds_left(self, limit: RateLimitItem, of: str) -> float:
        """How long until one more is counted, at the earliest."""


@dataclass(slots=True)
class _Windows:
    """The present window and the one before it, numbered by the clock."""

    number: int = 0
    present: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)

    def move_on(self, number: int) -> None:
        if number != self.number:
            self.before = self.present if number == self.number + 1 else Counter()
            self.present = Counter()
            self.number = number


class CountsInProcess:
    """Counts of one process, for many threads; what a window held is forgotten with it."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` tells the seconds of any clock."""
        self._now = now
        self._lock = threading.Lock()
        self._windows: dict[int, _Windows] = {}

    def hit(self, limit: RateLimitItem, of: str) -> bool:
        with self._lock:
            windows, passed = self._look(limit)
            is_counted = _weighed(windows, passed, of) < limit.amount
            windows.present[of] += is_counted
            return is_counted

    def allows(self, limit: RateLimitItem, of: str) -> bool:
        with self._lock:
            return _weighed(*self._look(limit), of) < limit.amount

    def seconds_left(self, limit: RateLimitItem, of: str) -> float:
        with self._lock:
            windows, passed = self._look(limit)
            before, free = windows.before.get(of, 0), limit.amount - windows.present.get(of, 0)
            # What the window before still weighs falls until it is less than what is free, or that window is over.
            fallen = 1 - free / before if before and free > 0 else 1.0
            return max(0.0, fallen - passed) * limit.get_expiry()

    def _look(self, limit: RateLimitItem) -> tuple[_Windows, float]:
        """The windows of this limit's length, and how much of the present one has passed."""
        length = limit.get_expiry()
        number, passed = divmod(self._now(), length)
        windows = self._windows.setdefault(length, _Windows())
        windows.move_on(int(number))
        return windows, passed / length


def _weighed(windows: _Windows, passed: float, of: str) -> int:
    # Looked up without making an entry: who only asks leaves nothing.
    return math.floor(windows.before.get(of, 0) * (1 - passed) + windows.present.get(of, 0))


class CountsInRedis:
    """Counts that several processes share. While Redis does not answer, each of them counts alone.

    A request asks several times: so after one question without an answer no other is put for a while.
    """

    def __init__(self, url: str, now: Callable[[], float]) -> None:
        """`now` tells the seconds of any clock."""
        waits = {"socket_timeout": _REDIS_WAIT_SECONDS, "socket_connect_timeout": _REDIS_WAIT_SECONDS}
        self._windows = SlidingWindowCounterRateLimiter(storage_from_string(url, **waits))
        self._meanwhile = CountsInProcess(now)
        self._now = now
        self._failed_at: float | None = None

    def hit(self, limit: RateLimitItem, of: str) -> bool:
        return self._ask(lambda: self._windows.hit(limit, of), lambda: self._meanwhile.hit(limit, of))

    def allows(self, limit: RateLimitItem, of: str) -> bool:
        return self._ask(lambda: self._windows.test(limit, of), lambda: self._meanwhile.allows(limit, of))

    def seconds_left(self, limit: RateLimitItem, of: str) -> float:
        return self._ask(
            lambda: self._windows.get_window_stats(limit, of).reset_time - time.time(),
            lambda: self._meanwhile.seconds_left(limit, of),
        )

    def _ask(self, redis: Callable[[], Answer], alone: Callable[[], Answer]) -> Answer:
        if self._is_let_be():
            return alone()
        try:
            answer = redis()
        except Exception as error:
            self._failed_at = self._now()
            _log.error("limits.unavailable", error=type(error).__name__)
            return alone()
        self._failed_at = None
        return answer

    def _is_let_be(self) -> bool:
        # A clock that was set back must not make it longer.
        return self._failed_at is not None and 0 <= self._now() - self._failed_at < _REDIS_REST_SECONDS


def keep_limits(app: Flask, shared_by: str | None, now: Callable[[], float]) -> None:
    """Have the limits of this app's routes kept; `shared_by` is a Redis address, None for one process alone.

    `now` tells the seconds of any clock.
    """
    app.extensions["sleutelkast_limits"] = CountsInProcess(now) if shared_by is None else CountsInRedis(shared_by, now)

    @app.after_request
    def count(response: Response) -> Response:
        for counted, limit, of in g.pop("counted_later", ()):
            if counted(response):
                _counts().hit(limit, of)
        return response


def _counts() -> Counts:
    counts: Counts = current_app.extensions["sleutelkast_limits"]
    return counts


def limited(
    often: str,
    by: Callable[[], str],
    counted: Callable[[Response], bool] | None = None,
    applies: Callable[[], bool] | None = None,
    spares: Callable[[], bool] | None = None,
) -> Callable[[View], View]:
    """Limit how often a route is called; `by` tells who is counted.

    With `counted`, only such answers count; with `applies`, only such requests are limited; with `spares`, such
    requests count as any other, and are never refused.
    """
    limit = parse(often)

    def put_before(view: View) -> View:
        @wraps(view)
        def within_limit(*args: Any, **kwargs: Any) -> Any:
            if applies is None or applies():
                _keep(limit, f"{request.endpoint}:{by()}", counted, is_spared=spares is not None and spares())
            return view(*args, **kwargs)

        within_limit.limits = [(often, by, counted), *getattr(view, "limits", ())]  # type: ignore[attr-defined]
        return within_limit  # type: ignore[return-value]

    return put_before


def _keep(
    limit: RateLimitItem, of: str, counted: Callable[[Response], bool] | None, *, is_spared: bool = False
) -> None:
    if counted is None:
        _require(_counts().hit, limit, of)
    else:
        if not is_spared:
            _require(_counts().allows, limit, of)
        g.setdefault("counted_later", []).append((counted, limit, of))


def _require(ask: Callable[[RateLimitItem, str], bool], limit: RateLimitItem, of: str) -> None:
    if not ask(limit, of):
        raise too_many_attempts(max(1, math.ceil(_counts().seconds_left(limit, of))))


def too_many_attempts(seconds: int) -> Problem:
    """Answered to whoever may try again in so many seconds."""
    return Problem("too-many-attempts", {"seconds": seconds}, headers={"Retry-After": str(seconds)})


def note_wrong_token() -> None:
    """Count a wrong API token; answer 429 instead of 401 where there were too many."""
    _require(_counts().hit, _WRONG_TOKENS, f"token:{by_address()}")


def note_wrong_signature() -> None:
    """The same for a call of the webhook."""
    _require(_counts().hit, _WRONG_SIGNATURES, f"signature:{by_address()}")


def note_wrong_farewell() -> None:
    """The same for a logout token: 429 instead of 400."""
    _require(_counts().hit, _WRONG_FAREWELLS, f"farewell:{by_address()}")


def note_wrong_secret() -> None:
    """The same for a path of Crypt clients; it tells nothing, since none is right where there is none."""
    _require(_counts().hit, _WRONG_SECRETS, f"secret:{by_address()}")


_WRONG_TOKENS, _WRONG_SIGNATURES, _WRONG_SECRETS = map(parse, (WRONG_TOKENS, WRONG_SIGNATURES, WRONG_SECRETS))
_WRONG_FAREWELLS = parse(WRONG_FAREWELLS)


def failed_lately() -> bool:
    """Whether wrong passwords came from this address within the last minute, more than somebody mistypes."""
    counted = failed, _MISTYPED, f"failures:{by_address()}"
    later = g.setdefault("counted_later", [])
    if counted not in later:
        later.append(counted)
    return not _counts().allows(_MISTYPED, counted[2])


def failed_seldom() -> bool:
    """Not more wrong passwords came from this address within the last minute than somebody mistypes."""
    return not failed_lately()


_MISTYPED = parse(MISTYPED)


def by_address() -> str:
    return network_of(request.remote_addr or "127.0.0.1")


def network_of(address: str) -> str:
    """Who has one address of IPv6 has the 2^64 of its network: these are one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), 64), strict=False))


def by_browser() -> str:
    """One in which somebody signed in before; all others of an address together."""
    return known() or by_address()


def by_person() -> str:
    person = g.get("person")
    return f"person:{person.id}" if person is not None else f"address:{by_address()}"


def by_session() -> str:
    """Whoever has a session that is not theirs uses up nothing of what its person may try in another one."""
    session = g.get("session")
    return f"address:{by_address()}" if session is None else f"session:{_digest(session.id)}"


def changes_of_person() -> str:
    # Apart from what is counted of failures, which are fewer.
    return f"changes:{by_person()}"


def all_together() -> str:
    return "all"


def by_username() -> str:
    """Where they signed in before, by browser and name; else by address and name.

    Not the name itself: what is typed there may be anything, and Redis would keep it in clear.
    """
    typed = str(_typed_username())[:190]
    return f"{known_for(typed) or by_address()}:{_digest(sign_in_name(typed))}"


def in_a_strange_browser() -> bool:
    """Whether nobody of the name that was typed signed in here before."""
    return known_for(str(_typed_username())[:190]) is None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _typed_username() -> object:
    """None where there is none to be read: what is wrong with the body is said later."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return None
    return body.get("username") if isinstance(body, dict) else None


def failed(response: Response) -> bool:
    """Limits on signing in count failures only."""
    return response.status_code == 401
