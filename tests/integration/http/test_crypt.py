"""The check-in of Crypt clients over HTTP: what a client sees, and that others see nothing at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
import structlog
from flask import Flask, Response
from werkzeug.test import TestResponse

from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app
from sleutelkast.fleet.mac import new_recovery_key
from sleutelkast.http.guard import LARGEST_CHECK_IN
from sleutelkast.usecases.upkeep import note_reveal
from tests.integration.http.marks import sqlite_alone
from tests.unit.http.harness import CRYPT_SECRET, HandClock, Visitor, problem

CRYPT = f"/crypt/{CRYPT_SECRET}"
KEY = "CRPT-CRPT-CRPT-CRPT-CRPT-0001"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]


def test_a_client_reports_its_key(client: Visitor, anna: Visitor, mac: Device, at: str) -> None:
    answer = reports(client, mac.serial, macname="Anna’s Mac\n", username="anna")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {"serial": mac.serial, "username": "anna", "rotation_required": False}
    assert "Set-Cookie" not in answer.headers
    assert anna.post(f"{at}/reveals", {}).json["recovery_key"] == KEY
    (version,) = anna.get(f"{at}/versions").json["items"]
    assert (version["provenance"], version["present"], version["may_be_newer"]) == ("reported", True, False)


def test_a_session_of_the_same_browser_is_no_matter(app: Flask, anna: Visitor, mac: Device) -> None:
    """Neither needed nor looked at: no token, no cookie, and a body that is a form."""
    answer = anna.send("POST", f"{CRYPT}/checkin/", form(mac.serial), FORM)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("end", ["", "/", "//"])
@pytest.mark.parametrize("base", [CRYPT, f"/{CRYPT}", f"{CRYPT}/"])
def test_a_slash_too_many_or_too_few_is_answered_directly(client: Visitor, mac: Device, base: str, end: str) -> None:
    """A client follows a redirect, and turns its POST into a GET then."""
    answer = client.send("POST", f"{client.at}{base}/checkin{end}", form(mac.serial), FORM)
    assert answer.status_code == 200
    assert client.get(f"{client.at}{base}/verify/{mac.serial}/recovery_key{end}").json["escrowed"] is True


def test_the_client_is_told_to_rotate(client: Visitor, portal: Portal, mac: Device, clock: HandClock) -> None:
    reports(client, mac.serial)
    clock.pass_time(minutes=1)
    with portal.store.write() as tx:
        note_reveal(tx, mac.id, clock.now())
    assert reports(client, mac.serial).json["rotation_required"] is True
    clock.pass_time(minutes=1)
    assert reports(client, mac.serial, new_recovery_key()).json["rotation_required"] is False


def test_verify(client: Visitor, mac: Device, clock: HandClock) -> None:
    path = f"{CRYPT}/verify/{mac.serial}/recovery_key/"
    assert client.get(path).json == {"escrowed": False}
    reports(client, mac.serial)
    moment = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert client.get(path).json == {"escrowed": True, "date_escrowed": moment}
    assert client.get(f"{CRYPT}/verify/{mac.serial}/password/").json == {"escrowed": False}
    assert problem(client.get(f"{CRYPT}/verify/C02UNKNOWN/recovery_key/")) == (404, "not-found")


@pytest.mark.parametrize("serial", ["VMw/3+x0/7", "Parallels-2C 5E", "../../api/v1", "a%2Fb", "recovery_key"])
def test_serials_of_virtual_macs(client: Visitor, serial: str) -> None:
    assert reports(client, serial).json["serial"] == serial
    found = client.get(f"{CRYPT}/verify/{quote(serial, safe='')}/recovery_key/")
    assert found.json["escrowed"] is True


# What is not taken, which a client repeats


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"recovery_password": "no key"}, "recovery_password", id="no key"),
        pytest.param({"recovery_password": ""}, "recovery_password", id="an empty key"),
        pytest.param({"recovery_password": None}, "recovery_password", id="without a key"),
        pytest.param({"serial": None}, "serial", id="without a serial"),
        pytest.param({"serial": ""}, "serial", id="an empty serial"),
        pytest.param({"serial": "C02\x00"}, "serial", id="a null character"),
        pytest.param({"serial": "C02\u202eA"}, "serial", id="a right-to-left mark"),
        pytest.param({"serial": "Ç02"}, "serial", id="not ASCII"),
        pytest.param({"serial": "x" * 65}, "serial", id="a long serial"),
        pytest.param({"serial": KEY}, "serial", id="a key for a serial"),
        pytest.param({"secret_type": "password"}, "secret_type", id="another type"),
    ],
)
def test_what_can_not_be_kept_is_never_answered_with_200(
    client: Visitor, fields: dict[str, str | None], field: str
) -> None:
    """The client would erase its copy."""
    answer = client.send("POST", f"{CRYPT}/checkin/", form("C02NEW", **fields), FORM)
    assert problem(answer) == (422, "invalid")
    assert list(answer.json["params"]["fields"]) == [field]
    assert KEY not in answer.get_data(as_text=True)


def test_less_than_all_fields_are_enough(client: Visitor, mac: Device) -> None:
    body = form(mac.serial, username=None, macname=None)
    answer = client.send("POST", f"{CRYPT}/checkin/", body, FORM)
    assert answer.json == {"serial": mac.serial, "username": "", "rotation_required": False}


def test_a_key_in_the_wrong_field_is_not_repeated(client: Visitor, mac: Device) -> None:
    answer = reports(client, mac.serial, username=f"x {KEY}", macname=KEY)
    assert answer.status_code == 200
    assert KEY not in answer.get_data(as_text=True)


@sqlite_alone
@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        pytest.param(b"x" * (LARGEST_CHECK_IN + 1), {}, (413, "too-large"), id="one byte too many"),
        pytest.param(b"a=" * 4_000_000, {}, (413, "too-large"), id="megabytes"),
        pytest.param(b"&" * LARGEST_CHECK_IN, {}, (422, "invalid"), id="thousands of empty fields"),
        pytest.param(b"", {}, (422, "invalid"), id="nothing"),
        pytest.param(b"a=b", {"Transfer-Encoding": "chunked"}, (411, "length-required"), id="without a length"),
        pytest.param(b"{}", {"Content-Type": "application/json"}, (415, "unsupported-media-type"), id="JSON"),
        pytest.param(
            b"--x--",
            {"Content-Type": "multipart/form-data; boundary=x"},
            (415, "unsupported-media-type"),
            id="a form with files",
        ),
        pytest.param(b"a=b", {"Content-Type": ""}, (415, "unsupported-media-type"), id="unsaid"),
    ],
)
def test_bodies_that_are_not_read(
    client: Visitor, body: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    assert problem(client.send("POST", f"{CRYPT}/checkin/", body, {**FORM, **headers})) == expected


# To others nothing is there


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "given",
    [
        pytest.param("wrong", id="wrong"),
        pytest.param(CRYPT_SECRET[:-1], id="one sign short"),
        pytest.param(CRYPT_SECRET + "0", id="one sign more"),
        pytest.param(CRYPT_SECRET.swapcase(), id="in other letters"),
        pytest.param("%C3%A9" * 10, id="not ASCII"),
        pytest.param("%00", id="a null character"),
        pytest.param("%ff", id="not UTF-8"),
        pytest.param("None", id="none"),
        pytest.param("x" * 5000, id="long"),
        pytest.param("..", id="a path"),
    ],
)
def test_a_wrong_secret_is_answered_as_an_unknown_path_is(app: Flask, mac: Device, method: str, given: str) -> None:
    stranger = Visitor(app)
    unknown = shape(stranger.send(method, f"{stranger.at}/api/unknown", None, FORM))
    for path in (f"/crypt/{given}/checkin/", f"/crypt/{given}/verify/{mac.serial}/recovery_key/", f"/crypt/{given}"):
        asked = stranger.send(method, f"{stranger.at}{path}", form(mac.serial) if method == "POST" else None, FORM)
        assert shape(asked) == unknown, path
    assert unknown[0] == 404


@sqlite_alone
@pytest.mark.parametrize("method", METHODS)
def test_without_a_secret_set_nothing_is_there(portal: Portal, mac: Device, method: str) -> None:
    stranger = Visitor(app_with(portal, None))
    unknown = shape(stranger.send(method, f"{stranger.at}/api/unknown", None, FORM))
    for given in (CRYPT_SECRET, "None", "", "%20"):
        for path in (f"/crypt/{given}/checkin/", f"/crypt/{given}/verify/{mac.serial}/recovery_key/"):
            asked = stranger.send(method, f"{stranger.at}{path}", form(mac.serial) if method == "POST" else None, FORM)
            assert shape(asked) == unknown, path


@sqlite_alone
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_other_methods_are_told_what_there_is_with_the_secret_alone(client: Visitor, method: str) -> None:
    answer = client.send(method, f"{client.at}{CRYPT}/checkin/", None, FORM)
    assert problem(answer) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_the_secret_opens_nothing_else(client: Visitor, mac: Device) -> None:
    reports(client, mac.serial)
    for path in ("", "/", "/retrieve/1/", "/info/1/", f"/verify/{mac.serial}/", "/checkin/more/", "/../api/v1/devices"):
        answer = client.get(f"{client.at}{CRYPT}{path}")
        assert answer.status_code in {401, 404}, path
        assert KEY not in answer.get_data(as_text=True)


# Where the secret and the key must not be


def test_secret_and_key_are_in_no_log_no_figure_and_no_answer(client: Visitor, mac: Device) -> None:
    wrong = {"recovery_password": "CRPT-CRPT-CRPT-CRPT-CRPT-0OO!"}
    with structlog.testing.capture_logs() as logs:
        answers = [
            reports(client, mac.serial),
            client.send("POST", f"{CRYPT}/checkin/", form(mac.serial, **wrong), FORM),
            client.send("POST", f"{CRYPT}/checkin/", form(None), FORM),
            client.send("PUT", f"{CRYPT}/checkin/", None, FORM),
            client.get(f"{CRYPT}/verify/{mac.serial}/recovery_key/"),
            client.get(f"{CRYPT}/verify/C02UNKNOWN/recovery_key/"),
            client.get(f"{CRYPT}/unknown/"),
            client.get(f"/crypt/{CRYPT_SECRET[:-1]}/checkin/"),
        ]
    figures = client.get("/metrics").get_data(as_text=True)
    assert len(logs) == len(answers)
    assert {one["endpoint"] for one in logs} == {"crypt.post_checkin", "crypt.get_verify", "unknown"}
    told = [json.dumps(logs), figures, *(f"{one.headers} {one.get_data(as_text=True)}" for one in answers)]
    for text in told:
        assert CRYPT_SECRET[:-1] not in text
        assert "CRPT-CRPT" not in text
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


@sqlite_alone
def test_a_mistake_behind_the_routes_does_not_have_flask_log_the_address(
    app: Flask, mac: Device, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing handles what fails once a route has answered, and Flask would log it with the path."""

    @app.after_request
    def fails(_answer: object) -> Response:
        raise OSError(f"no room left for {KEY}")

    with structlog.testing.capture_logs() as logs:
        answer = reports(Visitor(app), mac.serial)
    assert answer.status_code == 500
    assert {"endpoint": "crypt.post_checkin", "error": "OSError"}.items() <= logs[0].items()
    for text in (json.dumps(logs), caplog.text, answer.get_data(as_text=True)):
        assert CRYPT_SECRET not in text
        assert KEY not in text


