"""The support desk: finding Macs, what happened to one, asking to store, and leave to reveal."""

from __future__ import annotations

from flask import Blueprint

from sleutelkast.domain.person import Person
from sleutelkast.domain.search import DeviceFilter
from sleutelkast.http import models
from sleutelkast.http.devices import device_out, short
from sleutelkast.http.guard import Caller, acting, for_caller, the_world
from sleutelkast.http.limits import ASKS, REVEALS, SEARCHES, by_person, limited
from sleutelkast.http.openapi import api
from sleutelkast.http.places import read_place, written_place
from sleutelkast.http.problems import Problem
from sleutelkast.usecases import support_desk as desk
from sleutelkast.usecases.repository import Counted, Named, UnknownPlace
from sleutelkast.usecases.request_reveal import (
    Asked,
    closed_requests,
    decide_request,
    latest_request,
    open_requests,
    request_reveal,
)

routes = Blueprint("support", __name__, url_prefix="/api/v1")


@routes.get("/support/devices")
@for_caller(Caller.SIGNED_IN)
@limited(SEARCHES, by=by_person)
@api(answers={200: models.DevicesOut}, problems=(403, 429), query=models.DeviceSearch)
def get_support_devices(query: models.DeviceSearch) -> models.DevicesOut:
    """Macs by the beginnings of words of their serial, their name and their owner's names, narrowed by a filter."""
    try:
        found = desk.search_devices(
            the_world(), acting(), query.q or "", _filter(query.filter), query.after, query.limit
        )
    except UnknownPlace:
        raise Problem("invalid", {"fields": {"after": "unknown"}}) from None
    return models.DevicesOut(items=[device_out(one) for one in found.devices], next=found.following)


@routes.get("/support/devices/counts")
@for_caller(Caller.SIGNED_IN)
@limited(SEARCHES, by=by_person)
@api(answers={200: models.DeviceCountsOut}, problems=(403, 429), query=models.DeviceQuestion)
def get_support_device_counts(query: models.DeviceQuestion) -> models.DeviceCountsOut:
    """How many Macs the words find, in all and with each filter; no further than a thousand."""
    counted = desk.count_devices(the_world(), acting(), query.q or "")
    return models.DeviceCountsOut(
        all=_count(counted[None]), filters={one.value: _count(counted[one]) for one in DeviceFilter}
    )


@routes.get("/devices/<device_id>/history")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.HistoryOut}, problems=(403,), query=models.HistoryPage)
def get_history(device_id: str, query: models.HistoryPage) -> models.HistoryOut:
    """What happened to a device, newest first, for those who help its owner."""
    found = desk.device_history(the_world(), acting(), device_id, read_place(query.after), query.limit + 1)
    page = found[: query.limit]
    following = written_place(page[-1].place) if len(found) > query.limit else None
    return models.HistoryOut(items=[_event(one) for one in page], next=following)


@routes.post("/devices/<device_id>/asks")
@for_caller(Caller.SIGNED_IN)
@limited(ASKS, by=by_person)
@api(answers={204: None}, problems=(409, 429))
def post_ask(device_id: str) -> tuple[str, int]:
    """Ask the owner of a Mac to store its key."""
    desk.ask_to_store(the_world(), acting(), device_id)
    return "", 204


@routes.get("/support/asks")
@for_caller(Caller.SIGNED_IN)
@limited(SEARCHES, by=by_person)
@api(answers={200: models.ToAskOut}, problems=(403, 429), query=models.ToAsk)
def get_asks(query: models.ToAsk) -> models.ToAskOut:
    """Of how many Macs the owners would be asked to store the key, and how many people these are; a thousand Macs at
    once."""
    owned = desk.count_to_ask(the_world(), acting(), query.q or "", DeviceFilter(query.filter))
    return models.ToAskOut(macs=owned.macs, people=owned.people, more=owned.more)


