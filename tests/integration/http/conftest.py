from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal, make_app
from tests.unit.http.harness import QUICK_PASSWORDS, HandClock, Visitor, add_mac, add_person


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def portal(portal: Portal, clock: HandClock) -> Portal:
    """The portal with the time in the test's hand, Anna with a Mac, and Bram."""
    portal.world = replace(portal.world, clock=clock, passwords=QUICK_PASSWORDS)
    add_person(portal.world, "anna")
    add_person(portal.world, "bram")
    return portal


@pytest.fixture
def app(portal: Portal) -> Flask:
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture
def mac(portal: Portal) -> Device:
    """Anna's."""
    return add_mac(portal.world, "anna", "C02ANNA")


@pytest.fixture
def at(mac: Device) -> str:
    """The address of Anna's Mac."""
    return f"/api/v1/devices/{mac.id}"


@pytest.fixture
def open_browser(app: Flask) -> Callable[[], Visitor]:
    """A browser that nobody used before."""
    return lambda: Visitor(app)


@pytest.fixture
def anna(open_browser: Callable[[], Visitor]) -> Visitor:
    return open_browser().signed_in("anna")


@pytest.fixture
def bram(open_browser: Callable[[], Visitor]) -> Visitor:
    return open_browser().signed_in("bram")
