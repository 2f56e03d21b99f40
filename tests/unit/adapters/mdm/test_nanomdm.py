"""The client, against HTTP servers on loopback that answer as NanoMDM does, or badly."""

from __future__ import annotations

import json
import plistlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Semaphore, Thread
from time import monotonic

import pytest

from sleutelkast.adapters.mdm.nanomdm import NanoMdm
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import Delivery, DeliveryReport, MdmServer

UDID = "66ADE930-5FDF-5EC4-8429-15640684C489"
UUID = "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11"
KEY = RecoveryKey("ABCDEFGH1JKLMNOPQRST2345")
API_KEY = SecretBytes("geheim ü".encode())
BASIC = "Basic bmFub21kbTpnZWhlaW0gw7w="


@dataclass
class Server:
    """An HTTP server that answers by `answer(method, path, body)` and remembers what it was asked."""

    answer: Callable[[str, str, bytes], tuple[int, dict[str, str], bytes]]
    url: str = ""
    requests: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    hung_up: Semaphore = field(default_factory=lambda: Semaphore(0))


def test_a_rotation_goes_to_the_device_and_carries_its_uuid_inside() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        told = mdm.rotate_filevault_key(UDID, UUID, KEY, b"der")
    method, path, body, headers = server.requests[0]
    assert told == DeliveryReport(Delivery.QUEUED, pushed=True)
    assert (method, path, headers["Authorization"]) == ("PUT", f"/v1/enqueue/{UDID}", BASIC)
    assert plistlib.loads(body)["CommandUUID"] == UUID
    assert plistlib.loads(body)["Command"]["FileVaultUnlock"] == {"Password": KEY.reveal()}


def test_questions_to_a_mac() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.security_info(UDID, UUID).delivery is Delivery.QUEUED
        assert mdm.device_information(UDID, UUID).delivery is Delivery.QUEUED
    asked = [plistlib.loads(body)["Command"]["RequestType"] for _, _, body, _ in server.requests]
    assert asked == ["SecurityInfo", "DeviceInformation"]


def test_a_push() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.push(UDID) == DeliveryReport(Delivery.QUEUED, pushed=True)
    assert server.requests[0][:3] == ("GET", f"/v1/push/{UDID}", b"")


def test_the_version_is_asked_without_the_api_key() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.version() == "v0.9.0"
    assert "Authorization" not in server.requests[0][3]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        pytest.param("Thu, 26 Nov 2026 19:36:05 GMT", datetime(2026, 11, 26, 19, 36, 5, tzinfo=UTC), id="HTTP's form"),
        pytest.param("Thu, 26 Nov 2026 20:36:05 +0100", datetime(2026, 11, 26, 19, 36, 5, tzinfo=UTC), id="of a zone"),
        pytest.param("Thu, 26 Nov 2026 19:36:05 -0000", datetime(2026, 11, 26, 19, 36, 5, tzinfo=UTC), id="of no zone"),
        pytest.param("", None, id="empty"),
        pytest.param("yesterday", None, id="no date"),
        pytest.param("Thu, 99 Nov 2026 19:36:05 GMT", None, id="no day"),
        pytest.param(f"Thu, 26 Nov 2026 19:36:05 +{'9' * 40}", None, id="no zone of this world"),
        pytest.param(None, None, id="none"),
    ],
)
def test_its_clock(date: str | None, moment: datetime | None) -> None:
    head = "HTTP/1.1 200 OK\r\n" + ("" if date is None else f"Date: {date}\r\n")
    with saying(f"{head}Content-Length: 2\r\n\r\n{{}}".encode()) as url, client(url) as mdm:
        assert mdm.clock() == moment


def test_a_server_below_a_path() -> None:
    with serving(as_nanomdm) as server, client(server.url + "/mdm-api/") as mdm:
        mdm.security_info(UDID, UUID)
    assert server.requests[0][1] == f"/mdm-api/v1/enqueue/{UDID}"


@pytest.mark.parametrize(
    "enrollment_id",
    [
        pytest.param(f"{UDID},{UDID[::-1]}", id="two"),
        pytest.param(f"{UDID}%2C{UDID}", id="two in disguise"),
        pytest.param("../version", id="another call"),
        pytest.param("", id="none"),
        pytest.param(f"{UDID}\r\nX: y", id="a header"),
        pytest.param("A" * 256, id="long"),
    ],
)
def test_what_is_no_enrolment_id_is_not_sent(enrollment_id: str) -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.security_info(enrollment_id, UUID).delivery is Delivery.REFUSED
        assert mdm.push(enrollment_id).delivery is Delivery.REFUSED
    assert server.requests == []


def test_a_user_channel_can_be_pushed() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.push(f"{UDID}:{UDID}").pushed
    assert server.requests[0][1] == f"/v1/push/{UDID}%3A{UDID}"


def test_a_wrong_api_key_queues_nothing() -> None:
    with serving(lambda *_: (401, {}, b"Unauthorized\n")) as server, client(server.url) as mdm:
        assert mdm.security_info(UDID, UUID) == DeliveryReport(Delivery.REFUSED, detail="HTTP 401")