def test_a_mistake_in_a_check_in_tells_its_place_alone(
    client: Visitor, portal: Portal, mac: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    with portal.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE versions RENAME TO gone")
    try:
        with structlog.testing.capture_logs() as logs:
            answer = reports(client, mac.serial)
    finally:
        with portal.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO versions")
    assert answer.status_code == 500
    assert "request.failed" in json.dumps(logs)
    for text in (json.dumps(logs), answer.get_data(as_text=True)):
        assert KEY not in text
        assert CRYPT_SECRET not in text


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def form(serial: str | None, key: str = KEY, /, **fields: str | None) -> bytes:
    """The fields as a client sends them; None leaves one out."""
    all_fields: dict[str, str | None] = {
        "serial": serial,
        "recovery_password": key,
        "username": "anna",
        "macname": "Anna’s Mac",
        **fields,
    }
    return urlencode({name: value for name, value in all_fields.items() if value is not None}).encode()


def reports(client: Visitor, serial: str | None, key: str = KEY, **fields: str) -> TestResponse:
    return client.send("POST", f"{CRYPT}/checkin/", form(serial, key, **fields), FORM)


def shape(answer: TestResponse) -> tuple[int, Mapping[str, str], bytes]:
    """All that an answer tells."""
    return answer.status_code, dict(answer.headers), answer.get_data()


def app_with(portal: Portal, secret: str | None) -> Flask:
    known = SecretBytes(secret.encode()) if secret is not None else None
    portal.settings = replace(portal.settings, crypt_secret=known)
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture
def app(portal: Portal) -> Flask:
    return app_with(portal, CRYPT_SECRET)


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A Crypt client, which is no browser."""
    return Visitor(app)
