"""What the MDM server and a Mac do to the portal, over the webhook."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.test import TestResponse

from sleutelkast.domain.deposit import Deposit
from sleutelkast.domain.device import Device
from sleutelkast.factory import Portal
from sleutelkast.usecases.repository import CommandKind
from tests.unit.http.harness import Mac, Visitor, signature


def deliver(visitor: Visitor, event: dict[str, Any]) -> TestResponse:
    """One webhook call as NanoMDM makes it: signed, without a cookie or a token."""
    body = json.dumps(event).encode()
    return visitor.send("POST", "/mdm/webhook", body, {"X-Hmac-Signature": signature(body)})


def rotates(portal: Portal, visitor: Visitor, device: Device, new_key: str) -> None:
    """The Mac takes the latest rotation and answers with its new key."""
    event = mac_of(device).rotated(portal.world.clock.now(), latest_command(portal, device), new_key, escrow(portal))
    assert deliver(visitor, event).status_code == 200


def refuses(portal: Portal, visitor: Visitor, device: Device) -> None:
    """The Mac answers the latest rotation with an error."""
    chain = [{"ErrorCode": 1, "ErrorDomain": "X", "LocalizedDescription": "Nee"}]
    command = latest_command(portal, device)
    event = mac_of(device).connects(portal.world.clock.now(), command, Status="Error", ErrorChain=chain)
    assert deliver(visitor, event).status_code == 200


def connects(portal: Portal, visitor: Visitor, device: Device) -> None:
    """The Mac talks to the MDM server, without anything to say."""
    assert deliver(visitor, mac_of(device).connects(portal.world.clock.now())).status_code == 200


def answers_a_check(portal: Portal, visitor: Visitor, device: Device) -> None:
    """The Mac connects, and tells what it is asked when somebody checks its status."""
    connects(portal, visitor, device)
    for kind in (CommandKind.DEVICE_INFORMATION, CommandKind.SECURITY_INFO):
        with portal.store.read() as tx:
            (question,) = tx.commands.under_way(device.id, kind)
        event = mac_of(device).connects(portal.world.clock.now(), question.uuid, Status="Acknowledged")
        assert deliver(visitor, event).status_code == 200


def latest_command(portal: Portal, device: Device) -> str:
    return deposits(portal, device)[-1].commands[-1].uuid


def deposits(portal: Portal, device: Device) -> tuple[Deposit, ...]:
    with portal.store.read() as tx:
        return tx.deposits.line(device.id)


def escrow(portal: Portal) -> bytes:
    """The certificate that Macs encrypt to."""
    with portal.store.read() as tx:
        return tx.identities.all()[0].certificate


def mac_of(device: Device) -> Mac:
    assert device.serial is not None
    return Mac(device.serial)
