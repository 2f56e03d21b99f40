"""Webhook calls as NanoMDM makes them, as older servers made them, and as somebody else might."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import plistlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sleutelkast.adapters.mdm.webhook import BODY_LIMIT, NanoMdmReports
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import (
    CheckIn,
    CheckInKind,
    CommandReport,
    DeviceFacts,
    MalformedReport,
    MdmEvent,
    ReportReader,
    ReportStatus,
)

REPORTS: ReportReader = NanoMdmReports(SecretBytes(b"webhook key"))
UDID = "66ADE930-5FDF-5EC4-8429-15640684C489"
USER = "1D8EC6B4-0A3E-4E46-9C33-1F9F5E0B4B0A"
UUID = "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11"
DEVICE = {"id": UDID, "type": "Device"}


def test_an_answer_with_a_new_key() -> None:
    answer = {
        "Status": "Acknowledged",
        "UDID": UDID,
        "CommandUUID": UUID,
        "RotateResult": {"EncryptedNewRecoveryKey": b"\x30\x80cms"},
    }
    told = read(connect(answer, event_id="event 1", created_at="2026-11-23T10:15:16.123456789+01:00"))
    assert told == MdmEvent(
        event_id="event 1",
        created_at=datetime(2026, 11, 23, 9, 15, 16, 123456, tzinfo=UTC),
        enrollment_id=UDID,
        is_device_channel=True,
        udid=UDID,
        body=CommandReport(ReportStatus.ACKNOWLEDGED, UUID, is_rotation=True, new_key_cms=b"\x30\x80cms"),
        raw_payload=plistlib.dumps(answer),
    )


def test_a_macs_own_list_becomes_the_call_that_the_server_makes() -> None:
    answer = plistlib.dumps({"Status": "Acknowledged", "UDID": UDID, "CommandUUID": UUID, "RotateResult": {}})
    heard_at = datetime(2026, 11, 23, 9, 15, 16, 123456, tzinfo=UTC)
    told = REPORTS.read_event(REPORTS.as_call(answer, heard_at))
    assert (told.udid, told.enrollment_id, told.is_device_channel) == (UDID, UDID, True)
    assert (told.created_at, told.raw_payload) == (heard_at, answer)
    assert told.body == CommandReport(ReportStatus.ACKNOWLEDGED, UUID, is_rotation=True)
    assert told.event_id == REPORTS.read_event(REPORTS.as_call(answer, heard_at)).event_id


def test_a_users_own_list_is_the_users() -> None:
    idle = plistlib.dumps({"Status": "Idle", "UDID": UDID, "UserID": USER})
    told = REPORTS.read_event(REPORTS.as_call(idle, datetime(2026, 11, 23, tzinfo=UTC)))
    assert (told.udid, told.enrollment_id, told.is_device_channel) == (UDID, f"{UDID}:{USER}", False)


def test_a_mac_without_anything_to_say() -> None:
    """NanoMDM before v0.9 writes the missing command as an empty text."""
    for command_uuid in (None, ""):
        event = connect({"Status": "Idle", "UDID": UDID}, status="Idle")
        event["acknowledge_event"]["command_uuid"] = command_uuid
        assert read(event).body == CommandReport(ReportStatus.IDLE, None)


@pytest.mark.parametrize("status", ["Acknowledged", "Error", "CommandFormatError", "NotNow", "Idle"])
def test_every_word_of_a_mac_is_known(status: str) -> None:
    body = read(connect({"Status": status}, status=status)).body
    assert isinstance(body, CommandReport)
    assert body.status.value == status


def test_an_enrolment_tells_what_the_mac_is() -> None:
    authenticate = {
        "MessageType": "Authenticate",
        "UDID": UDID,
        "SerialNumber": "C02XL0GZJGH5",
        "DeviceName": "Anna’s MacBook Air",
        "ModelName": "MacBook Air",
        "ProductName": "Mac15,12",
        "OSVersion": "15.1",
    }
    facts = DeviceFacts("C02XL0GZJGH5", "Anna’s MacBook Air", "MacBook Air", "15.1")
    assert read(check_in("Authenticate", authenticate)).body == CheckIn(CheckInKind.AUTHENTICATE, facts)


def test_a_token_update_tells_whether_it_is_the_first() -> None:
    told = read(check_in("TokenUpdate", {"UDID": UDID}, token_update_tally=1))
    assert told.body == CheckIn(CheckInKind.TOKEN_UPDATE, token_update_tally=1)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("CheckOut", CheckInKind.CHECK_OUT),
        ("SetBootstrapToken", CheckInKind.OTHER),
        ("DeclarativeManagement", CheckInKind.OTHER),
        ("SomethingNew", CheckInKind.OTHER),
        ("other", CheckInKind.OTHER),
    ],
)
def test_other_check_ins(topic: str, kind: CheckInKind) -> None:
    assert read(check_in(topic, {"UDID": UDID})).body == CheckIn(kind)


def test_a_user_channel_is_told_from_the_device() -> None:
    ids = {"id": f"{UDID}:{USER}", "type": "User", "parent_id": UDID}
    told = read(connect({"UDID": UDID, "UserID": USER}, ids=ids))
    assert (told.enrollment_id, told.is_device_channel, told.udid) == (f"{UDID}:{USER}", False, UDID)


def test_a_user_enrollment_takes_no_filevault_commands() -> None:
    told = read(connect({}, ids={"id": "an enrollment id", "type": "User Enrollment (Device)"}))
    assert (told.enrollment_id, told.is_device_channel) == ("an enrollment id", False)


@pytest.mark.parametrize(
    ("payload", "told", "expected"),
    [
        pytest.param({"UDID": UDID}, {"udid": UDID}, (UDID, True, UDID), id="a Mac"),
        pytest.param(
            {"UDID": UDID, "UserID": USER}, {"udid": UDID}, (f"{UDID}:{USER}", False, UDID), id="a user of a Mac"
        ),
        pytest.param({}, {"enrollment_id": "abc"}, ("abc", False, "abc"), id="a user enrollment"),
        pytest.param(
            {"EnrollmentUserID": "u"}, {"enrollment_id": "abc"}, ("abc:u", False, "abc"), id="its user channel"
        ),
    ],
)
def test_older_servers_give_no_ids(
    payload: dict[str, str], told: dict[str, str], expected: tuple[str, bool, str]
) -> None:
    event = connect(payload)
    del event["acknowledge_event"]["ids"]
    event["acknowledge_event"] |= told
    read_event = read(event)
    assert (read_event.enrollment_id, read_event.is_device_channel, read_event.udid) == expected


def test_an_event_without_an_id_gets_one_from_its_content() -> None:
    first, second = connect({}), connect({"UDID": UDID})
    del first["event_id"], second["event_id"]
    assert read(first).event_id == read(first).event_id != read(second).event_id


def test_an_id_in_other_letters_is_another_mac() -> None:
    told = read(connect({}, ids={"id": UDID.lower(), "type": "Device"}))
    assert (told.enrollment_id, told.udid) == (UDID.lower(), UDID.lower())


def test_binary_property_lists_are_read() -> None:
    event = connect({})
    answer = {"RotateResult": {"EncryptedNewRecoveryKey": b"cms"}}
    event["acknowledge_event"]["raw_payload"] = in_base64(plistlib.dumps(answer, fmt=plistlib.FMT_BINARY))
    body = read(event).body
    assert isinstance(body, CommandReport)
    assert body.new_key_cms == b"cms"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-23T09:15:16Z", datetime(2026, 11, 23, 9, 15, 16, tzinfo=UTC)),
        ("2026-11-23T09:15:16.000000001Z", datetime(2026, 11, 23, 9, 15, 16, tzinfo=UTC)),
        ("2026-11-23T09:15:16.5-03:30", datetime(2026, 11, 23, 12, 45, 16, 500000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_of_go(written: str, moment: datetime) -> None:
    assert read(connect({}, created_at=written)).created_at == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2026-11-23",
        "2026-11-23 09:15:16Z",
        "2026-11-23T09:15:16",
        "2026-W48-1T09:15:16Z",
        "2026-02-30T09:15:16Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-11-23T09:15:16Z",
        1763889316,
        None,
    ],
)
def test_what_is_no_time(written: object) -> None:
    with pytest.raises(MalformedReport, match="created_at"):
        read(connect({}, created_at=written))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"topic": None}, "topic", id="no topic"),
        pytest.param({"topic": 5}, "topic", id="a number as topic"),
        pytest.param({"topic": "mdm.Authenticate"}, "checkin_event", id="another event than the topic's"),
        pytest.param({"acknowledge_event": None}, "acknowledge_event", id="no event"),
        pytest.param({"acknowledge_event": ["x"]}, "acknowledge_event", id="a list as event"),
        pytest.param({"event_id": 7}, "event_id", id="a number as id"),
        pytest.param({"event_id": "x" * 300}, "event_id", id="a long id"),
    ],
)
def test_envelopes_of_another_form(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(MalformedReport, match=complaint):
        read(connect({}) | change)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"status": "Done"}, "status", id="an unknown status"),
        pytest.param({"status": None}, "status", id="no status"),
        pytest.param({"status": {}}, "status", id="an object as status"),
        pytest.param({"command_uuid": 7}, "command_uuid", id="a number as command"),
        pytest.param({"command_uuid": "a\nb"}, "command_uuid", id="two lines as command"),
        pytest.param({"command_uuid": "\ud800"}, "command_uuid", id="half a character"),
        pytest.param({"ids": "x"}, "ids", id="ids that are a text"),
        pytest.param({"ids": {"type": "Device"}}, "id is", id="ids without an id"),
        pytest.param({"ids": {"id": UDID}}, "type", id="ids without a type"),
        pytest.param({"ids": {"id": UDID, "type": ["Device"]}}, "type", id="a list as type"),
        pytest.param({"ids": None}, "enrollment_id", id="nobody"),
        pytest.param({"raw_payload": None}, "raw_payload", id="no payload"),
        pytest.param({"raw_payload": "a"}, "raw_payload", id="no base64"),
        pytest.param({"raw_payload": "é==="}, "raw_payload", id="no ASCII"),
        pytest.param({"raw_payload": ""}, "raw_payload", id="an empty payload"),
    ],
)
def test_events_of_another_form(change: dict[str, object], complaint: str) -> None:
    event = connect({})
    event["acknowledge_event"] |= change
    with pytest.raises(MalformedReport, match=complaint):
        read(event)


@pytest.mark.parametrize("tally", [-1, 1.5, "1", True, 10**400, [1]])
def test_a_tally_is_a_count(tally: object) -> None:
    with pytest.raises(MalformedReport, match="token_update_tally"):
        read(check_in("TokenUpdate", {}, token_update_tally=tally))


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<plist version="1.0"><dict><key>UDID</key><string>&b;</string></dict></plist>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<plist version="1.0"><dict><key>UDID</key><string>&a;</string></dict></plist>"""
ODD_DATE = b'<?xml version="1.0"?><plist><dict><key>When</key><date>soon</date></dict></plist>'


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"not a property list", id="text"),
        pytest.param(plistlib.dumps(["a", "list"]), id="a list"),
        pytest.param(plistlib.dumps({"a": "b"})[:-20], id="cut off"),
        pytest.param(b"<?xml version='1.0'?><plist><dict>\x00</dict></plist>", id="a null byte"),
        pytest.param(BILLION_LAUGHS, id="entities"),
        pytest.param(EXTERNAL, id="an outside entity"),
        pytest.param(ODD_DATE, id="an odd date"),
        pytest.param(b"<plist>" + b"<array>" * 50_000, id="nested without end"),
        pytest.param(b"bplist00" + b"\xff" * 200, id="binary noise"),
        pytest.param(
            b"bplist00\xa1\x00\x08" + b"\0" * 6 + b"\1\1" + b"\0" * 7 + b"\1" + b"\0" * 15 + b"\x0a",
            id="a list that holds itself",
        ),
        pytest.param(b"bplist00" + b"\0" * 6 + b"\x08\x08" + b"\x7f" * 24, id="uncountable objects"),
    ],
)
def test_payloads_that_cannot_be_read(payload: bytes) -> None:
    event = connect({})
    event["acknowledge_event"]["raw_payload"] = in_base64(payload)
    with pytest.raises(MalformedReport, match="raw_payload is no property list"):
        read(event)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"[" * 200_000, id="nested without end"),
        pytest.param(b'{"a":' * 200_000, id="objects without end"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"9" * 5000, id="a number without end"),
        pytest.param(b'{"a": "' + b" " * BODY_LIMIT + b'"}', id="too large"),
    ],
)
def test_bodies_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(MalformedReport, match="too large or no JSON object"):
        REPORTS.read_event(body)


