"""Passwords that people set: their own, and the one behind a link that works once."""

from __future__ import annotations

from flask import Blueprint, Response, g

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.http import models
from sleutelkast.http.guard import Caller, for_caller, go_on_in, the_world
from sleutelkast.http.limits import (
    CREDENTIAL_CHANGES,
    LINK_FAILURES,
    SIGN_IN_FAILURES,
    by_address,
    by_session,
    changes_of_person,
    failed,
    limited,
)
from sleutelkast.http.openapi import api
from sleutelkast.http.turns import waits
from sleutelkast.usecases.passwords import change_password, use_link

routes = Blueprint("passwords", __name__, url_prefix="/api/v1")


def _was_over(response: Response) -> bool:
    return response.status_code == 410


@routes.put("/account/password")
@for_caller(Caller.SIGNED_IN)
@limited(SIGN_IN_FAILURES, by=by_session, counted=failed)
@limited(CREDENTIAL_CHANGES, by=changes_of_person)
@waits
@api(answers={204: None}, problems=(403, 409, 429), json=models.PasswordChange)
def put_password(json: models.PasswordChange) -> tuple[str, int]:
    """Change one's own password, which ends all other sessions; `present` may be left out after a fresh sign-in."""
    present = None if json.present is None else SecretBytes(json.present.get_secret_value().encode())
    chosen = SecretBytes(json.password.get_secret_value().encode())
    go_on_in(change_password(the_world(), g.person, g.session, present, chosen))
    return "", 204


@routes.post("/password-links")
@for_caller(Caller.ANYONE)
@limited(LINK_FAILURES, by=by_address, counted=_was_over)
@waits
@api(answers={204: None}, problems=(410, 429), json=models.PasswordLinkUse)
def post_password_link(json: models.PasswordLinkUse) -> tuple[str, int]:
    """Set the password of the person whose link this is, once; all their sessions end."""
    use_link(the_world(), json.token, SecretBytes(json.password.get_secret_value().encode()))
    return "", 204
