"""NanoMDM's answers: what its storages say, in their own words and formats."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from sleutelkast.adapters.mdm.answers import enqueue_report, push_report
from sleutelkast.usecases.ports import Delivery, DeliveryReport

UDID = "66ADE930-5FDF-5EC4-8429-15640684C489"
UUID = "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11"
QUEUED: dict[str, object] = {"command_uuid": UUID, "request_type": "RotateFileVaultKey"}


def test_queued_and_pushed() -> None:
    answer = QUEUED | {"status": {UDID: {"push_result": "8B16D295-AB2C-EAB9-90FF-8615C0DFBB08"}}}
    assert report(200, answer) == DeliveryReport(Delivery.QUEUED, pushed=True)


@pytest.mark.parametrize(
    "push_failure",
    [
        pytest.param({"status": {UDID: {"push_error": "push data missing for id"}}}, id="for the Mac"),
        pytest.param({"push_error": "push data missing for id"}, id="for all"),
    ],
)
def test_a_failed_push_answers_500_but_the_command_is_queued(push_failure: dict[str, object]) -> None:
    expected = DeliveryReport(Delivery.QUEUED, pushed=False, detail="push data missing for id")
    assert report(500, QUEUED | push_failure) == expected


def test_queued_without_a_push() -> None:
    assert report(200, QUEUED | {"no_push": True}) == DeliveryReport(Delivery.QUEUED, pushed=False)


@pytest.mark.parametrize(
    ("command_error", "delivery"),
    [
        pytest.param(
            'pq: duplicate key value violates unique constraint "commands_pkey"',
            Delivery.DUPLICATE,
            id="PostgreSQL",
        ),
        pytest.param(
            "pq: doppelter Schlüsselwert verletzt Unique-Constraint »commands_pkey«",
            Delivery.DUPLICATE,
            id="PostgreSQL in German",
        ),
        pytest.param(
            f"inserting command: Error 1062 (23000): Duplicate entry '{UUID}' for key 'commands.PRIMARY'",
            Delivery.DUPLICATE,
            id="MySQL",
        ),
        pytest.param(
            f"Error 1062: Duplicate entry '{UUID}' for key 'PRIMARY'",
            Delivery.DUPLICATE,
            id="MariaDB, older driver",
        ),
        pytest.param(f"command already exists: {UUID}", Delivery.DUPLICATE, id="files or memory"),
        pytest.param(
            'pq: insert or update on table "enrollment_queue" violates foreign key constraint '
            '"enrollment_queue_id_fkey"',
            Delivery.UNKNOWN_DEVICE,
            id="PostgreSQL, no such enrolment",
        ),
        pytest.param(
            "insert enrollment queue : Error 1452 (23000): Cannot add or update a child row: a foreign key constraint "
            "fails (`nanomdm`.`enrollment_queue`, CONSTRAINT `enrollment_queue_ibfk_1` FOREIGN KEY (`id`) REFERENCES "
            "`enrollments` (`id`) ON DELETE CASCADE ON UPDATE CASCADE)",
            Delivery.UNKNOWN_DEVICE,
            id="MySQL, no such enrolment",
        ),
        pytest.param(
            'pq: new row for relation "commands" violates check constraint "commands_command_check"',
            Delivery.REFUSED,
            id="PostgreSQL, no XML",
        ),
        pytest.param(
            "inserting command: Error 3819 (HY000): Check constraint 'commands_chk_3' is violated.",
            Delivery.REFUSED,
            id="MySQL, no XML",
        ),
        pytest.param("decoding command: invalid command", Delivery.REFUSED, id="not a command"),
        pytest.param("driver: bad connection", Delivery.UNCLEAR, id="lost its database, perhaps at the commit"),
        pytest.param("context canceled", Delivery.UNCLEAR, id="gave up half-way"),
        pytest.param(f"enqueue for {UUID}: no space left on device", Delivery.UNCLEAR, id="half written"),
    ],
)
@pytest.mark.parametrize("place", ["top", "Mac", "command"])
def test_a_command_error_decides(command_error: str, delivery: Delivery, place: str) -> None:
    """File storage puts its errors under the command's UUID, SQL storages at the top."""
    errors: dict[str, dict[str, object]] = {
        "top": {"command_error": command_error},
        "Mac": {"status": {UDID: {"command_error": command_error}}},
        "command": {"status": {UUID: {"command_error": command_error}, UDID: {"push_result": "an id"}}},
    }
    told = report(500, QUEUED | errors[place])
    assert (told.delivery, told.pushed) == (delivery, False)
    assert told.detail.startswith(command_error[:100])