def test_a_refusal_repeats_nothing_of_the_content() -> None:
    secret = "ABCD-EFGH-1JKL-MNOP-QRST-2345"
    bodies = [
        json.dumps({"topic": secret * 20}).encode(),
        json.dumps(connect({}) | {"created_at": secret}).encode(),
        b'{"topic": "' + secret.encode(),
    ]
    for body in bodies:
        with pytest.raises(MalformedReport) as caught:
            REPORTS.read_event(body)
        assert secret not in str(caught.value)
        # An exception of the JSON reader would carry the whole body.
        assert not isinstance(caught.value.__context__, json.JSONDecodeError)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLIST_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=8) | st.sampled_from(["", "a", UDID]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "ErrorCode"]), inner, max_size=3),
    max_leaves=6,
)
PLIST_NAMES = ["RotateResult", "SecurityInfo", "QueryResponses", "ErrorChain", "UDID", "UserID", "SerialNumber"]


@settings(max_examples=150, deadline=None)
@given(
    event=st.dictionaries(st.sampled_from(["topic", "event_id", "created_at", "acknowledge_event"]), JSON_VALUES),
    inner=st.dictionaries(
        st.sampled_from(["ids", "udid", "enrollment_id", "status", "command_uuid", "raw_payload"]), JSON_VALUES
    ),
    ids=st.dictionaries(st.sampled_from(["id", "type", "parent_id"]), JSON_VALUES),
    depth=st.integers(0, 3),
)
def test_any_types_in_the_envelope(event: Any, inner: Any, ids: Any, depth: int) -> None:
    whole = connect({})
    if depth == 0:
        whole |= event
    elif depth == 1:
        whole["acknowledge_event"] |= inner
    elif depth == 2:
        whole["acknowledge_event"]["ids"] |= ids
    else:
        whole = event
    with suppress(MalformedReport):
        assert isinstance(read(whole), MdmEvent)


