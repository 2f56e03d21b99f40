"""A real nginx asks the portal whether a Mac may access, with the very configuration that docs/access.md hands out."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.compliance import EscrowPolicy
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.http.models import as_moment
from sleutelkast.settings import PREFIX, Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases.api_tokens import add_token, revoke_token, tokens
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.store_key import store_key
from tests.integration.nginx import Nginx
from tests.integration.processes import Answer, Command, environment, free_port, is_ready, wait_for
from tests.unit.http.harness import KEY, OTHER_KEY, WEBHOOK_KEY, Mac, add_mac, add_person

CONFIGURATION = Path(__file__).parents[2] / "docs" / "nginx" / "access.conf"
KEPT, WITHOUT, IN_GRACE = "C02KEPTKEY", "C02WITHOUT", "C02INGRACE"
Subject = tuple[tuple[x509.ObjectIdentifier, str], ...]


def subject(serial: str, organization: str = "Example") -> Subject:
    return (NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, serial)


def test_a_mac_whose_key_is_kept_gets_the_page(site: Site) -> None:
    answer = site.visit(KEPT)
    assert answer.status == 200
    assert answer.json["headers"]["X-Mac-Serial"] == KEPT
    assert "X-Access-Until" not in answer.json["headers"]


def test_a_mac_without_one_does_not(site: Site) -> None:
    """Its owner is told where to read what to do."""
    answer = site.visit(WITHOUT)
    assert answer.status == 403
    assert answer.body.startswith(b"This Mac may not open this page now. Your page at https://keys.example.org")


def test_a_mac_in_its_grace_period_gets_the_page_which_learns_its_end(site: Site) -> None:
    answer = site.visit(IN_GRACE)
    assert answer.status == 200
    assert answer.json["headers"]["X-Access-Until"] == as_moment(site.grace_ends)


def test_a_mac_that_nobody_knows_does_not(site: Site) -> None:
    unknown = site.visit("C02NOBODY")
    assert (unknown.status, unknown.body) == (403, site.visit(WITHOUT).body)


def test_what_a_visitor_sends_reaches_the_page_and_not_the_portal(site: Site) -> None:
    """Neither a body, which would keep the portal waiting, nor a cookie or a token that means something there."""
    answer = site.visit(KEPT, "POST", {"Authorization": "Bearer of the page", "Cookie": "of=the-page"}, b"a body")
    assert answer.status == 200
    assert (answer.json["method"], answer.json["body"]) == ("POST", "a body")
    assert answer.json["headers"]["Authorization"] == "Bearer of the page"
    assert answer.json["headers"]["Cookie"] == "of=the-page"


@pytest.mark.parametrize("serial", [KEPT, IN_GRACE])
def test_a_header_that_a_visitor_made_up_counts_for_nothing(site: Site, serial: str) -> None:
    forged = {"X-Mac-Serial": "C02FORGED1", "X-Access-Until": "2099-01-01T00:00:00.000Z", "X-Forwarded-For": "::1"}
    told = site.visit(serial, headers=forged).json["headers"]
    assert told["X-Mac-Serial"] == serial
    assert told.get("X-Access-Until") == (as_moment(site.grace_ends) if serial == IN_GRACE else None)


def test_nor_does_one_open_the_page(site: Site) -> None:
    forged = {"X-Mac-Serial": KEPT, "SSL-Client-S-DN": f"CN={KEPT},O=Example", "Authorization": "Bearer slk_x_y"}
    assert site.visit(WITHOUT, headers=forged).status == 403


def test_the_question_itself_can_not_be_asked_from_outside(site: Site) -> None:
    assert site.visit(KEPT, path="/mac-access").status == 404


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(subject(KEPT, "Another"), id="of another organization"),
        pytest.param(subject(f"{KEPT},O=Example"), id="a subject within a name"),
        pytest.param(
            ((NameOID.ORGANIZATION_NAME, f"x,CN={KEPT}"), (NameOID.COMMON_NAME, WITHOUT)), id="in another part"
        ),
        pytest.param((*subject(KEPT), (NameOID.COMMON_NAME, WITHOUT)), id="two names"),
        pytest.param((*subject(WITHOUT), (NameOID.COMMON_NAME, KEPT)), id="two names, the kept one last"),
        pytest.param(((NameOID.COMMON_NAME, KEPT),), id="without an organization"),
        pytest.param(subject(KEPT.lower()), id="in small letters"),
        pytest.param(subject(f"{KEPT}/../{KEPT}"), id="a path"),
        pytest.param(subject(f"{KEPT}?x="), id="a query"),
        pytest.param(subject(f"{KEPT} "), id="a blank behind it"),
        pytest.param(((NameOID.ORGANIZATION_NAME, "Example"),), id="without a name"),
    ],
)
def test_a_certificate_with_another_kind_of_subject_names_no_mac(site: Site, named: Subject) -> None:
    """Whoever may choose a part of a subject must not write the serial number of another Mac with it."""
    assert site.visit(named).status == 403


@pytest.mark.parametrize(
    "pass_by",
    [
        pytest.param(lambda site: None, id="without a certificate"),
        pytest.param(lambda site: site.strangers.issue("strange", subject(KEPT)), id="of another authority"),
        pytest.param(lambda site: site.macs.issue("old", subject(KEPT), days=-1), id="expired"),
    ],
)
def test_who_shows_no_certificate_that_holds_gets_no_page(site: Site, pass_by: Any) -> None:
    assert site.call(pass_by(site)).status == 400


def test_while_the_portal_is_down_nobody_gets_the_page(site: Site, tmp_path: Path) -> None:
    with closing(site.behind(tmp_path, portal_port=free_port())) as proxy:
        answer = proxy.visit(KEPT)
    assert answer.status == 500
    assert b"headers" not in answer.body


def test_a_portal_that_stops_and_comes_back(site: Site) -> None:
    site.portal.stop()
    try:
        assert site.visit(KEPT).status == 500
    finally:
        site.start_portal()
    assert site.visit(KEPT).status == 200


def test_a_proxy_whose_token_was_revoked_says_nothing_of_it_to_visitors(site: Site, tmp_path: Path) -> None:
    with closing(Portal(site.settings)) as portal:
        revoked, written = add_token(portal.world, "revoked", frozenset(Scope), None)
        revoke_token(portal.world, revoked.id)
    with closing(site.behind(tmp_path, token=written.reveal().decode())) as proxy:
        answer = proxy.visit(KEPT)
    assert answer.status == 500
    assert "WWW-Authenticate" not in answer.headers


def test_the_last_use_of_the_token_is_there_to_see(site: Site) -> None:
    site.visit(KEPT)
    with closing(Portal(site.settings)) as portal:
        assert next(one for one in tokens(portal.world) if one.name == "proxy").last_used_at is not None


# The stage: certificates, a page, the portal, and nginx between them


class Authority:
    """A certificate authority of its own, made for a test."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._issued = 0
        built = self._builder(self._name, self._key, 30).add_extension(x509.BasicConstraints(True, None), critical=True)
        self.certificate = folder / f"{name}.pem"
        self.certificate.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def issue(self, name: str, named: Subject, days: int = 30, address: str | None = None) -> Path:
        """A certificate and its key, in one file."""
        self._issued += 1
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(kind, value) for kind, value in named]
        builder = self._builder(x509.Name(attributes), key, days)
        if address is not None:
            host = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
            builder = builder.add_extension(host, critical=False)
        made = builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = self._folder / f"{name}-{self._issued}.pem"
        path.write_bytes(made + private)
        return path

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=days))
        )


