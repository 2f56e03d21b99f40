"""For those who run the portal: is it alive, is it ready, how does it do; and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sleutelkast.http.guard import Caller, for_caller, the_world
from sleutelkast.http.openapi import document

routes = Blueprint("operations", __name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """What readiness asks; each answers whether its part works, and never raises."""

    database: Callable[[], bool]
    sealing_key: Callable[[], bool]
    whole_fleet: Callable[[], bool] | None = None
    """In the demo: whether every simulated Mac is enrolled and assigned."""


class Figures:
    """The portal's figures for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("endpoint", "status")
        self.requests = Counter("sleutelkast_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("sleutelkast_request_seconds", "Time to answer", ("endpoint",), registry=self.registry)
        self.mdm_up = Gauge("sleutelkast_mdm_up", "1 where the MDM server answers", registry=self.registry)


@routes.get("/healthz")
@for_caller(Caller.ANYONE)
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@routes.get("/readyz")
@for_caller(Caller.ANYONE)
def readyz() -> Response:
    """Database and sealing key work; an MDM server that is down does not make the portal unready."""
    probe: Probe = current_app.extensions["sleutelkast_probe"]
    parts = {"database": probe.database(), "sealing_key": probe.sealing_key()}
    if probe.whole_fleet is not None:
        parts["fleet"] = all(parts.values()) and probe.whole_fleet()
    response = jsonify(parts)
    response.status_code = 200 if all(parts.values()) else 503
    return response


@routes.get("/metrics")
@for_caller(Caller.OPERATOR)
def metrics() -> Response:
    """Figures for Prometheus, for those who ask from this machine."""
    figures: Figures = current_app.extensions["sleutelkast_figures"]
    figures.mdm_up.set(1 if the_world().mdm.version() is not None else 0)
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


@routes.get("/api/v1/openapi.json")
@for_caller(Caller.ANYONE)
def openapi() -> Response:
    """This interface, described."""
    return jsonify(document(current_app._get_current_object()))  # type: ignore[attr-defined]
