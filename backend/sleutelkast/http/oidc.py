"""Signing in with a work account: the way to its provider, the way back, and the provider's word that it is over.

These routes are visited by browsers, not called by the web app: whatever happens, they lead to a page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, request

from sleutelkast.domain.work_account import ATTEMPT_LIFE, HOME, Cause, PageCode, local_path, telling
from sleutelkast.http import models
from sleutelkast.http.guard import Caller, begin_session, for_caller, go_on_in, the_visit, the_world
from sleutelkast.http.limits import WORK_ACCOUNT_VISITS, by_browser, limited, note_wrong_farewell
from sleutelkast.http.openapi import api
from sleutelkast.http.problems import Problem
from sleutelkast.http.turns import waits
from sleutelkast.usecases.ports import NotAccepted
from sleutelkast.usecases.sign_in import sign_out
from sleutelkast.usecases.sign_in_oidc import (
    Returned,
    come_back,
    hear_farewell,
    note_refused_farewell,
    provider_of,
    refuse,
    set_out,
)

View = TypeVar("View", bound=Callable[..., Any])

routes = Blueprint("oidc", __name__, url_prefix="/api/v1/session/oidc")
_BROWSER = "sleutelkast-sign-in"
_LONGEST = {"state": 256, "code": 8192, "error": 128, "iss": 512, "next": 1024}


def _of_a_known_provider(view: View) -> View:
    """Before anything else is looked at: to others nothing is there."""

    @wraps(view)
    def known(**named: str) -> Any:
        provider_of(the_world(), named["provider_id"])
        return view(**named)

    return known  # type: ignore[return-value]


def _leads_to_a_page(view: View) -> View:
    """Answer a browser that comes too often with a page as well, and only one that really goes there."""

    @wraps(view)
    def kindly(**named: str) -> Any:
        if request.method == "HEAD":
            # Who only looks whether an address is there must not use up what it stands for.
            raise Problem("method-not-allowed", headers={"Allow": "GET"})
        try:
            return view(**named)
        except Problem as problem:
            if problem.code != "too-many-attempts":
                raise
            # Not written down: a flood must not fill the audit log.
            return _going_to(telling(local_path(_asked("next")), PageCode.TOO_MANY))

    return kindly  # type: ignore[return-value]


@routes.get("/<provider_id>")
@for_caller(Caller.ANYONE, reads_query=True)
@_of_a_known_provider
@_leads_to_a_page
@limited(WORK_ACCOUNT_VISITS, by=by_browser)
@api(answers={303: None}, query=models.SettingOut)
def get_way_there(provider_id: str) -> Response:
    """Go to the provider. `next` is the page to come back to; `confirm=1` signs in again in the present session."""
    browser = request.cookies.get(_cookie_name()) or secrets.token_urlsafe(24)
    page, again_in = _asked("next"), None
    if _asked("confirm") == "1":
        again_in = g.get("session")
        if again_in is None:
            return _going_to(refuse(the_world(), provider_id, NotAccepted(Cause.SESSION_OVER), local_path(page)))
    response = _going_to(set_out(the_world(), provider_id, browser, page, again_in))
    # Set anew each time, so that it lasts as long as the way.
    response.set_cookie(
        _cookie_name(),
        browser,
        max_age=ATTEMPT_LIFE,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
        path=HOME,
    )
    return response


@routes.get("/<provider_id>/callback")
@for_caller(Caller.ANYONE, reads_query=True)
@_of_a_known_provider
@_leads_to_a_page
@limited(WORK_ACCOUNT_VISITS, by=by_browser)
@waits
@api(answers={303: None}, query=models.ComingBack)
def get_callback(provider_id: str) -> Response:
    """Come back from the provider, to the page that was asked for or to one that tells why nobody is signed in."""
    world, before = the_world(), g.get("session")
    returned = Returned(_asked("state"), _asked("code"), _asked("error"), _asked("iss"))
    arrival = come_back(world, provider_id, returned, request.cookies.get(_cookie_name()), before, the_visit())
    if arrival.begun is not None:
        person, begun = arrival.begun
        if before is not None:
            sign_out(world, before)
        begin_session(begun, person)
    if arrival.confirmed is not None:
        go_on_in(arrival.confirmed)
    return _going_to(arrival.leads_to)


@routes.post("/<provider_id>/back-channel")
@for_caller(Caller.IDENTITY_PROVIDER)
@_of_a_known_provider
@api(answers={200: None}, problems=(400, 429), form=models.LogoutForm)
def post_back_channel(provider_id: str, form: models.LogoutForm) -> tuple[str, int]:
    """OpenID Connect Back-Channel Logout 1.0: the provider says that somebody's sign-in there has ended."""
    try:
        hear_farewell(the_world(), provider_id, form.logout_token)
    except NotAccepted as refused:
        # Beyond that it is not written down either: a flood must not fill the audit log.
        note_wrong_farewell()
        note_refused_farewell(the_world(), provider_id, refused.cause)
        raise Problem("bad-request") from None
    return "", 200


def _asked(name: str) -> str | None:
    """What the query says, where it says it once and at a length that can be. Anything may stand in it."""
    said = request.args.getlist(name)
    return said[0] if len(said) == 1 and 0 < len(said[0]) <= _LONGEST.get(name, 64) else None


def _cookie_name() -> str:
    return f"__Host-{_BROWSER}" if current_app.config["SESSION_COOKIE_SECURE"] else _BROWSER


def _going_to(address: str) -> Response:
    # The portal's own pages are named by their path: what the request calls the host is anybody's word.
    return Response(status=303, headers={"Location": address})