def test_an_echoed_property_list_stays_out_of_the_detail() -> None:
    echoed = (
        'decoding command: parse error: EOF: raw content: "<?xml version=\\"1.0\\"?><plist><dict><key>Password</key>'
        "<string>ABCD-EFGH-1JKL-MNOP-QRST-2345</string>"
    )
    told = report(500, {"command_error": echoed})
    assert told == DeliveryReport(Delivery.REFUSED, detail='decoding command: parse error: EOF: raw content: "')


def test_a_key_in_any_error_is_struck_out() -> None:
    told = report(500, {"command_error": "bad value abcd-EFGH-1JKL-MNOP-QRST-2345 here"})
    assert told.detail == "bad value … here"


def test_the_detail_is_one_short_line() -> None:
    told = report(500, {"command_error": "a\nb\x00\x1b[31m" + "c" * 9000})
    assert told.detail.startswith("a b[31mccc")
    assert len(told.detail) == 200


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 405, 413])
def test_what_never_reached_the_queue_is_refused(status: int) -> None:
    assert enqueue_report(status, b"Unauthorized\n", UUID) == DeliveryReport(Delivery.REFUSED, detail=f"HTTP {status}")
    assert push_report(status, b"").delivery is Delivery.REFUSED


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(500, b"", id="500 without a word"),
        pytest.param(500, b"Internal Server Error", id="500 in words"),
        pytest.param(502, b"<html>", id="a proxy"),
        pytest.param(503, json.dumps(QUEUED).encode(), id="503 in NanoMDM's words"),
        pytest.param(429, b"slow down", id="429"),
        pytest.param(408, b"", id="408"),
        pytest.param(200, b"<html>Welcome</html>", id="another server"),
        pytest.param(200, b'{"command_uuid": "another"}', id="of another command"),
        pytest.param(200, b"{}", id="an empty object"),
        pytest.param(200, b"[" * 100_000, id="nested without end"),
        pytest.param(200, b'{"status": [1], "command_uuid": 7}', id="wrong types"),
        pytest.param(200, b'{"command_uuid": "\xff"}', id="no UTF-8"),
    ],
)
def test_what_tells_nothing_is_unclear(status: int, body: bytes) -> None:
    told = enqueue_report(status, body, UUID)
    assert told == DeliveryReport(Delivery.UNCLEAR, detail=f"HTTP {status}")


@pytest.mark.parametrize(
    ("status", "result", "expected"),
    [
        pytest.param(200, {"push_result": "an id"}, DeliveryReport(Delivery.QUEUED, pushed=True), id="taken"),
        pytest.param(
            500,
            {"push_error": "push data missing for id"},
            DeliveryReport(Delivery.UNKNOWN_DEVICE, detail="push data missing for id"),
            id="no such enrolment",
        ),
        pytest.param(
            500, {"push_error": "BadDeviceToken"}, DeliveryReport(Delivery.REFUSED, detail="BadDeviceToken"), id="Apple"
        ),
        pytest.param(200, {}, DeliveryReport(Delivery.UNCLEAR, detail="HTTP 200"), id="nothing said"),
    ],
)
def test_a_push(status: int, result: dict[str, str], expected: DeliveryReport) -> None:
    assert push_report(status, json.dumps({"status": {UDID: result}}).encode()) == expected


def test_a_push_without_a_certificate() -> None:
    told = push_report(500, json.dumps({"push_error": "retrieving push cert for topic"}).encode())
    assert told == DeliveryReport(Delivery.REFUSED, detail="retrieving push cert for topic")


def report(status: int, answer: Mapping[str, object]) -> DeliveryReport:
    return enqueue_report(status, json.dumps(answer).encode(), UUID)
