"""Who may call a route. Default deny: a route that does not say who may call it answers nobody.

In this order: is there such a route, may this caller call it, did the call come from the portal's own page (CSRF
token), and can its body be read at all. Whether the person may do it to this very device is decided by the use case.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, TypeVar

from flask import Flask, Request, current_app, g, request, session
from flask_login import LoginManager

from sleutelkast.domain.access import Actor
from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.person import Person, Session, Visit
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.http.known_browsers import known_from_now_on
from sleutelkast.http.languages import page_language
from sleutelkast.http.limits import note_wrong_secret, note_wrong_token
from sleutelkast.http.problems import Problem
from sleutelkast.usecases.api_tokens import use_token
from sleutelkast.usecases.sign_in import use_session
from sleutelkast.usecases.world import World

View = TypeVar("View", bound=Callable[..., Any])

CSRF_HEADER = "X-CSRF-Token"
FORM = "application/x-www-form-urlencoded"
_CSRF = "csrf"
_SESSION = "_user_id"  # Flask-Login's name; it holds the session's id, so that a session can be ended
_NO_IDS = frozenset({"q", "after", "actor", "device"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_TROUBLE = "sleutelkast.body_trouble"
"""In the environment of a request whose body did not come: the code of the problem with which to answer it."""
LARGEST_BODY = 64 * 1024
LARGEST_CHECK_IN = 8 * 1024
LARGEST_REPORT = 4 * 1024 * 1024
"""A webhook call holds a Mac's whole property list, base64 in JSON; some answers list every certificate."""


CRYPT = "/crypt/"
"""What stands before the secret in the path of Crypt clients."""


