"""The OpenAPI 3.1 document, generated from the routes and made true where the generator does not know better."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, get_type_hints

from flask import Flask, Request, Response, request
from pydantic import BaseModel, ValidationError
from spectree import Response as Answers
from spectree import SpecTree

from sleutelkast import __version__
from sleutelkast.http import problems
from sleutelkast.http.guard import CSRF_HEADER, FORM, Caller, form_body, json_body
from sleutelkast.http.models import Problem

_CHANGES = frozenset({"post", "put", "patch", "delete"})
_JSON_POINTER = "/"


def _refuse_invalid(_request: Any, _response: Any, error: Exception | None, _instance: Any, _adapter: Any) -> None:
    if not isinstance(error, ValidationError):
        return
    # Where and what kind, never the value: it may be half a recovery key.
    found = error.errors(include_url=False, include_context=False, include_input=False)
    fields = {_JSON_POINTER.join(map(str, one["loc"])): one["type"] for one in found}
    raise problems.Problem("invalid", {"fields": fields})


def _named(model: type[BaseModel]) -> str:
    return model.__name__


spec = SpecTree(
    "flask",
    title="Sleutelkast",
    version=__version__,
    openapi_version="3.1.0",
    mode="strict",
    before=_refuse_invalid,
    validation_error_model=Problem,
    naming_strategy=_named,
    nested_naming_strategy=lambda _parent, child: child,
)


def api(
    *,
    answers: dict[int, type[BaseModel] | None],
    problems: tuple[int, ...] = (),
    query: type[BaseModel] | None = None,
    json: type[BaseModel] | None = None,
    form: type[BaseModel] | None = None,
    headers: type[BaseModel] | None = None,
    tells: Mapping[int, Mapping[str, str]] | None = None,
    streams: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Describe a route and have its request checked; `problems` are the statuses it answers problems with.

    `tells` are the headers that an answer may have, each with its meaning; `streams` are media types in which 200 is
    answered as well, as a stream of text.
    """

    def describe(view: Callable[..., Any]) -> Callable[..., Any]:
        declared: dict[str, Any] = {f"HTTP_{status}": model for status, model in answers.items()}
        declared |= {f"HTTP_{status}": Problem for status in problems}
        checked = spec.validate(
            query=query, json=json, form=form, headers=headers, resp=Answers(**declared), tags=[_tag(view)]
        )
        documented: Any = _with_streams(view, checked) if streams else checked(view)
        if form is not None:
            documented = _with_readable_body(documented, form_body)
        if json is not None:
            documented = _with_readable_body(documented, json_body)
        documented.tells, documented.streams = tells or {}, streams
        described: Callable[..., Any] = documented
        return described

    return describe


def _tag(view: Callable[..., Any]) -> str:
    return view.__module__.rsplit(".", 1)[-1]


class _Stream(Exception):  # noqa: N818 - it reads as what it is
    """Carries a streamed answer past what would collect it to look at it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _with_streams(
    view: Callable[..., Any], checked: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Callable[..., Any]:
    @wraps(view)
    def within(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        if isinstance(answer, Response) and answer.is_streamed:
            raise _Stream(answer)
        return answer

    # As types, since their names mean nothing here.
    within.__annotations__ = get_type_hints(view)
    documented = checked(within)

    @wraps(documented)
    def around(*args: Any, **kwargs: Any) -> Any:
        try:
            return documented(*args, **kwargs)
        except _Stream as stream:
            return stream.response

    return around


def _with_readable_body(view: Callable[..., Any], look: Callable[[Request], None]) -> Callable[..., Any]:
    """Look whether there is JSON, or a form, at all before the fields are: 415 and 400 stand before 422."""

    @wraps(view)
    def first_the_body(*args: Any, **kwargs: Any) -> Any:
        look(request)
        return view(*args, **kwargs)

    return first_the_body


def document(app: Flask) -> dict[str, Any]:
    """The whole document of an app whose routes are registered."""
    made: dict[str, Any] = copy.deepcopy(spec.spec)
    made["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        "token": {"type": "http", "scheme": "bearer"},
    }
    views = _views(app)
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, views[path, method])
    return made


def _views(app: Flask) -> dict[tuple[str, str], Callable[..., Any]]:
    found: dict[tuple[str, str], Callable[..., Any]] = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        found |= {(path, method.lower()): app.view_functions[rule.endpoint] for method in rule.methods or ()}
    return found


def _complete(operation: dict[str, Any], method: str, view: Callable[..., Any]) -> None:
    caller = getattr(view, "caller", None)
    if caller is Caller.SIGNED_IN or (caller is Caller.ANYONE and method in _CHANGES):
        needed: dict[str, list[str]] = {"csrf": []} if method in _CHANGES else {}
        operation["security"] = [{"session": [], **needed}]
    if method in _CHANGES:
        # What the guard answers before a route is reached.
        forbidden = () if caller in {Caller.CRYPT_CLIENT, Caller.IDENTITY_PROVIDER} else ("403",)
        for status in ("400", *forbidden, "408", "411", "413", "415", "503"):
            operation["responses"].setdefault(status, _problem_answer())
    if caller is Caller.SIGNED_IN:
        operation["responses"].setdefault("401", _problem_answer())
    if caller is Caller.API_TOKEN:
        operation["security"] = [{"token": []}]
    else:
        operation["responses"].setdefault("404", _problem_answer())
    for status, headers in getattr(view, "tells", {}).items():
        operation["responses"][str(status)]["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in headers.items()
        }
    for media_type in getattr(view, "streams", ()):
        operation["responses"]["200"]["content"][media_type] = {"schema": {"type": "string"}}
    sent = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in sent:
        # The generator takes every form for one with files.
        sent[FORM] = sent.pop("multipart/form-data")
    for status, answer in operation["responses"].items():
        if status[0] in "45" and "content" in answer:
            answer["content"] = {problems.MEDIA_TYPE: _SCHEMA}


_SCHEMA = {"schema": {"$ref": "#/components/schemas/Problem"}}


def _problem_answer() -> dict[str, Any]:
    return {"description": "A problem", "content": {problems.MEDIA_TYPE: _SCHEMA}}
