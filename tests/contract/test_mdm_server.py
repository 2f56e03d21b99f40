"""The adapter of the MDM server and the simulated fleet agree: its real process, over real HTTP, both ways.

What the fleet answers is what NanoMDM answers (its own tests hold that); here the portal's side reads it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.mdm.nanomdm import NanoMdm
from sleutelkast.adapters.mdm.webhook import NanoMdmReports
from sleutelkast.domain.recovery_key import RecoveryKey, parse
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.fleet.faults import Mode, Part
from sleutelkast.usecases.ports import (
    CheckIn,
    CheckInKind,
    CommandReport,
    Delivery,
    EscrowIdentity,
    MdmEvent,
    ReportStatus,
)
from tests.unit.fleet.harness import API_KEY, WEBHOOK_KEY, Call, FleetProcess, Receiver

NOBODY = "00000000-AAAA-4BBB-8CCC-000000000000"
REPORTS = NanoMdmReports(SecretBytes(WEBHOOK_KEY.encode()))
STRANGERS_REPORTS = NanoMdmReports(SecretBytes(b"another key"))
SIGNATURE = "X-Hmac-Signature"


def test_a_rotation_is_queued_pushed_and_answered(
    fleet: FleetProcess, receiver: Receiver, mdm: NanoMdm, identity: EscrowIdentity
) -> None:
    """There and back: the new key is in the answer, and opens with the certificate that the command carried."""
    mac = fleet.newcomer("right")
    command = new_uuid()
    sent = mdm.rotate_filevault_key(mac.udid, command, parse(mac.recovery_key), identity.certificate)
    assert (sent.delivery, sent.pushed) == (Delivery.QUEUED, True)
    report = read_report(receiver.wait_for_answers(mac.udid)[0])
    assert (report.status, report.command_uuid, report.is_rotation) == (ReportStatus.ACKNOWLEDGED, command, True)
    assert report.new_key_cms is not None
    opened = parse(CmsEnvelopes().open(report.new_key_cms, [identity]).reveal().decode())
    assert opened == parse(fleet.client.mac(mac.udid).recovery_key)
    assert opened != parse(mac.recovery_key)


def test_a_rotation_that_the_mac_refuses(
    fleet: FleetProcess, receiver: Receiver, mdm: NanoMdm, identity: EscrowIdentity
) -> None:
    mac = fleet.newcomer("right")
    sent = mdm.rotate_filevault_key(mac.udid, new_uuid(), RecoveryKey("A" * 24), identity.certificate)
    assert sent.delivery is Delivery.QUEUED
    report = read_report(receiver.wait_for_answers(mac.udid)[0])
    assert (report.status, report.is_rotation, report.new_key_cms) == (ReportStatus.ERROR, False, None)
    assert report.error_text


def test_what_a_mac_tells_of_itself(fleet: FleetProcess, receiver: Receiver, mdm: NanoMdm) -> None:
    mac = fleet.newcomer()
    for ask in (mdm.security_info, mdm.device_information):
        assert ask(mac.udid, new_uuid()).delivery is Delivery.QUEUED
    reports = [read_report(call) for call in receiver.wait_for_answers(mac.udid, 2)]
    security = next(one.security_info for one in reports if one.security_info is not None)
    assert (security.filevault_enabled, security.has_personal_recovery_key) == (True, True)
    facts = next(one.device_facts for one in reports if one.device_facts is not None)
    assert (facts.serial, facts.name) == (mac.serial, mac.name)
    assert facts.os_version
    assert facts.model


def test_an_enrolment_and_a_check_out(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.client.check_out(mac.udid)
    told = [event_of(call).body for call in receiver.of(mac.udid) if call.topic != "mdm.Connect"]
    kinds = {body.kind: body for body in told if isinstance(body, CheckIn)}
    assert set(kinds) == {CheckInKind.AUTHENTICATE, CheckInKind.TOKEN_UPDATE, CheckInKind.CHECK_OUT}
    facts = kinds[CheckInKind.AUTHENTICATE].device_facts
    assert facts is not None
    assert (facts.serial, facts.name) == (mac.serial, mac.name)
    assert kinds[CheckInKind.TOKEN_UPDATE].token_update_tally == 1


def test_every_call_is_signed_with_the_key_that_both_know(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    fleet.client.connect(mac.udid)
    assert fleet.client.wait_until_settled()
    calls = receiver.of(mac.udid)
    assert {call.topic for call in calls} >= {"mdm.Authenticate", "mdm.TokenUpdate", "mdm.Connect"}
    for call in calls:
        assert REPORTS.signed_by_us(call.body, call.headers[SIGNATURE])
        assert not REPORTS.signed_by_us(call.body + b" ", call.headers[SIGNATURE])
        assert not STRANGERS_REPORTS.signed_by_us(call.body, call.headers[SIGNATURE])
        moment = event_of(call).created_at
        assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
        assert event_of(call).udid == mac.udid


def test_the_same_uuid_twice_is_queued_once(fleet: FleetProcess, mdm: NanoMdm) -> None:
    mac, command = fleet.newcomer("offline"), new_uuid()
    assert mdm.security_info(mac.udid, command).delivery is Delivery.QUEUED
    assert mdm.security_info(mac.udid, command).delivery is Delivery.DUPLICATE
    assert fleet.client.mac(mac.udid).pending == 1


def test_a_mac_that_the_server_does_not_know(mdm: NanoMdm) -> None:
    assert mdm.security_info(NOBODY, new_uuid()).delivery is Delivery.UNKNOWN_DEVICE
    assert mdm.push(NOBODY).delivery is Delivery.UNKNOWN_DEVICE


def test_a_wrong_api_key_is_refused(fleet: FleetProcess) -> None:
    with closing(NanoMdm(fleet.client.url, SecretBytes(b"another key"))) as stranger:
        mac = fleet.newcomer("offline")
        assert stranger.security_info(mac.udid, new_uuid()).delivery is Delivery.REFUSED
        assert stranger.push(mac.udid).delivery is Delivery.REFUSED
    assert fleet.client.mac(mac.udid).pending == 0


@pytest.mark.usefixtures("clear_faults")
@pytest.mark.parametrize("mode", [Mode.REFUSED, Mode.UNREACHABLE])
def test_a_failed_push_leaves_the_command_queued(fleet: FleetProcess, mdm: NanoMdm, mode: Mode) -> None:
    """The server answers 500 and yet has it: the trap of NanoMDM's answers."""
    mac = fleet.newcomer("offline")
    fleet.client.switch_on(Part.PUSH, mode)
    sent = mdm.security_info(mac.udid, new_uuid())
    assert (sent.delivery, sent.pushed) == (Delivery.QUEUED, False)
    assert sent.detail
    assert fleet.client.mac(mac.udid).pending == 1
    assert mdm.push(mac.udid).delivery is Delivery.REFUSED