@routes.post("/support/asks")
@for_caller(Caller.SIGNED_IN)
@limited(ASKS, by=by_person)
@api(answers={200: models.AskedOut}, problems=(429,), json=models.AskAll)
def post_asks(json: models.AskAll) -> models.AskedOut:
    """Ask the owners of all Macs that the words and the filter find; `next` is where to go on, where there are more."""
    try:
        asked, following = desk.ask_all_to_store(
            the_world(), acting(), json.q or "", json.after, DeviceFilter(json.filter)
        )
    except UnknownPlace:
        raise Problem("invalid", {"fields": {"after": "unknown"}}) from None
    return models.AskedOut(asked=asked, next=following)


@routes.post("/devices/<device_id>/requests")
@for_caller(Caller.SIGNED_IN)
@limited(REVEALS, by=by_person)
@api(answers={201: models.RequestOut}, problems=(429,), json=models.RequestIn)
def post_request(device_id: str, json: models.RequestIn) -> tuple[models.RequestOut, int]:
    """Ask a second person for leave to see the key of somebody else's Mac."""
    return _request(request_reveal(the_world(), acting(), device_id, json.reason)), 201


@routes.get("/devices/<device_id>/requests/latest")
@for_caller(Caller.SIGNED_IN, unattended=True)
@api(answers={200: models.RequestOut}, problems=(403,))
def get_latest_request(device_id: str) -> models.RequestOut:
    """How one's own latest request for this Mac stands."""
    return _request(latest_request(the_world(), acting(), device_id))


@routes.get("/admin/requests")
@for_caller(Caller.SIGNED_IN, unattended=True)
@api(answers={200: models.RequestsOut}, problems=(403,))
def get_requests() -> models.RequestsOut:
    """What waits for the decision of a second person, oldest first; one's own too, on which somebody else decides."""
    return models.RequestsOut(items=[_request(one) for one in open_requests(the_world(), acting())], next=None)


@routes.get("/admin/requests/closed")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.RequestsOut}, problems=(403,), query=models.Page)
def get_closed_requests(query: models.Page) -> models.RequestsOut:
    """What was decided in the last 30 days, by whom, and what nobody decided in time; the latest first."""
    try:
        found = closed_requests(the_world(), acting(), query.after, query.limit + 1)
    except UnknownPlace:
        raise Problem("invalid", {"fields": {"after": "unknown"}}) from None
    page = found[: query.limit]
    following = page[-1].request.id if len(found) > query.limit else None
    return models.RequestsOut(items=[_request(one) for one in page], next=following)


@routes.post("/admin/requests/<request_id>/decision")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.RequestOut}, problems=(409,), json=models.DecisionIn)
def post_decision(request_id: str, json: models.DecisionIn) -> models.RequestOut:
    """Approve or deny another person's request."""
    return _request(decide_request(the_world(), acting(), request_id, approve=json.approve))


def _filter(wanted: str | None) -> DeviceFilter | None:
    return DeviceFilter(wanted) if wanted is not None else None


def _count(counted: Counted) -> models.CountOut:
    return models.CountOut(count=counted.count, more=counted.more)


def _event(named: Named) -> models.EventOut:
    entry = named.recorded.entry
    return models.EventOut(
        id=str(named.recorded.id),
        at=entry.at,
        action=entry.action,
        outcome=entry.outcome,
        actor=named.actor_name,
        reason=entry.reason,
    )


def _request(asked: Asked) -> models.RequestOut:
    request, device = asked.request, asked.device
    return models.RequestOut(
        id=request.id,
        device=models.RequestDevice(
            id=device.id, name=device.name, serial=device.serial, owner=_short_or_none(asked.owner)
        ),
        requester=short(asked.requester),
        reason=request.reason,
        state=asked.state.value,
        created_at=request.created_at,
        until=asked.until,
        decided_at=request.decided_at,
        decided_by=_short_or_none(asked.decider),
    )


def _short_or_none(person: Person | None) -> models.PersonShort | None:
    return short(person) if person is not None else None
