"""Requests that say too much, say two things under one name, or come while Redis is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask

from sleutelkast.domain.person import Person
from sleutelkast.factory import Portal, make_app
from sleutelkast.settings import Settings
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage
from tests.unit.http.harness import KEY, OTHER_KEY, QUICK_PASSWORDS, Visitor, add_mac, add_person, problem


def test_a_deposit_is_taken_while_nobody_can_be_woken(portal_without_redis: Portal) -> None:
    add_person(portal_without_redis.world, "anna")
    device = add_mac(portal_without_redis.world, "anna", "C02ANNA")
    app = make_app(portal_without_redis)
    assert isinstance(app, Flask)
    anna = Visitor(app).signed_in("anna")
    answer = anna.post(f"/api/v1/devices/{device.id}/deposits", _typed(KEY))
    assert answer.status_code == 202
    with portal_without_redis.store.read() as tx:
        assert len(tx.deposits.line(device.id)) == 1


def test_one_idempotency_key_is_not_for_two_recovery_keys(stage: Stage, anna: Person, mac: Mac, app: Flask) -> None:
    visitor = Visitor(app).signed_in("anna")
    at = f"/api/v1/devices/{stage.device(mac).id}/deposits"
    assert visitor.post(at, _typed(KEY), Idempotency_Key="one").status_code == 202
    assert problem(visitor.post(at, _typed(OTHER_KEY), Idempotency_Key="one")) == (422, "invalid")
    assert len(stage.line(mac)) == 1


@pytest.mark.parametrize("length", [65, 191, 256, 2000])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("GET", "/api/v1/devices/{long}", None, id="device"),
        pytest.param("PATCH", "/api/v1/devices/{long}", {"name": "x"}, id="name of a device"),
        pytest.param("POST", "/api/v1/devices/{long}/deposits", "typed", id="deposit of a device"),
        pytest.param("GET", "/api/v1/devices/{device}/deposits/{long}", None, id="deposit"),
        pytest.param("POST", "/api/v1/devices/{long}/reveals", {}, id="key of a device"),
        pytest.param("GET", "/api/v1/devices/{long}/versions", None, id="versions"),
        pytest.param("POST", "/api/v1/devices/{long}/checks", None, id="check"),
        pytest.param("DELETE", "/api/v1/notices/{long}", None, id="notice"),
    ],
)
def test_an_id_as_long_as_a_novel_is_not_found(
    stage: Stage, mac: Mac, visitor: Visitor, method: str, path: str, body: object, length: int
) -> None:
    address = path.format(long="x" * length, device=stage.device(mac).id)
    answer = visitor.call(method, address, _typed(KEY) if body == "typed" else body)
    assert problem(answer) == (404, "not-found")


def test_the_longest_ids_of_an_mdm_server_are_kept(stage: Stage, anna: Person) -> None:
    mac = stage.expected_mac(anna, udid="U" * 255)
    stage.hears(mac.authenticates(), mac.claims_to_have_rotated("C" * 255, stage.escrow_certificate()))
    assert stage.device(mac).udid == "U" * 255
    (kept,) = stage.answers(mac)
    assert kept.command_uuid == "C" * 255


def _typed(key: str) -> dict[str, str]:
    return {"recovery_key": key, "confirmation": key}


@pytest.fixture
def visitor(anna: Person, app: Flask) -> Visitor:
    return Visitor(app).signed_in("anna")


@pytest.fixture
def portal_without_redis(settings: Settings) -> Iterator[Portal]:
    with closing(Portal(replace(settings, jobs_url="redis://127.0.0.1:9/0"))) as portal:
        portal.world = replace(portal.world, passwords=QUICK_PASSWORDS)
        yield portal