def test_no_server_is_unclear() -> None:
    with client(f"http://127.0.0.1:{free_port()}", timeout=1) as mdm:
        assert mdm.security_info(UDID, UUID) == DeliveryReport(Delivery.UNCLEAR, detail="NewConnectionError")
        assert mdm.push(UDID).delivery is Delivery.UNCLEAR
        assert mdm.version() is None
        assert mdm.clock() is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hangs up"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", id="hangs up half-way"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="bad chunks"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", id="speaks something else"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", id="too many headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", id="a header too long"),
    ],
)
def test_a_broken_answer_is_unclear(answer: bytes) -> None:
    with saying(answer) as url, client(url) as mdm:
        assert mdm.security_info(UDID, UUID).delivery is Delivery.UNCLEAR


def test_silence_is_unclear_after_the_timeout() -> None:
    with saying(None) as url, client(url, timeout=0.2) as mdm:
        started = monotonic()
        assert mdm.security_info(UDID, UUID) == DeliveryReport(Delivery.UNCLEAR, detail="ReadTimeoutError")
        assert monotonic() - started < 5


def test_an_answer_without_end_is_not_read() -> None:
    with serving(lambda *_: (200, {}, b" " * 100_000)) as server, client(server.url) as mdm:
        assert mdm.security_info(UDID, UUID) == DeliveryReport(Delivery.UNCLEAR, detail="an answer that is too long")
        assert mdm.version() is None


def test_redirects_are_not_followed() -> None:
    with serving(as_nanomdm) as elsewhere:
        redirect = (307, {"Location": elsewhere.url + "/v1/enqueue/x"}, b"")
        with serving(lambda *_: redirect) as server, client(server.url) as mdm:
            assert mdm.security_info(UDID, UUID) == DeliveryReport(Delivery.REFUSED, detail="HTTP 307")
    assert elsewhere.requests == []


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        assert mdm.security_info(UDID, UUID).delivery is Delivery.QUEUED


def test_one_connection_serves_many_commands() -> None:
    with serving(as_nanomdm) as server, client(server.url) as mdm:
        for _ in range(5):
            assert mdm.security_info(UDID, UUID).delivery is Delivery.QUEUED
    assert len(server.connections) == 1


def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    with serving(as_nanomdm, hang_up=True) as server, client(server.url) as mdm:
        for _ in range(3):
            assert mdm.security_info(UDID, UUID).delivery is Delivery.QUEUED
            assert server.hung_up.acquire(timeout=10)
    assert len(server.connections) == 3


def test_threads_do_not_mix_up_their_answers() -> None:
    uuids = [f"{number:08}-0000-4000-8000-000000000000" for number in range(60)]
    with serving(as_nanomdm) as server, client(server.url) as mdm, ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda uuid: mdm.security_info(UDID, uuid), uuids))
    assert all(report.delivery is Delivery.QUEUED for report in told)
    assert len(server.requests) == 60


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mdm.example.org",
        "ftp://mdm.example.org",
        "https://",
        "https://user:password@mdm.example.org",
        "https://mdm.example.org/?a=b",
        "https://mdm.example.org/#a",
        "https://mdm.example.org:port",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|parse"):
        NanoMdm(url, API_KEY)


def test_it_is_printed_without_its_key() -> None:
    assert repr(NanoMdm("https://mdm.example.org", API_KEY)) == "NanoMdm('https://mdm.example.org')"


def test_it_is_the_port() -> None:
    port: MdmServer = NanoMdm("https://mdm.example.org", API_KEY)
    assert callable(port.rotate_filevault_key)


def as_nanomdm(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    answer: dict[str, object] = {"version": "v0.9.0"}
    if path != "/version":
        answer = {"status": {UDID: {"push_result": "an id"}}}
    if method == "PUT":
        answer["command_uuid"] = plistlib.loads(body)["CommandUUID"]
    return 200, {"Content-type": "application/json"}, json.dumps(answer, indent="\t").encode()


@contextmanager
def serving(
    answer: Callable[[str, str, bytes], tuple[int, dict[str, str], bytes]], hang_up: bool = False
) -> Iterator[Server]:
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without this, the answer's body waits for the client's delayed acknowledgement of its headers.
        disable_nagle_algorithm = True

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            server.requests.append((self.command, self.path, body, dict(self.headers)))
            server.connections.add(self.client_address)
            status, headers, content = server.answer(self.command, self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            # Without a word to the client, as a proxy does with connections that were idle for too long.
            self.close_connection = hang_up

        def do_GET(self) -> None:
            self.do_PUT()

        def finish(self) -> None:
            super().finish()
            self.connection.shutdown(socket.SHUT_RDWR)
            server.hung_up.release()

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@contextmanager
def saying(answer: bytes | None) -> Iterator[str]:
    """A server that reads one request, says `answer` and hangs up; None says nothing while the client waits."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while connection.recv(65536) and answer is None:
                pass
            connection.sendall(answer or b"")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@contextmanager
def client(url: str, timeout: float = 10) -> Iterator[NanoMdm]:
    mdm = NanoMdm(url, API_KEY, timeout)
    try:
        yield mdm
    finally:
        mdm.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
