from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask

from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.device import Device
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal, make_app
from sleutelkast.settings import OidcSettings, Settings
from sleutelkast.setup import initialize
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.request_reveal import request_reveal
from sleutelkast.usecases.store_key import store_key
from tests.openid.hostile import HostileProvider
from tests.openid.provider import CLIENT_ID
from tests.unit.http.harness import CRYPT_SECRET, KEY, OTHER_KEY, QUICK_PASSWORDS, WEBHOOK_KEY, Mac, add_mac, add_person


@pytest.fixture(scope="session")
def provider() -> Iterator[HostileProvider]:
    """The portal's provider of work accounts, which tells no lie here."""
    with closing(HostileProvider()) as made:
        yield made


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, provider: HostileProvider) -> Iterator[Portal]:
    """A portal in which Anna's Mac has a kept key."""
    settings = Settings(
        data=tmp_path_factory.mktemp("portal"),
        nanomdm_url="http://127.0.0.1:9",
        nanomdm_api_key=SecretBytes(b"api key of the tests"),
        nanomdm_webhook_key=SecretBytes(WEBHOOK_KEY),
        crypt_secret=SecretBytes(CRYPT_SECRET.encode()),
        oidc={"work": OidcSettings(issuer=provider.issuer, client_id=CLIENT_ID)},
    )
    initialize(settings)
    with closing(Portal(settings)) as portal:
        portal.world = replace(portal.world, passwords=QUICK_PASSWORDS)
        owner = add_person(portal.world, "anna").actor
        device = add_mac(portal.world, "anna", "C02ANNA")
        store_key(portal.world, owner, device.id, KEY, KEY)
        _rotate(portal, device)
        yield portal


def _rotate(portal: Portal, device: Device) -> None:
    """The Mac answers the rotation of its only deposit."""
    with portal.store.read() as tx:
        command = tx.deposits.line(device.id)[-1].commands[-1]
        certificate = tx.identities.all()[0].certificate
    report = Mac("C02ANNA").rotated(portal.world.clock.now(), command.uuid, OTHER_KEY, certificate)
    receive_report(portal.world, json.dumps(report).encode())


@pytest.fixture(scope="session")
def annas_mac(portal: Portal) -> Device:
    with portal.store.read() as tx:
        found = tx.devices.by_serial("C02ANNA")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def brams_mac(portal: Portal) -> Device:
    """A corporate Mac, and the people who have to do with it."""
    for username, *roles in (("bram",), ("sem", Role.SUPPORT), ("ada", Role.ADMINISTRATOR), ("otto", Role.AUDITOR)):
        add_person(portal.world, username, *roles)
    return add_mac(portal.world, "bram", "C02BRAM", Ownership.CORPORATE)


@pytest.fixture
def staff(portal: Portal, brams_mac: Device) -> dict[str, str]:
    """Ids that staff meets: a corporate Mac of somebody else, and a request to see its key that nobody decided."""
    with portal.store.read() as tx:
        sem = tx.people.by_username("sem")
    assert sem is not None
    asked = request_reveal(portal.world, sem.actor, brams_mac.id, "The Mac is locked")
    return {"device_id": brams_mac.id, "request_id": asked.request.id}


@pytest.fixture
def app(portal: Portal) -> Flask:
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made
