"""What is the person's own: where they are signed in, and who saw their keys."""

from __future__ import annotations

from flask import Blueprint, g

from sleutelkast.domain.audit import Outcome
from sleutelkast.http import models
from sleutelkast.http.browsers import recognized
from sleutelkast.http.guard import Caller, acting, end_session, for_caller, the_world
from sleutelkast.http.limits import LISTS, by_person, limited
from sleutelkast.http.openapi import api
from sleutelkast.http.places import read_place, written_place
from sleutelkast.http.problems import Problem
from sleutelkast.usecases import sessions as own
from sleutelkast.usecases.repository import UnknownPlace
from sleutelkast.usecases.seen_keys import SeenKey, seen_keys

routes = Blueprint("account", __name__, url_prefix="/api/v1")


@routes.get("/sessions")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.SessionsOut}, query=models.Page)
def get_sessions(query: models.Page) -> models.SessionsOut:
    """Where the person is signed in: the session that asks, then the others, the newest first."""
    try:
        found = own.sessions(the_world(), g.session, query.after, query.limit + 1)
    except UnknownPlace:
        raise Problem("invalid", {"fields": {"after": "unknown"}}) from None
    page = found[: query.limit]
    return models.SessionsOut(
        items=[_session(one) for one in page], next=page[-1].name if len(found) > query.limit else None
    )


@routes.delete("/sessions")
@for_caller(Caller.SIGNED_IN)
@api(answers={204: None})
def delete_other_sessions() -> tuple[str, int]:
    """End all sessions of the person but the one that asks."""
    own.end_other_sessions(the_world(), g.session)
    return "", 204


@routes.delete("/sessions/<session_name>")
@for_caller(Caller.SIGNED_IN)
@api(answers={204: None})
def delete_one_session(session_name: str) -> tuple[str, int]:
    """End one session of the person; the one that asks as well."""
    if own.end_session(the_world(), g.session, session_name).id == g.session.id:
        end_session()
    return "", 204


@routes.get("/account/reveals")
@for_caller(Caller.SIGNED_IN)
@limited(LISTS, by=by_person)
@api(answers={200: models.SeenKeysOut}, problems=(429,), query=models.HistoryPage)
def get_seen_keys(query: models.HistoryPage) -> models.SeenKeysOut:
    """Who saw the keys of the person's Macs while they were theirs, and who was denied it, newest first."""
    found = seen_keys(the_world(), acting(), read_place(query.after), query.limit + 1)
    page = found[: query.limit]
    following = written_place(page[-1].named.place) if len(found) > query.limit else None
    return models.SeenKeysOut(items=[_seen(one) for one in page], next=following)


def _seen(one: SeenKey) -> models.SeenKeyOut:
    named, entry = one.named, one.named.recorded.entry
    is_done = entry.outcome == Outcome.DONE
    return models.SeenKeyOut(
        id=str(named.recorded.id),
        at=entry.at,
        outcome="done" if is_done else "denied",
        by=named.actor_name,
        by_you=entry.actor_id == acting().id,
        device=_device(one),
        reason=entry.reason if is_done else None,
    )


def _device(one: SeenKey) -> models.SeenKeyDevice:
    if one.device is None:
        return models.SeenKeyDevice(id=None, name=one.named.serial or "", serial=one.named.serial)
    return models.SeenKeyDevice(id=one.device.id, name=one.device.name, serial=one.device.serial)


def _session(listed: own.Listed) -> models.ListedSession:
    session, browser = listed.session, recognized(listed.session.browser)
    return models.ListedSession(
        id=listed.name,
        this=listed.is_this,
        way=session.way.value,
        browser=browser.name,
        system=browser.system,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
    )
