"""NanoMDM's webhook: one attempt, so all is committed before 200."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from sleutelkast.http.guard import Caller, for_caller, the_world
from sleutelkast.http.limits import note_wrong_signature
from sleutelkast.http.problems import Problem
from sleutelkast.usecases.ports import MalformedReport
from sleutelkast.usecases.receive_report import receive_report

routes = Blueprint("webhook", __name__)
PATH = "/mdm/webhook"
SIGNATURE_HEADER = "X-Hmac-Signature"


@routes.post(PATH)
@for_caller(Caller.MDM_SERVER)
def post_webhook() -> Response:
    """Take in what the MDM server tells; unsigned or wrongly signed calls are refused."""
    world, body = the_world(), request.get_data(cache=False)
    if not world.reports.signed_by_us(body, request.headers.get(SIGNATURE_HEADER)):
        note_wrong_signature()
        raise Problem("sign-in-required")
    try:
        receive_report(world, body)
    except MalformedReport:
        raise Problem("bad-request") from None
    return make_response("", 200)
