"""Whatever somebody is denied for want of a right is in the audit log, once, before they read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.access import Permission, Right
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.usecases.denials import DENIED_AS
from tests.unit.http.harness import KEY, HandClock, Visitor

SAVE = {"recovery_key": KEY, "confirmation": KEY}
ROUTES = [
    pytest.param(lambda who, at: who.get(at), "see", "not-found", id="look at it"),
    pytest.param(lambda who, at: who.get(f"{at}/deposits/latest"), "see", "not-found", id="look at its deposit"),
    pytest.param(lambda who, at: who.get(f"{at}/history"), "see", "not-found", id="look at its history"),
    pytest.param(lambda who, at: who.get(f"{at}/versions"), "reveal", "not-found", id="list its keys"),
    pytest.param(lambda who, at: who.patch(at, {"name": "mine"}), "rename", "not-found", id="name it"),
    pytest.param(lambda who, at: who.post(f"{at}/deposits", SAVE), "deposit", "not-found", id="save a key"),
    pytest.param(lambda who, at: who.post(f"{at}/reveals", {}), "reveal", "not-found", id="see its key"),
    pytest.param(lambda who, at: who.post(f"{at}/checks"), "check", "not-found", id="check it"),
    pytest.param(lambda who, at: who.post(f"{at}/rotations"), "rotation", "not-found", id="rotate its key"),
    pytest.param(lambda who, at: who.post(f"{at}/asks"), "store-asked", "not-found", id="ask to store"),
]


@pytest.mark.parametrize(("tries", "action", "reason"), ROUTES)
def test_a_colleague_who_tries_it_on_somebody_elses_mac_is_written_down_once(
    portal: Portal, bram: Visitor, mac: Device, at: str, tries: Callable[..., Any], action: str, reason: str
) -> None:
    assert tries(bram, at).status_code == 404
    assert denials(portal) == [("bram", action, mac.id, reason)]


@pytest.mark.parametrize(("tries", "action", "reason"), ROUTES)
def test_a_device_that_there_is_not_is_the_same_but_for_its_id(
    portal: Portal, bram: Visitor, mac: Device, tries: Callable[..., Any], action: str, reason: str
) -> None:
    assert tries(bram, f"/api/v1/devices/{KEY}").status_code == 404
    assert denials(portal) == [("bram", action, None, reason)]


@pytest.mark.parametrize(("path", "action"), [("/api/v1/support/devices", "search"), ("/api/v1/audit", "audit-read")])
def test_what_is_about_no_device_is_written_down_as_well(portal: Portal, bram: Visitor, path: str, action: str) -> None:
    assert bram.get(path).status_code == 403
    assert denials(portal) == [("bram", action, None, None if action == "audit-read" else "forbidden")]


def test_who_only_looks_again_and_again_is_written_down_once_an_hour(
    portal: Portal, bram: Visitor, anna: Visitor, mac: Device, at: str, clock: HandClock
) -> None:
    for _ in range(3):
        bram.get(at)
    assert len(denials(portal)) == 1
    for _ in range(3):
        bram.post(f"{at}/checks")
    assert len(denials(portal)) == 4
    clock.pass_time(minutes=61)
    bram = bram.signed_in("bram")
    bram.get(at)
    assert len(denials(portal)) == 5


def test_what_is_refused_for_another_reason_is_no_denial(portal: Portal, anna: Visitor, at: str) -> None:
    assert anna.post(f"{at}/deposits", {**SAVE, "confirmation": "x"}).status_code == 422
    assert anna.get(f"{at}/deposits/none").status_code == 404
    assert denials(portal) == []


def test_every_right_has_its_name_in_the_log() -> None:
    assert set(DENIED_AS) == {*Permission, *Right}


def denials(portal: Portal) -> list[tuple[str, str, str | None, str | None]]:
    with portal.store.read() as tx:
        people = {one.id: one.username for one in tx.people.all()}
        rows = tx.connection.execute(select(audit).where(audit.c.outcome == "denied").order_by(audit.c.id)).mappings()
        return [(people[row["actor_id"]], row["action"], row["device_id"], row["reason"]) for row in rows]
