"""What those who run the portal ask it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from sleutelkast.adapters.sealing.ring import key_ring_path
from sleutelkast.factory import DEMO_READY, Portal, make_app
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import Visitor


def test_a_portal_that_works(app: Flask) -> None:
    """Its MDM server is out of reach, which makes no portal unready."""
    visitor = Visitor(app)
    alive, ready = visitor.get("/healthz"), visitor.get("/readyz")
    assert (alive.status_code, alive.json) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json) == (200, {"database": True, "sealing_key": True})


def test_without_its_tables_it_is_alive_but_not_ready(app: Flask, portal: Portal) -> None:
    with portal.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE identities RENAME TO gone"))
    try:
        ready = Visitor(app).get("/readyz")
        assert (ready.status_code, ready.json) == (503, {"database": False, "sealing_key": True})
        assert Visitor(app).get("/healthz").status_code == 200
    finally:
        with portal.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO identities"))


def test_without_its_key_ring_it_is_not_ready(app: Flask, portal: Portal) -> None:
    key_ring_path(portal.settings.key_ring).unlink()
    ready = Visitor(app).get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"database": True, "sealing_key": False})


@sqlite_alone
def test_the_demo_is_ready_once_its_fleet_is(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = portal.settings.data / "demo.ready"
    monkeypatch.setenv(DEMO_READY, str(marker))
    visitor = Visitor(make_app(portal))  # type: ignore[arg-type]
    assert visitor.get("/readyz").json == {"database": True, "sealing_key": True, "fleet": False}
    assert visitor.get("/readyz").status_code == 503
    marker.touch()
    assert visitor.get("/readyz").status_code == 200


@sqlite_alone
def test_figures(app: Flask, anna: Visitor, at: str) -> None:
    anna.get(at)
    anna.get("/api/v1/devices/unknown")
    answer = anna.get("/metrics")
    assert answer.mimetype == "text/plain"
    text = answer.get_data(as_text=True)
    assert 'sleutelkast_requests_total{endpoint="devices.get_device",status="200"} 1.0' in text
    assert 'sleutelkast_requests_total{endpoint="devices.get_device",status="404"} 1.0' in text
    assert 'sleutelkast_request_seconds_count{endpoint="devices.get_device"} 2.0' in text
    assert "sleutelkast_mdm_up 0.0" in text
    assert at.rpartition("/")[2] not in text


@sqlite_alone
def test_behind_a_proxy_that_is_set_the_address_is_the_visitors(portal: Portal) -> None:
    portal.settings = replace(portal.settings, trusted_proxies=1)
    visitor = Visitor(make_app(portal))  # type: ignore[arg-type]
    assert visitor.get("/metrics").status_code == 200
    assert visitor.get("/metrics", X_Forwarded_For="192.0.2.7").status_code == 404
    assert visitor.get("/metrics", X_Forwarded_For="127.0.0.1").status_code == 404