@settings(max_examples=150, deadline=None)
@given(payload=st.dictionaries(st.sampled_from(PLIST_NAMES), PLIST_VALUES), topic=st.booleans())
def test_any_types_in_the_property_list(payload: Any, topic: bool) -> None:
    assert isinstance(read(connect(payload) if topic else check_in("Authenticate", payload)), MdmEvent)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from([plistlib.FMT_XML, plistlib.FMT_BINARY]))
def test_a_property_list_with_any_damage(data: st.DataObject, kind: Any) -> None:
    payload = bytearray(plistlib.dumps({"UDID": UDID, "RotateResult": {"EncryptedNewRecoveryKey": b"cms"}}, fmt=kind))
    for at in data.draw(st.lists(st.integers(0, len(payload) - 1), min_size=1, max_size=4)):
        payload[at] = data.draw(st.integers(0, 255))
    event = connect({})
    event["acknowledge_event"]["raw_payload"] = in_base64(bytes(payload))
    with suppress(MalformedReport):
        assert isinstance(read(event), MdmEvent)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_noise(body: bytes) -> None:
    with pytest.raises(MalformedReport):
        REPORTS.read_event(body)


def test_the_signature_is_over_exactly_these_bytes() -> None:
    body = json.dumps(connect({})).encode()
    signature = in_base64(hmac.digest(b"webhook key", body, "sha256"))
    assert REPORTS.signed_by_us(body, signature)
    assert not REPORTS.signed_by_us(body + b" ", signature)
    assert not NanoMdmReports(SecretBytes(b"another key")).signed_by_us(body, signature)