@pytest.mark.usefixtures("clear_faults")
@pytest.mark.parametrize(
    ("mode", "again", "seconds"),
    [
        pytest.param(Mode.ERROR, Delivery.QUEUED, 0, id="an error of the server"),
        pytest.param(Mode.CUT, Delivery.QUEUED, 0, id="a connection that ends, nothing done"),
        pytest.param(Mode.CUT_ANSWER, Delivery.DUPLICATE, 0, id="a connection that ends, all done"),
        pytest.param(Mode.HANG, Delivery.QUEUED, 1.0, id="a server that hangs"),
    ],
)
def test_after_an_unclear_outcome_the_same_uuid_tells(
    fleet: FleetProcess, mode: Mode, again: Delivery, seconds: float
) -> None:
    mac, command = fleet.newcomer("offline"), new_uuid()
    with closing(NanoMdm(fleet.client.url, SecretBytes(API_KEY.encode()), timeout=0.4)) as impatient:
        fleet.client.switch_on(Part.API, mode, times=1, seconds=seconds)
        assert impatient.security_info(mac.udid, command).delivery is Delivery.UNCLEAR
        assert impatient.security_info(mac.udid, command).delivery is again
    assert fleet.client.mac(mac.udid).pending == 1


def test_a_push_has_the_mac_connect(fleet: FleetProcess, receiver: Receiver, mdm: NanoMdm) -> None:
    mac = fleet.newcomer()
    before = len(receiver.of(mac.udid, "mdm.Connect"))
    assert mdm.push(mac.udid).pushed
    assert fleet.client.wait_until_settled()
    assert len(receiver.of(mac.udid, "mdm.Connect")) > before


def test_the_version(mdm: NanoMdm) -> None:
    assert mdm.version()


def event_of(call: Call) -> MdmEvent:
    return REPORTS.read_event(call.body)


def read_report(call: Call) -> CommandReport:
    body = event_of(call).body
    assert isinstance(body, CommandReport)
    return body


def new_uuid() -> str:
    return str(uuid.uuid4()).upper()


@pytest.fixture(scope="module")
def identity() -> EscrowIdentity:
    return CmsEnvelopes().make_identity("identity", "Havenlicht", datetime.now(UTC))


@pytest.fixture(scope="module")
def mdm(fleet: FleetProcess) -> Iterator[NanoMdm]:
    with closing(NanoMdm(fleet.client.url, SecretBytes(API_KEY.encode()))) as client:
        yield client


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with closing(Receiver()) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[FleetProcess]:
    fleet = FleetProcess(tmp_path_factory.mktemp("fleet") / "fleet", receiver.url)
    yield fleet
    assert fleet.stop() == 0


@pytest.fixture
def clear_faults(fleet: FleetProcess) -> Iterator[None]:
    yield
    fleet.client.clear_faults()
