"""How often things may be tried, per person and per address; shared between processes where Redis is set."""

from __future__ import annotations

import hashlib
import time

from flask import Flask, Response, g, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from sleutelkast.domain.person import sign_in_name
from sleutelkast.http.problems import problem_response

SIGN_IN_FAILURES = "10 per minute"
"""Per user name and address: somebody elsewhere can't lock a person out."""
SIGN_IN_FAILURES_OF_ADDRESS = "60 per minute"
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
WRONG_TOKENS = "30 per minute"
"""Per address. A right token is taken all the same: who guesses beside a proxy must not shut that out."""

limiter = Limiter(get_remote_address, headers_enabled=False, strategy="sliding-window-counter")


def limit(app: Flask, storage_url: str) -> None:
    """Install the limits; `storage_url` is `memory://` or a Redis address."""
    app.config["RATELIMIT_STORAGE_URI"] = storage_url
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True  # a Redis that is down must not lock everybody out
    limiter.init_app(app)

    @app.errorhandler(429)
    def too_many(error: Exception) -> Response:
        return problem_response("too-many-attempts", headers={"Retry-After": str(_seconds_left())})


def _seconds_left() -> int:
    reached: RequestLimit | None = limiter.current_limit
    return 60 if reached is None else max(1, round(reached.reset_at - time.time()))


def by_person() -> str:
    person = g.get("person")
    return f"person:{person.id}" if person is not None else f"address:{get_remote_address()}"


def all_together() -> str:
    return "all"


def by_username() -> str:
    """Not the name itself: what is typed there may be anything, and Redis would keep it in clear."""
    body = request.get_json(silent=True)
    username = body.get("username") if isinstance(body, dict) else None
    name = hashlib.sha256(sign_in_name(str(username)[:190]).encode("utf-8", "surrogatepass"))
    return f"{get_remote_address()}:{name.hexdigest()}"


def note_wrong_token() -> None:
    """Count a wrong API token; answer 429 instead of 401 where there were too many."""
    with _WRONG_TOKENS:
        pass


_WRONG_TOKENS = limiter.limit(WRONG_TOKENS)


def failed(response: Response) -> bool:
    """Limits on signing in count failures only."""
    return response.status_code == 401
