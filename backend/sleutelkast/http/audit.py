"""The audit log, for auditors: page by page, or as a stream of all that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from flask import Blueprint, Response, jsonify, request

from sleutelkast.http import models
from sleutelkast.http.guard import Caller, acting, for_caller, the_world
from sleutelkast.http.limits import EXPORTS, by_person, limited
from sleutelkast.http.openapi import api
from sleutelkast.http.places import read_place, written_place
from sleutelkast.usecases import audit_log
from sleutelkast.usecases.audit_export import lines
from sleutelkast.usecases.audit_log import Form, Wanted
from sleutelkast.usecases.repository import Named

routes = Blueprint("audit", __name__, url_prefix="/api/v1")

_MEDIA_TYPES: Mapping[Form, str] = {Form.CSV: "text/csv", Form.JSON_LINES: "application/x-ndjson"}
_JSON = "application/json"
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take UTF-8 for something else."""
_LINES_AT_ONCE = 200


@routes.get("/audit")
@for_caller(Caller.SIGNED_IN)
@limited(EXPORTS, by=by_person, applies=lambda: _is_export())
@api(answers={200: models.AuditOut}, problems=(403, 429), query=models.AuditQuery, streams=tuple(_MEDIA_TYPES.values()))
def get_audit(query: models.AuditQuery) -> Response:
    """Entries, newest first; `Accept: text/csv` or `application/x-ndjson` exports all that is asked for."""
    wanted = Wanted(query.since, query.until, query.actor, query.device, query.action, query.outcome)
    before = read_place(query.after)
    form = query.format or _form_in_header()
    if form is not None:
        return _stream(form, audit_log.export(the_world(), acting(), wanted, form))
    found = audit_log.read(the_world(), acting(), wanted, before, query.limit + 1)
    page = found[: query.limit]
    following = written_place(page[-1].place) if len(found) > query.limit else None
    answer = models.AuditOut(items=[_entry(one) for one in page], next=following)
    return jsonify(answer.model_dump(mode="json"))


def _is_export() -> bool:
    return "format" in request.args or _form_in_header() is not None


def _form_in_header() -> Form | None:
    wanted = request.accept_mimetypes.best_match([_JSON, *_MEDIA_TYPES.values()], default=_JSON)
    return next((form for form, media_type in _MEDIA_TYPES.items() if media_type == wanted), None)


def _stream(form: Form, entries: Iterator[Named]) -> Response:
    text = lines(entries, form)
    response = Response(_in_pieces(text, start=_BYTE_ORDER_MARK if form is Form.CSV else ""))
    response.content_type = f"{_MEDIA_TYPES[form]}; charset=utf-8"
    day = the_world().clock.now().date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.{form.value}"'
    return response


def _in_pieces(text: Iterable[str], start: str) -> Iterator[bytes]:
    """The first line at once, so that whoever asks sees that it comes; then many lines in one piece."""
    every = iter(text)
    yield (start + next(every, "")).encode()
    while piece := "".join(islice(every, _LINES_AT_ONCE)):
        yield piece.encode()


def _entry(one: Named) -> models.AuditEntryOut:
    recorded, entry = one.recorded, one.recorded.entry
    return models.AuditEntryOut(
        id=str(recorded.id),
        number=recorded.number,
        at=entry.at,
        action=entry.action,
        outcome=entry.outcome,
        actor=_actor(one),
        device=_device(one),
        subject=_subject(one),
        reason=entry.reason,
    )


def _actor(one: Named) -> models.AuditPerson | None:
    actor_id = one.recorded.entry.actor_id
    return models.AuditPerson(id=actor_id, username=one.username, name=one.actor_name) if actor_id else None


def _device(one: Named) -> models.AuditDevice | None:
    device_id = one.recorded.entry.device_id
    return models.AuditDevice(id=device_id, name=one.device_name, serial=one.serial) if device_id else None


def _subject(one: Named) -> models.AuditSubject | None:
    subject = one.recorded.entry.subject
    return models.AuditSubject(id=subject, name=one.subject_name) if subject else None
