from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, languages, make_app
from sleutelkast.http.app import Site
from sleutelkast.http.languages import Languages
from sleutelkast.http.models import Support
from sleutelkast.http.operations import Probe
from sleutelkast.settings import Settings
from sleutelkast.setup import initialize
from tests.unit.http.harness import QUICK_PASSWORDS, WEBHOOK_KEY, Visitor, add_mac, add_person


@pytest.fixture
def app(portal: Portal) -> Flask:
    """The real application; its limits begin anew with each test."""
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made


@pytest.fixture
def nobody(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def anna(app: Flask) -> Visitor:
    return Visitor(app).signed_in("anna")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with Anna and her Mac, for tests that change neither."""
    settings = Settings(
        data=tmp_path_factory.mktemp("portal"),
        nanomdm_url="http://127.0.0.1:9",
        nanomdm_api_key=SecretBytes(b"api key of the tests"),
        nanomdm_webhook_key=SecretBytes(WEBHOOK_KEY),
        pseudo_languages=True,
    )
    initialize(settings)
    with closing(Portal(settings)) as portal:
        portal.world = replace(portal.world, passwords=QUICK_PASSWORDS)
        add_person(portal.world, "anna")
        add_mac(portal.world, "anna", "C02ANNA")
        yield portal


@pytest.fixture(scope="session")
def annas_mac(portal: Portal) -> Device:
    with portal.store.read() as tx:
        found = tx.devices.by_serial("C02ANNA")
    assert found is not None
    return found


@pytest.fixture
def spoken(portal: Portal) -> Languages:
    return languages(portal.settings)


@pytest.fixture
def site(spoken: Languages) -> Site:
    """A site without the web app, to be changed with `replace`."""
    return Site(
        languages=spoken,
        support=Support(name=None, email=None, phone=None, url=None, hours=None),
        organization=None,
        is_https=False,
        trusted_proxies=0,
        threads=16,
        limits_shared_by=None,
        probe=Probe(database=lambda: True, sealing_key=lambda: True),
        static=None,
    )


@pytest.fixture
def built(tmp_path: Path, spoken: Languages) -> Path:
    """A folder as the build leaves it, with the smallest content."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    for tag in spoken.tags:
        (folder / f"index.{tag}.html").write_text(f'<!doctype html><html lang="{tag}">the page</html>')
    (folder / "assets" / "app-1a2b.js").write_text("// the script, as it was built")
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"as brotli")
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(b"script, as gzip")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "app.webmanifest").write_text("{}")
    (tmp_path / "beside.txt").write_text("not for anybody")
    return folder
