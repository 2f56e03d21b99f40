"""Several servers behind one proxy, with Redis between them: what is limited is limited for all of them together.

Where Redis is gone, or hangs, people are let in all the same and keys are taken: it is a help, and never a lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from sleutelkast.domain.access import Ownership
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.factory import Portal
from sleutelkast.http.limits import SIGN_IN_FAILURES
from sleutelkast.settings import Settings
from sleutelkast.usecases import manage
from tests.integration.processes import Answer, Browser, Command, environment, free_port, is_ready, request, wait_for
from tests.integration.redis_server import RedisServer
from tests.unit.http.harness import KEY

PASSWORD = "kast-kast"
only_on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@only_on_sqlite
def test_what_failed_at_one_server_counts_at_the_other(servers: tuple[int, int], redis_server: RedisServer) -> None:
    one, other = servers
    allowed = int(SIGN_IN_FAILURES.split()[0])
    for attempt in range(allowed):
        assert sign_in(servers[attempt % 2], "wrong").status == 401
    for port in (one, other):
        refused = sign_in(port, PASSWORD)
        assert (refused.status, refused.json["code"]) == (429, "too-many-attempts")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
    # What was typed as a user name may be anything, so it is not kept there.
    with closing(redis.Redis.from_url(redis_server.url)) as client:
        kept = list(client.scan_iter())
    assert kept
    assert not any(b"anna" in name for name in kept)


@only_on_sqlite
def test_without_redis_nobody_is_locked_out_and_no_key_is_refused(
    servers: tuple[int, int], redis_server: RedisServer, device_id: str
) -> None:
    redis_server.stop()
    anna = Browser(servers[0])
    anna.sign_in("anna", PASSWORD)
    assert anna.save(device_id, KEY).status == 202
    redis_server.start()
    with closing(redis.Redis.from_url(redis_server.url)) as client:
        wait_for(lambda: sign_in(servers[1], "wrong").status == 429 and list(client.scan_iter()), "shared limits again")


@only_on_sqlite
def test_a_redis_that_hangs_is_given_up(servers: tuple[int, int], redis_server: RedisServer, device_id: str) -> None:
    anna = Browser(servers[0])
    anna.sign_in("anna", PASSWORD)
    redis_server.suspend()
    assert anna.save(device_id, KEY).status == 202
    assert sign_in(servers[0], PASSWORD).status == 200


def sign_in(port: int, password: str) -> Answer:
    """From a browser of its own each time."""
    first = request(port, "GET", "/api/v1/session")
    headers = {
        "Content-Type": "application/json",
        "Cookie": first.headers["Set-Cookie"].split(";")[0],
        "X-CSRF-Token": first.json["csrf"],
    }
    body = json.dumps({"username": "anna", "password": password}).encode()
    return request(port, "POST", "/api/v1/session", body, headers)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def shared(settings: Settings, redis_server: RedisServer) -> Settings:
    """Anna's portal, which shares its limits and its jobs through Redis."""
    return replace(settings, jobs_url=redis_server.url)


@pytest.fixture
def device_id(shared: Settings, servers: tuple[int, int]) -> str:
    with closing(Portal(shared)) as portal:
        return manage.assign_device(portal.world, "C02ANNA", "anna", Ownership.PERSONAL).id


@pytest.fixture
def servers(shared: Settings, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The ports of two servers of one portal."""
    with closing(Portal(shared)) as portal:
        manage.add_person(portal.world, "anna", "Anna de Boer", None, frozenset(), SecretBytes(PASSWORD.encode()))
    ports = free_port(), free_port()
    with ExitStack() as running:
        for port in ports:
            command = Command(
                "serve", "--without-worker", variables=variables(shared, port), log=tmp_path / f"log-{port}"
            )
            running.callback(command.end)
        for port in ports:
            wait_for(lambda port=port: is_ready(port), "the server")  # type: ignore[misc]
        yield ports


def variables(settings: Settings, port: int) -> dict[str, str]:
    given = {
        "DATA": str(settings.data),
        "DATABASE_URL": settings.database,
        "JOBS_URL": settings.jobs,
        "PORT": str(port),
        "NANOMDM_URL": "http://127.0.0.1:9",
        "NANOMDM_API_KEY": "api key of the tests",
        "NANOMDM_WEBHOOK_KEY": "webhook key of the tests",
    }
    return environment({f"SLEUTELKAST_{name}": value for name, value in given.items()})
