"""The check-in of Crypt clients, as they know it of their own server.

A client repeats whatever is not answered with 200 every two minutes, and erases its copy of the key after a 200. It
follows redirects and turns its POST into a GET then, so there are none here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify

from sleutelkast.domain.device import NAME_LENGTH, SERIAL_LENGTH
from sleutelkast.domain.texts import line
from sleutelkast.http import models
from sleutelkast.http.guard import CRYPT, Caller, for_caller, the_world
from sleutelkast.http.headers import StartResponse, WsgiApp
from sleutelkast.http.limits import CHECK_INS, CHECK_INS_OF_ADDRESS, all_together, by_address, limited
from sleutelkast.http.openapi import api
from sleutelkast.usecases.crypt_check_in import Report, check_in, kept_since

routes = Blueprint("crypt", __name__, url_prefix=f"{CRYPT}<secret>")


@routes.post("/checkin/")
@for_caller(Caller.CRYPT_CLIENT)
# The address first: what is refused to one does not count against all.
@limited(CHECK_INS_OF_ADDRESS, by=by_address)
@limited(CHECK_INS, by=all_together)
@api(answers={200: models.CheckedIn}, problems=(422, 429), form=models.CheckInForm)
def post_checkin(secret: str, form: models.CheckInForm) -> models.CheckedIn:
    """Keep the key of a Mac: sealed and committed when this answers 200. Anything else is to be repeated."""
    key = form.recovery_password.get_secret_value()
    report = Report(serial=form.serial, key=key, name=form.macname, key_type=form.secret_type)
    return models.CheckedIn(
        rotation_required=check_in(the_world(), report),
        serial=line(form.serial, SERIAL_LENGTH) or "",
        username=line(form.username, NAME_LENGTH) or "",
    )


@routes.get("/verify/<path:serial>/<secret_type>/")
@for_caller(Caller.CRYPT_CLIENT)
# The address first: what is refused to one does not count against all.
@limited(CHECK_INS_OF_ADDRESS, by=by_address)
@limited(CHECK_INS, by=all_together)
@api(answers={200: models.Escrow}, problems=(429,))
def get_verify(secret: str, serial: str, secret_type: str) -> Response:
    """Whether a key of this Mac is kept, and since when; 404 for a Mac that is not known."""
    since = kept_since(the_world(), serial, secret_type)
    found = models.Escrow(escrowed=since is not None, date_escrowed=since)
    return jsonify(found.model_dump(mode="json", exclude_none=True))


def with_forgiving_paths(app: WsgiApp) -> WsgiApp:
    """`app`, to which a slash that is missing or too much in a client's address makes no difference."""

    def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        parts = [part for part in environ.get("PATH_INFO", "").split("/") if part]
        if parts[:1] == [CRYPT.strip("/")]:
            environ = {**environ, "PATH_INFO": f"/{'/'.join(parts)}/"}
        return app(environ, start_response)

    return serve
