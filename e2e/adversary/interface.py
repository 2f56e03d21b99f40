"""The portal's own description of its interface, as an attacker reads it: every route, also those of tomorrow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from e2e.adversary.attacker import Program

JSON = "application/json"
_KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
_FITTING: Mapping[str, object] = {
    "recovery_key": _KEY,
    "confirmation": _KEY,
    "reason": "It is locked, and they call",
    "name": "Mine now",
    "approve": True,
    "locale": "nl",
    "credential": {},
}
"""What is taken in a field of this name; in others anything is."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    """With `{name}` for what differs."""
    takes: str | None
    """The media type of its body; None where it takes none."""
    fields: frozenset[str]
    """Of its body."""
    required: frozenset[str]
    proof: frozenset[str]
    """What a caller needs: `session`, `csrf` or `token`."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> list[str]:
        """What differs in its address."""
        return re.findall(r"{(\w+)}", self.path)

    def at(self, ids: Mapping[str, str]) -> str:
        """Its address; what is not among these ids is made up."""
        return re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "0123456789abcdef01234567"), self.path)

    def fitting_body(self) -> dict[str, object]:
        """One that is not refused for its form."""
        return {name: _FITTING.get(name, "a guess that is long enough") for name in self.required}


def routes(program: Program) -> list[Route]:
    """All that the portal says it has."""
    document = program.says("GET", "/api/v1/openapi.json").json
    return [
        _route(document, method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def taking_json(program: Program) -> Iterator[Route]:
    return (route for route in routes(program) if route.takes == JSON)


def changing(program: Program) -> Iterator[Route]:
    """Those that a browser calls: a token of the page has to come along."""
    return (route for route in routes(program) if "csrf" in route.proof)


def _route(document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> Route:
    content = operation.get("requestBody", {}).get("content", {})
    takes = next(iter(content), None)
    schema = _resolved(document, content[takes]["schema"]) if takes else {}
    proof = frozenset(name for one in operation.get("security", []) for name in one)
    fields, required = (frozenset(schema.get(name, ())) for name in ("properties", "required"))
    return Route(method, path, takes, fields, required, proof)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    named = schema.get("$ref")
    if named is None:
        return schema
    found: Any = document
    for step in named.removeprefix("#/").split("/"):
        found = found[step]
    return _resolved(document, found)
