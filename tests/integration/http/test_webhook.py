"""NanoMDM's webhook: one attempt, so what is answered 200 is committed, and what is not ours is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sleutelkast.adapters.store.engine import make_engine
from sleutelkast.adapters.store.schema import answers, devices
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal, make_app
from sleutelkast.usecases.repository import AnswerState
from tests.integration.http.marks import sqlite_alone
from tests.integration.http.webhook import deliver, deposits, escrow, latest_command, mac_of, rotates
from tests.unit.http.harness import KEY, OTHER_KEY, Mac, Visitor, problem, signature

NEW_KEY = "NEWK-EYNE-WKEY-NEWK-EYNE-WKEY"
STRANGER = Mac("C02STRANGER")


def test_a_new_mac_is_known_when_it_is_answered(app: Flask, portal: Portal) -> None:
    """Looked at over another connection in the moment of the answer: what is in the database then survives all."""
    seen: list[str] = []
    app.wsgi_app = watched(app.wsgi_app, lambda: seen.extend(serials(portal)))  # type: ignore[method-assign]
    answer = deliver(Visitor(app), STRANGER.authenticates(portal.world.clock.now()))
    assert (answer.status_code, answer.data) == (200, b"")
    assert seen == ["C02STRANGER"]


def test_an_answer_is_kept_when_it_is_answered(app: Flask, portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    store(anna, at)
    seen: list[bool] = []
    app.wsgi_app = watched(  # type: ignore[method-assign]
        app.wsgi_app, lambda: seen.append(deposits(portal, mac)[0].settled_at is not None)
    )
    rotates(portal, Visitor(app), mac, NEW_KEY)
    assert seen == [True]


FORGED: list[Any] = [
    pytest.param(lambda _body: {}, id="unsigned"),
    pytest.param(lambda _body: {"X-Hmac-Signature": ""}, id="an empty signature"),
    pytest.param(lambda body: {"X-Hmac-Signature": signature(body, b"another key")}, id="with another key"),
    pytest.param(lambda body: {"X-Hmac-Signature": signature(body + b" ")}, id="of another body"),
    pytest.param(lambda body: {"X-Hmac-Signature": signature(body).rstrip("=")}, id="cut"),
    pytest.param(lambda body: {"X-Hmac-Signature": base64.b64decode(signature(body)).hex()}, id="in another form"),
    pytest.param(lambda _body: {"X-Hmac-Signature": "é"}, id="not ASCII"),
    pytest.param(lambda _body: {"X-Hmac-Signature": "x" * 9_000}, id="long"),
    pytest.param(lambda body: {"X_Hmac_Signature": signature(body) + "x"}, id="under a name that looks the same"),
]


@sqlite_alone
@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_call_is_refused(portal: Portal, app: Flask, headers: Callable[[bytes], dict[str, str]]) -> None:
    body = json.dumps(STRANGER.authenticates(portal.world.clock.now())).encode()
    answer = Visitor(app).send("POST", "/mdm/webhook", body, headers(body))
    assert problem(answer) == (401, "sign-in-required")
    assert serials(portal) == []
    assert kept(portal) == []


def test_a_forged_call_settles_nothing(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    store(anna, at)
    event = mac_of(mac).rotated(portal.world.clock.now(), latest_command(portal, mac), NEW_KEY, escrow(portal))
    body = json.dumps(event).encode()
    assert anna.send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body, b"forged")}).status_code == 401
    assert anna.get(f"{at}/deposits/latest").json["state"] == "received"


def test_a_replayed_call_changes_nothing(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    store(anna, at)
    event = mac_of(mac).rotated(portal.world.clock.now(), latest_command(portal, mac), NEW_KEY, escrow(portal))
    for _ in range(3):
        assert deliver(anna, event).status_code == 200
    assert [one["provenance"] for one in anna.get(f"{at}/versions").json["items"]] == ["rotated", "typed"]
    assert anna.get(f"{at}/deposits/latest").json["state"] == "stored"


def test_an_answer_to_another_macs_command_settles_nothing(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    """Each Mac speaks for itself: what one says of another's command is kept sealed and believed in nothing."""
    store(anna, at)
    assert deliver(anna, STRANGER.authenticates(portal.world.clock.now())).status_code == 200
    event = STRANGER.rotated(portal.world.clock.now(), latest_command(portal, mac), NEW_KEY, escrow(portal))
    assert deliver(anna, event).status_code == 200
    assert anna.get(f"{at}/deposits/latest").json["state"] == "received"
    assert anna.get(f"{at}/versions").json["items"] == []
    assert kept(portal) == [AnswerState.UNMATCHED]


