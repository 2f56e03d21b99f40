"""The web app in front of the interface: its files, and its page for every address that is not the portal's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from sleutelkast.factory import Portal
from sleutelkast.http.app import Site, create_app
from sleutelkast.http.languages import LANGUAGE_COOKIE
from tests.unit.http.harness import Visitor, problem

SCRIPT = "/assets/app-1a2b.js"


def test_hashed_files_are_kept_for_ever(visitor: Visitor) -> None:
    answer = visitor.get(SCRIPT)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "// the script, as it was built")
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.mimetype == "text/javascript"


def test_other_files_are_asked_for_each_time(visitor: Visitor) -> None:
    answer = visitor.get("/icon.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "max-age=0, public"
    assert visitor.get("/app.webmanifest").mimetype == "application/manifest+json"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        pytest.param("gzip, deflate, br", "br", b"as brotli", id="brotli"),
        pytest.param("gzip", "gzip", b"script, as gzip", id="gzip"),
        pytest.param("identity", None, b"// the script, as it was built", id="as it is"),
    ],
)
def test_files_are_compressed_beforehand(visitor: Visitor, accepted: str, encoding: str | None, body: bytes) -> None:
    answer = visitor.get(SCRIPT, Accept_Encoding=accepted)
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.data == body
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/devices", "/devices/1a2b/store", "/help", "/nowhere", "/apiary", "/index.html"]
)
def test_every_other_address_is_the_page(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "the page" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "cookie", "expected"),
    [
        pytest.param("nl-NL,nl;q=0.9", None, "nl", id="the browser's wish"),
        pytest.param("nl", "ar", "ar", id="the choice on this device"),
        pytest.param("xx", None, "en", id="none that is there: the default"),
        pytest.param("nl", "xx", "nl", id="a choice that is not there"),
        pytest.param("nl", "../../etc/passwd", "nl", id="a choice that is a path"),
        pytest.param("nl", '"', "nl", id="a cookie that is none"),
    ],
)
def test_the_page_comes_in_the_language(visitor: Visitor, accepted: str, cookie: str | None, expected: str) -> None:
    headers = {"Accept-Language": accepted, "Cookie": f"other=1; {LANGUAGE_COOKIE}={cookie or ''}"}
    answer = Client(visitor.client.application, use_cookies=False).get("/devices", headers=headers, buffered=True)
    assert f'<html lang="{expected}">' in answer.get_data(as_text=True)
    assert answer.headers["Content-Language"] == expected
    assert {"accept-language", "cookie", "accept-encoding"} <= {name.lower() for name in answer.vary}


def test_a_page_that_did_not_change_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.get("/devices")
    again = visitor.get("/help", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"


def test_the_head_of_a_page(visitor: Visitor) -> None:
    answer = visitor.call("HEAD", "/devices")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"", "text/html")


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/session", "//api", "/mdm", "/mdm/x", "/crypt/x"),
        *("/healthz/x", "/readyz/", "/metrics/x", "/assets", "/assets/", "/assets/gone-9f.js", "/assets/../icon.svg"),
    ],
)
def test_what_is_the_portals_own_is_never_the_page(visitor: Visitor, path: str) -> None:
    answer = visitor.send("GET", "/", None, {}, PATH_INFO=path)
    assert problem(answer) == (404, "not-found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_page_can_only_be_read(visitor: Visitor, method: str) -> None:
    assert problem(visitor.call(method, "/devices")) == (404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/../beside.txt", id="up"),
        pytest.param("/assets/../../beside.txt", id="up from a folder"),
        pytest.param("/%2e%2e/beside.txt", id="up, encoded"),
        pytest.param("/..%2fbeside.txt", id="up, with an encoded slash"),
        pytest.param("/....//beside.txt", id="up, for those who strip"),
        pytest.param("/..\\beside.txt", id="up, backwards"),
        pytest.param("//etc/passwd", id="from the root"),
        pytest.param("/assets/app-1a2b.js%00.txt", id="a null character"),
        pytest.param("/" + "x" * 10_000, id="long"),
        pytest.param("/\u202e", id="a right-to-left mark"),
    ],
)
def test_no_address_leads_out_of_the_folder(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    text = answer.get_data(as_text=True)
    assert "not for anybody" not in text
    assert "root:" not in text
    assert (answer.status_code, answer.mimetype) in {(200, "text/html"), (404, "application/problem+json")}


def test_without_the_web_app_there_is_the_interface_alone(app_without: Callable[[], Flask]) -> None:
    visitor = Visitor(app_without())
    assert problem(visitor.get("/devices")) == (404, "not-found")
    assert visitor.get("/api/v1/session").status_code == 200


@pytest.fixture
def visitor(portal: Portal, site: Site, built: Path) -> Visitor:
    return Visitor(create_app(portal.world, replace(site, static=built)))


@pytest.fixture
def app_without(portal: Portal, site: Site) -> Callable[[], Flask]:
    return lambda: create_app(portal.world, replace(site, static=None))
