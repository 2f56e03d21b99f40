"""Compliance for other systems: a VPN, a proxy or an identity provider asks whether a Mac may access.

Made to stand behind nginx's `auth_request`, which takes 2xx, 401 and 403, and turns anything else into 500.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.compliance import AccessState
from sleutelkast.http.guard import Caller, for_caller, the_world
from sleutelkast.http.models import as_moment
from sleutelkast.http.openapi import api
from sleutelkast.http.problems import Problem
from sleutelkast.usecases.check_access import access_by_serial

routes = Blueprint("access", __name__, url_prefix="/api/v1")
UNTIL_HEADER = "X-Access-Until"


@routes.get("/access/<serial>")
@for_caller(Caller.API_TOKEN, scope=Scope.ACCESS_READ)
@api(answers={204: None}, problems=(401, 403, 429), tells={204: {UNTIL_HEADER: "When the grace period ends"}})
def get_access(serial: str) -> Response:
    """204 where the Mac may access, 403 where it may not or is not known."""
    access = access_by_serial(the_world(), serial)
    if access.state is AccessState.DENIED:
        raise Problem("access-denied")
    response = make_response("", 204)
    if access.until is not None:
        response.headers[UNTIL_HEADER] = as_moment(access.until)
    return response