def test_an_answer_that_can_not_be_opened_is_kept_sealed(portal: Portal, anna: Visitor, mac: Device, at: str) -> None:
    store(anna, at)
    result = {"EncryptedNewRecoveryKey": b"\x30\x80 no CMS " + OTHER_KEY.encode()}
    command = latest_command(portal, mac)
    event = mac_of(mac).connects(portal.world.clock.now(), command, Status="Acknowledged", RotateResult=result)
    assert deliver(anna, event).status_code == 200
    assert anna.get(f"{at}/deposits/latest").json["step"] == "store"
    assert kept(portal) == [AnswerState.UNOPENED]
    assert OTHER_KEY.encode() not in envelopes(portal)


MALFORMED: list[Any] = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"{", id="broken JSON"),
    pytest.param(b"[]", id="an array"),
    pytest.param(b"null", id="null"),
    pytest.param(b"\xff\xfe", id="not UTF-8"),
    pytest.param(b"[" * 100_000, id="deep"),
    pytest.param(b'{"topic": "mdm.Connect"}', id="without its event"),
]


@pytest.mark.parametrize("body", MALFORMED)
def test_what_can_not_be_read_is_kept_sealed(portal: Portal, app: Flask, body: bytes) -> None:
    """It was signed with our key, and it comes once: it may be the only copy of a key."""
    answer = Visitor(app).send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body)})
    assert problem(answer) == (400, "bad-request")
    assert kept(portal) == [AnswerState.UNMATCHED]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("raw_payload", "no base64!", id="no base64"),
        pytest.param("raw_payload", base64.b64encode(b"<plist><dict>").decode(), id="a broken property list"),
        pytest.param("raw_payload", base64.b64encode(b"bplist00\xff").decode(), id="a broken binary property list"),
        pytest.param("raw_payload", None, id="no property list"),
        pytest.param("status", "Perhaps", id="a word that no Mac says"),
        pytest.param("ids", "not an object", id="no ids"),
        pytest.param("udid", "a\x00b", id="a null character in an id"),
        pytest.param("command_uuid", "\ud800", id="half a character in a command"),
        pytest.param("command_uuid", "x" * 300, id="a long command"),
    ],
)
def test_a_report_that_is_malformed_is_kept_sealed(
    portal: Portal, anna: Visitor, mac: Device, at: str, name: str, value: object
) -> None:
    store(anna, at)
    event = mac_of(mac).rotated(portal.world.clock.now(), latest_command(portal, mac), NEW_KEY, escrow(portal))
    event["acknowledge_event"][name] = value
    assert problem(deliver(anna, event)) == (400, "bad-request")
    assert kept(portal) == [AnswerState.UNMATCHED]
    assert anna.get(f"{at}/deposits/latest").json["state"] == "received"


@sqlite_alone
def test_what_is_too_large_is_not_taken(portal: Portal, app: Flask) -> None:
    body = b"x" * (4 * 1024 * 1024 + 1)
    answer = Visitor(app).send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body)})
    assert problem(answer) == (413, "too-large")
    assert kept(portal) == []


def test_no_mac_fills_the_disk(portal: Portal, app: Flask) -> None:
    visitor = Visitor(app)
    for number in range(60):
        body = f'{{"broken": {number}'.encode()
        visitor.send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body)})
    assert len(kept(portal)) == 50


@sqlite_alone
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_it_is_only_posted_to(app: Flask, method: str) -> None:
    assert problem(Visitor(app).call(method, "/mdm/webhook")) == (405, "method-not-allowed")


@sqlite_alone
def test_without_an_mdm_server_no_signature_is_right(portal: Portal) -> None:
    """A portal that knows no key takes calls from nobody, also not signed with an empty key."""
    settings = replace(portal.settings, nanomdm_webhook_key=None)
    with closing(Portal(settings)) as bare:
        body = json.dumps(STRANGER.authenticates(portal.world.clock.now())).encode()
        for key in (b"", b"webhook key of the tests"):
            visitor = Visitor(make_app(bare))  # type: ignore[arg-type]
            answer = visitor.send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body, key)})
            assert problem(answer) == (401, "sign-in-required")


def store(visitor: Visitor, at: str) -> None:
    assert visitor.post(f"{at}/deposits", {"recovery_key": KEY, "confirmation": KEY}).status_code == 202


def watched(app: Any, look: Callable[[], None]) -> Callable[..., Any]:
    """`app`, with a look at the world in the moment in which it answers 200."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, *rest: Any) -> Any:
            if status.startswith("200"):
                look()
            return start_response(status, *rest)

        return app(environ, start)

    return serve


def serials(portal: Portal) -> list[str]:
    """As another process reads them: over a connection of its own."""
    engine = make_engine(portal.settings.database)
    try:
        with engine.connect() as connection:
            return list(connection.scalars(select(devices.c.serial)))
    finally:
        engine.dispose()


def kept(portal: Portal) -> list[str]:
    with portal.store.engine.connect() as connection:
        return list(connection.scalars(select(answers.c.state)))


def envelopes(portal: Portal) -> bytes:
    with portal.store.engine.connect() as connection:
        return b"".join(connection.scalars(select(answers.c.envelope)))
