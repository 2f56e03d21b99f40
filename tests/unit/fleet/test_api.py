"""NanoMDM's HTTP API: statuses, JSON and its traps."""

from __future__ import annotations

import http.client
import plistlib
import uuid

import pytest

from sleutelkast.fleet.faults import Mode, Part
from tests.unit.fleet.harness import API_KEY, Escrow, FleetProcess, Receiver, basic, command, rotation


def test_version_needs_no_login(fleet: FleetProcess) -> None:
    answer = fleet.call("GET", "/version", authorization="none")
    assert (answer.status, answer.json) == (200, {"version": "v0.9.0"})


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param(basic(f"nanomdm:{API_KEY}x"), id="wrong password"),
        pytest.param(basic(f"admin:{API_KEY}"), id="wrong user"),
        pytest.param(basic(f"nanomdm:{API_KEY}").replace("Basic", "Bearer"), id="wrong scheme"),
        pytest.param("Basic ***", id="no base64"),
        pytest.param("Basic", id="no credentials"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/enqueue/X", "/v1/push/X"])
def test_everything_else_does(fleet: FleetProcess, path: str, authorization: str) -> None:
    answer = fleet.call("PUT", path, command("SecurityInfo"), authorization)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="nanomdm"')


def test_an_enqueue_tells_what_was_queued_and_pushed(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    command_uuid = str(uuid.uuid4())
    answer = fleet.enqueue(mac.udid, command("SecurityInfo", command_uuid))
    assert answer.status == 200
    assert uuid.UUID(answer.json["status"][mac.udid].pop("push_result"))
    assert answer.json == {
        "status": {mac.udid: {"push_result": answer.json["status"][mac.udid]["push_result"]}},
        "command_uuid": command_uuid,
        "request_type": "SecurityInfo",
    }


def test_nopush_queues_without_waking_the_mac(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    answer = fleet.enqueue(mac.udid, command("SecurityInfo"), "?nopush=1")
    assert (answer.status, answer.json["no_push"], "status" in answer.json) == (200, True, False)
    assert fleet.client.wait_until_settled()
    assert receiver.of(mac.udid, "mdm.Connect") == []
    fleet.client.connect(mac.udid)
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_the_same_command_uuid_twice_is_a_duplicate(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    twice = command("SecurityInfo")
    assert fleet.enqueue(mac.udid, twice).status == 200
    again = fleet.enqueue(mac.udid, twice)
    assert (again.status, "status" in again.json) == (500, False)
    assert again.json["command_error"] == 'pq: duplicate key value violates unique constraint "commands_pkey"'
    assert fleet.client.wait_until_settled()
    assert len(receiver.answers_of(mac.udid)) == 1


def test_an_unknown_id_fails_the_whole_call_and_leaves_the_uuid_free(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    wanted = command("SecurityInfo")
    answer = fleet.enqueue(f"{mac.udid},{uuid.uuid4()}", wanted)
    assert answer.status == 500
    assert 'violates foreign key constraint "enrollment_queue_id_fkey"' in answer.json["command_error"]
    assert fleet.client.mac(mac.udid).commands == []
    assert fleet.enqueue(mac.udid, wanted).status == 200


def test_several_ids_are_served_at_once(fleet: FleetProcess, receiver: Receiver) -> None:
    macs = [fleet.newcomer(), fleet.newcomer()]
    answer = fleet.enqueue(",".join(mac.udid for mac in macs), command("SecurityInfo"))
    assert (answer.status, set(answer.json["status"])) == (200, {mac.udid for mac in macs})
    assert [receiver.wait_for_answers(mac.udid)[0].status for mac in macs] == ["Acknowledged"] * 2


def test_207_where_some_pushes_fail(fleet: FleetProcess) -> None:
    mac, unknown = fleet.newcomer(), str(uuid.uuid4())
    answer = fleet.call("GET", f"/v1/push/{mac.udid},{unknown}")
    assert answer.status == 207
    assert answer.json["status"][unknown] == {"push_error": "push data missing for id"}
    assert set(answer.json["status"][mac.udid]) == {"push_result"}


def test_a_push_of_an_unknown_id_is_500(fleet: FleetProcess) -> None:
    answer = fleet.call("GET", f"/v1/push/{uuid.uuid4()}")
    assert (answer.status, "command_uuid" in answer.json) == (500, False)


def test_a_push_has_an_idle_mac_connect_once(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer()
    assert fleet.call("GET", f"/v1/push/{mac.udid}").status == 200
    assert fleet.client.wait_until_settled()
    connects = receiver.of(mac.udid, "mdm.Connect")
    assert [(call.status, call.command_uuid) for call in connects] == [("Idle", None)]


@pytest.mark.usefixtures("clear_faults")
@pytest.mark.parametrize(
    ("mode", "where"),
    [pytest.param(Mode.REFUSED, "id", id="for the Mac"), pytest.param(Mode.UNREACHABLE, "top", id="as a whole")],
)
def test_a_failed_push_is_500_although_the_command_is_queued(
    fleet: FleetProcess, receiver: Receiver, mode: Mode, where: str
) -> None:
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.PUSH, mode, times=1)
    answer = fleet.enqueue(mac.udid, command("SecurityInfo"))
    failed = answer.json if where == "top" else answer.json["status"][mac.udid]
    assert (answer.status, "push_error" in failed, "command_error" in failed) == (500, True, False)
    assert fleet.client.mac(mac.udid).pending == 1
    assert fleet.call("GET", f"/v1/push/{mac.udid}").status == 200
    assert receiver.wait_for_answers(mac.udid)[0].status == "Acknowledged"


def test_after_check_out_commands_are_queued_but_pushes_fail(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    assert fleet.client.check_out(mac.udid)
    answer = fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert (answer.status, "command_error" in answer.json) == (500, False)
    assert "Unregistered" in answer.json["status"][mac.udid]["push_error"]
    assert fleet.client.mac(mac.udid).pending == 1


def test_a_malformed_command_is_echoed_whole(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    answer = fleet.enqueue(mac.udid, b"<?xml version='1.0'?><plist>secret")
    assert answer.status == 500
    assert "secret" in answer.json["command_error"]


def test_a_command_without_a_request_type_is_malformed(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    answer = fleet.enqueue(mac.udid, b'<?xml version="1.0"?><plist version="1.0"><dict/></plist>')
    assert answer.json["command_error"].startswith("decoding command:")


def test_a_binary_property_list_is_refused(fleet: FleetProcess) -> None:
    binary = plistlib.dumps({"CommandUUID": "U", "Command": {"RequestType": "X"}}, fmt=plistlib.FMT_BINARY)
    answer = fleet.enqueue(fleet.newcomer().udid, binary)
    assert (answer.status, "check constraint" in answer.json["command_error"]) == (500, True)


def test_an_enqueue_of_nothing_is_a_push(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    answer = fleet.enqueue(mac.udid, b"")
    assert (answer.status, set(answer.json)) == (200, {"status"})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/", 404, id="root"),
        pytest.param("/v1/commands", 404, id="unknown"),
        pytest.param("/v1/enqueue/", 500, id="enqueue without ids"),
        pytest.param("/v1/push/", 500, id="push without ids"),
    ],
)
def test_other_paths(fleet: FleetProcess, path: str, status: int) -> None:
    assert fleet.call("GET", path).status == status


def test_commands_are_handed_out_in_the_order_they_were_queued(fleet: FleetProcess, receiver: Receiver) -> None:
    mac = fleet.newcomer("offline")
    uuids = [str(uuid.uuid4()) for _ in range(5)]
    for command_uuid in uuids:
        fleet.enqueue(mac.udid, command("SecurityInfo", command_uuid))
    fleet.client.connect(mac.udid)
    assert [report.command_uuid for report in receiver.wait_for_answers(mac.udid, 5)] == uuids


@pytest.mark.usefixtures("clear_faults")
def test_an_error_of_the_server_queues_nothing(fleet: FleetProcess) -> None:
    mac = fleet.newcomer()
    fleet.client.switch_on(Part.API, Mode.ERROR, times=1)
    assert fleet.enqueue(mac.udid, command("SecurityInfo")).status == 500
    assert fleet.client.mac(mac.udid).commands == []


@pytest.mark.usefixtures("clear_faults")
@pytest.mark.parametrize(
    ("mode", "queued"),
    [pytest.param(Mode.CUT, 0, id="before it is queued"), pytest.param(Mode.CUT_ANSWER, 1, id="after it is queued")],
)
def test_a_connection_that_ends_without_an_answer(fleet: FleetProcess, mode: Mode, queued: int) -> None:
    mac = fleet.newcomer("offline")
    fleet.client.switch_on(Part.API, mode, times=1)
    with pytest.raises(http.client.RemoteDisconnected):
        fleet.enqueue(mac.udid, command("SecurityInfo"))
    assert fleet.client.mac(mac.udid).pending == queued


@pytest.mark.usefixtures("clear_faults")
def test_a_slow_server_does_what_it_is_told(fleet: FleetProcess) -> None:
    mac = fleet.newcomer("offline")
    fleet.client.switch_on(Part.API, Mode.SLOW, times=1, seconds=0.5)
    with pytest.raises(TimeoutError):
        fleet.call("PUT", f"/v1/enqueue/{mac.udid}", command("SecurityInfo"), timeout=0.1)
    assert fleet.client.mac(mac.udid).pending == 1
    fleet.client.switch_on(Part.API, Mode.SLOW, times=1, seconds=0.1)
    assert fleet.call("GET", "/version").status == 200


@pytest.mark.usefixtures("clear_faults")
def test_a_fault_of_one_macs_calls_is_no_others(fleet: FleetProcess) -> None:
    mac, other = fleet.newcomer("offline"), fleet.newcomer("offline")
    fleet.client.switch_on(Part.API, Mode.ERROR, mac=mac.udid)
    fleet.client.switch_on(Part.PUSH, Mode.REFUSED, times=1, mac=other.udid)
    assert fleet.enqueue(mac.udid, command("SecurityInfo")).status == 500
    assert "push_error" in fleet.enqueue(other.udid, command("SecurityInfo")).json["status"][other.udid]
    assert fleet.enqueue(other.udid, command("SecurityInfo")).status == 200


@pytest.mark.usefixtures("clear_faults")
def test_a_server_that_hangs(fleet: FleetProcess) -> None:
    fleet.client.switch_on(Part.API, Mode.HANG, times=1, seconds=5)
    with pytest.raises(TimeoutError):
        fleet.call("GET", "/version", timeout=0.3)
    assert fleet.call("GET", "/version").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Transfer-Encoding": "chunked"}, 411, id="no length"),
        pytest.param({"Content-Length": "many"}, 411, id="a length that is none"),
        pytest.param({"Content-Length": str(1 << 21)}, 413, id="too long"),
    ],
)
def test_a_body_that_is_not_read(fleet: FleetProcess, headers: dict[str, str], status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fleet.port, timeout=5)
    connection.putrequest("PUT", "/v1/enqueue/X")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_one_connection_serves_many_calls(fleet: FleetProcess, escrow: Escrow) -> None:
    mac = fleet.newcomer()
    connection = http.client.HTTPConnection("127.0.0.1", fleet.port, timeout=5)
    connection.connect()
    socket = connection.sock
    for body in (rotation("wrong", escrow.certificate), command("SecurityInfo")):
        headers = {"Authorization": basic(f"nanomdm:{API_KEY}")}
        connection.request("PUT", f"/v1/enqueue/{mac.udid}", body, headers)
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (200, True)
    assert connection.sock is socket
    connection.close()
