"""What tests of the HTTP interface stand on: browsers without a window, and a clock in the test's hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import plistlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from sleutelkast.adapters.identity.passwords import Argon2Passwords
from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.fleet.cms import encrypt
from sleutelkast.fleet.mac import Cipher
from sleutelkast.usecases import manage
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.world import World

PASSWORD = "zeilboot-haven-7"
WEBHOOK_KEY = b"webhook key of the tests"
CRYPT_SECRET = "Zk3-path_secret.of~the-tests-0123456789"
KEY = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
OTHER_KEY = "ZYXW-VUTS-9RQP-ONML-KJIH-6789"
LOOPBACK = "http://127.0.0.1:8000"

QUICK_PASSWORDS = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Real argon2id, at a price that a test can pay."""


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **units: float) -> None:
        self.moment += timedelta(**units)


class Visitor:
    """Somebody's browser: it keeps cookies and, as the web app does, sends the CSRF token and JSON."""

    def __init__(self, app: Flask, *, at: str = LOOPBACK, address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self.at = at
        self.address = address
        self.csrf: str | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        return self.call("POST", path, body, headers)

    def patch(self, path: str, body: object = None) -> TestResponse:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """`body` is sent as JSON, or, where it is bytes, as it is; header names have `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if method not in {"GET", "HEAD"} and "X-CSRF-Token" not in named:
            named["X-CSRF-Token"] = self.token()
        return self.send(method, path, body, named)

    def send(self, method: str, path: str, body: object, headers: Mapping[str, str], **environ: str) -> TestResponse:
        """Exactly this: no header is added but that of JSON."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if content is not None else {}
        return self.client.open(
            path,
            method=method,
            data=content,
            headers={**kind, **headers},
            base_url=self.at,
            buffered=True,
            environ_overrides={"REMOTE_ADDR": self.address, **environ},
        )

    def token(self) -> str:
        if self.csrf is None:
            self.csrf = self.get("/api/v1/session").json["csrf"]
        return self.csrf

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        answer = self.post("/api/v1/session", {"username": username, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json["csrf"]
        return answer

    def signed_in(self, username: str) -> Visitor:
        assert self.sign_in(username).status_code == 200
        return self

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}

    def take_over(self, cookies: Mapping[str, str], csrf: str | None) -> Visitor:
        """Use somebody's cookies and token, as a thief would."""
        for name, value in cookies.items():
            self.client.set_cookie(name, value, domain="127.0.0.1")
        self.csrf = csrf
        return self


def add_person(world: World, username: str, *roles: Role) -> Person:
    name = username.capitalize()
    return manage.add_person(world, username, name, None, frozenset(roles), SecretBytes(PASSWORD.encode()))


def add_mac(world: World, owner: str, serial: str, ownership: Ownership = Ownership.PERSONAL) -> Device:
    """An enrolled Mac of this person."""
    manage.assign_device(world, serial, owner, ownership)
    receive_report(world, json.dumps(Mac(serial).authenticates(world.clock.now())).encode())
    with world.store.read() as tx:
        found = tx.devices.by_serial(serial)
    assert found is not None
    assert found.enrolled_at is not None
    return found


@dataclass(frozen=True)
class Mac:
    """Says what a Mac says, in NanoMDM's webhook calls."""

    serial: str

    @property
    def udid(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.serial)).upper()

    def authenticates(self, at: datetime) -> dict[str, Any]:
        facts = {"UDID": self.udid, "SerialNumber": self.serial, "DeviceName": f"Mac {self.serial}"}
        payload = {"MessageType": "Authenticate", "ModelName": "MacBook Air", "OSVersion": "15.1", **facts}
        return self._event("mdm.Authenticate", at, "checkin_event", payload)

    def connects(self, at: datetime, command_uuid: str | None = None, **answer: Any) -> dict[str, Any]:
        """Idle without a command; else its answer, `Status` among it."""
        payload = {"UDID": self.udid, "Status": "Idle", **answer}
        told = {"status": payload["Status"]}
        if command_uuid is not None:
            payload["CommandUUID"] = told["command_uuid"] = command_uuid
        return self._event("mdm.Connect", at, "acknowledge_event", payload, told)

    def rotated(self, at: datetime, command_uuid: str, new_key: str, certificate: bytes) -> dict[str, Any]:
        cms = encrypt(new_key.encode(), certificate, Cipher.TRIPLE_DES)
        result = {"EncryptedNewRecoveryKey": cms}
        return self.connects(at, command_uuid, Status="Acknowledged", RotateResult=result)

    def _event(
        self, topic: str, at: datetime, name: str, payload: dict[str, Any], told: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        raw = base64.b64encode(plistlib.dumps(payload)).decode()
        ids = {"id": self.udid, "type": "Device"}
        event = {"ids": ids, "udid": self.udid, "raw_payload": raw, **(told or {})}
        return {"topic": topic, "event_id": str(uuid.uuid4()), "created_at": at.isoformat(), name: event}


def signature(body: bytes, key: bytes = WEBHOOK_KEY) -> str:
    return base64.b64encode(hmac.digest(key, body, hashlib.sha256)).decode()


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of an answer that has to be a problem."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["code"]