class Page(BaseHTTPRequestHandler):
    """What stands behind the proxy: it tells what it was sent."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        told = {"method": self.command, "headers": dict(self.headers.items()), "body": body}
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the name that the server looks for

    def log_message(self, *_: object) -> None:
        """Nothing: a test that fails shows what it asked."""


@dataclass
class Site:
    """nginx with the page and the portal behind it."""

    folder: Path
    settings: Settings
    macs: Authority
    strangers: Authority
    page_port: int
    grace_ends: datetime
    token: str
    port: int = 0

    def start_portal(self) -> None:
        settings = self.settings
        given = {
            "DATA": str(settings.data),
            "PORT": str(settings.port),
            "ESCROW_POLICY": settings.escrow_policy.value,
            "NANOMDM_URL": str(settings.nanomdm_url),
            "NANOMDM_API_KEY": "api key of the tests",
            "NANOMDM_WEBHOOK_KEY": WEBHOOK_KEY.decode(),
        }
        variables = environment({f"{PREFIX}{name}": value for name, value in given.items()})
        self.portal = Command("serve", "--without-worker", variables=variables, log=self.folder / "portal.log")
        wait_for(lambda: is_ready(settings.port), "the portal")

    def start_proxy(self) -> None:
        self.port = free_port()
        self._nginx = Nginx(self.folder, self._configuration(), self.port)

    def behind(self, folder: Path, portal_port: int | None = None, token: str | None = None) -> Site:
        """Another proxy before the same page."""
        settings = replace(self.settings, port=portal_port or self.settings.port)
        other = replace(self, folder=folder, settings=settings, token=token or self.token)
        other.start_proxy()
        return other

    def close(self) -> None:
        self._nginx.stop()

    def _configuration(self) -> str:
        """The file of the documentation, with the addresses and files of this test, and not a word else changed."""
        token = self.folder / "token.conf"
        token.write_text(f'proxy_set_header Authorization "Bearer {self.token}";\n')
        server = self.macs.issue("server", subject("files.example.org"), address="127.0.0.1")
        here = {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.settings.port};",
            "server 127.0.0.1:8080;": f"server 127.0.0.1:{self.page_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/etc/nginx/files.example.org.pem;": f"{server};",
            "/etc/nginx/files.example.org.key;": f"{server};",
            "/etc/nginx/mac-ca.pem;": f"{self.macs.certificate};",
            "/etc/nginx/sleutelkast-token.conf;": f"{token};",
        }
        configuration = CONFIGURATION.read_text()
        for documented, of_the_test in here.items():
            assert configuration.count(documented) == 1, documented
            configuration = configuration.replace(documented, of_the_test)
        assert not re.search(r"/etc/nginx|:80(00|80)\b", configuration)
        return configuration

    def visit(
        self,
        mac: str | Subject,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        path: str = "/",
    ) -> Answer:
        """Somebody at a Mac opens the page."""
        named = subject(mac) if isinstance(mac, str) else mac
        return self.call(self.macs.issue("mac", named), method, path, headers, body)

    def call(
        self,
        certificate: Path | None,
        method: str = "GET",
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        context = ssl.create_default_context(cafile=str(self.macs.certificate))
        if certificate is not None:
            context.load_cert_chain(certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        with closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            return Answer(connection.getresponse())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        data=folder / "data",
        port=free_port(),
        escrow_policy=EscrowPolicy.REQUIRE,
        nanomdm_url="http://127.0.0.1:9",
        nanomdm_api_key=SecretBytes(b"api key of the tests"),
        nanomdm_webhook_key=SecretBytes(WEBHOOK_KEY),
    )
    initialize(settings)
    with ExitStack() as running:
        page = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        running.callback(page.server_close)
        running.callback(page.shutdown)
        threading.Thread(target=page.serve_forever, daemon=True).start()
        token, grace_ends = fill(settings)
        macs, strangers = Authority(folder, "macs"), Authority(folder, "strangers")
        site = Site(folder, settings, macs, strangers, page.server_port, grace_ends, token)
        site.start_portal()
        running.callback(lambda: site.portal.end())
        site.start_proxy()
        running.callback(site.close)
        yield site


def fill(settings: Settings) -> tuple[str, datetime]:
    """Three Macs of Anna's, and a token for the proxy; when the grace of one of them ends."""
    with closing(Portal(settings)) as portal:
        world = portal.world
        anna = add_person(world, "anna").actor
        kept, without, in_grace = (add_mac(world, "anna", serial) for serial in (KEPT, WITHOUT, IN_GRACE))
        store_key(world, anna, kept.id, KEY, KEY)
        with portal.store.write() as tx:
            command = tx.deposits.line(kept.id)[-1].commands[-1]
            certificate = tx.identities.all()[0].certificate
            late = datetime.now(UTC) - settings.escrow_grace
            tx.devices.save(replace(without, grace_since=late))
        report = Mac(KEPT).rotated(world.clock.now(), command.uuid, OTHER_KEY, certificate)
        receive_report(world, json.dumps(report).encode())
        _, written = add_token(world, "proxy", frozenset({Scope.ACCESS_READ}), None)
        assert in_grace.grace_since is not None
        return written.reveal().decode(), in_grace.grace_since + settings.escrow_grace
