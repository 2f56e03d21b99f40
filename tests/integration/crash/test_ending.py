"""SIGTERM ends everything that a command started, in order and within seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.installation import Installation
from tests.integration.processes import Command, environment, free_port, is_ready, wait_for

_SECONDS = 20.0
"""Far more than it takes, as other tests run meanwhile; a process that has to be killed shows in the exit status."""


@pytest.mark.parametrize("standing", ["sqlite"], indirect=True)
def test_serve_ends_all_its_processes(installation: Installation) -> None:
    portal = installation.portal
    wait_for(lambda: len(portal.processes()) == 3, "parent, web process and background process")
    said_before = installation.log.stat().st_size
    assert portal.stop(_SECONDS) == 0
    assert b"Traceback" not in installation.log.read_bytes()[said_before:]
    assert not is_ready(installation.port)


def test_demo_ends_all_its_processes(demo: Command, tmp_path: Path) -> None:
    kinds = {line.split()[-1] for line in demo.processes().values()}
    assert kinds == {"demo", "sleutelkast.fleet", "serve", "worker"}
    assert demo.stop(_SECONDS) == 0
    assert b"Traceback" not in (tmp_path / "data" / "demo.log").read_bytes()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Command]:
    port = free_port()
    variables = environment({"SLEUTELKAST_DATA": str(tmp_path / "data"), "SLEUTELKAST_PORT": str(port)})
    command = Command("demo", variables=variables, log=tmp_path / "log")
    try:
        wait_for(lambda: is_ready(port), "the demo")
        yield command
    finally:
        command.end()
