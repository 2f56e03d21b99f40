"""Browsers in which somebody signed in before.

Whoever guesses a person's password uses up what may be tried from an address or in all; the person, in a browser that
is known to be theirs, tries beside that. What makes it known is a signed cookie, which opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from sleutelkast.domain.person import Person, sign_in_name

_KEPT_FOR = timedelta(days=180)
_MOST_PEOPLE = 8
"""Of a browser that many share the latest are known."""
_NAME = "sleutelkast-known"


def know_browsers(app: Flask) -> None:
    """Have each browser remembered in which somebody signs in to this app."""

    @app.after_request
    def remember(response: Response) -> Response:
        username = g.pop("known_from_now_on", None)
        if username is not None:
            _remember(response, username)
        return response


def known_from_now_on(person: Person) -> None:
    """This browser is one of theirs, by whatever way they just signed in."""
    g.known_from_now_on = person.username


def known_for(username: str) -> str | None:
    """A name of this browser, where whoever has this user name signed in here before; else None."""
    kept = _kept()
    browser, people = kept.get("browser"), kept.get("people")
    is_known = isinstance(browser, str) and isinstance(people, list) and _digest(username) in people
    return str(browser) if is_known else None


def known() -> str | None:
    """A name of this browser, where anybody signed in here before; else None."""
    browser = _kept().get("browser")
    return browser if isinstance(browser, str) else None


def _remember(response: Response, username: str) -> None:
    kept, digest = _kept(), _digest(username)
    before = [one for one in kept.get("people", []) if one != digest]  # type: ignore[attr-defined]
    written = {"browser": kept.get("browser", secrets.token_urlsafe(12)), "people": [*before, digest][-_MOST_PEOPLE:]}
    response.set_cookie(
        _cookie(),
        _signer().dumps(written),
        max_age=_KEPT_FOR,
        path="/",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _kept() -> Mapping[str, object]:
    """What the cookie says; nothing where it was not made here, or is too old."""
    try:
        kept = _signer().loads(request.cookies.get(_cookie(), ""), max_age=int(_KEPT_FOR.total_seconds()))
    except BadSignature:
        return {}
    return kept if isinstance(kept, dict) else {}


def _cookie() -> str:
    return f"__Host-{_NAME}" if current_app.config["SESSION_COOKIE_SECURE"] else _NAME


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")


def _digest(username: str) -> str:
    """By a key of the portal's: the cookie tells nobody who signed in."""
    key, name = current_app.config["SECRET_KEY"], sign_in_name(username[:190]).encode("utf-8", "surrogatepass")
    return hmac.digest(key, b"known browser " + name, hashlib.sha256).hex()[:24]