def test_the_signature_of_a_known_message() -> None:
    """Test case 2 of RFC 4231, so that this does not only agree with itself."""
    expected = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert NanoMdmReports(SecretBytes(b"Jefe")).signed_by_us(b"what do ya want for nothing?", in_base64(expected))


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param(hmac.new(b"webhook key", b"{}", hashlib.sha256).hexdigest(), id="in hexadecimal"),
        pytest.param("é" * 44, id="not ASCII"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("A" * 100_000, id="long"),
    ],
)
def test_signatures_that_are_none(signature: str | None) -> None:
    assert not REPORTS.signed_by_us(b"{}", signature)


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        NanoMdmReports(SecretBytes(b""))


def read(event: dict[str, Any]) -> MdmEvent:
    return REPORTS.read_event(json.dumps(event).encode())


def connect(answer: dict[str, Any], *, status: str = "Acknowledged", ids: Any = None, **fields: Any) -> dict[str, Any]:
    told = {"ids": dict(ids or DEVICE), "status": status, "command_uuid": UUID, "raw_payload": in_base64(plist(answer))}
    return envelope("Connect", acknowledge_event=told, **fields)


def check_in(topic: str, message: dict[str, Any], **told: Any) -> dict[str, Any]:
    return envelope(topic, checkin_event={"ids": dict(DEVICE), "raw_payload": in_base64(plist(message))} | told)


def envelope(topic: str, **fields: Any) -> dict[str, Any]:
    return {"topic": f"mdm.{topic}", "event_id": "an event", "created_at": "2026-11-23T09:15:16Z"} | fields


def plist(content: dict[str, Any]) -> bytes:
    return plistlib.dumps(content)


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