class Caller(StrEnum):
    """Who a route is for."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    API_TOKEN = "api-token"  # its name alone  # noqa: S105  # nosec B105
    """Another system, with a token of the scope that the route names. No such route deposits or reveals."""
    MDM_SERVER = "mdm-server"
    """It proves itself by the signature of its body."""
    IDENTITY_PROVIDER = "identity-provider"
    """It proves itself by the signature of the token in its form."""
    CRYPT_CLIENT = "crypt-client"
    """It proves itself by the secret in the path; to all others nothing is there."""
    OPERATOR = "operator"
    """Whoever asks from this very machine, past no proxy."""


_LARGEST: Mapping[Caller | None, int] = {
    Caller.MDM_SERVER: LARGEST_REPORT,
    Caller.CRYPT_CLIENT: LARGEST_CHECK_IN,
}


def for_caller(
    caller: Caller, *, unattended: bool = False, scope: Scope | None = None, reads_query: bool = False
) -> Callable[[View], View]:
    """Say who may call a route; stands directly above the view function.

    `unattended` routes are asked again and again by an open page: they keep no session alive. `scope` is what an API
    token has to be made for; without one no token opens the route. A route that `reads_query` looks itself at what
    stands in its query, which strangers may have written.
    """

    def mark(view: View) -> View:
        view.caller = caller  # type: ignore[attr-defined]
        view.scope = scope  # type: ignore[attr-defined]
        view.unattended = unattended  # type: ignore[attr-defined]
        view.reads_query = reads_query  # type: ignore[attr-defined]
        return view

    return mark


def caller_of(app: Flask, endpoint: str) -> Caller | None:
    """Whom a route says it is for."""
    return getattr(app.view_functions[endpoint], "caller", None)


def guard(app: Flask, world: World) -> None:
    """Put the guard in front of every route of `app`."""
    LoginManager(app).user_loader(lambda _: None)
    app.extensions["sleutelkast_world"] = world

    @app.before_request
    def only_those_who_may() -> None:
        if _is_for_crypt_clients(request) and not _has_path_secret(request):
            # Whatever the method, and before anything else: it is as if nothing were there.
            note_wrong_secret()
            raise Problem("not-found")
        if request.endpoint is None or request.routing_exception is not None:
            return
        caller = caller_of(app, request.endpoint)
        if caller is Caller.API_TOKEN:
            _admit_token(world, getattr(app.view_functions[request.endpoint], "scope", None))
            _refuse_strange_ids(request, "access-denied")
        else:
            _refuse_strange_ids(request, "not-found")
            if caller is not Caller.CRYPT_CLIENT:
                _recognize(world, is_use=not getattr(app.view_functions[request.endpoint], "unattended", False))
            _admit(caller)
        if request.method not in _SAFE:
            if caller in {Caller.ANYONE, Caller.SIGNED_IN}:
                _check_csrf(request)
            _check_body(request, _LARGEST.get(caller, LARGEST_BODY))


def _is_for_crypt_clients(incoming: Request) -> bool:
    return incoming.path.startswith(CRYPT)


def _has_path_secret(incoming: Request) -> bool:
    """Compared in constant time. Where no secret is set, none is right."""
    expected: SecretBytes | None = current_app.extensions["sleutelkast_crypt_secret"]
    given = incoming.path.removeprefix(CRYPT).partition("/")[0]
    return expected is not None and SecretBytes(given.encode()) == expected


def _refuse_strange_ids(incoming: Request, code: str) -> None:
    """Ids are plain ASCII; PostgreSQL refuses a null character in any text."""
    given = [*(incoming.view_args or {}).values()]
    if not getattr(current_app.view_functions[str(incoming.endpoint)], "reads_query", False):
        given += [*incoming.args.keys(), *_ids_asked(incoming)]
    if any(not str(one).isascii() or not str(one).isprintable() or len(str(one)) > 64 for one in given):
        raise Problem(code)


def _ids_asked(incoming: Request) -> list[str]:
    """What is no id is checked by the model of the route: words that are searched for, and places in a list."""
    return [value for name, value in incoming.args.items(multi=True) if name not in _NO_IDS]


def _recognize(world: World, *, is_use: bool) -> None:
    session_id = session.get(_SESSION)
    known = use_session(world, session_id, is_use=is_use) if isinstance(session_id, str) else None
    if known is not None:
        # One that is over stays in the cookie: its answer may come behind that of a request which renewed it.
        g.person, g.session = known


def _admit(caller: Caller | None) -> None:
    if caller is None:
        raise Problem("forbidden")
    if caller is Caller.SIGNED_IN and "person" not in g:
        raise Problem("sign-in-required")
    if caller is Caller.OPERATOR and not _is_local(request):
        raise Problem("not-found")


def _admit_token(world: World, scope: Scope | None) -> None:
    """Let in who shows a token that holds and has this scope; else answer as RFC 6750 has it.

    A token in the address would be in the log of every proxy, so nothing is taken from there. (The RFC's 400 for
    that would be an error to nginx, which takes 401 and 403 alone.)
    """
    if request.query_string:
        raise _no_token("invalid_request")
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _no_token()
    token = use_token(world, shown.strip())
    if token is None:
        note_wrong_token()
        raise _no_token("invalid_token")
    if scope is None or scope not in token.scopes:
        needed = {} if scope is None else {"scope": scope.value}
        raise Problem("token-forbidden", headers=_challenge(error="insufficient_scope", **needed))


def _no_token(error: str | None = None) -> Problem:
    return Problem("token-required", headers=_challenge(**({} if error is None else {"error": error})))


def _challenge(**told: str) -> dict[str, str]:
    parts = ", ".join(f'{name}="{value}"' for name, value in {"realm": "sleutelkast", **told}.items())
    return {"WWW-Authenticate": f"Bearer {parts}"}


def _is_local(incoming: Request) -> bool:
    forwarded = any(name in incoming.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    return _is_loopback(incoming.remote_addr) and not forwarded


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def csrf_token() -> str:
    """The token that this browser has to send with every change."""
    if _CSRF not in session:
        session[_CSRF] = secrets.token_urlsafe(24)
    return str(session[_CSRF])


def _check_csrf(incoming: Request) -> None:
    expected, given = session.get(_CSRF), incoming.headers.get(CSRF_HEADER, "")
    if not isinstance(expected, str) or not hmac.compare_digest(expected.encode(), given.encode()):
        raise Problem("csrf-failed")


def _check_body(incoming: Request, largest: int) -> None:
    trouble = incoming.environ.get(BODY_TROUBLE)
    if trouble is not None:
        raise Problem(trouble, headers={"Connection": "close"})
    # A chunked body can't be told from its end beforehand; over the limit it would be cut without a word.
    if "chunked" in incoming.headers.get("Transfer-Encoding", "").lower():
        raise Problem("length-required")
    if (incoming.content_length or 0) > largest:
        raise Problem("too-large")
    incoming.max_content_length = largest


def json_body(incoming: Request) -> None:
    """Refuse a body that is not a JSON object, before its fields are looked at."""
    if not incoming.is_json:
        raise Problem("unsupported-media-type")
    try:
        body = incoming.get_json()
    except Exception:
        raise Problem("bad-request") from None
    if not isinstance(body, dict):
        raise Problem("bad-request")


def form_body(incoming: Request) -> None:
    """Refuse a body that is no form, before its fields are looked at."""
    if incoming.mimetype != FORM:
        raise Problem("unsupported-media-type")


def begin_session(begun: Session, person: Person) -> None:
    """A new cookie for a new sign-in: nothing of the one before it lives on (no session fixation)."""
    session.clear()
    session[_SESSION] = begun.id
    g.person, g.session = person, begun
    known_from_now_on(person)


def go_on_in(renewed: Session) -> None:
    """Have this browser use the session by its new id; what else its tabs know goes on."""
    session[_SESSION] = renewed.id
    g.session = renewed


def end_session() -> None:
    session.clear()
    g.pop("person", None)
    g.pop("session", None)


def acting() -> Actor:
    """The signed-in person, as the rules see them."""
    person: Person = g.person
    return person.actor


def the_visit() -> Visit:
    """The browser that asks."""
    browser = request.headers.get("User-Agent", "")
    # PostgreSQL refuses a null character in any text; no browser sends what can't be printed.
    return Visit(page_language(), browser if browser.isprintable() and browser else None)


def the_world() -> World:
    world: World = current_app.extensions["sleutelkast_world"]
    return world
